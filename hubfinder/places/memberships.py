"""Which postcode is in which footprint, worked out once when files come in.

Most postcodes of a street have all their footprints in common, so distinct sets are stored once and a
postcode carries the number of its set. Kind by kind, the postcodes of each set so far are split by their
footprint of that kind; numpy does it for all postcodes together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import insert_rows, put_rows
from hubfinder.places.models import Footprint, FootprintSet, FootprintSetMember, FootprintShare, Postcode
from hubfinder.places.nations import nation_of
from hubfinder.places.queries import LEAST_SHARE
from hubfinder.places.values import Postcode as PostcodeValue
from hubfinder.vocab import FootprintKind

CHUNK = 200_000
"""Points in one tree: enough to be quick, few enough for memory."""
OVERLAPPING = frozenset({kind for kind in FootprintKind if kind.is_catchment} | {FootprintKind.NEIGHBOURHOOD})
"""Kinds an address may be in two of. Of the others, a point on a shared border gets the first by code."""
NATIONS = {
    "E": ("E92000001", "K03000001", "K02000001"),
    "S": ("S92000003", "K03000001", "K02000001"),
    "W": ("W92000004", "K03000001", "K02000001"),
    "N": ("N92000002", "K02000001"),
}
"""The nation of a postcode's country letter, Great Britain and the United Kingdom, by ONS code."""

Ints = npt.NDArray[np.int64]
Progress = Callable[[int], None]
Members = tuple[tuple[int, float], ...]
"""Footprint ids with their shares."""


@dataclass(slots=True)
class Sets:
    """The set each postcode has so far, and what is in each set."""

    of_postcode: Ints
    members: list[Members] = field(default_factory=lambda: [()])

    def split(self, parts: Ints, members_of: Callable[[int], Members]) -> None:
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

    codes: list[str]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    country: npt.NDArray[np.str_]
    set_ids: Ints
    """The set stored at the moment; 0 where there is none."""


def rebuild_memberships(session: Session, progress: Progress = lambda _kinds: None) -> int:
    """Work out every postcode's footprints again, in the caller's transaction; how many sets there are.

    ``progress`` is told of each of ``len(FootprintKind)`` kinds when it is done. The same files give the same
    sets with the same numbers.
    """
    points = _points(session)
    sets = Sets(np.zeros(len(points.codes), dtype=np.int64))
    networks = _networks_of_small_areas(session)
    for kind in FootprintKind:
        if kind is FootprintKind.NATION:
            _add_nations(session, points, sets)
        else:
            _add_kind(session, kind, points, sets, networks)
        progress(1)
    _store(session, points, sets)
    return sum(1 for members in sets.members if members)


def _points(session: Session) -> Points:
    rows = session.execute(
        select(Postcode.code, Postcode.lon, Postcode.lat, Postcode.country, Postcode.set_id)
        .where(Postcode.lat.is_not(None), Postcode.lon.is_not(None))
        .order_by(Postcode.code)
        .execution_options(yield_per=50_000)
    )
    codes: list[str] = []
    numbers: list[npt.NDArray[np.float64]] = []
    letters: list[npt.NDArray[np.str_]] = []
    for batch in rows.partitions():
        codes.extend(row[0] for row in batch)
        numbers.append(np.array([(row[1], row[2], row[4] or 0) for row in batch], dtype=float))
        letters.append(np.array([_country(row[0], row[3]) for row in batch], dtype="U1"))
    table = np.concatenate(numbers) if numbers else np.zeros((0, 3))
    country = np.concatenate(letters) if letters else np.zeros(0, dtype="U1")
    return Points(codes, table[:, 0].copy(), table[:, 1].copy(), country, table[:, 2].astype(np.int64))


def _country(code: str, letter: str | None) -> str:
    return letter or nation_of(PostcodeValue(code[:-3], code[-3:]))


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


