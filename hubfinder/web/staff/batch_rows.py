"""Rows of a file that came in as pages show them: what each would do, why, and what would be different."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from hubfinder.display.formats import figure
from hubfinder.display.marking import mark
from hubfinder.exchange.batches import PAGE
from hubfinder.exchange.judging import columns_of
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.register_reading import SAID
from hubfinder.exchange.registers import organization_of
from hubfinder.listings.content import empty_content
from hubfinder.listings.content_words import Names, names_of
from hubfinder.listings.differences import differences
from hubfinder.listings.models import Content, Listing, ListingVersion
from hubfinder.staff_vocab import RowOutcome
from hubfinder.web.staff.compared import Changed

NOTHING = empty_content()
"""What a listing says that is not there yet."""
TAGS = {
    RowOutcome.NEW: "green",
    RowOutcome.CHANGED: "blue",
    RowOutcome.UNCHANGED: "grey",
    RowOutcome.REFUSED: "red",
    RowOutcome.GONE: "yellow",
    RowOutcome.BACK: "turquoise",
}


@dataclass(frozen=True, slots=True)
class RowView:
    """One row."""

    row: BatchRow
    tag: str
    """Colour of the tag that says its outcome."""
    why: tuple[tuple[str, str], ...]
    changes: tuple[Changed, ...]
    is_there: bool
    """Whether its listing has a page."""


@dataclass(frozen=True, slots=True)
class Part:
    """A filter: rows of one outcome, with how many there are; without an outcome all of them."""

    value: str
    words: str
    count: int
    is_current: bool

    @property
    def number(self) -> str:
        return figure(self.count)


def views_of(session: Session, rows: Sequence[BatchRow]) -> list[RowView]:
    """The rows with their differences; a few statements for all of them."""
    before = _before(session, rows)
    there = set(session.scalars(select(Listing.key).where(Listing.key.in_([row.key for row in rows]))))
    names = names_of(session, *before.values(), *(row.content for row in rows if row.content))
    names = _with_coming(names, rows)
    return [
        RowView(
            row=row,
            tag=TAGS[row.outcome],
            why=tuple(columns_of(row.why)),
            changes=tuple(
                Changed(one.field, str(one.label), mark(one.before, one.after))
                for one in differences(before.get(row.key, NOTHING), row.content, names)
            )
            if row.content
            else (),
            is_there=row.key in there,
        )
        for row in rows
    ]


def _with_coming(names: Names, rows: Sequence[BatchRow]) -> Names:
    """With the organizations and places that rows of an outside list bring, and that are not there yet."""
    said = [(row.content, row.content[SAID]) for row in rows if SAID in row.content]
    organizations = {content["organization"]: organization_of(of)[1] for content, of in said}
    places = {content["locations"][0]: of["address"] for content, of in said if of["address"]}
    return replace(
        names,
        organizations={**organizations, **names.organizations},
        locations={**places, **names.locations},
    )


def parts_of(batch: Batch, current: RowOutcome | None) -> list[Part]:
    """The filters that would show something."""
    return [
        Part(outcome.value, str(outcome.label), batch.counts[outcome.value], outcome is current)
        for outcome in RowOutcome
        if batch.counts.get(outcome.value)
    ]


def last_page(batch: Batch, outcome: RowOutcome | None) -> int:
    total = batch.counts.get(outcome.value, 0) if outcome else sum(batch.counts.values())
    return max(1, ceil(total / PAGE))


def _before(session: Session, rows: Sequence[BatchRow]) -> Mapping[str, Content]:
    """What the listings of rows say in the version that the rows are about."""
    wanted = [(row.key, row.base_version) for row in rows if row.base_version and row.content]
    if not wanted:
        return {}
    found = session.execute(
        select(Listing.key, ListingVersion.content)
        .join(ListingVersion, and_(ListingVersion.listing_id == Listing.id))
        .where(tuple_(Listing.key, ListingVersion.number).in_(wanted))
    )
    return dict(found.tuples().all())
