"""The book of places: it answers as the database does, and only while it is right."""

import json
import logging
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from flask import Flask
from geoalchemy2.shape import from_shape
from hypothesis import given, settings, strategies as st
from shapely.geometry import Polygon
from sqlalchemy import update
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.database.base import SRID
from hubfinder.extensions import db
from hubfinder.places.book import BookUnusable, open_book, read_state
from hubfinder.places.book_writing import is_sound, write_book
from hubfinder.places.finding import Places
from hubfinder.places.grids import ASK, INSIDE, SIDE, cell_of, grid_of
from hubfinder.places.lookups import place_at, place_of_postcode
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Footprint, FootprintShare, Postcode as PostcodeRow
from hubfinder.places.revision import current_revision, places_changed
from hubfinder.places.values import (
    Place,
    PlaceProblem,
    Point,
    PointUnknown,
    Postcode,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.vocab import FootprintKind
from tests.support import factories as made
from tests.support.application import empty_tables

WEST, SOUTH, STEP = 2.0, 54.0, 0.125
"""A square of sea, and the side of a small area: borders are exact in binary, so points can lie on them."""
SPLIT = "Z01000000"
"""A small area whose people belong to several networks."""


def _area(session: Session, kind: FootprintKind, code: str, shape: Polygon) -> Footprint:
    return made.footprint(
        session, f"{kind.value} {code}", kind, code=code, geom=from_shape(shapely.MultiPolygon([shape]), SRID)
    )


def _square(row: int, column: int, size: int = 1) -> Polygon:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + size * STEP, south + size * STEP)


def _fill(session: Session) -> None:
    """Small areas, wards, overlapping catchments, a large round neighbourhood, networks, postcodes."""
    for row in range(8):
        for column in range(8):
            _area(session, FootprintKind.SMALL_AREA, f"Z01{row:03}{column:03}", _square(row, column))
    for row in range(0, 8, 2):
        for column in range(0, 8, 4):
            _area(session, FootprintKind.WARD, f"Z05{row}{column}", _square(row, column, 4))
    for number in range(4):
        shape = _square(number, number, 3)
        _area(session, FootprintKind.SCHOOL_CATCHMENT_PRIMARY, f"99000{number}", shape)
    round_one = shapely.Point(WEST + 0.5, SOUTH + 0.5).buffer(0.4, quad_segs=400)
    _area(session, FootprintKind.NEIGHBOURHOOD, "old-town", round_one)
    networks = [
        _area(session, FootprintKind.PRIMARY_CARE_NETWORK, f"ZPCN0{number}", _square(0, 4 * number, 4))
        for number in range(2)
    ]
    for network, share in zip(networks, (0.62, 0.05), strict=True):
        session.add(FootprintShare(small_area_code=SPLIT, footprint_id=network.id, patients=1, share=share))
    for code in ("E92000001", "K03000001", "W92000004"):
        made.footprint(session, code, FootprintKind.NATION, code=code)
    _postcodes(session)
    rebuild_memberships(session)


def _postcodes(session: Session) -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    for number in range(400):
        code = f"ZA{number // 100 + 1}{number % 10}{'ABDEFGHJLN'[number // 10 % 10]}A"
        at = {
            "lat": SOUTH + chance.randrange(-8, 72) * STEP / 8,
            "lon": WEST + chance.randrange(72) * STEP / 8,
        }
        terminated = "201903" if number % 17 == 0 else None
        session.add(PostcodeRow(code=code, **at, country="E", terminated=terminated))
    session.add(PostcodeRow(code="ZA99AA", country="E"))
    session.add(PostcodeRow(code="EH11AA", lat=55.95, lon=-3.19, country="S"))
    session.add(PostcodeRow(code="ZA111AA", lat=SOUTH + 0.1, lon=WEST + 0.1))
    session.flush()


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[Flask]:
    begin_writing(db.session)
    _fill(db.session)
    db.session.commit()
    yield app
    db.session.rollback()
    empty_tables(db.session)


@pytest.fixture
def asked(world: Flask) -> Iterator[Session]:
    assert world.testing
    yield db.session
    db.session.rollback()


@pytest.fixture
def folder(asked: Session, tmp_path: Path) -> Path:
    """A folder with the book of the world."""
    assert current_revision(asked)
    assert write_book(db.engine, tmp_path / "places")
    return tmp_path / "places"


