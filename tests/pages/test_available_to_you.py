"""Available to you: every card and page answers for the family that asks, across borders too."""

import json

import pytest
from click.testing import Result
from flask import Flask

from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader

HOME, BEYOND = "/results?place=ZA1+4QT", "/results?place=ZA5+1AA"


def test_without_an_age_a_card_says_for_which(read: Reader) -> None:
    card = read(f"{HOME}&q=sleep+clinic").card("Sleep clinic")
    assert "For you if your child is under 2. It serves Harbour, where you live." in card


def test_with_the_age_it_is_sure(read: Reader) -> None:
    card = read(f"{HOME}&q=sleep+clinic&age=1").card("Sleep clinic")
    assert "For you: it serves Harbour, where you live" in card
    assert "if your child" not in card


def test_a_network_is_said_with_its_likelihood_and_who_decides(read: Reader) -> None:
    card = read(f"{HOME}&q=asthma").card("Asthma clinic")
    assert "Maybe: 62% of people near you are with Quayside" in card
    assert "; your surgery decides" in card


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "Maybe: it is made for “A child with special educational needs or a disability”"),
        ("&circumstance=low_income", "You did not say that"),
        (
            "&circumstance=send&circumstance=low_income",
            "For you if your child is 1 to 17.",
        ),
        (
            "&circumstance=send&age=7",
            "For you: it is made for “A child with special educational needs or a disability”",
        ),
    ],
)
def test_circumstances_decide_about_what_is_for_some(read: Reader, said: str, words: str) -> None:
    assert words in read(f"{HOME}&q=splash{said}").card("Splash swimming")


def test_circumstances_are_chips_and_boxes_and_never_hide_anything(read: Reader) -> None:
    page = read(
        f"{HOME}&need=send&need=activities&circumstance=send&circumstance=lone_parent&circumstance=rich"
    )
    assert page.links["Take away: A parent on your own ✕"] == (
        "/results?place=ZA1+4QT&need=send&need=activities&circumstance=send"
    )
    assert 'name="circumstance" type="checkbox" value="send" checked' in page.html
    assert "rich" not in page.html.partition("<main")[2].partition("</main>")[0].replace("enrich", "")
    near = page.section("Near you")
    assert "Story time" in near
    assert near.index("Splash swimming") < near.index("Story time"), "what is made for it comes first"


def test_what_is_for_other_addresses_stands_last_and_says_so(read: Reader) -> None:
    near = read(f"{HOME}&need=pregnancy-and-babies").section("Near you")
    assert near.index("Northsands baby group") > near.index("Perinatal") > near.index("Sleep clinic")
    assert "Not for your address: it is for people in Northsands; you live in Harbourmouth" in near


def test_across_the_border_and_open_to_all_is_said_on_the_card_and_the_map(read: Reader) -> None:
    page = read(f"{HOME}&q=fridge")
    assert "For you: it is across the border in Northsands; open to all" in page.card("Community fridge")
    assert "west of you, in Northsands" in page.text
    assert "in Northsands" not in read(f"{BEYOND}&q=fridge").card("Community fridge")


def test_the_ground_across_the_border_is_land_on_the_map(read: Reader) -> None:
    across, at_home = read(f"{HOME}&q=fridge"), read(f"{HOME}&q=swimming")
    assert (across.html.count('class="land"'), at_home.html.count('class="land"')) == (2, 1)


def test_from_beyond_the_border_the_nearest_hub_says_where_it_is(read: Reader) -> None:
    card = read(BEYOND).card("Quayside Family Hub")
    assert "For you: it is across the border in Harbourmouth; open to all" in card
    assert "Council area Harbourmouth" in read("/hub/quayside-family-hub").text


def test_a_card_leads_to_the_same_answer_on_the_page_of_the_service(read: Reader) -> None:
    href = read(f"{HOME}&q=splash&age=7&circumstance=send").links["Splash swimming"]
    assert href == "/service/splash-swimming?place=ZA1+4QT&age=7&circumstance=send"
    answer = read(href).section("Available to you: yes")
    assert "It is made for “A child with special educational needs or a disability”" in answer
    assert "It is for this age: 1 to 17" in answer
    assert "You told us: ZA1 4QT · Age 7 · A child with special educational needs or a disability." in answer
    assert '<meta name="robots" content="noindex">' in read(href).html


def test_a_page_that_nobody_is_named_to_answers_nobody(read: Reader) -> None:
    for address in ("/service/splash-swimming", "/hub/quayside-family-hub", "/catalogue/universal-credit"):
        page = read(address)
        assert "Available to you" not in page.text
        assert "noindex" not in page.html


