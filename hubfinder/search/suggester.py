"""What to suggest to somebody who is typing: names of what is listed now, whatever the files still hold.

The files are those of the last rebuild. What changed since is kept beside them in memory, and every name
found is looked up in the search documents before it is shown: what was deleted a moment ago is not.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from hubfinder.search.changes import changed_ids
from hubfinder.search.documents import latest_revision
from hubfinder.search.models import SearchDocument
from hubfinder.search.sensitive import is_sensitive
from hubfinder.search.suggesting import Hit, Name, Suggestions, SuggestionsUnusable, simple
from hubfinder.vocab import CatalogueStatus

ENTRY, LISTING = "entry", "listing"
KINDS = (ENTRY, LISTING)
"""National help before what is here."""
MOST_CHANGES = 2_000
"""Names in memory beside the files; where there are no files, with more changes all are taken anew."""
BATCH = 2_000
_OPEN, _ENDED = 1, 0
_HUB, _SERVICE = 1, 0


class Files(NamedTuple):
    """Where the names of one revision lie."""

    folder: Path
    revision: int


class Live(NamedTuple):
    """Something that is listed now."""

    kind: str
    """``service``, ``hub`` or ``catalogue``."""
    key: str
    name: str
    organization: str
    ended: bool


class Suggested(NamedTuple):
    """One line: a name, and all that is listed under it."""

    kind: str
    """``entry`` or ``listing``."""
    listed: tuple[Live, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What answers now: the names of the files or of memory, and what changed since."""

    base: Suggestions
    base_revision: int
    files: Files | None
    since: Suggestions
    revision: int


class Suggester:
    """Suggests names of services, hubs and national help.

    ``find_files`` says where the newest files are; none where there are none, and all names are in memory.
    """

    def __init__(self, sensitive: Path, find_files: Callable[[], Files | None] = lambda: None) -> None:
        self.sensitive = sensitive
        self._find_files = find_files
        self._standing: _Standing | None = None
        self._unusable: Files | None = None
        self._lock = threading.Lock()

    def is_sensitive(self, *texts: str) -> bool:
        """Whether a text is about what nobody should read over a shoulder."""
        return is_sensitive(self.sensitive, *texts)

    def find(self, session: Session, text: str, most: int, also: Sequence[Hit] = ()) -> list[Suggested]:
        """At most ``most`` of each kind for what somebody has typed; nothing for what is sensitive.

        ``also``: further hits on national help, by other names than its own.
        """
        if self.is_sensitive(text):
            return []
        standing = self._current(session)
        hits = [*standing.since.find(text, most), *standing.base.find(text, most), *also]
        if not hits:
            return []
        live = self._live(session, {key for hit in hits for key in hit.keys})
        return list(_suggested(hits, live, most))

    def _live(self, session: Session, keys: Iterable[str]) -> dict[str, Live]:
        """What there still is of some listings, and may be shown."""
        wanted: dict[str, list[str]] = {}
        for key in keys:
            kind, _, rest = key.partition(":")
            wanted.setdefault(kind, []).append(rest)
        of_kinds = (
            and_(SearchDocument.kind == kind, SearchDocument.key.in_(some)) for kind, some in wanted.items()
        )
        found = {}
        for row in session.execute(_fields().where(or_(*of_kinds))):
            one = Live(
                row.kind,
                row.key,
                row.current or row.name,
                row.organization or "",
                row.status == CatalogueStatus.CLOSED,
            )
            if not self.is_sensitive(row.name, one.name, one.organization, row.summary):
                found[f"{one.kind}:{one.key}"] = one
        return found

    def _current(self, session: Session) -> _Standing:
        """The names as of the newest change; while another thread works them out, those of before."""
        revision = latest_revision(session)
        files = self._find_files()
        standing = self._standing
        if standing and standing.revision == revision and files in (standing.files, self._unusable):
            return standing
        with self._lock:
            standing = self._standing
            if standing is None or standing.revision != revision or standing.files != files:
                standing = self._standing = self._newer(session, standing, files, revision)
            return standing

    def _newer(
        self, session: Session, before: _Standing | None, files: Files | None, revision: int
    ) -> _Standing:
        base = self._opened(before, files)
        if base is None and before and before.files is None and before.base_revision <= revision:
            base = before
        if base is None or (base.files is None and len(base.since) > MOST_CHANGES):
            names = Suggestions.of(names_since(session, -1, self.sensitive), KINDS)
            return _Standing(names, revision, None, _none(), revision)
        since = Suggestions.of(names_since(session, base.base_revision, self.sensitive), KINDS)
        return _Standing(base.base, base.base_revision, base.files, since, revision)

    def _opened(self, before: _Standing | None, files: Files | None) -> _Standing | None:
        """The names of the files, opened now or before; none where they cannot be read."""
        if files is None or files == self._unusable:
            return None
        if before and before.files == files:
            return before
        try:
            base = Suggestions.open(files.folder)
        except SuggestionsUnusable:
            self._unusable = files
            return None
        return _Standing(base, files.revision, files, _none(), files.revision)


def names_since(session: Session, revision: int, sensitive: Path) -> Iterator[Name]:
    """The names of all that changed after a revision and may be suggested; of everything for -1."""
    for ids in changed_ids(session, revision, BATCH):
        found = _fields().where(SearchDocument.id.in_(ids)).order_by(SearchDocument.id)
        for one in session.execute(found).mappings().all():
            yield from names_of(one["kind"], one["key"], dict(one), sensitive)


def names_of(kind: str, key: str, card: Mapping[str, object], sensitive: Path) -> Iterator[Name]:
    """The names a listing is suggested by: none where it is sensitive.

    Of ``card`` these are read: name, current (or current_name), organization, summary, status.
    """
    name = str(card["name"] or "")
    current = str(card.get("current") or card.get("current_name") or "")
    if is_sensitive(
        sensitive, name, current, *(str(card.get(one) or "") for one in ("organization", "summary"))
    ):
        return
    if kind == "catalogue":
        weight = _ENDED if card.get("status") == CatalogueStatus.CLOSED else _OPEN
        for one in dict.fromkeys((current or name, name)):
            yield Name(ENTRY, f"{kind}:{key}", one, weight)
    else:
        yield Name(LISTING, f"{kind}:{key}", name, _HUB if kind == "hub" else _SERVICE)


def _suggested(hits: Iterable[Hit], live: Mapping[str, Live], most: int) -> Iterator[Suggested]:
    """Hits that are still called so, each listing once; of each kind at most so many."""
    seen: set[str] = set()
    for kind in KINDS:
        lines = 0
        for hit in hits:
            if hit.kind != kind or lines == most or f"{kind} {hit.name}" in seen:
                continue
            listed = tuple(
                live[key]
                for key in hit.keys
                if key in live and key not in seen and (kind == ENTRY or simple(live[key].name) == hit.name)
            )
            if listed:
                seen.update((f"{kind} {hit.name}", *(f"{one.kind}:{one.key}" for one in listed)))
                lines += 1
                yield Suggested(kind, listed)


def _fields() -> Select[tuple[int, str, str, str, str, str, str, str]]:
    card = SearchDocument.card
    return select(
        SearchDocument.id,
        SearchDocument.kind,
        SearchDocument.key,
        *(
            card[field].as_string().label(label)
            for field, label in (
                ("name", "name"),
                ("current_name", "current"),
                ("organization", "organization"),
                ("summary", "summary"),
                ("status", "status"),
            )
        ),
    )


def _none() -> Suggestions:
    return Suggestions.of((), KINDS)
