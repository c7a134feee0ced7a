"""Composing shapes: what is added without what is taken away, and borders that do not quite match."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings as hypothesis_settings, strategies as st
from shapely.geometry.base import BaseGeometry

from hubfinder.places.composing import SLIVER_METRES, Composed, NothingLeft, compose, ground_km2

LON, LAT = 2.1, 54.75
EAST, NORTH = 1 / (111_320 * math.cos(math.radians(LAT))), 1 / 111_320
"""Degrees a metre, near enough for tests."""


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A rectangle in metres from the middle of the tests."""
    return shapely.box(LON + west * EAST, LAT + south * NORTH, LON + east * EAST, LAT + north * NORTH)


def m2(composed: Composed) -> float:
    return composed.km2 * 1e6


LEFT, RIGHT = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)


def test_two_neighbours_make_one_ground_with_their_areas_added_up() -> None:
    both = compose([LEFT, RIGHT], [])
    assert (both.parts, both.holes, both.gaps_closed, both.strips_dropped) == (1, 0, 0, 0)
    assert m2(both) == pytest.approx(ground_km2(LEFT) * 1e6 + ground_km2(RIGHT) * 1e6, rel=1e-9)
    assert shapely.is_valid(both.shape)
    assert both.shape.geom_type == "MultiPolygon"


def test_the_order_of_the_parts_makes_no_difference() -> None:
    one = compose([LEFT, RIGHT], [box(500, 500, 700, 700)])
    other = compose([RIGHT, LEFT], [box(500, 500, 700, 700)])
    assert shapely.to_wkb(one.shape) == shapely.to_wkb(other.shape)


def test_parts_that_do_not_touch_stay_apart() -> None:
    assert compose([LEFT, box(3000, 0, 4000, 1000)], []).parts == 2


def test_what_is_taken_out_of_the_middle_leaves_a_hole() -> None:
    ring = compose([LEFT], [box(400, 400, 600, 600)])
    assert (ring.parts, ring.holes) == (1, 1)
    assert m2(ring) == pytest.approx(1_000_000 - 40_000, rel=1e-2)


def test_even_a_small_hole_that_somebody_took_away_stays() -> None:
    assert compose([LEFT, RIGHT], [box(496, 496, 504, 504)]).holes == 1


def test_a_gap_between_borders_that_do_not_match_is_closed() -> None:
    both = compose([LEFT, box(1006, 0, 2000, 1000)], [])
    assert (both.parts, both.holes, both.gaps_closed) == (1, 0, 1)
    assert m2(both) == pytest.approx(2_000_000, rel=1e-2)


def test_a_street_between_two_parts_stays_a_gap() -> None:
    both = compose([LEFT, box(1000 + SLIVER_METRES + 5, 0, 2000, 1000)], [])
    assert (both.parts, both.gaps_closed) == (2, 0)


def test_a_narrow_part_of_one_footprint_is_nobodys_mistake() -> None:
    strait = shapely.union_all([box(0, 0, 1000, 1000), box(1000, 500, 1500, 506), box(1500, 0, 2500, 1000)])
    assert shapely.equals(compose([strait], []).shape, strait)
    away = compose([strait], [box(0, 0, 100, 100)])
    assert (away.parts, away.strips_dropped) == (1, 0)


def test_a_strip_left_along_the_border_is_dropped() -> None:
    """The take-away ends five metres short of the border: nobody means to keep those five metres."""
    left = compose([LEFT, box(2000, 0, 3000, 1000)], [box(-5, -5, 995, 1005)])
    assert (left.parts, left.strips_dropped) == (1, 1)
    assert left.shape.bounds[0] == pytest.approx(LON + 2000 * EAST)


def test_a_take_away_that_reaches_a_little_over_the_border_takes_that_little() -> None:
    left = compose([LEFT, RIGHT], [box(-5, -5, 1004, 1005)])
    assert (left.parts, left.strips_dropped) == (1, 0)
    assert m2(left) == pytest.approx(996_000, rel=1e-2)


def test_a_strip_that_hangs_on_is_dropped_too() -> None:
    left = compose([box(0, 0, 1000, 1000)], [box(4, 300, 1000, 1000)])
    assert left.strips_dropped == 1
    assert left.shape.bounds[3] == pytest.approx(LAT + 300 * NORTH, abs=SLIVER_METRES * NORTH)


@pytest.mark.parametrize("takes", [[LEFT], [box(-10, -10, 3000, 3000)], [box(0, 0, 994, 1000)]])
def test_taking_everything_away_leaves_nothing(takes: list[BaseGeometry]) -> None:
    with pytest.raises(NothingLeft):
        compose([LEFT], takes)


def test_parts_that_change_nothing_are_named() -> None:
    made = compose([LEFT, box(100, 100, 200, 200), RIGHT], [box(5000, 0, 6000, 10), box(0, 0, 300, 50)])
    assert (made.idle_adds, made.idle_takes) == ((1,), (0,))


def test_of_two_equal_parts_one_is_needed() -> None:
    assert compose([LEFT, LEFT], []).idle_adds == (1,)


cells = st.frozensets(st.integers(0, 24), max_size=8)


def cell(number: int) -> BaseGeometry:
    row, column = divmod(number, 5)
    return box(column * 200, row * 200, column * 200 + 200, row * 200 + 200)


@given(st.frozensets(st.integers(0, 24), min_size=1, max_size=8), cells)
@hypothesis_settings(max_examples=60, deadline=None)
def test_an_address_is_inside_if_it_is_in_an_added_part_and_in_none_taken_away(
    added: frozenset[int], taken: frozenset[int]
) -> None:
    addresses = shapely.points([shapely.get_coordinates(cell(n).centroid)[0] for n in range(25)])
    expected = np.isin(np.arange(25), list(added - taken))
    try:
        made = compose([cell(n) for n in sorted(added)], [cell(n) for n in sorted(taken)])
    except NothingLeft:
        assert not expected.any()
        return
    assert (shapely.covers(made.shape, addresses) == expected).all()
    assert shapely.is_valid(made.shape)
