"""Rows that belong to a listing: its numbers, sessions, prices. They stay as long as they say the same."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from hubfinder.database import Base
from hubfinder.directory.models import (
    Accessibility,
    Attribute,
    CostOption,
    Language,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Url,
)
from hubfinder.directory.values import Cost, OtherDays, ServiceDetails, TextNumber, WeeklySession
from hubfinder.vocab import AccessibilityFeature, PhoneType

Row = TypeVar("Row", bound=Base)
_NOWHERE: Mapping[str, int] = MappingProxyType({})

SAYING: dict[type[Base], tuple[str, ...]] = {
    Accessibility: ("feature",),
    Attribute: ("label", "value"),
    CostOption: ("amount", "description", "condition"),
    Language: ("code",),
    Phone: ("number", "type", "description"),
    Schedule: ("weekday", "opens_at", "closes_at", "season", "note", "site_id"),
    ScheduleException: ("first_day", "last_day", "opens_at", "closes_at", "note"),
    ServiceArea: ("footprint_id",),
    ServiceAtLocation: ("location_id",),
    Url: ("url", "label"),
}
"""What a row says, beside its own id and whom it belongs to."""


def replace(rows: list[Row], wanted: Iterable[Row]) -> None:
    """Put ``wanted`` in the place of ``rows``, unless they say the same: then the rows stay as they are."""
    fresh = list(wanted)
    if [_says(row) for row in rows] != [_says(row) for row in fresh]:
        rows[:] = fresh


def _says(row: Base) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in SAYING[type(row)])


def phones(telephone: str, text: TextNumber | None = None) -> list[Phone]:
    rows = [Phone(number=telephone, type=PhoneType.VOICE, description="")] if telephone else []
    if text:
        rows.append(Phone(number=text.number, type=PhoneType.TEXT, description=text.description))
    return rows


def schedules(sessions: Iterable[WeeklySession], sites: Mapping[str, int] = _NOWHERE) -> list[Schedule]:
    """``sites`` are the ids of locations by key."""
    return [
        Schedule(
            weekday=session.weekday,
            opens_at=session.opens_at,
            closes_at=session.closes_at,
            season=session.season,
            note=session.note,
            site_id=sites[session.site] if session.site else None,
        )
        for session in sessions
    ]


def exceptions(days: Iterable[OtherDays]) -> list[ScheduleException]:
    return [
        ScheduleException(
            first_day=some.first_day,
            last_day=some.last_day,
            opens_at=some.opens_at,
            closes_at=some.closes_at,
            note=some.note,
        )
        for some in days
    ]


def costs(wanted: Iterable[Cost]) -> list[CostOption]:
    return [
        CostOption(amount=cost.amount, description=cost.description, condition=cost.condition)
        for cost in wanted
    ]


def languages(codes: Iterable[str]) -> list[Language]:
    return [Language(code=code) for code in codes]


def accessibility(features: Iterable[AccessibilityFeature]) -> list[Accessibility]:
    return [Accessibility(feature=feature) for feature in features]


def replace_of_service(
    service: Service, details: ServiceDetails, sites: Mapping[str, int] = _NOWHERE
) -> None:
    """All rows of a service but for what it is tied to; ``sites`` are the ids of its locations by key."""
    replace(service.phones, phones(details.telephone, details.text))
    replace(service.schedules, schedules(details.schedule, sites))
    replace(service.exceptions, exceptions(details.exceptions))
    replace(service.cost_options, costs(details.costs))
    replace(service.languages, languages(details.languages))
    replace(service.accessibility, accessibility(details.accessibility))
    replace(service.urls, [Url(url=details.website, label="")] if details.website else [])
    replace(service.attributes, [Attribute(label=label, value=value) for label, value in details.attributes])