@pytest.fixture
def places(folder: Path) -> Places:
    """Looks at every question whether the book is right."""
    return Places(folder, patience=0.0)


def answer_of(ask: object) -> Place | str:
    """What somebody answers, or what they say is the matter."""
    assert callable(ask)
    try:
        found: Place = ask()
    except PlaceProblem as problem:
        return f"{type(problem).__name__} {problem.text}"
    return found


def uses_book(places: Places, session: Session) -> bool:
    """Whether the next answer comes from the book."""
    return places._current(lambda: session) is not None


def test_every_postcode_has_the_same_answer_in_the_book(asked: Session, places: Places) -> None:
    codes = [*asked.scalars(PostcodeRow.__table__.select().with_only_columns(PostcodeRow.code)), "ZA77ZZ"]
    assert len(codes) == 404
    for code in codes:
        postcode = Postcode(code[:-3], code[-3:])
        truth = answer_of(lambda one=postcode: place_of_postcode(asked, one))
        assert answer_of(lambda one=postcode: places.of_postcode(asked, one)) == truth
    assert uses_book(places, asked)


def test_every_point_has_the_same_answer_in_the_tree(asked: Session, places: Places) -> None:
    chance = np.random.default_rng(3)
    anywhere = [(SOUTH + y, WEST + x) for y, x in chance.uniform(-0.1, 1.1, (300, 2)).tolist()]
    on_borders = [(SOUTH + y * STEP / 2, WEST + x * STEP / 2) for y in range(-1, 18) for x in range(-1, 18)]
    for lat, lon in (*anywhere, *on_borders):
        point = Point(lat, lon)
        assert places.at(asked, point, "here") == place_at(asked, point, "here")
    assert uses_book(places, asked)


def test_machines_get_the_same_json_from_the_book_and_from_the_database(
    asked: Session, places: Places
) -> None:
    without = Places(places.folder / "nowhere")
    for code in ("ZA10AA", "ZA111AA"):
        postcode = Postcode(code[:-3], code[-3:])
        told = places.answer(lambda: asked, postcode)
        assert told == without.answer(lambda: asked, postcode)
        assert json.loads(told)["postcode"] == str(postcode)
    point = Point(SOUTH + STEP / 2, WEST + STEP / 2)
    told = places.answer_at(lambda: asked, point)
    assert told == without.answer_at(lambda: asked, point)
    found = json.loads(told)
    shares = {one["code"]: one["share"] for one in found["footprints"]}
    assert (shares["ZPCN00"], "ZPCN01" in shares, shares["E92000001"]) == (0.62, False, 1)
    assert {one["layer"] for one in found["footprints"]} == set(found["layers"])


def test_what_cannot_be_used_is_said_in_the_same_way(asked: Session, places: Places) -> None:
    for text, problem in (
        ("ZA9 9AA", PostcodeWithoutPoint),
        ("ZA7 7ZZ", PostcodeUnknown),
        ("EH1 1AA", PostcodeElsewhere),
        ("CF10 1AA", PostcodeElsewhere),
        ("ZA9 9A", PostcodeMalformed),
    ):
        with pytest.raises(problem):
            places.find(asked, text)
    assert uses_book(places, asked)


@pytest.mark.parametrize(
    ("point", "problem"), [(Point(55.95, -3.19), PostcodeElsewhere), (Point(0.0, 0.0), PointUnknown)]
)
def test_machines_are_not_told_that_a_point_in_scotland_or_nowhere_is_in_england(
    asked: Session, places: Places, point: Point, problem: type[PlaceProblem]
) -> None:
    for one in (places, Places(places.folder / "nowhere")):
        with pytest.raises(problem):
            one.answer_at(lambda: asked, point)


def test_a_change_is_seen_at_once_and_the_next_book_has_it(asked: Session, places: Places) -> None:
    postcode = Postcode("ZA1", "0AA")
    assert uses_book(places, asked)
    before = places.of_postcode(asked, postcode)
    asked.rollback()
    begin_writing(asked)
    asked.execute(update(Footprint).values(name=Footprint.name + "!"))
    places_changed(asked)
    asked.commit()
    after = places.of_postcode(asked, postcode)
    assert not uses_book(places, asked)
    assert [one.name for one in after.memberships] == [f"{one.name}!" for one in before.memberships]
    asked.rollback()
    assert write_book(db.engine, places.folder)
    assert uses_book(places, asked)
    assert places.of_postcode(asked, postcode) == after


