"""Bringing a sick index back to health in a process of its own, while the pages go on."""

import subprocess
import sys
import threading
from time import monotonic

PAUSE = 10.0
"""Seconds from one start to the next, so that what cannot be healed does not keep the machine busy."""
_COMMAND = (sys.executable, "-c", "from hubfinder.cli import main; main()", "index", "heal")


class Healer:
    """Starts ``hubfinder index heal`` when it is called, unless it has lately: every worker has its own, and
    of several commands at once all but one end without doing anything.
    """

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._next = 0.0
        self._running: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    def __call__(self) -> None:
        """Start it, and do not wait for it."""
        with self._starting:
            if monotonic() < self._next or (self._running and self._running.poll() is None):
                return
            self._next = monotonic() + self._pause
            self._running = subprocess.Popen(  # noqa: S603 - a command without anything from outside
                _COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
            )
