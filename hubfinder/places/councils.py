"""Which council a place is in, for labels such as "across the border, in Northsands"."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.database import in_box, point_wkb
from hubfinder.places.models import Footprint
from hubfinder.places.queries import councils_of_postcodes
from hubfinder.vocab import FootprintKind

SECONDS = 60
MOST = 5_000
"""Places; when there are more, all are forgotten."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a postcode, a point (WGS84 degrees), or both."""

    postcode: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Council:
    """A council area."""

    code: str
    name: str


class Councils:
    """Answers which council places are in: one statement for all postcodes, remembered for a minute."""

    def __init__(self) -> None:
        self._known: dict[Spot, tuple[float, Council | None]] = {}

    def of(self, session: Session, spots: Iterable[Spot]) -> dict[Spot, Council]:
        """The council of each place; those that are in none, as far as is known, are left out."""
        now = time.monotonic()
        wanted = set(spots)
        known = {spot: self._known.get(spot, (0.0, None)) for spot in wanted}
        found = {spot: council for spot, (until, council) in known.items() if until > now}
        if missing := wanted - found.keys():
            asked = _ask(session, missing)
            found |= {spot: asked.get(spot) for spot in missing}
            if len(self._known) >= MOST:
                self._known.clear()
            self._known.update({spot: (now + SECONDS, found[spot]) for spot in missing})
        return {spot: council for spot, council in found.items() if council}


def _ask(session: Session, spots: Collection[Spot]) -> dict[Spot, Council]:
    """By the postcode where it is known, otherwise by the point."""
    of_postcode = councils_of_postcodes(session, {spot.postcode for spot in spots if spot.postcode})
    found = {spot: Council(*of_postcode[spot.postcode]) for spot in spots if spot.postcode in of_postcode}
    for spot in spots:
        council = None if spot in found else _at(session, spot)
        if council:
            found[spot] = council
    return found


def _at(session: Session, spot: Spot) -> Council | None:
    if spot.lat is None or spot.lon is None:
        return None
    row = session.execute(
        select(Footprint.code, Footprint.name)
        .where(
            Footprint.kind == FootprintKind.LOCAL_AUTHORITY,
            in_box(Footprint.geom, (spot.lon, spot.lat, spot.lon, spot.lat)),
            func.ST_Covers(Footprint.geom, point_wkb(spot.lon, spot.lat)),
        )
        .order_by(Footprint.code)
        .limit(1)
    ).one_or_none()
    return Council(row.code, row.name) if row else None
