"""Work on a batch goes on in a process of its own, while whoever asked for it does something else.

What is to be done stands in the batch; the file that came in lies in a folder of its own, readable by us
alone, and is deleted once it is read. However many ask, one process works, and the others wait in line: a
file for each in a folder. The process holds a lock on the folder of the batch: where nobody holds it, it does
not wait, and the work is not done, it was broken off, and another process can go on with it.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TextIO

from hubfinder.exchange.archives import LARGEST_FILE
from hubfinder.settings import Settings
from hubfinder.slots import Slots

FOLDER, FILE, LOCK, SAID, WAITING = "exchange", "file", "lock", "said.txt", "incoming"
LINE, PEOPLE = "line", "people"
AT_ONCE = 1
"""Processes on a machine: each takes some hundred megabytes, and one keeps one core busy."""
_COMMAND = (sys.executable, "-c", "from hubfinder.cli import main; main()", "exchange", "work-off")
_running: list[subprocess.Popen[bytes]] = []
"""Those that this process started: asked now and then, so that none is left behind when it ends."""
BLOCK = 1 << 20
TRIES = 20


class TooLarge(ValueError):
    """A file has more bytes than one may send."""


class AlreadyAtWork(Exception):
    """Another process does this work."""


def folder_of(settings: Settings, number: int) -> Path:
    """Where the file of a batch lies while it is needed."""
    return settings.data_dir / FOLDER / str(number)


def keep_file(settings: Settings, stream: IO[bytes]) -> tuple[Path, str]:
    """Keep what comes in under a name of its own; its path, and the SHA-256 of it.

    Raises:
        TooLarge: it is larger than ``LARGEST_FILE``.
    """
    path, digest, size = _new_file(settings), hashlib.sha256(), 0
    with path.open("wb") as file:
        while block := stream.read(BLOCK):
            size += len(block)
            digest.update(block)
            if size > LARGEST_FILE:
                path.unlink()
                raise TooLarge
            file.write(block)
    return path, digest.hexdigest()


@contextmanager
def passing_file(settings: Settings) -> Iterator[Path]:
    """An empty file that is gone afterwards."""
    path = _new_file(settings)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _new_file(settings: Settings) -> Path:
    """An empty file that nobody else may read."""
    folder = settings.data_dir / FOLDER / WAITING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def give_file(settings: Settings, number: int, path: Path) -> None:
    """Put a file that was kept into the folder of its batch."""
    folder = folder_of(settings, number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(folder / FILE)


def forget_file(settings: Settings, number: int) -> None:
    """Delete what is left of a batch on the disk."""
    shutil.rmtree(folder_of(settings, number), ignore_errors=True)


@contextmanager
def holding(settings: Settings, number: int) -> Iterator[Path]:
    """Be the only process that works on a batch, and on any: others wait. The path of its file.

    Raises:
        AlreadyAtWork: another process has this batch.
    """
    folder = folder_of(settings, number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as own, (folder.parent / LOCK).open("w") as all_:
        _take(own)
        leave_line(settings, number)
        fcntl.flock(all_, fcntl.LOCK_EX)
        yield folder / FILE


def _take(lock: TextIO) -> None:
    """Whoever only looks whether somebody works holds the lock for a moment: so try more than once."""
    for _ in range(TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return
    raise AlreadyAtWork


def is_at_work(settings: Settings, number: int) -> bool:
    """Whether a process works on a batch, or it waits in line for one."""
    return number in line(settings) or _is_locked(folder_of(settings, number) / LOCK)


def is_anybody_at_work(settings: Settings) -> bool:
    """Whether work on any batch is going on, or waits."""
    return bool(line(settings)) or _is_locked(settings.data_dir / FOLDER / LOCK)


def _is_locked(path: Path) -> bool:
    try:
        with path.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def line(settings: Settings) -> list[int]:
    """Numbers of the batches that wait to be worked on, who came first being first."""
    folder = settings.data_dir / FOLDER / LINE
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError, ValueError):  # it was taken just now, or is nothing of ours
            found.append((path.stat().st_mtime_ns, int(path.name)))
    return [number for _, number in sorted(found)]


def before_in_line(settings: Settings, number: int) -> int | None:
    """How many batches are to be done before this one; none where it does not wait."""
    waiting = line(settings)
    if number not in waiting:
        return None
    return waiting.index(number) + _is_locked(settings.data_dir / FOLDER / LOCK)


def leave_line(settings: Settings, number: int) -> None:
    """It does not wait any more."""
    (settings.data_dir / FOLDER / LINE / str(number)).unlink(missing_ok=True)


def start(settings: Settings, number: int) -> None:
    """Have done, or gone on with, what a batch says is to be done: it waits in line until its turn comes."""
    folder = settings.data_dir / FOLDER / LINE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / str(number)).touch(exist_ok=True)
    attend(settings)


def attend(settings: Settings) -> None:
    """Begin a process that works off the line, if something waits and no other process does."""
    _running[:] = [process for process in _running if process.poll() is None]
    place = take_place(settings)
    if place is None:
        return
    # the place is held by the process that it is handed to, until that ends: however many ask at the same
    # moment, one process is begun
    try:
        _running.append(_begin(settings, place))
    finally:
        os.close(place)


def take_place(settings: Settings) -> int | None:
    """The right to work off the line, as an open file; none where nothing waits, or another has it."""
    if not line(settings):
        return None
    places = Slots(settings.data_dir / FOLDER, AT_ONCE)
    places.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return places.take()


def _begin(settings: Settings, place: int) -> subprocess.Popen[bytes]:
    with (settings.data_dir / FOLDER / SAID).open("wb") as said:
        return subprocess.Popen(  # noqa: S603 - our own command and a number
            (*_COMMAND, str(place)),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **settings.as_environment()},
            start_new_session=True,
            pass_fds=(place,),
        )


@contextmanager
def one_at_a_time(settings: Settings, person: int | None) -> Iterator[None]:
    """What one person asks for is done in turn: each sees what those before it did."""
    folder = settings.data_dir / FOLDER / PEOPLE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / str(person)).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
