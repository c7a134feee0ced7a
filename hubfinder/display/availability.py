"""Reasons in words, in the language of the page: for results, single pages, sheets and the front door."""

from collections.abc import Callable
from dataclasses import dataclass

from hubfinder.directory.availability import (
    BIRTH,
    AgeReason,
    Answer,
    AreaReason,
    Availability,
    Code,
    FamilyReason,
    Reason,
    StateReason,
)
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.vocab import FootprintKind

MONTHS_A_YEAR = 12
IF = "if"
"""The mark of a maybe that only waits for the age of the child."""


@dataclass(frozen=True, slots=True)
class Line:
    """A reason to be read: what goes behind the mark ``sure``, ``maybe``, ``if`` or ``no``."""

    mark: str
    words: str
    listing: str = ""
    """The listing's own English words, if it has some."""


def headline(available: Availability) -> str:
    """The answer alone."""
    match available.answer:
        case Answer.SURE:
            return gettext("Available to you: yes")
        case Answer.MAYBE:
            return gettext("Available to you: maybe")
    return gettext("Available to you: no")


def lines(available: Availability) -> list[Line]:
    """Every reason as a sentence of its own, the deciding one first; nothing that goes without saying."""
    told = [reason for reason in available.reasons if reason.code not in _PLAIN]
    return [_line(reason, _capital(_statement(reason))) for reason in told or available.reasons[:1]]


def brief(available: Availability) -> Line:
    """The deciding reason, as the one line that a card has room for."""
    reason = available.deciding
    if reason.code is Code.AGE_NOT_SAID:
        return _line(reason, _if_only(available))
    if reason.code is Code.AUDIENCE:
        return _line(reason, _capital(_statement(reason)))
    return _line(reason, f"{_opening(reason)} {_statement(reason)}".strip())


def _if_only(available: Availability) -> str:
    """Such as ``For you if your child is under 2. It serves Harbour, where you live.``."""
    reason, rest = available.deciding, available.reasons[1:]
    area = next((one for one in rest if one.code in (Code.SERVES, Code.ACROSS_BORDER)), None)
    if area is None:
        return gettext("For you %(condition)s.", condition=_statement(reason))
    return gettext(
        "For you %(condition)s. %(area)s.", condition=_statement(reason), area=_capital(_statement(area))
    )


def _line(reason: Reason, words: str) -> Line:
    mark = IF if reason.code is Code.AGE_NOT_SAID else reason.code.answer.value
    listing = (
        reason.eligibility if reason.code is Code.ELIGIBILITY and isinstance(reason, FamilyReason) else ""
    )
    return Line(mark, words, listing)


def _opening(reason: Reason) -> str:
    match reason.code.answer:
        case Answer.SURE:
            return gettext("For you:")
        case Answer.MAYBE:
            return gettext("Maybe:")
    if reason.code is Code.ELSEWHERE:
        return gettext("Not for your address:")
    return gettext("Not for you:")


_PLAIN = frozenset({Code.ANY_AGE, Code.NATIONAL, Code.OPEN})
"""Reasons that say nothing beside others."""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _statement(reason: Reason) -> str:
    match reason:
        case StateReason():
            return _of_state(reason)
        case AreaReason():
            return _AREAS[reason.code](reason)
        case AgeReason():
            return _of_age(reason)
    return _of_family(reason)


def _of_state(reason: StateReason) -> str:
    if reason.code is Code.CLOSED:
        return gettext("it has ended")
    return gettext("it is not running at the moment")


def _area(reason: AreaReason) -> str:
    return reason.area.name if reason.area else ""


def _elsewhere(reason: AreaReason) -> str:
    if reason.own is None:
        return _for_people_in(reason)
    return gettext(
        "it is for people in %(area)s; you live in %(own)s", area=_area(reason), own=reason.own.name
    )


def _for_people_in(reason: AreaReason) -> str:
    return gettext("it is for people in %(area)s", area=_area(reason))


def _likely(reason: AreaReason) -> str:
    share, area = formats.percentage(reason.share or 0), _area(reason)
    if reason.area and reason.area.kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return gettext(
            "%(share)s of people near you are with %(area)s; your surgery decides", share=share, area=area
        )
    return gettext("%(share)s of people near you are in %(area)s, which it serves", share=share, area=area)


