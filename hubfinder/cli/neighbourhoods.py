"""``hubfinder neighbourhoods``: compose one of other footprints by a file, look at it, and publish it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from hubfinder.cli.neighbourhood_lines import as_object, lines_of_drift, lines_of_preview, lines_of_version
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, ready, writing
from hubfinder.clock import today
from hubfinder.directory.previewing import preview as previewed
from hubfinder.extensions import db
from hubfinder.ingest.neighbourhoods import ChangedMeanwhile, Published, publish as publish_recipe
from hubfinder.ingest.running import WORKING_OUT
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import draft, drift, published, recipe_of, version_of
from hubfinder.places.recipe_files import MOST_BYTES, as_file, read_fields
from hubfinder.places.recipes import NEEDED, Recipe, RecipeRefused, read_recipe

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def neighbourhoods() -> None:
    """Compose neighbourhoods of other footprints: preview, publish, list, show, check."""


@neighbourhoods.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print an object for machines.")
def preview(file: Path, as_json: bool) -> None:
    """Say what the recipe in FILE makes, and how that compares with other footprints. Changes nothing."""
    ready()
    with refusing(str(file)):
        found = previewed(db.session, draft(db.session, _recipe(file)))
    if as_json:
        click.echo(json.dumps(as_object(found), ensure_ascii=False, indent=2))
        return
    for line in lines_of_preview(found):
        click.echo(line)


@neighbourhoods.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Publish without asking.")
def publish(file: Path, yes: bool) -> None:
    """Publish the recipe in FILE as the next version of its neighbourhood. The one before stays readable."""
    ready()
    with refusing(str(file)):
        recipe = _recipe(file)
        found = previewed(db.session, draft(db.session, recipe))
        looked_at = found.replaces.number if found.replaces else 0
        for line in lines_of_preview(found):
            click.echo(line)
        if not yes:
            click.confirm(f"Publish it as version {looked_at + 1} of {recipe.own}?", abort=True)
        with writing(), progress_bar() as progress:
            done = publish_recipe(db.session, recipe, looked_at, partial(progress, WORKING_OUT))
    _tell(done)
    index_what_changed()


@neighbourhoods.command(name="list")
def list_() -> None:
    """List the neighbourhoods that are in force, with who agreed them and when."""
    ready()
    found = published(db.session)
    for version in found:
        click.echo(f"{version.layer.key}: {lines_of_version(version)[0]}")
    if not found:
        click.echo("No neighbourhood has been composed yet.")


@neighbourhoods.command()
@click.argument("code")
@click.option(
    "--version", "number", type=click.IntRange(min=1), help="An older version. Default: the newest."
)
@click.option("--recipe", "as_recipe", is_flag=True, help="Print the recipe as a file, to edit and publish.")
def show(code: str, number: int | None, as_recipe: bool) -> None:
    """Say what the neighbourhood CODE is made of, and who agreed it."""
    ready()
    version = _version(code, number)
    if as_recipe:
        click.echo(as_file(recipe_of(version)), nl=False)
        return
    for line in lines_of_version(version):
        click.echo(line)


@neighbourhoods.command()
@click.argument("code", required=False)
def check(code: str | None) -> None:
    """Say whether composing CODE (or each) again would give another shape. The exit code is 1 if so."""
    ready()
    versions = [_version(code, None)] if code else published(db.session)
    drifts = [drift(db.session, version) for version in versions]
    for found in drifts:
        for line in lines_of_drift(found):
            click.echo(line)
    sys.exit(1 if any(found.is_there for found in drifts) else 0)


@contextmanager
def refusing(file: str) -> Iterator[None]:
    """Say what is wrong with a recipe: each problem on a line with the file and the field."""
    try:
        yield
    except RecipeRefused as refused:
        for problem in refused.problems:
            click.echo(f"{file}: {problem}", err=True)
        raise click.ClickException("Nothing was published.") from refused
    except ChangedMeanwhile as changed:
        raise click.ClickException(
            f"Somebody else published this neighbourhood meanwhile: {changed}. Nothing was published. "
            "Look at it and run the command again."
        ) from changed


def _recipe(file: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        RecipeRefused: it cannot be used.
    """
    with file.open("rb") as content:
        fields = read_fields(content.read(MOST_BYTES + 1))
    recipe, problems = read_recipe(fields, today(), NEEDED)
    if problems:
        raise RecipeRefused(problems)
    return recipe


def _version(code: str, number: int | None) -> LayerVersion:
    version = version_of(db.session, code.removeprefix("neighbourhood:"), number)
    if version is None:
        which = f"version {number} of the" if number else "composed"
        raise click.ClickException(f"There is no {which} neighbourhood {code}.")
    return version


def _tell(done: Published) -> None:
    """What came of publishing, and whom it moved."""
    if not done.is_new:
        click.echo(f"Nothing has changed: version {done.number} of neighbourhood:{done.code} stays in force.")
        return
    click.echo(
        f"Published version {done.number} of neighbourhood:{done.code}: "
        f"{len(done.moves.gained):,} postcodes gained, {len(done.moves.lost):,} lost."
    )


COMMANDS: tuple[click.Command, ...] = (neighbourhoods,)
