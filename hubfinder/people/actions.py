"""What is done to those who sign in and to councils. Each is one entry of the trail.

Whoever calls has begun with ``begin_writing``, and commits. A page also asks for the second factor again
before any of it; here a reason is asked for, and whether the actor may do it at all.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.giving import ADMINISTRATOR, check_account, check_grants, check_person, may_look_after
from hubfinder.people.invitations import granted, withdraw_all_of
from hubfinder.people.models import Council, Passkey, Person, RoleGrant
from hubfinder.people.reach import plain_telephone
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.sessions import end_all
from hubfinder.people.values import A_COMMAND, Actor, Grant
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.staff_vocab import Risk, Role

LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class CouncilSettings:
    """What a council decides for itself."""

    name: str
    email: str
    telephone: str
    may_approve_own: Collection[Role]
    cadence: Mapping[Risk, int]
    """Days between two checks; what is missing follows the installation's settings."""


def give(session: Session, actor: Actor, person: Person, grant: Grant, reason: str) -> RoleGrant:
    """Give somebody a role.

    Raises:
        PeopleRefused: why not.
    """
    why = _reason(reason)
    check_grants(session, actor, [grant])
    check_person(session, actor, person)
    if not person.active:
        raise PeopleRefused(Refusal.IS_DISABLED)
    if any(_is(row, grant) for row in person.roles):
        raise PeopleRefused(Refusal.HAS_ROLE, "role")
    made = granted(grant, actor.name)
    person.roles.append(made)
    session.flush()
    record(session, actor, "role.given", _subject(person, grant.council), why, _facts(made))
    return made


def take(session: Session, actor: Actor, person: Person, row: RoleGrant, reason: str) -> None:
    """Take a role away. What they asked for as an administrator ends with it.

    Raises:
        PeopleRefused: why not.
    """
    why = _reason(reason)
    check_person(session, actor, person, loses=[row])
    if len(person.roles) == 1 and actor is not A_COMMAND:
        raise PeopleRefused(Refusal.ONLY_ROLE)
    facts, council = _facts(row), row.council_code
    if row.role is ADMINISTRATOR:
        facts["invitations"] = withdraw_all_of(session, person, council)
    person.roles.remove(row)
    session.flush()
    record(session, actor, "role.taken", _subject(person, council), why, facts)


def disable(session: Session, actor: Actor, person: Person, reason: str) -> None:
    """Shut somebody out at once: their sessions, factors and invitations end. Does nothing twice.

    Raises:
        PeopleRefused: why not.
    """
    why = _reason(reason)
    check_account(session, actor, person)
    check_person(session, actor, person, loses=person.roles)
    if not person.active:
        return
    person.active = False
    person.disabled_at = utc_now()
    facts = _forget_factors(session, person)
    facts["invitations"] = withdraw_all_of(session, person)
    _record_everywhere(session, actor, "person.disabled", person, why, facts)


def enable(session: Session, actor: Actor, person: Person, reason: str) -> None:
    """Let somebody in again, with their password; they set up a new second factor. Does nothing twice.

    Raises:
        PeopleRefused: why not.
    """
    why = _reason(reason)
    check_account(session, actor, person)
    if person.active:
        return
    person.active = True
    person.disabled_at = None
    _record_everywhere(session, actor, "person.enabled", person, why, {})


def reset_factor(session: Session, actor: Actor, person: Person, reason: str) -> None:
    """Forget somebody's second factors and end their sessions: at the next sign-in they set up a new one.

    Raises:
        PeopleRefused: why not.
    """
    why = _reason(reason)
    check_account(session, actor, person)
    facts = _forget_factors(session, person)
    _record_everywhere(session, actor, "person.factor_reset", person, why, facts)


def change_council(
    session: Session, actor: Actor, council: Council, wanted: CouncilSettings, reason: str = ""
) -> tuple[str, ...]:
    """Change what a council decides for itself; the names of the fields that changed. None: no entry.

    Raises:
        PeopleRefused: it is not the actor's, has no name, or a wrong email address or telephone number.
    """
    if not may_look_after(actor, council.code):
        raise PeopleRefused(Refusal.NOT_YOURS)
    new = {
        "name": " ".join(wanted.name.split())[:255],
        "email": _optional_address(wanted.email),
        "telephone": plain_telephone(wanted.telephone),
        "may_approve_own": frozenset(wanted.may_approve_own),
        "cadence": {risk.value: days for risk, days in sorted(wanted.cadence.items())},
    }
    if not new["name"]:
        raise PeopleRefused(Refusal.NAME, "name")
    changed = tuple(name for name, value in new.items() if getattr(council, name) != value)
    for name in changed:
        setattr(council, name, new[name])
    if changed:
        session.flush()
        subject = Subject("council", council.code, council.code)
        record(session, actor, "council.changed", subject, reason.strip(), {"fields": sorted(changed)})
    return changed


def _forget_factors(session: Session, person: Person) -> dict[str, int]:
    """End sessions and second factors; how many of each there were."""
    passkeys = session.scalars(
        delete(Passkey).where(Passkey.user_id == person.id).returning(Passkey.id)
    ).all()
    session.expire(person, ["webauthn"])
    person.fs_uniquifier = secrets.token_hex(32)
    person.used_codes = []
    person.tf_primary_method = person.tf_totp_secret = person.mf_recovery_codes = None
    session.flush()
    return {"sessions": end_all(session, person.id), "passkeys": len(passkeys)}


def _record_everywhere(
    session: Session, actor: Actor, verb: str, person: Person, why: str, facts: Mapping[str, int]
) -> None:
    """One entry for each council the person works for: each has an auditor who should see it."""
    for council in dict.fromkeys(row.council_code for row in person.roles) or [""]:
        record(session, actor, verb, _subject(person, council), why, facts)


def _is(row: RoleGrant, grant: Grant) -> bool:
    return grant == Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area)


def _facts(row: RoleGrant) -> dict[str, object]:
    scope = {"organization": row.organization_key, "hub": row.hub_key, "area": row.area}
    return {"role": row.role.value, **{name: key for name, key in scope.items() if key}}


def _subject(person: Person, council: str) -> Subject:
    return Subject("person", str(person.id), council)


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:LONGEST_REASON]
    if not reason:
        raise PeopleRefused(Refusal.REASON, "reason")
    return reason


def _optional_address(text: str) -> str:
    try:
        return plain_address(text) if text.strip() else ""
    except EmailRefused:
        raise PeopleRefused(Refusal.EMAIL, "email") from None
