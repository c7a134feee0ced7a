"""Writing the book of places out of the database: a few seconds for the whole country."""

import fcntl
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import without_collector
from hubfinder.database.reading import Rows, read_table
from hubfinder.places.book import FORMAT, ROW_TYPE, BookUnusable, State, open_book, read_state, write_state
from hubfinder.places.grids import grid_of
from hubfinder.places.lookups import LEAST_SHARE, NATIONS
from hubfinder.places.models import Footprint, FootprintSetMember, FootprintShare, Layer, Postcode
from hubfinder.places.revision import current_revision
from hubfinder.places.texts import footprint_text, layer_text
from hubfinder.vocab import FootprintKind

_KINDS = {kind: number for number, kind in enumerate(FootprintKind)}
LARGE = 8_192
"""Bytes of a shape from which on it gets a grid."""
Ints = npt.NDArray[np.int64]


def write_book(engine: Engine, folder: Path) -> bool:
    """Write the book of what is committed now, unless there is a sound one already; whether it was written.

    Raises:
        OSError: it cannot be written there; the one in force stays, and answers come from the database.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _alone(folder), _snapshot(engine) as session:
        revision = current_revision(session)
        if not revision or is_sound(folder, revision):
            return False
        fresh = folder / f"book-{revision}-{secrets.token_hex(4)}"
        fresh.mkdir(mode=0o750)
        try:
            with without_collector():
                files = _Writer(fresh).write(session)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        write_state(folder, State(FORMAT, revision, fresh.name, files))
        for old in folder.glob("book-*"):
            if old != fresh:
                shutil.rmtree(old, ignore_errors=True)
    return True


def is_sound(folder: Path, revision: int) -> bool:
    """Whether the book in force is of this revision and all its files are as they were written."""
    state = read_state(folder)
    if state is None or state.revision != revision:
        return False
    try:
        open_book(folder)
    except BookUnusable:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let nobody else write a book meanwhile: who comes later sees what is newer."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Session]:
    """A session whose every question is answered out of the same commit."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


@dataclass(frozen=True, slots=True)
class Footprints:
    """All footprints, in the order of the book: by kind, then by code."""

    ids: Ints
    kinds: Ints
    by_id: Ints
    """Places in the book, in the order of their ids."""

    def places_of(self, ids: npt.NDArray[Any]) -> Ints:
        """The places in the book of these ids, all of which there are."""
        found: Ints = self.by_id[np.searchsorted(self.ids[self.by_id], ids)]
        return found


