"""Rows of somebody who may not publish by themselves: each becomes a change that waits for approval."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.exchange.batches import WAITING
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.listings.content import ContentRefused
from hubfinder.listings.differences import changed_fields
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.reading import current_content
from hubfinder.listings.states import Refused
from hubfinder.listings.updates import begin_listing, begin_update, reopen, save_update, submit, withdraw
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import RowOutcome, UpdateState

CANNOT = "cannot be changed now: somebody has retired it, or is working on it"


def suggest(session: Session, author: Actor, batch: Batch, row: BatchRow) -> None:
    """Write and submit the change that a row tells of; the row says what became of it."""
    with _refusing(session, row):
        listing = session.scalar(select(Listing).where(Listing.key == row.key))
        if listing is None:
            update = begin_listing(session, author, batch.council_code, row.content, key=row.key)
        else:
            update = _change(session, author, listing, row)
        submit(session, author, update, batch.file_name)
        row.applied_version = WAITING


def _change(session: Session, author: Actor, listing: Listing, row: BatchRow) -> ListingUpdate:
    update = begin_update(session, author, listing)
    if update.state is UpdateState.SUBMITTED:
        reopen(session, author, update)
    names = changed_fields(current_content(session, listing), row.content)
    changes = {name: row.content[name] for name in names}
    return save_update(session, author, update, changes, update.revision)


def take_back(session: Session, author: Actor, row: BatchRow) -> bool:
    """Withdraw the change of a row, if nobody has decided about it; whether it was."""
    found = session.scalar(
        select(ListingUpdate)
        .join(Listing, Listing.id == ListingUpdate.listing_id)
        .where(
            Listing.key == row.key,
            ListingUpdate.author_id == author.id,
            ListingUpdate.state == UpdateState.SUBMITTED,
        )
    )
    if found is not None:
        withdraw(session, author, found)
    return found is not None


@contextmanager
def _refusing(session: Session, row: BatchRow) -> Iterator[None]:
    """What the life of listings does not allow is told in the row, and nothing of it is kept."""
    try:
        with session.begin_nested():
            yield
    except ContentRefused as error:
        row.outcome, row.why = RowOutcome.REFUSED, [list(pair) for pair in error.problems]
    except Refused:
        row.outcome, row.why = RowOutcome.REFUSED, [["", CANNOT]]
