"""The book of places: which footprints each postcode is in, as files that every worker reads where they lie.

It is a copy of what the database says, of one revision, and never changed: a new one is written beside it.
Postcodes stand in the order of the alphabet, so that one is found by halving. Files are mapped into memory;
the system keeps them once for all workers. docs/decisions/0008 says why, and what happens when it is behind.
"""

import json
import mmap
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

import numpy as np

from hubfinder import state_file
from hubfinder.places.grids import ASK, CELLS, Box, cell_of
from hubfinder.places.values import Membership, Point
from hubfinder.vocab import Basis, FootprintKind

FORMAT = 1
STATE = "state.json"
ROW = Struct("<ddI6s1s")
"""Latitude, longitude, number of the set, when it was taken out of use, and nation."""
ROW_TYPE = np.dtype([("lat", "<f8"), ("lon", "<f8"), ("set", "<u4"), ("terminated", "S6"), ("country", "S1")])
BOX = Struct("<4d")
CODE = 7
"""Letters of a postcode without its space."""
FILES = (
    *("codes", "rows"),
    *("starts", "members", "shares"),
    *("likely_starts", "likely_members", "likely_shares"),
    *("ids", "kinds", "layers", "texts", "text_starts"),
    *("boxes", "shapes", "shape_starts", "grids", "cells"),
    *("layer_texts", "layer_text_starts"),
)
MOST_KEPT = 100_000
"""Footprints as values, kept by each worker."""
Mapped = mmap.mmap | bytes


class BookUnusable(Exception):
    """There is no book, or it is damaged or of another version of hubfinder; the message says which."""


@dataclass(frozen=True, slots=True)
class State:
    """Which book is in force."""

    format: int
    revision: int
    folder: str
    files: dict[str, list[int]]
    """Size and checksum of every file, by name."""


def read_state(folder: Path) -> State | None:
    """Which book is in force in a folder; none if there is none, or none this version can read."""
    return state_file.read(folder / STATE, State, FORMAT)


def write_state(folder: Path, state: State) -> None:
    """Put a finished book in force."""
    state_file.write(folder / STATE, state)


class Row(NamedTuple):
    """What the book says of a postcode."""

    lat: float | None
    lon: float | None
    set: int
    terminated: str | None
    country: str | None


class Pieces:
    """Many pieces of bytes in one file."""

    def __init__(self, whole: Mapped, starts: Mapped) -> None:
        self._whole = whole
        self._starts = memoryview(starts).cast("Q")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> bytes:
        return bytes(self._whole[self._starts[place] : self._starts[place + 1]])


class Lists:
    """Many lists of footprints, by their place in the book, each with a share."""

    def __init__(self, starts: Mapped, members: Mapped, shares: Mapped) -> None:
        self._starts = memoryview(starts).cast("I")
        self._members = memoryview(members).cast("I")
        self._shares = memoryview(shares).cast("d")

    def __getitem__(self, number: int) -> list[tuple[int, float]]:
        start, end = self._starts[number], self._starts[number + 1]
        return list(zip(self._members[start:end], self._shares[start:end], strict=True))


class Book:
    """One book, open. Nothing in it changes, so threads share it.

    Raises:
        BookUnusable: a file is missing, or is not what was written.
    """

    def __init__(self, folder: Path, state: State) -> None:
        self.revision = state.revision
        try:
            files = {name: _mapped(folder / state.folder / name, *state.files[name]) for name in FILES}
        except (OSError, KeyError, TypeError) as error:
            raise BookUnusable(f"The book of places cannot be read: {error}") from error
        self._codes = np.frombuffer(files["codes"], dtype=f"S{CODE}")
        self._rows = files["rows"]
        self.sets = Lists(files["starts"], files["members"], files["shares"])
        """By number of the set, in the order of an answer; 0 is what every place is in."""
        self.likely = Lists(files["likely_starts"], files["likely_members"], files["likely_shares"])
        """By small area: what its people belong to, the largest share first."""
        self.texts = Pieces(files["texts"], files["text_starts"])
        """By footprint: JSON of it, to which the share and the end are missing."""
        self.layers = memoryview(files["layers"]).cast("I")
        """By footprint: its layer."""
        self.layer_texts = Pieces(files["layer_texts"], files["layer_text_starts"])
        """By layer: its key and what it says of itself, as in a JSON object."""
        self._boxes = files["boxes"]
        self.boxes = np.frombuffer(files["boxes"], dtype="<f8").reshape(-1, 4)
        """By footprint: west, south, east, north in degrees; not a number where it has no shape."""
        self.shapes = Pieces(files["shapes"], files["shape_starts"])
        """By footprint: WKB of its shape."""
        self.grids = memoryview(files["grids"]).cast("i")
        """By footprint: the number of its grid; -1 for a small shape, which has none."""
        self._cells = memoryview(files["cells"])
        self.kinds = memoryview(files["kinds"])
        """By footprint: which of all kinds it is, counted in the order of an answer."""
        self._ids = np.frombuffer(files["ids"], dtype="<i8")
        self._known: dict[int, Membership] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def row(self, compact: str) -> Row | None:
        """What is known of a postcode, without its space; none if it is not in the book."""
        code = np.bytes_(compact.encode("ascii"))
        at = int(self._codes.searchsorted(code))
        if at == len(self._codes) or self._codes[at] != code:
            return None
        lat, lon, number, terminated, country = ROW.unpack_from(self._rows, at * ROW.size)
        is_somewhere = inf not in (lat, lon)
        return Row(
            lat if is_somewhere else None,
            lon if is_somewhere else None,
            number,
            terminated.rstrip(b"\0").decode("ascii") or None,
            country.rstrip(b"\0").decode("ascii") or None,
        )

    def membership(self, place: int, share: float = 1.0) -> Membership:
        """A footprint by its place in the book."""
        found = self._known.get(place)
        if found is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            found = self._known[place] = self._membership(place)
        return found if share == 1.0 else replace(found, share=share)

    def cell(self, place: int, point: Point) -> int:
        """What the grid of a footprint says of a point in its box; ``ASK`` where it has none."""
        grid = self.grids[place]
        if grid < 0:
            return ASK
        box: Box = BOX.unpack_from(self._boxes, place * BOX.size)
        return self._cells[grid * CELLS + cell_of(box, point.lon, point.lat)]

    def _membership(self, place: int) -> Membership:
        text = json.loads(self.texts[place] + b"}")
        kind, basis = FootprintKind(text["kind"]), Basis(text["basis"])
        return Membership(int(self._ids[place]), kind, text["code"], text["name"], basis, 1.0)


def open_book(folder: Path) -> Book:
    """The book that is in force in a folder.

    Raises:
        BookUnusable: there is none that can be read.
    """
    for _ in range(2):  # between reading the state and opening its files, another book may come in force
        state = read_state(folder)
        if state is None:
            raise BookUnusable("There is no book of places that this version can read.")
        try:
            return Book(folder, state)
        except BookUnusable:
            if read_state(folder) == state:
                raise
    raise BookUnusable("The book of places changes too often to be read.")


def _mapped(file: Path, size: int, checksum: int) -> Mapped:
    """A file where it lies, read once to see that it is what was written."""
    with file.open("rb") as opened:
        there = opened.seek(0, 2)
        mapped: Mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) if there else b""
    if there != size or crc32(mapped) != checksum:
        raise BookUnusable(f"The book of places is damaged: {file.name}")
    return mapped
