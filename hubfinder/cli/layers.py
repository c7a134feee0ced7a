"""``hubfinder layers``: where footprints come from, which versions there were, and taking one back."""

import json
from collections.abc import Sequence
from typing import Any

import click

from hubfinder.cli.imports import plain_errors
from hubfinder.cli.layer_words import SHOWN, lines_of_findings, lines_of_moves, many
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, ready, settings
from hubfinder.extensions import db
from hubfinder.ingest.undoing import Undone, look_ahead, undo_layer
from hubfinder.places import versions
from hubfinder.places.models import Layer, LayerVersion, RefusedImport
from hubfinder.places.undoing import Plan, UndoRefused
from hubfinder.search import engines

NOT_IN_FORCE = "nothing in force"
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group()
def layers() -> None:
    """Layers of footprints: what there is, what was, and taking the newest back."""


@layers.command("list")
@as_json
def list_(as_json: bool) -> None:
    """All layers with their kind, version, number of areas and source."""
    ready()
    found = [
        {
            **_facts(layer),
            "key": layer.key,
            "kind": layer.kind.value,
            "version": layer.version,
            "areas": areas,
        }
        for layer, areas in versions.layers(db.session)
    ]
    if as_json:
        _print(found)
        return
    for one in found:
        version = f"version {one['version']}" if one["version"] else NOT_IN_FORCE
        areas = many(int(one["areas"]), "area")
        click.echo(
            f"{one['key']}: {one['kind']}, {one['basis']}, {areas}, {version}. {one['source']}".rstrip()
        )
    if not found:
        click.echo("There are no layers yet: hubfinder import footprints brings some.")


@layers.command()
@click.argument("key")
@click.option("--version", "number", type=int, help="Show this version. [default: the one in force]")
@as_json
def show(key: str, number: int | None, as_json: bool) -> None:
    """One layer: its versions, the report of one, postcodes gained and lost, its areas, refused imports."""
    ready()
    layer = versions.layer_by_key(db.session, key)
    refused = versions.refusals_of(db.session, key)
    if layer is None and not refused:
        raise click.ClickException(f"There is no layer {key}. `hubfinder layers list` names those there are.")
    version = _chosen(layer, number) if layer else None
    if as_json:
        _print(_shown(layer, version, refused))
        return
    if layer:
        click.echo("\n".join(_lines_of_layer(layer, version)))
    for one in refused:
        click.echo("\n".join(_lines_of_refusal(one)))


def _chosen(layer: Layer, number: int | None) -> LayerVersion | None:
    """The version asked for, or the one in force; none where there is none in force.

    Raises:
        click.ClickException: there is no such version.
    """
    version = versions.version_of(db.session, layer, number or layer.version)
    if version is None and number:
        raise click.ClickException(f"The layer {layer.key} has no version {number}.")
    return version


def _print(found: object) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))


def _facts(of: Layer | LayerVersion) -> dict[str, Any]:
    return {
        "basis": of.basis.value,
        "source": of.source,
        "as_of": of.as_of.isoformat() if of.as_of else None,
        "licence": of.licence,
        "attribution": of.attribution,
        "method": of.method,
    }


def _version(version: LayerVersion) -> dict[str, Any]:
    """A version for programs, without its report."""
    return {
        "number": version.number,
        "state": version.state.value,
        "saved_at": f"{version.saved_at.isoformat()}Z" if version.saved_at else None,
        **_facts(version),
        "agreed_by": version.agreed_by,
        "agreed_on": version.agreed_on.isoformat() if version.agreed_on else None,
    }


def _shown(
    layer: Layer | None, version: LayerVersion | None, refused: Sequence[RefusedImport]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "refused": [{"at": f"{one.refused_at.isoformat()}Z", "report": one.report} for one in refused]
    }
    if layer:
        found |= {"key": layer.key, "kind": layer.kind.value, "version": layer.version}
        found["versions"] = [_version(one) for one in versions.versions_of(db.session, layer)]
    if version:
        every = versions.areas_of(db.session, version, 0, versions.count_areas(db.session, version))
        found["shown"] = {
            **_version(version),
            "recipe": version.recipe,
            "report": version.report,
            "moves": version.moves,
            "areas": [[area.code, area.name] for area in every],
        }
    return found


