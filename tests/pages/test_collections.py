"""Collections: their pages, sheets and feeds."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from hubfinder.clock import today
from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader
from tests.support.pages import application

START = "/collections/start-for-life"
HERE = "?place=ZA1+4QT"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def names(page: str) -> list[str]:
    """Addresses of the listings of a page, in its order."""
    return re.findall(r'href="(/(?:service|catalogue)/[a-z0-9-]+)(?:[?#][^"]*)?"', page.partition("<main")[2])


def test_the_list_names_them_all_and_takes_a_place_along(read: Reader) -> None:
    page = read("/collections" + HERE)
    assert page.links["The Start for Life offer: pregnancy to 2"] == START + HERE
    assert len([href for href in page.links.values() if href.startswith("/collections/")]) == 6


def test_a_collection_has_its_sections_and_the_nearest_hub(read: Reader) -> None:
    page = read(START + HERE)
    assert page.status == 200
    for heading in ("Your family hub", "Midwives and maternity care", "Health visitors", "Feeding your baby"):
        assert heading in page.headings
    assert "Sleep clinic for babies and toddlers" in page.section("Health visitors")
    assert "0.4 miles" in page.card("Sleep clinic for babies and toddlers")


@pytest.mark.parametrize("address", [START, START + HERE, "/collections/send-local-offer" + HERE])
def test_a_listing_stands_in_it_once(read: Reader, address: str) -> None:
    found = names(read(address).html)
    assert found
    assert len(set(found)) == len(found)


def test_help_for_all_of_england_stands_in_a_group_of_its_own(read: Reader) -> None:
    """Whatever section it belongs to."""
    page = read(START + HERE).html
    parts = [part.partition('class="wherever"') for part in re.split(r"<h2\b", page)]
    assert "/catalogue/health-visiting" in " ".join(group for _, _, group in parts)
    for local, _, _ in parts:
        assert "/catalogue/health-visiting" not in local


def test_what_is_for_everyone_stands_before_what_is_for_some(read: Reader) -> None:
    parts = re.split(r"<h2\b", read(START + HERE).html)
    for part in parts:
        tags = re.findall(r'class="tag( some)?"', part.partition('class="wherever"')[0])
        assert tags == sorted(tags)


def test_a_stale_listing_is_shown_and_says_so(read: Reader) -> None:
    card = read(START + HERE).card("Perinatal mental health support")
    assert "Not checked for 7 months" in card


def test_a_scheme_that_has_ended_is_nowhere(read: Reader) -> None:
    for key in ("start-for-life", "kinship-carers", "parent-in-prison", "care-leavers"):
        assert "/catalogue/child-tax-credit" not in read(f"/collections/{key}").html


def test_a_section_with_nothing_in_it_says_whom_to_ring(read: Reader) -> None:
    assert "We know of nothing near you for this. Ring 01632 960999" in read(START + HERE).text


def test_it_says_who_looks_after_it(read: Reader) -> None:
    text = read(START).text
    assert "This page is looked after by: Harbourmouth Council" in text
    assert "1 November 2026" in text


@pytest.mark.parametrize(
    ("place", "status", "words"),
    [
        ("ZA1+4Q", 400, "Check your postcode"),
        ("ZA1+1ZZ", 404, "We do not know the postcode"),
        ("Eelby", 200, "Which Eelby do you mean?"),
    ],
)
def test_a_place_that_cannot_be_used_is_said(read: Reader, place: str, status: int, words: str) -> None:
    page = read(f"{START}?place={place}")
    assert page.status == status
    assert words in page.text
    assert "Health visitors" in page.headings


def test_a_place_to_choose_leads_back_to_the_collection(read: Reader) -> None:
    page = read(START + "?place=Eelby")
    choices = [href for href in page.links.values() if href.startswith(START + "?place=town:eelby")]
    assert len(choices) == 2


def test_there_is_no_other_collection(read: Reader) -> None:
    for end in ("", "/sheet", "/feed"):
        assert read("/collections/nothing" + end).status == 404


def test_the_sheet_says_what_when_where_and_whom_to_ring(read: Reader) -> None:
    page = read(START + "/sheet" + HERE)
    assert page.status == 200
    assert "Near ZA1 4QT" in page.text
    for fact in (
        "Sleep clinic for babies and toddlers",
        "Wednesdays 10am to noon",
        "Quayside Family Hub, 12 Fish Row, Harbourmouth, ZA1 2AB",
        "01632 960201",
        "In danger now? Ring 999",
        "Wherever you live in England",
    ):
        assert fact in page.text
    found = names(page.html)
    assert len(set(found)) == len(found)


def test_the_sheet_leaves_out_what_is_for_other_addresses(read: Reader) -> None:
    assert "Northsands baby group" not in read(START + "/sheet" + HERE).text


def test_a_sheet_for_a_place_that_cannot_be_used_leads_to_where_that_is_said(client: FlaskClient) -> None:
    response = client.get(START + "/sheet?place=Eelby")
    assert (response.status_code, response.headers["Location"]) == (302, START + "?place=Eelby")


def test_the_feed_holds_the_services_the_one_checked_last_first(client: FlaskClient) -> None:
    response = client.get(START + "/feed" + HERE)
    assert response.mimetype == "application/atom+xml"
    feed = ET.fromstring(response.data)  # noqa: S314  # our own
    dates = [element.text for element in feed.iterfind("a:entry/a:updated", ATOM)]
    titles = [element.text or "" for element in feed.iterfind("a:entry/a:title", ATOM)]
    assert "Sleep clinic for babies and toddlers" in titles
    assert dates[0] is not None
    assert date.fromisoformat(dates[0][:10]) <= today()
    assert feed.findtext("a:title", "", ATOM) == "The Start for Life offer: pregnancy to 2, near ZA1 4QT"
    stale = next(number for number, title in enumerate(titles) if title.startswith("Perinatal"))
    assert stale > titles.index("Sleep clinic for babies and toddlers")


def test_a_feed_has_all_that_atom_asks_for(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get(START + "/feed").data)  # noqa: S314  # our own
    for part in (feed, *feed.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated", "author/a:name"):
            assert part.findtext(f"a:{name}", "", ATOM), name
        assert part.find("a:link", ATOM) is not None
    ids = [element.text for element in feed.iter("{http://www.w3.org/2005/Atom}id")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one or "") for one in ids)


def test_ids_of_a_feed_stay_the_same(client: FlaskClient) -> None:
    def ids(address: str) -> list[str | None]:
        feed = ET.fromstring(client.get(address).data)  # noqa: S314  # our own
        return [element.text for element in feed.iterfind("a:entry/a:id", ATOM)]

    assert ids(START + "/feed") == ids(START + "/feed")
    assert set(ids(START + "/feed" + HERE)) & set(ids(START + "/feed"))


def test_a_feed_for_a_place_nobody_knows_is_missing(client: FlaskClient) -> None:
    assert client.get(START + "/feed?place=ZA1+1ZZ").status_code == 404


@pytest.mark.parametrize("end", ["", "/sheet", "/feed"])
def test_a_confidential_address_is_in_none_of_them(client: FlaskClient, end: str) -> None:
    for key in ("start-for-life", "care-leavers", "parent-in-prison"):
        for place in ("", HERE):
            page = client.get(f"/collections/{key}{end}{place}").get_data(as_text=True)
            assert REFUGE_STREET not in page
            assert "The Haven" not in page


OWN = """
key: splashing
title: {en: Water, pl: Woda}
intro: For whoever likes water.
circumstances: [send]
checked_by: The pool
last_checked: 2026-10-01
sections:
  - heading: Pools
    services: [splash-swimming, gone-away]
    hubs: [quayside-family-hub]
    leave_out: [sleep-clinic]
  - heading: Made for you
    find:
      - {search: swimming, circumstances: [send]}
      - {needs: [pregnancy-and-babies], most: 1}
"""


def test_a_council_adds_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "splashing.yaml").write_text(OWN)
    with application(tmp_path / "instance", collections_dir=own) as app:
        read = Reader(app.test_client())
        page = read("/collections/splashing" + HERE)
        assert "Splash swimming" in page.section("Pools")
        assert "Quayside Family Hub" in page.section("Pools")
        assert page.html.count("/service/splash-swimming") == 1
        assert "looked after by: The pool" in page.text
        assert read("/pl/collections/splashing").headings[0] == "Woda"
        assert '<p class="lead" lang="en">For whoever likes water.' in read("/pl/collections/splashing").html
