"""Reading requests: who may see which, the queue without opening any, and one opened, which the trail says.

Someone else's request is as if there were none. ``visible_to`` is the one rule; everything goes through it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told, told
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.vocab import Flag
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring, NotOpened
from hubfinder.vault.sealing import Box, Owner, open_box

KIND = "referral"


@dataclass(frozen=True, slots=True)
class Head:
    """What the queue shows of a request before anybody opens it."""

    name: str
    flags: frozenset[Flag]
    language: str
    children: int
    lives_in: str
    lives_in_name: str
    footprints: tuple[str, ...]
    hub_there: str
    """Key of the hub for where they live, agreed or not; empty where nobody knows."""
    hub_reads: frozenset[str]
    """What of it the family agreed that its hub reads: groups, see ``sharing``."""
    from_merged: frozenset[Flag]
    """Those of ``flags`` that requests have which are part of this one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a queue."""

    row: Referral
    head: Head
    is_closed: bool = False
    """It does not open: its key is not here, or a bit of it is another. ``head`` is ``NOTHING_KNOWN``."""


NOTHING_KNOWN = Head("", frozenset(), "en", 0, "", "", (), "", frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Opened:
    """A request, open."""

    row: Referral
    box: Box
    answers: dict[str, Any]
    told: Told
    head: Head


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Over ``Referral``: those somebody may see. The front door sees its council's, hub staff their hub's."""
    scopes = [_scope(grant.role, grant.council, grant.hub) for grant in actor.grants]
    return or_(false(), *(scope for scope in scopes if scope is not None))


def _scope(role: Role, council: str, hub: str) -> ColumnElement[bool] | None:
    if role is Role.FRONT_DOOR:
        return Referral.council_code == council
    if role is Role.HUB_STAFF and hub:
        return and_(Referral.council_code == council, Referral.hub_key == hub)
    return None


def is_front_door(actor: Actor, row: Referral) -> bool:
    """Whether somebody is of the front door that has a request: staff of a hub are not."""
    return any(grant.role is Role.FRONT_DOOR and grant.council == row.council_code for grant in actor.grants)


def is_of_its_hub(actor: Actor, row: Referral) -> bool:
    """Whether somebody is of the hub that has a request."""
    return any(
        grant.role is Role.HUB_STAFF and grant.council == row.council_code and grant.hub == row.hub_key
        for grant in actor.grants
        if grant.hub
    )


def box_of(ring: Keyring, row: Referral) -> Box:
    """The open box of a request.

    Raises:
        NotOpened: its key is not here, or was changed.
    """
    return open_box(ring, Owner(KIND, row.id, row.council_code), row.wrapped)


def head_in(box: Box, row: Referral) -> Head:
    said = box.open("head", row.version, row.head)
    from_merged = frozenset(Flag(one) for one in said["from_merged"])
    return Head(
        said["name"],
        frozenset(Flag(one) for one in said["flags"]) | from_merged,
        said["language"],
        said["children"],
        said["lives_in"],
        said["lives_in_name"],
        tuple(said["footprints"]),
        said["hub_there"],
        frozenset(said["hub_reads"]),
        from_merged,
    )


def lines_of(ring: Keyring, rows: Iterable[Referral]) -> list[Line]:
    """The lines of a queue: only the heads are opened, which the trail says once for the page. One that does
    not open stays in its place, and hides no other.
    """
    return [_line(ring, row) for row in rows]


def _line(ring: Keyring, row: Referral) -> Line:
    try:
        return Line(row, head_in(box_of(ring, row), row))
    except NotOpened:
        return Line(row, NOTHING_KNOWN, is_closed=True)


def opened(ring: Keyring, row: Referral) -> Opened:
    """A request, open. Whoever shows it to a person goes through ``open_for`` instead."""
    box = box_of(ring, row)
    answers = box.open("body", row.version, row.body)
    return Opened(row, box, answers, told(answers), head_in(box, row))


def find(session: Session, actor: Actor, reference: str) -> Referral | None:
    """A request somebody may see; none if there is none, or it is someone else's."""
    rows = select(Referral).where(Referral.reference == reference, visible_to(actor))
    return session.scalar(rows)


def open_for(session: Session, ring: Keyring, actor: Actor, row: Referral, why: str = "") -> Opened:
    """Open a request for somebody: exactly one entry of the trail says so.

    The caller has begun with ``begin_writing`` on the vault, and commits before anything is shown.
    """
    found = opened(ring, row)
    record(session, actor, "request.opened", Subject("request", row.reference, row.council_code), why)
    return found


def events_of(session: Session, row: Referral) -> Sequence[ReferralEvent]:
    """What happened to it, the oldest first."""
    rows = select(ReferralEvent).where(ReferralEvent.referral_id == row.id).order_by(ReferralEvent.id)
    return session.scalars(rows).all()


def locked(session: Session, row: Referral, revision: int) -> None:
    """Take the row for a change, as it was when somebody looked at it.

    Raises:
        ChangedMeanwhile: somebody else changed it since.
    """
    newest = select(Referral).where(Referral.id == row.id).with_for_update()
    found = session.scalar(newest, execution_options={"populate_existing": True})
    if found is None or found.revision != revision:
        raise ChangedMeanwhile


def touched(row: Referral, moment: datetime) -> None:
    """It was changed: whoever looked at it before is told so."""
    row.revision += 1
    row.changed_at = moment


class ChangedMeanwhile(Exception):
    """Somebody else changed the request since it was looked at."""
