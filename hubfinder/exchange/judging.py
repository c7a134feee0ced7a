"""What each row of a spreadsheet would do: a new listing, a changed one, nothing, or why it is refused."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hubfinder.directory.keys import make_key
from hubfinder.directory.references import fetch_references, unknown_key
from hubfinder.directory.values import ServiceDetails
from hubfinder.exchange.cells import BY_NAME, CHECKED, KEY, VERSION, Hidden, Reading, read_cells
from hubfinder.exchange.checked_days import NOT_READ, is_new_day
from hubfinder.exchange.duplicates import Known
from hubfinder.exchange.headings import beyond, find_columns
from hubfinder.exchange.safe_cells import unguarded
from hubfinder.exchange.sheet_xml import letters_of
from hubfinder.exchange.tables import SheetRow
from hubfinder.exchange.taking_out import hidden_places
from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.listings import past_day
from hubfinder.ingest.row import Row
from hubfinder.listings.content import digest_of, empty_content
from hubfinder.listings.content_fields import LABELS, ContentRefused
from hubfinder.listings.content_reading import from_content
from hubfinder.listings.differences import merge
from hubfinder.listings.models import Content, Listing, ListingUpdate, ListingVersion
from hubfinder.listings.scope import EDITORS, editable_by, foreign_organizations
from hubfinder.listings.states import OPEN
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState, Role, RowOutcome

Why = list[list[str]]
COLUMN_OF = {column.field: column.name for column in BY_NAME.values()}
CONFIRMED = frozenset({"needs", "catalogue", "attributes"})
AGAIN = "Take the listings out again, and make the change there."


@dataclass(slots=True)
class Judged:
    """What a row would do."""

    number: int
    key: str = ""
    name: str = ""
    outcome: RowOutcome = RowOutcome.REFUSED
    why: Why = field(default_factory=list)
    """Pairs of column and sentence: why it is refused, or what to look at before it is applied."""
    content: Content = field(default_factory=dict)
    base_version: int = 0

    def refuse(self, column: str, why: str) -> "Judged":
        self.outcome = RowOutcome.REFUSED
        self.why.append([column, why])
        return self

    @property
    def is_refused(self) -> bool:
        return self.outcome is RowOutcome.REFUSED


@dataclass(frozen=True, slots=True)
class There:
    """A listing that is there, as a row finds it."""

    id: int
    version: int
    state: ListingState
    is_ours: bool
    """Whether whoever sent the file may change it."""
    assured: date | None
    content: Content
    """Empty where it was never published."""
    waiting: frozenset[str]
    """Digests of changes that whoever sent the file has written, and nobody has decided about."""


class Judge:
    """Judges the rows of one file, chunk by chunk; what all of them need is asked for once.

    Raises:
        FileRefused: the heading lacks a column or has an unknown one.
    """

    def __init__(self, session: Session, actor: Actor, heading: Sequence[str]) -> None:
        self._session, self._actor, self._heading = session, actor, heading
        self._columns = find_columns(heading)
        self._hidden: Hidden = hidden_places(session)
        self._known = Known.of(session)
        self._shared = self._known.shared
        self._seen: dict[str, int] = {}
        self._own = {grant.organization for grant in actor.grants if grant.role is Role.PROVIDER}
        self._is_keeper = any(grant.role in EDITORS - {Role.PROVIDER} for grant in actor.grants)
        self._foreign = foreign_organizations(session, actor) if self._is_keeper else frozenset()

    def judge(self, rows: Sequence[SheetRow]) -> list[Judged]:
        """What each of these rows would do."""
        judged = [(self._begin(row), self._row(row)) for row in rows]
        there = self._there([one.key for one, _ in judged if one.key])
        before = self._earlier(judged, there)
        for one, row in judged:
            if not one.why:
                self._weigh(one, row, there.get(one.key), before)
        self._validate([one for one, _ in judged if one.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)])
        return [one for one, _ in judged]

    def _begin(self, row: SheetRow) -> Judged:
        """The row's key, if nothing of the row itself is broken."""
        judged, cells = Judged(row.number), self._row(row)
        for letters, why in row.problems:
            judged.refuse(self._column_at(letters), f"cell {letters}{row.number} {why}" if letters else why)
        if letters := beyond(row.cells, self._heading):
            judged.refuse("", f"cell {letters}{row.number} holds something, but its column has no heading")
        judged.name = " ".join(unguarded(cells.text("name", longest=2**20)).split())[:255]
        try:
            judged.key = Row(row.number, {KEY: unguarded(cells.cells.get(KEY, ""))}).key()
        except RowRefused as error:
            return judged.refuse(KEY, error.why)
        if not judged.key and not judged.why:
            judged.key = make_key(judged.name, unguarded(cells.text("organization", longest=2**20)))
        if not judged.key:
            return judged if judged.why else judged.refuse("name", "is empty")
        first = self._seen.setdefault(judged.key, row.number)
        return judged if first == row.number else judged.refuse(KEY, f"stands in row {first:,} already")

    def _row(self, row: SheetRow) -> Row:
        """The cells by our names of columns; those that the row does not reach are empty."""
        size = len(row.cells)
        cells = {name: row.cells[place] if place < size else "" for name, place in self._columns.items()}
        return Row(row.number, cells)

    def _column_at(self, letters: str) -> str:
        return next((name for name, place in self._columns.items() if letters_of(place + 1) == letters), "")

    def _there(self, keys: Sequence[str]) -> dict[str, There]:
        waiting = self._waiting(keys)
        rows = self._session.execute(
            select(
                Listing.key, Listing.id, Listing.version, Listing.state, Listing.assured_date,
                editable_by(self._actor).label("ours"), ListingVersion.content,
            )
            .outerjoin(
                ListingVersion,
                and_(ListingVersion.listing_id == Listing.id, ListingVersion.number == Listing.version),
            )
            .where(Listing.key.in_(keys))
        )  # fmt: skip
        return {
            key: There(id_, number, state, bool(ours), assured, content or {}, frozenset(waiting[id_]))
            for key, id_, number, state, assured, ours, content in rows
        }

    def _waiting(self, keys: Sequence[str]) -> dict[int, set[str]]:
        rows = self._session.execute(
            select(ListingUpdate.listing_id, ListingUpdate.content)
            .join(Listing, Listing.id == ListingUpdate.listing_id)
            .where(
                Listing.key.in_(keys),
                ListingUpdate.state.in_(OPEN),
                ListingUpdate.author_id == self._actor.id,
            )
        )
        found: dict[int, set[str]] = defaultdict(set)
        for id_, content in rows.tuples():
            found[id_].add(digest_of(content))
        return found

    def _earlier(
        self, judged: Iterable[tuple[Judged, Row]], there: Mapping[str, There]
    ) -> dict[tuple[int, int], Content]:
        """Earlier versions that rows were taken out from."""
        wanted = []
        for one, row in judged:
            listing, said = there.get(one.key), _version(row)
            if listing and said and said < listing.version:
                wanted.append((ListingVersion.listing_id == listing.id) & (ListingVersion.number == said))
        found: dict[tuple[int, int], Content] = {}
        for start in range(0, len(wanted), 100):
            columns = (ListingVersion.listing_id, ListingVersion.number, ListingVersion.content)
            rows = self._session.execute(select(*columns).where(or_(*wanted[start : start + 100])))
            found |= {(id_, number): content for id_, number, content in rows.tuples()}
        return found

    def _weigh(
        self, one: Judged, row: Row, listing: There | None, before: Mapping[tuple[int, int], Content]
    ) -> None:
        if listing is None:
            self._weigh_new(one, row)
        elif not listing.is_ours:
            one.refuse(KEY, f"{quoted(one.key)} is a listing that you cannot change")
        else:
            self._weigh_there(one, row, listing, before)
            if listing.content and is_new_day(unguarded(row.cells.get(CHECKED, "")), listing.assured):
                one.why.append([CHECKED, NOT_READ])

    def _weigh_new(self, one: Judged, row: Row) -> None:
        if _version(row):
            one.refuse(KEY, f"no listing has the key {quoted(one.key)}. For a new one leave version empty")
            return
        reading = read_cells(row, empty_content(), self._hidden, is_new=True)
        if not self._is_keeper and reading.content["organization"] not in self._own:
            reading.problems.append(("organization", "is not yours: you can add listings of your own only"))
        self._checked_day(row, reading)
        self._refuse_categories(reading)
        self._refuse_places(reading, ())
        _take(one, reading, RowOutcome.NEW)
        if not one.is_refused:
            for alike in self._known.alike_to(reading.content, one.key, self._shared):
                one.why.append(
                    ["", f"May be there already as “{alike.name}” ({alike.key}): {', '.join(alike.why)}"]
                )

    def _checked_day(self, row: Row, reading: Reading) -> None:
        try:
            day = past_day(row, CHECKED)
        except RowRefused as error:
            reading.problems.append((CHECKED, error.why))
        else:
            reading.content["assured_date"] = day.isoformat() if day else None

    def _weigh_there(
        self, one: Judged, row: Row, listing: There, before: Mapping[tuple[int, int], Content]
    ) -> None:
        if not listing.content:
            self._weigh_unpublished(one, row, listing)
            return
        said = _version(row)
        one.base_version = listing.version
        one.name = str(listing.content.get("name", one.name))
        if said is None or said > listing.version:
            one.refuse(VERSION, f"{quoted(row.text(VERSION))} is not a version of this listing. {AGAIN}")
            return
        base = listing.content if said in (0, listing.version) else before.get((listing.id, said))
        if base is None:
            one.refuse(VERSION, f"is {said}, which is not there any more. {AGAIN}")
            return
        reading = read_cells(row, base, self._hidden)
        is_retired = listing.state is ListingState.RETIRED
        if not said and reading.changed | {name for name, _ in reading.problems}:
            one.refuse(KEY, f"{quoted(one.key)} is there already, and version is empty. {AGAIN}")
        elif not (reading.changed or reading.problems) and (said or not is_retired):
            one.outcome = RowOutcome.UNCHANGED
        elif is_retired:
            one.refuse("", "This listing is retired. Bring it back on its own page first.")
        else:
            self._refuse_categories(reading)
            self._refuse_organization(reading)
            self._refuse_places(reading, base["locations"])
            _take(one, reading, RowOutcome.CHANGED)
            _merge(one, base, listing.content)
            _look_waiting(one, listing)

    def _weigh_unpublished(self, one: Judged, row: Row, listing: There) -> None:
        """A listing that is still being written: a file that is sent again brings nothing new."""
        one.content = read_cells(row, empty_content(), self._hidden, is_new=True).content
        _look_waiting(one, listing)
        if one.outcome is not RowOutcome.UNCHANGED:
            one.refuse("", "This listing is being written, or waits for approval. Change it there.")

    def _refuse_categories(self, reading: Reading) -> None:
        """What staff confirm, a provider does not change."""
        for name in reading.changed & CONFIRMED if not self._is_keeper else ():
            reading.problems.append((COLUMN_OF[name], "is for staff of the council to change"))

    def _refuse_organization(self, reading: Reading) -> None:
        """A listing moves only between organizations whose listings the sender may change."""
        key = reading.content["organization"]
        is_ours = key not in self._foreign if self._is_keeper else key in self._own
        if "organization" in reading.changed and not is_ours:
            why = "is not yours: you can move a listing only to an organization whose listings are yours too"
            reading.problems.append(("organization", why))

    def _refuse_places(self, reading: Reading, before: Sequence[str]) -> None:
        """To a provider a confidential place is as unknown as one that is not there, unless it is theirs."""
        for key in reading.content["locations"] if not self._is_keeper else ():
            if key in self._hidden and key not in before:
                reading.problems.append(("locations", unknown_key(key)))

    def _validate(self, judged: Sequence[Judged]) -> None:
        """Refuse what the rules of listings refuse, and what names something that is not there."""
        whole: list[tuple[Judged, ServiceDetails]] = []
        for one in judged:
            try:
                whole.append((one, from_content(one.key, one.content)))
            except ContentRefused as error:
                for name, why in error.problems:
                    one.refuse(COLUMN_OF.get(name, name), why)
        if not whole:
            return
        references = fetch_references(self._session, [details for _, details in whole])
        for one, details in whole:
            for name, why in references.problems(details):
                one.refuse(COLUMN_OF.get(name, name), why)


