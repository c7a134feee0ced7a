"""Work by the clock: one worker at a time, killed or not, and what it says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.cli import timed_work, work
from hubfinder.cli.work import one_round
from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.listings.models import Listing
from hubfinder.post.actions import queue
from hubfinder.post.models import BouncedAddress, OutgoingEmail, TimedWork
from hubfinder.post.outlets import MailServer
from hubfinder.post.sending import HELD, send_due
from hubfinder.post.turns import finish, take_turn
from hubfinder.post.values import Email
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, PostState, Role
from tests.support.keeping import kept_listing
from tests.support.mail_server import Behaviour, mail_server, settings_of
from tests.support.people import person
from tests.unit.test_post_bounces import NOTIFICATION

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PATIENCE = 150.0
"""Seconds: a busy machine takes long to start a process."""
PROGRAM = (sys.executable, "-c", "from hubfinder.cli import main; main()")


def test_one_worker_at_a_time_and_not_too_often(session: Session) -> None:
    start = now()
    turn = take_turn(session, "links", HOUR, 10 * MINUTE, start)
    assert turn is not None
    assert take_turn(session, "links", HOUR, 10 * MINUTE, start + 9 * MINUTE) is None
    assert take_turn(session, "post", HOUR, 10 * MINUTE, start) is not None, "another kind of work"
    finish(session, turn, "Looked at 3.")
    assert take_turn(session, "links", HOUR, 10 * MINUTE, start + 59 * MINUTE) is None
    assert take_turn(session, "links", HOUR, 10 * MINUTE, start + 61 * MINUTE) is not None


def test_a_worker_that_was_killed_keeps_nobody_waiting_for_long(session: Session) -> None:
    start = now()
    dead = take_turn(session, "links", HOUR, 10 * MINUTE, start)
    assert dead is not None
    assert take_turn(session, "links", HOUR, 10 * MINUTE, start + 11 * MINUTE) is not None
    finish(session, dead, "risen")
    row = session.scalars(select(TimedWork)).one()
    assert (row.said, row.held_until is None) == ("", False), "who was thought dead ends nobody else's turn"


def test_work_that_was_stopped_midway_goes_on_at_the_next_round(session: Session) -> None:
    turn = take_turn(session, "links", HOUR, 10 * MINUTE)
    assert turn is not None
    finish(session, turn, "Looked at 1.", is_done=False)
    assert take_turn(session, "links", HOUR, 10 * MINUTE) is not None


@pytest.mark.parametrize("days", [-40, 40])
def test_a_clock_that_jumped_and_came_back_stops_no_work(session: Session, days: int) -> None:
    wrong = now() + timedelta(days=days)
    turn = take_turn(session, "links", HOUR, 10 * MINUTE, wrong)
    assert turn is not None
    assert take_turn(session, "links", HOUR, 10 * MINUTE) is not None, "held in another time"
    begin_writing(session)
    session.execute(update(TimedWork).values(held_until=None, done_at=wrong))
    session.commit()
    assert take_turn(session, "links", HOUR, 10 * MINUTE) is not None, "done in another time"


def test_a_round_reminds_and_sends_and_brings_back(
    session: Session, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_writing(session)
    kept_listing(session, "Due", due_on=date(2026, 1, 1))
    kept_listing(session, "Paused", state=ListingState.PAUSED, paused_until=today())
    session.commit()
    one_round()
    said = capsys.readouterr().out
    assert "reminders: Reminders queued: 1." in said
    assert "post: Sent 1, put off 0, given up 0." in said
    assert "resume: Pauses over" in said
    assert len(list(settings.post_dir.glob("*.eml"))) == 1
    one_round()
    assert capsys.readouterr().out == "", "nothing is left to do"


def test_what_fails_does_not_stop_the_rest(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_writing(session)
    queue(session, Email("anna@example.org", "A listing", "Text", "reminder"))
    session.commit()

    def broken(_job: timed_work.Job) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(work, "WORKS", (timed_work.Work("broken", HOUR, HOUR, broken), *timed_work.WORKS))
    one_round()
    said = capsys.readouterr().out
    assert "broken: failed: " in said
    assert "post: Sent 1" in said


def test_whoever_interrupts_does_not_wait_for_the_rest(session: Session) -> None:
    begin_writing(session)
    queue(session, Email("anna@example.org", "A listing", "Text", "reminder"))
    session.commit()
    one_round(lambda: True)
    assert session.scalars(select(OutgoingEmail.state)).all() == [PostState.QUEUED]


def test_websites_are_left_alone_in_a_demonstration(settings: Settings) -> None:
    assert not settings.checks_links
    assert settings.model_copy(update={"link_checks": True}).checks_links
    assert "help.example.org" in timed_work.agent_of(
        settings.model_copy(update={"public_address": "https://help.example.org"})
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_while_sending_nothing_is_lost_or_sent_twice(
    session: Session, settings: Settings, tmp_path: Path, how: signal.Signals
) -> None:
    server = Behaviour(stalls={"anna@example.org"})
    begin_writing(session)
    queue(session, Email("anna@example.org", "First", "Text", "reminder"))
    queue(session, Email("bob@example.org", "Second", "Text", "reminder"))
    session.commit()
    with mail_server(server) as port:
        child = subprocess.Popen([*PROGRAM, "post", "send"], env=_environment(settings, port))
        assert server.is_stalling.wait(PATIENCE)
        child.send_signal(how)
        child.wait(PATIENCE)
        server.stalls.clear()
        outlet = MailServer(settings_of(port, tmp_path))
        send_due(session, outlet)
        assert server.recipients == ["bob@example.org"], "the first is still held by the dead"
        later = now() + HELD
        send_due(session, outlet, clock=lambda: later)
    assert server.recipients == ["bob@example.org", "anna@example.org"]


def test_serving_works_beside_and_ends_together(session: Session, settings: Settings) -> None:
    """The server is killed; what ran beside it ends by itself."""
    begin_writing(session)
    queue(session, Email("anna@example.org", "First", "Text", "reminder"))
    session.commit()
    server = Behaviour()
    with mail_server(server) as port:
        words = (*PROGRAM, "serve", "--bind", f"127.0.0.1:{port + 1}", "--workers", "1")
        child = subprocess.Popen(words, env=_environment(settings, port), stdout=subprocess.DEVNULL)
        try:
            assert _comes(lambda: bool(server.taken)), "the post goes out by itself"
            beside = _beside(child.pid)
            assert beside
        finally:
            child.kill()
            child.wait()
        assert _comes(lambda: not any(Path(f"/proc/{number}").exists() for number in beside))


def test_bounces_are_read_from_a_folder_once(session: Session, settings: Settings, tmp_path: Path) -> None:
    begin_writing(session)
    rose = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    address = rose.email
    kept_listing(session, hub_key="quayside-family-hub", assured_date=today())
    queue(session, Email("keeper@example.org", "A listing", "Text", "reminder"))
    [row] = session.scalars(select(OutgoingEmail))
    row.state = PostState.SENT
    session.flush()
    raw = NOTIFICATION.format(status="5.1.1", message_id=row.message_id)
    session.commit()
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_text(raw)
    (tmp_path / "new" / "2.host").write_text("Subject: Holiday\n\nI am away.")
    first, second = (_said(settings, "post", "bounces", "--maildir", str(tmp_path)) for _ in range(2))
    assert first == "1 noted, 1 no notification\n"
    assert second == "Nothing.\n"
    session.expire_all()
    assert session.scalars(select(BouncedAddress.address)).all() == ["keeper@example.org"]
    assert session.scalar(select(Listing.is_email_dead)) is True
    told = session.scalars(select(OutgoingEmail.to).where(OutgoingEmail.state == PostState.QUEUED)).all()
    assert told == [address]


def test_the_queue_is_listed_without_addresses_and_tried_again(session: Session, settings: Settings) -> None:
    begin_writing(session)
    queue(session, Email("anna@example.org", "First", "Text", "reminder"))
    session.execute(update(OutgoingEmail).values(state=PostState.DEAD, error="550 no"))
    number = session.scalar(select(OutgoingEmail.id))
    session.commit()
    listed = _said(settings, "post", "list")
    assert "1 dead" in listed
    assert "550 no" in listed
    assert "anna" not in listed
    assert "will be sent" in _said(settings, "post", "retry", str(number))
    assert "no such email" in _said(settings, "post", "retry", str(number))


def _said(settings: Settings, *words: str) -> str:
    ended = subprocess.run(
        [*PROGRAM, *words], env=_environment(settings, 0), capture_output=True, text=True, check=False
    )
    return ended.stdout + ended.stderr


def _environment(settings: Settings, port: int) -> dict[str, str]:
    values = {name: value for name, value in os.environ.items() if not name.startswith("HUBFINDER_")}
    values |= {"HUBFINDER_DATA_DIR": str(settings.data_dir), "HUBFINDER_DATABASE_URL": settings.database_url}
    if port:
        values |= {
            "HUBFINDER_SMTP_HOST": "127.0.0.1",
            "HUBFINDER_SMTP_PORT": str(port),
            "HUBFINDER_SMTP_SECURITY": "none",
            "HUBFINDER_SMTP_FROM": "help@example.org",
        }
    return values


def _beside(parent: int) -> list[int]:
    """Numbers of the processes under one that run timed work, and of those that keep them running."""
    found = []
    for number in _children(parent):
        below = _children(number)
        if any("--until-parent-ends" in _words(one) for one in below):
            found += [number, *below]
    return found


def _children(parent: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _words(number: int) -> str:
    return Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ")


def _comes(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.2)
    return False
