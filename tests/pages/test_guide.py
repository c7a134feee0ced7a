"""The guided route: one question a page, every page an address, and nothing kept."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.reading import Reader

NEW_BABY = "/guide/age?what=new-baby&more=sleep"


def sent_to(client: FlaskClient, address: str) -> str:
    """Where an answer leads."""
    response = client.get(address)
    assert response.status_code == 302, response.get_data(as_text=True)
    return str(response.headers["Location"])


def test_the_start_page_leads_to_it_and_takes_the_postcode_along(read: Reader) -> None:
    page = read("/")
    assert 'form="ask" formaction="/guide"' in page.html
    first = read("/guide?place=ZA1+4QT&q=")
    assert '<input type="hidden" name="place" value="ZA1 4QT">' in first.html
    assert 'name="place"' not in read("/guide?place=&q=").html


def test_it_asks_what_is_happening(read: Reader) -> None:
    page = read("/guide")
    assert page.status == 200
    assert page.headings[0] == "What is happening?"
    assert '<legend class="govuk-fieldset__legend"><h1>' in page.html
    assert page.links["Back"] == "/"
    assert "Set-Cookie" not in page.html


def test_each_answer_leads_to_the_next_question(client: FlaskClient) -> None:
    assert sent_to(client, "/guide?sent=1&what=new-baby") == "/guide/more?what=new-baby"
    assert sent_to(client, "/guide/more?sent=1&what=new-baby&more=sleep") == NEW_BABY
    assert sent_to(client, NEW_BABY + "&sent=1&age=0") == "/guide/place?what=new-baby&more=sleep&age=0"


def test_the_last_answer_leads_to_help_that_fits(client: FlaskClient) -> None:
    address = sent_to(client, "/guide/place?what=special-need&more=fun&age=7&sent=1&place=ZA1+4QT")
    assert urlsplit(address).path == "/results"
    assert parse_qs(urlsplit(address).query) == {
        "place": ["ZA1 4QT"],
        "q": ["clubs for disabled children"],
        "need": ["send"],
        "age": ["7"],
        "circumstance": ["send"],
        "guide": ["what:special-need", "more:fun", "age:7"],
    }


def test_the_place_may_be_left_out(client: FlaskClient) -> None:
    address = sent_to(client, "/guide/place?what=prison&age=any&sent=1&place=")
    assert parse_qs(urlsplit(address).query) == {"q": ["prison"], "guide": ["what:prison", "age:any"]}
    assert client.get(address).status_code == 200


def test_a_place_that_was_typed_first_is_not_asked_again(client: FlaskClient) -> None:
    address = sent_to(client, "/guide/age?what=prison&place=ZA1+4QT&sent=1&age=3")
    assert urlsplit(address).path == "/results"


@pytest.mark.parametrize(
    ("address", "message", "field"),
    [
        ("/guide?sent=1", "Choose what is happening", "#what-1"),
        ("/guide?what=gold", "Choose what is happening", "#what-1"),
        ("/guide/more?what=money&sent=1", "Choose what is hardest right now", "#more-1"),
        ("/guide/age?what=prison&age=99", "Choose how old the child is", "#age-1"),
        (
            "/guide/place?what=prison&age=2&sent=1&place=ZA1+4Q",
            "Check your postcode: it should look like ZA1 4QT",
            "#place",
        ),
        (
            "/guide/place?what=prison&age=2&sent=1&place=ZA1+1ZZ",
            "We do not know the postcode ZA1 1ZZ",
            "#place",
        ),
    ],
)
def test_a_missing_or_wrong_answer_is_said_at_the_field(
    read: Reader, address: str, message: str, field: str
) -> None:
    page = read(address)
    assert page.status == 400
    assert page.links[message] == field
    assert page.text.count(message) == 2
    assert f'id="{field[1:]}"' in page.html
    assert "<title>Error: " in page.html


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/guide?sent=1&what=safe", "/safety"),
        ("/guide?sent=1&what=safe&place=ZA1+4QT&age=3", "/safety"),
        ("/guide/more?sent=1&what=apart&more=afraid&place=ZA1+4QT", "/safety"),
        ("/guide/place?what=safe&place=ZA1+4QT", "/safety"),
        ("/guide/more?sent=1&what=teenager&more=harm", "/safety#talk"),
        ("/pl/guide?sent=1&what=safe", "/pl/safety"),
    ],
)
def test_who_is_in_danger_goes_to_the_safety_page_and_nothing_goes_along(
    client: FlaskClient, address: str, goes_to: str
) -> None:
    assert sent_to(client, address) == goes_to


def test_who_comes_in_the_middle_starts_with_the_first_question_that_is_missing(client: FlaskClient) -> None:
    assert sent_to(client, "/guide/place") == "/guide"
    assert sent_to(client, "/guide/age?what=new-baby&age=0") == "/guide/more?what=new-baby&age=0"
    assert sent_to(client, "/guide/more?what=prison") == "/guide/age?what=prison"


def test_there_are_no_other_steps(read: Reader) -> None:
    assert read("/guide/colour").status == 404
    assert read("/guide/what").status == 404


def test_back_leads_to_the_question_before_with_its_answer(read: Reader) -> None:
    page = read(NEW_BABY)
    assert page.links["Back"] == "/guide/more?what=new-baby&more=sleep"
    before = read(page.links["Back"])
    assert before.headings[0] == "What would help most?"
    assert 'value="sleep" checked' in before.html


def test_the_results_show_the_answers_each_with_a_way_to_change_it(read: Reader, app: Flask) -> None:
    told = "/guide/place?what=new-baby&more=sleep&age=0&sent=1&place=ZA1+4QT"
    page = read(sent_to(app.test_client(), told))
    assert page.status == 200
    answers = page.section("Your answers")
    for answer in ("We have a new baby", "Sleep and crying", "Under 1", "ZA1 4QT"):
        assert answer in answers
    again = read(page.links["Change : How old is the baby?"])
    assert again.headings[0] == "How old is the baby?"
    assert 'value="0" checked' in again.html
    assert '<input type="hidden" name="place" value="ZA1 4QT">' in again.html


def test_results_without_the_route_have_no_answers(read: Reader) -> None:
    assert read("/results?place=ZA1+4QT&q=baby").section("Your answers") == ""
    assert read("/results?place=ZA1+4QT&guide=what:gold&guide=x").section("Your answers") == ""


def test_results_and_no_results_lead_to_it(read: Reader) -> None:
    found = read("/results?place=ZA1+4QT&q=baby")
    assert found.links["Answer a few plain questions"] == "/guide?place=ZA1+4QT"
    nothing = read("/results?place=ZA1+4QT&q=xyzzyx&group=near")
    assert nothing.links["Answer a few plain questions"] == "/guide?place=ZA1+4QT"


def test_words_of_a_stranger_stay_words(read: Reader) -> None:
    page = read("/guide/place?what=prison&age=2&sent=1&place=%3Cscript%3Eq1")
    assert "<script>q1" not in page.html
