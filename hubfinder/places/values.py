"""Values of places, parsed once at the edge and carried inside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyproj import Geod

from hubfinder.vocab import Basis, FootprintKind

GEOD = Geod(ellps="WGS84")
METRES_PER_MILE = 1609.344

_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?|NPT|GIR")
"""The two odd ones are of old: Newport until 1998, and Girobank. Both are still in the official files."""
_FULL = re.compile(rf"({_OUTWARD.pattern})([0-9][ABD-HJLNP-UW-Z]{{2}})")


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the ground: WGS84 degrees."""

    lat: float
    lon: float

    def metres_to(self, other: "Point") -> float:
        """Geodesic distance in metres."""
        return self.metres_to_all([other])[0]

    def metres_to_all(self, others: "Sequence[Point]") -> list[float]:
        """Geodesic distances in metres; many at once take hardly longer than one."""
        if not others:
            return []
        here = [self.lon] * len(others), [self.lat] * len(others)
        _, _, metres = GEOD.inv(*here, [o.lon for o in others], [o.lat for o in others])
        return list(metres)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A well-formed postcode; whether it exists is the database's to say."""

    outward: str
    inward: str

    @classmethod
    def parse(cls, text: str) -> "Postcode | None":
        """A postcode from what somebody typed (any case and spacing), or none if it is not one."""
        compact = re.sub(r"[^A-Z0-9]", "", text.upper()) if len(text) <= 12 else ""
        match = _FULL.fullmatch(compact)
        return cls(match[1], match[2]) if match else None

    @property
    def compact(self) -> str:
        return self.outward + self.inward

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"


def parse_outward(text: str) -> str | None:
    """The first half of a postcode (``ZA1``), or none."""
    compact = text.strip().upper()
    return compact if _OUTWARD.fullmatch(compact) else None


@dataclass(frozen=True, slots=True)
class Membership:
    """One footprint an address is in."""

    footprint_id: int
    kind: FootprintKind
    code: str
    name: str
    basis: Basis
    share: float
    """1 where the point is inside; less where it is a likelihood (people of the small area)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is looking from."""

    label: str
    """What to call it on a page: ``ZA1 4QT``, ``Wendbridge``."""
    point: Point
    memberships: tuple[Membership, ...] = ()
    postcode: Postcode | None = None
    terminated: str | None = None
    """``yyyymm`` when the postcode is no longer in use; its last known place is still an answer."""
    what: str = ""
    """How it was found, where that was not by a full postcode: ``outcode``, ``here`` (a point), ``school``,
    ``surgery``, a kind of footprint, what the file of names said (``town``), or ``scope``: the people of an
    area, with the share of them that is in each footprint."""

    def of_kind(self, kind: FootprintKind) -> tuple[Membership, ...]:
        """Its footprints of one kind, most likely first."""
        return tuple(m for m in self.memberships if m.kind is kind)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several places a name could mean; ``text`` is what to search for to get exactly it."""

    text: str
    label: str
    kind: str
    detail: str = ""
    """What tells it from the others: its postcode, or its council area."""


class PlaceProblem(Exception):
    """The place somebody typed cannot be used; each kind has its own clear answer on the page."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class PostcodeMalformed(PlaceProblem):
    """Looks like a postcode but cannot be one."""


class PostcodeUnknown(PlaceProblem):
    """Well formed, but no such postcode is known here."""


class PostcodeWithoutPoint(PlaceProblem):
    """Known, but nobody has said where it is."""


@dataclass(eq=False)
class PostcodeElsewhere(PlaceProblem):
    """In another nation, where help is organised differently. ``nation``: E, W, S, N, L or M."""

    text: str
    nation: str


class PlaceUnknown(PlaceProblem):
    """No place of that name is known here."""


class PointUnknown(PlaceProblem):
    """A point (``51.5,-0.1``) that is not near any place known here."""


@dataclass(eq=False)
class PlaceAmbiguous(PlaceProblem):
    """Several places have that name."""

    text: str
    choices: tuple[Choice, ...] = field(default=())
