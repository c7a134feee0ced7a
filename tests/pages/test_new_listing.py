"""A new listing: begun by its provider, by staff of a hub or of an area; whether it is here already."""

from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_location, save_organization
from hubfinder.directory.models import Organization
from hubfinder.directory.values import LocationDetails, OrganizationDetails
from hubfinder.extensions import db
from hubfinder.listings.models import Listing, Report
from hubfinder.staff_vocab import Role
from tests.pages.listings import HOME
from tests.pages.reports import press
from tests.pages.telling import send
from tests.support import life
from tests.support.desks import Desk, at_desk, draft
from tests.support.people import NORTHSANDS

NEW, HUB, WARD = "/staff/listings/new", "quayside-family-hub", "ward:Z05000001"
SCOPES = [{"hub_key": HUB}, {"area": WARD}, {"hub_key": HUB, "area": WARD}, {"area": "ward:nowhere"}, {}]
"""All that hub staff can be given; one of them where there is no hub, and the whole council."""
_number = count(1)


@pytest.fixture(params=SCOPES, ids=str)
def hub_staff(app: Flask, key: str, request: pytest.FixtureRequest) -> Desk:
    """Hub staff, in an application that knows the helpers."""
    return at_desk(app, key, Role.HUB_STAFF, **request.param)


def key_of(app: Flask, name: str) -> str:
    with app.app_context():
        return db.session.scalars(select(Listing.key).where(Listing.name == name)).one()


def check_is_theirs(app: Flask, desk: Desk, key: str) -> None:
    """They write it to its end and send it; the administrator lets families read it, nobody else of staff."""
    mine, elsewhere = Desk(desk.client, key), at_desk(app, key, Role.HUB_STAFF, area="ward:other")
    others = at_desk(app, key, Role.HUB_STAFF, in_council=NORTHSANDS, area=WARD)
    assert [one.read("about").status for one in (mine, elsewhere, others)] == [200, 404, 404]
    mine.saves("about", name=f"Sewing circle {next(_number)}", summary="Sew with others.", description="")
    mine.saves("where", delivery=["telephone"])
    assert key in desk.client.get("/staff/listings").get_data(as_text=True)
    assert mine.send("send", mine.opened("about")).status == 303
    with app.app_context():
        assert db.session.scalars(select(Listing.state).where(Listing.key == key)).one() == "submitted"


def test_a_new_listing_begins_with_a_name_and_its_organization(app: Flask, provider: Desk) -> None:
    name = f"Knitting for dads {next(_number)}"
    page = provider.posts(NEW, {"name": name, "organization": life.HELPERS})
    assert page.status == 303
    with app.app_context():
        made = db.session.scalars(select(Listing).where(Listing.name == name)).one()
        assert (made.organization_key, made.state.value, made.version) == (life.HELPERS, "draft", 0)
        desk = Desk(provider.client, made.key)
    assert desk.read("about").status == 200
    assert "What it says" in desk.read().headings


def test_a_provider_begins_nothing_for_somebody_else(provider: Desk) -> None:
    page = provider.posts(NEW, {"name": "Chess", "organization": "sleep-charity"})
    assert page.status in (200, 303)
    assert "sleep-charity" not in page.html


def test_a_listing_that_is_there_is_shown_first(administrator: Desk) -> None:
    form = {"name": "Stay and play", "wanted": "Harbour Helpers", "organization": life.HELPERS}
    page = administrator.posts(NEW, form)
    assert page.status == 200
    assert "Stay and play" in page.section("Is it one of these?")
    again = administrator.posts(NEW, {**form, "is_new": "yes"})
    assert again.status == 303


def test_staff_make_an_organization_that_is_not_known(app: Flask, administrator: Desk) -> None:
    form = {"name": "Allotment mornings", "wanted": f"Dig {next(_number)} Together"}
    asked = administrator.posts(NEW, form)
    assert asked.status == 400
    assert "A new one, called" in asked.text
    assert administrator.posts(NEW, {**form, "organization": "new"}).status == 303
    with app.app_context():
        assert db.session.scalars(select(Organization.key).where(Organization.name == form["wanted"])).one()


