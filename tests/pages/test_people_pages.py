"""Administrators look after people on pages: asking to join, roles, shutting out, the second factor again."""

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.people.models import AuditEntry, Council, Invitation, Person, RoleGrant
from hubfinder.people.trail import verify
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import Role
from tests.pages.reading import Page, Reader
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person, sign_in, signed_in
from tests.support.staff import furnish

MOST_QUERIES = 12
WHY = "They asked me to, on Monday"


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        with app.app_context():
            furnish(db.session)
        yield app


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app)


def somebody(app: Flask, role: Role = Role.FRONT_DOOR, council: str = HARBOURMOUTH) -> int:
    """The number of a new colleague."""
    with app.app_context():
        begin_writing(db.session)
        number = person(db.session, role, council).id
        db.session.commit()
        return number


def send(client: FlaskClient, address: str, **fields: str | list[str]) -> Page:
    """Open a form, fill it in and press its button."""
    page = client.get(address)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert token is not None, page.status_code
    sent = client.post(address, data={"csrf_token": token[1], **fields})
    return Page(sent.status_code, sent.get_data(as_text=True))


def last_entry(app: Flask) -> AuditEntry:
    with app.app_context():
        return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def due_days(app: Flask) -> dict[str, date | None]:
    """When each listing must be checked, by key."""
    with app.app_context():
        return {row.key: row.due_on for row in db.session.execute(select(Listing.key, Listing.due_on))}


def number_of_entries(app: Flask) -> int:
    return last_entry(app).number


