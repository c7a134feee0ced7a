"""The table of listings: filters in the address, pages, sorting, and what is done to many at once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, insert, select
from werkzeug.test import TestResponse

from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.staff_vocab import ListingState, Risk, Role
from tests.pages.reading import Page, Reader
from tests.support.people import HARBOURMOUTH, person, sign_in

TABLE = "/staff/listings"
MOST_QUERIES = 12
DRAFTS = 120


@pytest.fixture(autouse=True)
def _listings(app: Flask) -> None:
    """Twelve that are published, one of them with faults, and many drafts."""
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(Listing))
        found = db.session.scalars(select(Service).where(Service.key.startswith("story-time-")))
        published = [facts(row.key, row.name, service_id=row.id) for row in found]
        published[0] |= {"is_email_dead": True, "open_reports": 2, "due_on": today() - timedelta(3)}
        drafts = [
            facts(f"draft-{number:03}", f"Draft 100% {number:03}", state=ListingState.DRAFT, due_on=None)
            for number in range(DRAFTS)
        ]
        db.session.execute(insert(Listing), [*published, *drafts])
        db.session.commit()


def facts(key: str, name: str, **more: object) -> dict[str, object]:
    return {
        "key": key,
        "service_id": None,
        "council_code": HARBOURMOUTH,
        "organization_key": "harbourmouth-council",
        "name": name,
        "state": ListingState.PUBLISHED,
        "version": 1,
        "risk": Risk.OTHER,
        "assured_date": today(),
        "due_on": today() + timedelta(100),
        "hub_key": "quayside-family-hub",
        "topic": "activities",
        "changed_at": now(),
        "is_email_dead": False,
        "open_reports": 0,
        **more,
    }


def staff(app: Flask, role: Role = Role.COUNCIL_ADMINISTRATOR, **scope: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        begin_writing(db.session)
        who = person(db.session, role, **scope)
        db.session.commit()
        return sign_in(client, who)


def send(client: FlaskClient, **data: object) -> TestResponse:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(TABLE).text)[0]
    return client.post(f"{TABLE}/many", data={"csrf_token": token, **data})


def names(page: Page) -> list[str]:
    return [name for name in page.links if name.startswith(("Story time", "Draft"))]


def test_a_page_holds_fifty_and_says_how_many_there_are(app: Flask) -> None:
    read = Reader(staff(app))
    page = read(TABLE)
    assert "132 listings · page 1 of 3" in page.text
    assert len(names(page)) == 50
    assert len(names(read(page.links["Next page"]))) == 50
    assert len(names(read(f"{TABLE}?page=3"))) == 32
    beyond = read(f"{TABLE}?page=99")
    assert "There is no such page" in beyond.text


def test_what_is_due_stands_first_unless_asked_otherwise(app: Flask) -> None:
    read = Reader(staff(app))
    assert names(read(TABLE))[0] == "Story time 0"
    assert names(read(f"{TABLE}?sort=name"))[0] == "Draft 100% 000"
    assert read(f"{TABLE}?sort=nonsense&page=-4&state=x&freshness=y&flag=z").status == 200


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ("state=published", 12),
        ("state=draft", 120),
        ("freshness=stale", 1),
        ("freshness=fresh", 11),
        ("flag=email&flag=reports", 1),
        ("flag=email&flag=link", 0),
        ("hub=quayside-family-hub&topic=activities", 132),
        ("hub=-", 0),
        ("organization=harbourmouth-council&state=published", 12),
        ("q=story+1", 3),
        ("q=100%25+007", 1),
        ("q=%25%25", 0),
        ("q=%27%3B--", 0),
    ],
)
def test_filters_hold_together(app: Flask, asked: str, many: int) -> None:
    page = Reader(staff(app))(f"{TABLE}?{asked}")
    words = f"{many} listing{'' if many == 1 else 's'}"
    assert words in page.text if many else "No listing is like that" in page.text


def test_each_value_says_how_many_it_would_leave(app: Flask) -> None:
    page = Reader(staff(app))(f"{TABLE}?state=published")
    for words in ("Draft (120)", "Published (12)", "May be out of date (1)", "Reports to look at (1)"):
        assert words in page.text
    assert "Quayside Family Hub (12)" in page.text


def test_many_are_still_right_at_once(app: Flask) -> None:
    client = staff(app)
    answer = send(client, do="confirm", key=["story-time-0", "story-time-1", "draft-001"], state="published")
    assert answer.status_code == 303
    assert "state=published" in answer.location
    page = Reader(client)(answer.location)
    assert "2 listings are still right. 1 is not published, so nothing was done to it." in page.text
    assert "May be out of date (1)" not in page.text


def test_many_are_paused_with_a_reason(app: Flask) -> None:
    client = staff(app)
    refused = send(client, do="pause", key=["story-time-3"])
    assert refused.status_code == 400
    assert "Say why they are paused" in refused.text
    assert re.search(r'value="story-time-3" checked', refused.text)
    answer = send(
        client, do="pause", key=["story-time-3", "story-time-4"], reason="The hall is being mended."
    )
    assert "2 listings are paused." in Reader(client)(answer.location).text
    with app.app_context():
        row = db.session.scalar(select(Listing).where(Listing.key == "story-time-3"))
        assert row is not None
        assert (row.state, row.state_reason) == (ListingState.PAUSED, "The hall is being mended.")


@pytest.mark.parametrize(
    "data", [{"do": "confirm"}, {"do": "burn", "key": ["story-time-0"]}, {"do": "pause"}]
)
def test_nothing_chosen_is_said(app: Flask, data: dict[str, object]) -> None:
    answer = send(staff(app), **data)
    assert answer.status_code == 400
    assert 'href="#listings"' in answer.text


def test_of_what_is_somebody_elses_nothing_is_done(app: Flask) -> None:
    client = staff(app, Role.PROVIDER, organization_key="calm-nights")
    assert "There is no listing here yet" in Reader(client)(TABLE).text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/staff/board").text)[0]
    data = {"csrf_token": token, "do": "pause", "reason": "x", "key": ["story-time-5"]}
    answer = client.post(f"{TABLE}/many", data=data)
    assert "0 listings are paused." in Reader(client)(answer.location).text


def test_the_front_door_looks_and_changes_nothing(app: Flask) -> None:
    client = staff(app, Role.FRONT_DOOR)
    page = Reader(client)(TABLE)
    assert len(names(page)) == 50
    assert "Still right" not in page.text


def test_the_table_asks_the_database_few_questions(app: Flask) -> None:
    client = staff(app)
    client.get(TABLE)
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    client.get(f"{TABLE}?q=a&state=published&hub=quayside-family-hub")
    assert 0 < len(asked) <= MOST_QUERIES, "\n".join(asked)
