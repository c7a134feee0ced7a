"""A ZIP file that a stranger made, opened no further than is safe."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from hubfinder.ingest.errors import FileRefused

LARGEST_FILE = 10 << 20
"""Bytes of a file as it lies on the disk."""
MOST_PARTS = 1_000
MOST_BYTES = 120 << 20
"""Of all that is read of a file, unpacked: 20,000 long listings have a third of it."""
BOMB_RATIO, BOMB_FLOOR = 150, 12 << 20
"""A real sheet unpacks to ten or twenty times its size; beyond this many bytes we look."""
BLOCK = 1 << 16
_ENCRYPTED = 0x1
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".xlsx", ".xlsm", ".docx", ".jar")
A_TRAP = "It unpacks to far more than a real spreadsheet would; it looks like a trap, so it was not read."


class Archive:
    """The parts of a ZIP file by name. What they unpack to is counted while it is read, not believed.

    Raises:
        FileRefused: it is no whole ZIP file, or one that no spreadsheet program makes.
    """

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST_FILE:
            raise FileRefused(f"It is larger than {LARGEST_FILE >> 20} MB. Split it into several files.")
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise FileRefused("It is not a whole workbook: perhaps it was not saved to the end.") from error
        self._size = path.stat().st_size
        self._read = 0
        self._open: list[IO[bytes]] = []
        self._parts = {part.filename.lstrip("/"): part for part in self._zip.infolist()}
        try:
            self._check()
        except FileRefused:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for part in self._open:  # one that was refused half way
            part.close()
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def blocks(self, name: str) -> Iterator[bytes]:
        """One part, unpacked, in pieces.

        Raises:
            FileRefused: there is no such part, it is broken, or it unpacks to too much.
        """
        if name not in self._parts:
            raise FileRefused(f"It is not a whole workbook: its part {name[:80]} is missing.")
        try:
            with self._zip.open(self._parts[name]) as part:
                self._open = [part]
                while block := part.read(BLOCK):
                    self._count(len(block))
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise FileRefused("It is damaged: one of its parts cannot be unpacked.") from error

    def _count(self, size: int) -> None:
        self._read += size
        if self._read > MOST_BYTES or (self._read > BOMB_FLOOR and self._read > BOMB_RATIO * self._size):
            raise FileRefused(A_TRAP)

    def _check(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS or len(parts) != len(self._parts):
            raise FileRefused("It is made of more parts than a spreadsheet has, so it was not read.")
        told = sum(part.file_size for part in parts)
        if told > 4 * MOST_BYTES or (told > BOMB_FLOOR and told > BOMB_RATIO * self._size):
            raise FileRefused(A_TRAP)
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise FileRefused("It is locked with a password. Save it without one.")
        if any(name.lower().endswith(_ARCHIVES) for name in self._parts):
            raise FileRefused("It holds another packed file, which no spreadsheet of ours does.")
