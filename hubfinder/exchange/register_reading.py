"""Reading a new state of an outside list, and noting what is different from what it said before.

New, changed, gone, back: each is noted with what it would do to the listing, and nothing is done until
somebody accepts it. What somebody has declined is not asked again until the list says something else.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.references import in_chunks
from hubfinder.exchange.batches import counted, set_state, utc_now
from hubfinder.exchange.files import read_table
from hubfinder.exchange.judging import Why
from hubfinder.exchange.models import Batch, BatchRow, RegisterItem
from hubfinder.exchange.registers import (
    Places,
    Said,
    content_of,
    digest_of_said,
    find_places,
    find_register,
    is_over,
    key_of,
    said_in,
    with_unsaid,
)
from hubfinder.exchange.tables import SheetRow, Table
from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.listings.content import digest_of
from hubfinder.listings.models import Content, Listing, ListingVersion
from hubfinder.staff_vocab import BatchState, RowOutcome

CHUNK = 500
SAID = "said"
"""Beside the fields of a listing in the content of a row: what the list says."""
GONE = "gone"
"""Declined in the place of a digest: that it is gone does not matter."""
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Seen:
    """One row of the list, or one that is there no more."""

    number: int
    outside: str = ""
    key: str = ""
    name: str = ""
    outcome: RowOutcome = RowOutcome.REFUSED
    why: Why = field(default_factory=list)
    content: Content = field(default_factory=dict)
    base_version: int = 0


def read_register(session: Session, number: int, path: Path, progress: Progress) -> None:
    """Read a batch's file from its beginning, and note every difference."""
    batch = session.get_one(Batch, number)
    council, key, name = batch.council_code, batch.register_key, batch.file_name
    register = find_register(session, council, key)
    session.rollback()
    _begin(session, number, council, key)
    try:
        if register is None:
            raise FileRefused("There is no outside list with this key.")
        table = read_table(path, name)
        places = find_places(register, table.heading)
        table.notes += places.notes
        reader = _Reader(session, places, council)
        found = list(reader.read(table))
    except FileRefused as error:
        session.rollback()
        begin_writing(session)
        set_state(session, number, BatchState.FAILED, why=str(error))
        session.commit()
        return
    session.rollback()
    _note(session, number, found, table.notes, progress)
    _remember_seen(session, council, key, [one.outside for one in found if one.number > 0 and one.outside])


def _begin(session: Session, number: int, council: str, key: str) -> None:
    """Forget what was noted of this file, and of older states of the list: the newest is looked at."""
    begin_writing(session)
    session.execute(delete(BatchRow).where(BatchRow.batch_id == number))
    older = (
        Batch.register_key == key,
        Batch.council_code == council,
        Batch.id < number,
        Batch.state == BatchState.PREVIEW,
    )
    session.execute(update(Batch).where(*older).values(state=BatchState.DISCARDED))
    session.commit()


def _note(session: Session, number: int, found: list[Seen], notes: list[str], progress: Progress) -> None:
    for start in range(0, len(found), CHUNK):
        begin_writing(session)
        rows = [_row(number, one) for one in found[start : start + CHUNK]]
        session.execute(insert(BatchRow), rows)
        done = min(start + CHUNK, len(found))
        set_state(session, number, BatchState.READING, done=done, total=len(found))
        session.commit()
        progress(done, len(found))
    begin_writing(session)
    set_state(session, number, BatchState.PREVIEW, counts=counted(session, number), notes=notes)
    session.commit()


def _remember_seen(session: Session, council: str, key: str, outside: list[str]) -> None:
    """What is in the list again and goes once more is asked about once more."""
    begin_writing(session)
    of_list = (RegisterItem.register_key == key, RegisterItem.council_code == council)
    for some in in_chunks(outside):
        wanted = update(RegisterItem).where(*of_list, RegisterItem.outside_id.in_(some))
        session.execute(wanted.values(seen_at=utc_now()))
        session.execute(wanted.where(RegisterItem.declined_digest == GONE).values(declined_digest=""))
    session.commit()


def _row(number: int, one: Seen) -> dict[str, object]:
    return {
        "batch_id": number,
        "number": one.number,
        "outside_id": one.outside,
        "key": one.key,
        "name": one.name[:255],
        "outcome": one.outcome,
        "why": one.why,
        "content": one.content,
        "base_version": one.base_version,
    }


