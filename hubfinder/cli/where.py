"""``hubfinder where POSTCODE``: where a place is, what it is in, who plans for it, its nearest family hub."""

import json
import sys
from collections.abc import Sequence

import click

from hubfinder.cli.problems import say_problem
from hubfinder.cli.shared import places, ready
from hubfinder.directory.queries import nearest_hubs
from hubfinder.extensions import db
from hubfinder.places.bodies import AreaBody, Responsible, bodies_for
from hubfinder.places.councils import Councils, Spot
from hubfinder.places.sources import layers_of
from hubfinder.places.values import METRES_PER_MILE, Place, PlaceProblem
from hubfinder.vocab import FootprintKind

Answer = dict[str, object]


@click.command()
@click.argument("postcode")
@click.option("--json", "as_json", is_flag=True, help="Print an object for machines.")
def where(postcode: str, as_json: bool) -> None:
    """Say where a place is, what it is in, who plans services for it, and which family hub is nearest.

    A place is a postcode, the first part of one, a name ("near St Anne's Primary") or a point (54.751,2.105).
    """
    ready()
    try:
        place = places().find(db.session, postcode)
    except PlaceProblem as problem:
        say_problem(problem, as_json=as_json)
        sys.exit(1)
    bodies, hub = bodies_for(db.session, place), _nearest_hub(place)
    if as_json:
        told = {**as_object(place), "layers": _layers(place), "arrangements": _bodies(bodies)}
        click.echo(json.dumps({**told, "nearest_hub": hub}, ensure_ascii=False, indent=2))
        return
    for line in (*_lines(place), *_body_lines(bodies), _hub_line(hub)):
        click.echo(line)


def as_object(place: Place) -> Answer:
    """A place as JSON has it."""
    return {
        "postcode": str(place.postcode) if place.postcode else None,
        "label": place.label,
        "point": {"lat": place.point.lat, "lon": place.point.lon},
        "terminated": place.terminated,
        "footprints": [
            {
                "kind": member.kind.value,
                "code": member.code,
                "name": member.name,
                "basis": member.basis.value,
                "share": round(member.share, 4),
            }
            for member in place.memberships
        ],
    }


def _layers(place: Place) -> list[Answer]:
    """Where the footprints come from, each layer once."""
    found = layers_of(db.session, [member.footprint_id for member in place.memberships])
    layers = dict.fromkeys(found[one.footprint_id] for one in place.memberships if one.footprint_id in found)
    return [
        {
            "kind": layer.kind.value,
            "key": layer.key,
            "basis": layer.basis.value,
            "method": layer.method,
            "source": layer.source,
            "as_of": layer.as_of.isoformat() if layer.as_of else None,
            "licence": layer.licence,
            "attribution": layer.attribution,
        }
        for layer in layers
    ]


def _bodies(bodies: Sequence[Responsible]) -> list[Answer]:
    """Table 2's arrangements, each with the footprints of the place that it is for, and its body there."""
    return [
        {
            "arrangement": one.arrangement.key,
            "name": one.arrangement.current_name or one.arrangement.name,
            "footprint_kind": one.arrangement.footprint_kind.value,
            "bodies": [_body(body) for body in one.areas],
        }
        for one in bodies
    ]


def _body(body: AreaBody) -> Answer:
    told = {name: getattr(body.details, name, "") for name in ("website", "telephone", "email", "source")}
    return {
        "code": body.member.code,
        "footprint": body.member.name,
        "share": round(body.member.share, 4),
        "name": body.name or None,
        **told,
    }


def _body_lines(bodies: Sequence[Responsible]) -> list[str]:
    lines = ["  Who plans services here:"] if bodies else []
    for one in bodies:
        named = "; ".join(f"{body.name or 'name not known here'} ({body.member.name})" for body in one.areas)
        kind = one.arrangement.footprint_kind.value
        lines.append(f"    {one.arrangement.name}: {named or f'in no {kind} that has been imported'}")
    return lines


def _nearest_hub(place: Place) -> Answer | None:
    found = nearest_hubs(db.session, place.point, limit=1)
    if not found:
        return None
    hub, metres = found[0]
    spot = Spot(hub.postcode, hub.lat, hub.lon)
    council = Councils().of(db.session, [spot]).get(spot)
    own = {member.code for member in place.of_kind(FootprintKind.LOCAL_AUTHORITY)}
    return {
        "key": hub.key,
        "name": hub.name,
        "distance_m": round(metres),
        "postcode": hub.postcode,
        "council": council.name if council else None,
        "across_border": bool(council and own and council.code not in own),
    }


def _lines(place: Place) -> list[str]:
    lines = [f"{place.label}: {place.point.lat:.5f}, {place.point.lon:.5f}"]
    if place.terminated:
        year, month = place.terminated[:4], place.terminated[4:]
        lines.append(f"  Not in use since {month}/{year}; this is where it was.")
    for member in place.memberships:
        likely = "" if member.share >= 1 else f", {member.share:.0%} of people around"
        lines.append(f"  {member.kind.value}: {member.name} ({member.code}; {member.basis.value}{likely})")
    return lines if place.memberships else [*lines, "  In no footprint that has been imported."]


def _hub_line(hub: Answer | None) -> str:
    if hub is None:
        return "  No family hub has been imported."
    miles = float(str(hub["distance_m"])) / METRES_PER_MILE
    border = f", across the border in {hub['council']}" if hub["across_border"] else ""
    return f"  Nearest family hub: {hub['name']}, {hub['postcode']}, {miles:.1f} miles{border}"


COMMANDS: tuple[click.Command, ...] = (where,)
