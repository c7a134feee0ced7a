"""Ground nearest to a place: right on the ground, sharing borders, cut at the coast."""

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.deriving.ground import Plane, only_polygons, with_steps
from hubfinder.places.deriving.land import joined, land_of
from hubfinder.places.deriving.nearest import Site, nearest_areas, one_code_a_point
from hubfinder.places.values import Point
from tests.support.deriving import metres_to_each
from tests.support.shapes import square

LAND = only_polygons(square(-4.0, 51.0, 4.0))
"""Four degrees each way: as wide as England, so that a flat map would be wrong."""


def scattered(
    number: int, seed: int = 1, box: tuple[float, float, float, float] = (-4, 51, 0, 55)
) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.column_stack((chance.uniform(box[0], box[2], number), chance.uniform(box[1], box[3], number)))


def sites_at(spots: np.ndarray) -> list[Site]:
    return [Site(f"S{number:03}", Point(lat, lon)) for number, (lon, lat) in enumerate(spots.tolist())]


def areas(shapes: dict[str, BaseGeometry]) -> np.ndarray:
    return np.array(list(shapes.values()), dtype=object)


def test_every_point_lies_in_the_area_of_the_place_nearest_to_it_on_the_ground() -> None:
    spots = scattered(60)
    found = nearest_areas(sites_at(spots), LAND)
    wrong = tied = 0
    for lon, lat in scattered(2_000, seed=2).tolist():
        far = metres_to_each(lon, lat, spots.tolist())
        best, second = np.partition(far, 1)[:2]
        tied += second - best < 1
        inside = shapely.covers(found[f"S{far.argmin():03}"], shapely.Point(lon, lat))
        wrong += not inside and second - best >= 1
    assert (wrong, tied) == (0, 0)


def test_degrees_taken_for_metres_would_be_wrong_there() -> None:
    spots = scattered(60)
    points = scattered(2_000, seed=2)
    flat = np.hypot(*(points[:, None, :] - spots[None]).transpose(2, 0, 1)).argmin(axis=1)
    true = [metres_to_each(lon, lat, spots.tolist()).argmin() for lon, lat in points.tolist()]
    assert (flat != np.array(true)).mean() > 0.05


def test_neighbours_share_their_borders_and_fill_the_land() -> None:
    found = areas(nearest_areas(sites_at(scattered(200)), LAND))
    assert len(found) == 200
    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).sum() == pytest.approx(LAND.area, rel=1e-9)


def test_the_coast_and_islands_are_kept() -> None:
    ring = shapely.Point(-2, 53).buffer(1, quad_segs=64).difference(shapely.Point(-2, 53).buffer(0.3))
    land = only_polygons(shapely.union_all([ring, square(-0.5, 51.2, 0.2)]))
    found = areas(nearest_areas(sites_at(scattered(40)), land))
    assert shapely.coverage_is_valid(found)
    assert shapely.symmetric_difference(shapely.union_all(found), land).area < 1e-7


def test_a_place_far_from_the_land_has_no_area_but_takes_what_is_nearest_to_it() -> None:
    land = only_polygons(square(2.0, 54.0))
    sites = [
        Site("HERE", Point(54.05, 2.02)),
        Site("SEA", Point(54.05, 2.17)),
        Site("FAR", Point(50.0, -5.0)),
    ]
    found = nearest_areas(sites, land)
    assert found.keys() == {"HERE", "SEA"}
    assert found["SEA"].bounds[0] == pytest.approx(2.095, abs=1e-6)
    alone = nearest_areas(sites[:1], land)
    assert alone["HERE"].equals(land)


def test_sites_of_one_code_get_their_ground_together_and_a_site_without_one_takes_ground() -> None:
    land = only_polygons(square(2.0, 54.0))
    west, middle, east = (Point(54.05, lon) for lon in (2.01, 2.05, 2.09))
    both = nearest_areas([Site("A", west), Site("A", middle), Site("B", east)], land)
    assert both["A"].bounds[2] == pytest.approx(2.07, abs=1e-6)
    taken = nearest_areas([Site("A", west), Site("", middle), Site("B", east)], land)
    assert taken.keys() == {"A", "B"}
    assert sum(area.area for area in taken.values()) == pytest.approx(land.area * 0.6, rel=0.001)


def test_places_at_one_point_all_get_the_ground_or_one_is_chosen() -> None:
    land = only_polygons(square(2.0, 54.0))
    here, there = Point(54.05, 2.01), Point(54.05, 2.09)
    sites = [Site("B", here), Site("A", here), Site("C", here), Site("C", here), Site("D", there)]
    found = nearest_areas(sites, land)
    assert found["A"].equals(found["B"])
    assert found["A"].equals(found["C"])
    chosen, decided = one_code_a_point(sites)
    assert ({site.code for site in chosen}, decided) == ({"C", "D"}, 1)
    assert one_code_a_point(sites[:2]) == ([Site("A", here)], 1)


def test_the_same_places_in_another_order_give_the_same_areas() -> None:
    sites = sites_at(scattered(80))
    found, again = nearest_areas(sites, LAND), nearest_areas(sites[::-1], LAND)
    assert {code: shape.wkb for code, shape in found.items()} == {
        code: shape.wkb for code, shape in again.items()
    }


def test_a_line_has_the_same_points_whichever_way_it_is_walked() -> None:
    ring = np.array([(0.1, 0.2), (12_345.6, 789.1), (3_000.3, 9_999.9), (0.1, 0.2)])
    there, back = with_steps(ring), with_steps(ring[::-1])
    assert np.array_equal(there, back[::-1])
    assert np.hypot(*np.diff(there, axis=0).T).max() <= 1_000
    assert (there[:, None] == ring[None]).all(axis=2).any(axis=0).all()  # its corners are still there


def test_the_plane_measures_metres() -> None:
    plane = Plane((-5, 50, 2, 55.8))
    ends = np.array([(1.0, 52.0), (1.0, 52.01)])
    length = float(np.hypot(*np.diff(plane.metres(ends), axis=0)[0]))
    assert length == pytest.approx(metres_to_each(1.0, 52.0, [(1.0, 52.01)])[0], rel=0.001)
    assert np.allclose(plane.degrees(plane.metres(ends)), ends, atol=1e-9)


def test_joining_keeps_borders_and_overlays_what_does_not_fit() -> None:
    tidy = np.array([square(2.0, 54.0), square(2.1, 54.0)], dtype=object)
    whole, is_tidy = joined(tidy)
    assert (is_tidy, len(shapely.get_parts(whole))) == (True, 1)
    overlapping = np.array([square(2.0, 54.0), square(2.05, 54.0)], dtype=object)
    whole, is_tidy = joined(overlapping)
    assert is_tidy is False
    assert whole.area == pytest.approx(0.015)
    assert land_of(overlapping).area == pytest.approx(0.015)
    assert land_of(tidy[:1]).area == pytest.approx(0.01)
