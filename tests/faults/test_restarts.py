"""Workers that are changed under load, a form that goes on, a clock that jumps, an index that is lost."""

import random
import re
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc
from hubfinder.directory.models import Service
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Referral
from hubfinder.search import book, documents, indexing
from hubfinder.settings import Settings
from tests.faults.conftest import House
from tests.faults.server import WORKERS, Server
from tests.faults.test_busy import kept, sends
from tests.faults.visitors import HIDDEN, Browser, reference_in, tell_story
from tests.support import factories as made
from tests.unit.test_search_crash import killed_at, renamed

pytestmark = (
    pytest.mark.sqlite_only
)  # about processes, clocks and files: the database is not asked anything else
RELOADS = 10
CODE = re.compile(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}")
A_DAY = 24 * 3_600
EVERY = 0.02
PAGES = ("/", "/ask", "/safety", "/results?q=sleep&place=")


def test_ten_reloads_under_load(house: House, server: Server) -> None:
    """Pages are asked for and forms are filled in and sent meanwhile; nothing has to be tried again."""
    sending = house.visitors(server)
    failed, asked, stop = list[str](), list[int](), threading.Event()

    def ask(number: int) -> None:
        browser = Browser(server.port)
        while not stop.is_set():
            path = PAGES[(len(asked) + number) % len(PAGES)]
            try:
                status = browser.get(path).status
            except OSError as error:
                failed.append(f"{path}: {type(error).__name__}")
            else:
                asked.append(status)
                failed.extend([f"{path}: {status}"] if status != 200 else [])
            time.sleep(EVERY)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    sending.start(2, "reload")
    first = set(server.workers())
    for _ in range(RELOADS):
        before, enough = set(server.workers()), len(asked) + 5
        server.reload()
        end = time.monotonic() + 60
        while len(set(server.workers()) - before) < WORKERS or len(asked) < enough:
            assert time.monotonic() < end, "no new workers have come"
            time.sleep(EVERY)
    end = time.monotonic() + 60
    while len(server.workers()) > WORKERS:
        assert time.monotonic() < end, "the old workers have not gone"
        time.sleep(EVERY)
    assert not first & set(server.workers())
    stop.set()
    sending.stop()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (sending.broken, sending.refused, sending.gave_up) == ([], [], [])
    found = house.found()
    assert (found.lost, found.doubled, found.wrong) == ([], [], [])
    assert found.acknowledged >= RELOADS


def test_a_server_begun_anew_mid_form(house: House, server: Server) -> None:
    """What was answered is not in a session, nor in a worker: nothing has to be typed again."""
    form = house.form(server, "told before the server was begun anew")
    assert tell_story(form).status == 303
    server.kill_all()
    server.start()
    assert kept(house, form)["story"] == form.story
    assert form.story in form.browser.get("/ask/story").text
    assert form.story in form.browser.get("/ask/check").text
    assert sends(form).status == 303


def test_session_expires_mid_form(house: House, server: Server, clock: Path) -> None:
    """With a code that was noted down it goes on the next day, in this browser and in another."""
    form = house.form(server, "told yesterday")
    assert tell_story(form).status == 303
    page = form.browser.get("/ask/keep")
    hidden = dict(HIDDEN.findall(page.text))
    code = CODE.search(form.browser.post("/ask/keep", hidden).text)
    assert code
    clock.write_text(str(25 * 3_600))
    try:
        assert form.story in form.browser.get("/ask/story").text
        other = Browser(server.port)
        hidden = dict(HIDDEN.findall(other.get("/ask/continue").text))
        assert other.post("/ask/continue", {**hidden, "code": code[0]}).status == 303
        assert form.story in other.get("/ask/story").text, "nothing is typed again"
        form.browser.cookies.update(other.cookies)
        check = dict(HIDDEN.findall(other.get("/ask/check").text))
        assert other.post("/ask/check", check).status == 303
        assert reference_in(other.get("/ask/sent").text)
    finally:
        clock.unlink()


def test_session_expires_on_the_page_of_somebody(house: House, server: Server, clock: Path) -> None:
    """Without a code the other answers are gone, as was promised; what was typed last begins a new form."""
    form = house.form(server, "told yesterday")
    assert tell_story(form).status == 303
    hidden = dict(HIDDEN.findall(form.browser.get("/ask/people/new").text))
    clock.write_text(str(25 * 3_600))
    try:
        typed = {**hidden, "kind": "child", "name": "Ash Example"}
        answer = form.browser.post("/ask/people/0123abcd", typed)
        assert answer.headers["Location"] == "/ask?ended=kept"
        assert "Ash Example" in form.browser.get("/ask/people").text
    finally:
        clock.unlink()


