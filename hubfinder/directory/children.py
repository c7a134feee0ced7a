"""Rows that belong to a listing: its numbers, sessions, prices. They stay as long as they say the same."""

from collections.abc import Iterable
from typing import TypeVar

from hubfinder.database import Base
from hubfinder.directory.models import (
    Accessibility,
    Attribute,
    CostOption,
    Language,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Url,
)
from hubfinder.directory.values import Cost, ServiceDetails, TextNumber, WeeklySession
from hubfinder.vocab import AccessibilityFeature, PhoneType

Row = TypeVar("Row", bound=Base)

SAYING: dict[type[Base], tuple[str, ...]] = {
    Accessibility: ("feature",),
    Attribute: ("label", "value"),
    CostOption: ("amount", "description"),
    Language: ("code",),
    Phone: ("number", "type", "description"),
    Schedule: ("weekday", "opens_at", "closes_at", "season", "note"),
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


def schedules(sessions: Iterable[WeeklySession]) -> list[Schedule]:
    return [
        Schedule(
            weekday=session.weekday,
            opens_at=session.opens_at,
            closes_at=session.closes_at,
            season=session.season,
            note=session.note,
        )
        for session in sessions
    ]


def costs(wanted: Iterable[Cost]) -> list[CostOption]:
    return [CostOption(amount=cost.amount, description=cost.description) for cost in wanted]


def languages(codes: Iterable[str]) -> list[Language]:
    return [Language(code=code) for code in codes]


def accessibility(features: Iterable[AccessibilityFeature]) -> list[Accessibility]:
    return [Accessibility(feature=feature) for feature in features]


def replace_of_service(service: Service, details: ServiceDetails) -> None:
    """All rows of a service that need no look-up."""
    replace(service.phones, phones(details.telephone, details.text))
    replace(service.schedules, schedules(details.schedule))
    replace(service.cost_options, costs(details.costs))
    replace(service.languages, languages(details.languages))
    replace(service.accessibility, accessibility(details.accessibility))
    replace(service.urls, [Url(url=details.website, label="")] if details.website else [])
    replace(service.attributes, [Attribute(label=label, value=value) for label, value in details.attributes])
