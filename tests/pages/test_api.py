"""What machines are told of places."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.places.book_writing import write_book
from hubfinder.places.finding import Places
from hubfinder.places.revision import places_changed
from hubfinder.vocab import FootprintKind
from hubfinder.web.api.lane import QuickLane


@pytest.fixture
def machine(app: Flask) -> FlaskClient:
    """A program that asks the application on each database."""
    return app.test_client()


def told(response: TestResponse) -> dict[str, Any]:
    assert response.mimetype == "application/json"
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_a_postcode_has_a_point_footprints_and_where_they_come_from(machine: FlaskClient) -> None:
    response = machine.get("/api/places/za1%204qt")
    found = told(response)
    assert (found["postcode"], found["name"], found["terminated"]) == ("ZA1 4QT", None, None)
    assert set(found["point"]) == {"lat", "lon"}
    kinds = [one["kind"] for one in found["footprints"]]
    assert kinds == sorted(kinds, key=[kind.value for kind in FootprintKind].index)
    assert "ward" in kinds
    for one in found["footprints"]:
        assert set(one) == {"kind", "code", "name", "basis", "layer", "share"}
        assert 0 < one["share"] <= 1
    for layer in found["layers"].values():
        assert {"source", "as_of", "licence", "attribution", "basis", "method", "version"} <= set(layer)
    assert {one["layer"] for one in found["footprints"]} == set(found["layers"])


def test_any_site_may_read_it_but_nobody_on_the_way_keeps_it(machine: FlaskClient) -> None:
    headers = machine.get("/api/places/ZA14QT").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "private, max-age=60"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_a_small_answer_is_not_compressed_and_a_page_is(machine: FlaskClient) -> None:
    asked = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in machine.get("/api/places/ZA14QT", headers=asked).headers
    assert machine.get("/results?place=ZA1+4QT", headers=asked).headers["Content-Encoding"] == "gzip"


def test_a_postcode_that_ended_says_when(machine: FlaskClient) -> None:
    assert told(machine.get("/api/places/ZA19ZZ"))["terminated"] == "201903"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/api/places/ZA1 4Q", 400, "postcode_malformed"),
        ("/api/places/<b>", 400, "postcode_malformed"),
        ("/api/places/ZA11ZZ", 404, "postcode_unknown"),
        ("/api/places/ZA99AA", 404, "postcode_without_point"),
        ("/api/places/EH11AA", 404, "postcode_elsewhere"),
        ("/api/places?place=Nowhere", 404, "place_unknown"),
        ("/api/places?place=Eelby", 300, "place_ambiguous"),
        ("/api/places?place=0,0", 404, "point_unknown"),
        ("/api/places?lat=0&lon=0", 404, "point_unknown"),
        ("/api/places", 400, "bad_question"),
        ("/api/places?lat=54.75", 400, "bad_question"),
        ("/api/places?lat=north&lon=2", 400, "bad_question"),
        ("/api/places?lat=nan&lon=2", 400, "bad_question"),
        ("/api/places?lat=91&lon=2", 400, "bad_question"),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(
    machine: FlaskClient, path: str, status: int, error: str
) -> None:
    response = machine.get(path)
    found = told(response)
    assert (response.status_code, found["error"]) == (status, error)
    assert found["message"]
    assert error == "bad_question" or found["what_to_do"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_another_nation_is_named_and_a_choice_can_be_asked_for(machine: FlaskClient) -> None:
    assert told(machine.get("/api/places/EH11AA"))["nation"] == "Scotland"
    for choice in told(machine.get("/api/places?place=Eelby"))["choices"]:
        found = told(machine.get("/api/places", query_string={"place": choice["place"]}))
        assert found["name"] == choice["label"]


def test_a_point_and_a_postcode_there_are_in_the_same_footprints(machine: FlaskClient) -> None:
    of_postcode = told(machine.get("/api/places/ZA14QT"))
    of_point = told(machine.get("/api/places", query_string=of_postcode["point"]))
    assert of_point["postcode"] is None
    wards = [
        [one["code"] for one in found["footprints"] if one["kind"] == "ward"]
        for found in (of_postcode, of_point)
    ]
    assert wards[0] == wards[1] != []


@pytest.mark.parametrize(("path", "status"), [("/api/nothing", 404), ("/api/places/a/b", 404)])
def test_where_nothing_is_programs_are_told_in_json(machine: FlaskClient, path: str, status: int) -> None:
    response = machine.get(path)
    assert response.status_code == status
    assert told(response)["error"] == "not_found"


def test_nothing_can_be_written(machine: FlaskClient) -> None:
    response = machine.delete("/api/places/ZA14QT")
    assert response.status_code == 405
    assert told(response)["error"] == "method_not_allowed"
    assert "GET" in response.headers["Allow"]


def test_a_postcode_is_not_logged_even_when_something_breaks(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> bytes:
        raise ValueError("broken")

    monkeypatch.setattr(Places, "answer", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.DEBUG):
        response = app.test_client().get("/api/places/ZA14QT")
    assert (response.status_code, told(response)["error"]) == (500, "internal_server_error")
    assert "<postcode>" in caplog.text
    assert "ZA14QT" not in caplog.text


def test_the_description_names_every_address(machine: FlaskClient, app: Flask) -> None:
    found = told(machine.get("/api"))
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}
    assert set(found["paths"]) == {rule for rule in rules if rule.startswith("/api/")}
    answer = told(machine.get("/api/places/ZA14QT"))
    schemas = found["components"]["schemas"]
    assert list(answer) == schemas["Place"]["required"]
    assert list(answer["footprints"][0]) == schemas["Footprint"]["required"]
    assert set(next(iter(answer["layers"].values()))) == set(schemas["Layer"]["required"])


def test_it_needs_no_session_while_the_book_is_right(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def noted(_places: Places, ask: object, _postcode: object) -> bytes:
        asked.append(ask)
        return b"{}"

    monkeypatch.setattr(Places, "answer", noted)
    monkeypatch.setattr(type(db), "session", property(lambda _db: pytest.fail("a session was made")))
    assert app.test_client().get("/api/places/ZA14QT").status_code == 200
    assert len(asked) == 1


@pytest.fixture
def laned(app: Flask) -> Iterator[FlaskClient]:
    """A program that asks an application whose book is in force."""
    places: Places = app.extensions["places"]
    with app.app_context():
        begin_writing(db.session)
        places_changed(db.session)
        db.session.commit()
        write_book(db.engine, places.folder)
        places.patience = 600.0
        places.look_again()
        places.warm_up(db.session)
    yield app.test_client()
    places.patience = 0.0
    places.look_again()


def test_the_quick_lane_says_the_same_as_flask(laned: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/api/places/ZA14QT", "/api/places/za1%204qt", "/api/places/ZA19ZZ"):
        for scheme in ("http", "https"):
            with monkeypatch.context() as patch:
                patch.setattr(Flask, "dispatch_request", lambda _app: pytest.fail("Flask was asked"))
                quick = laned.get(path, base_url=f"{scheme}://localhost")
            with monkeypatch.context() as patch:
                patch.setattr(Places, "ready_answer", lambda _places, _postcode: None)
                slow = laned.get(path, base_url=f"{scheme}://localhost")
            assert (quick.status_code, quick.data) == (slow.status_code, slow.data) == (200, slow.data)
            assert sorted(quick.headers) == sorted(slow.headers)
    for path in ("/api/places/ZA11ZZ", "/api/places/EH11AA", "/api/places/ZA99AA", "/api/places/Z"):
        assert laned.get(path).status_code in (400, 404), "what is wrong is said by Flask"
    assert laned.delete("/api/places/ZA14QT").status_code == 405


def test_the_quick_lane_is_only_for_our_own_names(
    laned: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["families.example.org"])
    lane = app.wsgi_app
    while not isinstance(lane, QuickLane):
        lane = lane.app  # type: ignore[attr-defined]  # what stands around it
    monkeypatch.setattr(lane, "_hosts", ("families.example.org",))
    path = "/api/places/ZA14QT"
    assert laned.get(path, base_url="http://families.example.org").status_code == 200
    assert laned.get(path, base_url="http://elsewhere.example.org").status_code == 400
