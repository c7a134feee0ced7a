"""What can be done to a listing and to a change of one: every pair of state and step, and nothing else."""

from itertools import product

import pytest

from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.states import (
    LISTING_STEPS,
    UPDATE_STEPS,
    WrongState,
    can,
    can_update,
    move,
    move_update,
)
from hubfinder.staff_vocab import ListingState, UpdateState

DECIDED = {UpdateState.APPROVED, UpdateState.WITHDRAWN}


@pytest.mark.parametrize(("state", "step"), list(product(ListingState, LISTING_STEPS)))
def test_a_listing_goes_where_the_table_says_or_nowhere(state: ListingState, step: str) -> None:
    listing = Listing(state=state)
    if can(listing, step):
        move(listing, step)
        assert listing.state is (LISTING_STEPS[step].after or state)
    else:
        with pytest.raises(WrongState):
            move(listing, step)
        assert listing.state is state


@pytest.mark.parametrize(("state", "step"), list(product(UpdateState, UPDATE_STEPS)))
def test_a_change_goes_where_the_table_says_or_nowhere(state: UpdateState, step: str) -> None:
    update = ListingUpdate(state=state)
    if can_update(update, step):
        move_update(update, step)
        assert update.state is (UPDATE_STEPS[step].after or state)
    else:
        with pytest.raises(WrongState):
            move_update(update, step)
        assert update.state is state


def test_what_was_decided_stays_decided() -> None:
    assert not any(DECIDED & step.before for step in UPDATE_STEPS.values())


def test_only_approval_publishes_what_is_new() -> None:
    leading = {name for name, step in LISTING_STEPS.items() if step.after is ListingState.PUBLISHED}
    assert leading == {"publish", "resume", "bring_back"}
    assert LISTING_STEPS["publish"].before == {ListingState.SUBMITTED}
