"""Places to suggest to somebody who is typing where they live: towns, areas, schools and surgeries."""

import fcntl
import secrets
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from hubfinder.places.naming import Called, all_names, called
from hubfinder.places.revision import current_revision
from hubfinder.search.suggesting import Name, Suggestions, SuggestionsUnusable, simple

KIND = "place"
FEW = 10_000
"""So many names are taken anew when places have changed and the files have not; more wait for the files."""


class Suggested(NamedTuple):
    """A place, and whether it is the only one of its name."""

    place: Called
    alone: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    names: Suggestions
    revision: int
    folder: Path | None
    """Where they are from, or where there are some that cannot be read."""


class PlaceSuggester:
    """Suggests places with the files of one folder; without them, with names in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._standing: _Standing | None = None
        self._lock = threading.Lock()

    def find(self, session: Session, text: str, most: int) -> list[Suggested]:
        """The best places for what somebody has typed: only such as there are now."""
        hits = self._current(session).names.find(text, most)
        there = called(session, {key for hit in hits for key in hit.keys}) if hits else {}
        found = [
            Suggested(there[key], alone=len(hit.keys) == 1)
            for hit in hits
            for key in hit.keys
            if key in there and simple(there[key].name) == hit.name
        ]
        return found[:most]

    def _current(self, session: Session) -> _Standing:
        revision = current_revision(session)
        standing = self._standing
        if standing and self._holds(standing, revision):
            return standing
        with self._lock:
            standing = self._standing
            if standing is None or not self._holds(standing, revision):
                standing = self._standing = self._newer(session, standing, revision)
            return standing

    def _holds(self, standing: _Standing, revision: int) -> bool:
        """Whether it is of this revision, and nobody has written files of it meanwhile."""
        folder = folder_of(self.folder, revision)
        return standing.revision == revision and (standing.folder == folder or not folder.exists())

    def _newer(self, session: Session, before: _Standing | None, revision: int) -> _Standing:
        folder = folder_of(self.folder, revision)
        try:
            return _Standing(Suggestions.open(folder), revision, folder)
        except SuggestionsUnusable:
            unusable = folder if folder.exists() else None  # so that nobody tries again at every letter
        if before and len(before.names) > FEW:
            return _Standing(before.names, revision, unusable)
        return _Standing(Suggestions.of(_names(session)), revision, unusable)


def folder_of(folder: Path, revision: int) -> Path:
    """Where the names of a revision are."""
    return folder / f"names-{revision}"


def write_names(session: Session, folder: Path) -> bool:
    """Write the names of the places there are now, unless they are there; whether they were written.

    Raises:
        OSError: they cannot be written there; those of before stay, and new places are suggested later.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (folder / "names.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        revision = current_revision(session)
        target = folder_of(folder, revision)
        if not revision or target.exists():
            return False
        fresh = folder / f"new-names-{secrets.token_hex(4)}"
        try:
            Suggestions.write(fresh, _names(session))
            fresh.rename(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        for old in folder.glob("names-*"):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)
    return True


def _names(session: Session) -> Iterator[Name]:
    return (Name(KIND, text, name, weight) for text, name, weight in all_names(session))
