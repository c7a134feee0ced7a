"""Staff edit a listing: a page for each concern, kept values and refused ones, hostile text."""

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.listings.concerns import BY_SLUG
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.staff_vocab import Role
from tests.support import life
from tests.support.desks import Desk, Form, as_a_browser_sends_it, at_desk, draft


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


def test_in_which_order_ticks_stand_on_a_page_changes_nothing(app: Flask) -> None:
    with app.app_context():
        listing = life.published(
            db.session,
            "ticked",
            accessibility=["step_free", "pushchair_space", "baby_changing"],
            languages=["ur", "pl"],
        )
        key = listing.key
        db.session.commit()
    desk = at_desk(app, key, Role.PROVIDER, organization_key=life.HELPERS)
    form = as_a_browser_sends_it(desk.read("access").html)
    desk.send("access", form)
    with app.app_context():
        assert db.session.scalars(select(ListingUpdate).join(Listing).where(Listing.key == key)).all() == []
    desk.send("access", {**form, "accessibility": ["hearing_loop", *form["accessibility"]]})
    said = draft(app, key)
    assert said["accessibility"] == ["step_free", "pushchair_space", "baby_changing", "hearing_loop"]
    assert said["languages"] == ["ur", "pl"]


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