@pytest.mark.parametrize(
    ("address", "heading", "words"),
    [
        ("/service/sleep-clinic?age=7", "Available to you: no", "It is for this age: under 2; you said 7"),
        ("/service/sleep-clinic?age=pregnant", "Available to you: no", "under 2; you said pregnant"),
        ("/service/sleep-clinic?place=ZA5+1AA&age=1", "Available to you: no", "people in Harbour; you live"),
        ("/service/sleep-clinic?place=ZA1+4QT&age=1", "Available to you: yes", "It serves Harbour, where"),
        ("/service/sleep-clinic?place=ZA1&age=1", "Available to you: maybe", "Type your whole"),
        ("/service/community-fridge?place=ZA1+4QT", "Available to you: yes", "the border in Northsands"),
        ("/hub/quayside-family-hub?place=ZA5+1AA", "Available to you: yes", "the border in Harbourmouth"),
        ("/hub/quayside-family-hub?place=ZA1+4QT", "Available to you: yes", "Any family can come in"),
        ("/catalogue/child-tax-credit?age=7", "Available to you: no", "It has ended"),
        ("/catalogue/universal-credit?age=7", "Available to you: maybe", "It is for some families"),
        ("/catalogue/health-visiting?age=1", "Available to you: yes", "age: pregnancy to 5 years"),
        ("/catalogue/health-visiting?age=9", "Available to you: no", "you said 9"),
    ],
)  # fmt: skip
def test_pages_answer_for_the_family_in_their_address(
    read: Reader, address: str, heading: str, words: str
) -> None:
    assert words in read(address).section(heading)


@pytest.mark.parametrize(
    "nonsense", ["place=xyzzy", "age=old", "circumstance=rich", "place=EH1+1AA", "place=%00"]
)
def test_nonsense_in_the_address_does_no_harm(read: Reader, nonsense: str) -> None:
    page = read(f"/service/sleep-clinic?{nonsense}")
    assert page.status == 200
    assert "Available to you" not in page.text


def test_the_answer_gives_no_hidden_place_away(read: Reader) -> None:
    html = read("/service/safe-home?place=ZA5+1AA&age=7").html
    assert REFUGE_STREET not in html
    assert "across the border" not in html


@pytest.mark.parametrize("language", ["pl", "ur"])
def test_links_carry_the_family_in_every_language(read: Reader, language: str) -> None:
    page = read(f"/{language}/results?place=ZA1+4QT&q=splash&age=7")
    assert page.links["Splash swimming"] == f"/{language}/service/splash-swimming?place=ZA1+4QT&age=7"


def test_choosing_between_places_of_one_name_keeps_what_was_said(read: Reader) -> None:
    links = read("/results?place=Eelby&age=7&circumstance=send").links
    choices = [href for words, href in links.items() if words.startswith("Eelby")]
    assert len(choices) == 2
    assert all("age=7" in href and "circumstance=send" in href for href in choices)


def test_under_one_is_the_whole_first_year(read: Reader) -> None:
    assert "Splash swimming" not in read(f"{HOME}&q=splash&age=0").section("Near you")
    assert "Splash swimming" in read(f"{HOME}&q=splash&age=1").section("Near you")
    assert "Perinatal" in read(f"{HOME}&q=perinatal&age=pregnant").section("Near you")


def test_the_command_line_answers_too(app: Flask) -> None:
    found = run(
        app, "search", "splash", "--near", "ZA1 4QT", "--age", "7", "--circumstance", "send", "--json"
    )
    first = json.loads(found.output)[0]
    assert first["id"] == "splash-swimming"
    assert first["available"]["answer"] == "sure"
    assert first["available"]["reasons"][0] == {
        "code": "circumstance",
        "answer": "sure",
        "circumstances": ["send"],
        "eligibility": "Children with any disability.",
    }
    assert first["why"] == ["open", "circumstance:send", "age_fits:12 to 216"]


def test_the_command_line_says_what_is_across_the_border(app: Flask) -> None:
    words = run(app, "search", "fridge", "--near", "ZA1 4QT").output
    assert "Community fridge (in Northsands)" in words
    assert "For you: it is across the border in Northsands; open to all" in words
    hub = json.loads(run(app, "where", "ZA5 1AA", "--json").output)["nearest_hub"]
    assert (hub["council"], hub["across_border"]) == ("Harbourmouth", True)


def test_the_command_line_refuses_what_is_no_age(app: Flask) -> None:
    wrong = run(app, "search", "fridge", "--age", "old")
    assert wrong.exit_code == 2
    assert "years from 0 to 25" in wrong.output


def run(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(arguments))
