"""A listing as JSON, as versions, updates and spreadsheets keep it: the fields of ``ServiceDetails``.

Enums are their values, dates are ISO, times "HH:MM", areas "kind:code"; sessions, other days, prices and
further facts are lists of objects. What is a set (needs, catalogue, delivery, circumstances) is sorted, so
that the same listing is always the same JSON. ``key`` is not in it: that of a listing never changes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import StrEnum
from typing import Any

from hubfinder.directory.values import Cost, OtherDays, ServiceDetails, TextNumber, WeeklySession
from hubfinder.listings.content_fields import (
    FIELDS,
    LABELS,
    NAMES,
    SUGGESTED,
    SUGGESTED_CATALOGUE,
    SUGGESTED_NEEDS,
    Concern,
    ContentRefused,
    Field,
    fields_of,
)
from hubfinder.listings.content_reading import from_content, read_content
from hubfinder.listings.models import Content

__all__ = [
    "FIELDS", "LABELS", "NAMES", "SUGGESTED", "SUGGESTED_CATALOGUE", "SUGGESTED_NEEDS", "Concern", "Content",
    "ContentRefused", "Field",
    "digest_of", "empty_content", "fields_of", "from_content", "read_content", "to_content",
]  # fmt: skip

TEXTS = (
    "name", "organization", "summary", "description", "eligibility", "how_to_apply", "hours",
    "interpretation", "deaf_access", "telephone", "email", "website", "to_confirm", "assured_by",
    "vacancies_note",
)  # fmt: skip
PLAIN = (*TEXTS, "minimum_age", "maximum_age", "is_national", "is_crisis")
UNVERSIONED = frozenset({"assured_date", "assured_by", *SUGGESTED})
"""What makes no new version: when a listing was checked is kept beside it, and a suggestion is not in it."""


def to_content(details: ServiceDetails) -> Content:
    """A service as JSON; the same whatever order its sets came in."""
    return {
        **{name: getattr(details, name) for name in PLAIN},
        "status": details.status.value,
        "access": details.access.value,
        "audience": details.audience.value,
        "confidence": _value(details.confidence),
        "vacancies": _value(details.vacancies),
        "delivery": sorted(member.value for member in details.delivery),
        "circumstances": sorted(member.value for member in details.circumstances),
        "accessibility": [member.value for member in details.accessibility],
        "needs": sorted(set(details.needs)),
        "catalogue": sorted(set(details.catalogue)),
        "locations": list(details.locations),
        "areas": [f"{kind.value}:{code}" for kind, code in details.areas],
        "languages": list(details.languages),
        "schedule": [session_content(one) for one in details.schedule],
        "exceptions": [days_content(one) for one in _by_day(details.exceptions)],
        "costs": [cost_content(one) for one in details.costs],
        "text": _text(details.text),
        "assured_date": _day(details.assured_date),
        "attributes": [{"label": label, "value": value} for label, value in details.attributes],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of all of a content that makes a version: the same digest is the same version."""
    said = {name: value for name, value in content.items() if name not in UNVERSIONED}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def empty_content() -> Content:
    """What a new listing begins with."""
    return to_content(ServiceDetails(key="", name="", organization=""))


def session_content(one: WeeklySession) -> dict[str, str]:
    return {
        "weekday": one.weekday.value,
        "opens_at": hours(one.opens_at),
        "closes_at": hours(one.closes_at),
        "season": one.season.value,
        "note": one.note,
        "site": one.site,
    }


def days_content(one: OtherDays) -> dict[str, str | None]:
    return {
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "opens_at": hours(one.opens_at) if one.opens_at else None,
        "closes_at": hours(one.closes_at) if one.closes_at else None,
        "note": one.note,
    }


def cost_content(one: Cost) -> dict[str, float | str | None]:
    amount = None if one.amount is None else round(float(one.amount), 2)
    return {"amount": amount, "description": one.description, "condition": one.condition}


def hours(at: time) -> str:
    """``09:30``."""
    return at.strftime("%H:%M")


def _by_day(days: Iterable[OtherDays]) -> list[OtherDays]:
    return sorted(days, key=lambda one: (one.first_day, one.opens_at or time(0)))


def _text(number: TextNumber | None) -> dict[str, str] | None:
    return {"number": number.number, "description": number.description} if number else None


def _value(member: StrEnum | None) -> str | None:
    return member.value if member is not None else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
