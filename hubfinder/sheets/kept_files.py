"""Finished files, kept under what they were made of: the same sheet is not typeset twice."""

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FOLDER = "kept"
MEGABYTE = 1_000_000
LEFT_AFTER = 0.9
"""How full the folder is after the oldest files have gone."""
LOOK_AFTER = 0.02
"""A process looks how full the folder is whenever it has written this share of what may be in it,"""
LOOK_EVERY = 3600.0
"""and when it writes after so many seconds."""
ABANDONED = 3600
"""Seconds after which a file somebody began to write is nobody's."""
FORGOTTEN = 36 * 3600
"""Seconds after which a file goes that nobody asked for. The date stands on each sheet, so none is of use on
another day; and what stands on it may meanwhile have become confidential."""
_SIGNED = hashlib.sha256().digest_size
Kept = tuple[float, int, Path]
"""When a file was last asked for, its bytes, and where it is."""
log = logging.getLogger(__name__)


class KeptFiles:
    """A folder that any number of processes reads and writes; what was not asked for longest goes first."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder / FOLDER
        self.limit = megabytes * MEGABYTE
        self._unseen = self.limit
        """Bytes written since the last look; the first file makes it look."""
        self._looked = time.monotonic()

    def read(self, name: str) -> bytes | None:
        """The file of a name (letters and figures); none if there is none, or if it is damaged."""
        file = self._file(name)
        try:
            whole = file.read_bytes()
        except OSError:
            return None
        signed, data = whole[:_SIGNED], whole[_SIGNED:]
        if hashlib.sha256(data).digest() != signed:
            file.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(file)
        return data

    def write(self, name: str, data: bytes) -> None:
        """Keep a file. One that cannot be kept, as on a full disk, is made again the next time."""
        if len(data) > self.limit:
            return
        file = self._file(name)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            handle, new = tempfile.mkstemp(dir=file.parent, suffix=".new")
            with os.fdopen(handle, "wb") as whole:
                whole.write(hashlib.sha256(data).digest() + data)
            Path(new).replace(file)
        except OSError as error:
            log.warning("A finished sheet could not be kept: %s", error)
            return
        self._unseen += len(data)
        if self._unseen > self.limit * LOOK_AFTER or time.monotonic() > self._looked + LOOK_EVERY:
            self.tidy()

    def tidy(self) -> None:
        """Delete what is of no use any more, and if it is too much what was not asked for longest."""
        self._unseen, self._looked = 0, time.monotonic()
        now = time.time()
        found = sorted(one for one in self._all() if not self._is_gone(one, now))
        total = sum(size for _, size, _ in found)
        if total <= self.limit:
            return
        for _, size, path in found:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size
            if total <= self.limit * LEFT_AFTER:
                return

    def _is_gone(self, file: Kept, now: float) -> bool:
        """Whether it was deleted, or is of somebody who is writing it just now."""
        asked, _, path = file
        is_begun = path.suffix == ".new"
        if asked < now - (ABANDONED if is_begun else FORGOTTEN):
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return True
        return is_begun

    def _all(self) -> Iterator[Kept]:
        for path in self.folder.glob("*/*"):
            with suppress(OSError):  # another process deleted it meanwhile
                state = path.stat()
                yield state.st_mtime, state.st_size, path

    def _file(self, name: str) -> Path:
        return self.folder / name[:2] / name
