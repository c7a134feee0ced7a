"""Listings taken out as rows of cells: those that somebody may see, as the version in force says them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.exchange.cells import CHECKED, COLUMNS, KEY, VERSION, Hidden, written
from hubfinder.exchange.safe_cells import guarded
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.scope import visible_to
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState

HEADING = (KEY, VERSION, *(column.name for column in COLUMNS), CHECKED)
SHOWN_ONLY = frozenset({KEY, VERSION, CHECKED})
"""Columns that nobody should change."""
OUT = frozenset({ListingState.PUBLISHED, ListingState.PAUSED})
BATCH = 500
Cells = tuple[str, ...]
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which listings: those that somebody may see, and that a filter lets through."""

    actor: Actor
    condition: Condition | None = None
    """None: all that they may see."""


def rows_out(session: Session, wanted: Wanted) -> Iterator[Cells]:
    """The cells of each listing, in the order of ``HEADING``; a few statements for each 500 of them."""
    hidden = hidden_places(session)
    last = 0
    while True:
        found = session.execute(
            select(Listing.id, Listing.key, Listing.version, Listing.assured_date, ListingVersion.content)
            .join(
                ListingVersion,
                (ListingVersion.listing_id == Listing.id) & (ListingVersion.number == Listing.version),
            )
            .where(*_conditions(wanted), Listing.id > last)
            .order_by(Listing.id)
            .limit(BATCH)
        ).all()
        for row in found:
            cells = written(row.content, hidden)
            checked = row.assured_date.isoformat() if row.assured_date else ""
            yield (guarded(row.key), str(row.version), *(cells[column.name] for column in COLUMNS), checked)
        if len(found) < BATCH:
            return
        last = found[-1].id


def record_taking_out(session: Session, wanted: Wanted, number: int, form: str, reason: str) -> None:
    """Say in the trail that somebody took listings out, and why; one entry for each of their councils.

    The caller has begun with ``begin_writing``, and commits.
    """
    for council in wanted.actor.councils or ("",):
        facts = {"listings": number, "form": form}
        record(
            session, wanted.actor, "listings.taken_out", Subject("spreadsheet", form, council), reason, facts
        )


def hidden_places(session: Session) -> Hidden:
    """Keys of confidential places."""
    return frozenset(session.scalars(select(Location.key).where(Location.is_confidential)))


def _conditions(wanted: Wanted) -> tuple[Condition, ...]:
    more = () if wanted.condition is None else (wanted.condition,)
    return visible_to(wanted.actor), Listing.state.in_(OUT), *more
