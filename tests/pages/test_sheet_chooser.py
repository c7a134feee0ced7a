"""For whom a sheet is: what somebody types, and what is offered for it."""

import pytest
from flask import Flask

from hubfinder.extensions import db
from hubfinder.places.models import School
from tests.pages.reading import Reader
from tests.pages.sheet_addresses import FORMS, of


def test_without_anything_typed_the_family_hubs_are_offered(read: Reader) -> None:
    page = read("/sheet")
    assert page.status == 200
    assert page.headings[0] == "Make an offer sheet"
    assert page.links["Quayside Family Hub ZA1 2AB"] == "/sheet?for=hub:quayside-family-hub"


def test_a_postcode_offers_the_schools_surgeries_hubs_and_areas_around_it(read: Reader) -> None:
    page = read("/sheet?place=ZA1+4QT")
    assert "Near ZA1 4QT" in page.text
    links = {words.split(" 0.")[0]: href for words, href in page.links.items() if "/sheet?for" in href}
    assert links == {
        "St Anne's Primary School": "/sheet?for=school:990001",
        "Quayside Surgery": "/sheet?for=surgery:Z81001",
        "Quayside Family Hub": "/sheet?for=hub:quayside-family-hub",
        "Harbour Ward": "/sheet?for=footprint:ward:Z05000001",
        "Quayside Primary care network": "/sheet?for=footprint:primary_care_network:ZPCN01",
        "Wendbridge Primary care network": "/sheet?for=footprint:primary_care_network:ZPCN02",
        "Harbourmouth Council area": "/sheet?for=footprint:local_authority:Z06000001",
    }


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("st annes", "school:990001"),
        ("school:990001", "school:990001"),
        ("quayside surgery", "surgery:Z81001"),
    ],
)
def test_a_name_that_can_only_mean_one_leads_straight_there(app: Flask, typed: str, scope: str) -> None:
    response = app.test_client().get("/sheet", query_string={"place": typed})
    assert (response.status_code, response.headers["Location"]) == (302, f"/sheet?for={scope}")


def test_a_name_of_several_things_offers_each(read: Reader) -> None:
    page = read("/sheet?place=quayside")
    assert "/sheet?for=hub:quayside-family-hub" in page.links.values()
    assert "/sheet?for=surgery:Z81001" in page.links.values()
    towns = read("/sheet?place=Eelby").links
    assert {"/sheet?place=town:eelby-village", "/sheet?place=town:eelby-hamlet"} <= {
        href.replace("%3A", ":") for href in towns.values()
    }


def test_an_area_stands_first_and_what_is_near_below(read: Reader) -> None:
    page = read("/sheet?place=ward:Z05000001")
    assert page.links["Harbour Ward"] == "/sheet?for=footprint:ward:Z05000001"
    assert page.headings.index("Just this") < page.headings.index("Schools")


def test_a_closed_school_is_not_offered_and_its_sheet_says_so(app: Flask, read: Reader) -> None:
    with app.app_context():
        school = School(
            urn="990900",
            name="Old Net Loft School",
            phase="Primary",
            status="Closed",
            postcode="ZA1 2AB",
            lat=54.75,
            lon=2.1,
        )
        db.session.add(school)
        db.session.commit()
    try:
        assert "Old Net Loft" not in read("/sheet?place=ZA1+4QT").text
        assert "says that this school has closed" in read("/sheet?for=school:990900").text
    finally:
        with app.app_context():
            db.session.delete(db.session.get_one(School, "990900"))
            db.session.commit()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/sheet?place=", 400, "Type the name of your school, surgery, family hub or area"),
        ("/sheet?place=xyzzyx", 404, "We do not know a place called xyzzyx"),
        ("/sheet?place=ZA1+4Q", 400, "Check your postcode"),
        ("/sheet?for=nonsense", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=school:", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=planet:1", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=school:1", 404, "We do not know a school with the number 1"),
        ("/sheet?for=surgery:X1", 404, "We do not know a surgery with the code X1"),
        ("/sheet?for=hub:the-moon", 404, "We do not know a family hub called the moon"),
        ("/sheet?for=hub:refuge", 404, "We do not know a family hub called refuge"),
        ("/sheet?for=footprint:ward:Z0", 404, "We do not know an area with the code Z0"),
    ],
)
def test_what_cannot_be_found_is_no_dead_end(read: Reader, address: str, status: int, words: str) -> None:
    page = read(address)
    assert page.status == status
    assert words in page.text
    assert 'name="place"' in page.html
    assert page.links["01632 960999"] == "tel:01632960999"
    assert "/sheet?for=hub:quayside-family-hub" in page.html


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_sheet_that_cannot_be_made_says_so_too(read_once: Reader, form: str) -> None:
    unknown, unread = read_once(of(form, "for=school:1")), read_once(of(form, ""))
    assert (unknown.status, unread.status) == (404, 400)
    assert "We do not know a school with the number 1" in unknown.text
    assert "We could not read for whom this sheet is" in unread.text
