"""``hubfinder derive ...``: footprints worked out from what is here, stored and reported like imports."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from hubfinder.cli.imports import Word, lines_of, options_of, plain_errors
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, settings
from hubfinder.extensions import db
from hubfinder.ingest.derived_areas import BEST_FIT, DISSOLVE, OVERLAP
from hubfinder.ingest.derived_networks import BY_PATIENTS, BY_PRACTICE
from hubfinder.ingest.derived_schools import NEAREST_SCHOOL
from hubfinder.ingest.deriving import Common
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.kinds import KINDS
from hubfinder.ingest.report import Report
from hubfinder.ingest.running import How, import_files
from hubfinder.search import engines

FILE = click.Path(path_type=Path)
ENDING = {"skip_bad_rows", "no_memberships", "as_json"}


class By(StrEnum):
    """Ways to draw the networks."""

    PATIENTS = "patients"
    NEAREST_PRACTICE = "nearest-practice"


@click.group()
def derive() -> None:
    """Work out footprints from other footprints, places and lists. Each says how it was made."""


def _run(
    kind: Kind[Any],
    name: Path,
    given: dict[str, Any],
    before: Sequence[tuple[Kind[Any], Path | None]] = (),
) -> None:
    """Import the files of ``before``, each by itself, then derive in one transaction, and tell."""
    as_json, no_memberships = given.pop("as_json"), given.pop("no_memberships")
    with progress_bar() as progress, plain_errors():
        plain = How(skip_bad_rows=given.pop("skip_bad_rows"), progress=progress)
        reports = _imported([(first, file) for first, file in before if file is not None], plain)
        if all(report.saved for report in reports):
            how = replace(plain, memberships=not no_memberships)
            reports += import_files(db.session, kind, [name], kind.options(**given), how)
    _tell(reports, as_json=as_json)


def _imported(files: Sequence[tuple[Kind[Any], Path]], how: How) -> list[Report]:
    """What came of importing files one after another, up to the first that is refused."""
    reports: list[Report] = []
    for kind, file in files:
        reports += import_files(db.session, kind, [file], kind.options(), how)
        db.session.expunge_all()
        if not reports[-1].saved:
            break
    return reports


def _tell(reports: Sequence[Report], *, as_json: bool) -> None:
    """Say what came of each step, and bring the search index in step; exit with 1 if one was refused."""
    done = all(report.saved for report in reports)
    if as_json:
        found = [asdict(replace(report, versions=[])) for report in reports]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        if done:
            engines.catch_up(db.session, settings(), check=True)
            db.session.rollback()
    else:
        for report in reports:
            click.echo("\n".join(_lines(report)))
        if done:
            index_what_changed()
    if not done:
        click.echo("Nothing was derived.", err=True)
        sys.exit(1)


def _lines(report: Report) -> list[str]:
    """A report in plain sentences; what was derived without a file has no rows to tell of."""
    lines = lines_of(report)
    if not report.rows and not report.refusal:
        done = ", ".join(f"{number:,} {what}" for what, number in report.counts.items())
        lines[0] = f"{report.file}: {done or 'nothing'}."
    return lines


def _networks(by: By, practices: Path | None, networks: Path | None, **given: Any) -> None:
    if by is By.NEAREST_PRACTICE:
        before = [(KINDS["practices"], practices), (KINDS["practice-networks"], networks)]
        _run(BY_PRACTICE, Path(given["layer"] or "networks by nearest practice"), given, before)
        return
    common = {field.name for field in fields(Common)} | ENDING
    strange = sorted(name for name, value in given.items() if value and name not in common)
    if practices or networks or strange or given["layer"]:
        raise click.UsageError("With --by patients the networks are those of the patients that are stored.")
    _run(BY_PATIENTS, Path("networks by patients"), {name: given[name] for name in common})


def _lookup(kind: Kind[Any]) -> Callable[..., None]:
    return lambda lookup, **given: _run(kind, lookup, given)


def _overlap(**given: Any) -> None:
    _run(OVERLAP, Path(f"{given['footprint_kind'].value} by largest overlap"), given)


def _schools(**given: Any) -> None:
    _run(NEAREST_SCHOOL, Path("nearest schools"), given)


def _ending() -> list[click.Parameter]:
    """Options that every one of these commands ends with."""
    later = "Do not work out yet which postcode is in which footprint: `hubfinder memberships` does."
    return [
        click.Option(["--skip-bad-rows"], is_flag=True, help="Leave out rows that have to be refused."),
        click.Option(["--no-memberships"], is_flag=True, help=later),
        click.Option(["--json", "as_json"], is_flag=True, help="Say what came of it as JSON."),
    ]


def _command(
    name: str,
    words: str,
    kind: Kind[Any],
    run: Callable[..., None],
    own: Sequence[click.Parameter] = (),
) -> click.Command:
    parameters = [*own, *options_of(kind), *_ending()]
    return click.Command(name, params=parameters, callback=run, help=words)


BY = click.Option(
    ["--by"], type=Word(By), default=By.PATIENTS.value, show_default=True, help="How to draw the networks."
)
PRACTICE_FILES = (
    click.Option(["--practices"], type=FILE, help="First import this file of practices (epraccur)."),
    click.Option(["--networks"], type=FILE, help="First import this file of which practice is in which."),
)
LOOKUP = click.Option(
    ["--lookup"], type=FILE, required=True, help="A CSV file: which part belongs to which area."
)
for _made in (
    _command(
        "networks",
        "Primary care networks: by the patients of small areas, or by the nearest practice.",
        BY_PRACTICE,
        _networks,
        (BY, *PRACTICE_FILES),
    ),
    _command(
        "schools",
        "Nearest-school areas. They are not admissions areas, and never take the place of a catchment.",
        NEAREST_SCHOOL,
        _schools,
    ),
    _command(
        "best-fit",
        "Areas of whole smaller ones by a best-fit lookup: wards of small areas.",
        BEST_FIT,
        _lookup(BEST_FIT),
        (LOOKUP,),
    ),
    _command(
        "dissolve",
        "Areas that smaller ones add up to exactly, by a lookup: middle areas of small areas.",
        DISSOLVE,
        _lookup(DISSOLVE),
        (LOOKUP,),
    ),
    _command(
        "overlap",
        "Areas of whole smaller ones, each given to the area that has most of its ground.",
        OVERLAP,
        _overlap,
    ),
):
    derive.add_command(_made)

COMMANDS: tuple[click.Command, ...] = (derive,)
