"""``hubfinder sheet`` makes one local offer sheet, ``hubfinder sheets`` many."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import typst
from flask import current_app

from hubfinder.cli import sheet_work
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import places, ready, settings
from hubfinder.cli.sheet_options import LANGUAGES, area, choices, order_of, scope
from hubfinder.clock import now, today
from hubfinder.directory.keys import make_key
from hubfinder.display.language import DEFAULT, KNOWN
from hubfinder.extensions import db
from hubfinder.sheets.actions import record_waiting
from hubfinder.sheets.calendar import calendar_of
from hubfinder.sheets.combining import Part, combine
from hubfinder.sheets.everyone import ALL, FORMS as GROUPS, everyone, read_group
from hubfinder.sheets.folders import FAILED, MADE, UNCHANGED, Folder, Row, put
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.making import Maker
from hubfinder.sheets.many import (
    ALL_SHEETS,
    CHANGED_SHEETS,
    Summary,
    Work,
    by_scope,
    file_name,
    finish,
    make_many,
)
from hubfinder.sheets.orders import FORMS, OrderRefused, ScopeName, SheetOrder, read_scope
from hubfinder.sheets.plain import text_of
from hubfinder.sheets.scopes import ScopeUnknown, find_scope
from hubfinder.sheets.typeset import Overflow
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.word import docx_of
from hubfinder.sheets.workers import CannotStart
from hubfinder.slots import Busy
from hubfinder.vocab import FootprintKind

WEEKS = 13
"""How far ahead a calendar goes."""
STDOUT = "-"
FILES = ("pdf", "txt", "docx", "ics")
STOPPED = 130
"""The exit code of a command that was stopped by Ctrl-C."""
Within = tuple[FootprintKind, str]


@click.command()
@click.option(
    "--for", "name", callback=scope, required=True, metavar="KIND:CODE", help=FORMS.replace(" or list", "")
)
@click.option("--language", type=LANGUAGES, default=DEFAULT, show_default=True)
@choices
@click.option(
    "--format", "form", type=click.Choice(FILES), help="Default: as the file's name ends, else pdf."
)
@click.option(
    "--out", metavar="FILE", help="Where to write it (- for standard output). Default: by its title."
)
def sheet(name: ScopeName, language: str, form: str | None, out: str | None, **chosen: Any) -> None:
    """Make one local offer sheet."""
    ready()
    form = form or _form_of(out)
    maker: Maker = current_app.extensions["sheets"]
    order = order_of(name, language, **chosen)
    with refusing():
        made = maker.sheet(db.session, order)
        data = _forms(maker)[form](made)
        if form == "pdf":
            maker.record(db.session, made)
    if out == STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    path = Path(out) if out else Path(_name_of(made, form))
    put(path, data)
    click.echo(f"{path}: {made.title}")
    click.echo(f"Version {made.version.code}, listings: {len(made.lines)}, did not fit: {made.more.count}.")


@click.command()
@click.option(
    "--for",
    "wanted",
    required=True,
    multiple=True,
    metavar="WHOM",
    help=f"{GROUPS}; or one, such as school:990001. Can be given several times.",
)
@click.option(
    "--within", callback=area, metavar="KIND:CODE", help="Only those in this area, such as ward:Z05000001."
)
@click.option(
    "--language", "languages", type=LANGUAGES, multiple=True, default=(DEFAULT,), help="Can be repeated."
)
@choices
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder.")
@click.option("--changed", is_flag=True, help="Make only what changed since it was last made in the folder.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True, help="Processes.")
@click.option("--no-combined", is_flag=True, help="Do not make one PDF of all for the print room.")
def sheets(
    wanted: tuple[str, ...],
    within: Within | None,
    languages: tuple[str, ...],
    out: Path,
    *,
    changed: bool,
    no_combined: bool,
    **chosen: Any,
) -> None:
    """Make many sheets: a file each, a list (sheets.csv), and one PDF of all for the print room.

    When it was broken off, the same command goes on where it was. The exit code is 1 if a sheet failed.
    """
    ready()
    names = _names(wanted, within)
    if not names:
        raise click.ClickException("There is nobody to make sheets for.")
    usual = order_of(next(iter(names)), **chosen)
    orders = list(by_scope(usual, names, dict.fromkeys(languages)))
    work = Work(orders, names, changed, min(chosen["workers"], len(orders)))
    db.session.rollback()
    folder = Folder(out)
    with folder.held():
        summary = _made(folder, work)
        record_waiting(db.session, settings())
        if not no_combined:
            _combine(folder, summary, changed_only=changed)
        finish(folder, "done")
    _tell(folder, summary, changed_only=changed)
    sys.exit(1 if summary.of(FAILED) else 0)


@contextmanager
def refusing() -> Iterator[None]:
    """Say in a sentence why there is no sheet."""
    try:
        yield
    except ScopeUnknown as unknown:
        raise click.ClickException(f"{unknown}. Give {FORMS.replace(' or list', '')}.") from unknown
    except Overflow as error:
        raise click.ClickException(
            "It does not fit on this paper. Give more pages or larger paper."
        ) from error
    except Busy as error:
        raise click.ClickException("Other sheets are being made. Try again in a minute.") from error
    except (FontsMissing, typst.TypstError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        db.session.rollback()


def _names(wanted: Iterable[str], within: Within | None) -> dict[ScopeName, str]:
    """Whom to make sheets for, with their names; those that are not known have none, and fail later."""
    found: dict[ScopeName, str] = {}
    try:
        for text in wanted:
            if text.startswith(ALL):
                found |= everyone(db.session, read_group(text), within)
            else:
                name = read_scope(text)
                found[name] = _name(name)
    except OrderRefused as refused:
        raise click.BadParameter(refused.problem) from refused
    return found


def _name(name: ScopeName) -> str:
    try:
        return find_scope(db.session, places(), name).title
    except ScopeUnknown:
        return ""


def _made(folder: Folder, work: Work) -> Summary:
    """Make the sheets, with a bar; whatever ends the work is noted in the folder."""
    try:
        with progress_bar() as progress:

            def tell(_row: Row, done: int, total: int) -> None:
                progress("Sheets", done, total)

            return make_many(folder, work, partial(sheet_work.start, settings()), now(), tell)
    except KeyboardInterrupt:
        finish(folder, "stopped")
        click.echo("Stopped. The same command goes on from here.", err=True)
        sys.exit(STOPPED)
    except CannotStart as error:
        finish(folder, "broken", str(error))
        raise click.ClickException(str(error)) from error


def _combine(folder: Folder, summary: Summary, *, changed_only: bool) -> None:
    """One PDF of all; with ``--changed`` also one of those that have to be printed again."""
    _combined(folder, [row for row in summary.rows if row.file], ALL_SHEETS)
    if changed_only:
        _combined(folder, summary.of(MADE), CHANGED_SHEETS)


def _combined(folder: Folder, rows: Sequence[Row], name: str) -> None:
    path = folder.path / name
    path.unlink(missing_ok=True)  # an old one must not be taken for this one
    if not rows:
        return
    parts = [Part(folder.path / row.file, f"{row.name} ({KNOWN[row.language].name})") for row in rows]
    title = f"Offer sheets of {today():%d %B %Y}"
    combine(parts, path, title=title, author=settings().council_name, language=rows[0].language)


def _tell(folder: Folder, summary: Summary, *, changed_only: bool) -> None:
    """What came of it: figures, what is new, and what failed."""
    made, failed = summary.of(MADE), summary.of(FAILED)
    again = f" ({summary.resumed:,} of them before it was broken off)" if summary.resumed else ""
    click.echo(
        f"{folder.path}: made {len(made):,}{again}, unchanged {len(summary.of(UNCHANGED)):,}, "
        f"failed {len(failed):,}."
    )
    for row in made if changed_only else ():
        click.echo(f"Changed: {row.name or row.scope} ({row.language}): {row.file}")
    for row in failed:
        click.echo(f"{row.name or row.scope} ({row.language}): {row.outcome}", err=True)


def _forms(maker: Maker) -> dict[str, Callable[[Sheet], bytes]]:
    """How each form of a sheet is made."""
    day = today()
    return {
        "pdf": maker.pdf,
        "txt": lambda made: text_of(made).encode(),
        "docx": docx_of,
        "ics": lambda made: calendar_of(made, day, day + timedelta(weeks=WEEKS)),
    }


def _form_of(out: str | None) -> str:
    end = Path(out).suffix.lower().removeprefix(".") if out and out != STDOUT else ""
    return end if end in FILES else FILES[0]


def _name_of(made: Sheet, form: str) -> str:
    """A file name by the title; of a title in another script by what the sheet is for."""
    order: SheetOrder = made.order
    if order.language == DEFAULT:
        return f"{make_key(str(made.title))}.{form}"
    return file_name(order).removesuffix("pdf") + form


COMMANDS: tuple[click.Command, ...] = (sheet, sheets)
