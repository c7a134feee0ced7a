"""The map of a sheet: what is on it, that nothing lies on anything else, and that it says so in words."""

import itertools
import re
from dataclasses import replace
from html import unescape

import pytest
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy.orm import Session

from hubfinder.display.language import KNOWN, speaking
from hubfinder.places.models import Layer
from hubfinder.places.values import Point
from hubfinder.sheets.drawn_boxes import Rect, Taken
from hubfinder.sheets.map_drawing import HEIGHT, NBSP, Numbers, together
from hubfinder.sheets.maps import Ground, drawn, ground_of, planned, sheet_map, with_map
from hubfinder.sheets.orders import ScopeKind
from hubfinder.sheets.values import Line, Sheet
from hubfinder.vocab import FootprintKind
from tests.support import factories as made
from tests.support.composing import CATCHMENT, composed, scope
from tests.support.sheets import line, sheet

HERE = made.HERE
AREA = shapely.box(HERE.lon - 0.02, HERE.lat - 0.01, HERE.lon + 0.02, HERE.lat + 0.01)
LAND = shapely.box(HERE.lon - 0.2, HERE.lat - 0.1, HERE.lon + 0.03, HERE.lat + 0.1)
SCHOOL = Ground(
    (("land", LAND), ("area", AREA)), HERE, ScopeKind.SCHOOL, "St Anne's <Primary> School", ("Made up",)
)


def around(count: int, spread: float = 0.012) -> list[Line]:
    """Lines on a spiral around the school."""
    return [
        line(
            n,
            point=(
                HERE.lat + spread * ((n * 7) % 11 - 5) / 6,
                HERE.lon + 1.7 * spread * ((n * 5) % 13 - 6) / 6,
            ),
        )
        for n in range(1, count + 1)
    ]


def hub(lat: float = HERE.lat + 0.004, lon: float = HERE.lon + 0.006) -> Sheet:
    made_up = sheet(0)
    assert made_up.hub
    return replace(made_up, hub=replace(made_up.hub, point=(lat, lon)))


def words(svg: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text\b[^>]*>([^<]*)</text>", svg)]


def numbers(svg: str) -> list[int]:
    """Every number on the map, those between ``4–7`` too."""
    rows = [row for row in words(svg) if re.fullmatch(rf"[\d–{NBSP}]+", row)]
    found: list[int] = []
    for part in NBSP.join(rows).split(NBSP):
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1) if first else ()
    return sorted(found)


def rects(svg: str) -> list[Rect]:
    """The boxes of numbers."""
    sides = r'x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"'
    return [Rect(*map(float, found)) for found in re.findall(rf"<rect\b[^>]*{sides}", svg)]


def test_the_map_shows_the_area_the_school_the_hub_and_every_number(app: object) -> None:
    assert app
    found = sheet_map(hub().hub, around(14), SCHOOL)
    assert found
    assert numbers(found.svg) == list(range(1, 15))
    assert {"St Anne's <Primary> School", "Quayside Family Hub"} <= set(words(found.svg))
    assert "stroke-dasharray" in found.svg, "the edge of the catchment"
    assert found.alt.startswith(
        "Map of St Anne's <Primary> School, Quayside Family Hub. 14 numbered places. "
    )
    assert "The nearest is number " in found.alt
    assert found.sources == "Areas on the map: Made up."
    assert "<style" not in found.svg, "pages allow none"
    assert "style=" not in found.svg
    assert len(found.svg) < 15_000


@pytest.mark.parametrize("count", [1, 8, 20])
def test_no_box_of_numbers_covers_another_or_leaves_the_drawing(app: object, count: int) -> None:
    assert app
    found = sheet_map(hub().hub, around(count), SCHOOL)
    assert found
    boxes = rects(found.svg)
    assert all(one.x >= 0 and one.y >= 0 for one in boxes)
    assert all(one.x + one.wide <= 320 and one.y + one.high <= HEIGHT for one in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].shared(pair[1]) > 2]


def test_places_close_together_share_a_box() -> None:
    [one, other] = together([(1, 100, 100), (2, 104, 103), (3, 200, 100), (4, 101, 100)])
    assert (one.numbers, other.numbers) == ((1, 2, 4), (3,))
    assert one.rows == [f"1{NBSP}2{NBSP}4"]
    many = Numbers(0, 0, (9, 3, 4, 5, 6, 1, 12, 13, 20))
    assert [row.replace(NBSP, " ") for row in many.rows] == ["1 3–6 9 12 13 20"]


