"""What the files of an index and of its book have in common: sums to check them by, and who may write."""

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

Sums = Mapping[str, list[int]]
"""Size and checksum of files, by name."""
STATE = "state.json"
_PAUSE = 0.02


class Busy(Exception):
    """Somebody else has been writing for too long."""


@contextmanager
def alone(index_dir: Path, patience: float) -> Iterator[None]:
    """Let nobody else write an index or its book meanwhile. ``patience`` in seconds.

    Raises:
        Busy: somebody else still does.
    """
    index_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with index_dir.with_name(f"{index_dir.name}.lock").open("w") as lock:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise Busy(f"{index_dir} is being written by somebody else") from error
            time.sleep(_PAUSE)
        yield


def sum_of(path: Path) -> list[int]:
    """Size and checksum of a file."""
    whole = path.read_bytes()
    return [len(whole), crc32(whole)]


def read_file(path: Path, expected: list[int]) -> bytes:
    """A whole file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not what was written.
    """
    whole = path.read_bytes()
    if [len(whole), crc32(whole)] != expected:
        raise ValueError(f"{path.name} is not what was written")
    return whole


def are_sound(folder: Path, sums: Sums) -> bool:
    """Whether all these files are as they were written. Reads them once."""
    try:
        return all(sum_of(folder / name) == expected for name, expected in sums.items())
    except OSError:
        return False


def are_touched(state: Path, folder: Path, sums: Sums) -> bool:
    """Whether a file is missing, has another size, or was written after the state file that names it.

    Cheap, so that it can be asked again and again; it notices no harm that leaves size and time alone.
    """
    try:
        last = state.stat().st_mtime_ns
        for name, (size, _) in sums.items():
            found = (folder / name).stat()
            if found.st_size != size or found.st_mtime_ns > last:
                return True
    except OSError:
        return True
    return False
