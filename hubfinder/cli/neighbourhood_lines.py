"""What the command line says of a neighbourhood: drafts, versions, drift."""

from collections.abc import Mapping
from typing import Any

from hubfinder.directory.previewing import COMPARED, Preview
from hubfinder.places.composing import SLIVER_METRES
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import Draft, Drift
from hubfinder.places.overlap import Meeting
from hubfinder.places.sources import LayerSource

MOST_LINES = 20
MOST_POSTCODES = 12
Object = dict[str, object]


def lines_of_preview(found: Preview) -> list[str]:
    """A draft in plain sentences."""
    whole = found.overlap
    lines = [
        f"{found.draft.recipe.name} ({found.draft.recipe.own}), {found.draft.basis.value}",
        f"  {found.draft.method}.",
        f"  {whole.postcodes:,} postcodes, {whole.ground_km2:.2f} km2"
        + (f", about {whole.people:,.0f} people" if whole.people is not None else "")
        + f", in {_pieces(found.draft)}.",
        *(f"  {line}" for line in _notes(found.draft)),
    ]
    for kind in COMPARED:
        meetings = found.of_kind(kind)
        if meetings:
            lines.append(f"{kind.label}:")
            lines += [f"  {_meeting(one)}" for one in meetings[:MOST_LINES]]
    if found.replaces:
        lines.append(
            f"Instead of version {found.replaces.number}: {len(found.moves.gained):,} postcodes gained, "
            f"{len(found.moves.lost):,} lost."
        )
    lines.append("Family hubs inside: " + (", ".join(hub.name for hub in found.inside.hubs) or "none") + ".")
    lines.append(f"Services that happen inside: {len(found.inside.services):,}.")
    return lines


def _pieces(draft: Draft) -> str:
    parts, holes = draft.composed.parts, draft.composed.holes
    said = "1 piece" if parts == 1 else f"{parts} pieces"
    return said + ("" if not holes else " with 1 hole" if holes == 1 else f" with {holes} holes")


def _notes(draft: Draft) -> list[str]:
    """What was done to borders, and which parts change nothing."""
    made = draft.composed
    notes = []
    if made.gaps_closed:
        notes.append(
            f"Gaps closed where borders do not quite match (up to {SLIVER_METRES:g} m): {made.gaps_closed}."
        )
    if made.strips_dropped:
        notes.append(
            f"Strips dropped along what is taken away (up to {SLIVER_METRES:g} m): {made.strips_dropped}."
        )
    notes += [f"{draft.adds[at].name} adds nothing: other parts cover it." for at in made.idle_adds]
    notes += [f"{draft.takes[at].name} takes nothing away: it lies outside." for at in made.idle_takes]
    return notes


def _meeting(one: Meeting) -> str:
    people = f", about {one.shared.people:,.0f} people" if one.shared.people is not None else ""
    ground = f", {one.shared.ground_km2:.2f} km2" if one.shared.ground_km2 is not None else ""
    return (
        f"{one.other.name} ({one.other.code}): {one.shared.postcodes:,.0f} postcodes, "
        f"{one.share_of_shape:.0%} of the neighbourhood, {one.share_of_other:.0%} of it{ground}{people}"
    )


def as_object(found: Preview) -> Object:
    """A draft as JSON has it."""
    draft, whole = found.draft, found.overlap
    return {
        "name": draft.recipe.name,
        "code": draft.recipe.code,
        "basis": draft.basis.value,
        "method": draft.method,
        "parts": draft.composed.parts,
        "holes": draft.composed.holes,
        "gaps_closed": draft.composed.gaps_closed,
        "strips_dropped": draft.composed.strips_dropped,
        "postcodes": whole.postcodes,
        "people": None if whole.people is None else round(whole.people),
        "ground_km2": round(whole.ground_km2, 4),
        "overlaps": [_as_meeting(one) for kind in COMPARED for one in found.of_kind(kind)],
        "hubs": [{"key": hub.key, "name": hub.name} for hub in found.inside.hubs],
        "sources": [_as_source(layer) for layer in found.layers],
        "services": [{"key": service.key, "name": service.name} for service in found.inside.services],
    }


def _as_source(layer: LayerSource) -> Object:
    return {
        "layer": layer.key,
        "basis": layer.basis.value,
        "source": layer.source,
        "as_of": layer.as_of.isoformat() if layer.as_of else None,
        "licence": layer.licence,
        "attribution": layer.attribution,
        "method": layer.method,
    }


def _as_meeting(one: Meeting) -> Object:
    return {
        "kind": one.other.kind.value,
        "code": one.other.code,
        "name": one.other.name,
        "postcodes": round(one.shared.postcodes, 2),
        "people": None if one.shared.people is None else round(one.shared.people),
        "ground_km2": None if one.shared.ground_km2 is None else round(one.shared.ground_km2, 4),
        "share_of_neighbourhood": round(one.share_of_shape, 4),
        "share_of_other": round(one.share_of_other, 4),
    }


def lines_of_version(version: LayerVersion) -> list[str]:
    """A published version: its name and agreement first, then its parts."""
    kept: Mapping[str, Any] = version.recipe or {}
    agreed_on = version.agreed_on.isoformat() if version.agreed_on else "an unknown day"
    first = f"{kept.get('name')}, version {version.number}, agreed by {version.agreed_by} on {agreed_on}"
    lines = [first]
    for name, word in (("add", "Made of"), ("without", "Without")):
        parts = ", ".join(f"{one['name']} ({one['part']})" for one in kept.get(name, ()))
        lines += [f"  {word}: {parts}"] if parts else []
    if kept.get("note"):
        lines.append(f"  {kept['note']}")
    return lines


def lines_of_drift(found: Drift) -> list[str]:
    """Whether composing again would give something else."""
    key = f"neighbourhood:{found.code}"
    if not found.is_there:
        return [f"{key}: composing it again gives the same."]
    if found.problems:
        return [f"{key}: it cannot be composed again.", *(f"  {problem}" for problem in found.problems)]
    lines = [
        f"{key}: composing it again would give another shape ({found.differs_km2:.3f} km2 differ).",
        f"  {len(found.moves.gained):,} postcodes gained, {len(found.moves.lost):,} lost. It stays agreed.",
    ]
    for word, codes in (("Gained", found.moves.gained), ("Lost", found.moves.lost)):
        more = " and more" if len(codes) > MOST_POSTCODES else ""
        lines += [f"  {word}: {', '.join(codes[:MOST_POSTCODES])}{more}"] if codes else []
    return lines
