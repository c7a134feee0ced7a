"""One footprint: its shape, where that comes from, and what is in it."""

from collections.abc import Sequence

import shapely
from flask import render_template

from hubfinder.directory.models import Location
from hubfinder.directory.queries import hubs_of_footprint, services_of_footprint
from hubfinder.display.map import LocatorMap, Outline
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places import queries
from hubfinder.places.models import Footprint
from hubfinder.places.neighbourhoods import KIND, version_of
from hubfinder.places.overlap import COMPARABLE, council_of
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.compare import compare_address
from hubfinder.web.public.footprint_version import older_version
from hubfinder.web.public.live import live_of
from hubfinder.web.public.sites import LAND, area_outlines, map_of
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.agreement import Agreement, agreement_of
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.places import places
from hubfinder.web.shared.sources import area_sources

MOST_SERVICES = 15


@public_page(pages, "/footprint/<kind>/<code>")
def footprint(kind: str, code: str) -> str:
    known = FootprintKind(kind) if kind in FootprintKind._value2member_map_ else None
    current = queries.footprint_by_code(db.session, existing(known), code)
    older = older_version(existing(known), code, current)
    if older is not None:
        return older
    found = existing(current)
    hubs = hubs_of_footprint(db.session, found)
    services = services_of_footprint(db.session, found)
    drawn = _map(found, hubs)
    return render_template(
        "public/footprint.html",
        footprint=found,
        layer=found.layer,
        agreement=_agreement(found),
        meaning=_meaning(found.kind),
        map=drawn,
        live=live_of(db.session, found),
        sources=area_sources(db.session, drawn.footprint_ids if drawn else ()),
        services=services[:MOST_SERVICES],
        hubs=hubs,
        schools=queries.schools_in(db.session, found),
        practices=queries.practices_in(db.session, found),
        compare=_compare(found),
    )


def _agreement(found: Footprint) -> Agreement | None:
    """Who agreed a composed neighbourhood; none for anything else."""
    return agreement_of(version_of(db.session, found.code)) if found.kind is KIND else None


def _compare(found: Footprint) -> str | None:
    """Where its kind is compared with another in its council; none for a nation."""
    if found.kind not in COMPARABLE:
        return None
    return compare_address(found.kind, council_of(db.session, found.id))


def _map(found: Footprint, hubs: Sequence[Location]) -> LocatorMap | None:
    """Its outline on the ground of its council, with its family hubs; none where nobody has drawn it."""
    if found.outline is None:
        return None
    shape = shapely.from_wkb(found.outline)
    inside = shape.representative_point()
    place = places().at(db.session, Point(inside.y, inside.x), found.name)
    ground = area_outlines(db.session, place, (LAND,)) if found.kind is not LAND else []
    return map_of(hubs, [*ground, Outline(shape, "area", found.name, found.id)])


def _meaning(kind: FootprintKind) -> list[str]:
    """What it means to be in it, and who decides whether somebody really belongs."""
    if kind.is_catchment:
        return [gettext("The school and the council decide who gets a place.")]
    if kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return [
            gettext("A group of surgeries that work together. Your surgery decides whether you can join."),
            gettext(
                "A percentage beside its name on other pages says how many of the people around an address "
                "are with one of its surgeries. It says nothing about you."
            ),
        ]
    return []
