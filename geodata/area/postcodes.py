"""The made-up postcodes: which spots get one, and how they are lettered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from area.cells import cell_of, cells
from area.shape import Floats, Integers, to_degrees, to_km
from area.streets import COUNTRY, SEED, TOWN_NUMBER, Spots, spots
from area.wards import WARDS, ward_of_cells

LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters an inward code may have
UNITS = [a + b for a in LETTERS for b in LETTERS]
STRIP_POSTCODES = 30
TERMINATED = 40
COUNTRY_SHARE = 0.07

# Sector -> (ward, points that draw postcodes to it, kilometres); the ward "" is the strip next door.
SECTORS: dict[str, tuple[str, tuple[tuple[float, float], ...]]] = {
    "ZA1 1": ("Fishergate", ((6.9, 1.7), (5.0, 1.6))),
    "ZA1 2": ("Harbour", ((9.1, 0.6), (10.1, 1.2))),
    "ZA1 3": ("Fishergate", ((8.7, 2.8),)),
    "ZA1 4": ("Harbour", ((8.2, 0.9), (8.8, 1.5))),
    "ZA1 5": ("Saltings", ((8.5, -0.9),)),
    "ZA1 6": ("Saltings", ((7.8, -2.4), (7.0, -1.2), (6.0, -5.0))),
    "ZA2 1": ("Market", ((-3.5, 1.6),)),
    "ZA2 2": ("Market", ((-1.9, 1.7),)),
    "ZA2 3": ("Castle Hill", ((-2.0, 3.3),)),
    "ZA2 4": ("Castle Hill", ((-4.2, 2.9),)),
    "ZA2 5": ("Mill Lane", ((-2.7, 0.3), (0.0, -2.0))),
    "ZA2 6": ("Mill Lane", ((-4.4, 0.0), (-3.6, -4.0))),
    "ZA3 1": ("Upper Wend", ((-9.2, 3.7),)),
    "ZA3 2": ("Upper Wend", ((-6.2, 6.2), (-3.0, 6.4))),
    "ZA3 3": ("Upper Wend", ((-7.7, -3.3),)),
    "ZA4 1": ("Sandmere and Dunes", ((7.0, 6.0),)),
    "ZA4 2": ("Sandmere and Dunes", ((7.35, 8.5),)),
    "ZA4 3": ("Sandmere and Dunes", ((8.1, 10.5),)),
    "ZA5 1": ("", ((-13.7, 4.5),)),
}
# Villages are smaller than the ward's towns, whatever their middles are like.
VILLAGE_POSTCODES = {
    "Upper Wend": 122,
    "Thornley": 84,
    "Eelby": 62,
    "Sandmere": 168,
    "Dunholme": 70,
    "Long Reach": 40,
}
# Postcodes that other files of the demonstration rely on, and where they lie (kilometres).
PROMISED = {
    "ZA1 2AB": (8.95, 0.55),
    "ZA1 4QT": (8.47, 1.08),
    "ZA1 6BD": (7.9, -2.0),
    "ZA2 1AA": (-3.3, 1.55),
    "ZA2 5EF": (-2.8, 0.35),
    "ZA4 1AA": (7.0, 6.0),
}


@dataclass(frozen=True)
class Postcode:
    """One postcode: written form, terminated month (yyyymm) or "", degrees, and who lives there."""

    code: str
    ended: str
    lon: float
    lat: float
    people: int

    @property
    def km(self) -> tuple[float, float]:
        """The point on the flat map, kilometres."""
        x, y = to_km(np.array([[self.lon, self.lat]]))[0]
        return float(x), float(y)


@cache
def postcodes() -> tuple[Postcode, ...]:
    """Every postcode of the area in the order of its written form, terminated ones included."""
    rng = np.random.default_rng(SEED + 2)
    everywhere = spots()
    cell = cell_of(everywhere.xy)
    ward = ward_of_cells()[cell]
    region = np.array(cells().region)[cell]
    chosen = _choose(everywhere, ward, region)
    people = rng.integers(22, 59, len(chosen.xy))
    live = _lettered(chosen, people, ward_of_cells()[cell_of(chosen.xy)], rng)
    return tuple(sorted(live + _ended(live, rng), key=lambda postcode: postcode.code))


def _choose(everywhere: Spots, ward: Integers, region: Integers) -> Spots:
    """The spots that get a postcode, in street order."""
    picked = [np.flatnonzero(region == "strip")]
    strip = picked[0][np.argsort(everywhere.rank[picked[0]], kind="stable")][:STRIP_POSTCODES]
    chosen = [strip]
    for number, entry in enumerate(WARDS):
        chosen += _choose_in_ward(everywhere, np.flatnonzero(ward == number), entry.postcodes)
    order = np.concatenate(chosen)
    return everywhere.pick(order[np.lexsort((order, everywhere.street[order]))])


def _choose_in_ward(everywhere: Spots, here: Integers, wanted: int) -> list[Integers]:
    """The best spots of one ward: some along country roads, the villages' quotas, the rest in the towns."""
    order = here[np.argsort(everywhere.rank[here], kind="stable")]
    town = everywhere.town[order]
    chosen = [order[town == COUNTRY][: round(wanted * COUNTRY_SHARE)]]
    for name, quota in VILLAGE_POSTCODES.items():
        chosen.append(order[town == TOWN_NUMBER[name]][:quota])
    villages = [COUNTRY, *(TOWN_NUMBER[name] for name in VILLAGE_POSTCODES)]
    rest = order[~np.isin(town, villages)]
    if (
        sum(map(len, chosen)) < wanted / 2
    ):  # a ward of a town; in a country ward a town's last streets stay empty
        chosen.append(rest[: wanted - len(chosen[0])])
    return chosen


