"""What keeps a refuge's address in the database and nowhere else."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from hubfinder.directory.clues import Clue, Secret, clues_of, normal, squeeze
from hubfinder.directory.models import Location, Service, ServiceAtLocation
from hubfinder.places.values import Point

WEB = frozenset({"key", "website", "email"})
"""Fields whose words run into each other."""
NEAR = 0.002
"""Degrees, about 200 m: coordinates nearer than this tell of a place."""
_DECIMAL = re.compile(r"(?<![0-9.])[0-9]{1,3}\.[0-9]{2,}")
_CLOSE = 12
"""Characters between the two numbers of a point, at most."""


_WITH_A_SECRET = (
    select(ServiceAtLocation.service_id)
    .join(Location, Location.id == ServiceAtLocation.location_id)
    .where(Location.is_confidential)
)
"""Begins with the few places that are: asked of every service, it would take twenty times as long."""
KEYS_WITHOUT_A_PUBLIC_PLACE = select(Service.key).where(
    Service.id.in_(_WITH_A_SECRET),
    ~Service.at_locations.any(ServiceAtLocation.location.has(~Location.is_confidential)),
)
"""Of the services that happen in confidential places only."""


def public_sites(service: Service) -> tuple[Location, ...]:
    """Where a service happens, as far as anybody may know. The only way pages get at its locations."""
    return tuple(at.location for at in service.at_locations if not at.location.is_confidential)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What no text may tell of some confidential places; made once, asked of many texts."""

    clues: tuple[Clue, ...] = ()
    points: tuple[Point, ...] = ()

    @classmethod
    def of(cls, places: Iterable[Secret], public_addresses: Iterable[str] = ()) -> "Secrets":
        hidden, known = list(places), normal(" | ".join(public_addresses))
        clues = {clue: None for place in hidden for clue in clues_of(place, known)}
        points = [
            Point(place.lat, place.lon) for place in hidden if place.lat is not None and place.lon is not None
        ]
        return cls(tuple(clues), tuple(points))

    def told(self, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Field and kind of clue (``name``, ``postcode`` ...) for each field that tells of a place."""
        said = "\n".join(texts.values())
        suspects = self._suspects(said)
        if not suspects and not self._points_at(said):
            return
        for field, text in texts.items():
            if what := self._told(suspects, normal(text), is_web=field in WEB):
                yield field, what

    def _suspects(self, said: str) -> list[Clue]:
        """The clues worth a closer look. Nearly always there is none."""
        if not self.clues:
            return []
        squeezed = squeeze(normal(said))
        return [clue for clue in self.clues if clue.anchor in squeezed]

    def _told(self, clues: Iterable[Clue], text: str, *, is_web: bool) -> str:
        web = text if is_web else " ".join(filter(_is_web, text.split()))
        for clue in clues:
            if clue.words.search(text) or clue.joined.search(web):
                return clue.what
        return "coordinates" if self._points_at(text) else ""

    def _points_at(self, text: str) -> bool:
        return bool(self.points) and any(self._is_there(pair) for pair in _pairs(text))

    def _is_there(self, pair: tuple[str, str]) -> bool:
        """Whether two numbers are a point, as far as they say, in either order and without signs."""
        near = max(NEAR, *(0.51 * 10 ** -len(number.partition(".")[2]) for number in pair))
        one, other = map(float, pair)
        return any(
            abs(abs(point.lat) - lat) <= near and abs(abs(point.lon) - lon) <= near
            for point in self.points
            for lat, lon in ((one, other), (other, one))
        )


def _is_web(word: str) -> bool:
    return "@" in word or "/" in word or "." in word[1:-1]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Each two decimal numbers that stand next to each other."""
    numbers = list(_DECIMAL.finditer(text))
    for one, other in pairwise(numbers):
        if other.start() - one.end() <= _CLOSE:
            yield one[0], other[0]