def _version(row: Row) -> int | None:
    """The version that a row was taken out from; 0 where it says none, none where it is no number."""
    cell = row.text(VERSION, longest=2**20).removesuffix(".0")
    if not cell:
        return 0
    return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 9 else None


def _take(one: Judged, reading: Reading, outcome: RowOutcome) -> None:
    one.outcome, one.content = outcome, reading.content
    one.name = str(reading.content["name"] or one.name)[:255]
    one.why += [list(note) for note in reading.notes]
    if reading.problems:
        one.why.clear()
        for column, why in reading.problems:
            one.refuse(column, why)


def _merge(one: Judged, base: Content, theirs: Content) -> None:
    """Put the change of the row on what the listing says now, unless somebody changed the same."""
    if one.outcome is RowOutcome.REFUSED:
        return
    if base is not theirs:
        merged = merge(base, one.content, theirs)
        for conflict in merged.conflicts:
            why = "was changed by somebody else since the file was taken out: nothing was overwritten. "
            one.refuse(COLUMN_OF.get(conflict.field, conflict.field), why + AGAIN)
        one.content = merged.content
    if one.outcome is RowOutcome.CHANGED and digest_of(one.content) == digest_of(theirs):
        one.outcome, one.content = RowOutcome.UNCHANGED, {}


def _look_waiting(one: Judged, listing: There) -> None:
    if digest_of(one.content) in listing.waiting:
        one.outcome, one.content = RowOutcome.UNCHANGED, {}
        one.why = [["", "Waits for approval already."]]


def columns_of(why: Why) -> Iterator[tuple[str, str]]:
    """Label and sentence of each pair."""
    for name, sentence in why:
        column = BY_NAME.get(name)
        yield str(column.label) if column else str(LABELS.get(name, name)), sentence
