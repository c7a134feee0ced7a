"""Primary care networks: how many people of each small area belong to which, and the areas that follow.

A network has no border. What is published is how many patients of each network live in each small area. So
its footprint here is made of the small areas where more people belong to it than to any other network, and
every small area keeps the shares: "which network" is a likelihood.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database.base import SRID
from hubfinder.places.lookups import LEAST_SHARE
from hubfinder.places.models import Footprint, FootprintShare, Layer
from hubfinder.places.plain import plain
from hubfinder.places.states import Area, ShareRow
from hubfinder.vocab import Basis, FootprintKind

NETWORK = FootprintKind.PRIMARY_CARE_NETWORK
METHOD = (
    "Small areas joined by the network that most of their registered patients belong to. "
    "Patients choose their practice, so this is a likelihood and not a border."
)
NAMES_LAYER = "primary_care_network:names"


@dataclass(slots=True)
class Patients:
    """Registered patients by small area and network, and what the networks are called."""

    numbers: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    totals: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """All registered patients of a small area, those of networks that are not worth naming included."""
    names: dict[str, str] = field(default_factory=dict)

    def add(self, small_area: str, network: str, number: int) -> None:
        self.numbers[small_area][network] += number
        self.totals[small_area] += number

    def take_over(self, newer: "Patients") -> None:
        """Put what a newer file says of its small areas in place of what was known of them."""
        self.numbers.update(newer.numbers)
        self.totals.update(newer.totals)
        self.names.update(newer.names)

    def shares(self, small_area: str) -> dict[str, float]:
        """The part of a small area's patients that each network has; the largest first, then by code."""
        numbers = self.numbers[small_area]
        order = sorted(numbers, key=lambda code: (-numbers[code], code))
        return {code: numbers[code] / self.totals[small_area] for code in order}

    def rows(self, networks: Collection[str]) -> list[ShareRow]:
        """The shares of these networks, to store."""
        return [
            (small_area, code, self.numbers[small_area][code], share)
            for small_area in sorted(self.numbers)
            for code, share in self.shares(small_area).items()
            if code in networks
        ]

    def likely(self) -> set[str]:
        """Networks that somewhere are the largest, or have a share worth naming. Others are far away."""
        return {
            code
            for area in self.numbers
            for place, (code, share) in enumerate(self.shares(area).items())
            if place == 0 or share >= LEAST_SHARE
        }


def stored_patients(session: Session) -> Patients:
    """What earlier files said."""
    patients = Patients()
    rows = session.execute(
        select(FootprintShare, Footprint.code, Footprint.name)
        .join(Footprint, Footprint.id == FootprintShare.footprint_id)
        .where(Footprint.kind == NETWORK)
        .order_by(
            FootprintShare.small_area_code, FootprintShare.patients
        )  # the largest share is exact enough
    )
    for share, code, name in rows:
        patients.numbers[share.small_area_code][code] = share.patients
        patients.totals[share.small_area_code] = round(share.patients / share.share)
        patients.names[code] = name
    return patients


def small_area_shapes(session: Session) -> dict[str, BaseGeometry]:
    """The shapes of all small areas that have one, by code."""
    rows = session.execute(
        select(Footprint.code, Footprint.geom).where(
            Footprint.kind == FootprintKind.SMALL_AREA, Footprint.geom.is_not(None)
        )
    ).all()
    return {code: shapely.from_wkb(bytes(geom.data)) for code, geom in rows if geom is not None}


def network_areas(patients: Patients, shapes: Mapping[str, BaseGeometry]) -> list[Area]:
    """The networks with their footprints. One that is nowhere the largest is known by name only."""
    parts: dict[str, list[BaseGeometry]] = {code: [] for code in sorted(patients.likely())}
    for small_area in sorted(patients.numbers):
        largest = next(iter(patients.shares(small_area)), None)
        if largest and small_area in shapes:
            parts[largest].append(shapes[small_area])
    return [Area(code, patients.names[code], _joined(found)) for code, found in parts.items()]


def _joined(parts: list[BaseGeometry]) -> BaseGeometry | None:
    if not parts:
        return None
    whole = shapely.union_all(parts)
    polygons = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return shapely.set_srid(shapely.MultiPolygon(polygons), SRID)


def name_networks(session: Session, names: Mapping[str, str]) -> int:
    """Know networks by name that are not footprints yet; how many were new."""
    there = set(session.scalars(select(Footprint.code).where(Footprint.kind == NETWORK)))
    new = {code: name for code, name in sorted(names.items()) if code not in there}
    if new:
        layer = session.scalar(select(Layer).where(Layer.key == NAMES_LAYER))
        layer = layer or Layer(key=NAMES_LAYER, kind=NETWORK, basis=Basis.OFFICIAL)
        session.add(layer)
        session.add_all(
            Footprint(layer=layer, kind=NETWORK, code=code, name=name, plain_name=plain(name))
            for code, name in new.items()
        )
        session.flush()
    return len(new)
