"""Who works on files that came in: one process on a machine, the others wait in line."""

import fcntl
import io
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hubfinder.cli import exchange as command, timed_work
from hubfinder.database import begin_writing
from hubfinder.exchange import jobs, working
from hubfinder.exchange.batches import Incoming, begin_batch
from hubfinder.exchange.models import Batch
from hubfinder.extensions import db
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState
from tests.support.life import administrator
from tests.support.people import HARBOURMOUTH, council
from tests.support.spreadsheets import Office


class Begun:
    """A process that was begun and does nothing: it holds what it was handed."""

    def __init__(self, command: tuple[str, ...], pass_fds: tuple[int, ...], **_more: Any) -> None:
        assert command[-2:] == ("work-off", str(pass_fds[0]))
        self.held = os.dup(pass_fds[0])

    def poll(self) -> int | None:
        return None


@pytest.fixture
def alone(settings: Settings, tmp_path: Path) -> Settings:
    """Nothing of other tests waits there."""
    return settings.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Begun]]:
    every: list[Begun] = []

    def begin(*arguments: Any, **more: Any) -> Begun:
        every.append(Begun(*arguments, **more))
        return every[-1]

    monkeypatch.setattr(subprocess, "Popen", begin)
    monkeypatch.setattr(jobs, "_running", [])
    yield every
    for one in every:
        os.close(one.held)


def test_twenty_files_in_one_moment_begin_one_process(alone: Settings, begun: list[Begun]) -> None:
    for number in range(1, 21):
        jobs.start(alone, number)
    assert len(begun) == 1
    assert jobs.line(alone) == list(range(1, 21))
    assert (jobs.before_in_line(alone, 1), jobs.before_in_line(alone, 20)) == (0, 19)
    assert jobs.is_at_work(alone, 20)
    assert not jobs.is_at_work(alone, 21)


def test_whoever_looks_begins_anew_where_the_process_was_ended(alone: Settings, begun: list[Begun]) -> None:
    jobs.start(alone, 5)
    jobs.start(alone, 3)
    fcntl.flock(begun[0].held, fcntl.LOCK_UN)  # what the system does when it ends
    jobs.attend(alone)
    jobs.attend(alone)
    assert len(begun) == 2
    assert set(jobs.line(alone)) == {5, 3}


def test_nothing_is_begun_where_nothing_waits(alone: Settings, begun: list[Begun]) -> None:
    jobs.attend(alone)
    assert begun == []


@pytest.mark.usefixtures("begun")
def test_a_batch_does_not_wait_any_more_once_it_is_worked_on(alone: Settings) -> None:
    jobs.start(alone, 1)
    jobs.start(alone, 2)
    with jobs.holding(alone, 1):
        assert jobs.line(alone) == [2]
        assert jobs.before_in_line(alone, 2) == 1
        assert jobs.is_at_work(alone, 1)
        with pytest.raises(jobs.AlreadyAtWork), jobs.holding(alone, 1):
            pass
    assert not jobs.is_at_work(alone, 1)


def test_the_process_works_off_the_line_and_gives_its_place_back(app: Flask, begun: list[Begun]) -> None:
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        begin_writing(db.session)
        council(db.session)
        db.session.commit()
        office = Office(db.session, settings)
        office.published()
        numbers = [_sent(office) for _ in range(3)]
        for number in reversed(numbers):
            jobs.start(settings, number)
        os.set_inheritable(begun[0].held, True)
        said = app.test_cli_runner().invoke(command.exchange, ["work-off", str(os.dup(begun[0].held))])
        assert said.exit_code == 0, said.output
        assert jobs.line(settings) == []
        db.session.expire_all()
        assert {db.session.get_one(Batch, number).state for number in numbers} == {BatchState.PREVIEW}
    assert len(begun) == 1


def _sent(office: Office) -> int:
    boss = administrator(office.session)
    path = office.out(boss)
    with path.open("rb") as stream:
        kept, digest = jobs.keep_file(office.settings, stream)
    incoming = Incoming(HARBOURMOUTH, path.name, digest)
    return working.receive(office.session, office.settings, boss, incoming, kept)


def test_work_by_the_clock_goes_on_with_what_was_broken_off(
    app: Flask, alone: Settings, begun: list[Begun]
) -> None:
    with app.app_context():
        begin_writing(db.session)
        council(db.session)
        boss = administrator(db.session)
        incoming = Incoming(HARBOURMOUTH, "listings.csv", "1" * 64)
        here, elsewhere = (begin_batch(db.session, boss, incoming).id for _ in range(2))
        db.session.commit()
        jobs.give_file(alone, here, jobs.keep_file(alone, io.BytesIO(b"key"))[0])
        assert working.go_on(db.session, alone) == [], "whoever received it may be about to begin"
        long_ago = time.time() - 2 * working.STILL
        os.utime(jobs.folder_of(alone, here), (long_ago, long_ago))
        job = timed_work.Job(db.session, alone)
        [kind] = [kind for kind in timed_work.WORKS if kind.name == "spreadsheets"]
        assert kind.do(job) == "Files that were broken off are gone on with: 1."
        assert jobs.line(alone) == [here], f"not {elsewhere}, which another machine has"
        assert len(begun) == 1
        jobs.leave_line(alone, here)
        assert kind.do(job) == "", "broken off at once again: not without a pause"
