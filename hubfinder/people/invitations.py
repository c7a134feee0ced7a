"""Asking somebody to join, and their joining. Whoever calls has begun with ``begin_writing``, and commits."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.giving import check_grants, may_look_after
from hubfinder.people.models import Invitation, Person, RoleGrant
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.values import Actor, Grant
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.staff_vocab import Role

DAYS = 7
"""How long an invitation holds."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. Only its link holds the token: it cannot be read from the database."""

    invitation: Invitation
    token: str


def invite(session: Session, actor: Actor, email: str, name: str, grants: Sequence[Grant]) -> Invited:
    """Ask somebody to join with these roles, all of one council. An earlier invitation of theirs ends.

    Raises:
        PeopleRefused: why not.
    """
    address = _address(email)
    check_grants(session, actor, grants)
    council = grants[0].council
    if any(grant.council != council for grant in grants):
        raise PeopleRefused(Refusal.NOT_YOURS, "council")
    if session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise PeopleRefused(Refusal.HAS_ACCOUNT, "email")
    _end(session, Invitation.email == address, Invitation.council_code == council)
    token = secrets.token_urlsafe(32)
    made = Invitation(
        email=address,
        name=plain_name(name),
        token_digest=digest_of(token),
        grants=[_as_json(grant) for grant in grants],
        council_code=council,
        made_at=utc_now(),
        made_by=actor.name,
        made_by_id=actor.id,
        ends_at=utc_now() + timedelta(days=DAYS),
    )
    session.add(made)
    session.flush()
    facts = {"roles": sorted(grant.role.value for grant in grants)}
    record(session, actor, "person.invited", _subject(made), facts=facts)
    return Invited(made, token)


def withdraw(session: Session, actor: Actor, invitation: Invitation) -> None:
    """End an invitation that nobody has accepted. Does nothing to one that has ended.

    Raises:
        PeopleRefused: it is another council's.
    """
    if not may_look_after(actor, invitation.council_code):
        raise PeopleRefused(Refusal.NOT_YOURS)
    if _end(session, Invitation.id == invitation.id):
        record(session, actor, "invitation.withdrawn", _subject(invitation))


def withdraw_all_of(session: Session, person: Person, council: str = "") -> int:
    """End what somebody asked for who may ask no more, in one council or in all; how many."""
    theirs = [Invitation.made_by_id == person.id]
    if council:
        theirs.append(Invitation.council_code == council)
    return _end(session, *theirs)


def find_invitation(session: Session, token: str) -> Invitation | None:
    """The invitation that a link is about, while it can be accepted."""
    return session.scalar(
        select(Invitation).where(
            Invitation.token_digest == digest_of(token), *_open(), Invitation.ends_at > utc_now()
        )
    )


def accept(session: Session, token: str, name: str, password_hash: str) -> Person:
    """Make the person whom a link invited, with the roles they were asked to take. Works once.

    Raises:
        PeopleRefused: the invitation has ended, or the name is none.
    """
    found = find_invitation(session, token)
    there = found and session.scalar(select(Person.id).where(Person.email == found.email))
    ended = found and session.scalar(
        update(Invitation)
        .where(Invitation.id == found.id, *_open())
        .values(accepted_at=utc_now())
        .returning(Invitation.id)
    )
    if found is None or there or not ended:
        raise PeopleRefused(Refusal.GONE)
    person = Person(
        email=found.email,
        name=plain_name(name),
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        made_at=utc_now(),
    )
    if not person.name:
        raise PeopleRefused(Refusal.NAME, "name")
    person.roles = [granted(read_grant(one), found.made_by) for one in found.grants]
    session.add(person)
    session.flush()
    subject = Subject("person", str(person.id), found.council_code)
    record(session, Actor(person.name, person.id), "invitation.accepted", subject)
    return person


def plain_name(text: str) -> str:
    """A name in one line, not longer than a name may be."""
    return " ".join(text.split())[:LONGEST_NAME]


def digest_of(token: str) -> str:
    """What the table holds of a token: who reads it cannot make the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def granted(grant: Grant, given_by: str) -> RoleGrant:
    """The row of a role that somebody is given now."""
    return RoleGrant(
        role=grant.role,
        council_code=grant.council,
        organization_key=grant.organization,
        hub_key=grant.hub,
        area=grant.area,
        given_at=utc_now(),
        given_by=given_by,
    )


def _as_json(grant: Grant) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(grant).items()}


def read_grant(grant: dict[str, str]) -> Grant:
    """A role as an invitation keeps it."""
    return Grant(Role(grant["role"]), grant["council"], grant["organization"], grant["hub"], grant["area"])


def _open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)


def _end(session: Session, *which: ColumnElement[bool]) -> int:
    ended = session.scalars(
        update(Invitation).where(*which, *_open()).values(withdrawn_at=utc_now()).returning(Invitation.id)
    )
    return len(ended.all())


def _subject(invitation: Invitation) -> Subject:
    return Subject("invitation", str(invitation.id), invitation.council_code)


def _address(email: str) -> str:
    try:
        return plain_address(email)
    except EmailRefused:
        raise PeopleRefused(Refusal.EMAIL, "email") from None
