"""What is asked about those who sign in and about councils."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.clock import utc_now
from hubfinder.people.giving import ADMINISTRATOR
from hubfinder.people.models import Council, Invitation, Person, RoleGrant
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import Role


def council_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Name of each council by its code; those nobody knows are left out."""
    if not codes:
        return {}
    rows = session.execute(select(Council.code, Council.name).where(Council.code.in_(codes)))
    return {row.code: row.name for row in rows}


def councils(session: Session) -> Sequence[Council]:
    """Every council that has staff here, by name."""
    return session.scalars(select(Council).order_by(Council.name, Council.code)).all()


def looked_after(actor: Actor) -> tuple[str, ...]:
    """Codes of the councils whose people somebody looks after, in the order they were given."""
    return tuple(dict.fromkeys(grant.council for grant in actor.grants if grant.role is ADMINISTRATOR))


def council_of(session: Session, actor: Actor, code: str) -> Council | None:
    """A council that this administrator looks after."""
    return session.get(Council, code) if code in looked_after(actor) else None


def people_of(session: Session, codes: Collection[str]) -> Sequence[Person]:
    """Everybody who works for one of these councils, by name, those who are disabled last. Two statements."""
    theirs = select(RoleGrant.person_id).where(RoleGrant.council_code.in_(codes))
    return session.scalars(
        select(Person)
        .where(Person.id.in_(theirs))
        .options(selectinload(Person.roles))
        .order_by(Person.active.desc(), func.lower(Person.name), Person.id)
    ).all()


def names_in(session: Session, codes: Collection[str]) -> Sequence[tuple[int, str]]:
    """Number and name of everybody who works for one of these councils, by name."""
    theirs = select(RoleGrant.person_id).where(RoleGrant.council_code.in_(codes))
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(Person.id.in_(theirs))
        .order_by(func.lower(Person.name), Person.id)
    )
    return [(row.id, row.name or row.email) for row in rows]


def everybody(session: Session) -> Sequence[Person]:
    """Everybody who has an account here, by email address."""
    return session.scalars(select(Person).options(selectinload(Person.roles)).order_by(Person.email)).all()


def person_for(session: Session, actor: Actor, person_id: int) -> Person | None:
    """Somebody who works for a council that this administrator looks after."""
    theirs = select(RoleGrant.person_id).where(RoleGrant.council_code.in_(looked_after(actor)))
    return session.scalar(select(Person).where(Person.id == person_id, Person.id.in_(theirs)))


def person_with(session: Session, email: str) -> Person | None:
    """Somebody by their email address, in capital letters or small ones."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def has_administrator(session: Session, council: str) -> bool:
    """Whether somebody looks after the people of a council, who may sign in."""
    there = select(Person.id).where(
        Person.id == RoleGrant.person_id,
        Person.active,
        RoleGrant.council_code == council,
        RoleGrant.role == Role.COUNCIL_ADMINISTRATOR,
    )
    return bool(session.scalar(select(there.exists())))


def providers_of(session: Session, council: str, organizations: Collection[str]) -> dict[str, list[str]]:
    """Email addresses of those who may sign in for each of these organizations in a council, by its key."""
    if not organizations:
        return {}
    rows = session.execute(
        select(RoleGrant.organization_key, Person.email)
        .where(
            RoleGrant.person_id == Person.id,
            RoleGrant.council_code == council,
            RoleGrant.role == Role.PROVIDER,
            RoleGrant.organization_key.in_(organizations),
            Person.active,
        )
        .order_by(RoleGrant.organization_key, Person.email)
    )
    found: dict[str, list[str]] = {}
    for key, email in rows.tuples():
        found.setdefault(key, []).append(email)
    return found


def councils_letting(session: Session, person_id: int, organization: str) -> Sequence[str]:
    """Codes of the councils that let somebody sign in for an organization at this moment."""
    return session.scalars(
        select(RoleGrant.council_code)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.id == person_id,
            Person.active,
            RoleGrant.role == Role.PROVIDER,
            RoleGrant.organization_key == organization,
        )
        .order_by(RoleGrant.id)
    ).all()


def open_invitations(session: Session, codes: Collection[str]) -> Sequence[Invitation]:
    """Those who were asked to join one of these councils and can still accept, newest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.council_code.in_(codes),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.ends_at > utc_now(),
        )
        .order_by(Invitation.id.desc())
    ).all()


def invitation_for(session: Session, actor: Actor, invitation_id: int) -> Invitation | None:
    """An invitation to a council that this administrator looks after."""
    return session.scalar(
        select(Invitation).where(
            Invitation.id == invitation_id, Invitation.council_code.in_(looked_after(actor))
        )
    )
