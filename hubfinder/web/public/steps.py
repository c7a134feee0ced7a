"""What to try next where nothing was found, or nothing that is surely meant: never a dead end.

And how the words were read: a slip of the pen put right, another language understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.search.facets import MILES, WITHOUT
from hubfinder.search.school_year import Doubt
from hubfinder.search.values import Group, Results
from hubfinder.web.public.filters import Chip, address_of, miles_words, without
from hubfinder.web.public.question import Question

MOST = 4
"""Filters that are named; taking away the others would give less."""
MEANT = 3
CATALOGUE, NEED = "catalogue:", "need:"


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try, and how many results it leads to (none where that is not known)."""

    words: str
    href: str
    count: int | None = None
    in_english: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How the words were read. Empty parts are not shown."""

    corrected: str
    typed: str
    as_typed: str
    """The address of the search with the words as they were typed."""
    meant: str
    """What they mean in another language."""


def is_nothing(found: Results) -> bool:
    """Whether nothing was found. The nearest hub is shown whatever was asked, and is no answer."""
    return not any(group is not Group.HUB and some for group, some in found.groups.items())


def is_unsure(found: Results) -> bool:
    """Whether there are results, and none that is surely what was meant."""
    some = [one for one in found.everything if one.group is not Group.HUB]
    return bool(found.query.text) and bool(some) and not any(one.confident for one in some)


def reading(question: Question, found: Results) -> Reading | None:
    """How the words were read, where that is worth saying."""
    query = found.query
    is_foreign = query.language != "en"
    meant = [meaning.name for meaning in query.meanings[:MEANT]] if is_foreign else []
    corrected = query.corrected if query.corrected != query.text else ""
    if not (corrected or meant):
        return None
    as_typed = address_of(replace(question.at(None), as_typed=True))
    return Reading(corrected, question.text, as_typed, formats.listed(list(dict.fromkeys(meant))))


def next_steps(question: Question, found: Results, chips: Sequence[Chip], plain: int | None) -> list[Step]:
    """What would find something, the most first; ``plain``: how many there are without any filter."""
    steps = [*_drops(question, found, chips), *_further(question, found)]
    if not steps and plain and chips:
        words = gettext("Take all filters away")
        steps.append(Step(words, address_of(question.plain()), plain))
    return [*steps, *_meant(question, found)]


def _drops(question: Question, found: Results, chips: Sequence[Chip]) -> list[Step]:
    """Filters to take away, those that give most first."""
    now = sum(total for group, total in found.totals.items() if group is not Group.HUB)
    counts = [(count, name) for name, count in found.facets.get(WITHOUT, {}).items() if count > now]
    steps = []
    for count, name in sorted(counts, key=lambda one: -one[0])[:MOST]:
        words = [chip.words for chip in chips if chip.filter == name]
        if words:
            said = gettext("Take away %(filters)s", filters=formats.listed([f"“{one}”" for one in words]))
            steps.append(Step(said, address_of(without(question, name)), count))
    return steps


def _further(question: Question, found: Results) -> list[Step]:
    """To look further away, where that gives more than there is."""
    now = sum(total for group, total in found.totals.items() if group is not Group.HUB)
    furthest = MILES[-1]
    count = found.facets.get("within", {}).get(str(furthest), 0)
    if count <= now or question.within == furthest:
        return []
    return [Step(miles_words(furthest), address_of(replace(question.at(None), within=furthest)), count)]


def _meant(question: Question, found: Results) -> list[Step]:
    """The entries of the national catalogue, and the needs, that the words mean."""
    steps = []
    for meaning in found.query.meanings[:MEANT]:
        if meaning.concept.startswith(CATALOGUE):
            href = url_for("public.entry", key=meaning.concept.removeprefix(CATALOGUE))
            steps.append(Step(meaning.name, href, in_english=True))
        elif meaning.concept.startswith(NEED):
            need = meaning.concept.removeprefix(NEED)
            steps.append(Step(meaning.name, address_of(Question(place=question.place, needs=(need,)))))
    return steps


def doubt_words(found: Results) -> str:
    """Why what is said to be open now may be shut; empty where nothing speaks for that."""
    match found.doubt:
        case Doubt.BANK_HOLIDAY:
            return gettext("Today is a bank holiday. Some of these may be closed: ring before you go.")
        case Doubt.TERM_DATES:
            return gettext(
                "We do not know the school term dates here. What is only on in term time may be closed today."
            )
    return ""
