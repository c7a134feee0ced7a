"""What a request could be passed on to: by the needs that are ticked, where the family lives, for the ages of
its people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from hubfinder.clock import today
from hubfinder.extensions import db
from hubfinder.places.values import Place, PlaceProblem
from hubfinder.referrals.ages import Span, ages_of, is_for
from hubfinder.referrals.answers import Told
from hubfinder.referrals.receivers import Candidate, candidates
from hubfinder.search.finder import Finder
from hubfinder.search.values import Found, Group, Wanted
from hubfinder.web.shared.places import places

MOST = 6
"""Of each group of results."""
LOOKED_AT = 40
"""Of each group: some are for another age than any in the family, or no listing of the council."""
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is offered, and what was known of the family."""

    services: Sequence[Candidate] = ()
    is_by_need: bool = False
    """Whether anything is ticked: without that anything would do, and nothing is offered."""
    is_by_age: bool = False


def suggested(council: str, said: Told) -> Suggested:
    """Services of the council, the best first; those where somebody signs in before the others."""
    if not said.needs:
        return Suggested()
    ages = ages_of(said.people, today())
    groups = _found(said, ages)
    there = candidates(db.session, council, [key for keys in groups for key in keys])
    best = [key for keys in groups for key in [key for key in keys if key in there][:MOST]]
    chosen = [there[key] for key in dict.fromkeys(best)]
    return Suggested(sorted(chosen, key=lambda one: not one.can_receive), True, bool(ages))


def _found(said: Told, ages: Sequence[Span]) -> list[list[str]]:
    """Keys of services, by group of results."""
    finder: Finder = current_app.extensions["finder"]
    first, end = (ages[0][0], max(end for _, end in ages)) if ages else (None, None)
    wanted = Wanted(place=_place(said), needs=said.needs, age=first, age_to=end, limit=LOOKED_AT)
    groups = finder.find(db.session, wanted).groups
    return [[one.card["key"] for one in groups.get(group, ()) if _fits(one, ages)] for group in Group]


def _fits(found: Found, ages: Sequence[Span]) -> bool:
    """Between a baby and a young person of 15 there are ages of which nobody in the family is."""
    card = found.card
    is_right = not ages or is_for(card["minimum_age"], card["maximum_age"], ages)
    return card["kind"] == SERVICE and is_right


def _place(said: Told) -> Place | None:
    try:
        return places().find(db.session, said.postcode) if said.postcode else None
    except PlaceProblem:
        return None
