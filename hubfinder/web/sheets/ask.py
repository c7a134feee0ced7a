"""Ask for help: somebody to ring, and ways on for those who would rather look first."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.directory.models import Location
from hubfinder.directory.queries import nearest_hubs
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places.values import Place, PlaceProblem
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.place_advice import Advice, advice_on
from hubfinder.web.shared.place_words import called
from hubfinder.web.shared.places import places
from hubfinder.web.shared.typed import typed_place
from hubfinder.web.sheets.blueprint import pages


@public_page(pages, "/ask")
def ask() -> ResponseReturnValue:
    """No form: whoever needs help rings. With a place also the nearest family hub."""
    text = typed_place(request.args.get("place", ""))
    place, advice = _where(text)
    errors = {"place": advice.error} if advice and advice.error else {}
    if "place" in request.args and not text:
        errors["place"] = gettext("Type your postcode, or the name of your town or village")
    page = render_template(
        "sheets/ask.html",
        text=text,
        place=place,
        near=called(place) if place else "",
        hub=_nearest(place) if place else None,
        errors=errors,
        advice=advice if advice and advice.heading else None,
        address_line=address_line,
    )
    return page, advice.status if advice else 400 if errors else 200


def _where(text: str) -> tuple[Place | None, Advice | None]:
    if not text:
        return None, None
    try:
        return places().find(db.session, text), None
    except PlaceProblem as problem:
        return None, advice_on(problem)


def _nearest(place: Place) -> tuple[Location, str] | None:
    """The nearest family hub and how far away it is; none where there is none at all."""
    found = nearest_hubs(db.session, place.point)
    return (found[0][0], formats.distance(found[0][1])) if found else None
