"""Which postcode is in which footprint, worked out once when files come in.

Most postcodes of a street have all their footprints in common, so distinct sets are stored once and a
postcode carries the number of its set. Kind by kind, the postcodes of each set so far are split by their
footprint of that kind; numpy does it for all postcodes together. Nations are not among them: a letter of the
postcode's row says the nation, and millions of rows would have to be written for it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import insert_table, without_collector
from hubfinder.database.reading import Rows, read_table
from hubfinder.places.lookups import LEAST_SHARE, OVERLAPPING
from hubfinder.places.models import Footprint, FootprintSet, FootprintSetMember, FootprintShare, Postcode
from hubfinder.places.moves import Watch
from hubfinder.places.revision import places_changed
from hubfinder.places.setting import put_sets
from hubfinder.vocab import FootprintKind

CHUNK = 200_000
"""Points in one tree: enough to be quick, few enough for memory."""
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
MEMBER = (("set_id", "i4"), ("footprint_id", "i4"), ("share", "f8"))
"""The columns of ``FootprintSetMember``, as numpy calls their types."""
_MEMBER = np.dtype(list(MEMBER))
Members = tuple[tuple[int, float], ...]
"""Footprint ids with their shares."""


@dataclass(slots=True)
class Sets:
    """The set each postcode has so far, and what is in each set."""

    of_postcode: Ints
    members: list[Members] = field(default_factory=lambda: [()])

    def split(self, parts: npt.NDArray[np.integer[Any]], members_of: Callable[[int], Members]) -> None:
        """Split every set by ``parts``: a number for each postcode, 0 where there is nothing to add."""
        combined = self.of_postcode * (int(parts.max(initial=0)) + 1) + parts
        _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
        old = self.of_postcode[first]
        self.members = [
            self.members[int(old[number])] + (members_of(int(parts[at])) if parts[at] else ())
            for number, at in enumerate(first)
        ]
        self.of_postcode = inverse.reshape(-1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Points:
    """All postcodes that have a position, in the order of their codes."""

    codes: npt.NDArray[np.bytes_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    set_ids: Ints
    """The set stored at the moment; 0 where there is none."""

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(slots=True)
class Shapes:
    """The footprints of one kind that have a shape, by code, and which of them each postcode is in.

    ``parts`` has a number for each postcode, and ``groups`` says for which footprints a number stands, by
    their place in ``ids``; 0 stands for none.
    """

    ids: list[int]
    codes: list[str]
    shapes: npt.NDArray[np.object_]
    several: bool
    """Whether a postcode may be in more than one of them."""
    parts: npt.NDArray[np.int32]
    groups: list[tuple[int, ...]]
    numbers: dict[tuple[int, ...], int]

    def find(self, tree: shapely.STRtree, start: int) -> None:
        """Note the footprints of the points in a tree, the first of which is number ``start``."""
        which, where = tree.query(self.shapes, predicate="covers")
        order = np.lexsort((which, where))
        which, where = which[order], where[order]
        found, first, count = np.unique(where, return_index=True, return_counts=True)
        self.parts[start + found] = which[first] + 1
        for number in np.flatnonzero(count > 1).tolist() if self.several else ():
            group = tuple(which[first[number] : first[number] + count[number]].tolist())
            self.parts[start + int(found[number])] = self._number_of(group)

    def _number_of(self, group: tuple[int, ...]) -> int:
        if group not in self.numbers:
            self.numbers[group] = len(self.groups)
            self.groups.append(group)
        return self.numbers[group]


def rebuild_memberships(
    session: Session, progress: Progress = lambda _done, _all: None, watch: Watch | None = None
) -> int:
    """Work out every postcode's footprints again, in the caller's transaction; how many sets there are.

    ``progress`` is told how many postcodes are done, and how many there are. ``watch`` finds out which
    postcodes have moved. The same files give the same sets with the same numbers.
    """
    session.flush()
    with without_collector():
        kinds = {kind: found for kind in FootprintKind if (found := _shapes(session, kind))}
        points = _points(session, list(kinds.values()))
        _find_all(points, list(kinds.values()), progress)
        sets = Sets(np.zeros(len(points), dtype=np.int64))
        networks = _networks_of_small_areas(session)
        for kind in FootprintKind:
            if kind in kinds:
                _add_kind(kind, kinds.pop(kind), sets, networks)
        if watch:
            watch.compare(session, points.codes, points.set_ids, sets.of_postcode, sets.members)
        places_changed(session)
        return _store(session, points, sets)


def _points(session: Session, kinds: Sequence[Shapes]) -> Points:
    """The postcodes around the shapes, and those that have a set that they may have to lose."""
    columns = {"code": "S7", "lon": "f8", "lat": "f8", "set_id": "i8"}
    table = read_table(session, Postcode, columns, "lat IS NOT NULL AND lon IS NOT NULL")
    near = table["set_id"] > 0
    if kinds:
        west, south, east, north = shapely.total_bounds(np.concatenate([one.shapes for one in kinds]))
        lon, lat = table["lon"], table["lat"]
        near |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    table = table[near]
    table = table[np.argsort(table["code"], kind="stable")]
    return Points(*(np.ascontiguousarray(table[name]) for name in columns))


def _networks_of_small_areas(session: Session) -> dict[str, Members]:
    """The networks of each small area's people, largest first: all worth naming, and always the largest."""
    found: dict[str, list[tuple[int, float]]] = {}
    rows = session.execute(
        select(FootprintShare.small_area_code, FootprintShare.footprint_id, FootprintShare.share).order_by(
            FootprintShare.small_area_code, FootprintShare.share.desc(), FootprintShare.footprint_id
        )
    )
    for code, footprint_id, share in rows:
        members = found.setdefault(code, [])
        if not members or share >= LEAST_SHARE:
            members.append((footprint_id, share))
    return {code: tuple(members) for code, members in found.items()}


