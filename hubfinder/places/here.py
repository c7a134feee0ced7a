"""Where somebody is, as a browser says it: a coarse point, and which nation that is in."""

import math
import re

from sqlalchemy import text
from sqlalchemy.orm import Session

from hubfinder.places.nations import ENGLAND, nation_of
from hubfinder.places.values import Place, Point, PointUnknown, Postcode, PostcodeElsewhere
from hubfinder.vocab import FootprintKind

DECIMALS = 3
"""About 100 metres: no more exact than a postcode."""
FURTHEST_METRES = 30_000.0
"""Further than this from every postcode is nowhere we know."""
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)")
_SAMPLE = text("""
    WITH RECURSIVE sample(code) AS (
        SELECT min(code) FROM postcode
        UNION ALL
        SELECT (SELECT min(code) FROM postcode WHERE code > substr(sample.code, 1, 4) || 'ZZZ')
        FROM sample WHERE sample.code IS NOT NULL
    )
    SELECT postcode.code, postcode.lat, postcode.lon, postcode.country
    FROM sample JOIN postcode ON postcode.code = sample.code
    WHERE postcode.lat BETWEEN :south AND :north AND postcode.lon BETWEEN :west AND :east
""")
"""The first postcode of every four letters, by some ten thousand steps through the index: none is of
where postcodes are, and this is asked only of points outside every footprint."""


def parse_point(typed: str) -> Point | None:
    """``54.751,2.105`` (latitude, longitude) rounded to three decimals; none for anything else."""
    match = _POINT.fullmatch(typed.strip())
    if not match:
        return None
    lat, lon = round(float(match[1]), DECIMALS), round(float(match[2]), DECIMALS)
    return Point(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def text_of(point: Point) -> str:
    """A point as it stands in an address."""
    return f"{point.lat:.{DECIMALS}f},{point.lon:.{DECIMALS}f}"


def refuse_outside(session: Session, place: Place) -> None:
    """Pass over a place that is in a footprint known here; of another, as ``refuse_elsewhere``."""
    if all(member.kind is FootprintKind.NATION for member in place.memberships):
        refuse_elsewhere(session, place.point)


def refuse_elsewhere(session: Session, point: Point) -> None:
    """Pass over a point in England; the nearest known postcode says whether it is.

    Raises:
        PostcodeElsewhere: it is in another nation.
        PointUnknown: no postcode is near.
    """
    high = FURTHEST_METRES / 111_000
    wide = high / max(math.cos(math.radians(point.lat)), 0.01)
    box = {
        "south": point.lat - high,
        "north": point.lat + high,
        "west": point.lon - wide,
        "east": point.lon + wide,
    }
    rows = session.execute(_SAMPLE, box).all()
    far = point.metres_to_all([Point(row.lat, row.lon) for row in rows])
    if not rows or min(far) > FURTHEST_METRES:
        raise PointUnknown(text_of(point))
    nearest = rows[far.index(min(far))]
    nation = nation_of(Postcode(nearest.code[:-3], nearest.code[-3:]), nearest.country)
    if nation != ENGLAND:
        raise PostcodeElsewhere(text_of(point), nation)
