"""Ask every judged query of the demonstration area, and print how many are answered."""

import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask

from hubfinder import create_app
from hubfinder.extensions import db
from hubfinder.settings import Settings
from tests.relevance.judging import (
    HERE,
    NO_ANSWER,
    Ask,
    Judgement,
    Tally,
    judge,
    queries,
    sample_path,
    tally,
)
from tests.support.postgres import SERVER, postgresql_database

REACHED = HERE / "reached.json"
Reached = dict[str, dict[str, int]]
"""Successes by set and kind; under the kind ``sure`` how many were also said with confidence."""
SURE = "sure"


@click.command()
@click.option("--misses", is_flag=True, help="Print each query that is not answered, and what it found.")
@click.option("--record", is_flag=True, help="Write what is reached into reached.json.")
@click.option("--postgresql", is_flag=True, help=f"On the server that {SERVER} names, not on SQLite.")
def report(misses: bool, record: bool, postgresql: bool) -> None:
    """Ask every judged query of the demonstration area, and print how many are answered."""
    with demonstration(postgresql) as app, tempfile.TemporaryDirectory() as folder:
        judgements = judge(queries(), asking(app), Path(folder))
    if not sample_path().is_file():
        click.echo(f"The sample is not at {sample_path()}: it was not asked.", err=True)
    for line in table(judgements):
        click.echo(line)
    if misses:
        for line in missed(judgements):
            click.echo(line)
    if record:
        _record("postgresql" if postgresql else "sqlite", reached(judgements))


@contextmanager
def demonstration(postgresql: bool) -> Iterator[Flask]:
    """An application with the demonstration area in a data folder of its own, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'directory.sqlite3'}"
        if postgresql:
            if SERVER not in os.environ:
                raise click.UsageError(f"{SERVER} names no server; scripts/postgres.sh starts one.")
            url = stack.enter_context(postgresql_database())
        app = create_app(Settings(data_dir=folder, database_url=url))
        with app.app_context():
            asking(app)(["demo"])
            yield app
            db.session.close()
            db.engine.dispose()


def asking(app: Flask) -> Ask:
    """The command line of an application, in this process."""

    def ask(arguments: Sequence[str]) -> str:
        result = app.test_cli_runner().invoke(args=list(arguments), catch_exceptions=False)
        if result.exit_code:
            raise click.ClickException(f"hubfinder {' '.join(arguments)}: {result.output}")
        return result.stdout

    return ask


def table(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Lines by set and kind, then over all sets by kind."""
    yield f"{'set':10} {'kind':18} {'answered':>8}  share  95 % interval"
    for name, by_kind in grouped(judgements).items():
        for kind, of_kind in by_kind.items():
            yield _line(name, kind, tally(of_kind))
        of_set = [one for some in by_kind.values() for one in some]
        yield _line(name, "all", tally(of_set))
        if name != NO_ANSWER:
            english = [one for one in of_set if one.query.kind != "language"]
            yield _line(name, "(English)", tally(english))
            yield _line(name, "(sure)", tally(of_set, lambda one: one.sure))
            yield _line(name, "(of all kinds)", tally(of_set, lambda one: one.in_all))
        yield ""
    by_kind = defaultdict(list)
    for one in judgements:
        if one.query.set != NO_ANSWER:
            by_kind[one.query.kind].append(one)
    for kind, of_kind in sorted(by_kind.items()):
        yield _line("every set", kind, tally(of_kind))
    by_language = defaultdict(list)
    for one in judgements:
        if one.query.language and one.query.set != NO_ANSWER:
            by_language[one.query.language].append(one)
    for language, of_language in sorted(by_language.items()):
        yield _line("language", language, tally(of_language))


def _line(name: str, kind: str, counted: Tally) -> str:
    low, high = counted.interval
    answered = f"{counted.successes}/{counted.total}"
    return f"{name:10} {kind:18} {answered:>8}  {counted.share:5.2f}  {low:.2f} to {high:.2f}"


def grouped(judgements: Iterable[Judgement]) -> dict[str, dict[str, list[Judgement]]]:
    """By set, then by kind, in the order they come."""
    groups: dict[str, dict[str, list[Judgement]]] = {}
    for one in judgements:
        groups.setdefault(one.query.set, {}).setdefault(one.query.kind, []).append(one)
    return groups


def reached(judgements: Iterable[Judgement]) -> Reached:
    """How many succeeded, by set and kind."""
    found: Reached = {}
    for name, by_kind in grouped(judgements).items():
        found[name] = {kind: tally(of_kind).successes for kind, of_kind in sorted(by_kind.items())}
        if name != NO_ANSWER:
            of_set = (one for some in by_kind.values() for one in some)
            found[name][SURE] = tally(of_set, lambda one: one.sure).successes
    return found


def recorded() -> Mapping[str, Reached]:
    """What was reached before, by database. Empty before anything was recorded."""
    if not REACHED.is_file():
        return {}
    found: dict[str, Reached] = json.loads(REACHED.read_text("utf-8"))
    return found


def _record(database: str, now: Reached) -> None:
    """Keep what is reached. A set that was not asked, as its file is not here, stays as it was."""
    before = dict(recorded())
    before[database] = {**before.get(database, {}), **now}
    REACHED.write_text(json.dumps(before, indent=2, sort_keys=True) + "\n", "utf-8")
    click.echo(f"Recorded in {REACHED.name}.")


def missed(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Each query that is not answered: what was expected, and what was found instead."""
    for one in judgements:
        if one.success:
            continue
        query = one.query
        where = " ".join(part for part in (query.near, query.age, query.language) if part)
        yield f"\n{query.set}/{query.kind}: {query.text}" + (f" ({where})" if where else "")
        if query.expected:
            yield f"   expected {' | '.join(sorted(query.expected))}; {_place_of(one)}"
        shown = one.first or one.results[:3]
        confident = tuple(found for found in one.results if found["confident"])[:3]
        for found in confident if query.set == NO_ANSWER else shown:
            sure = "" if found["confident"] else ", not confident"
            yield f"   found    {found['id']} ({found['kind']}, {found['score']:.3f}{sure})"


def _place_of(one: Judgement) -> str:
    """Where the first right one stands in the whole list."""
    places = [place for place, found in enumerate(one.results, 1) if found["id"] in one.query.expected]
    return f"stands at {places[0]} of everything found" if places else "not found at all"
