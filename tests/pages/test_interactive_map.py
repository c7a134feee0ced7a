"""What the map that moves gets from the server: all footprints, no secrets, and a page without scripts."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hubfinder import create_app
from hubfinder.extensions import db
from hubfinder.places.revision import places_changed
from hubfinder.settings import Settings
from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader

FOOTPRINTS = "/map/footprints/local_authority/Z06000001.json"
MARKS = "/map/marks/local_authority/Z06000001.json"
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture
def ask(app: Flask) -> FlaskClient:
    return app.test_client()


def codes(answer: dict[str, Any], kind: str) -> set[str]:
    return {one["id"] for one in answer["objects"][kind]["geometries"]}


def test_all_footprints_of_the_kinds_asked_for_come_with_their_sources(ask: FlaskClient) -> None:
    answer = ask.get(f"{FOOTPRINTS}?kinds=ward,school_catchment_primary,primary_care_network").json
    assert answer is not None
    assert set(answer["objects"]) == {"land", "ward", "school_catchment_primary", "primary_care_network"}
    assert codes(answer, "ward") == {"Z05000001"}
    assert codes(answer, "primary_care_network") == {"ZPCN01"}, "ZPCN02 has no outline"
    assert codes(answer, "land") == {"Z06000001", "Z06000002"}
    (ward,) = answer["objects"]["ward"]["geometries"]
    assert ward["properties"]["name"] == "Harbour"
    assert answer["layers"][ward["properties"]["layer"]] == {
        "key": "ward-Z05000001",
        "kind": "ward",
        "basis": "official",
        "source": "Made up for tests",
        "as_of": "2026-05-01",
        "licence": "Open Government Licence v3.0",
        "attribution": "Contains made-up data",
        "method": "",
    }
    assert answer["kinds"]["ward"] == 1
    assert "nation" not in answer["kinds"]


def test_the_land_around_says_where_it_comes_from_too(ask: FlaskClient) -> None:
    answer = ask.get(f"{FOOTPRINTS}?kinds=").json
    assert answer is not None
    assert set(answer["objects"]) == {"land"}
    lands = answer["objects"]["land"]["geometries"]
    told = [answer["layers"][land["properties"]["layer"]] for land in lands]
    assert {layer["kind"] for layer in told} == {"local_authority"}
    assert {layer["licence"] for layer in told} == {"Open Government Licence v3.0"}


def test_what_only_touches_the_area_is_left_out_and_what_holds_it_is_not(ask: FlaskClient) -> None:
    councils = ask.get(f"{FOOTPRINTS}?kinds=local_authority").json
    assert councils is not None
    assert codes(councils, "local_authority") == {"Z06000001"}
    inside = ask.get("/map/footprints/ward/Z05000001.json?kinds=local_authority").json
    assert inside is not None
    assert codes(inside, "local_authority") == {"Z06000001"}


def test_it_is_packed_and_asked_for_again_only_when_places_changed(app: Flask, ask: FlaskClient) -> None:
    address = f"{FOOTPRINTS}?kinds=ward"
    first = ask.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert codes(json.loads(gzip.decompress(first.data)), "ward") == {"Z05000001"}
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert ask.get(address, headers=tag).status_code == 304
    with app.app_context():
        places_changed(db.session)
        db.session.commit()
    assert ask.get(address, headers=tag).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/map/footprints/planet/1.json",
        "/map/footprints/ward/nothing.json",
        "/map/footprints/primary_care_network/ZPCN02.json",
        f"{FOOTPRINTS}?kinds=planet",
        "/map/marks/ward/nothing.json",
        "/map/marks/nation/E92000001.json",
    ],
)
def test_what_is_not_there_is_a_404(ask: FlaskClient, address: str) -> None:
    assert ask.get(address).status_code == 404


def test_a_confidential_place_is_never_marked(ask: FlaskClient) -> None:
    text = ask.get(MARKS).get_data(as_text=True)
    answer = json.loads(text)
    assert {one["key"] for one in answer["hub"]} == {"quayside-family-hub"}
    assert {one["key"] for one in answer["place"]} == {"clinic", "northsands-hall"}
    for secret in ("refuge", "Haven", REFUGE_STREET, "54.76,"):
        assert secret not in text


def test_marks_say_where_and_what(ask: FlaskClient) -> None:
    answer = ask.get(MARKS).json
    assert answer is not None
    (hub,) = answer["hub"]
    assert hub["where"] == "12 Fish Row, Harbourmouth, ZA1 2AB"
    assert ["sleep-clinic", "Sleep clinic for babies and toddlers"] in hub["services"]
    assert [one["name"] for one in answer["school"]] == ["St Anne's Primary School"]
    assert [one["name"] for one in answer["surgery"]] == ["Quayside Surgery"]
    assert {one["name"] for one in answer["name"]} == {"Wendbridge", "Eelby"}


def test_words_are_those_of_the_language(ask: FlaskClient) -> None:
    english, polish = ask.get("/map/words.json").json, ask.get("/pl/map/words.json").json
    assert english is not None
    assert polish is not None
    assert english["pages"]["hub"] == "/hub/KEY"
    assert polish["pages"]["hub"] == "/pl/hub/KEY"
    assert english["sentences"].keys() == polish["sentences"].keys()
    assert english["kinds"]["ward"] == ["Ward", "Wards"]
    assert polish["kinds"]["ward"][0] != "Ward"


def test_the_page_has_drawing_and_lists_without_scripts(read: Reader) -> None:
    page = read("/map?place=ZA1+4QT&kinds=ward,primary_care_network")
    assert "Map of ZA1 4QT" in page.text
    assert 'href="/footprint/ward/Z05000001"' in page.html
    assert 'href="/footprint/primary_care_network/ZPCN01"' in page.html
    assert 'href="/hub/quayside-family-hub"' in page.html
    assert page.html.count('<path class="area"') == 2


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/map", 200, "Map of areas"),
        ("/map?place=ward:Z05000001", 200, "Map of Harbour"),
        ("/map?place=ZA1+4Q", 400, "Check your postcode"),
        ("/map?place=Eelby", 200, "hamlet"),
        ("/map?place=ZA1+4QT&kinds=nonsense&at=nonsense", 200, "Map of ZA1 4QT"),
    ],
)
def test_whatever_is_asked_the_page_answers(ask: FlaskClient, address: str, status: int, words: str) -> None:
    response = ask.get(address)
    assert (response.status_code, words in response.get_data(as_text=True)) == (status, True)


def test_only_a_council_with_tiles_lets_its_tile_server_in(plain_app: Flask, tmp_path: Path) -> None:
    without = plain_app.test_client().get("/about").headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in without
    assert "://" not in without
    app = create_app(Settings(data_dir=tmp_path, tile_url=TILES, tile_attribution="Harbourmouth Council"))
    privacy = app.test_client().get("/privacy")
    with_tiles = privacy.headers["Content-Security-Policy"]
    assert with_tiles == without.replace("data:;", "data: https://tiles.example.org;")
    assert "its background comes from https://tiles.example.org." in privacy.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://{x}.example.org/{z}/{y}.png",
        "https://user@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src *//{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https:///{z}/{x}/{y}.png",
    ],
)
def test_a_malformed_address_of_tiles_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="tile_url"):
        Settings(tile_url=address, tile_attribution="Harbourmouth Council")


def test_tiles_without_thanks_are_refused() -> None:
    with pytest.raises(ValueError, match="HUBFINDER_TILE_ATTRIBUTION"):
        Settings(tile_url=TILES)