def _add_kind(
    session: Session, kind: FootprintKind, points: Points, sets: Sets, networks: dict[str, Members]
) -> None:
    """Split the sets by the footprints of one kind.

    A network known from the patients of small areas came with the small area; its drawn shape is used only
    for postcodes where no patients are known.
    """
    ids, codes, shapes = _shapes(session, kind)
    if not ids:
        return
    parts, groups = _parts(shapes, points, several=kind in OVERLAPPING)
    shared = set(networks) if kind is FootprintKind.SMALL_AREA else set()
    known = {member for members in networks.values() for member, _ in members}

    def members_of(part: int) -> Members:
        found: Members = ()
        for shape in groups[part]:
            found += ((ids[shape], 1.0),)
            if codes[shape] in shared:
                found += networks[codes[shape]]
        return found

    if kind is FootprintKind.PRIMARY_CARE_NETWORK and known:
        has_network = np.array(
            [any(member in known for member, _ in members) for members in sets.members], dtype=bool
        )
        parts = np.where(has_network[sets.of_postcode], 0, parts)
    sets.split(parts, members_of)


def _shapes(session: Session, kind: FootprintKind) -> tuple[list[int], list[str], npt.NDArray[np.object_]]:
    """Ids, codes and shapes of a kind, by code."""
    rows = session.execute(
        select(Footprint.id, Footprint.code, Footprint.geom)
        .where(Footprint.kind == kind, Footprint.geom.is_not(None))
        .order_by(Footprint.code)
    ).all()
    shapes = shapely.from_wkb([bytes(row.geom.data) for row in rows]) if rows else np.array([])
    return [row.id for row in rows], [row.code for row in rows], shapes


def _parts(
    shapes: npt.NDArray[np.object_], points: Points, *, several: bool
) -> tuple[Ints, list[tuple[int, ...]]]:
    """For each postcode a number, and for each number the shapes it stands for; 0 stands for none."""
    parts = np.zeros(len(points.codes), dtype=np.int64)
    groups: list[tuple[int, ...]] = [(), *((number,) for number in range(len(shapes)))]
    numbers = {group: number for number, group in enumerate(groups)}
    for start in range(0, len(points.codes), CHUNK):
        piece = slice(start, start + CHUNK)
        spots = np.column_stack((points.lon[piece], points.lat[piece]))
        tree = shapely.STRtree(np.asarray(shapely.points(spots), dtype=object))
        which, where = tree.query(shapes, predicate="covers")
        order = np.lexsort((which, where))
        which, where = which[order], where[order]
        found, first, count = np.unique(where, return_index=True, return_counts=True)
        parts[start + found] = which[first] + 1
        for number in np.flatnonzero(count > 1).tolist() if several else ():
            group = tuple(which[first[number] : first[number] + count[number]].tolist())
            if group not in numbers:
                numbers[group] = len(groups)
                groups.append(group)
            parts[start + int(found[number])] = numbers[group]
    return parts, groups


def _add_nations(session: Session, points: Points, sets: Sets) -> None:
    nations = select(Footprint.code, Footprint.id).where(Footprint.kind == FootprintKind.NATION)
    ids = {row.code: row.id for row in session.execute(nations)}
    letters = sorted(NATIONS)
    parts = np.zeros(len(points.codes), dtype=np.int64)
    for number, letter in enumerate(letters, 1):
        parts[points.country == letter] = number

    def members_of(part: int) -> Members:
        return tuple((ids[code], 1.0) for code in NATIONS[letters[part - 1]] if code in ids)

    sets.split(parts, members_of)


def _store(session: Session, points: Points, sets: Sets) -> None:
    """Write the sets, and the postcodes whose set has another number than before."""
    session.execute(delete(FootprintSetMember))
    session.execute(delete(FootprintSet))
    session.flush()
    insert_rows(session, FootprintSet, ("id",), ((number,) for number in range(1, len(sets.members) + 1)))
    insert_rows(session, FootprintSetMember, ("set_id", "footprint_id", "share"), _member_rows(sets.members))
    numbers = sets.of_postcode + 1
    changed = np.flatnonzero(numbers != points.set_ids)
    rows = ((points.codes[at], int(numbers[at])) for at in changed.tolist())
    put_rows(session, Postcode, ("code", "set_id"), rows)


def _member_rows(members: Iterable[Members]) -> Iterator[tuple[int, int, float]]:
    for number, found in enumerate(members, 1):
        for footprint_id, share in dict(found).items():
            yield number, footprint_id, share
