"""Staff compose a neighbourhood on a page: a draft in the address, every problem, publishing, two at once."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.ingest.neighbourhoods import publish
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import recipe_of, version_of
from hubfinder.settings import Settings
from tests.pages.addresses import LANGUAGES, PAGES, STAFF, WITH_A_COOKIE, in_language
from tests.pages.reading import Page, Reader
from tests.support.people import person, sign_in, signed_in
from tests.unit.test_neighbourhoods import recipe

COMPOSE, PUBLISH = "/staff/neighbourhoods/compose", "/staff/neighbourhoods/publish"
WARD, NETWORK, CATCHMENT = "ward:Z05000001", "primary_care_network:ZPCN01", "school_catchment_primary:990001"
DRAFT = f"{COMPOSE}?add={WARD}&add={NETWORK}&without={CATCHMENT}"


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """Somebody who looks after what the council offers."""
    return signed_in(app)


@pytest.fixture
def read(staff: FlaskClient) -> Reader:
    return Reader(staff)


def form(name: str, **changes: object) -> dict[str, object]:
    """What the form of a draft sends, but for its token."""
    whole: dict[str, object] = {
        "add": [WARD],
        "name": name,
        "agreed_by": "Harbourmouth Council\r\nQuayside network",
        "agreed_on": "2026-10-03",
        "looked_at": "0",
    }
    return {**whole, **changes}


def send(staff: FlaskClient, fields: dict[str, object], address: str = PUBLISH) -> TestResponse:
    """Send a form from the page that staff have open."""
    page = staff.get(f"{COMPOSE}?add={WARD}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return staff.post(address, data={**fields, "csrf_token": token[1]})


def versions(app: Flask, code: str) -> int:
    with app.app_context():
        version = version_of(db.session, code)
        return version.number if version else 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [STAFF["staff.neighbourhoods"], STAFF["staff.compose"]])
def test_the_pages_stand_in_every_language_and_are_kept_by_nobody(
    staff: FlaskClient, address: str, language: str
) -> None:
    response = staff.get(in_language(address, language))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in response.get_data(as_text=True)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy


def test_before_anything_is_chosen_the_footprints_of_this_council_are_offered(read: Reader) -> None:
    page = read(COMPOSE)
    assert page.status == 200
    assert '<option value="Z06000001" selected>Harbourmouth</option>' in page.html
    for part in (WARD, NETWORK, CATCHMENT):
        assert f'name="add" type="checkbox" value="{part}"' in page.html
        assert f'name="without" type="checkbox" value="{part}"' in page.html
    assert "ZPCN02" not in page.html, "nobody has drawn it"
    assert PUBLISH not in page.html


def test_a_draft_stands_in_its_address_and_shows_what_it_makes(read: Reader) -> None:
    page = read(DRAFT + "&name=Old+Quay")
    assert page.status == 200
    assert "Made of: Harbour, Quayside . Without: St Anne's Primary School ." in page.text
    assert "traced from a published map" in page.text
    assert "Postcodes in use: 0" in page.text
    assert 'data-map-picks="add"' in page.html
    assert re.search(rf'value="{CATCHMENT}" checked', page.html)
    assert 'id="name" name="name" type="text" value="Old Quay"' in page.html


def test_the_figures_say_how_it_fits_and_what_is_inside(read: Reader) -> None:
    page = read(f"{COMPOSE}?add={WARD}")
    assert "Postcodes in use: 2" in page.text
    fits = page.section("3. How it fits")
    assert "St Anne's Primary School 100% 100% 2" in fits
    assert "Quayside 62% 100% 1" in fits, "by the share of the people around"
    assert "Quayside Family Hub" in page.section("4. What is inside")
    assert "Made up for tests" in page.text, "where the areas come from"


def test_a_footprint_that_is_covered_by_others_is_named(read: Reader) -> None:
    page = read(f"{COMPOSE}?add=local_authority:Z06000001&add={WARD}")
    assert "Harbour adds nothing: the others cover it." in page.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("add=ward:Z9", "There is no footprint “ward:Z9” here. Check its code."),
        ("add=parish:Z9", "“parish:Z9” is of a kind that is not known."),
        ("add=Harbour", "“Harbour” is no footprint."),
        ("add=primary_care_network:ZPCN02", "known by its name only: nobody has drawn it."),
        (f"add={WARD}&without={WARD}", "“ward:Z05000001” is named twice."),
        (f"add={WARD}&without={NETWORK}", "Nothing is left of it"),
        (f"without={WARD}", "Nothing is given here."),
        (f"add={WARD}&code=Old+Quay", "cannot be a code"),
        ("add=" + "&add=".join(f"ward:Z{n}" for n in range(201)), "are too many"),
        ("add=%00%3Cscript%3E", "is no footprint"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_and_nothing_breaks(read: Reader, query: str, says: str) -> None:
    page = read(f"{COMPOSE}?{query}")
    assert page.status == 400
    assert says in page.text
    assert "There is a problem" in page.headings
    assert "<script>" not in page.html


def test_publishing_leads_to_the_published_version(staff: FlaskClient, app: Flask) -> None:
    answer = send(staff, form("Quay of Tuesday"))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/footprint/neighbourhood/quay-of-tuesday?version=1"
    page = Page(200, staff.get(answer.headers["Location"]).get_data(as_text=True))
    assert "Quay of Tuesday" in page.headings
    assert versions(app, "quay-of-tuesday") == 1
    with app.app_context():
        version = version_of(db.session, "quay-of-tuesday")
        assert version is not None
        assert recipe_of(version).agreed_by == ("Harbourmouth Council", "Quayside network")


def test_in_another_language_it_leads_to_the_page_in_that_language(staff: FlaskClient) -> None:
    answer = send(staff, form("Quay of Wednesday"), in_language(PUBLISH, "pl"))
    assert answer.headers["Location"].startswith("/pl/footprint/neighbourhood/quay-of-wednesday")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"agreed_by": " \r\n "}, "agreed_by"),
        ({"agreed_by": "ann@example.org"}, "agreed_by"),
        ({"agreed_on": "2096-01-01"}, "agreed_on"),
        ({"agreed_on": "soon"}, "agreed_on"),
        ({"add": []}, "add"),
        ({"add": ["ward:Z9"]}, "add"),
    ],
)
def test_a_form_with_a_fault_publishes_nothing_and_loses_nothing(
    staff: FlaskClient, app: Flask, changes: dict[str, object], field: str
) -> None:
    answer = send(staff, {**form("Quay of nobody", note="Kept as typed"), **changes})
    assert answer.status_code == 400
    page = Page(400, answer.get_data(as_text=True))
    assert f'<a href="#{field}">' in page.html
    assert ("Kept as typed" in page.html) or field == "add"
    assert versions(app, "quay-of-nobody") == 0


def test_pressing_twice_publishes_once(staff: FlaskClient, app: Flask) -> None:
    answers = [send(staff, form("Quay of Thursday")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with app.app_context():
        numbers = select(func.count()).where(LayerVersion.layer.has(key="neighbourhood:quay-of-thursday"))
        assert db.session.scalar(numbers) == 1


def test_somebody_who_was_slower_is_told_what_changed_and_may_go_on(staff: FlaskClient, app: Flask) -> None:
    send(staff, form("Quay of Friday"))
    with app.app_context():
        publish(db.session, recipe(WARD, without=(CATCHMENT,), name="Friday quay", code="quay-of-friday"))
    late = form("Quay of Friday", add=[WARD, NETWORK], looked_at="1")
    answer = send(staff, late)
    assert answer.status_code == 409
    page = Page(409, answer.get_data(as_text=True))
    assert "Somebody else published this neighbourhood" in page.text
    assert f"Taken away now: {CATCHMENT}." in page.text
    assert "Its name is now: Friday quay." in page.text
    assert "Postcodes gained: 0. Postcodes lost: 2." in page.text
    assert versions(app, "quay-of-friday") == 2
    assert 'name="looked_at" value="2"' in page.html
    assert send(staff, {**late, "looked_at": "2"}).status_code == 303
    assert versions(app, "quay-of-friday") == 3


def test_the_next_version_starts_from_the_last(staff: FlaskClient, read: Reader) -> None:
    send(staff, form("Quay of Saturday"))
    page = read("/staff/neighbourhoods")
    assert (
        "Quay of Saturday Version 1. Agreed on 3 October 2026 by: Harbourmouth Council, Quayside" in page.text
    )
    assert "Its parts are as they were when it was agreed." in page.text
    again = read(page.links["Change it : Quay of Saturday"])
    assert again.status == 200
    assert "This becomes version 2 of this neighbourhood. Version 1 stays readable." in again.text
    assert "Instead of version 1: Postcodes gained: 0. Postcodes lost: 0." in again.text
    assert 'value="neighbourhood:quay-of-saturday"' not in again.html, "it cannot be made of itself"


def test_nothing_is_written_without_the_token(staff: FlaskClient, app: Flask) -> None:
    for fields in (form("Quay of Sunday"), {**form("Quay of Sunday"), "csrf_token": "made-up"}):
        answer = staff.post(PUBLISH, data=fields)
        assert answer.status_code == 400
        page = Page(400, answer.get_data(as_text=True))
        assert "so nothing was published. Press the button again." in page.text
        assert "Quay of Sunday" in page.html, "nothing has to be typed again"
    assert versions(app, "quay-of-sunday") == 0


def test_the_token_of_somebody_else_is_no_good(app: Flask) -> None:
    mine, theirs = signed_in(app), signed_in(app)
    page = theirs.get(f"{COMPOSE}?add={WARD}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    mine.get(f"{COMPOSE}?add={WARD}")
    assert mine.post(PUBLISH, data={**form("Quay of May"), "csrf_token": token[1]}).status_code == 400


def test_over_https_the_cookie_goes_nowhere_else_and_the_form_works(app: Flask) -> None:
    secure = "https://localhost"
    with app.app_context():
        begin_writing(db.session)
        staff = sign_in(app.test_client(), person(db.session), secure)
    answer = staff.get(f"{COMPOSE}?add={WARD}", base_url=secure)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hubfinder=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.get_data(as_text=True))
    assert token is not None
    sent = staff.post(PUBLISH, data={**form("Quay of June"), "csrf_token": token[1]}, base_url=secure)
    assert sent.status_code == 303


@pytest.mark.parametrize("address", [one for one in PAGES.values() if one not in WITH_A_COOKIE])
def test_public_pages_set_no_cookie_even_of_somebody_signed_in(staff: FlaskClient, address: str) -> None:
    staff.get(f"{COMPOSE}?add={WARD}")
    assert "Set-Cookie" not in staff.get(address).headers


def test_nothing_can_be_published_by_a_link(staff: FlaskClient) -> None:
    assert staff.get(PUBLISH).status_code == 405


def test_an_empty_hubfinder_says_what_is_missing(tmp_path: Path) -> None:
    from hubfinder.database.upgrade import upgrade

    app = create_app(Settings(data_dir=tmp_path))
    with app.app_context():
        upgrade(db.engine)
    page = Reader(signed_in(app))(COMPOSE)
    assert "There are no footprints here yet." in page.text
    with app.app_context():
        db.engine.dispose()


def test_the_page_of_a_neighbourhood_says_who_agreed_it_and_what_it_is_made_of(
    staff: FlaskClient, read: Reader
) -> None:
    send(staff, form("Quay of July", note="Up to the old wall", published_by="Partnership office"))
    send(staff, form("Quay of July", add=[WARD, NETWORK], without=[CATCHMENT], looked_at="1"))
    page = read("/footprint/neighbourhood/quay-of-july")
    said = page.section("Who agreed this neighbourhood")
    assert "Agreed by Harbourmouth Council, Quayside network on 3 October 2026." in said
    assert "Made of: Harbour , Quayside . Without: St Anne's Primary School ." in said
    assert page.links["Harbour"] == "/footprint/ward/Z05000001"
    old = read("/footprint/neighbourhood/quay-of-july?version=1")
    assert "It is not in force." in old.text
    said = old.section("Who agreed this neighbourhood")
    assert "Made of: Harbour . Up to the old wall Published by: Partnership office" in said
    assert "Without" not in said


def test_an_imported_area_has_no_agreement(read: Reader) -> None:
    assert "Who agreed" not in read("/footprint/ward/Z05000001").text
