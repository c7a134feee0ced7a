"""The fields of a content in words, for staff who compare two of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.costs import pounds
from hubfinder.directory.models import Location, Organization, TaxonomyTerm
from hubfinder.directory.references import in_chunks
from hubfinder.directory.values import NEED
from hubfinder.display import formats
from hubfinder.display.language import language_name, locale
from hubfinder.display.words import gettext
from hubfinder.places.models import Footprint
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Audience,
    Circumstance,
    Confidence,
    Delivery,
    FootprintKind,
    Labelled,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)

ENUMS: Mapping[str, type[Labelled]] = {
    "status": ServiceStatus,
    "access": Access,
    "audience": Audience,
    "confidence": Confidence,
    "vacancies": Vacancies,
    "delivery": Delivery,
    "circumstances": Circumstance,
    "accessibility": AccessibilityFeature,
}
APART = "\n"
"""Between the parts of a list: each stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the things that contents name by their keys."""

    organizations: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    catalogue: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


def names_of(session: Session, *contents: Mapping[str, Any]) -> Names:
    """The names of all that these contents name; a confidential place is told by none."""
    areas = _all(contents, "areas")
    return Names(
        organizations=_named(session, Organization, {str(one.get("organization", "")) for one in contents}),
        locations=_places(session, _all(contents, "locations")),
        needs=_needs(session),
        catalogue=_entries(session, _all(contents, "catalogue")),
        areas=_areas(session, areas),
    )


def words_of(name: str, value: Any, names: Names) -> str:  # noqa: ANN401 - any value of JSON
    """A field in words; lists have one part on each line, and nothing is empty."""
    if value is None or value == "":
        return ""
    if name in ENUMS:
        return _lines(value, lambda part: _label(ENUMS[name], part))
    said = _WORDS.get(name)
    return said(value, names) if said else str(value)


def _lines(value: Any, words: Callable[[Any], str]) -> str:  # noqa: ANN401 - any value of JSON
    parts = value if isinstance(value, list | tuple) else [value]
    return APART.join(words(part) for part in parts)


def _label(enum: type[Labelled], value: Any) -> str:  # noqa: ANN401 - any value of JSON
    return str(enum(value).label) if value in {member.value for member in enum} else str(value)


def _called(names: Mapping[str, str], key: str) -> str:
    return names.get(key, key)


def _months(value: int, _names: Names) -> str:
    if value < 0:
        return gettext("pregnancy")
    return formats.age(value)


def _session(part: Mapping[str, Any], names: Names) -> str:
    words = gettext(
        "%(days)s %(hours)s",
        days=_label(Weekday, part["weekday"]),
        hours=formats.between(time.fromisoformat(part["opens_at"]), time.fromisoformat(part["closes_at"])),
    )
    if part.get("season") not in (None, "", Season.ALWAYS.value):
        words = gettext("%(times)s %(season)s", times=words, season=_label(Season, part["season"]))
    if part.get("site"):
        words = gettext("%(times)s, at %(place)s", times=words, place=_called(names.locations, part["site"]))
    return _noted(words, part.get("note"))


def _other_days(part: Mapping[str, Any]) -> str:
    first, last = date.fromisoformat(part["first_day"]), date.fromisoformat(part["last_day"])
    days = formats.day(first)
    if last != first:
        days = gettext("%(first)s to %(last)s", first=days, last=formats.day(last))
    if part.get("opens_at") and part.get("closes_at"):
        hours = formats.between(time.fromisoformat(part["opens_at"]), time.fromisoformat(part["closes_at"]))
    else:
        hours = gettext("not on")
    return _noted(f"{days}: {hours}", part.get("note"))


def _cost(part: Mapping[str, Any]) -> str:
    amount = part.get("amount")
    words = "" if amount is None else pounds(amount) if amount else gettext("Free")
    words = f"{words} {part.get('description') or ''}".strip()
    return _noted(words, part.get("condition"))


def _noted(words: str, note: object) -> str:
    return f"{words} ({note})" if note else words


def _text(part: Mapping[str, Any], _names: Names) -> str:
    return _noted(str(part.get("number", "")), part.get("description"))


def _yes(value: object, _names: Names) -> str:
    return gettext("Yes") if value else gettext("No")


def _language(code: str) -> str:
    return language_name(code, locale())


_WORDS: Mapping[str, Callable[[Any, Names], str]] = {
    "organization": lambda value, names: _called(names.organizations, value),
    "locations": lambda value, names: _lines(value, lambda key: _called(names.locations, key)),
    "needs": lambda value, names: _lines(value, lambda key: _called(names.needs, key)),
    "suggested_needs": lambda value, names: _lines(value, lambda key: _called(names.needs, key)),
    "catalogue": lambda value, names: _lines(value, lambda key: _called(names.catalogue, key)),
    "suggested_catalogue": lambda value, names: _lines(value, lambda key: _called(names.catalogue, key)),
    "areas": lambda value, names: _lines(value, lambda key: _called(names.areas, key)),
    "minimum_age": _months,
    "maximum_age": _months,
    "schedule": lambda value, names: _lines(value, lambda part: _session(part, names)),
    "exceptions": lambda value, _: _lines(value, _other_days),
    "costs": lambda value, _: _lines(value, _cost),
    "text": _text,
    "languages": lambda value, _: _lines(value, _language),
    "is_crisis": _yes,
    "is_national": _yes,
    "attributes": lambda value, _: _lines(value, lambda part: f"{part['label']}: {part['value']}"),
    "assured_date": lambda value, _: formats.day(date.fromisoformat(value)),
}


def _all(contents: Iterable[Mapping[str, Any]], name: str) -> set[str]:
    return {str(part) for content in contents for part in content.get(name) or ()}


def _named(session: Session, table: type[Organization], keys: set[str]) -> dict[str, str]:
    rows = session.execute(select(table.key, table.name).where(table.key.in_(keys)))
    return dict(rows.tuples().all())


def _places(session: Session, keys: set[str]) -> dict[str, str]:
    rows = session.execute(
        select(Location.key, Location.name, Location.is_confidential).where(Location.key.in_(keys))
    )
    hidden = gettext("a confidential place")
    return {key: hidden if is_confidential else name for key, name, is_confidential in rows.tuples()}


def _needs(session: Session) -> dict[str, str]:
    terms = select(TaxonomyTerm.key, TaxonomyTerm.name).where(
        TaxonomyTerm.key.startswith(NEED, autoescape=True)
    )
    return {key.removeprefix(NEED): name for key, name in session.execute(terms).tuples()}


def _entries(session: Session, keys: set[str]) -> dict[str, str]:
    entries = select(CatalogueEntry.key, CatalogueEntry.current_name, CatalogueEntry.name)
    rows = session.execute(entries.where(CatalogueEntry.key.in_(keys)))
    return {key: current or name for key, current, name in rows.tuples()}


def _areas(session: Session, wanted: set[str]) -> dict[str, str]:
    """Names with their kinds: ``Harbour (Ward)``."""
    found: dict[str, str] = {}
    for codes in in_chunks(sorted({area.partition(":")[2] for area in wanted})):
        rows = session.execute(
            select(Footprint.kind, Footprint.code, Footprint.name).where(Footprint.code.in_(codes))
        )
        found |= {f"{kind.value}:{code}": _with_kind(name, kind) for kind, code, name in rows.tuples()}
    return found


def _with_kind(name: str, kind: FootprintKind) -> str:
    return f"{name} ({kind.label})"
