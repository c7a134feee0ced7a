"""Staff see which email did not arrive and which web addresses are gone, each council its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, update

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service, Url
from hubfinder.extensions import db
from hubfinder.listings.models import LinkCheck, Listing
from hubfinder.listings.recording import record_services
from hubfinder.people.models import AuditEntry
from hubfinder.post.actions import address_bounced, queue
from hubfinder.post.models import BouncedAddress, OutgoingEmail
from hubfinder.post.values import Email
from hubfinder.staff_vocab import Origin, PostState, Role
from tests.pages.reading import Page, Reader, words
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in

POST, LINKS = "/staff/post", "/staff/links"
MOST_QUERIES = 12


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            begin_writing(db.session)
            record_services(db.session, db.session.scalars(select(Service.id)).all(), Origin.IMPORT, "a test")
            db.session.commit()
        yield app


@pytest.fixture(autouse=True)
def _empty(app: Flask) -> Iterator[None]:
    yield
    with app.app_context():
        begin_writing(db.session)
        for table in (OutgoingEmail, BouncedAddress, LinkCheck):
            db.session.execute(delete(table))
        db.session.execute(update(Listing).values(is_link_dead=False, is_email_dead=False))
        db.session.commit()


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    return signed_in(app)


def _email(app: Flask, to: str, council: str = HARBOURMOUTH, **facts: object) -> int:
    with app.app_context():
        begin_writing(db.session)
        queue(db.session, Email(to, f"For {council}", "Text", "reminder", council=council))
        number = max(db.session.scalars(select(OutgoingEmail.id)))
        if facts:
            db.session.execute(update(OutgoingEmail).where(OutgoingEmail.id == number).values(**facts))
        db.session.commit()
        return number


def _bounce(app: Flask, address: str) -> None:
    with app.app_context():
        begin_writing(db.session)
        address_bounced(db.session, address, "came back")
        db.session.commit()


def _see(client: FlaskClient, address: str = POST) -> Page:
    return Reader(client)(address)


def _press(client: FlaskClient, **form: object) -> str:
    response = client.post(f"{POST}/change", data=form, follow_redirects=True)
    return (
        words(response.get_data(as_text=True)) if response.status_code == 200 else str(response.status_code)
    )


def test_each_council_sees_its_own_letters(app: Flask, administrator: FlaskClient) -> None:
    _email(app, "anna@example.org", state=PostState.DEAD, error="550 no such user")
    _email(app, "secret@example.org", NORTHSANDS, state=PostState.DEAD)
    page = _see(administrator).text
    assert "anna@example.org" in page
    assert "550 no such user" in page
    assert "secret@example.org" not in page
    assert "secret@example.org" in _see(signed_in(app, in_council=NORTHSANDS)).text


def test_looking_at_it_stands_in_the_trail_without_addresses(app: Flask, administrator: FlaskClient) -> None:
    _email(app, "anna@example.org", state=PostState.DEAD)
    _see(administrator)
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "post.seen")).all()
    assert entries
    assert "anna" not in str([vars(entry) for entry in entries])


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.HUB_STAFF, Role.FRONT_DOOR, Role.AUDITOR])
def test_only_administrators_see_whom_email_goes_to(app: Flask, role: Role) -> None:
    assert _see(signed_in(app, role)).status == 404


def test_what_was_given_up_is_sent_again(app: Flask, administrator: FlaskClient) -> None:
    number = _email(app, "anna@example.org", state=PostState.DEAD)
    assert "It goes out again within a minute." in _press(administrator, do="retry", number=number)
    with app.app_context():
        assert db.session.scalars(select(OutgoingEmail.state)).all() == [PostState.QUEUED]
    assert "Its text is no longer kept" in _press(administrator, do="retry", number=number)


@pytest.mark.parametrize("number", ["0", "x", "-1", "99999999999999", "٣"])
def test_no_such_email(administrator: FlaskClient, number: str) -> None:
    assert _press(administrator, do="retry", number=number) == "404"
    assert _press(administrator) == "400"


def test_the_email_of_another_council_is_none(app: Flask, administrator: FlaskClient) -> None:
    number = _email(app, "secret@example.org", NORTHSANDS, state=PostState.DEAD)
    _bounce(app, "secret@example.org")
    assert _press(administrator, do="retry", number=number) == "404"
    assert _press(administrator, do="right", address="secret@example.org") == "404"
    assert _press(administrator, do="right", address="unknown@example.org") == "404"


def test_an_address_is_put_right(app: Flask, administrator: FlaskClient) -> None:
    _email(app, "anna@example.org", state=PostState.SENT)
    _bounce(app, "anna@example.org")
    assert "Addresses that email comes back from" in _see(administrator).text
    assert "Email goes to this address again." in _press(
        administrator, do="right", address="anna@example.org"
    )
    with app.app_context():
        assert not db.session.scalars(select(BouncedAddress)).all()


def test_a_backlog_is_told_after_a_quarter_of_an_hour(app: Flask, administrator: FlaskClient) -> None:
    _email(app, "anna@example.org", error="the mail server cannot be reached (ConnectionRefusedError)")
    assert "has waited for more than" not in _see(administrator).text
    long_ago = utc_now() - timedelta(minutes=16)
    _email(app, "bob@example.org", made_at=long_ago)
    page = _see(administrator).text
    assert "1 email has waited for more than 15 minutes." in page
    assert "cannot be reached" in page


def test_web_addresses_that_are_gone_or_have_moved(app: Flask) -> None:
    with app.app_context():
        begin_writing(db.session)
        url, key = db.session.execute(
            select(Url.url, Listing.key)
            .join(Listing, Listing.service_id == Url.service_id)
            .where(Listing.council_code == HARBOURMOUTH)
            .order_by(Url.id)
            .limit(1)
        ).one()
        db.session.add(LinkCheck(url=url, next_check_at=utc_now(), checked_at=utc_now(), failures=2))
        db.session.commit()
    client = signed_in(app)
    page = _see(client, LINKS)
    assert "Not there any more" in page.text
    assert url in page.text
    assert f"/staff/listings/{key}/edit/contact" in page.html
    assert url not in _see(signed_in(app, in_council=NORTHSANDS), LINKS).text
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(update(LinkCheck).values(failures=0, moved_to="https://new.example.org/"))
        db.session.commit()
    assert "now at https://new.example.org/" in _see(client, LINKS).text


@pytest.mark.parametrize("address", [POST, LINKS])
def test_the_pages_ask_little_of_the_database(app: Flask, administrator: FlaskClient, address: str) -> None:
    for number in range(60):
        _email(app, f"p{number}@example.org", state=PostState.DEAD)
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def count(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert _see(administrator, address).status == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len([one for one in asked if not one.startswith("PRAGMA")]) <= MOST_QUERIES
