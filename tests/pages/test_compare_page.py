"""Comparing areas: the page, its picture and tables, its files, and what it says of a wrong question."""

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from hubfinder.extensions import db
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.overlap_export import COLUMNS
from tests.pages.reading import Reader, words

ADDRESS = "/compare?of=school_catchment_primary&with=primary_care_network&within=local_authority:Z06000001"
WARDS = "/compare?of=ward&with=school_catchment_primary"
BY_SHARE = f"{ADDRESS}&count=share"
IN_CSV = BY_SHARE.replace("/compare", "/compare.csv")
IN_JSON = BY_SHARE.replace("/compare", "/compare.json")


def table(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_first_visit_offers_a_choice(read: Reader) -> None:
    page = read("/compare")
    assert page.status == 200
    assert "Areas of this kind" in page.text
    assert re.search(r'value="school_catchment_primary" selected', page.html)
    assert re.search(r'value="primary_care_network" selected', page.html)
    assert "Harbourmouth" in page.text
    assert "nation" not in re.findall(r'<option value="(\w+)"', page.html)


def test_it_says_what_fits_and_what_straddles(read: Reader) -> None:
    page = read(ADDRESS)
    assert "1 of 1 fit inside one area of the other kind." in page.text
    assert "St Anne's Primary School fits inside Quayside." in page.text
    assert "Only postcodes in this area are counted: Harbourmouth" in page.text
    by_share = read(page.links["Count it for each network by its share"])
    assert "0 of 1 fit inside one area of the other kind." in by_share.text
    assert "St Anne's Primary School straddles: 62% Quayside, 30% Wendbridge, 8% others." in by_share.text
    back = by_share.links["Count it only for the network that most people are with"]
    assert back == ADDRESS


def test_the_same_stands_in_the_picture_and_the_tables(read: Reader) -> None:
    page = read(BY_SHARE)
    [picture] = re.findall(
        r'<svg class="matrix" width="\d+" height="\d+" viewBox.*?</svg>', page.html, re.DOTALL
    )
    assert re.findall(r">([^<]+)</text>", picture) == [
        "Quayside",
        "Wendbridge",
        "St Anne's Primary School".replace("'", "&#39;"),
        "62",
        "30",
    ]
    share_table, figures = re.findall(r'<table class="figures">.*?</table>', page.html, re.DOTALL)
    assert "St Anne's Primary School 62% 30% 0%" in words(share_table)
    assert "St Anne's Primary School Quayside 1.2 62% 100%" in words(figures)
    assert "not known" in words(figures)  # nobody has drawn Wendbridge, and no patients are known
    assert "How many people live here is not known" in page.text


def test_both_layers_are_credited(read: Reader) -> None:
    page = read(BY_SHARE)
    assert page.text.count("Contains made-up data") >= 1
    assert "Drawn by hand" in page.text
    assert "Primary care network:" in page.text


def test_an_area_leads_to_its_comparison(read: Reader) -> None:
    href = read("/footprint/school_catchment_primary/990001").links["How does this area fit with others?"]
    page = read(href)
    assert "St Anne's Primary School fits inside Quayside" in page.text
    assert "Only postcodes in this area are counted: Harbourmouth" in page.text


def test_a_nation_has_nothing_to_compare(read: Reader) -> None:
    assert "How does this area fit" not in read("/footprint/nation/E92000001").text


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/compare?of=ward&with=ward", "Both kinds are the same."),
        ("/compare?of=parish&with=ward", "Choose a kind of area from the list."),
        ("/compare?of=ward", "Choose a kind of area from the list."),
        ("/compare?of=ward&with=nation", "There are no areas of this kind here yet."),
        ("/compare?of=ward&with=icb", "There are no areas of this kind here yet."),
        (WARDS + "&within=ward:nowhere", "We do not know this area."),
        (WARDS + "&within=nation:E92000001", "We do not know this area."),
        (WARDS + "&within=%00:%00", "We do not know this area."),
        (WARDS + "&within=ward:%00", "We do not know this area."),
    ],
)
def test_a_wrong_question_is_told_what_to_do(read: Reader, app: Flask, address: str, sentence: str) -> None:
    page = read(address)
    assert page.status == 400
    assert "There is a problem" in page.text
    assert page.text.count(sentence) >= 2  # in the summary and at the field
    for ending in ("csv", "json"):
        answer = app.test_client().get(address.replace("/compare", f"/compare.{ending}"))
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert sentence in answer.text