def _lettered(chosen: Spots, people: Integers, ward: Integers, rng: np.random.Generator) -> list[Postcode]:
    """The chosen spots with their postcodes: next door along a street is next in the alphabet."""
    degrees = to_degrees(chosen.xy)
    found: list[Postcode] = []
    for name, members in _by_sector(chosen.xy, ward).items():
        units = [UNITS[i] for i in sorted(rng.choice(len(UNITS), len(members), replace=False).tolist())]
        codes = _keep_promises(name, [name + unit for unit in units], chosen.xy[members])
        found += [
            Postcode(code, "", float(degrees[i, 0]), float(degrees[i, 1]), int(people[i]))
            for code, i in zip(codes, members, strict=True)
        ]
    return found


def _by_sector(xy: Floats, ward: Integers) -> dict[str, Integers]:
    """The places in xy that belong to each sector: the nearest sector of their ward."""
    names = list(SECTORS)
    number = {entry.name: i for i, entry in enumerate(WARDS)} | {"": -1}
    columns = []
    for ward_name, anchors in SECTORS.values():
        gap = np.minimum.reduce([np.hypot(xy[:, 0] - x, xy[:, 1] - y) for x, y in anchors])
        columns.append(gap + 1000.0 * (ward != number[ward_name]))
    sector = np.argmin(np.column_stack(columns), axis=1)
    return {name: np.flatnonzero(sector == i) for i, name in enumerate(names)}


def _keep_promises(sector: str, codes: list[str], xy: Floats) -> list[str]:
    """The codes, swapped so that each promised postcode of the sector lies where it was promised."""
    for code, (x, y) in PROMISED.items():
        if not code.startswith(sector):
            continue
        nearest = int(np.argmin(np.hypot(xy[:, 0] - x, xy[:, 1] - y)))
        if code in codes:
            codes[codes.index(code)] = codes[nearest]
        codes[nearest] = code
    return codes


def _ended(live: list[Postcode], rng: np.random.Generator) -> list[Postcode]:
    """Postcodes that have been withdrawn, each near a live one, with the month in which that happened."""
    used = {postcode.code for postcode in live}
    ended: list[Postcode] = []
    while len(ended) < TERMINATED:
        near = live[int(rng.integers(len(live)))]
        code = near.code[:5] + UNITS[int(rng.integers(len(UNITS)))]
        if code in used or code.startswith("ZA5"):
            continue
        used.add(code)
        month = f"{int(rng.integers(1996, 2025))}{int(rng.integers(1, 13)):02d}"
        shift = (rng.random(2) - 0.5) * 0.0004
        lon, lat = np.round([near.lon + shift[0], near.lat + shift[1]], 6)
        ended.append(Postcode(code, month, float(lon), float(lat), 0))
    return ended
