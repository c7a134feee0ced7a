"""Staff edit a listing: a page for each concern, refused values, two at once, provider and staff."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.listings.concerns import BY_SLUG
from hubfinder.listings.models import Content, Listing, ListingUpdate
from hubfinder.people.models import Person, RoleGrant
from hubfinder.vocab import Role
from tests.pages.reading import Page
from tests.support import life
from tests.support.pages import application
from tests.support.people import person, sign_in

Form = dict[str, object]
_number = count(1)


@dataclass(frozen=True)
class Desk:
    """Somebody signed in, at one listing."""

    client: FlaskClient
    key: str

    def read(self, slug: str = "") -> Page:
        response = self.client.get(self.address(slug))
        return Page(response.status_code, response.get_data(as_text=True))

    def address(self, slug: str = "") -> str:
        return f"/staff/listings/{self.key}/edit" + (f"/{slug}" if slug else "")

    def opened(self, slug: str) -> Form:
        """The hidden fields of a page somebody opens."""
        page = self.read(slug)
        assert page.status == 200, page.text
        return {name: hidden(page.html, name) for name in ("csrf_token", "revision", "seen")}

    def send(self, slug: str, form: Form, do: str = "stay") -> Page:
        response = self.client.post(self.address(slug), data={**form, "do": do})
        return Page(response.status_code, response.get_data(as_text=True))

    def saves(self, slug: str, **fields: object) -> None:
        """Open a page, write into it, save it: it is kept."""
        page = self.send(slug, {**self.opened(slug), **fields})
        assert page.status == 303, page.text

    def refuses(self, slug: str, **fields: object) -> Page:
        page = self.send(slug, {**self.opened(slug), **fields})
        assert page.status == 400, page.text
        return page


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance"), database_url) as app:
        yield app


@pytest.fixture
def key(app: Flask) -> str:
    """A listing of the helpers that is published, and that no other test knows."""
    with app.app_context():
        listing = life.published(
            db.session, f"play-{next(_number)}", email="play@example.org", telephone="01632 960001"
        )
        made = listing.key
        db.session.commit()
    return made


@pytest.fixture
def provider(app: Flask, key: str) -> Desk:
    return at_desk(app, key, Role.PROVIDER, organization_key=life.HELPERS)


@pytest.fixture
def administrator(app: Flask, key: str) -> Desk:
    return at_desk(app, key, Role.COUNCIL_ADMINISTRATOR)


def at_desk(app: Flask, key: str, role: Role, **scope: str) -> Desk:
    with app.app_context():
        return Desk(sign_in(app.test_client(), person(db.session, role, **scope)), key)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return unescape(found[1])


def draft(app: Flask, key: str) -> Content:
    """What the newest change of a listing says."""
    with app.app_context():
        chosen = select(ListingUpdate).join(Listing).where(Listing.key == key)
        update = db.session.scalars(chosen.order_by(ListingUpdate.id.desc())).first()
        assert update is not None
        return update.content


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_page_opens_for_its_provider(provider: Desk, slug: str) -> None:
    page = provider.read(slug)
    assert page.status == 200
    assert str(BY_SLUG[slug].heading) in page.headings


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_page_saved_as_it_was_opened_changes_nothing(app: Flask, provider: Desk, slug: str) -> None:
    form = as_a_browser_sends_it(provider.read(slug).html)
    assert provider.send(slug, form).status == 303
    with app.app_context():
        chosen = select(ListingUpdate).join(Listing).where(Listing.key == provider.key)
        assert db.session.scalars(chosen).all() == []


def as_a_browser_sends_it(html: str, form_class: str = ' class="edit-form"') -> Form:
    """The fields of the form of a page, untouched."""
    main = html[html.index("<main") :]
    form = re.search(rf'<form method="post"[^>]*?{form_class}.*?</form>', main, re.DOTALL)
    assert form is not None
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or " checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    return dict(found)


def test_every_page_keeps_what_is_written_into_it(app: Flask, provider: Desk) -> None:
    provider.saves(
        "about", name="Baby group", summary="Songs for babies.", description="Come along.\n\nBring socks."
    )
    provider.saves(
        "who-for", access="targeted", unborn="yes", oldest="18", oldest_in="months", eligibility="New mums."
    )
    provider.saves(
        "cost",
        cost="prices",
        amount=["2.50", "0"],
        price_for=["per session", ""],
        condition=["", "on benefits"],
    )
    provider.saves("contact", telephone="01632 960002", website="www.example.org", how_to_apply="Just come.")
    provider.saves("access", languages=["pl"], another_language="so", accessibility=["step_free"])
    provider.saves("area", areas=["ward:Z05000001"])
    said = draft(app, provider.key)
    assert (said["name"], said["description"]) == ("Baby group", "Come along.\n\nBring socks.")
    assert (said["access"], said["minimum_age"], said["maximum_age"]) == ("targeted", -9, 18)
    assert said["costs"] == [
        {"amount": 2.5, "description": "per session", "condition": ""},
        {"amount": 0.0, "description": "", "condition": "on benefits"},
    ]
    assert (said["website"], said["telephone"]) == ("https://www.example.org", "01632 960002")
    assert (said["languages"], said["areas"]) == (["pl", "so"], ["ward:Z05000001"])


def test_sessions_and_days_are_rows(app: Flask, provider: Desk) -> None:
    provider.saves(
        "when",
        **{
            "weekday": ["Mon", "", "Wed"], "from": ["9:30am", "", "13.00"], "to": ["noon", "", "3pm"],
            "season": ["term", "always", "always"], "note": ["Room 2", "", ""],
            "first": ["22/12/2026", ""], "last": ["2 January 2027", ""], "days_note": ["Christmas"],
            "vacancies": "places", "vacancies_note": "Two for babies.",
        },
    )  # fmt: skip
    said = draft(app, provider.key)
    assert [
        (one["weekday"], one["opens_at"], one["closes_at"], one["season"]) for one in said["schedule"]
    ] == [
        ("Mon", "09:30", "12:00", "term"),
        ("Wed", "13:00", "15:00", "always"),
    ]
    assert said["exceptions"] == [
        {
            "first_day": "2026-12-22",
            "last_day": "2027-01-02",
            "opens_at": None,
            "closes_at": None,
            "note": "Christmas",
        }
    ]
    assert (said["vacancies"], said["vacancies_note"]) == ("places", "Two for babies.")
    assert provider.read("when").html.count('aria-label="Session ') == 3


@pytest.mark.parametrize(
    ("slug", "fields", "id_"),
    [
        ("when", {"weekday": ["Mon"], "from": ["half nine"], "to": ["12:00"]}, "from-0"),
        ("when", {"weekday": ["Mon"], "from": ["12:00"], "to": ["10:00"]}, "to-0"),
        ("when", {"weekday": [""], "from": ["9:00"], "to": ["10:00"]}, "weekday-0"),
        ("when", {"weekday": ["Someday"], "from": ["9:00"], "to": ["10:00"]}, "weekday-0"),
        ("when", {"weekday": ["Mon"], "from": ["9:00"], "to": ["10:00"], "season": ["summer"]}, "season-0"),
        (
            "when",
            {"weekday": ["Mon"], "from": ["9:00"], "to": ["10:00"], "site": ["somewhere-else"]},
            "schedule",
        ),
        ("when", {"first": ["31/02/2027"]}, "first-0"),
        ("when", {"first": ["22/12/2026"], "last": ["20/12/2026"]}, "last-0"),
        ("when", {"first": ["22/12/2026"], "days_from": ["10:00"]}, "days_to-0"),
        ("when", {"first": ["22/12/2026", "22/12/2026"]}, "first-0"),
        ("when", {"vacancies": "perhaps"}, "vacancies"),
        ("cost", {"cost": "prices", "amount": ["cheap"]}, "amount-0"),
        ("cost", {"cost": "prices", "amount": ["-1"]}, "amount-0"),
        ("cost", {"cost": "prices", "amount": [""], "condition": ["everyone"]}, "amount-0"),
        ("cost", {"cost": "prices"}, "amount-0"),
        ("who-for", {"youngest": "five"}, "youngest"),
        ("who-for", {"youngest": "9", "oldest": "5"}, "oldest"),
        ("who-for", {"youngest": "1e9"}, "youngest"),
        ("who-for", {"circumstances": ["rich"]}, "circumstances"),
        ("contact", {"telephone": "ring us"}, "telephone"),
        ("contact", {"email": "not an address"}, "email"),
        ("contact", {"website": "javascript:alert(1)"}, "website"),
        ("contact", {"text_words": "Text PLAY"}, "text_number"),
        ("contact", {"contact_email": "nobody"}, "contact_email"),
        ("access", {"languages": ["xx-klingon"]}, "languages"),
        ("where", {"delivery": ["by owl"]}, "delivery"),
        ("area", {"areas": ["moon:1"]}, "areas"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    provider: Desk, slug: str, fields: Form, id_: str
) -> None:
    page = provider.refuses(slug, **fields)
    assert f'href="#{id_}"' in page.html, page.text
    assert f'id="{id_}"' in page.html


def test_what_cannot_be_used_is_still_there(provider: Desk) -> None:
    typed = {"weekday": ["Mon"], "from": ["half nine"], "to": ["later"], "note": ["Room 2"]}
    page = provider.refuses("when", **typed)
    form = as_a_browser_sends_it(page.html)
    assert {name: form[name][:1] for name in typed} == typed


def test_what_is_right_is_kept_beside_what_is_wrong(app: Flask, provider: Desk) -> None:
    provider.refuses("contact", telephone="ring us", how_to_apply="Just come along.")
    said = draft(app, provider.key)
    assert (said["telephone"], said["how_to_apply"]) == ("01632 960001", "Just come along.")


HOSTILE = (
    "<script>alert(1)</script>Hello",
    '"><img src=x onerror=alert(1)>Hello',
    "**Hello** [here](javascript:alert(1)) # Hello",
    "&lt;b&gt;Hello",
    "{{ 7 * 7 }}Hello",
    "Hello" * 1_000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_every_field_stays_text(provider: Desk, text: str) -> None:
    fields = {
        "about": ("name", "summary", "description"),
        "who-for": ("eligibility", "youngest"),
        "when": ("hours", "vacancies_note", "weekday", "from", "note", "first", "days_note", "site"),
        "cost": ("amount", "price_for", "condition"),
        "contact": ("telephone", "text_words", "email", "website", "how_to_apply", "contact_email"),
        "access": ("interpretation", "deaf_access", "languages"),
        "where": ("delivery", "locations", "find", "new_name", "new_address", "new_postcode"),
        "area": ("areas",),
        "categories": ("suggested_needs", "suggested_catalogue"),
    }
    for slug, names in fields.items():
        sent = provider.send(slug, {**provider.opened(slug), **dict.fromkeys(names, text)})
        assert sent.status in (303, 400), (slug, sent.status)
        for page in (sent, provider.read(slug), provider.read()):
            assert "<script>alert" not in page.html, slug
            assert "<img src=x" not in page.html, slug
    preview = provider.read("preview").html
    assert "<script>alert" not in preview
    assert "<img src=x" not in preview
    assert "49Hello" not in preview


def test_a_long_text_in_any_script_is_kept(app: Flask, provider: Desk) -> None:
    text = "ہم یہاں ہیں " * 1_500
    provider.saves("about", name="Baby group", summary="Songs.", description=text)
    assert draft(app, provider.key)["description"] == text.strip()


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
        sign_in(stranger.client, db.session.scalars(chosen.order_by(Person.id.desc())).first())
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
