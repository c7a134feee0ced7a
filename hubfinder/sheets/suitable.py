"""What may stand on a sheet at all, and what comes before what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hubfinder.directory.availability import Answer, AreaReason, Code, Reason
from hubfinder.directory.freshness import is_stale
from hubfinder.search.ages_said import Span
from hubfinder.search.shortlist import FEW_NEEDS
from hubfinder.search.values import Card, Found
from hubfinder.sheets.orders import Readers, SheetOrder
from hubfinder.sheets.queries import CrisisLine
from hubfinder.vocab import Audience, CatalogueStatus, Confidence

A_WALK_M = 1_500.0
"""What comes to the family, or is had at home, counts as being so far away."""
STEP_M = 100
"""Metres that make no difference."""
HALF = 0.5
HELPLINES = 5
"""And one more where topics were asked for, if there is one about them."""
FIRST_LINES = ("samaritans", "childline", "national-domestic-abuse", "nspcc-helpline", "shout")


@dataclass(frozen=True, slots=True)
class Suitable:
    """Says of listings whether they may stand on the sheet of an order of a day."""

    order: SheetOrder
    day: date
    stale_after_days: int

    @property
    def stale_before(self) -> date:
        return self.day - timedelta(days=self.stale_after_days)

    def __call__(self, found: Found) -> bool:
        """Whether it may, by what it says of itself and for whom it is."""
        refused = any(
            reason.code.answer is Answer.NO and reason.code is not Code.PROFESSIONALS
            for reason in found.available.reasons
        )
        return not refused and not found.available.is_elsewhere and self.card(found.card)

    def card(self, card: Card) -> bool:
        """Whether it may, by what it says of itself.

        Hubs have no date of a check, and an old number of a crisis line is better than none.
        """
        if card["kind"] == "hub":
            return True
        if card["audience"] == Audience.PROFESSIONALS and self.order.readers is not Readers.STAFF:
            return False
        if card["confidence"] == Confidence.UNSURE or card.get("status") == CatalogueStatus.CLOSED:
            return False
        is_old = is_stale(checked_on(card), self.day, self.stale_after_days)
        return not is_old or (card["crisis"] and card["national"])


@dataclass(frozen=True, slots=True)
class Ranks:
    """What comes before what."""

    suitable: Suitable
    ages: Span | None = None
    """Of the children that it is for first, in months."""

    def local(self, found: Iterable[Found]) -> list[Found]:
        """The less doubtful first, near before far, and of equals what was checked not so long ago.

        Not simply what was checked last: sheets would change with every check of a listing.
        """
        return sorted(found, key=self._of_local)

    def national(self, found: Iterable[Found]) -> list[Found]:
        """The less doubtful first, what is for one need before what is for many, else as in the catalogue."""
        return sorted(found, key=lambda one: (self.doubt(one), len(one.card["needs"])))

    def doubt(self, found: Found) -> int:
        """Above all whether they can use it, then whether it is for such ages and not for everything."""
        return doubt(found) * 4 + is_for_others(found, self.ages) * 2 + is_general(found)

    def _of_local(self, found: Found) -> tuple[int, int, bool, str]:
        metres = A_WALK_M if found.distance_m is None else found.distance_m
        card, rules = found.card, self.suitable
        is_old = is_stale(checked_on(card), rules.day, rules.stale_after_days // 2)
        return self.doubt(found), round(metres / STEP_M), is_old, card["key"]


def checked_on(card: Card) -> date | None:
    """When somebody last said that it is right."""
    return date.fromisoformat(card["assured_date"]) if card["assured_date"] else None


def is_for_others(found: Found, ages: Span | None) -> bool:
    """Whether it has nothing for any of these ages."""
    if ages is None:
        return False
    first, end = found.card["minimum_age"], found.card["maximum_age"]
    return (first is not None and first >= ages[1]) or (end is not None and end <= ages[0])


def is_general(found: Found) -> bool:
    """Whether it is for so many needs that it is not the answer to any of them: "ask at the desk"."""
    return len(found.card["needs"]) > FEW_NEEDS


def doubt(found: Found) -> int:
    """How doubtful it is that the families there can use it: 0 is sure, 3 is for the fewer part of them.

    That nobody said an age is no doubt on paper: a line says which ages it is for.
    """
    return max((_doubt_of(reason) for reason in found.available.reasons), default=0)


def _doubt_of(reason: Reason) -> int:
    if reason.code.answer is Answer.SURE or reason.code in (Code.AGE_NOT_SAID, Code.PROFESSIONALS):
        return 0
    if isinstance(reason, AreaReason):
        return 3 if reason.share is not None and reason.share < HALF else 1
    return 1 if reason.code is Code.AGE_PARTLY else 2


def most_needed(lines: Iterable[CrisisLine], topics: Sequence[str]) -> list[int]:
    """Ids of the few crisis lines that matter most, and of one more that is about the topics asked for."""
    known = sorted(lines, key=lambda line: (_place_of(line.key), line.needs.isdisjoint(topics)))
    more = [line for line in known[HELPLINES:] if not line.needs.isdisjoint(topics)]
    return [line.service_id for line in (*known[:HELPLINES], *more[:1])]


def _place_of(key: str) -> int:
    return FIRST_LINES.index(key) if key in FIRST_LINES else len(FIRST_LINES)
