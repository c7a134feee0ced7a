"""Your areas: every footprint of an address, how sure that is, and who plans services for it."""

import pytest
from flask import Flask

from hubfinder.places.values import Membership
from hubfinder.vocab import Basis, FootprintKind
from hubfinder.web.public.area_words import network_sentence
from tests.pages.reading import Reader

NETWORK = FootprintKind.PRIMARY_CARE_NETWORK


def test_every_footprint_is_there_with_how_it_was_drawn_and_how_sure(read: Reader) -> None:
    page = read("/area?place=za14qt")
    assert page.status == 200
    assert page.headings[0] == "Your areas: ZA1 4QT"
    areas = page.section("The areas this address is in")
    for words in (
        "Ward Harbour Sure: this is the official line Official boundary · source",
        "Primary school catchment St Anne's Primary School Quite sure; close to the line it may be wrong",
        "The school and the council decide who gets a place.",
        "Council area Harbourmouth Sure",
        "Nation England",
    ):
        assert words.lower() in areas.lower(), areas
    assert page.links["Harbour"] == "/footprint/ward/Z05000001"


def test_of_part_of_a_postcode_only_the_middle_is_sure(read: Reader) -> None:
    areas = read("/area?place=ZA1").section("The areas this address is in").lower()
    assert "only the middle of za1 is surely there" in areas
    assert "council area harbourmouth sure: this is the official line" in areas


def test_the_network_is_a_likelihood(read: Reader) -> None:
    page = read("/area?place=ZA1+4QT")
    assert "Your primary care network is probably Quayside" in page.text
    assert "Your surgery decides." in page.text
    assert "Worked out from data, not an official boundary".lower() in page.text.lower()


def _network(name: str, share: float) -> Membership:
    return Membership(1, NETWORK, f"N-{name}", name, Basis.MODELLED, share)


@pytest.mark.parametrize(
    ("shares", "counted", "words"),
    [
        (
            {"Quayside": 0.62, "Wendbridge": 0.21, "Coast": 0.05},
            True,
            "probably Quayside (62% of people in your small area), or Wendbridge (21%)",
        ),
        ({"Quayside": 0.97}, True, "very likely Quayside"),
        ({"Quayside": 1.0}, False, "probably Quayside"),
    ],
)
def test_the_network_in_a_sentence(
    plain_app: Flask, shares: dict[str, float], counted: bool, words: str
) -> None:
    with plain_app.test_request_context("/area"):
        told = network_sentence([_network(*one) for one in shares.items()], counted)

    assert told.striptags() == f"Your primary care network is {words}. Your surgery decides."


def test_where_the_areas_come_from_stands_there_once_and_open(read: Reader) -> None:
    page = read("/area?place=ZA1+4QT")
    sources = page.section("Where these areas come from")
    assert "Ward, Council area, Nation: official boundary. Source: Made up for tests." in sources
    assert "Licence: Open Government Licence v3.0. Contains made-up data." in sources
    assert page.text.count("Where these areas come from") == 1
    for number in ("1", "2", "3"):
        assert f'id="source-{number}"' in page.html
        assert f'href="#source-{number}"' in page.html


def test_what_is_not_loaded_is_not_known_and_not_nothing(read: Reader) -> None:
    areas = read("/area?place=ZA1+4QT").section("The areas this address is in")
    assert "Police area Not known here: nobody has given us these areas." in areas
    assert "Infant school" not in areas  # a primary school has infants


def test_in_no_catchment_is_an_answer_and_says_whom_to_ask(read: Reader) -> None:
    page = read("/area?place=ZA5+1AA")
    assert "This address is in no primary school's catchment that we know of." in page.text
    assert "The council decides who gets a place; ask the council of Northsands" in page.text
    assert "This address is in none of those that we know of." in page.text  # no ward


def test_the_bodies_answer_over_footprints_of_this_address(read: Reader) -> None:
    page = read("/area?place=ZA1+4QT")
    bodies = page.section("Who plans services for this address")
    assert "Health board Harbourmouth Health and Wellbeing Board For: Harbourmouth (Council area)" in bodies
    assert "Local partnership Name not known here For: Harbourmouth (Council area)" in bodies
    assert "Source: Made up for tests. Date: 1 May 2026." in bodies
    assert page.links["board@example.org"] == "mailto:board@example.org"


def test_a_body_over_an_area_nobody_has_loaded_says_so(read: Reader) -> None:
    bodies = read("/area?place=ZA1+4QT").section("Who plans services for this address")
    assert "We do not know which area of this kind the address is in: Police area." in bodies


def test_results_and_arrangements_lead_here(read: Reader) -> None:
    words = "See all your areas and who is responsible"
    assert read("/results?place=ZA1+4QT").links[words] == "/area?place=ZA1+4QT"
    assert 'action="/area"' in read("/arrangements").html


def test_it_can_be_asked_for_without_an_address(read: Reader) -> None:
    page = read("/area")
    assert page.status == 200
    assert 'id="place"' in page.html
    assert "There is a problem" not in page.text


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 400, "Type your postcode, or the name of your town or village"),
        ("ZA1+4Q", 400, "Check your postcode: it should look like ZA1 4QT"),
        ("ZA1+1ZZ", 404, "We do not know the postcode ZA1 1ZZ"),
        ("ZA9+9AA", 200, "We know ZA9 9AA, but not where it is"),
        ("EH1+1AA", 200, "EH1 1AA is in Scotland"),
        ("Atlantis", 404, "We do not know a place called Atlantis"),
        ("0,0", 200, "We cannot find you here"),
        ("55.95,-3.19", 200, "You are in Scotland"),
        ("ZA1+9ZZ", 200, "ZA1 9ZZ has not been in use since March 2019"),
    ],
)
def test_places_that_cannot_be_used_have_their_answers(
    read: Reader, typed: str, status: int, words: str
) -> None:
    page = read(f"/area?place={typed}")
    assert (page.status, words in page.text) == (status, True)
    assert "Show my areas" in page.text


def test_a_choice_of_places_leads_back_here(read: Reader) -> None:
    links = read("/area?place=Eelby").links
    assert links["Eelby (village, Harbourmouth )"] == "/area?place=town:eelby-village"


@pytest.mark.parametrize(
    ("typed", "heading", "note"),
    [
        ("54.75001,2.10009", "Help near where you are", "We do not keep where that is."),
        ("ZA1", "Help near ZA1", "We look from the middle of ZA1."),
        ("Harbour+ward", "Help near Harbour", "We look from the middle of Harbour (Ward)."),
        ("near+St+Annes+Primary", "Help near St Anne's Primary School", ""),
    ],
)
def test_results_say_what_the_place_is(read: Reader, typed: str, heading: str, note: str) -> None:
    page = read(f"/results?place={typed}&q=baby")
    assert page.headings[0] == f"{heading} for “baby”"
    assert note in page.text


def test_a_point_is_never_shown_more_exactly_than_it_may_be_known(read: Reader) -> None:
    page = read("/results?place=54.7500123,2.1000456")
    assert 'value="54.750,2.100"' in page.html
    own_words = page.text + page.html.partition("<main")[2]
    assert "0123" not in own_words
    assert "0456" not in own_words
