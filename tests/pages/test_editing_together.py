"""Editing with others: two windows, a sign-in that ends, suggestions, sending, whose it is."""

import re

from flask import Flask
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.people.models import Person, RoleGrant
from hubfinder.staff_vocab import Role
from tests.pages.reading import Page
from tests.support import life
from tests.support.desks import Desk, as_a_browser_sends_it, at_desk, draft, hidden
from tests.support.people import sign_in


def test_two_windows_with_different_fields_both_have_their_way(app: Flask, provider: Desk) -> None:
    one, other = (as_a_browser_sends_it(provider.read("about").html) for _ in range(2))
    assert provider.send("about", {**one, "summary": ["Songs."]}).status == 303
    assert provider.send("about", {**other, "description": ["Come along."]}).status == 303
    said = draft(app, provider.key)
    assert (said["summary"], said["description"]) == ("Songs.", "Come along.")


def test_two_windows_with_the_same_field_are_shown_both_sides(app: Flask, provider: Desk) -> None:
    one, other = (as_a_browser_sends_it(provider.read("about").html) for _ in range(2))
    assert provider.send("about", {**one, "summary": ["Songs for babies."]}).status == 303
    clash = provider.send("about", {**other, "summary": ["Toys for toddlers."]})
    assert clash.status == 409
    assert "Songs for babies." in clash.section("Somebody else changed this page while you were writing")
    assert "Toys for toddlers." in clash.html
    assert draft(app, provider.key)["summary"] == "Songs for babies."
    again = as_a_browser_sends_it(clash.html)
    assert again["summary"] == ["Toys for toddlers."]
    assert provider.send("about", again).status == 303
    assert draft(app, provider.key)["summary"] == "Toys for toddlers."


def test_the_script_saves_and_is_told_what_would_be_better(app: Flask, provider: Desk) -> None:
    hard = (
        "Facilitating developmental opportunities in accordance with multidisciplinary recommendations "
        "regarding educational attainment."
    )
    form = {**provider.opened("about"), "name": "Baby group", "summary": hard, "description": ""}
    answer = provider.client.post(provider.address("about/save"), data=form)
    assert answer.status_code == 200
    told = answer.get_json()
    assert re.fullmatch(r"\d\d:\d\d", told["saved"])
    assert (told["clash"], told["errors"]) == (False, {})
    assert any("hard to read" in words for words in told["advice"]["summary"])
    assert draft(app, provider.key)["summary"] == hard
    again = provider.client.post(
        provider.address("about/save"), data={**form, "seen": told["seen"], "summary": "Songs."}
    )
    assert again.get_json()["clash"] is False
    assert draft(app, provider.key)["summary"] == "Songs."


def test_what_was_typed_outlives_the_sign_in(app: Flask, provider: Desk) -> None:
    form = {
        **provider.opened("about"),
        "name": "Baby group",
        "summary": "Typed for <b>an hour</b>.",
        "description": "",
    }
    stranger = Desk(app.test_client(), provider.key)
    page = stranger.send("about", form)
    assert page.status == 401
    assert "Typed for &lt;b&gt;an hour&lt;/b&gt;." in page.html
    assert provider.key in page.html
    assert "Play with your baby" not in page.html
    with app.app_context():
        chosen = select(Person).join(RoleGrant).where(RoleGrant.organization_key == life.HELPERS)
        sign_in(stranger.client, db.session.scalars(chosen.order_by(Person.id.desc()).limit(1)).one())
    held = {name: text for name, text in as_a_browser_sends_it(page.html, "").items() if name != "csrf_token"}
    shown = stranger.send("about", held)
    assert shown.status == 400
    assert "Nothing was saved yet" in shown.text
    assert stranger.send("about", as_a_browser_sends_it(shown.html)).status == 303
    assert draft(app, provider.key)["summary"] == "Typed for an hour."


def test_a_provider_suggests_and_cannot_confirm(app: Flask, provider: Desk) -> None:
    provider.saves("categories", needs=["money"], suggested_needs=["babies", "money"], suggested_catalogue=[])
    said = draft(app, provider.key)
    assert said["needs"] == []
    assert said["suggested_needs"] == ["babies", "money"]
    assert "babies" not in provider.read("preview").text.lower()


def test_the_council_confirms_what_it_helps_with(app: Flask, administrator: Desk) -> None:
    administrator.saves("categories", needs=["money"])
    assert draft(app, administrator.key)["needs"] == ["money"]


def test_a_listing_goes_from_its_pages_to_whoever_approves_it(app: Flask, provider: Desk) -> None:
    provider.saves("about", name="Baby group", summary="Songs for babies.", description="")
    check = provider.read()
    assert "Songs for babies." in check.section("What changes")
    assert "What it costs, or that it is free" in check.section("What people need to know")
    preview = provider.read("preview")
    assert preview.status == 200
    assert "Songs for babies." in preview.text
    assert "It is not published yet" in preview.text
    token = {"csrf_token": hidden(check.html, "csrf_token"), "note": "We have a new name."}
    assert provider.client.post(provider.address("send"), data=token).status_code == 303
    waiting = provider.read()
    assert "waiting for approval" in waiting.text
    late = provider.send(
        "about", {**provider.opened("about"), "name": "Too late", "summary": "x", "description": ""}
    )
    assert late.status == 409
    assert "Too late" in late.html
    assert provider.client.post(provider.address("take-back"), data=token).status_code == 303
    provider.saves("about", name="Baby songs", summary="Songs for babies.", description="")
    assert draft(app, provider.key)["name"] == "Baby songs"


def test_nothing_is_sent_without_what_must_be_there(provider: Desk) -> None:
    provider.saves("about", name="", summary="", description="")
    token = {"csrf_token": hidden(provider.read("about").html, "csrf_token")}
    response = provider.client.post(provider.address("send"), data=token)
    page = Page(response.status_code, response.get_data(as_text=True))
    assert page.status == 400
    assert "Give it a name" in page.text
    assert f'href="{provider.address("about")}"' in page.html


def test_somebody_elses_listing_is_not_there(app: Flask, key: str) -> None:
    others = at_desk(app, key, Role.PROVIDER, organization_key="somebody-else")
    for slug in ("", "about", "preview"):
        assert others.read(slug).status == 404
    front_door = at_desk(app, key, Role.FRONT_DOOR)
    assert front_door.read("about").status == 404


def test_an_unknown_page_is_not_there(provider: Desk) -> None:
    assert provider.read("nonsense").status == 404


def test_the_reminder_address_is_kept_beside_the_listing(app: Flask, provider: Desk) -> None:
    provider.saves(
        "contact", contact_email="manager@example.org", email="play@example.org", telephone="01632 960001"
    )
    with app.app_context():
        found = db.session.scalars(select(Listing).where(Listing.key == provider.key)).one()
        assert found.contact_email == "manager@example.org"
    assert "manager@example.org" not in provider.read("preview").html
