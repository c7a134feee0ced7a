"""Why something is, may be or may not be for the family that asks: an answer with its reason."""

from dataclasses import dataclass
from enum import StrEnum

from hubfinder.search.values import Card, Found
from hubfinder.vocab import Access, Audience, FootprintKind
from hubfinder.web.shared.words import gettext


class Answer(StrEnum):
    """How sure the answer is."""

    SURE = "sure"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a card says after its mark; ``listing`` is the listing's own English words, if it has some."""

    answer: Answer
    words: str
    listing: str = ""


def reason_for(found: Found) -> Reason:
    """Why this result is on the page."""
    card = found.card
    given = dict(code.partition(":")[::2] for code in found.why)
    area = _own_area(card)
    if card["kind"] == "hub":
        return Reason(Answer.SURE, gettext("For you: it is the nearest to where you live"))
    if "elsewhere" in given:
        return _for_others(given["elsewhere"])
    if area and not given:  # nobody said where they live
        return Reason(Answer.MAYBE, gettext("For people in %(area)s", area=area))
    if card["access"] == Access.TARGETED:
        return _for_some(card["eligibility"])
    if area:
        return Reason(
            Answer.SURE, gettext("For you: it serves %(area)s, where you live", area=given["serves"])
        )
    return _for_audience(Audience(card["audience"]))


def _own_area(card: Card) -> str:
    """The first area it is for that is smaller than a nation; empty for what is for everywhere."""
    return next((name for kind, _, name in card["areas"] if kind != FootprintKind.NATION), "")


def _for_others(area: str) -> Reason:
    words = gettext("Maybe: it is for people in %(area)s. Ring and ask if you can come.", area=area)
    return Reason(Answer.MAYBE, words)


def _for_some(eligibility: str) -> Reason:
    if eligibility:
        return Reason(Answer.MAYBE, gettext("Maybe:"), eligibility)
    return Reason(Answer.MAYBE, gettext("Maybe: it is for some families. Ask if you can use it."))


def _for_audience(audience: Audience) -> Reason:
    if audience is Audience.EVERYONE:
        return Reason(Answer.SURE, gettext("For you: it is for everyone"))
    return Reason(Answer.SURE, gettext("Made for: %(people)s", people=audience.label))
