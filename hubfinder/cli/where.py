"""``hubfinder where POSTCODE``: where a place is, what it is in, and its nearest family hub."""

import json
import sys

import click

from hubfinder.cli.problems import say_problem
from hubfinder.cli.shared import places, ready
from hubfinder.directory.queries import nearest_hubs
from hubfinder.extensions import db
from hubfinder.places.councils import Councils, Spot
from hubfinder.places.values import METRES_PER_MILE, Place, PlaceProblem
from hubfinder.vocab import FootprintKind

Answer = dict[str, object]


@click.command()
@click.argument("postcode")
@click.option("--json", "as_json", is_flag=True, help="Print an object for machines.")
def where(postcode: str, as_json: bool) -> None:
    """Say where a postcode is, which footprints it is in, and which family hub is nearest."""
    ready()
    try:
        place = places().find(db.session, postcode)
    except PlaceProblem as problem:
        say_problem(problem, as_json=as_json)
        sys.exit(1)
    answer, hub = as_object(place), _nearest_hub(place)
    if as_json:
        click.echo(json.dumps({**answer, "nearest_hub": hub}, ensure_ascii=False, indent=2))
        return
    for line in (*_lines(place), _hub_line(hub)):
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