def test_too_much_without_an_area_is_told_to_choose_one(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubfinder.web.public.compare_question.MOST_PAIRS", 0)
    page = read(WARDS)
    assert page.status == 400
    assert "That is too much for one page. Choose a council." in page.text
    assert read(BY_SHARE).status == 200


def test_what_cannot_be_drawn_is_still_told(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubfinder.web.shared.matrix.MOST_COLUMNS", 1)
    page = read(BY_SHARE)
    assert "There are too many for one picture." in page.text
    assert "St Anne's Primary School straddles" in page.text


def test_an_area_without_postcodes_is_said(read: Reader) -> None:
    page = read(WARDS + "&within=local_authority:Z06000002")
    assert page.status == 200
    assert "No postcode here is in an area of the first kind." in page.text


def test_the_table_to_take_away(app: Flask) -> None:
    answer = app.test_client().get(IN_CSV)
    assert answer.mimetype == "text/csv"
    assert "school-catchment-primary-and-primary-care-network.csv" in answer.headers["Content-Disposition"]
    rows = table(answer)
    assert tuple(rows[0]) == COLUMNS
    assert [(row["with_name"], row["postcodes_in_both"], row["share_of_first"]) for row in rows] == [
        ("Quayside", "1.24", "0.62"),
        ("Wendbridge", "0.6", "0.3"),
    ]
    assert {row["of_basis"] for row in rows} == {"traced"}
    assert {row["with_attribution"] for row in rows} == {"Contains made-up data"}
    assert {row["of_as_of"] for row in rows} == {"2026-05-01"}
    assert {row["within"] for row in rows} == {"local_authority:Z06000001"}
    assert {row["people"] for row in rows} == {""}


def test_one_that_meets_none_is_in_the_table_too(app: Flask) -> None:
    rows = table(app.test_client().get("/compare.csv?of=local_authority&with=ward"))
    alone = [(row["of_name"], row["of_fit"], row["with_code"], row["postcodes_in_both"]) for row in rows]
    assert alone == [("Harbourmouth", "fits", "Z05000001", "2"), ("Northsands", "outside", "", "0")]


def test_a_spreadsheet_calculates_nothing(app: Flask) -> None:
    with app.app_context():
        layer = db.session.scalars(select(Layer).join(Footprint).where(Footprint.code == "990001")).one()
        layer.source = '=HYPERLINK("https://harm.example.org")'
        db.session.commit()
        answer = app.test_client().get(IN_CSV)
        assert table(answer)[0]["of_source"].startswith("'=HYPERLINK")
        layer.source = "Made up for tests"
        db.session.commit()


def test_the_object_for_programs(app: Flask) -> None:
    found = app.test_client().get(IN_JSON).get_json()
    assert (found["of"], found["with"]) == ("school_catchment_primary", "primary_care_network")
    assert found["within"] == "local_authority:Z06000001"
    [row] = found["rows"]
    assert row["fit"] == "straddles"
    assert row["in"] == [{"code": "ZPCN01", "share": 0.62}, {"code": "ZPCN02", "share": 0.3}]
    assert found["cells"][0]["postcodes"] == 1.24
    assert found["cells"][0]["ground_km2"] > 0
    assert {layer["licence"] for layer in found["layers"]} == {"Open Government Licence v3.0"}


def test_it_takes_few_questions_whatever_the_size(app: Flask) -> None:
    client = app.test_client()
    client.get(ADDRESS)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get(ADDRESS)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= 24, asked  # one more of some for every 5,000 sets
