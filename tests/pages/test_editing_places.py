"""Where a listing happens: places found and made, confidential ones never shown; new listings; basics."""

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_location
from hubfinder.directory.models import Location
from hubfinder.directory.values import LocationDetails
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.staff_vocab import Role
from tests.pages.listings import HOME
from tests.support import life
from tests.support.desks import Desk, Form, at_desk, draft, hidden
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council

SECRETS = ("Lantern House", "Hidden Lane", "ZA5 1AA", "lantern-house")
_number = count(1)


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance"), database_url) as app:
        with app.app_context():
            begin_writing(db.session)
            save_location(
                db.session,
                LocationDetails(
                    "lantern-house", "Lantern House", address="7 Hidden Lane", postcode="ZA5 1AA",
                    lat=HOME[0], lon=HOME[1] - 0.07, is_confidential=True,
                ),
            )  # fmt: skip
            save_location(
                db.session,
                LocationDetails(
                    "mill-hall", "Mill Hall", address="3 Mill Lane", postcode="ZA1 4QT",
                    lat=HOME[0], lon=HOME[1], telephone="01632 960100",
                ),
            )  # fmt: skip
            db.session.commit()
        yield app


@pytest.fixture
def key(app: Flask) -> str:
    """A listing at a hall and at a refuge."""
    with app.app_context():
        listing = life.published(
            db.session, f"group-{next(_number)}", locations=["mill-hall", "lantern-house"],
            telephone="01632 960001",
        )  # fmt: skip
        made = listing.key
        db.session.commit()
    return made


def location(app: Flask, key: str) -> Location:
    with app.app_context():
        return db.session.scalars(select(Location).where(Location.key == key)).one()


def test_a_confidential_place_is_a_tick_without_a_name(provider: Desk, administrator: Desk) -> None:
    for desk in (provider, administrator):
        for slug in ("where", "when", "area", "preview", ""):
            page = desk.read(slug)
            assert page.status == 200
            assert not [secret for secret in SECRETS if secret in page.html], slug
        assert "A confidential place" in desk.read("where").text
        assert "Mill Hall" in desk.read("where").text


def test_it_stays_as_long_as_it_is_ticked(app: Flask, provider: Desk) -> None:
    provider.saves("where", delivery=["in_person"], locations=["hidden-1"])
    assert draft(app, provider.key)["locations"] == ["lantern-house"]
    provider.saves("where", delivery=["in_person"], locations=["mill-hall"])
    assert draft(app, provider.key)["locations"] == ["mill-hall"]


@pytest.mark.parametrize("typed", ["place-of-another", "no-such-place"])
def test_a_provider_cannot_find_out_keys_of_confidential_places(
    app: Flask, provider: Desk, administrator: Desk, typed: str
) -> None:
    with app.app_context():
        begin_writing(db.session)
        secret = LocationDetails(
            "place-of-another", "Elm House", address="9 Elm Lane", postcode="ZA5 1AA", is_confidential=True
        )
        save_location(db.session, secret)
        db.session.commit()
    page = provider.send(
        "where", {**provider.opened("where"), "delivery": ["in_person"], "locations": ["mill-hall", typed]}
    )
    assert page.status == 400
    assert "We know no such place" in page.text
    assert "A confidential place" not in page.text
    assert "mill-hall" in page.html
    assert typed not in provider.read("where").html
    if typed == "place-of-another":
        administrator.saves("where", delivery=["in_person"], locations=["mill-hall", typed])
        assert draft(app, administrator.key)["locations"] == ["mill-hall", typed]


def test_a_session_may_be_at_one_of_the_places(app: Flask, provider: Desk) -> None:
    rows = {"weekday": ["Mon", "Tue"], "from": ["9:00", "9:00"], "to": ["10:00", "10:00"]}
    provider.saves("when", **rows, site=["mill-hall", "hidden-1"], season=["always", "always"], note=["", ""])
    assert [one["site"] for one in draft(app, provider.key)["schedule"]] == ["mill-hall", "lantern-house"]
    preview = provider.read("preview")
    assert "Mondays 9am to 10am" in preview.text
    assert not [secret for secret in SECRETS if secret in preview.html]


