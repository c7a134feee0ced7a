"""Why a listing is not shown to families at the moment, for whoever still comes to its address."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.listings.models import Listing
from hubfinder.listings.recording import HIDDEN
from hubfinder.staff_vocab import ListingState


@dataclass(frozen=True, slots=True)
class Hidden:
    """What families may know of it."""

    has_ended: bool
    """Else it is paused."""
    reason: str
    """As staff wrote it for families; empty where a file said so."""
    until: date | None
    topic: str
    """Its first need, to look for other help with; may be empty."""


def hidden_of(session: Session, key: str) -> Hidden | None:
    """Of a listing that is paused or has ended; none for every other."""
    found = session.scalar(select(Listing).where(Listing.key == key, Listing.state.in_(HIDDEN)))
    if found is None:
        return None
    return Hidden(found.state is ListingState.RETIRED, found.state_reason, found.paused_until, found.topic)
