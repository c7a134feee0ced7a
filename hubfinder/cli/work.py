"""``hubfinder work``: what is done by the clock, again and again, by as many workers as there are."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import FrameType

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from hubfinder.cli.failing import sentence_of
from hubfinder.cli.shared import LEISURE, ready, settings
from hubfinder.cli.timed_work import WORKS, Job, Work
from hubfinder.clock import now
from hubfinder.extensions import db
from hubfinder.post.turns import finish, take_turn
from hubfinder.vault.keys import KeysRefused

BETWEEN = 15.0
"""Seconds between two rounds."""
BETWEEN_POST = 5.0
"""Seconds between two rounds of what somebody is waiting for: email and messages."""
LOOK = 1.0
"""Seconds between two looks at whether to go on."""


@click.command()
@click.option("--once", is_flag=True, help="Do one round, and end.")
@click.option("--until-parent-ends", is_flag=True, hidden=True, help="End with the server that started it.")
def work(once: bool, until_parent_ends: bool) -> None:
    """Send email, remind, look at websites and forget what was kept long enough, until interrupted.

    `hubfinder serve` starts this by itself. Several may run on several machines: each kind of work is done
    by one of them at a time.
    """
    ready()
    os.nice(LEISURE)
    stop = _stopped_by_signals()
    parent = os.getppid()

    def is_stopped() -> bool:
        return stop.is_set() or (until_parent_ends and os.getppid() != parent)

    if once:
        one_round(is_stopped)
        click.echo("Timed work: done.")
        return
    _go_on(is_stopped)
    click.echo("Timed work: stopped.")


def _go_on(is_stopped: Callable[[], bool]) -> None:
    """Until stopped: post in a thread of its own, so that it does not wait for what takes its time."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Werkzeug's own way
    prompt = [kind for kind in WORKS if kind.is_prompt]
    other = [kind for kind in WORKS if not kind.is_prompt]

    is_over = Event()

    def send() -> None:
        with app.app_context():
            _rounds(prompt, BETWEEN_POST, lambda: is_stopped() or is_over.is_set())

    with ThreadPoolExecutor(1, "post") as threads:
        sender = threads.submit(send)
        try:
            _rounds(other, BETWEEN, lambda: is_stopped() or sender.done())
        finally:
            is_over.set()  # what breaks one off ends the other: the server begins both again
    sender.result()


def _rounds(kinds: Sequence[Work], between: float, is_stopped: Callable[[], bool]) -> None:
    while True:
        one_round(is_stopped, kinds)
        if _rested(between, is_stopped):
            return


def one_round(is_stopped: Callable[[], bool] = bool, kinds: Sequence[Work] | None = None) -> None:
    """Every kind of work that is due. What fails is told in a sentence, and tried again in the next round."""
    for kind in WORKS if kinds is None else kinds:
        if is_stopped():
            return
        try:
            said = do(kind, is_stopped)
        except (DBAPIError, KeysRefused, OSError) as failure:
            db.session.rollback()
            said = f"failed: {sentence_of(failure)}"
        finally:
            db.session.close()
        if said:
            click.echo(f"{now():%Y-%m-%d %H:%M} {kind.name}: {said}")


def do(kind: Work, is_stopped: Callable[[], bool] = bool) -> str:
    """One kind of work, if it is due and nobody else is at it; what came of it."""
    job = Job(db.session, settings(), is_stopped)
    if kind.may_be_shared:
        db.session.rollback()
        return kind.do(job)
    turn = take_turn(db.session, kind.name, kind.every, kind.lasts)
    if turn is None:
        return ""
    said = kind.do(job)
    finish(db.session, turn, said, is_done=not is_stopped())
    return said


def _stopped_by_signals() -> Event:
    """Set once somebody interrupts; a second time they need not wait for what is being done."""
    stop = Event()

    def note(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    return stop


def _rested(between: float, is_stopped: Callable[[], bool]) -> bool:
    """Wait for the next round; true where there is to be none."""
    until = time.monotonic() + between
    while time.monotonic() < until:
        if is_stopped():
            return True
        time.sleep(LOOK)
    return is_stopped()


COMMANDS: tuple[click.Command, ...] = (work,)
