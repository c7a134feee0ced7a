"""What is due: the oldest first, confirmed one after the other, taken back; a picture of the whole."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select
from werkzeug.test import TestResponse

from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.people.models import AuditEntry
from hubfinder.staff_vocab import ListingState, Risk, Role
from tests.pages.reading import Page, Reader
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person, sign_in

BOARD = "/staff/board"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _listings(app: Flask) -> None:
    """Twelve listings, due one after the other; the first three are out of date, three more are due."""
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(Listing))
        rows = db.session.scalars(select(Service).where(Service.key.startswith("story-time-")))
        for number, row in enumerate(sorted(rows, key=lambda one: one.id)):
            due = today() + timedelta(days=(number - 3) * 4 + 1)
            row.assured_date = due - timedelta(days=120)
            row.assured_by = "Quayside Family Hub"
            db.session.add(listing(row, due, number))
        db.session.commit()


def listing(row: Service, due: date, number: int) -> Listing:
    return Listing(
        key=row.key,
        service_id=row.id,
        council_code=HARBOURMOUTH,
        organization_key=row.organization.key,
        name=row.name,
        state=ListingState.PUBLISHED,
        version=1,
        risk=Risk.SESSION_TIMES,
        assured_date=row.assured_date,
        due_on=due,
        hub_key="quayside-family-hub" if number % 2 else "",
        topic="activities",
        changed_at=now(),
    )


def staff(
    app: Flask, role: Role = Role.COUNCIL_ADMINISTRATOR, council: str = HARBOURMOUTH, **scope: str
) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        begin_writing(db.session)
        who = person(db.session, role, council, **scope)
        db.session.commit()
        return sign_in(client, who)


def send(client: FlaskClient, what: str, data: dict[str, str], **headers: str) -> TestResponse:
    """Press a button of the board."""
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(BOARD).text)[0]
    return client.post(f"{BOARD}/{what}", data={"csrf_token": token, **data}, headers=headers)


def names(page: Page) -> list[str]:
    return [heading for heading in page.headings if heading.startswith("Story time")]


def due_on(app: Flask, key: str) -> date | None:
    with app.app_context():
        return db.session.scalar(select(Listing.due_on).where(Listing.key == key))


def test_what_is_due_stands_there_the_oldest_first(app: Flask) -> None:
    page = Reader(staff(app))(BOARD)
    assert page.status == 200
    assert names(page) == [f"Story time {number}" for number in range(7)]
    assert [one for one in page.headings if one in ("Out of date", "Due this week", "Due soon")] == [
        "Out of date", "Due this week", "Due soon",
    ]  # fmt: skip
    assert "7 listings need a look" in page.text
    assert "Due since" in page.text
    assert "11 days ago" in page.text


def test_a_button_confirms_and_the_next_one_is_ready(app: Flask) -> None:
    client = staff(app)
    answer = send(client, "confirm", {"key": "story-time-0", "next": "story-time-1"})
    assert answer.status_code == 303
    page = Reader(client)(answer.location)
    assert "Story time 0 confirmed. 6 left." in page.text
    assert page.html.count("autofocus") == 1
    row = page.html.partition('id="row-story-time-1"')[2].partition("</li>")[0]
    assert "autofocus" in row
    assert due_on(app, "story-time-0") == today() + timedelta(days=120)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert entry is not None
        assert (entry.verb, entry.subject_key) == ("listing.assured", "story-time-0")


def test_a_script_is_answered_in_few_words(app: Flask) -> None:
    answer = send(staff(app), "confirm", {"key": "story-time-0"}, Accept="application/json")
    assert answer.json == {"key": "story-time-0", "left": 6, "words": "Story time 0 confirmed. 6 left."}


def test_the_last_one_can_be_taken_back(app: Flask) -> None:
    client, was = staff(app), due_on(app, "story-time-1")
    send(client, "confirm", {"key": "story-time-1", "next": "story-time-2"})
    answer = send(client, "undo", {"key": "story-time-1"})
    page = Reader(client)(answer.location)
    assert "Taken back" in page.text
    assert due_on(app, "story-time-1") == was
    assert "Story time 1" in names(page)
    again = send(client, "undo", {"key": "story-time-1"})
    assert "undone=0" in again.location


def test_confirming_twice_writes_once(app: Flask) -> None:
    client = staff(app)
    for _ in range(2):
        send(client, "confirm", {"key": "story-time-2"})
    with app.app_context():
        written = select(func.count()).select_from(AuditEntry)
        once = written.where(AuditEntry.subject_key == "story-time-2", AuditEntry.verb == "listing.assured")
        assert db.session.scalar(once) == 1


@pytest.mark.parametrize(
    ("role", "council", "scope", "seen"),
    [
        (Role.COUNCIL_ADMINISTRATOR, NORTHSANDS, {}, 0),
        (Role.PROVIDER, HARBOURMOUTH, {"organization_key": "calm-nights"}, 0),
        (Role.PROVIDER, HARBOURMOUTH, {"organization_key": "harbourmouth-council"}, 7),
        (Role.HUB_STAFF, HARBOURMOUTH, {"hub_key": "quayside-family-hub"}, 7),
    ],
)
def test_everybody_sees_and_confirms_only_their_own(
    app: Flask, role: Role, council: str, scope: dict[str, str], seen: int
) -> None:
    client = staff(app, role, council, **scope)
    assert len(names(Reader(client)(BOARD))) == seen
    answer = send(client, "confirm", {"key": "story-time-3"})
    assert answer.status_code == (303 if seen else 404)


def test_the_filters_hold_together_and_mine_is_mine(app: Flask) -> None:
    read = Reader(staff(app, Role.HUB_STAFF, hub_key="quayside-family-hub"))
    assert names(read(f"{BOARD}?mine=1")) == ["Story time 1", "Story time 3", "Story time 5"]
    assert names(read(f"{BOARD}?hub=-")) == ["Story time 0", "Story time 2", "Story time 4", "Story time 6"]
    assert "Nothing is due here" in read(f"{BOARD}?hub=nowhere&organization=x%27--").text


def test_the_picture_and_the_table_say_the_same(app: Flask) -> None:
    page = Reader(staff(app))(BOARD)
    drawing = page.html.partition('<svg class="matrix looked-after"')[2].partition("</svg>")[0]
    assert ">3/6<" in drawing
    assert ">4/6<" in drawing
    assert "style=" not in drawing
    assert "6 listings, 2 due, 1 out of date" in page.text
    assert "6 listings, 2 due, 2 out of date" in page.text


def test_organizations_beyond_the_table_are_only_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubfinder.web.staff.board.MOST_ORGANIZATIONS", 0)
    page = Reader(staff(app))(BOARD)
    assert "And 1 more." in page.text, "whether there is anything to do for them, nobody said"


def test_the_board_asks_the_database_few_questions(app: Flask) -> None:
    client = staff(app)
    client.get(BOARD)
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get(BOARD)
    assert 0 < len(asked) <= MOST_QUERIES, asked
