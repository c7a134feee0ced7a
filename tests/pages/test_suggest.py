"""What the page is told to suggest while somebody types."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hubfinder.extensions import db
from hubfinder.search.models import SearchDocument
from tests.pages.listings import REFUGE_STREET


@pytest.fixture
def ask(app: Flask) -> "Asker":
    return Asker(app.test_client())


class Asker:
    """Asks for suggestions: ``ask("/suggest", "baby")``."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, address: str, text: str) -> dict[str, Any]:
        response = self.client.get(address, query_string={"q": text})
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        found: dict[str, Any] = response.get_json()
        return found

    def names(self, address: str, text: str) -> dict[str, list[str]]:
        parts = self(address, text)["parts"]
        return {part["heading"]: [line["name"] for line in part["lines"]] for part in parts}


def test_categories_stand_before_national_help_before_services(ask: Asker) -> None:
    assert ask.names("/suggest", "heal") == {
        "What is going on": ["Health", "Mental health"],
        "National help and money": ["Health visiting"],
        "Services and family hubs": ["Perinatal mental health support for baby sleep and low mood"],
    }


def test_each_leads_where_it_belongs(ask: Asker) -> None:
    lines = {line["name"]: line for part in ask("/suggest", "mo")["parts"] for line in part["lines"]}
    assert lines["Money and benefits"]["need"] == "money"
    lines = {line["name"]: line for part in ask("/suggest", "ch")["parts"] for line in part["lines"]}
    assert (lines["Child Tax Credit"]["href"], lines["Child Tax Credit"]["hint"]) == (
        "/catalogue/child-tax-credit",
        "Ended",
    )
    (part,) = ask("/pl/suggest", "quayside")["parts"]
    assert part["lines"][0]["href"] == "/pl/hub/quayside-family-hub"
    (part,) = ask("/suggest", "sleep clinic")["parts"]
    assert part["lines"][0]["href"] == "/service/sleep-clinic"
    assert part["lines"][0]["hint"] == "Wend and Coast NHS"


def test_names_in_other_languages_are_found_on_every_page(ask: Asker) -> None:
    (english, *_), (polish, *_) = ask("/suggest", "pieni")["parts"], ask("/pl/suggest", "pieni")["parts"]
    assert english["lines"][0] == {**polish["lines"][0], "name": "Money and benefits"}
    assert polish["lines"][0]["name"].startswith("Pieni")
    assert ask("/suggest", "pie")["parts"] == []  # few letters begin something in every language
    assert ask("/pl/suggest", "pie")["parts"] != []


@pytest.mark.parametrize(
    ("address", "words"),
    [("/suggest", "1 suggestion"), ("/pl/suggest", "suggestion"), ("/ur/suggest", "suggestion")],
)
def test_the_number_is_said_for_those_who_do_not_see_the_list(ask: Asker, address: str, words: str) -> None:
    said = ask(address, "sleep clinic")["said"]
    assert said
    assert address != "/suggest" or said == words


def test_what_is_gone_from_the_list_is_gone_from_the_suggestions(app: Flask, ask: Asker) -> None:
    assert ask("/suggest", "story time 3")["parts"] != []
    with app.app_context():
        db.session.query(SearchDocument).filter_by(key="story-time-3").delete()
        db.session.commit()
    assert ask("/suggest", "story time 3")["parts"] == []


@pytest.mark.parametrize(
    "text", ["domestic abuse", "my husband hits me", "suicide", "przemoc", "refuge", "self-harm", "gay"]
)
def test_nothing_is_added_to_what_somebody_types_of_violence_and_harm(ask: Asker, text: str) -> None:
    assert ask("/suggest", text)["parts"] == []


@pytest.mark.parametrize("text", ["dom", "wom", "hid", "hidden lane", "ref", REFUGE_STREET])
def test_help_after_violence_is_not_put_on_the_screen_by_a_few_letters(ask: Asker, text: str) -> None:
    said = str(ask("/suggest", text)).lower()
    assert not any(word in said for word in ("abuse", "refuge", "violence", "hidden"))


@pytest.mark.parametrize(
    "text", ["", " ", "b", "%", "\x00", "💚", "a" * 3_000, "'; DROP TABLE x --", "st_y", "s%"]
)
@pytest.mark.parametrize("address", ["/suggest", "/suggest/places"])
def test_whatever_is_typed_there_is_an_answer(ask: Asker, address: str, text: str) -> None:
    assert ask(address, text) == {"said": "No suggestions", "parts": []}


def test_places_are_suggested_apart(ask: Asker) -> None:
    (part,) = ask("/suggest/places", "wend")["parts"]
    assert part["heading"] == ""
    (line,) = part["lines"]
    assert (line["name"], line["hint"], line["place"]) == ("Wendbridge", "town", "Wendbridge")
    assert ask("/suggest", "wendbridge")["parts"] == []


def test_two_places_of_one_name_can_be_told_apart_and_found(ask: Asker) -> None:
    (part,) = ask("/suggest/places", "eelb")["parts"]
    assert [line["place"] for line in part["lines"]] == ["town:eelby-hamlet", "town:eelby-village"]
    assert [line["hint"] for line in part["lines"]] == ["hamlet, Harbourmouth", "village, Harbourmouth"]
    for line in part["lines"]:
        assert ask.client.get("/results", query_string={"place": line["place"]}).status_code == 200


def test_a_school_is_said_with_its_postcode(ask: Asker) -> None:
    (part,) = ask("/suggest/places", "anne")["parts"]
    assert [(line["name"], line["hint"]) for line in part["lines"]] == [
        ("St Anne's Primary School", "school, ZA1 2AB")
    ]


def test_both_fields_say_where_to_ask(ask: Asker) -> None:
    for address, language in (("/", ""), ("/ur/", "/ur"), ("/ur/results?place=ZA1+4QT", "/ur")):
        page = ask.client.get(address).get_data(as_text=True)
        assert f'data-suggest="{language}/suggest"' in page
        assert f'data-suggest="{language}/suggest/places"' in page
