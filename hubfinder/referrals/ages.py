"""How old the people of a family are, in months, so that what is offered is for one of them."""

from collections.abc import Iterable
from datetime import date

from hubfinder.directory.availability import BIRTH, EVER, UNBORN
from hubfinder.referrals.answers import Is, Member
from hubfinder.referrals.form.days import span_of

Span = tuple[int, int]
"""Months: the first, and the first after the last; a pregnancy is below 0."""
MONTHS_A_YEAR = 12
CHILDHOOD = 18 * MONTHS_A_YEAR
"""A child of whom no date of birth is known may be any age below this."""
OWN_FEET = 26 * MONTHS_A_YEAR
"""An adult of whom none is known is taken to be so old at least: what is for young people, to 25, is offered
where somebody is known to be young.
"""


def ages_of(people: Iterable[Member], on: date) -> tuple[Span, ...]:
    """The age of each on a day, the youngest first, each once.

    None where only grown-ups are named: then nobody has said how old the children are, if there are any.
    """
    found = {_age_of(one, on) for one in people}
    return tuple(sorted(found)) if any(first < CHILDHOOD for first, _ in found) else ()


def is_for(minimum: int | None, maximum: int | None, ages: Iterable[Span]) -> bool:
    """Whether what is for these months is for any of these ages; no bound is every age."""
    low = UNBORN if minimum is None else minimum
    high = EVER if maximum is None else maximum
    return any(low < end and first < high for first, end in ages)


def _age_of(member: Member, on: date) -> Span:
    known = _born_between(member)
    if member.kind is Is.UNBORN:
        return UNBORN, max(BIRTH, _months(known[0], on) + 1) if known else BIRTH
    if known is None:
        return (BIRTH, CHILDHOOD) if member.kind is Is.CHILD else (OWN_FEET, EVER)
    youngest, oldest = (max(BIRTH, _months(day, on)) for day in reversed(known))
    return youngest, oldest + 1


def _born_between(member: Member) -> tuple[date, date] | None:
    """The first and the last day on which it can have been, or is expected."""
    if member.born is not None:
        return member.born, member.born
    try:
        return span_of(member.born_in) if member.born_in else None
    except ValueError:
        return None


def _months(born: date, on: date) -> int:
    return (on.year - born.year) * MONTHS_A_YEAR + on.month - born.month - (on.day < born.day)
