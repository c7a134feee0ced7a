"""Why something is, may be or may not be for the family that asks: an answer with its reason."""

from dataclasses import dataclass
from enum import StrEnum

from hubfinder.search.values import Found
from hubfinder.vocab import Access
from hubfinder.web.shared.words import gettext


class Answer(StrEnum):
    """How sure the answer is."""

    SURE = "sure"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a card says after its mark; ``listing`` is the listing's own English words, if it has some."""

    answer: Answer
    words: str
    listing: str = ""


def reason_for(found: Found) -> Reason:
    """Why this result is on the page."""
    given = dict(code.partition(":")[::2] for code in found.why)
    card = found.card
    if card["kind"] == "hub":
        return Reason(Answer.SURE, gettext("For you: it is the nearest to where you live"))
    if "elsewhere" in given:
        return Reason(
            Answer.MAYBE,
            gettext(
                "Maybe: it is for people in %(area)s. Ring and ask if you can come.", area=given["elsewhere"]
            ),
        )
    if card["areas"] and not given:
        return Reason(Answer.MAYBE, gettext("For people in %(area)s", area=card["areas"][0][2]))
    if card["access"] == Access.TARGETED:
        return _for_some(card["eligibility"])
    if "serves" in given:
        return Reason(
            Answer.SURE, gettext("For you: it serves %(area)s, where you live", area=given["serves"])
        )
    return Reason(Answer.SURE, gettext("For you: it is for everyone"))


def _for_some(eligibility: str) -> Reason:
    if eligibility:
        return Reason(Answer.MAYBE, gettext("Maybe:"), eligibility)
    return Reason(Answer.MAYBE, gettext("Maybe: it is for some families. Ask if you can use it."))
