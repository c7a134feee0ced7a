"""Hub staff close their hub for some days: families see it everywhere, at once, and when it is taken back."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Closure, Service
from hubfinder.extensions import db
from hubfinder.sheets.orders import read_order
from hubfinder.staff_vocab import Role
from tests.pages.reading import Reader
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person, sign_in

HUB = "/staff/hubs/quayside-family-hub"
MOST_QUERIES = 24
"""Of the page of one hub, however much happens there: it reads the whole hub as families see it."""
SHEET = "for=hub:quayside-family-hub"
CODE = re.compile(r"/v/([0-9A-Z]{8})")


@pytest.fixture(autouse=True)
def _open(app: Flask) -> Iterator[None]:
    """Nothing is closed when a test begins."""
    yield
    with app.app_context():
        numbers = list(db.session.scalars(select(Closure.id)))
        db.session.rollback()
    client = staff(app)
    for number in numbers:
        send(client, "reopen", {"closure": str(number)})


def staff(
    app: Flask, role: Role = Role.COUNCIL_ADMINISTRATOR, council: str = HARBOURMOUTH, **scope: str
) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        begin_writing(db.session)
        who = person(db.session, role, council, **scope)
        db.session.commit()
        return sign_in(client, who)


def send(client: FlaskClient, what: str, data: dict[str, str]) -> TestResponse:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(HUB).text)[0]
    return client.post(f"{HUB}/{what}", data={"csrf_token": token, **data})


def next_wednesday() -> date:
    return today() + timedelta((2 - today().weekday()) % 7 or 7)


def closing(first: date, last: date | None = None, **more: str) -> dict[str, str]:
    return {"first": str(first), "last": str(last or first), "reason": "The heating is being mended.", **more}


def test_the_week_is_made_of_everybodys_sessions(app: Flask) -> None:
    page = Reader(staff(app, Role.HUB_STAFF, hub_key="quayside-family-hub"))(HUB)
    assert page.status == 200
    assert "Wend and Coast NHS" in page.text
    assert "Sleep clinic for babies and toddlers" in page.section(page.headings[1])
    assert "Story time 3" in page.text


def test_a_preview_says_what_would_not_be_on_and_closes_nothing(app: Flask) -> None:
    client = staff(app)
    answer = send(client, "close", closing(next_wednesday(), next_wednesday() + timedelta(7), do="look"))
    assert answer.status_code == 200
    assert "2 sessions will not be on" in answer.text
    assert "Close the hub" in answer.text
    with app.app_context():
        assert db.session.scalar(select(Closure.id)) is None


def test_a_closure_is_told_everywhere_and_taken_back(app: Flask) -> None:
    client, day = staff(app), next_wednesday()
    before = sheet_code(app)
    answer = send(client, "close", closing(day, do="close"))
    assert answer.status_code == 303
    read = Reader(app.test_client())
    assert "Families see it at once" in Reader(client)(answer.location).text
    assert "The heating is being mended." in read("/hub/quayside-family-hub").text
    assert "Quayside Family Hub is closed on" in read("/service/sleep-clinic").text
    assert "Not on" in read("/results?place=ZA1+4QT&q=sleep+clinic").card("Sleep clinic")
    plain = app.test_client().get(f"/sheet.txt?{SHEET}").text
    assert "Not on" in plain
    assert "(The heating is being mended)" in plain
    calendar = app.test_client().get(f"/sheet.ics?{SHEET}").text
    assert f"{day:%Y%m%d}T" not in calendar
    assert f"DTSTART;TZID=Europe/London:{day + timedelta(7):%Y%m%d}T100000" in calendar
    assert "The heating" not in app.test_client().get(f"/sheet.txt?{SHEET}&in=pl").text
    told = read(f"/v/{before}")
    assert "The heating is being mended" in told.text
    after = sheet_code(app)
    assert after != before
    with app.app_context():
        number = db.session.scalar(select(Closure.id))
    send(client, "reopen", {"closure": str(number)})
    assert "The heating" not in read("/hub/quayside-family-hub").text
    assert sheet_code(app) == before
    assert "The heating" not in read(f"/v/{before}").text


def sheet_code(app: Flask) -> str:
    """The code of the hub's sheet, noted as one that hangs somewhere."""
    app.test_client().get(f"/sheet.pdf?{SHEET}")
    with app.test_request_context():
        maker = app.extensions["sheets"]
        sheet = maker.sheet(db.session, read_order({"for": ["hub:quayside-family-hub"]}))
        return str(sheet.version.code)


@pytest.mark.parametrize(
    ("data", "words", "field"),
    [
        ({"first": "", "last": "", "reason": "x"}, "Enter the first day.", "first"),
        ({"first": "2026-13-40", "last": "soon", "reason": "x"}, "Enter the last day.", "last"),
        (closing(date(2026, 1, 2), date(2026, 1, 1)), "must not be before the first", "last"),
        (closing(date(2026, 1, 2)), "These days are over", "last"),
        ({**closing(date(2027, 1, 2)), "reason": " "}, "Say why. Families read it.", "reason"),
        ({**closing(date(2027, 1, 2)), "reason": "<b>x</b>" * 40}, "in fewer words", "reason"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    app: Flask, data: dict[str, str], words: str, field: str
) -> None:
    answer = send(staff(app), "close", {**data, "do": "close"})
    assert answer.status_code == 400
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert "<b>x" not in answer.text


def test_a_closure_that_is_gone_is_said(app: Flask) -> None:
    client = staff(app)
    for number in ("999", "x", "9" * 30, ""):
        answer = send(client, "reopen", {"closure": number})
        assert "told=gone" in answer.location


@pytest.mark.parametrize(
    ("role", "council", "scope"),
    [
        (Role.COUNCIL_ADMINISTRATOR, NORTHSANDS, {}),
        (Role.HUB_STAFF, HARBOURMOUTH, {"hub_key": "another-hub"}),
        (Role.PROVIDER, HARBOURMOUTH, {"organization_key": "harbourmouth-council"}),
    ],
)
def test_somebody_elses_hub_is_not_there(app: Flask, role: Role, council: str, scope: dict[str, str]) -> None:
    client = staff(app, role, council, **scope)
    assert client.get(HUB).status_code == 404
    own = staff(app)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', own.get(HUB).text)[0]
    assert client.post(f"{HUB}/close", data=closing(today(), csrf_token=token, do="close")).status_code in (
        400,
        404,
    )
    if role is not Role.PROVIDER:
        assert "Quayside" not in Reader(client)("/staff/hubs").text


def test_other_weeks_can_be_looked_at(app: Flask) -> None:
    client = staff(app)
    send(client, "close", closing(next_wednesday() + timedelta(7), do="close"))
    later = next_wednesday() + timedelta(7)
    page = Reader(client)(f"{HUB}?week={later}")
    assert "Closed The heating is being mended." in page.text
    for nonsense in ("1999-01-01", "soon", "9999-12-31"):
        assert Reader(client)(f"{HUB}?week={nonsense}").status == 200


def test_the_page_of_a_hub_asks_as_much_however_much_is_there(app: Flask) -> None:
    client = staff(app)
    client.get(HUB)
    asked: list[str] = []
    with app.app_context():
        assert len(list(db.session.scalars(select(Service.id)))) > 12
        engine = db.engine
        db.session.rollback()
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get(HUB)
    assert 0 < len(asked) <= MOST_QUERIES, "\n".join(asked)
