"""What can be done to a listing and to a change of one, and what becomes of it. Nothing else can."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.staff_vocab import ListingState, UpdateState

S = TypeVar("S", bound=StrEnum)


class Refused(Exception):
    """Something cannot be done to a listing now, or not by this person."""


class NotAllowed(Refused):
    """The listing is not theirs, or the decision is not theirs to make."""


class WrongState(Refused):
    """It is not in a state in which that can be done: somebody else was quicker, or the page is old."""


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """From which states something can be done, and which comes of it; none: it stays as it is."""

    before: frozenset[S]
    after: S | None = None


def _step(*before: S, to: S | None = None) -> Step[S]:
    return Step(frozenset(before), to)


_L, _U = ListingState, UpdateState
LISTING_STEPS: Mapping[str, Step[ListingState]] = {
    "edit": _step(_L.DRAFT, _L.SUBMITTED, _L.PUBLISHED, _L.PAUSED),
    "submit": _step(_L.DRAFT, to=_L.SUBMITTED),
    "reopen": _step(_L.SUBMITTED, to=_L.DRAFT),
    "publish": _step(_L.SUBMITTED, to=_L.PUBLISHED),
    "pause": _step(_L.PUBLISHED, to=_L.PAUSED),
    "resume": _step(_L.PAUSED, to=_L.PUBLISHED),
    "retire": _step(_L.DRAFT, _L.SUBMITTED, _L.PUBLISHED, _L.PAUSED, to=_L.RETIRED),
    "bring_back": _step(_L.RETIRED, to=_L.PUBLISHED),
}
UPDATE_STEPS: Mapping[str, Step[UpdateState]] = {
    "save": _step(_U.DRAFT, _U.RETURNED),
    "submit": _step(_U.DRAFT, _U.RETURNED, to=_U.SUBMITTED),
    "reopen": _step(_U.SUBMITTED, to=_U.DRAFT),
    "approve": _step(_U.SUBMITTED, to=_U.APPROVED),
    "send_back": _step(_U.SUBMITTED, to=_U.RETURNED),
    "withdraw": _step(_U.DRAFT, _U.RETURNED, _U.SUBMITTED, to=_U.WITHDRAWN),
}
OPEN = (_U.DRAFT, _U.RETURNED, _U.SUBMITTED)
"""States of a change that nobody has decided about."""


def can(listing: Listing, step: str) -> bool:
    """Whether something can be done to a listing as it stands."""
    return listing.state in LISTING_STEPS[step].before


def can_update(update: ListingUpdate, step: str) -> bool:
    return update.state in UPDATE_STEPS[step].before


def move(listing: Listing, step: str) -> None:
    """Do it.

    Raises:
        WrongState: it cannot be done.
    """
    if not can(listing, step):
        raise WrongState(f"{step}: {listing.state.value}")
    listing.state = LISTING_STEPS[step].after or listing.state


def check_update(update: ListingUpdate, step: str) -> None:
    """Nothing, if it can be done to a change.

    Raises:
        WrongState: it cannot be done.
    """
    if not can_update(update, step):
        raise WrongState(f"{step}: {update.state.value}")


def move_update(update: ListingUpdate, step: str) -> None:
    """Do it to a change.

    Raises:
        WrongState: it cannot be done.
    """
    check_update(update, step)
    update.state = UPDATE_STEPS[step].after or update.state