def test_somebody_is_asked_to_join_by_email(app: Flask, admin: FlaskClient) -> None:
    page = send(admin, "/staff/people/invite", email="new@example.org", name="Noor New", role="auditor")
    assert page.status == 303
    with app.app_context():
        letter = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.to == "new@example.org")).one()
        invitation = db.session.scalars(select(Invitation).where(Invitation.email == letter.to)).one()
        assert "/account/invitation/" in letter.body
        assert "Noor" not in letter.body + letter.subject
        assert invitation.grants[0]["council"] == HARBOURMOUTH
        number = invitation.id
    listed = Reader(admin)("/staff/people")
    assert "Noor New" in listed.section("Asked to join")
    token = re.search(r'name="csrf_token" value="([^"]+)"', listed.html)
    assert token is not None
    address = f"/staff/people/invitations/{number}/withdraw"
    assert admin.post(address, data={"csrf_token": token[1]}).status_code == 303
    assert "Noor New" not in Reader(admin)("/staff/people").text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"email": "no", "role": "auditor"}, "email", "Type an email address"),
        ({"email": "x@example.org", "role": ""}, "role", "Choose at least one role"),
        ({"email": "x@example.org", "role": "king"}, "role", "Choose at least one role"),
        ({"email": "x@example.org", "role": "provider"}, "organization", "Choose the organisation"),
        (
            {"email": "x@example.org", "role": "provider", "organization": "nobody"},
            "organization",
            "that is here",
        ),
        ({"email": "x@example.org", "role": "hub_staff", "hub": "nowhere"}, "hub", "that is here"),
        ({"email": "x@example.org", "role": "auditor", "council": NORTHSANDS}, "council", "within a council"),
        ({"email": "colleague@example.org", "role": "auditor"}, "email", "has an account already"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_by_the_field(
    app: Flask, admin: FlaskClient, fields: dict[str, str], field: str, words: str
) -> None:
    before = number_of_entries(app)
    page = send(admin, "/staff/people/invite", **fields)
    assert page.status == 400
    assert f'<a href="#{field}">' in page.html
    assert words in page.text
    assert number_of_entries(app) == before


def test_a_role_is_given_and_taken_away_with_a_reason(app: Flask, admin: FlaskClient) -> None:
    number = somebody(app)
    give = f"/staff/people/{number}/give"
    assert "Say why" in send(admin, give, role="auditor").text
    assert send(admin, give, role="auditor", reason=WHY).status == 303
    assert "Auditor" in Reader(admin)(f"/staff/people/{number}").section("What they may do")
    with app.app_context():
        row = db.session.scalars(
            select(RoleGrant.id).where(RoleGrant.person_id == number, RoleGrant.role == Role.AUDITOR)
        ).one()
    assert send(admin, f"/staff/people/{number}/take/{row}", reason=WHY).status == 303
    entry = last_entry(app)
    assert (entry.verb, entry.subject_key, entry.reason) == ("role.taken", str(number), WHY)
    assert admin.get(f"/staff/people/{number}/take/{row}").status_code == 404


def test_a_leaver_is_out_with_the_next_click(app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        begin_writing(db.session)
        leaver = person(db.session, Role.HUB_STAFF)
        theirs, number = sign_in(app.test_client(), leaver), leaver.id
    assert theirs.get("/staff").status_code == 200
    assert send(admin, f"/staff/people/{number}/disable", reason=WHY).status == 303
    assert theirs.get("/staff").status_code == 303
    page = Reader(admin)(f"/staff/people/{number}")
    assert "Disabled since" in page.text
    assert send(admin, f"/staff/people/{number}/enable", reason=WHY).status == 303
    assert theirs.get("/staff").status_code == 303, "their old session stays ended"


def test_a_role_that_was_taken_is_gone_with_the_next_click(app: Flask) -> None:
    with app.app_context():
        begin_writing(db.session)
        changed = person(db.session, Role.AUDITOR)
        theirs, number = sign_in(app.test_client(), changed), changed.id
        assert theirs.get("/staff/trail").status_code == 200
        db.session.get_one(Person, number).roles[0].role = Role.FRONT_DOOR
        db.session.commit()
    assert theirs.get("/staff/trail").status_code == 404


def test_nobody_disables_themselves_or_the_last_administrator(app: Flask) -> None:
    with app.app_context():
        begin_writing(db.session)
        only = person(db.session, Role.COUNCIL_ADMINISTRATOR, "Z06000003")
        only.roles.append(RoleGrant(role=Role.AUDITOR, council_code="Z06000003", given_at=only.made_at))
        client, number = sign_in(app.test_client(), only), only.id
    page = Reader(client)(f"/staff/people/{number}")
    assert "This is you." in page.text
    assert "Disable" not in page.text
    refused = send(client, f"/staff/people/{number}/disable", reason=WHY)
    assert (refused.status, "Ask a colleague" in refused.text) == (400, True)
    assert '<a href="#do">' in refused.html


def test_what_changes_people_needs_the_second_factor_again(app: Flask, admin: FlaskClient) -> None:
    number = somebody(app)
    with admin.session_transaction() as session:
        session["factor_at"] = time.time() - 6 * 60
    for address in ("/staff/people/invite", f"/staff/people/{number}/disable", "/staff/council"):
        asked = admin.get(address)
        assert asked.status_code == 303
        assert asked.headers["Location"].startswith("/account/check?next=")
    assert admin.get("/staff/people").status_code == 200


def test_opening_a_person_is_one_entry_of_the_trail(app: Flask, admin: FlaskClient) -> None:
    number, before = somebody(app), number_of_entries(app)
    assert admin.get(f"/staff/people/{number}").status_code == 200
    entry = last_entry(app)
    assert (entry.number, entry.verb, entry.subject_key) == (before + 1, "person.seen", str(number))
    admin.get("/staff/people")
    admin.get("/staff/people/999999")
    assert number_of_entries(app) == before + 1


def test_a_form_that_was_open_too_long_does_nothing(app: Flask, admin: FlaskClient) -> None:
    number, before = somebody(app), number_of_entries(app)
    for address in (f"/staff/people/{number}/disable", "/staff/people/invite", "/staff/council"):
        sent = admin.post(address, data={"reason": WHY, "csrf_token": "old"})
        assert sent.status_code == 303
        assert "open for too long" in Reader(admin)(sent.headers["Location"]).text
    assert number_of_entries(app) == before


def test_the_council_decides_and_every_listing_is_due_on_another_day(app: Flask, admin: FlaskClient) -> None:
    before = due_days(app)
    fields: dict[str, str | list[str]] = {
        "name": "Harbourmouth Council",
        "email": "team@example.org",
        "telephone": "01632 960100",
        "may_approve_own": ["hub_staff"],
    }
    days = {"days-vacancies": "7", "days-session_times": "30", "days-other": "90"}
    assert send(admin, "/staff/council", council=HARBOURMOUTH, reason=WHY, **fields, **days).status == 303
    entry = last_entry(app)
    assert (entry.verb, entry.reason) == ("council.changed", WHY)
    assert entry.facts == {"fields": ["cadence", "email", "may_approve_own", "telephone"]}
    with app.app_context():
        found = db.session.get_one(Council, HARBOURMOUTH)
        assert found.may_approve_own == {Role.HUB_STAFF}
        assert found.cadence == {"vacancies": 7, "session_times": 30, "other": 90}
        [clinic] = db.session.scalars(select(Listing).where(Listing.key == "perinatal-support"))
        assert clinic.assured_date is not None
        assert clinic.due_on is not None
        assert (clinic.due_on - clinic.assured_date).days == 30
    moved = due_days(app)
    assert moved.keys() == before.keys()
    assert moved != before


def test_a_council_keeps_only_the_numbers_that_are_its_own(app: Flask) -> None:
    whole = {"name": "Third", "email": "", "council": "Z06000009", "reason": WHY}
    usual = {"days-vacancies": "14", "days-session_times": "120", "days-other": "182"}
    client = signed_in(app, in_council="Z06000009")
    page = Reader(client)("/staff/council").text
    for number in usual.values():
        assert f"Days between two checks. The usual number here is {number}." in page
    assert send(client, "/staff/council", **whole, **usual).status == 303
    assert cadence(app, "Z06000009") == {}, "none is pinned by a new name"
    assert send(client, "/staff/council", **whole, **usual | {"days-other": "90"}).status == 303
    assert cadence(app, "Z06000009") == {"other": 90}
    assert send(client, "/staff/council", **whole, **usual).status == 303
    assert cadence(app, "Z06000009") == {}, "set back, it follows the settings again"


def cadence(app: Flask, code: str) -> dict[str, int]:
    """What a council keeps of its own."""
    with app.app_context():
        return db.session.get_one(Council, code).cadence


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "no"),
        ("telephone", "ring us"),
        ("days-vacancies", "0"),
        ("days-session_times", "731"),
        ("days-other", "soon"),
        ("days-other", "½"),
        ("reason", ""),
    ],
)
def test_what_is_wrong_with_the_council_is_said_by_the_field(
    app: Flask, admin: FlaskClient, field: str, value: str
) -> None:
    before = number_of_entries(app)
    whole = {"name": "X", "email": "", "days-vacancies": "7", "days-session_times": "9", "days-other": "9"}
    page = send(admin, "/staff/council", **{**whole, "council": HARBOURMOUTH, "reason": WHY, field: value})
    assert page.status == 400
    assert f'<a href="#{field}">' in page.html
    assert f'id="{field}"' in page.html
    assert number_of_entries(app) == before


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.COUNCIL_ADMINISTRATOR, "/staff"),
        (Role.PROVIDER, "/staff"),
        (Role.COUNCIL_ADMINISTRATOR, "/staff/people"),
        (Role.COUNCIL_ADMINISTRATOR, "/staff/people/9001"),
        (Role.COUNCIL_ADMINISTRATOR, "/staff/council"),
        (Role.AUDITOR, "/staff/trail"),
    ],
)
def test_a_page_asks_few_questions(app: Flask, role: Role, address: str) -> None:
    scope = {"organization_key": "wend-nhs"} if role is Role.PROVIDER else {}
    client = signed_in(app, role, **scope)
    client.get("/staff")
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_the_first_page_says_what_waits(app: Flask, admin: FlaskClient) -> None:
    page = Reader(admin)("/staff")
    assert "1 change to approve" in page.text
    assert re.search(r"\d+ listings? due for a check", page.text)
    assert "Trail" not in page.links
    for entry in ("People", "Council", "Neighbourhoods"):
        assert entry in page.links
    provider = Reader(signed_in(app, Role.PROVIDER, organization_key="wend-nhs"))("/staff")
    assert "to approve" not in provider.text
    assert "People" not in provider.links
    auditor = Reader(signed_in(app, Role.AUDITOR))("/staff")
    assert auditor.links["Read the trail"] == "/staff/trail"
    assert "due for a check" not in auditor.text