def _shapes(session: Session, kind: FootprintKind) -> Shapes | None:
    """The shapes of a kind, by code; none if there are none, or the kind is not worked out here."""
    if kind is FootprintKind.NATION:
        return None
    rows = session.execute(
        select(Footprint.id, Footprint.code, Footprint.geom)
        .where(Footprint.kind == kind, Footprint.geom.is_not(None))
        .order_by(Footprint.code)
    ).all()
    if not rows:
        return None
    groups: list[tuple[int, ...]] = [(), *((number,) for number in range(len(rows)))]
    return Shapes(
        ids=[row.id for row in rows],
        codes=[row.code for row in rows],
        shapes=shapely.from_wkb([bytes(row.geom.data) for row in rows]),
        several=kind in OVERLAPPING,
        parts=np.zeros(0, dtype=np.int32),
        groups=groups,
        numbers={group: number for number, group in enumerate(groups)},
    )


def _find_all(points: Points, kinds: Sequence[Shapes], progress: Progress) -> None:
    """Ask every shape for the postcodes in it, many postcodes at a time."""
    for shapes in kinds:
        shapes.parts = np.zeros(len(points), dtype=np.int32)
    for start in range(0, len(points) if kinds else 0, CHUNK):
        piece = slice(start, start + CHUNK)
        spots = np.column_stack((points.lon[piece], points.lat[piece]))
        tree = shapely.STRtree(np.asarray(shapely.points(spots), dtype=object))
        for shapes in kinds:
            shapes.find(tree, start)
        progress(min(start + CHUNK, len(points)), len(points))


def _add_kind(kind: FootprintKind, shapes: Shapes, sets: Sets, networks: dict[str, Members]) -> None:
    """Split the sets by the footprints of one kind.

    A network known from the patients of small areas came with the small area; its drawn shape is used only
    for postcodes where no patients are known.
    """
    with_shares = networks if kind is FootprintKind.SMALL_AREA else {}
    parts = shapes.parts

    def members_of(part: int) -> Members:
        found: Members = ()
        for place in shapes.groups[part]:
            found += ((shapes.ids[place], 1.0), *with_shares.get(shapes.codes[place], ()))
        return found

    if kind is FootprintKind.PRIMARY_CARE_NETWORK:
        known = {member for members in networks.values() for member, _ in members}
        has_network = [any(member in known for member, _ in members) for members in sets.members]
        parts = np.where(np.array(has_network)[sets.of_postcode], 0, parts)
    sets.split(parts, members_of)


def _store(session: Session, points: Points, sets: Sets) -> int:
    """Write the sets, and the postcodes whose set has another number than before; how many sets there are."""
    is_set = np.array([bool(members) for members in sets.members])
    numbers = np.where(is_set, np.cumsum(is_set), 0)
    total = int(is_set.sum())
    _put_members(session, total, _sorted(np.fromiter(_member_rows(sets.members), dtype=_MEMBER)))
    wanted = numbers[sets.of_postcode]
    changed = wanted != points.set_ids
    put_sets(session, points.codes[changed], wanted[changed])
    return total


def _put_members(session: Session, total: int, members: Rows) -> None:
    """Make these the members of the sets, which are numbered from 1 to ``total``; nothing if they are."""
    there = _sorted(read_table(session, FootprintSetMember, dict(MEMBER)))
    if len(there) == len(members) and bool((there == members).all()):
        return
    session.execute(delete(FootprintSetMember))
    known = read_table(session, FootprintSet, {"id": "i4"})["id"]
    session.execute(delete(FootprintSet).where(FootprintSet.id > total))
    new = np.setdiff1d(np.arange(1, total + 1), known)
    insert_table(session, FootprintSet, new.astype([("id", "i4")]))
    insert_table(session, FootprintSetMember, members)


def _sorted(members: Rows) -> Rows:
    return members[np.lexsort((members["footprint_id"], members["set_id"]))]


def _member_rows(members: Iterable[Members]) -> Iterator[tuple[int, int, float]]:
    for number, found in enumerate(filter(None, members), 1):
        for footprint_id, share in dict(found).items():
            yield number, footprint_id, share
