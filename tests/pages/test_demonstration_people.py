"""Made-up staff: one for each role, a link that signs in once, and none of it in production."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hubfinder import create_app
from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.demonstration import new_link
from hubfinder.people.made_up import COUNCILS, PEOPLE, make_people
from hubfinder.people.models import AuditEntry, Council, Person, StaffSession
from hubfinder.people.queries import person_with
from hubfinder.people.trail import verify
from hubfinder.settings import Environment, Settings
from hubfinder.staff_vocab import Role
from tests.pages.reading import Reader
from tests.support.pages import application
from tests.support.production import COMPLETE


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        with app.app_context():
            begin_writing(db.session)
            make_people(db.session)
            db.session.commit()
        yield app


def link(app: Flask, email: str = "administrator@example.org") -> str:
    with app.app_context():
        begin_writing(db.session)
        person = person_with(db.session, email)
        assert person is not None
        token = new_link(db.session, person)
        db.session.commit()
        return f"/account/demonstration/{token}"


def press(client: FlaskClient, address: str) -> int:
    """The one button of the page at a link, pressed; the status of the answer."""
    token = Reader(client)(address).html.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(address, data={"csrf_token": token}).status_code


def test_there_is_one_for_each_role_and_none_has_a_password(app: Flask) -> None:
    with app.app_context():
        begin_writing(db.session)
        assert make_people(db.session) == 0, "they are there already"
        db.session.commit()
        people = db.session.scalars(select(Person)).all()
        assert {row.role for person in people for row in person.roles} == set(Role)
        assert {person.password for person in people} == {None}
        assert {council.code for council in db.session.scalars(select(Council))} == {
            code for code, _, _ in COUNCILS
        }
        assert all(person.email.endswith("@example.org") for person in people)
        assert len(people) == len(PEOPLE)


def test_a_link_signs_in_once_when_its_button_is_pressed(app: Flask) -> None:
    address, client, another = link(app), app.test_client(), app.test_client()
    for _ in range(3):  # a mail scanner, a preview, a second look
        assert "Sunita Holm" in Reader(client)(address).text
    assert client.get("/staff").status_code == 303
    assert press(client, address) == 303
    assert client.get("/staff/people").status_code == 200
    assert another.get(address).status_code == 404
    assert press(another, address) in (404, 303)
    assert another.get("/staff").status_code == 303
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person.signed_in")).one()
        assert entry.facts == {"factor": "demonstration link"}
        assert verify(db.session) is None


def test_a_link_ends_after_a_quarter_of_an_hour(app: Flask) -> None:
    address, client = link(app), app.test_client()
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(update(StaffSession).values(ends_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    assert client.get(address).status_code == 404


def test_what_is_in_a_link_is_worth_nothing_in_a_cookie(app: Flask) -> None:
    token = link(app).rpartition("/")[2]
    client = app.test_client()
    client.set_cookie("hubfinder", token)
    assert client.get("/staff").status_code == 303


def test_somebody_disabled_meanwhile_does_not_come_in(app: Flask) -> None:
    address, client = link(app, "front-door@example.org"), app.test_client()
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(
            update(Person).where(Person.email == "front-door@example.org").values(active=False)
        )
        db.session.commit()
    assert client.get(address).status_code == 404


@pytest.mark.sqlite_only
def test_production_has_neither_the_command_nor_the_page(database_url: str, tmp_path: Path) -> None:
    assert COMPLETE["environment"] is Environment.PRODUCTION
    app = create_app(Settings(**COMPLETE, data_dir=tmp_path, database_url=database_url))
    with app.app_context():
        ended = app.test_cli_runner().invoke(args=["people", "sign-in", "administrator@example.org"])
        assert ended.exit_code == 1
        assert "signs in themselves" in ended.output
        db.engine.dispose()
    answer = app.test_client().get("/account/demonstration/anything", base_url="https://help.example.org")
    assert answer.status_code == 404


def test_where_a_second_step_is_asked_again_the_way_on_is_said(app: Flask) -> None:
    client = app.test_client()
    assert press(client, link(app)) == 303
    with client.session_transaction() as session:
        session["factor_at"] = 0
    asked = client.get("/staff/council")
    assert asked.status_code == 303
    page = Reader(client)(asked.headers["Location"])
    assert "hubfinder people sign-in administrator@example.org" in page.text
    assert 'name="code"' not in page.html
    assert press(client, link(app)) == 303
    assert client.get("/staff/council").status_code == 200


def test_from_the_own_account_the_way_leads_back_to_the_work(app: Flask) -> None:
    client = app.test_client()
    assert press(client, link(app)) == 303
    for address in ("/account", "/account/check"):
        assert 'href="/staff/people"' in Reader(client)(address).html
    assert 'href="/staff/people"' not in Reader(client)("/").html
    assert 'href="/staff/people"' not in Reader(app.test_client())("/account/login").html
