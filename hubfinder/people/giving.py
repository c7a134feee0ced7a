"""Who may give which role to whom. Every change of what somebody may do asks here first."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.values import A_COMMAND, Actor, Grant
from hubfinder.staff_vocab import Role

ADMINISTRATOR = Role.COUNCIL_ADMINISTRATOR


def may_look_after(actor: Actor, council: str) -> bool:
    """Whether somebody decides who works for a council."""
    return actor is A_COMMAND or actor.has(ADMINISTRATOR, council=council)


def check_grants(session: Session, actor: Actor, grants: Sequence[Grant]) -> None:
    """Raise unless these may be given by this actor. Whether hub and organization are there, others ask.

    Raises:
        PeopleRefused: why not.
    """
    if not grants:
        raise PeopleRefused(Refusal.NO_ROLE, "role")
    for grant in grants:
        if not grant.council or not may_look_after(actor, grant.council):
            raise PeopleRefused(Refusal.NOT_YOURS, "council")
        if session.get(Council, grant.council) is None:
            raise PeopleRefused(Refusal.UNKNOWN_COUNCIL, "council")
        check_scope(grant)


def check_scope(grant: Grant) -> None:
    """A provider has an organization, hub staff have a hub or an area, all others have the whole council."""
    if grant.role is Role.PROVIDER:
        if not grant.organization:
            raise PeopleRefused(Refusal.NEEDS_ORGANIZATION, "organization")
        narrower = grant.hub or grant.area
    elif grant.role is Role.HUB_STAFF:
        if not grant.hub and not grant.area:
            raise PeopleRefused(Refusal.NEEDS_HUB, "hub")
        narrower = grant.organization
    else:
        narrower = grant.organization or grant.hub or grant.area
    if narrower:
        raise PeopleRefused(Refusal.SCOPE, "role")


def check_person(session: Session, actor: Actor, person: Person, *, loses: Sequence[RoleGrant] = ()) -> None:
    """Raise unless the actor may change what somebody may do; ``loses`` is what they would lose of it.

    Raises:
        PeopleRefused: why not.
    """
    if actor is A_COMMAND:
        return
    if actor.id == person.id:
        raise PeopleRefused(Refusal.YOURSELF)
    if not all(may_look_after(actor, row.council_code) for row in loses):
        raise PeopleRefused(Refusal.NOT_YOURS)
    for council in sorted(row.council_code for row in loses if row.role is ADMINISTRATOR):
        if not _has_another(session, council, person):
            raise PeopleRefused(Refusal.LAST_ADMINISTRATOR)


def check_account(session: Session, actor: Actor, person: Person) -> None:
    """Raise unless the actor looks after every council somebody works for: an account is for all of them.

    Raises:
        PeopleRefused: why not.
    """
    if actor is A_COMMAND:
        return
    check_person(session, actor, person)
    if not any(may_look_after(actor, row.council_code) for row in person.roles):
        raise PeopleRefused(Refusal.NOT_YOURS)
    if not all(may_look_after(actor, row.council_code) for row in person.roles):
        raise PeopleRefused(Refusal.WORKS_ELSEWHERE)


def _has_another(session: Session, council: str, person: Person) -> bool:
    """Whether a council has an administrator beside this one. Holds until the end of the transaction."""
    session.execute(select(Council.code).where(Council.code == council).with_for_update())
    others = select(func.count(Person.id.distinct())).where(
        Person.id == RoleGrant.person_id,
        RoleGrant.council_code == council,
        RoleGrant.role == ADMINISTRATOR,
        Person.active,
        Person.id != person.id,
    )
    return bool(session.scalar(others))