def test_places_are_found_by_words_and_the_confidential_one_is_not(provider: Desk) -> None:
    found = provider.client.get(provider.address("where") + "?find=mill+hall").get_data(as_text=True)
    assert 'value="mill-hall"' in found
    page = ""
    for words in ("lantern", "hidden lane", "quayside"):
        page = provider.client.get(provider.address("where") + f"?find={words}").get_data(as_text=True)
        assert 'value="lantern-house"' not in page
    assert "quayside-family-hub" in page


def test_a_new_place_is_located_by_its_postcode_and_drawn(app: Flask, provider: Desk) -> None:
    number = next(_number)
    form = {
        **provider.opened("where"), "delivery": ["in_person"], "locations": ["mill-hall"],
        "new_name": f"Boat Shed {number}", "new_address": f"{number} Slipway", "new_postcode": "za14qt",
    }  # fmt: skip
    assert provider.send("where", form, do="add-place").status == 303
    key = f"boat-shed-{number}-za1-4qt"
    assert draft(app, provider.key)["locations"] == ["mill-hall", key]
    made = location(app, key)
    assert (made.postcode, made.lat) == ("ZA1 4QT", HOME[0])
    page = provider.read("where")
    assert f"Boat Shed {number}" in page.text
    assert "<svg" in page.html


@pytest.mark.parametrize(
    ("fields", "id_"),
    [
        ({"new_address": "1 Slipway", "new_postcode": "ZA1 4QT"}, "new_name"),
        ({"new_name": "Shed", "new_postcode": "ZA1 4QT"}, "new_address"),
        ({"new_name": "Shed", "new_address": "1 Slipway", "new_postcode": "nowhere"}, "new_postcode"),
        ({"new_name": "Shed", "new_address": "1 Slipway", "new_postcode": "ZZ1 1ZZ"}, "new_postcode"),
        ({"new_name": "Lantern House", "new_address": "1 Slipway", "new_postcode": "ZA1 4QT"}, "new_address"),
        ({"new_name": "Shed", "new_address": "7 Hidden Lane", "new_postcode": "ZA1 4QT"}, "new_address"),
    ],
)
def test_what_is_wrong_with_a_new_place_is_said(provider: Desk, fields: Form, id_: str) -> None:
    page = provider.send(
        "where", {**provider.opened("where"), "delivery": ["in_person"], **fields}, "add-place"
    )
    assert page.status == 400
    assert f'href="#{id_}"' in page.html
    assert all(str(text) in page.html for text in fields.values())


def test_a_new_refuge_is_kept_and_never_shown(app: Flask, provider: Desk) -> None:
    form = {
        **provider.opened("where"), "delivery": ["in_person"], "new_name": "Beacon Flat",
        "new_confidential": "yes", "new_address": "12 Unseen Court", "new_postcode": "ZA5 1AA",
    }  # fmt: skip
    assert provider.send("where", form, do="add-place").status == 303
    [key] = draft(app, provider.key)["locations"]
    assert location(app, key).is_confidential
    for slug in ("where", "", "preview"):
        page = provider.read(slug)
        assert not [word for word in ("Beacon", "Unseen", "ZA5 1AA") if word in page.html]
    with app.app_context():
        said = [str((entry.subject_key, entry.facts)) for entry in db.session.scalars(select(AuditEntry))]
    assert not [line for line in said if "beacon" in line.lower() or "unseen" in line.lower()]


def test_texts_that_tell_of_a_refuge_are_not_previewed(provider: Desk) -> None:
    provider.saves("about", name="Group", summary="Come to 7 Hidden Lane.", description="")
    page = provider.read("preview")
    assert page.status == 409
    assert "confidential place" in page.text


def test_staff_correct_a_place(app: Flask, administrator: Desk) -> None:
    before = location(app, "mill-hall")
    form = {
        "name": "Mill Hall", "address": "3 Mill Lane", "postcode": "ZA1 2AB", "telephone": "01632 960222",
        "accessibility": ["step_free"],
    }  # fmt: skip
    assert administrator.posts("/staff/locations/mill-hall", form).status == 303
    after = location(app, "mill-hall")
    assert (after.postcode, after.is_family_hub) == ("ZA1 2AB", before.is_family_hub)
    assert after.lat != before.lat
    assert "01632 960222" in administrator.client.get("/staff/locations/mill-hall").get_data(as_text=True)
    back = {**form, "postcode": "ZA1 4QT"}
    assert administrator.posts("/staff/locations/mill-hall", back).status == 303


