"""Every kind of place that cannot be used has its own clear answer, a number to ring, and help below it."""

import pytest

from tests.pages.reading import Reader

GROUPS = ["In the area", "By telephone and online", "Money and help from the government"]


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("ZA1+1ZZ", 404, "We do not know the postcode ZA1 1ZZ"),
        ("za9+9aa", 200, "We know ZA9 9AA, but not where it is"),
        ("EH1+1AA", 200, "EH1 1AA is in Scotland"),
        ("CF10+1AA", 200, "CF10 1AA is in Wales"),
        ("BT1+1AA", 200, "BT1 1AA is in Northern Ireland"),
        ("GY1+1AA", 200, "GY1 1AA is in the Channel Islands"),
        ("IM1+1AA", 200, "IM1 1AA is in the Isle of Man"),
        ("Atlantis", 404, "We do not know a place called Atlantis"),
        ("Eelby", 200, "Which Eelby do you mean?"),
    ],
)
def test_each_kind_has_its_own_answer(read: Reader, typed: str, status: int, words: str) -> None:
    page = read(f"/results?place={typed}&q=baby")
    assert page.status == status
    assert words in page.text
    assert page.links["01632 960999"] == "tel:01632960999"
    assert "Calm Nights helpline" in page.text
    assert 'class="ask again"' in page.html


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("EH1+1AA", "parentclub.scot"),
        ("CF10+1AA", "gov.wales"),
        ("BT1+1AA", "nidirect.gov.uk"),
        ("JE2+3AB", "gov.je"),
        ("GY1+1AA", "gov.gg"),
        ("IM1+1AA", "gov.im"),
    ],
)
def test_families_of_other_nations_are_shown_their_own_sites(read: Reader, typed: str, site: str) -> None:
    page = read(f"/results?place={typed}")
    assert any(site in href for href in page.links.values())
    assert [heading for heading in page.headings if heading in GROUPS] == ["By telephone and online"]


def test_a_terminated_postcode_still_finds_help_near_where_it_was(read: Reader) -> None:
    page = read("/results?place=ZA1+9ZZ&q=baby")
    assert page.status == 200
    assert "ZA1 9ZZ has not been in use since March 2019" in page.text
    assert "We show help near where it was." in page.text
    assert "Sleep clinic" in page.section("Near you")


def test_a_malformed_postcode_is_an_error_of_the_field(read: Reader) -> None:
    page = read("/results?place=ZA1+4Q&q=baby")
    assert page.status == 400
    assert page.links["Check your postcode: it should look like ZA1 4QT"] == "#place"
    assert 'class="govuk-input govuk-input--error" id="place"' in page.html
    assert 'value="ZA1 4Q"' in page.html
    assert "<title>Error:" in page.html


def test_several_places_of_one_name_can_be_chosen_from(read: Reader) -> None:
    page = read("/results?place=Eelby&q=baby&need=pregnancy-and-babies")
    href = page.links["Eelby (village, Harbourmouth )"]
    assert "q=baby" in href
    assert "need=pregnancy-and-babies" in href
    chosen = read(href)
    assert chosen.status == 200
    assert chosen.headings[0] == "Help near Eelby for “baby”"


def test_a_town_is_a_place_too(read: Reader) -> None:
    page = read("/results?place=wendbridge")
    assert page.headings[0] == "Help near Wendbridge"
    assert "Quayside Family Hub" in page.section("Your family hub")
