"""A bar for long work, on a terminal only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

from hubfinder.ingest.loading import Progress


class _Bar:
    """Shows one bar after another: a new one when the work changes."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._what = ""

    def show(self, what: str, done: int, everything: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._what = what
            # disable=None: no bar where nobody looks, such as in a log
            self._bar = tqdm(total=everything, desc=what, unit="", unit_scale=True, leave=False, disable=None)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """The function to tell about progress, while the bar is there."""
    bar = _Bar()
    try:
        yield bar.show
    finally:
        bar.close()