def test_what_is_far_away_is_left_out_and_said(app: object) -> None:
    assert app
    far = line(3, point=(HERE.lat + 1, HERE.lon))
    found = sheet_map(hub().hub, [*around(2), far], SCHOOL)
    assert found
    assert numbers(found.svg) == [1, 2]
    assert found.alt.endswith("One place is further away.")


def test_without_numbers_or_points_there_is_less_or_nothing(app: object) -> None:
    assert app
    national = line(0, point=(HERE.lat, HERE.lon))
    found = sheet_map(hub().hub, [national], Ground())
    assert found
    assert numbers(found.svg) == []
    assert sheet_map(None, [line(1, point=None)], Ground()) is None
    assert planned(None, sheet(0).sections) is None
    assert planned(hub().hub, ()) is not None
    bare = replace(sheet(0), map=None)
    assert with_map(bare, SCHOOL) is bare


@pytest.mark.parametrize("language", ["ur", "ar", "bn"])
def test_other_scripts_keep_the_numbers_in_order(app: object, language: str) -> None:
    assert app
    made_up = replace(hub(), language=KNOWN[language])
    some = replace(made_up, sections=(replace(sheet().sections[0], lines=tuple(around(6))),))
    found = with_map(some, SCHOOL).map
    assert found
    assert 'direction="ltr"' in found.svg
    assert numbers(found.svg) == [1, 2, 3, 4, 5, 6]
    with speaking(KNOWN[language]):
        again = sheet_map(some.hub, some.lines, SCHOOL)
    assert again == found, "it is drawn in the language of the sheet"


def test_the_ground_of_a_scope_is_two_statements(session: Session) -> None:
    area = made.footprint(
        session,
        "St Anne's",
        FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
        geom=from_shape(shapely.MultiPolygon([AREA]), srid=4326),
        outline=shapely.to_wkb(AREA),
    )
    land = made.footprint(
        session, "Harbourmouth", FootprintKind.LOCAL_AUTHORITY, outline=shapely.to_wkb(LAND)
    )
    layer = session.get(Layer, area.layer_id)
    assert layer
    layer.source, layer.attribution = "Drawn by hand", "Contains made-up data"
    session.flush()
    of = scope(place=made.place(footprints=(land, area)), area=CATCHMENT._replace(id=area.id))
    ground = ground_of(session, of)
    assert [style for style, _ in ground.outlines] == ["land", "area"]
    assert (ground.point, ground.name) == (HERE, "St Anne's Primary School")
    assert ground.sources == ("Contains made-up data",)
    hall = made.location(session, made.north_of(HERE, 300))
    play = made.service(session, at=(hall,), key="play")
    whole = drawn(session, composed(session, [(play, "")], of=of), of)
    assert whole.map
    assert numbers(whole.map.svg) == [1]
    assert "number 1, Stay and play: 0.2 miles from St Anne's Primary School" in whole.map.alt


def test_a_hidden_place_is_not_on_the_map(session: Session) -> None:
    refuge = made.location(session, Point(HERE.lat + 0.002, HERE.lon), is_confidential=True)
    safe = made.service(session, "Safe home", at=(refuge,), key="safe")
    found = composed(session, [(safe, "")])
    assert found.map is None
    assert drawn(session, found, scope()) is found


def test_room_beside_a_mark_is_free_where_there_is_some() -> None:
    taken = Taken(320, 250)
    first = taken.put(160, 100, 40, 20)
    assert first == Rect(140, 90, 40, 20)
    second = taken.put(160, 100, 40, 20)
    assert first.shared(second) == 0
    mark = Rect(300, 100, 10, 10)
    taken.add(mark)
    beside = taken.beside(mark, 80, 12)
    assert beside.x + beside.wide <= 300, "there is no room on the right"


def test_a_list_has_a_map_of_all_its_places(app: object) -> None:
    assert app
    far = line(4, point=(HERE.lat + 0.5, HERE.lon))
    found = sheet_map(hub().hub, [*around(3), far], Ground())
    assert found
    assert found.alt == "Map of Quayside Family Hub. 4 numbered places."
    assert numbers(found.svg) == [1, 2, 3, 4]
    assert "#e3eaee" not in found.svg, "without land there is no sea"
