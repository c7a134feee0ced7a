"""So much heavy work at once on a machine, and no more, whatever number of processes asks."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

FOLDER = "slots"
PATIENCE = 4.0
"""Seconds that one waits for a place, before a page says that it is busy."""
PAUSE = 0.005
LEAST = 2
"""Else one long booklet keeps everybody waiting."""


class Busy(Exception):
    """All places were taken for as long as one could wait."""


class Slots:
    """Places to typeset or hash at, each a locked file: the system gives back those of a killed process."""

    def __init__(self, folder: Path, count: int = 0, patience: float = PATIENCE) -> None:
        self.folder = folder / FOLDER
        self.count = count or max(LEAST, (os.cpu_count() or 1) - 1)
        """On a machine of three cores or more one stays free for those who look for help."""
        self.patience = patience
        self._turn = Lock()

    @contextmanager
    def place(self, patience: float | None = None) -> Iterator[None]:
        """Hold a place while working; ``patience`` in seconds, if it is not the usual.

        Raises:
            Busy: none was free in time.
        """
        patience = self.patience if patience is None else patience
        end = time.monotonic() + patience
        # a process does one at a time: a thread that waits for its turn would keep a place from others
        if not self._turn.acquire(timeout=patience):
            raise Busy
        handle = None
        try:
            # without a folder to lock in (a full disk) families still get their sheet
            with suppress(OSError):
                handle = self._wait(end)
            yield
        finally:
            if handle is not None:
                os.close(handle)
            self._turn.release()

    def _wait(self, end: float) -> int:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        while (handle := self.take()) is None:
            if time.monotonic() >= end:
                raise Busy
            time.sleep(PAUSE)
        return handle

    def take(self) -> int | None:
        """A place, if one is free now: an open file that holds it until it is closed, in this process or in
        one that it was handed to.
        """
        for number in range(self.count):
            handle = os.open(self.folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(handle)
                if not isinstance(error, BlockingIOError):
                    raise
            else:
                return handle
        return None
