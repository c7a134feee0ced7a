"""How often a listing must be checked, when next, and how well it is looked after today."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from hubfinder.listings.models import Listing
from hubfinder.people.models import Council
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Freshness, ListingState, Risk

Cadence = Mapping[Risk, int]
"""Days between two checks."""
NEVER_CHECKED = date(1970, 1, 1)
"""When what nobody has ever checked was due: before everything else."""
DUE_BEFORE_DAYS = 14


def risk_of(content: Mapping[str, Any]) -> Risk:
    """How soon what a listing says goes out of date, by what it says (``ServiceDetails`` as JSON)."""
    if content.get("vacancies"):
        return Risk.VACANCIES
    return Risk.SESSION_TIMES if content.get("schedule") else Risk.OTHER


def cadence_of(council: Council | None, settings: Settings) -> dict[Risk, int]:
    """Days between two checks: the council's own, and the installation's for what it does not say."""
    own = council.cadence if council is not None else {}
    return {risk: int(own.get(risk.value, days)) for risk, days in usual_cadence(settings).items()}


def usual_cadence(settings: Settings) -> dict[Risk, int]:
    """Days between two checks where a council says nothing else."""
    return {
        Risk.VACANCIES: settings.cadence_vacancies_days,
        Risk.SESSION_TIMES: settings.cadence_session_times_days,
        Risk.OTHER: settings.cadence_other_days,
    }


def own_of(cadence: Cadence, settings: Settings) -> dict[Risk, int]:
    """The numbers of a cadence that a council keeps: the usual ones follow the settings when those change."""
    usual = usual_cadence(settings)
    return {risk: days for risk, days in cadence.items() if days != usual[risk]}


def due_on(assured: date | None, risk: Risk, cadence: Cadence) -> date:
    """The day by which it must be checked next; ``NEVER_CHECKED`` where nobody ever has."""
    return NEVER_CHECKED if assured is None else assured + timedelta(days=cadence[risk])


def freshness_of(listing: Listing, today: date, due_before: int = DUE_BEFORE_DAYS) -> Freshness:
    """How well a published listing is looked after: due from ``due_before`` days before its day, at most
    half its cadence; stale after its day.
    """
    if listing.due_on is None:
        return Freshness.FRESH
    if today > listing.due_on:
        return Freshness.STALE
    length = (listing.due_on - listing.assured_date).days if listing.assured_date else 0
    ahead = timedelta(days=lead(length, due_before))
    return Freshness.DUE if today >= listing.due_on - ahead else Freshness.FRESH


def lead(cadence_days: int, due_before: int) -> int:
    """From how many days before its day a listing counts as due."""
    return max(0, min(due_before, cadence_days // 2))


def is_due(today: date, cadence: Cadence, due_before: int = DUE_BEFORE_DAYS) -> ColumnElement[bool]:
    """Over ``Listing``: published and due or stale today, by the cadence of its council."""
    by_risk = (
        and_(Listing.risk == risk, Listing.due_on <= today + timedelta(days=lead(days, due_before)))
        for risk, days in cadence.items()
    )
    return and_(Listing.state == ListingState.PUBLISHED, or_(*by_risk))


def is_stale(today: date) -> ColumnElement[bool]:
    """Over ``Listing``: published, and its day is past."""
    return and_(Listing.state == ListingState.PUBLISHED, Listing.due_on < today)