@pytest.mark.parametrize(
    ("fields", "id_"),
    [
        ({"name": ""}, "name"),
        ({"postcode": "ZZ1 1ZZ"}, "postcode"),
        ({"telephone": "ring"}, "telephone"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"address": "7 Hidden Lane"}, "address"),
    ],
)
def test_what_is_wrong_with_a_place_is_said(administrator: Desk, fields: Form, id_: str) -> None:
    form = {"name": "Mill Hall", "address": "3 Mill Lane", "postcode": "ZA1 4QT", **fields}
    page = administrator.posts("/staff/locations/mill-hall", form)
    assert page.status == 400
    assert f'href="#{id_}"' in page.html


def test_a_confidential_place_is_never_shown_to_whoever_keeps_it(app: Flask, key: str) -> None:
    administrator = at_desk(app, key, Role.COUNCIL_ADMINISTRATOR, in_council="Z06000002")
    page = administrator.client.get("/staff/locations/lantern-house").get_data(as_text=True)
    assert "A confidential place" in page
    assert not [secret for secret in SECRETS[:3] if secret in page]
    kept = administrator.posts(
        "/staff/locations/lantern-house", {"is_confidential": "yes", "accessibility": []}
    )
    assert kept.status == 303
    assert location(app, "lantern-house").address == "7 Hidden Lane"
    refused = administrator.posts("/staff/locations/lantern-house", {})
    assert refused.status == 400
    assert location(app, "lantern-house").is_confidential


def test_places_and_organizations_are_for_those_who_keep_them(app: Flask, key: str, provider: Desk) -> None:
    hub = at_desk(app, key, Role.HUB_STAFF, hub_key="quayside-family-hub")
    far = at_desk(app, key, Role.COUNCIL_ADMINISTRATOR, in_council="Z06000002")
    for desk, address, status in (
        (provider, "/staff/locations/mill-hall", 404),
        (provider, f"/staff/organizations/{life.HELPERS}", 404),
        (hub, "/staff/locations/quayside-family-hub", 200),
        (hub, "/staff/locations/mill-hall", 404),
        (hub, "/staff/locations/lantern-house", 404),
        (hub, f"/staff/organizations/{life.HELPERS}", 404),
        (far, "/staff/locations/mill-hall", 404),
        (far, f"/staff/organizations/{life.HELPERS}", 404),
        (far, "/staff/organizations/nobody", 404),
    ):
        assert desk.client.get(address).status_code == status, address


def test_who_also_works_elsewhere_is_only_read(app: Flask, key: str) -> None:
    organization = f"both-sides-{next(_number)}"
    with app.app_context():
        life.published(db.session, f"{organization}-here", organization=organization)
        there = life.published(db.session, f"{organization}-there", organization=organization)
        council(db.session, NORTHSANDS).email = "team@northsands.example.org"
        there.council_code = NORTHSANDS
        db.session.commit()
    address = f"/staff/organizations/{organization}"
    for where in (HARBOURMOUTH, NORTHSANDS):
        desk = at_desk(app, key, Role.COUNCIL_ADMINISTRATOR, in_council=where)
        page = desk.client.get(address).get_data(as_text=True)
        assert "Others use this too" in page
        assert "team@northsands.example.org" in page
        assert 'name="telephone"' not in page
        token = hidden(desk.client.get("/staff/listings/new").get_data(as_text=True), "csrf_token")
        form = {"csrf_token": token, "name": "Nobody", "telephone": "01632 960998"}
        answer = desk.client.post(address, data=form)
        assert answer.status_code == 403
        assert "960998" not in answer.get_data(as_text=True)


def test_staff_correct_an_organization(administrator: Desk) -> None:
    address = f"/staff/organizations/{life.HELPERS}"
    form = {
        "name": "Harbour Helpers",
        "telephone": "01632 960333",
        "email": "hello@example.org",
        "website": "",
    }
    assert administrator.posts(address, form).status == 303
    assert "01632 960333" in administrator.client.get(address).get_data(as_text=True)
    assert administrator.posts(address, {**form, "name": ""}).status == 400
    assert administrator.posts(address, {**form, "description": "At 7 Hidden Lane."}).status == 400
