"""The processes that send messages about requests: killed, run beside others, and what they say."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.cli import timed_work, work
from hubfinder.cli.post import _is_of_a_request
from hubfinder.database import begin_writing
from hubfinder.post.rounds import HELD
from hubfinder.referrals.models import Notice
from hubfinder.settings import Settings
from hubfinder.vault.keys import KeysRefused, new_keyring, read_keys, write_file
from tests.support.notices import Desk, settings_for
from tests.support.people import council
from tests.support.processes import Served
from tests.support.requests import a_request
from tests.unit.test_post_bounces import NOTIFICATION

PROGRAM = (sys.executable, "-c", "from hubfinder.cli import main; main()")
PATIENCE = 150.0
"""Seconds: a busy machine takes long to start a process."""
RING = new_keyring()
NO_TIME = timedelta()


@pytest.fixture
def desk(session: Session, vault_session: Session, settings: Settings, mail: Served) -> Desk:
    """One message to a team, and the file of keys that other processes read."""
    mail.behave()
    (mail.folder / "taken.jsonl").unlink(missing_ok=True)
    write_file(settings.vault_keys, RING)
    begin_writing(session)
    council(session, email="team@example.org")
    session.commit()
    a_request(vault_session, RING, contact_ok="no")
    vault_session.commit()
    more = {"database_url": settings.database_url}
    return Desk(vault_session, session, RING, settings_for(settings.data_dir, mail, **more))


def _environment(desk: Desk) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HUBFINDER_")}
    return {**ours, **desk.rooms.settings.as_environment()}


def _emails(mail: Served) -> list[list[str]]:
    return [one["to"] for one in mail.taken if one["to"]]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_between_claiming_and_writing_down_that_it_was_sent(
    desk: Desk, mail: Served, how: signal.Signals
) -> None:
    mail.behave(stalls=PATIENCE)
    child = subprocess.Popen([*PROGRAM, "post", "send"], env=_environment(desk), stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not mail.taken and time.monotonic() < until:
        time.sleep(0.1)
    child.send_signal(how)
    child.wait(PATIENCE)
    mail.behave()
    assert desk.send().tried == 0, "still held by the dead"
    assert desk.send(seconds=HELD.total_seconds() + 5).sent == 1
    assert _emails(mail) == [["team@example.org"]]


def test_the_command_sends_and_says_so_without_addresses(desk: Desk, mail: Served) -> None:
    said = [
        subprocess.run(
            [*PROGRAM, "post", do], env=_environment(desk), capture_output=True, text=True, check=True
        ).stdout
        for do in ("list", "send", "list")
    ]
    assert "Messages about requests: 1 queued." in said[0]
    assert "Messages about requests: Sent 1, put off 0, given up 0." in said[1]
    assert "Messages about requests: 1 sent." in said[2]
    assert "@" not in "".join(said)
    assert _emails(mail) == [["team@example.org"]]


def test_a_message_that_came_back_is_for_staff_to_see(desk: Desk) -> None:
    assert desk.send().sent == 1
    [row] = desk.rows()
    others = NOTIFICATION.format(status="5.1.1", message_id="0" * 32).encode()
    later = NOTIFICATION.format(status="4.4.1", message_id=row.message_id).encode()
    ours = NOTIFICATION.format(status="5.1.1", message_id=row.message_id).encode()
    assert [_is_of_a_request(raw) for raw in (others, later, ours, ours)] == [False, False, True, False]
    assert desk.state("team_new") == ("dead", 1, "came back with 5.1.1")


def test_post_does_not_wait_for_what_takes_its_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Something slow is being done all the while; it ends when the other is broken off."""
    done = tmp_path / "done"
    begins = time.monotonic()

    def slow(_job: timed_work.Job) -> str:
        while not done.exists() and time.monotonic() - begins < PATIENCE:
            time.sleep(0.05)
        return ""

    def prompt(_job: timed_work.Job) -> str:
        done.touch()
        return ""

    kinds = (
        timed_work.Work("slow", timed_work.HOUR, timed_work.HOUR, slow),
        timed_work.Work("prompt", NO_TIME, NO_TIME, prompt, True, is_prompt=True),
    )
    monkeypatch.setattr(work, "WORKS", kinds)
    desk.rooms.directory.rollback()
    work._go_on(done.exists)
    assert time.monotonic() - begins < PATIENCE


def test_what_breaks_one_off_ends_the_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_job: timed_work.Job) -> str:
        raise RuntimeError("broken")

    kinds = (
        timed_work.Work("fine", NO_TIME, NO_TIME, lambda _job: "", True),
        timed_work.Work("broken", NO_TIME, NO_TIME, broken, True, is_prompt=True),
    )
    monkeypatch.setattr(work, "WORKS", kinds)
    desk.rooms.directory.rollback()
    with pytest.raises(RuntimeError, match="broken"):
        work._go_on(bool)


def test_without_the_keys_nothing_is_sent_and_it_is_said(desk: Desk, mail: Served, tmp_path: Path) -> None:
    elsewhere = desk.rooms.settings.model_copy(update={"vault_key_file": tmp_path / "keys.json"})
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o600)
    with pytest.raises(KeysRefused):
        read_keys(elsewhere.vault_keys)
    said = timed_work.send_messages(timed_work.Job(desk.rooms.directory, elsewhere))
    assert said.startswith("Messages about requests are not sent: ")
    assert mail.taken == []
    begin_writing(desk.rooms.vault)
    desk.rooms.vault.execute(delete(Notice))
    desk.rooms.vault.commit()
