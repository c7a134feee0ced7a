"""The family that a page is asked for: place, age and circumstances, out of the address and back into it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import current_app, request

from hubfinder.directory.availability import Area, Asker, Judge, Offer
from hubfinder.directory.models import Location
from hubfinder.display.availability import Line, headline, lines
from hubfinder.extensions import db
from hubfinder.places.councils import Council, Spot
from hubfinder.places.values import Place, PlaceProblem, Point
from hubfinder.search.finder import Finder
from hubfinder.search.place_said import take_place
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.filters import address_of, said_words
from hubfinder.web.public.question import Question, read_question
from hubfinder.web.public.sites import point_of
from hubfinder.web.shared.place_advice import Advice, advice_on, advice_on_terminated
from hubfinder.web.shared.place_words import called
from hubfinder.web.shared.places import places


@dataclass(frozen=True, slots=True)
class ForFamily:
    """The answer for one family, in words."""

    headline: str
    mark: str
    lines: list[Line]
    said: str
    """What the family told us: ``ZA1 4QT · Age 2``."""
    back: str
    """The address of its results."""


@dataclass(frozen=True, slots=True)
class Family:
    """Who asks. Nothing of it is kept."""

    question: Question
    place: Place | None

    @property
    def asker(self) -> Asker:
        return self.question.wanted(self.place).asker

    def answer(self, offer: Offer) -> ForFamily:
        """Whether an offer is for this family."""
        available = Judge(self.asker)(offer)
        told = lines(available)
        said = [called(self.place)] if self.place else []
        return ForFamily(
            headline=headline(available),
            mark=available.answer.value,
            lines=told,
            said=" · ".join([*said, *said_words(self.question)]),
            back=address_of(self.question),
        )


def family_query(question: Question) -> str:
    """What links to single pages carry along: ``?place=ZA1+4QT&age=2``; empty where nothing is said."""
    address = question.address()
    told = [
        (name, value) for name in ("place", "age", "circumstance", "item") for value in address.get(name, ())
    ]
    return f"?{urlencode(told)}" if told else ""


def read_family() -> tuple[Family | None, str]:
    """The family in the address of this page, if one is, and what links to other pages carry along of it.

    A place that cannot be used is passed over: the results page says what is wrong with it.
    """
    asked = read_question(request.args)
    question = Question(
        place=asked.place, age=asked.age, circumstances=asked.circumstances, items=asked.items
    )
    query = family_query(question)
    if not query:
        return None, ""
    place, _ = whereabouts(question)
    said = place or question.months is not None or question.circumstances
    return (Family(question, place) if said else None), query


def whereabouts(question: Question) -> tuple[Place | None, Advice | None]:
    """The place asked for, and what there is to say about it."""
    if not question.place:
        return None, None
    try:
        place = places().find(db.session, question.place)
    except PlaceProblem as problem:
        return None, advice_on(problem)
    return place, advice_on_terminated(place)


def with_place_said(question: Question) -> Question:
    """A question whose words name a place ("food bank ZA1 4QT") asked for that place; others as they are."""
    if question.place or not question.text:
        return question
    text, place = take_place(question.text, lambda said: places().find(db.session, said))
    return replace(question, text=text, place=place) if place else question


def council_of(locations: Iterable[Location], near: Place | None = None) -> Area | None:
    """The council area of the first of some public places, or of the nearest to where a family lives."""
    known = [(point, location) for location in locations if (point := point_of(location))]
    if not known:
        return None
    _, location = min(known, key=lambda one: _metres(near, one[0])) if near else known[0]
    spot = Spot(location.postcode, location.lat, location.lon)
    finder: Finder = current_app.extensions["finder"]
    found = finder.councils.of(db.session, [spot]).get(spot)
    return as_area(found) if found else None


def as_area(council: Council) -> Area:
    return Area(FootprintKind.LOCAL_AUTHORITY, council.code, council.name)


def _metres(near: Place | None, point: Point) -> float:
    return near.point.metres_to(point) if near else 0.0
