"""Writes of places. Each works inside the caller's transaction."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import PlaceName
from hubfinder.places.values import Point


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A town or village."""

    name: str
    kind: str
    point: Point


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