_AREAS: dict[Code, Callable[[AreaReason], str]] = {
    Code.SERVES: lambda one: gettext("it serves %(area)s, where you live", area=_area(one)),
    Code.LIKELY: _likely,
    Code.EDGE: lambda one: gettext(
        "it serves %(area)s. You seem to live there, but its edge is not exact", area=_area(one)
    ),
    Code.EDGE_OUTSIDE: lambda one: gettext(
        "it is for people in %(area)s. You seem to live outside, but its edge is not exact", area=_area(one)
    ),
    Code.SURGERY_ELSEWHERE: lambda one: gettext(
        "it is for people with a surgery in %(area)s. Few people near you have one", area=_area(one)
    ),
    Code.MIDDLE: lambda one: gettext(
        "it serves %(area)s, around %(place)s. Type your whole postcode to be sure",
        area=_area(one),
        place=one.place,
    ),
    Code.MIDDLE_OUTSIDE: lambda one: gettext(
        "it is for people in %(area)s. Type your whole postcode to be sure", area=_area(one)
    ),
    Code.ELSEWHERE: _elsewhere,
    Code.PLACE_NOT_SAID: _for_people_in,
    Code.HOME_VISIT: lambda _: gettext("they come to your home. Ask if they come to where you live"),
    Code.ACROSS_BORDER: lambda one: gettext(
        "it is across the border in %(area)s; open to all", area=_area(one)
    ),
    Code.OPEN: lambda _: gettext("it is open to all"),
    Code.HUB: lambda _: gettext("any family can come in"),
    Code.NATIONAL: lambda _: gettext("it is for people all over England"),
}


def _of_age(reason: AgeReason) -> str:
    low, high = reason.minimum, reason.maximum
    match reason.code:
        case Code.ANY_AGE:
            return gettext("it is for any age")
        case Code.AGE_NOT_SAID:
            return _condition(low, high)
        case Code.AGE_FITS:
            return _for_age(low, high)
    return gettext("%(for_age)s; you said %(age)s", for_age=_for_age(low, high), age=_said(reason.said))


def _for_age(low: int | None, high: int | None) -> str:
    if high is None and low is not None and low == BIRTH:
        return gettext("it is for after the birth")
    return gettext("it is for this age: %(ages)s", ages=formats.ages(low, high))


def _condition(low: int | None, high: int | None) -> str:
    """``if your child is under 5``."""
    if high is not None and high <= BIRTH:
        return gettext("if you are pregnant")
    if low is not None and low < BIRTH:
        ages = formats.ages(BIRTH, high)
        return gettext("if you are pregnant, or your child is %(ages)s", ages=ages)
    return gettext("if your child is %(ages)s", ages=formats.ages(low, high))


def _said(ages: tuple[int, int] | None) -> str:
    if ages is None or ages[0] < BIRTH:
        return gettext("pregnant")
    return age_words(ages[0])


def age_words(months: int) -> str:
    """An age as it was asked for: ``7``, ``under 1``."""
    return gettext("under 1") if months < MONTHS_A_YEAR else str(months // MONTHS_A_YEAR)


def _of_family(reason: FamilyReason) -> str:
    if reason.code is Code.ELIGIBILITY:
        return ""  # the listing's own words say it
    return _FAMILIES[reason.code](reason)


def _what(reason: FamilyReason) -> str:
    return "; ".join(str(one.label) for one in reason.circumstances)


_FAMILIES: dict[Code, Callable[[FamilyReason], str]] = {
    Code.EVERYONE: lambda _: gettext("it is for everyone"),
    Code.AUDIENCE: lambda one: gettext("Made for: %(people)s", people=one.audience.label),
    Code.CIRCUMSTANCE: lambda one: gettext("it is made for “%(what)s”", what=_what(one)),
    Code.CIRCUMSTANCE_NOT_SAID: lambda one: gettext("it is made for “%(what)s”", what=_what(one)),
    Code.CIRCUMSTANCE_DIFFERS: lambda one: gettext(
        "it is made for “%(what)s”. You did not say that", what=_what(one)
    ),
    Code.PROFESSIONALS: lambda _: gettext("it is for people who work with families"),
    Code.SOME_FAMILIES: lambda _: gettext("it is for some families. Ask if you can use it"),
}
