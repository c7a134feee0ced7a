"""Which footprints an address is in: ``GET /api/places/ZA1%204QT``, or by a point or a name."""

from flask import Response, request

from hubfinder.places.problems import NATIONS, code_of, sentence_of
from hubfinder.places.values import (
    PlaceAmbiguous,
    PlaceProblem,
    PlaceUnknown,
    Point,
    PointUnknown,
    Postcode,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.web.api.blueprint import answer, failure, pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.places import places, reading

LONGEST = 200
STATUS: dict[type[PlaceProblem], int] = {
    PostcodeMalformed: 400,
    PostcodeUnknown: 404,
    PostcodeWithoutPoint: 404,
    PostcodeElsewhere: 404,
    PlaceUnknown: 404,
    PointUnknown: 404,
    PlaceAmbiguous: 300,
}
WHAT_TO_DO: dict[type[PlaceProblem], str] = {
    PostcodeMalformed: "Give a whole postcode, with or without its space.",
    PostcodeUnknown: "Check it for mistakes. It may be newer than the files here: ask with lat and lon.",
    PostcodeWithoutPoint: "Ask for a postcode next to it, or with lat and lon.",
    PostcodeElsewhere: "Ask the services of that nation.",
    PlaceUnknown: "Check it for mistakes, or give a postcode.",
    PointUnknown: "Check that latitude and longitude are not the wrong way round.",
    PlaceAmbiguous: "Ask again with the text of one of the choices as place.",
}


class BadQuestion(Exception):
    """The question cannot be understood; the message says what it should look like."""


@public_page(pages, "/api/places/<postcode>", translated=False)
def place_of_postcode(postcode: str) -> Response:
    """Point and footprints of a postcode."""
    value = Postcode.parse(postcode)
    if value is None:
        raise PostcodeMalformed(postcode[:LONGEST])
    return answer(places().answer(reading, value))


@public_page(pages, "/api/places", translated=False)
def place_of_question() -> Response:
    """Footprints of a point (``lat``, ``lon``), or of whatever people type (``place``)."""
    text = request.args.get("place", "").strip()
    if text:
        return answer(places().answer_to(reading(), text[:LONGEST]))
    return answer(places().answer_at(reading, _point()))


def _point() -> Point:
    try:
        lat, lon = float(request.args["lat"]), float(request.args["lon"])
    except (KeyError, ValueError):
        raise BadQuestion("Give lat and lon in degrees (WGS84), or place.") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise BadQuestion("lat is between -90 and 90, and lon between -180 and 180.")
    return Point(lat, lon)


@pages.errorhandler(BadQuestion)
def explain(problem: BadQuestion) -> Response:
    return failure(400, {"error": "bad_question", "message": str(problem)})


@pages.errorhandler(PlaceProblem)
def refuse(problem: PlaceProblem) -> Response:
    """Say what is the matter with a place, and what to do."""
    found: dict[str, object] = {
        "error": code_of(problem),
        "message": sentence_of(problem),
        "what_to_do": WHAT_TO_DO[type(problem)],
    }
    if isinstance(problem, PostcodeElsewhere):
        found["nation"] = NATIONS[problem.nation]
    if isinstance(problem, PlaceAmbiguous):
        found["choices"] = [
            {"place": one.text, "label": one.label, "kind": one.kind} for one in problem.choices
        ]
    return failure(STATUS[type(problem)], found)