class _Reader:
    """Compares the rows of a file with what is remembered of the list."""

    def __init__(self, session: Session, places: Places, council: str) -> None:
        self._session, self._places, self._register = session, places, places.register
        wanted = select(RegisterItem).where(
            RegisterItem.register_key == self._register.key, RegisterItem.council_code == council
        )
        self._items = {item.outside_id: item for item in session.scalars(wanted)}
        self._now = self._listings()

    def read(self, table: Table) -> Iterator[Seen]:
        """Every row, then every item that no row is about."""
        seen: dict[str, int] = {}
        over: set[str] = set()
        for row in table.rows:
            one, said = self._begin(row)
            if said is None:
                yield one
            elif one.outside in seen:
                one.why = [["outside_id", f"stands in row {seen[one.outside]:,} already"]]
                yield one
            else:
                seen[one.outside] = row.number
                if is_over(self._places, said):
                    over.add(one.outside)
                else:
                    self._compare(one, said)
                    yield one
        yield from self._gone(set(seen) - over)

    def _begin(self, row: SheetRow) -> tuple[Seen, Said | None]:
        one = Seen(row.number)
        if row.problems:
            one.why = [["", f"cell {at}{row.number} {why}" if at else why] for at, why in row.problems]
            return one, None
        try:
            one.outside, said, notes = said_in(self._places, row.number, row.cells)
        except RowRefused as error:
            one.why = [[error.field, error.why]]
            return one, None
        one.name, one.why = said["name"], [list(note) for note in notes]
        return one, said

    def _compare(self, one: Seen, said: Said) -> None:
        item = self._items.get(one.outside)
        said = with_unsaid(self._places, said, item.content if item else {})
        digest = digest_of_said(said)
        one.key = item.listing_key if item and item.listing_key else key_of(self._register, one.outside)
        there = self._now.get(one.key)
        if item and item.declined_digest == digest:
            one.outcome = RowOutcome.UNCHANGED
            one.why = [["", "was declined before, and the list says the same"]]
            return
        if item is None or not item.listing_key:
            one.outcome, before = RowOutcome.NEW, {}
        elif item.gone_at is not None:
            one.outcome, before = RowOutcome.BACK, item.content
        elif item.digest == digest:
            one.outcome = RowOutcome.UNCHANGED
            return
        else:
            one.outcome, before = RowOutcome.CHANGED, item.content
        self._propose(one, said, before, there)

    def _propose(
        self, one: Seen, said: Said, before: Mapping[str, str], there: tuple[int, Content] | None
    ) -> None:
        version, current = there or (0, None)
        content = content_of(self._register, one.outside, said, before, current)
        one.base_version = version
        moved = any(said[name] != before.get(name, "") for name in ("address", "postcode"))
        same = current is not None and digest_of(content) == digest_of(current)
        if one.outcome is RowOutcome.CHANGED and same and not moved:
            one.why.append(["", "the listing says this already"])
        if one.outcome is RowOutcome.CHANGED and moved and said["address"]:
            one.why.append(["address", f"is now {said['address']}, {said['postcode']}"])
        one.content = {**content, SAID: said}

    def _gone(self, seen: set[str]) -> Iterator[Seen]:
        """Accepted before, and not in the list any more. Their rows have numbers below 0."""
        number = 0
        for outside, item in sorted(self._items.items()):
            if outside in seen or not item.listing_key or item.gone_at is not None:
                continue
            if item.declined_digest == GONE:
                continue
            number -= 1
            one = Seen(number, outside, item.listing_key, str(item.content.get("name", "")), RowOutcome.GONE)
            one.base_version = self._now.get(item.listing_key, (0, {}))[0]
            yield one

    def _listings(self) -> dict[str, tuple[int, Content]]:
        """Version and content of the listings that rows of the list have become."""
        keys = [item.listing_key for item in self._items.values() if item.listing_key]
        found: dict[str, tuple[int, Content]] = {}
        for some in in_chunks(sorted(keys)):
            rows = self._session.execute(
                select(Listing.key, Listing.version, ListingVersion.content)
                .join(
                    ListingVersion,
                    (ListingVersion.listing_id == Listing.id) & (ListingVersion.number == Listing.version),
                )
                .where(Listing.key.in_(some))
            )
            found |= {key: (version, content) for key, version, content in rows.tuples()}
        return found