def test_within_its_patience_it_answers_without_asking_the_database(asked: Session, folder: Path) -> None:
    places = Places(folder, patience=60)
    postcode = Postcode("ZA1", "0AA")
    known = places.of_postcode(asked, postcode)

    def nobody() -> Session:
        raise AssertionError("the database was asked")

    assert json.loads(places.answer(nobody, postcode))["point"]["lat"] == known.point.lat
    places.look_again()
    with pytest.raises(AssertionError, match="was asked"):
        places.answer(nobody, postcode)


def test_it_is_written_only_if_it_must_be(asked: Session, folder: Path) -> None:
    assert not write_book(db.engine, folder)
    asked.rollback()
    begin_writing(asked)
    places_changed(asked)
    asked.commit()
    old = read_state(folder)
    assert write_book(db.engine, folder)
    new = read_state(folder)
    assert old
    assert new
    assert new.revision > old.revision
    assert [one.name for one in folder.glob("book-*")] == [new.folder], "the old one is taken away"


@pytest.mark.parametrize("name", ["codes", "rows", "members", "texts", "shapes", "cells", "state.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_a_damaged_book_is_noticed_and_the_database_answers(
    asked: Session, folder: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = read_state(folder)
    assert state
    file = folder / name if name == "state.json" else folder / state.folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    if damage == "remove":
        file.unlink()
    else:
        file.write_bytes(content if damage == "flip" else content[: len(content) // 2])
    postcode, point = Postcode("ZA1", "0AA"), Point(SOUTH + 0.3, WEST + 0.3)
    places = Places(folder, patience=0.0)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert places.of_postcode(asked, postcode) == place_of_postcode(asked, postcode)
            assert places.at(asked, point) == place_at(asked, point, "")
    assert not uses_book(places, asked)
    assert len(caplog.records) <= 1, "said once"
    assert not is_sound(folder, current_revision(asked))
    asked.rollback()
    assert write_book(db.engine, folder)
    assert uses_book(Places(folder), asked)


def test_a_book_of_another_format_is_not_read(folder: Path) -> None:
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps({**state, "format": 0}))
    with pytest.raises(BookUnusable, match="no book"):
        open_book(folder)


def test_threads_get_whole_answers_while_books_change(asked: Session, folder: Path, world: Flask) -> None:
    places = Places(folder, patience=0.0)
    postcode = Postcode("ZA1", "0AA")
    truth = {member.code for member in place_of_postcode(asked, postcode).memberships}
    wrong: list[object] = []

    def ask() -> None:
        with world.app_context():
            for _ in range(60):
                found = {one.code for one in places.of_postcode(db.session, postcode).memberships}
                if found != truth:
                    wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        asked.rollback()
        begin_writing(asked)
        places_changed(asked)
        asked.commit()
        write_book(db.engine, folder)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_empty_database_has_no_book(session_of_nothing: Session, tmp_path: Path) -> None:
    assert not write_book(db.engine, tmp_path / "places")
    places = Places(tmp_path / "places")
    assert places.at(session_of_nothing, Point(54.0, 2.0)).memberships == ()


@pytest.fixture
def session_of_nothing(tmp_path: Path) -> Iterator[Session]:
    from hubfinder import create_app
    from hubfinder.database.upgrade import upgrade
    from hubfinder.settings import Settings

    app = create_app(Settings(data_dir=tmp_path / "data"))
    with app.app_context():
        upgrade(db.engine)
        yield db.session
        db.session.close()
        db.engine.dispose()


@settings(max_examples=200, deadline=None)
@given(
    corners=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=12, unique=True),
    spots=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20),
)
def test_a_grid_never_says_what_the_shape_does_not(
    corners: list[tuple[float, float]], spots: list[tuple[float, float]]
) -> None:
    shape = shapely.convex_hull(shapely.MultiPoint(corners))
    if not isinstance(shape, Polygon) or shape.area < 1e-3:
        return
    grid, box = grid_of(shapely.MultiPolygon([shape])), shape.bounds
    assert len(grid) == SIDE * SIDE
    for x, y in (*spots, *corners):
        lon, lat = box[0] + x * (box[2] - box[0]), box[1] + y * (box[3] - box[1])
        known = grid[cell_of(box, lon, lat)]
        assert known == ASK or (known == INSIDE) == bool(shapely.covers(shape, shapely.Point(lon, lat)))
