"""The locator map: small, safe, and said in words."""

import re
from collections.abc import Iterator

import pytest
import shapely
from flask import Flask

from hubfinder.display.map import HIGHEST, LETTER, LOWEST, Mark, Outline, direction_from, draw
from hubfinder.display.projection import WIDTH
from hubfinder.places.values import GEOD, Point

YOU = Point(54.75, 2.1)


@pytest.fixture(autouse=True)
def page(plain_app: Flask) -> Iterator[None]:
    with plain_app.test_request_context("/"):
        yield


def towards(bearing: float, metres: float) -> Point:
    lon, lat, _ = GEOD.fwd(YOU.lon, YOU.lat, bearing, metres)
    return Point(lat, lon)


@pytest.mark.parametrize(
    ("bearing", "words"),
    [
        (0, "north"),
        (44, "north-east"),
        (90, "east"),
        (135, "south-east"),
        (180, "south"),
        (225, "south-west"),
        (270, "west"),
        (-45, "north-west"),
        (338, "north"),
    ],
)
def test_directions(bearing: float, words: str) -> None:
    assert direction_from(YOU, towards(bearing, 1609.344)) == f"1 mile {words} of you"


def test_the_same_spot_has_no_direction() -> None:
    assert direction_from(YOU, towards(90, 10)) == "where you are"


def test_north_is_up_and_east_is_right_and_all_lies_in_the_frame() -> None:
    marks = [
        Mark(towards(bearing, 3000), str(bearing), number) for number, bearing in enumerate((0, 90, 200), 1)
    ]
    drawn = draw(YOU, marks)
    assert drawn is not None
    svg = str(drawn.svg)
    you = re.search(r'class="you" cx="(\d+)" cy="(\d+)"', svg)
    dots = {
        int(number): (int(x), int(y))
        for x, y, number in re.findall(r'class="dot" cx="(\d+)" cy="(\d+)" r="9"/><text[^>]*>(\d)', svg)
    }
    assert you is not None
    x, y = int(you[1]), int(you[2])
    assert dots[1][1] < y
    assert abs(dots[1][0] - x) <= 1
    assert dots[2][0] > x
    assert abs(dots[2][1] - y) <= 1
    assert dots[3][1] > y
    (height,) = map(int, re.findall(r'viewBox="0 0 320 (\d+)"', svg))
    assert LOWEST <= height <= HIGHEST
    assert all(0 < a < WIDTH and 0 < b < height for a, b in dots.values())


def test_distances_on_it_are_true_to_scale() -> None:
    """Twice as far is twice as far, in both directions: the middle of the map is the middle of its plane."""
    drawn = draw(YOU, [Mark(towards(0, 2000), "n", 1), Mark(towards(90, 2000), "e", 2)])
    assert drawn is not None
    found = re.findall(r'c[xy]="(\d+)"', str(drawn.svg))
    points = [(int(found[i]), int(found[i + 1])) for i in range(0, len(found), 2)]
    (east, north, you) = points
    assert abs((east[0] - you[0]) - (you[1] - north[1])) <= 2


def test_an_outline_of_thousands_of_corners_stays_small() -> None:
    jagged = shapely.segmentize(shapely.Point(YOU.lon, YOU.lat).buffer(0.05, 512), 0.0001)
    drawn = draw(YOU, [], [Outline(jagged, "area", "Round"), Outline(jagged.buffer(1), "land")])
    assert drawn is not None
    assert len(drawn.svg) < 2_000
    assert 'class="area"' in drawn.svg


def test_land_behind_does_not_widen_the_frame() -> None:
    near = [Mark(towards(90, 500), "near", 1)]
    alone, with_land = draw(YOU, near), draw(YOU, near, [Outline(shapely.box(-5, 50, 5, 58), "land")])
    assert alone is not None
    assert with_land is not None
    assert re.findall(r'c[xy]="\d+"', alone.svg) == re.findall(r'c[xy]="\d+"', with_land.svg)


def test_names_are_words_and_nothing_else() -> None:
    drawn = draw(YOU, [Mark(towards(10, 400), '<script>"x"</script>')], [])
    assert drawn is not None
    assert "<script>" not in drawn.svg
    assert drawn.said[0].where.endswith("north of you")


@pytest.mark.parametrize("metres", [200, 2000, 4000])
def test_the_name_of_a_hub_stays_on_the_drawing(metres: float) -> None:
    name = "Wendbridge Family Hub and Library"
    drawn = draw(YOU, [Mark(towards(90, metres), name), Mark(towards(90, 5000), "Far", 1)])
    assert drawn is not None
    found = re.search(rf'<text x="(\d+)" y="(\d+)"([^>]*)>{name}', drawn.svg)
    assert found is not None
    x, wide = int(found[1]), len(name) * LETTER
    start = x - wide if 'anchor="end"' in found[3] else x - wide / 2 if "middle" in found[3] else x
    assert start >= -1
    assert start + wide <= WIDTH + 1


def test_nothing_to_show_is_no_map() -> None:
    assert draw(None, []) is None


def test_a_hole_and_several_parts_are_drawn() -> None:
    ring = shapely.Point(2.1, 54.75).buffer(0.02).difference(shapely.Point(2.1, 54.75).buffer(0.01))
    island = shapely.Point(2.15, 54.75).buffer(0.005)
    drawn = draw(None, [], [Outline(shapely.union_all([ring, island]), "area", "Ring")])
    assert drawn is not None
    path = re.search(r'class="area" d="([^"]*)"', str(drawn.svg))
    assert path is not None
    assert path[1].count("M") == path[1].count("z") == 3