def test_the_menu_marks_where_somebody_is_and_says_who_they_are(app: Flask) -> None:
    client = signed_in(app)
    page = Reader(client)("/staff/people")
    assert page.html.count('<a href="/staff/people" aria-current="page">') == 2
    assert "Harbourmouth Council" in page.text
    under = Reader(client)("/staff/people/9001")
    assert '<a href="/staff/people" aria-current="true">' in under.html
    assert '<a href="/staff"' in under.html
    assert 'aria-current="page">To do' not in under.html
    assert "staff-bar" not in Reader(client)("/").html
    assert "staff-bar" not in Reader(client)("/staff/people/999999").html


def test_a_long_menu_folds_what_is_asked_for_seldom_a_short_one_nothing(app: Flask) -> None:
    folded = re.compile(r'<details class="more">(.*?)</details>', re.DOTALL)
    found = folded.search(Reader(signed_in(app))("/staff/people/9001").html)
    assert found is not None
    assert '<summary aria-current="true">More</summary>' in found.group()
    assert '<a href="/staff/people" aria-current="true">' in found.group()
    assert 'href="/staff/board"' not in found.group()
    elsewhere = folded.search(Reader(signed_in(app))("/staff/board").html)
    assert elsewhere is not None
    assert "aria-current" not in elsewhere.group()
    for role in (Role.AUDITOR, Role.FRONT_DOOR):
        page = Reader(signed_in(app, role))("/staff")
        assert folded.search(page.html) is None
        assert page.html.count('<a href="/staff" aria-current="page">') == 2


def test_who_only_looks_is_told_what_they_can_do(app: Flask) -> None:
    page = Reader(signed_in(app, Role.FRONT_DOOR))("/staff")
    assert "You can look through the listings of your council." in page.text
    assert page.html.count('<a class="button-link" href="/staff/listings">') == 1
    assert "You can look through" not in Reader(signed_in(app))("/staff").text


@pytest.mark.parametrize("address", ["/staff/people", "/staff/board", "/staff/people/9001"])
def test_the_way_here_begins_where_staff_begin(app: Flask, address: str) -> None:
    page = Reader(signed_in(app))(address).html
    way = page.partition('<ol class="govuk-breadcrumbs__list">')[2].partition("</ol>")[0]
    assert way.count('href="/staff"') == 1
    assert 'href="/"' not in way


def test_after_all_that_the_chain_is_whole(app: Flask) -> None:
    with app.app_context():
        assert verify(db.session) is None
