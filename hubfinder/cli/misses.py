"""``hubfinder search-misses``: what families looked for and did not find."""

import json
import re
from dataclasses import asdict

import click

from hubfinder.cli.shared import ready, settings
from hubfinder.extensions import db
from hubfinder.search.misses import Missed, often_missed

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def _month(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not _MONTH.fullmatch(value):
        raise click.BadParameter("a month looks like 2026-11")
    return value


@click.command("search-misses")
@click.option("--month", metavar="YYYY-MM", default="", callback=_month, help="Only this month.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects for machines.")
def search_misses(month: str, as_json: bool) -> None:
    """List the words that found nothing, those looked for most often first.

    Words that were looked for less often than HUBFINDER_MISSES_SHOWN_FROM are not listed: they may be one
    person's.
    """
    ready()
    found = often_missed(db.session, settings().misses_shown_from, month)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("Nothing was looked for often enough and not found.")


def _line(one: Missed) -> str:
    areas = ", ".join(f"{area}: {times}" for area, times in one.areas.items())
    return f"{one.times:6}  {one.words}" + (f"  ({areas})" if areas else "")


COMMANDS: tuple[click.Command, ...] = (search_misses,)