def _lines_of_layer(layer: Layer, version: LayerVersion | None) -> list[str]:
    lines = [f"{layer.key}: {layer.kind.value}"]
    lines += [f"  {_line_of(one)}" for one in versions.versions_of(db.session, layer)]
    if version is None:
        return [*lines, f"  {NOT_IN_FORCE}"] if not layer.version else lines
    lines.append(f"Version {version.number}, {version.state.label}")
    lines += [f"  {name.replace('_', '-')}: {value}" for name, value in _facts(version).items() if value]
    if version.agreed_by:
        lines.append(f"  agreed by {version.agreed_by}, {version.agreed_on}")
    lines += [f"  {line}" for line in lines_of_report(version.report)]
    lines += [f"  {line}" for line in lines_of_moves(version.moves)]
    count = versions.count_areas(db.session, version)
    names = [f"{area.code} {area.name}" for area in versions.areas_of(db.session, version, 0, SHOWN)]
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return [*lines, f"  {many(count, 'area')}: {', '.join(names) or 'none'}{more}"]


def _line_of(version: LayerVersion) -> str:
    when = f"{version.saved_at:%Y-%m-%d %H:%M} UTC" if version.saved_at else "before versions were kept"
    file = version.report.get("file")
    return f"version {version.number}: {version.state.label}, {when}" + (f", {file}" if file else "")


def lines_of_report(report: dict[str, Any]) -> list[str]:
    """The report that is kept with a version or a refused import, in sentences."""
    lines = []
    if report.get("refusal"):
        lines.append(f"{report['file']}: {report['refusal']}")
    elif "rows" in report:
        lines.append(
            f"{report['file']}: {report['rows']:,} rows read, {report['taken']:,} taken, "
            f"{report['refused']:,} refused."
        )
    for one in report.get("refusals", ()):
        where = f"row {one['row']:,}" + (f" ({one['feature']})" if one["feature"] else "")
        lines.append(f"{where}{', ' + one['field'] if one['field'] else ''}: {one['why']}")
    lines += [*report.get("notes", ()), *lines_of_findings(report.get("findings", {}))]
    if taker := report.get("taken_over_by"):
        codes = ", ".join(taker["codes"][:SHOWN])
        lines.append(f"The layer {taker['layer']} took over {many(len(taker['codes']), 'area')}: {codes}.")
    if back := report.get("taken_back"):
        lines += [f"Taken back at {back['at']} UTC.", *lines_of_moves(back["moves"])]
    return lines


def _lines_of_refusal(refused: RefusedImport) -> list[str]:
    lines = [f"Refused {refused.refused_at:%Y-%m-%d %H:%M} UTC; nothing of it was loaded."]
    return lines + [f"  {line}" for line in lines_of_report(refused.report)]


@layers.command()
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@as_json
def undo(key: str, yes: bool, as_json: bool) -> None:
    """Take the version in force of a layer back and put the one before in force again."""
    with progress_bar() as progress, plain_errors():
        try:
            expected = None if yes else _ask(key)
            undone = undo_layer(db.session, key, expected, progress)
        except UndoRefused as refused:
            raise click.ClickException(f"{refused} Nothing was changed.") from refused
    if as_json:
        found = {name: getattr(undone, name) for name in undone.__slots__}
        _print({"key": key, **found})
        engines.catch_up(db.session, settings(), check=True)
        db.session.rollback()
    else:
        click.echo("\n".join(lines_of_undone(key, undone)))
        index_what_changed()


def _ask(key: str) -> int:
    """Say what would happen and ask; the version that was looked at. No lock is held meanwhile."""
    plan = look_ahead(db.session, key)
    number, words = plan.step.now.number, _words(plan)
    db.session.rollback()
    click.confirm(words, abort=True, err=True)
    return number


def _words(plan: Plan) -> str:
    now, before = plan.step.now, plan.step.before
    back = f"version {before.number} would be in force again" if before else "the layer would be empty"
    going = f", {many(len(plan.going), 'footprint')} would go" if plan.going else ""
    given = "".join(f", {one.layer.key} would get its areas back" for one in plan.given_back)
    return f"Version {now.number} of {plan.step.layer.key} would be taken back: {back}{going}{given}. Do it?"


def lines_of_undone(key: str, undone: Undone) -> list[str]:
    """What came of it, in sentences."""
    now = f"version {undone.in_force} is in force again" if undone.in_force else "the layer is empty"
    lines = [f"{key}: version {undone.taken_back} was taken back; {now}."]
    lines += [
        f"  {layer} has its areas back: its version {number} is in force again."
        for layer, number in undone.given_back.items()
    ]
    if undone.going:
        lines.append(f"  {many(undone.going, 'footprint is', 'footprints are')} gone.")
    return lines + [f"  {line}" for line in lines_of_moves(undone.moves)]


COMMANDS: tuple[click.Command, ...] = (layers,)
