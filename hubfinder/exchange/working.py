"""Doing what a batch says is to be done: the one entrance for commands and for work in the background."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange import applying, jobs, previewing, register_deciding, register_reading, undoing
from hubfinder.exchange.batches import AT_WORK, Incoming, begin_batch, move
from hubfinder.exchange.models import Batch
from hubfinder.people.values import Actor
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState

Progress = Callable[[int, int], None]
STILL = 120
"""Seconds that the folder of a batch has to lie untouched before its work is gone on with by itself: whoever
just begins has not taken it yet, and what breaks off again and again must not keep the machine busy.
"""


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


def receive(session: Session, settings: Settings, actor: Actor, file: Incoming, path: Path) -> int:
    """Remember a file that was kept, and put it where the work finds it; its number."""
    begin_writing(session)
    number = begin_batch(session, actor, file).id
    jobs.give_file(settings, number, path)
    session.commit()
    return number


def decide(session: Session, actor: Actor, batch: Batch, after: BatchState) -> bool:
    """Say that a batch is to be applied, or undone; false where somebody else was first.

    The caller has begun with ``begin_writing``, and commits.
    """
    before = {BatchState.APPLYING: BatchState.PREVIEW, BatchState.UNDOING: BatchState.APPLIED}[after]
    moved = move(session, batch, {before}, after)
    if moved:
        batch.decider_id, batch.done = actor.id, 0
    return moved


def work(session: Session, settings: Settings, number: int, progress: Progress = silent) -> BatchState:
    """Do it, or go on with it; what state it comes to.

    Raises:
        AlreadyAtWork: another process does.
    """
    with jobs.holding(settings, number) as path, _collecting_after_chunks(progress) as told:
        batch = session.get_one(Batch, number)
        state, is_register = batch.state, bool(batch.register_key)
        session.rollback()
        match state:
            case BatchState.READING if is_register:
                register_reading.read_register(session, number, path, told)
            case BatchState.READING:
                previewing.preview(session, number, path, told)
            case BatchState.APPLYING if is_register:
                register_deciding.work_off(session, number, told)
            case BatchState.APPLYING:
                applying.apply(session, number, told)
            case BatchState.UNDOING:
                undoing.undo(session, number, told)
    jobs.forget_file(settings, number)
    return session.get_one(Batch, number, populate_existing=True).state


@contextmanager
def _collecting_after_chunks(progress: Progress) -> Iterator[Progress]:
    """Python looks for garbage after each chunk only: looking all the time takes a third of the work."""
    gc.freeze()
    gc.disable()

    def told(done: int, whole: int) -> None:
        gc.collect()
        progress(done, whole)

    try:
        yield told
    finally:
        gc.enable()
        gc.unfreeze()


def is_busy(session: Session, settings: Settings, actor: Actor, but: int = 0) -> bool:
    """Whether work that somebody asked for waits or goes on; ``but`` is a batch that does not count."""
    asked = or_(
        and_(Batch.state == BatchState.READING, Batch.person_id == actor.id),
        and_(Batch.state.in_(AT_WORK - {BatchState.READING}), Batch.decider_id == actor.id),
    )
    numbers = session.scalars(select(Batch.id).where(asked, Batch.id != but)).all()
    return any(jobs.is_at_work(settings, number) for number in numbers)


def broken_off(session: Session, settings: Settings) -> list[int]:
    """Numbers of batches whose work nobody does any more."""
    numbers = session.scalars(select(Batch.id).where(Batch.state.in_(AT_WORK)).order_by(Batch.id))
    return [number for number in numbers if not jobs.is_at_work(settings, number)]


def go_on(session: Session, settings: Settings) -> list[int]:
    """Have gone on with what was broken off on this machine, and what waits in line here; the numbers of the
    first. What another machine works on has no folder here.
    """
    before = time.time() - STILL
    found = []
    for number in broken_off(session, settings):
        folder = jobs.folder_of(settings, number)
        if folder.is_dir() and folder.stat().st_mtime < before:
            os.utime(folder)
            found.append(number)
    session.rollback()
    for number in found:
        jobs.start(settings, number)
    jobs.attend(settings)
    return found
