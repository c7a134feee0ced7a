"""The first page: danger before anything else, whom to ring, and the beginning of the form."""

from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.directory.models import Location
from hubfinder.directory.queries import nearest_hubs, service_by_key
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places.values import Choice, Place, PlaceProblem
from hubfinder.referrals.form.journey import next_key, note
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.steps import OF_KEY
from hubfinder.referrals.lookups import TooManyLookups
from hubfinder.vocab import ServiceStatus
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.desk import FormGone
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.answers_shown import fields_of
from hubfinder.web.shared.place_advice import Advice, advice_on
from hubfinder.web.shared.place_words import called
from hubfinder.web.shared.places import places, reading
from hubfinder.web.shared.typed import typed_place

DANGER = OF_KEY["danger"]
JUST_BEGUN = "begun"
"""In the address of the step after the first: who comes there without a cookie keeps none."""


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest family hub, for whoever said where they are."""

    text: str = ""
    place: Place | None = None
    called: str = ""
    hub: Location | None = None
    far: str = ""
    advice: Advice | None = None
    choices: tuple[Choice, ...] = ()
    error: str = ""


@desk.own_token
@family_page(pages, "/ask", methods=("GET", "POST"))
def ask() -> ResponseReturnValue:
    if request.method != "POST":
        return _page(Reading(), Near())
    desk.from_here()
    if "place" in request.form:
        near = near_to(request.form["place"])
        return _page(Reading(), near), near.advice.status if near.advice else 400 if near.error else 200
    found = read(DANGER, request.form.to_dict(flat=False), {})
    if not (desk.is_first_token_right() or desk.is_token_right()):
        found.errors["danger"] = gettext("This page was open for a long time. Press “Continue” once more.")
    if found.errors:
        return _page(found, Near()), 400
    try:
        return _begun(found)
    except TooManyLookups:
        found.errors["danger"] = desk.busy()
        return _page(found, Near()), 429


def _begun(found: Reading) -> Response:
    """On to the next step, with the form of this browser or a new one.

    Raises:
        TooManyLookups: see ``desk.begin``.
    """
    service = known_service(request.form.get("service", ""))
    values = {**found.values, **({"service": service[0]} if service else {})}

    def tell(answers: dict[str, object]) -> None:
        note(answers, DANGER, values)
        answers.update({"service": service[0]} if service else {})

    try:
        answers = desk.change(tell).answers
        token = desk.number()
    except FormGone:
        answers = {}
        tell(answers)
        return desk.hold(redirect_to(next_key(answers), is_new=True), desk.begin(answers))
    return desk.hold(redirect_to(next_key(answers)), token)


def redirect_to(key: str, *, is_new: bool = False) -> Response:
    """To the page of a step; ``is_new``: the browser was given its cookie with this very answer."""
    begun = "1" if is_new else None
    return make_response(redirect(url_for("front_door.step", key=key, begun=begun), 303))


def _page(found: Reading, near: Near) -> str:
    begun = desk.unsent()
    values = found.values or (begun.answers if begun else {})
    errors = {**found.errors, **({"place": near.error} if near.error else {})}
    key = request.form.get("service", "") or request.args.get("service", "")
    return render_template(
        "front_door/start.html",
        danger=replace(fields_of(DANGER, values, errors)[0], is_heading=False),
        near=near,
        errors=errors,
        service=known_service(key),
        begun=next_key(begun.answers) if begun else "",
        ended=request.args.get("ended", ""),
        token=desk.first_token(),
    )


def known_service(key: str) -> tuple[str, str] | None:
    """Key and name of the service whose page somebody comes from; none where it does not run."""
    found = service_by_key(reading(), key) if key else None
    return (found.key, found.name) if found and found.status is ServiceStatus.ACTIVE else None


def near_to(typed: str) -> Near:
    """The hub nearest to a place. It is sent, not asked for by an address: those are kept and logged."""
    text = typed_place(typed)
    if not text:
        return Near(error=gettext("Type your postcode, or the name of your town or village"))
    try:
        place = places().find(reading(), text)
    except PlaceProblem as problem:
        advice = advice_on(problem)
        shown = replace(advice, choices=()) if advice.heading else None
        return Near(text, advice=shown, choices=advice.choices, error=advice.error)
    found = nearest_hubs(reading(), place.point)
    hub, far = found[0] if found else (None, 0.0)
    return Near(text, place, called(place), hub, formats.distance(far) if hub else "")
