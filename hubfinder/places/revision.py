"""The number that says whether what is known of places has changed."""

import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import PlacesState

_EPOCH = 1_600_000_000


def current_revision(session: Session) -> int:
    """The number of the newest change that is committed, or of this transaction; 0 before the first."""
    return session.scalar(select(PlacesState.revision).where(PlacesState.id == 1)) or 0


def places_changed(session: Session, postcodes: dict[str, str] | None = None) -> int:
    """Note in the transaction that postcodes, footprints or memberships changed; the new number.

    It is taken from the clock, so that a database that was deleted and filled anew, or brought back from a
    copy, does not come to the number of another state. ``postcodes``: where they come from, if that is new.
    """
    state = session.get(PlacesState, 1, with_for_update=True)
    if state is None:
        state = PlacesState(id=1, revision=0)
        session.add(state)
    state.revision = max(state.revision + 1, int(time.time()) - _EPOCH)
    if postcodes:
        state.postcodes = postcodes
    session.flush()
    return state.revision
