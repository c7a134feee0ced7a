"""Whether something is for the family that asks: sure, maybe or no, with the reasons.

One pure function answers for pages, search, sheets and the front door. It knows no sentences: reasons are
codes with values, and ``hubfinder.display.availability`` puts them into words. The rules stand as a table
in ``docs/decisions/0009-available-to-you.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from hubfinder.places.values import Membership, Place
from hubfinder.vocab import Access, Audience, Basis, Circumstance, Delivery, FootprintKind

CERTAIN = 0.995
"""From this share of the people around on, an area is not a likelihood any more."""
UNBORN, BIRTH = -9, 0
ALWAYS, EVER = -10_000, 10_000
"""Months below and above every age."""
ENGLAND_IS_IN = frozenset({"E92000001", "K03000001", "K02000001"})
"""England, Great Britain and the United Kingdom: every place that can be asked for is in all three."""


class Answer(StrEnum):
    """How sure it is."""

    SURE = "sure"
    MAYBE = "maybe"
    NO = "no"


class Code(StrEnum):
    """Why; each belongs to one answer. Of several with one answer, the one that stands first here decides."""

    answer: Answer

    def __new__(cls, value: str, answer: Answer) -> "Code":
        member = str.__new__(cls, value)
        member._value_ = value
        member.answer = answer
        return member

    CLOSED = "closed", Answer.NO
    NOT_RUNNING = "not_running", Answer.NO
    PROFESSIONALS = "professionals", Answer.NO
    AGE_OUTSIDE = "age_outside", Answer.NO
    ELSEWHERE = "elsewhere", Answer.NO

    EDGE_OUTSIDE = "edge_outside", Answer.MAYBE
    SURGERY_ELSEWHERE = "surgery_elsewhere", Answer.MAYBE
    MIDDLE_OUTSIDE = "middle_outside", Answer.MAYBE
    ELIGIBILITY = "eligibility", Answer.MAYBE
    CIRCUMSTANCE_NOT_SAID = "circumstance_not_said", Answer.MAYBE
    CIRCUMSTANCE_DIFFERS = "circumstance_differs", Answer.MAYBE
    SOME_FAMILIES = "some_families", Answer.MAYBE
    LIKELY = "likely", Answer.MAYBE
    EDGE = "edge", Answer.MAYBE
    MIDDLE = "middle", Answer.MAYBE
    HOME_VISIT = "home_visit", Answer.MAYBE
    PLACE_NOT_SAID = "place_not_said", Answer.MAYBE
    AGE_PARTLY = "age_partly", Answer.MAYBE
    AGE_NOT_SAID = "age_not_said", Answer.MAYBE

    SERVES = "serves", Answer.SURE
    ACROSS_BORDER = "across_border", Answer.SURE
    HUB = "hub", Answer.SURE
    CIRCUMSTANCE = "circumstance", Answer.SURE
    AGE_FITS = "age_fits", Answer.SURE
    AUDIENCE = "audience", Answer.SURE
    EVERYONE = "everyone", Answer.SURE
    OPEN = "open", Answer.SURE
    NATIONAL = "national", Answer.SURE
    ANY_AGE = "any_age", Answer.SURE


_STRONGEST_FIRST = (Answer.NO, Answer.MAYBE, Answer.SURE)
_WEIGHTS = {code: (_STRONGEST_FIRST.index(code.answer), number) for number, code in enumerate(Code)}
OUTSIDE = frozenset({Code.ELSEWHERE, Code.EDGE_OUTSIDE, Code.SURGERY_ELSEWHERE, Code.MIDDLE_OUTSIDE})
"""The address is in none of the areas it is for."""
INSIDE = frozenset({Code.SERVES, Code.LIKELY, Code.EDGE, Code.MIDDLE})
"""The address is in one of them, for all we know."""


@dataclass(frozen=True, slots=True)
class Area:
    """A footprint by name."""

    kind: FootprintKind
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Asker:
    """The family that asks, so far as it has said."""

    place: Place | None = None
    age: int | None = None
    """Months; below 0 is pregnancy."""
    circumstances: frozenset[Circumstance] = frozenset()
    age_to: int | None = None
    """Where the age is a span ("2" is 24 to 36): the first month after it. None: the one month ``age``."""

    @property
    def ages(self) -> tuple[int, int] | None:
        """The first month and the first after the last."""
        if self.age is None:
            return None
        return self.age, max(self.age_to if self.age_to is not None else 0, self.age + 1)

    @property
    def said(self) -> frozenset[Circumstance]:
        """Its circumstances; who asks about an unborn child is pregnant."""
        pregnant = self.age is not None and self.age < BIRTH
        return self.circumstances | {Circumstance.PREGNANT} if pregnant else self.circumstances


@dataclass(frozen=True, slots=True)
class Here:
    """A place, ready to be compared with many areas."""

    place: Place
    memberships: dict[tuple[FootprintKind, str], Membership]

    @classmethod
    def of(cls, place: Place) -> "Here":
        return cls(place, {(member.kind, member.code): member for member in place.memberships})

    def own(self, kind: FootprintKind) -> Membership | None:
        """Its own area of a kind, the most likely one."""
        return next((member for member in self.place.memberships if member.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """What decides whom a service, a hub or a national entitlement is for. Ages are months."""

    minimum: int | None = None
    maximum: int | None = None
    """The first month that does not count."""
    areas: tuple[Area, ...] = ()
    access: Access = Access.UNIVERSAL
    circumstances: frozenset[Circumstance] = frozenset()
    """Of what is for some families: any one of these is enough."""
    eligibility: str = ""
    audience: Audience = Audience.EVERYONE
    delivery: frozenset[Delivery] = frozenset()
    national: bool = False
    is_hub: bool = False
    running: bool = True
    closed: bool = False
    council: Area | None = None
    """The council area that it happens in, where that is known."""


@dataclass(frozen=True, slots=True)
class StateReason:
    """What became of it."""

    code: Code


@dataclass(frozen=True, slots=True)
class AreaReason:
    """Where it is for, or where it is."""

    code: Code
    area: Area | None = None
    """The footprint it is for; for ``across_border`` the council it is in."""
    own: Area | None = None
    """Where the family lives: its own area of that kind, or its council."""
    share: float | None = None
    """Of the people around who belong to ``area``."""
    place: str = ""
    """What the family called the place, where that is not one address."""


@dataclass(frozen=True, slots=True)
class AgeReason:
    """Which ages it is for, and what was said."""

    code: Code
    minimum: int | None
    maximum: int | None
    said: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class FamilyReason:
    """Which families it is for."""

    code: Code
    circumstances: tuple[Circumstance, ...] = ()
    eligibility: str = ""
    """The listing's own words."""
    audience: Audience = Audience.EVERYONE