def test_hub_staff_begin_a_listing_of_an_organization(app: Flask, hub_staff: Desk) -> None:
    name = f"Quilts {next(_number)}"
    form = {"name": name, "wanted": "Harbour Helpers", "organization": life.HELPERS, "is_new": "yes"}
    assert hub_staff.posts(NEW, form).status == 303
    check_is_theirs(app, hub_staff, key_of(app, name))


def test_hub_staff_begin_a_listing_of_a_new_organization(app: Flask, hub_staff: Desk) -> None:
    number = next(_number)
    form = {"name": f"Knots {number}", "wanted": f"Knotters {number}", "organization": "new", "is_new": "yes"}
    assert hub_staff.posts(NEW, form).status == 303
    check_is_theirs(app, hub_staff, key_of(app, form["name"]))


def test_hub_staff_begin_what_the_public_suggests(app: Flask, hub_staff: Desk) -> None:
    name = f"Kite making {next(_number)}"
    send(app.test_client(), "/suggest-service", name=name, text="Kites for families.", contact="01632 960555")
    with app.app_context():
        number = db.session.scalars(select(Report.id).where(Report.name == name)).one()
    assert "/edit" in press(hub_staff.client, number, then="edit").html
    key = key_of(app, name)
    mine = Desk(hub_staff.client, key)
    assert mine.read("about").status == 200
    assert draft(app, key)["telephone"] == "01632 960555"


def test_what_hub_staff_begin_stays_theirs_wherever_they_put_it(app: Flask, key: str) -> None:
    """At a hub that comes before theirs, too; what an area begins is at no hub that nobody chose."""
    with app.app_context():
        begin_writing(db.session)
        save_location(
            db.session, LocationDetails("late-hub", "Late Hub", lat=HOME[0], lon=HOME[1], is_family_hub=True)
        )
        db.session.commit()
    for scope, where in (({"hub_key": "late-hub"}, ["late-hub"]), ({"area": WARD}, [])):
        desk, name = at_desk(app, key, Role.HUB_STAFF, **scope), f"Ropes {next(_number)}"
        form = {"name": name, "wanted": "Harbour Helpers", "organization": life.HELPERS, "is_new": "yes"}
        assert desk.posts(NEW, form).status == 303
        mine = Desk(desk.client, key_of(app, name))
        assert draft(app, mine.key)["locations"] == where
        mine.saves("where", delivery=["in_person"], locations=[*where, HUB])
        colleague = at_desk(app, mine.key, Role.HUB_STAFF, **scope)
        assert (mine.read("about").status, colleague.read("about").status) == (200, 200)


def test_hub_staff_without_a_hub_that_is_there_begin_nothing(app: Flask, key: str) -> None:
    desk = at_desk(app, key, Role.HUB_STAFF, hub_key="gone-hub")
    form = {"name": "Loose ends", "wanted": "Harbour Helpers", "organization": life.HELPERS, "is_new": "yes"}
    assert desk.posts(NEW, form).status == 400
    with app.app_context():
        assert db.session.scalars(select(Listing).where(Listing.name == "Loose ends")).all() == []


def test_an_organization_that_is_here_is_not_made_again(app: Flask, administrator: Desk) -> None:
    """However its name is typed, and however many others have its words."""
    with app.app_context():
        begin_writing(db.session)
        for name in ("Tidewater", *(f"Big Tidewater {number}" for number in range(10, 22))):
            save_organization(db.session, OrganizationDetails(name.lower().replace(" ", "-"), name))
        db.session.commit()
    form = {"name": "Rafts", "wanted": " tideWATER ", "organization": "new", "is_new": "yes"}
    for wanted in ("tideWATER", " Big  tidewater 14"):
        page = administrator.posts(NEW, {**form, "wanted": wanted})
        assert page.status == 400
        assert "An organization of this name is here already: choose it" in page.text
        assert "A new one, called" not in page.text
    assert "A new one, called" in administrator.posts(NEW, {"name": "Rafts", "wanted": "big tidewater"}).text
    with app.app_context():
        found = select(Organization.key).where(Organization.name.ilike("%tidewater%"))
        assert len(db.session.scalars(found).all()) == 13
