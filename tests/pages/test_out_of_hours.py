"""Whether anybody takes the call is said beside the number, before somebody rings or sends: not after it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

import pytest
from flask import Flask
from sqlalchemy import delete

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.front_door_models import FrontDoor
from tests.pages.reading import Page
from tests.support.asking import Asker, page_of
from tests.support.following import Follower
from tests.support.people import HARBOURMOUTH

SUNDAY_NIGHT = datetime(2026, 11, 22, 22, 40, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SHUT = "Nobody is in just now. The council’s front door opens again on 23 November 2026, 09:00."
TILL_THEN = "If it cannot wait, ring 01632 960999"
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set what time it is at the front door."""

    def is_now(moment: datetime) -> None:
        monkeypatch.setattr("hubfinder.web.front_door.where.utc_now", lambda: moment)

    return is_now


@pytest.fixture
def early_door(app: Flask) -> Iterator[None]:
    """The front door opens on Sundays too, early; and it has numbers of its own."""
    with app.app_context():
        begin_writing(db.session)
        row = FrontDoor(council_code=HARBOURMOUTH, council_name="Harbourmouth Council", days=[0, 6])
        row.opens, row.closes, row.out_of_hours_telephone = time(7, 30), time(22), "01632 960777"
        db.session.add(row)
        db.session.commit()
    yield
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(FrontDoor))
        db.session.commit()


def test_a_family_that_asks_on_a_sunday_night_is_told_so_at_every_number(asker: Asker, clock: Clock) -> None:
    clock(SUNDAY_NIGHT)
    first = page_of(asker)
    assert SHUT in first.text.partition("Or ring us")[2]
    asker.begin("yes")
    now = page_of(asker, "now").text
    asker.answer_all()
    for told in (first.text, now, page_of(asker, "check").text, page_of(asker, "continue").text):
        assert SHUT in told
        assert TILL_THEN in told.partition(SHUT)[2]


def test_before_they_press_send_it_stands_over_the_button(asker: Asker, clock: Clock) -> None:
    clock(SUNDAY_NIGHT)
    html = asker.answer_all().get("check").get_data(as_text=True)
    assert html.index("Nobody is in just now.") < html.index('id="send"')
    asker.send()
    assert SHUT in page_of(asker, "sent").text


def test_while_somebody_is_in_nothing_of_it_is_said(asker: Asker, clock: Clock) -> None:
    clock(MONDAY)
    asker.begin("yes")
    pages = [page_of(asker, key).text for key in ("", "now", "continue")]
    asker.answer_all()
    pages += [page_of(asker, "check").text]
    assert not any("Nobody is in just now." in text for text in pages)


def test_whoever_follows_a_request_is_told_with_and_without_the_code(app: Flask, clock: Clock) -> None:
    clock(SUNDAY_NIGHT)
    family = Follower(app)
    before = Page(200, family.client.get("/follow").get_data(as_text=True)).text
    family.enter()
    for told in (before, Page(200, family.get().get_data(as_text=True)).text):
        assert SHUT in told
    clock(MONDAY)
    assert "Nobody is in" not in family.get().get_data(as_text=True)


def test_where_no_cookie_is_kept_the_number_is_one_that_somebody_takes(app: Flask, clock: Clock) -> None:
    told = "or ring us: "
    for moment, number in ((MONDAY, "01632 960100"), (SUNDAY_NIGHT, "01632 960999")):
        clock(moment)
        asker = Asker(app.test_client(use_cookies=False))
        pages = [
            asker.client.get("/ask?ended=cookie"),
            asker.client.post("/follow", data={"reference": "7KXQ9-3MAP4-T2WHB", "code": "K7QX 2M9P 4TRD"}),
        ]
        for page in pages:
            text = Page(page.status_code, page.get_data(as_text=True)).text
            assert text.partition(told)[2].startswith(number)


@pytest.mark.usefixtures("early_door")
def test_the_hours_and_numbers_are_those_that_the_council_has_given(asker: Asker, clock: Clock) -> None:
    clock(SUNDAY_NIGHT)
    text = page_of(asker).text
    assert "opens again on 23 November 2026, 07:30." in text
    assert "If it cannot wait, ring 01632 960777" in text
    clock(datetime(2026, 11, 22, 21, 0, tzinfo=UTC))
    assert "Nobody is in" not in page_of(asker).text


@pytest.mark.parametrize("language", ["ar", "pl"])
def test_it_is_said_in_the_language_of_the_page(asker: Asker, clock: Clock, language: str) -> None:
    clock(SUNDAY_NIGHT)
    asker.at = f"/{language}"
    text = page_of(asker).text
    assert "Nobody is in just now." not in text
    assert "01632 960999" in text.rpartition("01632 960100")[2]
