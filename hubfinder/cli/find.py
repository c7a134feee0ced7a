"""Commands that search."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace

import click
from flask import current_app

from hubfinder.cli.problems import say_problem
from hubfinder.cli.shared import places, ready, settings, writing
from hubfinder.directory.reason_codes import as_object
from hubfinder.extensions import db
from hubfinder.places.values import METRES_PER_MILE, Place, PlaceProblem
from hubfinder.search import documents, indexing
from hubfinder.search.finder import Finder, best_of
from hubfinder.search.values import Found, Wanted
from hubfinder.vocab import Circumstance
from hubfinder.web.public.question import Question
from hubfinder.web.shared.availability import brief


@click.command()
@click.argument("text")
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
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects for machines.")
def search(
    text: str, near: str | None, age: str, circumstances: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """Search the directory and the national catalogue."""
    ready()
    wanted = _wanted(text, age, circumstances, limit)
    place = _place(near, as_json) if near else None
    finder: Finder = current_app.extensions["finder"]
    results = finder.find(db.session, replace(wanted, place=place))
    if results.engine == "database":
        click.echo("The search index cannot be read: run `hubfinder index rebuild`. Until then:", err=True)
    found = best_of(results, limit)
    if as_json:
        click.echo(json.dumps([_as_object(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(_as_line(one))
    if not found:
        click.echo("Nothing found. Try fewer or other words.")


def _wanted(text: str, age: str, circumstances: Iterable[str], limit: int) -> Wanted:
    question = Question(
        text=text, age=age.strip().lower(), circumstances=tuple(map(Circumstance, circumstances))
    )
    if question.age and question.months is None:
        raise click.BadParameter("type years from 0 to 25, such as 7 or 0.5, or pregnant", param_hint="--age")
    return replace(question.wanted(None), limit=limit)


def _place(text: str, as_json: bool) -> Place:
    try:
        return places().find(db.session, text)
    except PlaceProblem as problem:
        say_problem(problem, as_json=as_json)
        sys.exit(1)


def _as_object(found: Found) -> dict[str, object]:
    card = found.card
    return {
        "kind": card["kind"],
        "id": card["key"],
        "name": card["name"],
        "score": found.score,
        "distance_m": found.distance_m,
        "group": found.group.value,
        "summary": card["summary"],
        "why": list(found.why),
        "available": as_object(found.available),
        "council": found.border.name if found.border else None,
    }


def _as_line(found: Found) -> str:
    far = "" if found.distance_m is None else f"{found.distance_m / METRES_PER_MILE:.1f} miles"
    card, reason = found.card, brief(found.available)
    border = f" (in {found.border.name})" if found.border else ""
    why = f"{reason.words} {reason.listing}".strip()
    return (
        f"{found.score:7.3f}  {found.group.value:9}  {far:>10}  {card['name']}{border}  [{card['key']}]\n"
        f"{'':30}  {why}"
    )


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
        count = indexing.rebuild(db.session, settings().index_dir, bar.update)
    click.echo(f"{count} documents indexed.")


@index.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say whether the index is in step with the database."""
    ready()
    state = indexing.status(db.session, settings().index_dir)
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
