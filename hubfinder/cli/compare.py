"""``hubfinder compare OF WITH``: which footprints of two kinds fit together, and which straddle."""

import json
from pathlib import Path

import click

from hubfinder.cli.shared import ready
from hubfinder.extensions import db
from hubfinder.places.fitting import FIT, Fit, Verdict, fits, fitting_first, summary
from hubfinder.places.overlap import COMPARABLE, AreaUnknown, Overlap, Within, loaded_kinds, overlap
from hubfinder.places.overlap_export import as_csv, as_object, export_of
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.fitting import fit_sentence, plainly

KIND = click.Choice([kind.value for kind in COMPARABLE])
MOST_PAIRS = 40_000
"""Ground is measured where there can be no more pairs than this, or within an area: it takes its time."""
HEADINGS = {
    Verdict.FITS: "Fit inside one",
    Verdict.PARTLY: "Partly in one, otherwise in none",
    Verdict.STRADDLES: "Straddle several",
    Verdict.OUTSIDE: "Outside all of them",
}


def area(_context: click.Context, _option: click.Parameter, text: str | None) -> Within | None:
    """An area as the command line names it: ``local_authority:Z06000001``."""
    if text is None:
        return None
    kind, _, code = text.partition(":")
    if kind not in KIND.choices or not code:
        raise click.BadParameter("give a kind and a code, such as local_authority:Z06000001")
    return FootprintKind(kind), code


@click.command()
@click.argument("of", type=KIND)
@click.argument("with_", metavar="WITH", type=KIND)
@click.option(
    "--within", callback=area, metavar="KIND:CODE", help="Count only the postcodes of this footprint."
)
@click.option(
    "--by-share",
    is_flag=True,
    help="Count a postcode for each network by its share, not only for the likeliest.",
)
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write a table to this file."
)
@click.option("--json", "as_json", is_flag=True, help="Print an object for machines.")
def compare(
    of: str,
    with_: str,
    within: Within | None,
    by_share: bool,
    file: Path | None,
    as_json: bool,
) -> None:
    """Say which footprints of the kind OF fit inside those of the kind WITH, and which straddle."""
    ready()
    found = _found(FootprintKind(of), FootprintKind(with_), within, by_share)
    if file:
        with file.open("w", encoding="utf-8-sig", newline="") as lines:
            lines.writelines(as_csv(export_of(db.session, found)))
        click.echo(f"{file}: {len(found.cells):,} pairs.")
    elif as_json:
        click.echo(json.dumps(as_object(export_of(db.session, found)), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)


def _found(of: FootprintKind, with_: FootprintKind, within: Within | None, by_share: bool) -> Overlap:
    """The comparison.

    Raises:
        click.ClickException: there is nothing to compare, in a sentence.
    """
    if of is with_:
        raise click.ClickException("Both kinds are the same. Choose two different kinds.")
    there = loaded_kinds(db.session)
    missing = [kind.value for kind in (of, with_) if kind not in there]
    if missing:
        known = ", ".join(kind.value for kind in there) or "none"
        raise click.ClickException(
            f"No footprints of the kind {missing[0]} have been imported. There are: {known}."
        )
    ground = within is not None or there[of] * there[with_] <= MOST_PAIRS
    try:
        return overlap(db.session, of, with_, within, ground=ground, likeliest=not by_share)
    except AreaUnknown as unknown:
        raise click.ClickException(f"There is no footprint {unknown} to compare within.") from unknown


def _lines(found: Overlap) -> list[str]:
    all_fits = fitting_first(fits(found))
    if not all_fits:
        return [f"No live postcode there is in any {found.of.value}."]
    total = summary(all_fits)
    first = (
        f"{total.numbers[Verdict.FITS]:,} of {len(all_fits):,} fit inside one {found.with_.value} "
        f"(at least {FIT:.0%} of the postcodes). They have {total.share_fitting:.0%} of the postcodes."
    )
    lines = [first]
    for verdict, heading in HEADINGS.items():
        lines += _list(heading, [fit for fit in all_fits if fit.verdict is verdict])
    return lines


def _list(heading: str, some: list[Fit]) -> list[str]:
    return [f"{heading}: {len(some):,}", *(f"  {fit_sentence(fit, plainly)}" for fit in some)] if some else []


COMMANDS: tuple[click.Command, ...] = (compare,)
