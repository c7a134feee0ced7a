"""Who may change at once what listings stand on, organizations and places. Others are told whom to ask.

Neither has drafts or versions, and a change shows on every listing. So an organization is changed only by
those who look after all of it; a place by those who look after the ground it is on.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.models import Location, Organization, ServiceAtLocation
from hubfinder.directory.values import PROPOSED, SEED
from hubfinder.listings.models import Listing
from hubfinder.listings.scope import approvable_by, locations_in
from hubfinder.people.models import Council
from hubfinder.people.values import Actor, Grant
from hubfinder.places.councils import Councils, Spot
from hubfinder.staff_vocab import Role

Row = TypeVar("Row", Organization, Location)
KEEPERS = (Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Kept(Generic[Row]):
    """An organization or a place as somebody has it before them."""

    row: Row
    may_change: bool
    councils: tuple[str, ...]
    """Codes of all councils that it concerns: where it stands in the trail, and who is asked."""


def organization_for(session: Session, actor: Actor, key: str) -> Kept[Organization] | None:
    """An organization that somebody has a listing of, or that has none; national help is nobody's.

    They may change it where all its listings that were ever published, and all its places, are theirs. Drafts
    neither give that right nor take it away: only of an organization made on these pages, of which nothing is
    published yet, do they say whose it is.
    """
    row = session.scalar(
        select(Organization)
        .where(Organization.key == key, Organization.source != SEED)
        .options(selectinload(Organization.phones))
    )
    if row is None or not actor.has(*KEEPERS):
        return None
    tally = _tally(session, actor, key)
    if tally.every and not tally.mine:
        return None
    places = session.scalars(select(Location).where(Location.organization_id == row.id)).all()
    grounds = _grounds(session, places)
    known = [one for one in places if grounds[one.id]]
    is_mine = all(_keeps(session, actor, one, grounds[one.id]) for one in known)
    found = {*_councils(session, Listing.organization_key == key), *grounds.values()} - {""}
    has_right = tally.is_all_mine(is_new=row.source == PROPOSED)
    return Kept(row, is_mine and has_right, tuple(sorted(found)) or _own(actor))


def location_for(session: Session, actor: Actor, key: str) -> Kept[Location] | None:
    """A place that somebody keeps, or, unless it is confidential, at which a listing of theirs happens.

    Hub staff keep their hub and places in their area, administrators what is on their council's ground.
    """
    relations = (
        Location.organization, Location.phones, Location.schedules, Location.exceptions,
        Location.languages, Location.accessibility,
    )  # fmt: skip
    row = session.scalar(
        select(Location).where(Location.key == key).options(*(selectinload(one) for one in relations))
    )
    if row is None:
        return None
    council = council_at(session, row)
    may_change = _keeps(session, actor, row, council)
    here = Listing.service_id.in_(_services_at(row))
    mine = select(Listing.id).where(here, approvable_by(actor)).limit(1)
    if not may_change and (row.is_confidential or session.scalar(mine) is None):
        return None
    others = {*_councils(session, here), council} - {""}
    return Kept(row, may_change, tuple(sorted(others)) or _own(actor))


def council_at(session: Session, row: Location) -> str:
    """Code of the council on whose ground a place is; empty where nobody knows."""
    return _grounds(session, [row])[row.id]


def whom_to_ask(session: Session, codes: Collection[str]) -> Sequence[Council]:
    """The teams that keep the listings of these councils, by name."""
    return session.scalars(select(Council).where(Council.code.in_(codes)).order_by(Council.name)).all()


def _own(actor: Actor) -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant.council for grant in _grants(actor)))


def _grants(actor: Actor) -> Iterable[Grant]:
    return (grant for grant in actor.grants if grant.role in KEEPERS)


@dataclass(frozen=True, slots=True)
class _Tally:
    """How many listings an organization has, of everybody and of somebody."""

    every: int
    published: int
    """Of these, how many were ever published."""
    mine: int
    mine_published: int

    def is_all_mine(self, *, is_new: bool) -> bool:
        if self.published:
            return self.published == self.mine_published
        return is_new and self.every == self.mine


def _tally(session: Session, actor: Actor, key: str) -> _Tally:
    mine, is_published = approvable_by(actor), Listing.version > 0
    row = session.execute(
        select(
            func.count(),
            func.count().filter(is_published),
            func.count().filter(mine),
            func.count().filter(mine, is_published),
        ).where(Listing.organization_key == key)
    ).one()
    return _Tally(*row)


def _councils(session: Session, chosen: ColumnElement[bool]) -> Iterable[str]:
    """Codes of the councils of some listings."""
    return session.scalars(select(Listing.council_code).where(chosen).distinct())


def _services_at(row: Location) -> Select[tuple[int]]:
    return select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == row.id)


def _grounds(session: Session, rows: Collection[Location]) -> dict[int, str]:
    """Code of the council on whose ground each place is; empty where nobody knows."""
    spots = {row.id: Spot(row.postcode, row.lat, row.lon) for row in rows}
    found = Councils().of(session, spots.values())
    return {id_: found[spot].code if spot in found else "" for id_, spot in spots.items()}


def _keeps(session: Session, actor: Actor, row: Location, ground: str) -> bool:
    return any(_covers(session, grant, row) for grant in _grants(actor) if grant.council == ground)


def _covers(session: Session, grant: Grant, row: Location) -> bool:
    """Whether a place on the ground of a grant's council is among those that it is for."""
    if grant.role is Role.COUNCIL_ADMINISTRATOR:
        return True
    if row.is_confidential:
        return False
    if grant.hub == row.key or not (grant.hub or grant.area):
        return True
    there = locations_in(grant.area).where(Location.id == row.id)
    return bool(grant.area) and session.scalar(there) is not None
