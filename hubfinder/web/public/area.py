"""Your area: every footprint an address is in, how sure that is, and who plans services for it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hubfinder.display.map import LocatorMap, draw
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places.bodies import bodies_for
from hubfinder.places.loaded import is_counted, kinds_loaded
from hubfinder.places.values import Place
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.area_words import Known, address_of, facts_of
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.family import whereabouts
from hubfinder.web.public.live import live_around
from hubfinder.web.public.question import Question
from hubfinder.web.public.sites import AREA, LAND, area_outlines
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.kept import kept
from hubfinder.web.shared.place_words import called, note_on
from hubfinder.web.shared.sources import in_few_lines, sources_by_footprint
from hubfinder.web.shared.typed import typed_place

DRAWN = (LAND, AREA, FootprintKind.SCHOOL_CATCHMENT_PRIMARY)
"""More lines than these would be a tangle; the map that moves has them all."""


@public_page(pages, "/area")
def area() -> ResponseReturnValue:
    question = Question(place=typed_place(request.args.get("place", "")))
    errors = {}
    if "place" in request.args and not question.place:
        errors["place"] = gettext("Type your postcode, or the name of your town or village")
    place, advice = whereabouts(question)
    if advice and advice.error:
        errors["place"] = advice.error
    page = render_template(
        "public/area.html",
        question=question,
        place=place,
        name=called(place) if place else "",
        note=note_on(place) if place else "",
        errors=errors,
        advice=advice if advice and advice.heading else None,
        **(_all_of(db.session, place) if place else {}),
    )
    status = 400 if errors else 200
    return page, advice.status if advice else status


def _all_of(session: Session, place: Place) -> dict[str, object]:
    small = [member.code for member in place.of_kind(FootprintKind.SMALL_AREA)]
    layers = sources_by_footprint(session, (member.footprint_id for member in place.memberships))
    sources = in_few_lines(layers.values())
    known = Known(
        layers=layers,
        sources=sources,
        loaded=kept("kinds loaded", lambda: kinds_loaded(session)),
        counted=is_counted(session, small),
    )
    return {
        "kinds": facts_of(place, known),
        "sources": sources,
        "bodies": bodies_for(session, place),
        "map": _map(session, place),
        "live": live_around(session, place, is_yours=True),
        "address_of": address_of,
    }


def _map(session: Session, place: Place) -> LocatorMap | None:
    return draw(place.point, [], area_outlines(session, place, DRAWN))
