"""Writes of places. Each works inside the caller's transaction."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import put_rows
from hubfinder.places.models import PlaceName, Postcode
from hubfinder.places.revision import places_changed
from hubfinder.places.values import Point

PostcodeValues = tuple[str, float | None, float | None, *tuple[str | None, ...]]
"""What to store of a postcode; the code, without its space, comes first."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A town or village."""

    name: str
    kind: str
    point: Point


def put_postcodes(
    session: Session, rows: Iterable[PostcodeValues], columns: Sequence[str], *, replace: bool = False
) -> int:
    """Add postcodes, or change those that are there; how many were given. ``replace`` forgets all others.

    ``columns`` names what the rows hold: ``code``, ``lat``, ``lon``, and perhaps ``terminated`` and
    ``country``. What is not named stays as it was: a file of points does not undo what ONS said.
    """
    if replace:
        session.execute(delete(Postcode))
    count = put_rows(session, Postcode, columns, rows)
    places_changed(session)
    return count


def put_place_names(session: Session, names: Iterable[NamedPlace]) -> int:
    """Add names, or change those that are there; how many were given.

    Two places of one file may have the same name: they are told apart by their order.
    """
    there = {place.key: place for place in session.scalars(select(PlaceName))}
    count = 0
    for count, (key, named) in enumerate(_keyed(names), 1):  # noqa: B007 - the last number is the answer
        place = there.get(key) or PlaceName(key=key)
        place.name, place.kind = named.name, named.kind
        place.lat, place.lon = named.point.lat, named.point.lon
        session.add(place)
    session.flush()
    return count


def _keyed(names: Iterable[NamedPlace]) -> Iterator[tuple[str, NamedPlace]]:
    seen: Counter[str] = Counter()
    for named in names:
        key = _kebab(f"{named.name} {named.kind}")
        seen[key] += 1
        yield (key if seen[key] == 1 else f"{key}-{seen[key]}"), named


def _kebab(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-") or "place"