@pytest.mark.parametrize("jump", [40 * A_DAY, -3_600], ids=["40 days on", "an hour back"])
def test_clock_jumps(house: House, server: Server, clock: Path, jump: int) -> None:
    before, after = (house.form(server, story) for story in ("before", "after"))
    for one in (before, after):
        assert tell_story(one).status == 303
    assert sends(before).status == 303
    clock.write_text(str(jump))
    try:
        if jump > 0:  # a form is kept for some hours: then it begins anew, and nobody is shown an error
            assert sends(after).headers["Location"].startswith("/ask")
            after = house.form(server, "after")
        else:
            assert sends(after).status == 303
            assert sends(before).status == 303, "sent once, whatever the clock says"
            assert reference_in(before.browser.get("/ask/sent").text)
        for path in ("/", "/ask", "/safety", "/follow"):
            assert Browser(server.port).get(path).status == 200, path
    finally:
        clock.unlink()
    assert before.browser.get("/ask/sent").status == 200
    with Session(house.vault) as session:
        rows = session.scalars(sa.select(Referral).order_by(Referral.received_at)).all()
        for row in rows:
            assert row.due_at is not None
            assert as_utc(row.due_at) > as_utc(row.received_at)
    found = house.found()
    assert found.is_well, found


@pytest.mark.parametrize("forward", [True, False], ids=["an hour is skipped", "an hour comes twice"])
def test_summer_time(house: House, server: Server, clock: Path, forward: bool) -> None:
    """Sent just before and just after the clocks change: in their order, and due by the hours of the door."""
    change = last_change(forward=forward)
    forms = [house.form(server, f"sent {when}") for when in ("before", "after")]
    clock.write_text(str(int((change - datetime.now(UTC)).total_seconds()) - 2))
    try:
        for form in forms:
            assert tell_story(form).status == 303
        assert sends(forms[0]).status == 303
        while datetime.now(UTC) + timedelta(seconds=int(clock.read_text())) <= change:
            time.sleep(EVERY)
        assert sends(forms[1]).status == 303
        said = [form.browser.get("/ask/sent") for form in forms]
        assert [one.status for one in said] == [200, 200]
        for path in ("/", "/ask", "/follow"):
            assert Browser(server.port).get(path).status == 200, path
    finally:
        clock.unlink()
    with Session(house.vault) as session:
        first, second = session.scalars(sa.select(Referral).order_by(Referral.received_at)).all()
    assert as_utc(first.received_at) < change <= as_utc(second.received_at)
    assert [reference_in(one.text) for one in said] == [first.reference, second.reference]
    assert first.due_at is not None
    assert second.due_at is not None
    due = as_utc(first.due_at)
    assert (due, due.astimezone(LONDON).time()) == (as_utc(second.due_at), Opening().opens)
    assert timedelta(days=1) < due - change < timedelta(days=4), "on Tuesday, or after the bank holidays"
    assert house.found().is_well


def last_change(*, forward: bool) -> datetime:
    """When the clocks last went forward, or back: a Sunday night, at one o'clock of the world's time."""
    moment = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while (_ahead(moment) - _ahead(moment - timedelta(seconds=1)) > 0) is not forward or not _changes(moment):
        moment -= timedelta(days=1)
    return moment


def _changes(moment: datetime) -> bool:
    return _ahead(moment) != _ahead(moment - timedelta(seconds=1))


def _ahead(moment: datetime) -> float:
    """Seconds by which England's clocks are ahead of the world's."""
    ahead = moment.astimezone(LONDON).utcoffset()
    return ahead.total_seconds() if ahead else 0.0


@pytest.fixture
def listed(session: Session, settings: Settings) -> Service:
    """A listing that is in the index."""
    toy = made.service(session, "Toy library", summary="Dolls and puppets")
    made.service(session, "Bike library")
    documents.rebuild_documents(session)
    session.commit()
    indexing.catch_up(session, settings.index_dir)
    assert indexing.status(session, settings.index_dir).in_step
    return toy


def test_search_index_corrupt_deleted_or_killed_mid_update(
    house: House, server: Server, session: Session, listed: Service
) -> None:
    """Pages find what is in the database, and the index heals. File by file: test_search_crash.py."""
    settings, chance = house.settings, random.Random(3)  # noqa: S311 - not for secrets
    browser, name = Browser(server.port), listed.name

    def found() -> bool:
        page = browser.get("/results?q=puppets")
        assert page.status == 200
        return name in page.text

    assert found()
    for damage in ("deleted", "corrupt"):
        for folder in (settings.index_dir, book.book_dir(settings.index_dir)):
            if damage == "deleted":
                shutil.rmtree(folder)
            for file in [path for path in folder.rglob("*") if path.is_file()]:
                file.write_bytes(chance.randbytes(file.stat().st_size))
        assert all(found() for _ in range(5)), damage
        end = time.monotonic() + 60
        while not _is_in_step(session, settings):
            assert found(), damage
            assert time.monotonic() < end, f"{damage}: it does not heal"
            time.sleep(0.2)
    for name in ("Doll library", "Puppet library"):
        renamed(session, listed, name)
        session.rollback()
        assert killed_at(chance.randint(4, 30), settings, indexing.catch_up)
        assert not _is_in_step(session, settings)
        assert all(found() for _ in range(5)), "what was committed is found all the same"
    indexing.catch_up(session, settings.index_dir)
    assert _is_in_step(session, settings), "whoever saves next brings all of it up to date"
    assert found()


def _is_in_step(session: Session, settings: Settings) -> bool:
    session.rollback()
    return indexing.is_sound(settings.index_dir) and indexing.status(session, settings.index_dir).in_step
