"""A full disk, a lock that somebody keeps for half a minute, fifty at once, answers that are lost."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.referrals import drafts
from hubfinder.referrals.models import Draft, Referral
from hubfinder.settings import DEMONSTRATION_OUT_OF_HOURS
from tests.faults.conftest import House
from tests.faults.server import Server
from tests.faults.visitors import Answer, Form, reference_in, tell_story

BOUND = 9.0
"""Seconds after which somebody must have been told something: the wait for the lock, and a busy machine."""
HELD = 30.0
"""Seconds for which somebody keeps the lock."""


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    begun = time.monotonic()
    return ask(), time.monotonic() - begun


def sends(form: Form) -> Answer:
    return form.browser.post("/ask/check", form.check)


def says_whom_to_ring(answer: Answer) -> bool:
    return "999" in answer.text and DEMONSTRATION_OUT_OF_HOURS in answer.text


def kept(house: House, form: Form) -> dict[str, object]:
    """The answers of a form as they stand in the vault."""
    with Session(house.vault) as session:
        found = drafts.of_browser(session, house.ring, form.browser.cookies["request"])
        assert found is not None
        return found.answers


def told_to_wait(form: Form) -> Mapping[str, str]:
    """Somebody sends, and hears within seconds, not after thirty, whom to ring; the headers of that."""
    refused, took = timed(lambda: sends(form))
    assert (refused.status, says_whom_to_ring(refused)) == (503, True)
    assert took < BOUND
    return refused.headers


@contextmanager
def lock_held(house: House, form: Form) -> Iterator[None]:
    """As if somebody else were writing, and did not come to an end: the whole file, or this form's row."""
    with Session(house.vault) as session:
        begin_writing(session)
        session.scalars(sa.select(Draft).where(Draft.id == form.draft).with_for_update()).one()
        yield
        session.rollback()


@pytest.mark.sqlite_only  # the disk of PostgreSQL is its own server's
def test_disk_full(house: House, server: Server, disk_is_full: Path) -> None:
    form = house.form(server, "told again when there is space")
    before = kept(house, form)
    disk_is_full.touch()
    try:
        refused, took = timed(lambda: tell_story(form))
        assert (refused.status, says_whom_to_ring(refused)) == (503, True)
        assert took < BOUND
        assert kept(house, form) == before, "what was answered before is kept"
        assert form.browser.get("/safety").status == 200
        assert form.browser.get("/ask/story").status == 200, "and can be looked at"
    finally:
        disk_is_full.unlink()
    assert tell_story(form).status == 303, "it recovers by itself"
    disk_is_full.touch()
    try:
        assert sends(form).status == 503
    finally:
        disk_is_full.unlink()
    assert sends(form).status == 303
    assert reference_in(form.browser.get("/ask/sent").text)
    found = house.found()
    assert found.is_well, found


def test_a_lock_held_for_thirty_seconds(house: House, server: Server) -> None:
    form, other = house.form(server, "told again when it is free"), house.form(server, "of somebody else")
    assert tell_story(form).status == 303
    begun = time.monotonic()
    with lock_held(house, form):
        assert told_to_wait(form)["Retry-After"]
        many = [threading.Thread(target=sends, args=(form,)) for _ in range(6)]
        for one in many:
            one.start()
        answer, took = timed(lambda: other.browser.get("/safety"))
        assert answer.status == 200
        assert took < 2.0, "others do not wait for those who wait"
        for one in many:
            one.join()
        while time.monotonic() - begun < HELD:
            told_to_wait(form)
            time.sleep(2.0)
    assert kept(house, form)["story"] == form.story
    assert sends(form).status == 303, "it recovers by itself"
    with Session(house.vault) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 1


def test_double_click_refresh_retry_and_fifty_in_parallel(house: House, server: Server) -> None:
    form = house.form(server, "sent fifty times")
    assert tell_story(form).status == 303
    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(lambda _: sends(form).status, range(50)))
        assert set(said) == {303}
        pages = list(pool.map(lambda _: form.browser.get("/ask/sent").text, range(10)))
    references = {reference_in(page) for page in pages}
    assert len(references) == 1
    assert "" not in references
    house.log.sent(form.story, references.pop())
    found = house.found()
    assert found.is_well, found


def test_the_answer_is_lost_after_the_commit(house: House, server: Server) -> None:
    form = house.form(server, "sent again")
    assert tell_story(form).status == 303
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    typed = {
        "Cookie": f"request={form.browser.cookies['request']}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/ask/check", urlencode(form.check), typed)
    end = time.monotonic() + 30
    with Session(house.vault) as session:
        while (reference := session.scalar(sa.select(Referral.reference))) is None:
            session.rollback()
            assert time.monotonic() < end
            time.sleep(0.01)
    connection.close()  # nobody has read what was said
    assert sends(form).status == 303
    assert reference_in(form.browser.get("/ask/sent").text) == reference
    house.log.sent(form.story, reference)
    assert house.found().is_well
