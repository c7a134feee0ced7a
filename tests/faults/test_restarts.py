"""Workers that are changed under load, a form that goes on, a clock that jumps, an index that is lost."""

import os
import random
import shutil
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.referrals.models import Referral
from tests.faults.conftest import House
from tests.faults.server import Server
from tests.faults.test_busy import kept, sends
from tests.faults.visitors import Browser, reference_in, tell_story

pytestmark = (
    pytest.mark.sqlite_only
)  # about processes, clocks and files: the database is not asked anything else
RELOADS = int(os.environ.get("FAULTS_RELOADS", "2"))
"""`make faults` says ten."""
A_DAY = 24 * 3_600
EVERY = 0.02
PAGES = ("/", "/ask", "/safety", "/results?q=sleep&place=")


def test_ten_reloads_under_load(server: Server) -> None:
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
                failed.extend([f"{path}: {status}"] if status not in (200, 400) else [])
            time.sleep(EVERY)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(RELOADS):
        before, enough = set(server.workers()), len(asked) + 5
        server.reload()
        end = time.monotonic() + 60
        while before & set(server.workers()) or len(asked) < enough:
            assert time.monotonic() < end, "the old workers have not gone"
            time.sleep(EVERY)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []


def test_session_expires_mid_form(house: House, server: Server) -> None:
    """What was answered is not in a session, nor in a worker: nothing has to be typed again."""
    form = house.form(server, "told before the server was begun anew")
    assert tell_story(form).status == 303
    server.kill_all()
    server.start()
    assert kept(house, form)["story"] == form.story
    assert form.story in form.browser.get("/ask/story").text
    assert form.story in form.browser.get("/ask/check").text
    assert sends(form).status == 303


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


def test_search_index_corrupt_deleted_or_killed_mid_update(house: House, server: Server) -> None:
    """The pages answer; that it heals is in tests/unit/test_search_crash.py, file by file."""
    browser, chance = Browser(server.port), random.Random(3)  # noqa: S311 - not for secrets
    folder = house.settings.index_dir
    folder.mkdir(parents=True, exist_ok=True)
    for damage in ("deleted", "corrupt"):
        shutil.rmtree(folder, ignore_errors=True)
        if damage == "corrupt":
            folder.mkdir()
            (folder / "state.json").write_bytes(chance.randbytes(500))
        assert browser.get("/results?q=sleep").status == 200
        assert browser.get("/ask").status == 200
