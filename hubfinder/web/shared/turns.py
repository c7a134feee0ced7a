"""Turns: one page at a time is made in a process, and who is asking for help goes before all others.

Making a page is nearly all the interpreter's own work, so that two at once take twice as long each, and more
for changing over. A page that takes long waits for something else (a sheet for the typesetter, a password for
its hash): after a while it goes on beside the next.
"""

import time
from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock

LASTS = 0.25
"""Seconds that a turn keeps others waiting."""


@dataclass(slots=True, eq=False)
class Turn:
    """A place in the row, and then the turn itself."""

    called: Condition


class Turns:
    """The row of one process."""

    def __init__(self, lasts: float = LASTS) -> None:
        self._lasts = lasts
        self._lock = Lock()
        self._first: deque[Turn] = deque()
        self._others: deque[Turn] = deque()
        self._now: Turn | None = None
        self._since = 0.0

    def take(self, patience: float, *, goes_first: bool = False) -> Turn | None:
        """The turn, after those who came before; none if it did not come within ``patience`` seconds."""
        end = time.monotonic() + patience
        row = self._first if goes_first else self._others
        with self._lock:
            mine = Turn(Condition(self._lock))
            row.append(mine)
            while not self._is_next(mine):
                left = end - time.monotonic()
                if left <= 0:
                    row.remove(mine)
                    self._call()
                    return None
                mine.called.wait(min(left, self._until_over() if mine is self._head() else left))
            row.popleft()
            self._now, self._since = mine, time.monotonic()
            self._call()
            return mine

    def give_back(self, turn: Turn) -> None:
        """It is over; of one that took long nobody waits for this any more."""
        with self._lock:
            if self._now is turn:
                self._now = None
                self._call()

    def _head(self) -> Turn | None:
        row = self._first or self._others
        return row[0] if row else None

    def _is_next(self, turn: Turn) -> bool:
        return self._head() is turn and (self._now is None or self._until_over() <= 0)

    def _until_over(self) -> float:
        return self._since + self._lasts - time.monotonic()

    def _call(self) -> None:
        """Whoever is next looks whether it is their turn, or how long it can take."""
        head = self._head()
        if head is not None:
            head.called.notify()
