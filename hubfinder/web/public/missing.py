"""Counting a search that found nothing, after its page has been sent."""

from dataclasses import replace

from flask import Response, current_app

from hubfinder.clock import today
from hubfinder.extensions import db
from hubfinder.places.values import Place
from hubfinder.search.finder import Finder
from hubfinder.search.misses import Miss, Vocabulary, count, tells_of_somebody
from hubfinder.search.sensitive import SENSITIVE, is_sensitive
from hubfinder.search.thesaurus import ENGLISH
from hubfinder.search.understanding import Understanding
from hubfinder.search.values import Group, Results, Wanted
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.question import Question
from hubfinder.web.shared.settings import settings

NAMES = "names.csv"


def count_if_missed(response: Response, question: Question, found: Results) -> None:
    """Have a search counted once its answer has gone out, if nothing was found whatever the filters."""
    miss = _miss(question, found)
    if miss is None:
        return
    engine, months = db.engine, settings().misses_kept_months
    response.call_on_close(lambda: count(engine, miss, months))


def _miss(question: Question, found: Results) -> Miss | None:
    """What is to be counted; none where something was found, or nothing of the words may be kept."""
    wanted = found.wanted
    if not wanted.text or question.group or _has_some(found):
        return None
    if found.query.concerns or is_sensitive(settings().seeds_dir / SENSITIVE, wanted.text):
        return None
    if tells_of_somebody(wanted.text) or found.query.language != ENGLISH:
        return None  # harm in words that the lists above do not hold; those of other languages hold fewest
    finder: Finder = current_app.extensions["finder"]
    words = _vocabulary(finder).kept(wanted.text)
    if not words or (_is_filtered(wanted) and _has_some(_unfiltered(finder, question, wanted.place))):
        return None
    return Miss(words, _council(wanted.place), today())


def _has_some(found: Results) -> bool:
    """Whether anything is there that is surely meant; the nearest hub is always there."""
    return any(one.confident for one in found.everything if one.group is not Group.HUB)


def _is_filtered(wanted: Wanted) -> bool:
    plain = Wanted(
        wanted.text,
        wanted.place,
        circumstances=wanted.circumstances,
        limit=wanted.limit,
        as_typed=wanted.as_typed,
        facets=wanted.facets,
    )
    return wanted != plain


def _unfiltered(finder: Finder, question: Question, place: Place | None) -> Results:
    return finder.find(db.session, replace(question.plain().wanted(place), limit=1))


def _vocabulary(finder: Finder) -> Vocabulary:
    names = settings().seeds_dir / NAMES
    understand = finder.understand
    if isinstance(understand, Understanding):
        thesaurus = understand.thesaurus
        return Vocabulary(names, finder.listed, thesaurus.words, thesaurus.foreign)
    return Vocabulary(names, finder.listed)


def _council(place: Place | None) -> str:
    """Code of the council's area; empty where nobody said where."""
    return next((one.code for one in place.of_kind(FootprintKind.LOCAL_AUTHORITY)), "") if place else ""