class _Writer:
    """Writes the files of one book into an empty folder, and keeps their sizes and checksums."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, list[int]] = {}

    def write(self, session: Session) -> dict[str, list[int]]:
        """All files of the book; their sizes and checksums."""
        footprints, codes = self._footprints(session)
        sets = self._postcodes(session)
        self._sets(session, footprints, sets, codes)
        self._likely(session, footprints, codes)
        self._shapes(session, footprints)
        return self.files

    def _put(self, name: str, pieces: Iterable[bytes]) -> None:
        size = checksum = 0
        with (self.folder / name).open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
                checksum = crc32(piece, checksum)
        self.files[name] = [size, checksum]

    def _put_array(self, name: str, values: npt.ArrayLike, kind: str) -> None:
        self._put(name, [np.ascontiguousarray(values, dtype=kind).tobytes()])

    def _put_pieces(self, name: str, pieces: Iterable[bytes]) -> None:
        """Pieces in one file, and where each begins in another."""
        sizes = [0]

        def counted() -> Iterator[bytes]:
            for piece in pieces:
                sizes.append(len(piece))
                yield piece

        self._put(f"{name}s", counted())
        self._put_array(f"{name}_starts", np.cumsum(sizes), "<u8")

    def _footprints(self, session: Session) -> tuple[Footprints, list[str]]:
        """Write what every footprint is; in their order, and with their codes."""
        layers = session.scalars(select(Layer).order_by(Layer.key)).all()
        self._put_pieces("layer_text", map(layer_text, layers))
        numbers = {layer.id: number for number, layer in enumerate(layers)}
        rows = session.execute(
            select(Footprint.id, Footprint.kind, Footprint.code, Footprint.name, Footprint.layer_id)
        ).all()
        rows = sorted(rows, key=lambda row: (_KINDS[row.kind], row.code))
        layer_of = [numbers[row.layer_id] for row in rows]
        self._put_array("layers", layer_of, "<u4")
        self._put_pieces(
            "text",
            (
                footprint_text(row.kind, row.code, row.name, layers[layer].basis, layers[layer].key)
                for row, layer in zip(rows, layer_of, strict=True)
            ),
        )
        ids = np.array([row.id for row in rows], dtype=np.int64)
        self._put_array("ids", ids, "<i8")
        kinds = np.array([_KINDS[row.kind] for row in rows], dtype=np.int64)
        self._put_array("kinds", kinds, "u1")
        return Footprints(ids, kinds, np.argsort(ids)), [row.code for row in rows]

    def _postcodes(self, session: Session) -> int:
        """Write where each postcode is; how many sets there may be."""
        columns = {
            "code": "S7",
            "lat": "f8",
            "lon": "f8",
            "set_id": "i4",
            "terminated": "S6",
            "country": "S1",
        }
        table = read_table(session, Postcode, columns)
        table = table[np.argsort(table["code"], kind="stable")]
        self._put_array("codes", table["code"], "S7")
        rows = np.zeros(len(table), dtype=ROW_TYPE)
        for name, column in zip(ROW_TYPE.names or (), list(columns)[1:], strict=True):
            rows[name] = table[column]
        self._put("rows", [rows.tobytes()])
        return int(table["set_id"].max(initial=0)) + 1

    def _sets(self, session: Session, footprints: Footprints, sets: int, codes: list[str]) -> None:
        """Write the footprints of every set, and in each those that every place here is in."""
        table = read_table(session, FootprintSetMember, {"set_id": "i8", "footprint_id": "i8", "share": "f8"})
        sets = max(sets, int(table["set_id"].max(initial=0)) + 1)
        nations = [
            place
            for place in np.flatnonzero(footprints.kinds == _KINDS[FootprintKind.NATION]).tolist()
            if codes[place] in NATIONS
        ]
        numbers = [table["set_id"], np.repeat(np.arange(sets), len(nations))]
        places = [footprints.places_of(table["footprint_id"]), np.tile(np.array(nations, dtype=int), sets)]
        shares = [table["share"], np.ones(sets * len(nations))]
        self._lists("", footprints, sets, *(np.concatenate(parts) for parts in (numbers, places, shares)))

    def _likely(self, session: Session, footprints: Footprints, codes: list[str]) -> None:
        """Write what the people of each small area belong to: all worth naming, and the largest."""
        small = np.flatnonzero(footprints.kinds == _KINDS[FootprintKind.SMALL_AREA]).tolist()
        place_of = {codes[place]: place for place in small}
        rows = session.execute(
            select(FootprintShare.small_area_code, FootprintShare.footprint_id, FootprintShare.share)
        ).all()
        table = np.array(
            [(place_of[code], id_, share) for code, id_, share in rows if code in place_of],
            dtype=[("area", "i8"), ("id", "i8"), ("share", "f8")],
        )
        table["id"] = footprints.places_of(table["id"]) if len(table) else table["id"]
        table = table[np.lexsort((table["id"], -table["share"], table["area"]))]
        is_first = np.ones(len(table), dtype=bool)
        is_first[1:] = table["area"][1:] != table["area"][:-1]
        table = table[is_first | (table["share"] >= LEAST_SHARE)]
        self._lists("likely_", footprints, len(codes), table["area"], table["id"], table["share"])

    def _lists(
        self, name: str, footprints: Footprints, count: int, numbers: Rows, places: Rows, shares: Rows
    ) -> None:
        """Write lists of footprints, each in the order of an answer: see ``lookups.in_order``."""
        order = np.lexsort((places, -shares, footprints.kinds[places], numbers))
        starts = np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=count))))
        self._put_array(f"{name}starts", starts, "<u4")
        self._put_array(f"{name}members", places[order], "<u4")
        self._put_array(f"{name}shares", shares[order], "<f8")

    def _shapes(self, session: Session, footprints: Footprints) -> None:
        drawn = Drawn(len(footprints.ids))
        self._put_pieces("shape", self._each_shape(session, footprints, drawn))
        self._put_array("boxes", drawn.boxes, "<f8")
        self._put_array("grids", drawn.grids, "<i4")
        self._put("cells", drawn.cells)

    def _each_shape(self, session: Session, footprints: Footprints, drawn: "Drawn") -> Iterator[bytes]:
        """The shape of each footprint in turn, empty for one without; notes their boxes and grids."""
        for start in range(0, len(footprints.ids), 2_000):
            ids = footprints.ids[start : start + 2_000].tolist()
            rows = session.execute(select(Footprint.id, Footprint.geom).where(Footprint.id.in_(ids)))
            found = {id_: bytes(geom.data) for id_, geom in rows if geom is not None}
            pieces = [found.get(id_, b"") for id_ in ids]
            drawn.note(start, pieces)
            yield from pieces


class Drawn:
    """What is worked out of shapes as they are written."""

    def __init__(self, count: int) -> None:
        self.boxes = np.full((count, 4), np.nan)
        self.grids = np.full(count, -1)
        self.cells: list[bytes] = []

    def note(self, start: int, pieces: list[bytes]) -> None:
        """The boxes of these shapes, the first of which is number ``start``, and grids of the large ones."""
        shapes = shapely.from_wkb([piece or None for piece in pieces])
        self.boxes[start : start + len(pieces)] = shapely.bounds(shapes)
        for number, piece in enumerate(pieces):
            if len(piece) >= LARGE:
                self.grids[start + number] = len(self.cells)
                self.cells.append(grid_of(shapes[number]).tobytes())
