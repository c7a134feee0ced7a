"""Commands that search."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO

import click
from flask import current_app

from hubfinder.cli.problems import say_problem
from hubfinder.cli.shared import LEISURE, places, ready, settings, writing
from hubfinder.directory.reason_codes import as_object
from hubfinder.display.availability import brief
from hubfinder.extensions import db
from hubfinder.places.values import METRES_PER_MILE, Place, PlaceProblem
from hubfinder.search import documents
from hubfinder.search.engines import keeper_of
from hubfinder.search.files import Busy
from hubfinder.search.finder import Finder, best_of
from hubfinder.search.place_said import take_place
from hubfinder.search.values import Found, Results, Wanted
from hubfinder.vocab import Circumstance
from hubfinder.web.public.question import Question


@click.command()
@click.argument("text", default="")
@click.option("--near", metavar="POSTCODE", help="Where to look from: a postcode or the name of a place.")
@click.option("--age", metavar="YEARS", default="", help="Of the child: 7, 0.5 or pregnant.")
@click.option(
    "--circumstance",
    "circumstances",
    type=click.Choice([member.value for member in Circumstance]),
    multiple=True,
    help="What is true of the family; can be given several times.",
)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--as-typed", is_flag=True, help="Leave the spelling alone.")
@click.option("--explain", is_flag=True, help="Say what each score is made of.")
@click.option(
    "--batch",
    type=click.File("rb"),
    help="A file with one search a line, in UTF-8 (- for standard input), instead of TEXT.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print a list of objects for machines; one line a search."
)
def search(batch: BinaryIO | None, near: str | None, *, explain: bool, as_json: bool, **said: Any) -> None:
    """Search the directory and the national catalogue."""
    ready()
    wanted = _wanted(**said)
    place = _place(near, as_json) if near else None
    asking = Asking(replace(wanted, place=place), explain, as_json)
    if batch is None:
        if not asking.wanted.text:
            raise click.UsageError("Say what to look for, or give --batch FILE.")
        asking.answer(asking.wanted.text)
        return
    if asking.wanted.text:
        raise click.UsageError("Give either TEXT or --batch FILE, not both.")
    for line in batch:  # bytes: a line ends where a newline stands, whatever else is in it
        asking.answer(_text(line), is_one_of_many=True)


def _text(line: bytes) -> str:
    """A line of a batch; what is no UTF-8 spoils its own word and not the batch."""
    return line.decode("utf-8", errors="replace").removeprefix("\ufeff").strip()


@dataclass(frozen=True)
class Asking:
    """How searches are asked and their answers printed."""

    wanted: Wanted
    explain: bool
    as_json: bool

    def answer(self, text: str, *, is_one_of_many: bool = False) -> None:
        """Print what is found for a text. An empty line of many is answered too, with nothing."""
        results = self._found(text)
        found = best_of(results, self.wanted.limit) if text else []
        if self.as_json:
            objects = [_as_object(one, explain=self.explain) for one in found]
            click.echo(json.dumps(objects, ensure_ascii=False, indent=None if is_one_of_many else 2))
            return
        if is_one_of_many:
            click.secho(text, bold=True)
        _say_understood(results)
        for one in found:
            click.echo(_as_line(one))
            if self.explain:
                click.echo(_as_sum(one))
        if not found:
            click.echo("Nothing found. Try fewer or other words.")

    def _found(self, text: str) -> Results:
        finder: Finder = current_app.extensions["finder"]
        wanted = replace(self.wanted, text=text)
        if wanted.place is None:
            text, place = take_place(text, lambda said: places().find(db.session, said))
            if place:
                wanted = replace(wanted, text=text, place=places().find(db.session, place))
        results = finder.find(db.session, wanted, explain=self.explain)
        if results.engine == "database":
            click.echo(
                "The search index cannot be read: run `hubfinder index rebuild`. Until then:", err=True
            )
        return results


def _wanted(text: str, age: str, circumstances: tuple[str, ...], limit: int, *, as_typed: bool) -> Wanted:
    question = Question(
        text=text, age=age.strip().lower(), circumstances=tuple(map(Circumstance, circumstances))
    )
    if question.age and question.months is None:
        raise click.BadParameter("type years from 0 to 25, such as 7 or 0.5, or pregnant", param_hint="--age")
    return replace(question.wanted(None), limit=limit, as_typed=as_typed)


def _place(text: str, as_json: bool) -> Place:
    try:
        return places().find(db.session, text)
    except PlaceProblem as problem:
        say_problem(problem, as_json=as_json)
        sys.exit(1)


def _say_understood(results: Results) -> None:
    """What stands before the results: whom to ring, and how the words were read."""
    for concern in results.query.concerns:
        click.echo(f"{concern.heading}. {concern.text}")
        click.echo(f"In danger now? Ring 999. Lines: {', '.join(concern.lines)}")
    if results.query.corrected:
        click.echo(f"Showing results for {results.query.corrected}. As typed: --as-typed")


def _as_object(found: Found, *, explain: bool) -> dict[str, object]:
    card = found.card
    return {
        "kind": card["kind"],
        "id": card["key"],
        "name": card["name"],
        "score": round(found.score, 4),
        "confident": found.confident,
        "distance_m": found.distance_m,
        "group": found.group.value,
        "summary": card["summary"],
        "why": list(found.why),
        "available": as_object(found.available),
        "council": found.border.name if found.border else None,
        **({"explain": [asdict(part) for part in found.parts]} if explain else {}),
    }


def _as_line(found: Found) -> str:
    far = "" if found.distance_m is None else f"{found.distance_m / METRES_PER_MILE:.1f} miles"
    card, reason = found.card, brief(found.available)
    border = f" (in {found.border.name})" if found.border else ""
    why = f"{reason.words} {reason.listing}".strip()
    unsure = "" if found.confident else "  (not sure this is what you meant)"
    what = f"{card['name']}{border}  [{card['key']}]{unsure}"
    return f"{found.score:7.3f}  {found.group.value:9}  {far:>10}  {what}\n{'':30}  {why}"


def _as_sum(found: Found) -> str:
    """The parts of a score as a sum and its factors."""
    added = " + ".join(f"{part.value:.3f} {part.name}" for part in found.parts if not part.is_factor)
    factors = "".join(f" x {part.value:g} {part.name}" for part in found.parts if part.is_factor)
    held = f"{found.coverage:.0%} of what was asked"
    return f"{'':30}  ({added}){factors} = {found.score:.3f}; {held}"


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command()
def rebuild() -> None:
    """Write every search document again and build the index from them."""
    ready()
    documents_total = documents.listings(db.session)
    with writing(), click.progressbar(length=documents_total, label="Documents") as bar:
        documents.begin_rebuild(db.session, bar.update)
        db.session.commit()
    with click.progressbar(length=documents_total, label="Index    ") as bar:
        count = keeper_of(settings()).rebuild(db.session, settings().index_dir, bar.update)
    click.echo(f"{count} documents indexed.")


@index.command()
def heal() -> None:
    """Make again what is missing or damaged of the index, at leisure; the server starts it by itself."""
    ready()
    os.nice(LEISURE)
    with suppress(Busy):  # somebody else is at it
        changed = keeper_of(settings()).heal(db.session, settings().index_dir)
        click.echo(f"Search index: {changed} documents written.")


@index.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say whether the index is in step with the database."""
    ready()
    state = keeper_of(settings()).status(db.session, settings().index_dir)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "documents": state.documents,
                    "indexed": state.indexed,
                    "revision": state.revision,
                    "indexed_revision": state.indexed_revision,
                    "in_step": state.in_step,
                }
            )
        )
        return
    click.echo(f"{state.indexed} of {state.documents} documents are indexed.")
    click.echo("In step." if state.in_step else "Behind the database: run `hubfinder index rebuild`.")


COMMANDS: tuple[click.Command, ...] = (search, index)
