"""What a process does that makes many sheets: it has its own application and gives way to everybody else."""

import gc
import io
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import typst
from sqlalchemy.exc import DBAPIError

from hubfinder.cli.failing import sentence_of
from hubfinder.cli.shared import LEISURE
from hubfinder.database import begin_reading
from hubfinder.extensions import db
from hubfinder.settings import Settings
from hubfinder.sheets.actions import record_later
from hubfinder.sheets.folders import put
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.making import Maker
from hubfinder.sheets.many import Done, Task
from hubfinder.sheets.scopes import ScopeUnknown
from hubfinder.sheets.typeset import Overflow
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.workers import Make
from hubfinder.slots import Busy, Slots

PLACES = "many"
"""Its places to typeset at are its own: pages never wait for them."""
PATIENCE = 60.0
_FAILURES = (ScopeUnknown, Overflow, Busy, FontsMissing, typst.TypstError, OSError, DBAPIError)
_KILO = 1024


@contextmanager
def start(settings: Settings) -> Iterator[Make[Task, Done]]:
    """Make an application, and give what makes a sheet with it."""
    from hubfinder import create_app  # noqa: PLC0415 - the package imports the commands first

    os.nice(LEISURE)
    app = create_app(settings)
    # nothing is kept: a thousand sheets would push out of the folder what is asked for on pages
    without = settings.model_copy(update={"sheet_cache_megabytes": 0})
    maker = Maker(app.extensions["finder"], app.extensions["places"], without)
    maker.slots = Slots(settings.sheets_dir / PLACES, os.cpu_count() or 1, PATIENCE)
    gc.collect()
    gc.freeze()

    def make(task: Task) -> tuple[Done, int]:
        with app.app_context():
            return _made(maker, task), megabytes()

    try:
        yield make
    finally:
        with app.app_context():
            db.engine.dispose()


def count_pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _sentence(failure: Exception) -> str:
    return "it does not fit on its paper" if isinstance(failure, Overflow) else sentence_of(failure)


def megabytes() -> int:
    """The most memory that this process has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // _KILO // (_KILO if sys.platform == "darwin" else 1)


def _made(maker: Maker, task: Task) -> Done:
    """The file of a sheet, unless it is there with the same content; or why there is none."""
    begin_reading(db.session)
    try:
        sheet = maker.sheet(db.session, task.order)
        if sheet.version.code == task.unless:
            return Done(version=task.unless, is_unchanged=True)
        data = maker.pdf(sheet)
        record_later(sheet, maker.settings)  # before the file is there, so that none is without its code
        put(task.file, data)
    except _FAILURES as failure:
        return Done(problem=_sentence(failure))
    finally:
        db.session.rollback()
    return _done(sheet, data)


def _done(sheet: Sheet, data: bytes) -> Done:
    return Done(
        version=sheet.version.code,
        listings=len(sheet.lines),
        left_out=sheet.more.count,
        pages=count_pages(data),
        bytes=len(data),
        made_on=sheet.made_on.isoformat(),
    )
