"""One network begins so many forms, no more: for the rest nothing is written, and nothing typed is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals import lookups
from hubfinder.referrals.models import Draft, Lookup
from hubfinder.vault.engine import VAULT
from tests.pages.reading import Page
from tests.support.asking import STORY, Asker, drafts_there, empty_vault

SCHOOL, SURGERY, HOME = "192.0.2.7", "198.51.100.9", "2001:db8:1:2::"
MOST = 3
From = Callable[[str], Asker]


@pytest.fixture
def asking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[From]:
    """``asking(SCHOOL)``: another browser there; a network begins three forms in a quarter of an hour."""
    monkeypatch.setattr(lookups, "FORMS_OF_A_NETWORK", (MOST, timedelta(minutes=15)))
    empty_vault(app)

    def from_there(address: str) -> Asker:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Asker(client)

    yield from_there
    empty_vault(app)


def in_vault(app: Flask) -> Session:
    with app.app_context():
        return Session(db.get_engine(VAULT))


def make_older(app: Flask, age: timedelta) -> None:
    """All that was counted was so long ago."""
    with in_vault(app) as session:
        begin_writing(session)
        session.execute(update(Lookup).values(at=utc_now() - age))
        session.commit()


def begun(asking: From, address: str, times: int) -> list[int]:
    return [asking(address).begin().status_code for _ in range(times)]


def counted(app: Flask) -> list[str]:
    with in_vault(app) as session:
        return list(session.scalars(select(Lookup.digest)))


def test_one_more_is_refused_with_telephone_numbers_and_nothing_is_written(app: Flask, asking: From) -> None:
    assert begun(asking, SCHOOL, MOST) == [303] * MOST
    answer = asking(SCHOOL).begin("unsure")
    page = Page(answer.status_code, answer.get_data(as_text=True))
    assert (page.status, answer.headers["Cache-Control"]) == (429, "no-store")
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "Ring 999" in page.text
    assert "Wait a few minutes and try again." in page.text
    assert 'value="unsure" checked' in page.html
    assert "Set-Cookie" not in answer.headers
    assert (drafts_there(app), len(counted(app))) == (MOST, MOST)


def test_others_begin_theirs_all_the_same(app: Flask, asking: From) -> None:
    assert begun(asking, SCHOOL, MOST + 1)[-1] == 429
    assert begun(asking, SURGERY, MOST) == [303] * MOST
    homes = [asking(f"{HOME}{end}").begin().status_code for end in range(1, MOST + 2)]
    assert homes == [*[303] * MOST, 429], "a /64 is one household"
    assert asking("2001:db8:1:3::1").begin().status_code == 303
    assert drafts_there(app) == 3 * MOST + 1


def test_who_goes_on_is_never_refused(app: Flask, asking: From) -> None:
    first = asking(SCHOOL)
    first.begin()
    begun(asking, SCHOOL, MOST)
    assert first.begin().status_code == 303, "the first page again, with a form"
    assert first.post("story", {"story": STORY}).status_code == 303
    assert len(counted(app)) == MOST
    first.answer_all()
    assert first.send().headers["Location"] == "/ask/sent"


def test_what_was_typed_into_a_form_that_expired_stays_on_the_page(app: Flask, asking: From) -> None:
    late = asking(SCHOOL)
    late.begin()
    hidden = late.hidden("story")
    begun(asking, SCHOOL, MOST - 1)
    with in_vault(app) as session:
        begin_writing(session)
        session.execute(delete(Draft))
        session.commit()
    answer = late.client.post("/ask/story", data={**hidden, "story": STORY})
    assert (answer.status_code, STORY in answer.get_data(as_text=True)) == (429, True)
    assert drafts_there(app) == 0


def test_after_a_quarter_of_an_hour_there_is_room_until_the_day_is_full(
    app: Flask, asking: From, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "FORMS_OF_A_DAY", (2 * MOST, timedelta(days=1)))
    for _ in range(2):
        assert begun(asking, SCHOOL, MOST + 1) == [*[303] * MOST, 429]
        make_older(app, timedelta(minutes=16))
    answer = asking(SCHOOL).begin()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 20 * 3_600
    make_older(app, timedelta(days=1, minutes=1))
    assert asking(SCHOOL).begin().status_code == 303
    assert len(counted(app)) == 1, "those of yesterday are forgotten"


def test_twenty_at_the_same_moment_are_twenty(app: Flask, asking: From) -> None:
    askers = [asking(SCHOOL) for _ in range(20)]
    hidden = [one.hidden() for one in askers]

    def press(at: int) -> int:
        return askers[at].client.post("/ask", data={**hidden[at], "danger": "no"}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(press, range(20)))
    assert sorted(statuses) == [303] * MOST + [429] * 17
    assert drafts_there(app) == MOST


def test_the_counters_say_nothing_of_the_network(app: Flask, asking: From) -> None:
    begun(asking, SCHOOL, 2)
    digests = counted(app)
    assert len(set(digests)) == 1
    assert len(digests[0]) == 64
    assert SCHOOL not in digests[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "", "nonsense"])
def test_where_the_network_is_not_known_nobody_is_refused(app: Flask, asking: From, address: str) -> None:
    assert begun(asking, address, MOST + 2) == [303] * (MOST + 2)
    assert counted(app) == []


def test_wrong_codes_count_apart(asking: From) -> None:
    begun(asking, SCHOOL, MOST)
    one = asking(SCHOOL)
    answer = one.post("continue", {"code": "K7QX2M9P4TRD"})
    assert answer.status_code == 404, "not yet too many"


def test_a_school_on_one_evening_is_not_cut_off() -> None:
    most, within = lookups.FORMS_OF_A_NETWORK
    assert most / (within / timedelta(minutes=1)) > 10
    assert lookups.FORMS_OF_A_DAY[0] >= 5 * most
    assert lookups.FORMS_OF_A_DAY[1] <= lookups.KEPT