Reason = StateReason | AreaReason | AgeReason | FamilyReason


@dataclass(frozen=True, slots=True)
class Availability:
    """The answer, and the reasons of all its parts: area, age, family and, when it has stopped, state."""

    answer: Answer
    reasons: tuple[Reason, ...]
    """The one that decides stands first."""

    @property
    def deciding(self) -> Reason:
        return self.reasons[0]

    @property
    def is_elsewhere(self) -> bool:
        """True when it is for other addresses than the family's, so far as is known."""
        return any(reason.code in OUTSIDE for reason in self.reasons)


class Judge:
    """Answers for one family about many offers: what is the same for all is worked out once."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.ages = asker.ages
        self.said = asker.said

    @cached_property
    def here(self) -> Here | None:
        return Here.of(self.asker.place) if self.asker.place else None

    def __call__(self, offer: Offer) -> Availability:
        """The weakest of the answers to: is it there, is it for this place, this age, this family?"""
        area = _area(offer, self.here)
        age = _age(offer, self.ages, Circumstance.PREGNANT in self.said)
        reasons = [*_state(offer), area, age, _family(offer, self.said)]
        reasons.sort(key=_weight)
        return Availability(reasons[0].code.answer, tuple(reasons))


def availability(offer: Offer, asker: Asker) -> Availability:
    """Whether an offer is for a family: the weakest of the answers of its parts, with all their reasons.

    More knowledge of the family never turns a no into a sure, nor a sure into a no.
    """
    return Judge(asker)(offer)


def _weight(reason: Reason) -> tuple[int, int]:
    return _WEIGHTS[reason.code]


def _state(offer: Offer) -> Iterator[Reason]:
    if offer.closed:
        yield StateReason(Code.CLOSED)
    elif not offer.running:
        yield StateReason(Code.NOT_RUNNING)


def _area(offer: Offer, here: Here | None) -> AreaReason:
    if offer.national or any(_is_whole_nation(area) for area in offer.areas):
        return AreaReason(Code.NATIONAL)
    if not offer.areas:
        return _without_area(offer, here)
    if here is None:
        return AreaReason(Code.PLACE_NOT_SAID, offer.areas[0])
    return max((_of_area(area, here) for area in offer.areas), key=_goodness)


def _goodness(reason: AreaReason) -> tuple[int, bool]:
    """Of several areas the one that says most for the family; being inside says more than being outside."""
    return _STRONGEST_FIRST.index(reason.code.answer), reason.code in INSIDE


def _is_whole_nation(area: Area) -> bool:
    return area.kind is FootprintKind.NATION and area.code in ENGLAND_IS_IN


def _without_area(offer: Offer, here: Here | None) -> AreaReason:
    if offer.delivery == {Delivery.HOME_VISIT}:
        return AreaReason(Code.HOME_VISIT)
    own = here.own(FootprintKind.LOCAL_AUTHORITY) if here else None
    if own and offer.council and offer.council.code != own.code:
        return AreaReason(Code.ACROSS_BORDER, offer.council, _as_area(own))
    return AreaReason(Code.HUB if offer.is_hub else Code.OPEN)


def _of_area(area: Area, here: Here) -> AreaReason:
    """Whether a place is in one of the areas an offer is for."""
    member = here.memberships.get((area.kind, area.code))
    blurred = "" if is_exact(area.kind, here.place) else here.place.label
    return _outside(area, here, blurred) if member is None else _inside(area, member, blurred)


def is_exact(kind: FootprintKind, place: Place) -> bool:
    """A town or the first half of a postcode stands for its middle, which says nothing of small areas.

    A point where somebody is, is as good as a postcode; of the people of an area there are shares; and who
    names a ward is in that ward.
    """
    return place.postcode is not None or place.what in ("here", "scope", kind.value) or kind in _LARGE


_LARGE = frozenset(list(FootprintKind)[list(FootprintKind).index(FootprintKind.LOCAL_AUTHORITY) :])


def _inside(area: Area, member: Membership, blurred: str) -> AreaReason:
    own = _as_area(member)
    if member.share < CERTAIN:
        return AreaReason(Code.LIKELY, own, own, member.share)
    if member.basis is not Basis.OFFICIAL:
        return AreaReason(Code.EDGE, own, own)
    if blurred:
        return AreaReason(Code.MIDDLE, area, own, place=blurred)
    return AreaReason(Code.SERVES, own, own)


def _outside(area: Area, here: Here, blurred: str) -> AreaReason:
    """Surgeries and not addresses decide about networks; a line that is not official proves nothing."""
    alike = here.own(area.kind)
    member = alike or here.own(FootprintKind.LOCAL_AUTHORITY)
    own = _as_area(member) if member else None
    if area.kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return AreaReason(Code.SURGERY_ELSEWHERE, area, own)
    if alike and alike.basis is not Basis.OFFICIAL:
        return AreaReason(Code.EDGE_OUTSIDE, area, own)
    if blurred:
        return AreaReason(Code.MIDDLE_OUTSIDE, area, own, place=blurred)
    return AreaReason(Code.ELSEWHERE, area, own)


def _as_area(member: Membership) -> Area:
    return Area(member.kind, member.code, member.name)


def _age(offer: Offer, ages: tuple[int, int] | None, pregnant: bool) -> AgeReason:
    def reason(code: Code) -> AgeReason:
        return AgeReason(code, offer.minimum, offer.maximum, ages)

    first = offer.minimum if offer.minimum is not None else ALWAYS
    end = offer.maximum if offer.maximum is not None else EVER
    if first <= UNBORN and end >= EVER:
        return reason(Code.ANY_AGE)
    expecting = pregnant and first < BIRTH and end > UNBORN
    if ages is None:
        return reason(Code.AGE_FITS if expecting else Code.AGE_NOT_SAID)
    if first <= ages[0] and ages[1] <= end:
        return reason(Code.AGE_FITS)
    overlapping = first < ages[1] and ages[0] < end
    return reason(Code.AGE_PARTLY if overlapping or expecting else Code.AGE_OUTSIDE)


def _family(offer: Offer, said: frozenset[Circumstance]) -> FamilyReason:
    if offer.audience is Audience.PROFESSIONALS:
        return FamilyReason(Code.PROFESSIONALS, audience=offer.audience)
    if offer.access is Access.TARGETED:
        return _for_some(offer, said)
    if offer.audience is Audience.EVERYONE:
        return FamilyReason(Code.EVERYONE)
    return FamilyReason(Code.AUDIENCE, audience=offer.audience)


def _for_some(offer: Offer, said: frozenset[Circumstance]) -> FamilyReason:
    """A circumstance that nobody mentioned never makes a no: it may be true all the same."""
    if not offer.circumstances:
        code = Code.ELIGIBILITY if offer.eligibility else Code.SOME_FAMILIES
        return FamilyReason(code, eligibility=offer.eligibility)
    if fitting := offer.circumstances & said:
        return FamilyReason(Code.CIRCUMSTANCE, in_order(fitting), offer.eligibility)
    code = Code.CIRCUMSTANCE_DIFFERS if said else Code.CIRCUMSTANCE_NOT_SAID
    return FamilyReason(code, in_order(offer.circumstances), offer.eligibility)


def in_order(circumstances: frozenset[Circumstance]) -> tuple[Circumstance, ...]:
    """In the order of the vocabulary."""
    return tuple(one for one in Circumstance if one in circumstances)
