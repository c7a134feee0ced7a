"""From a content back to the details of a service, if everything in it is as it should be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hubfinder.clock import today
from hubfinder.directory import other_days
from hubfinder.directory.values import (
    Cost,
    Malformed,
    OtherDays,
    ServiceDetails,
    TextNumber,
    WeeklySession,
)
from hubfinder.display.words import gettext
from hubfinder.listings import fields
from hubfinder.listings.content_fields import NAMES, SUGGESTED, ContentRefused
from hubfinder.listings.fields import Fields, Refused
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Audience,
    Circumstance,
    Confidence,
    Delivery,
    FootprintKind,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)

LONG, MIDDLE, SHORT = 20_000, 4_000, 500


def from_content(key: str, content: Mapping[str, Any]) -> ServiceDetails:
    """The service that a content tells of, complete: with all that a published listing must say.

    Raises:
        ContentRefused: something is wrong or missing, with a message for each field.
    """
    said = Fields(content, list(fields.unknown(content, NAMES)))
    details = _details(key, said)
    _check(said, details)
    if not details.is_national:
        _require(said, details)
    if said.problems:
        raise ContentRefused(said.problems)
    return details


def read_content(key: str, content: Mapping[str, Any]) -> tuple[ServiceDetails, list[tuple[str, str]]]:
    """The same of what is still being written: as far as it can be read, and what is wrong with the rest.

    Nothing has to be there. What is wrong is left out of the details.
    """
    said = Fields(content, list(fields.unknown(content, NAMES)))
    details = _details(key, said)
    _check(said, details)
    return details, said.problems


def _details(key: str, said: Fields) -> ServiceDetails:
    for name in SUGGESTED:
        said.keys(name)
    return ServiceDetails(
        key=key,
        name=said.line("name"),
        organization=said.take("organization", lambda value: fields.key(value) if value else "", ""),
        summary=said.line("summary", SHORT),
        description=said.paragraphs("description", LONG),
        status=said.one("status", ServiceStatus) or ServiceStatus.ACTIVE,
        access=said.one("access", Access) or Access.UNIVERSAL,
        delivery=frozenset(said.some("delivery", Delivery)),
        minimum_age=said.age("minimum_age"),
        maximum_age=said.age("maximum_age"),
        eligibility=said.paragraphs("eligibility", MIDDLE),
        circumstances=frozenset(said.some("circumstances", Circumstance)),
        how_to_apply=said.paragraphs("how_to_apply", MIDDLE),
        needs=tuple(sorted(said.keys("needs"))),
        catalogue=tuple(sorted(said.keys("catalogue"))),
        locations=said.keys("locations"),
        areas=said.parts("areas", _area),
        schedule=said.parts("schedule", _session),
        exceptions=said.take("exceptions", _exceptions, ()),
        hours=said.paragraphs("hours", MIDDLE),
        costs=said.parts("costs", _cost),
        languages=said.parts("languages", fields.language),
        interpretation=said.paragraphs("interpretation", MIDDLE),
        accessibility=said.some("accessibility", AccessibilityFeature),
        deaf_access=said.paragraphs("deaf_access", MIDDLE),
        telephone=said.take("telephone", fields.telephone, ""),
        text=said.take("text", _text, None),
        email=said.take("email", fields.email, ""),
        website=said.take("website", fields.website, ""),
        audience=said.one("audience", Audience) or Audience.EVERYONE,
        is_national=said.yes("is_national"),
        is_crisis=said.yes("is_crisis"),
        confidence=said.one("confidence", Confidence),
        to_confirm=said.line("to_confirm", MIDDLE),
        assured_date=said.take("assured_date", _past_day, None),
        assured_by=said.line("assured_by"),
        vacancies=said.one("vacancies", Vacancies),
        vacancies_note=said.line("vacancies_note"),
        attributes=said.parts("attributes", _attribute),
    )


def _check(said: Fields, details: ServiceDetails) -> None:
    """What is wrong only together with something else."""
    youngest, oldest = details.minimum_age, details.maximum_age
    if youngest is not None and oldest is not None and oldest <= youngest:
        said.refuse("maximum_age", gettext("The upper age must be more than the lower age"))
    elsewhere = {one.site for one in details.schedule} - {"", *details.locations}
    if elsewhere:
        said.refuse("schedule", gettext("A session is at a place that this service does not have"))


def _require(said: Fields, details: ServiceDetails) -> None:
    """What a listing must say before it is published."""
    said.need("name", details.name, gettext("Give it a name"))
    said.need("organization", details.organization, gettext("Say which organization offers it"))
    said.need("summary", details.summary, gettext("Say in one sentence what it is"))
    said.need("delivery", details.delivery, gettext("Say how help reaches families"))


def _area(value: object) -> tuple[FootprintKind, str]:
    kind, _, code = fields.string(value).partition(":")
    if not code or len(code) > 60:
        raise Refused(gettext("Choose an area from the map or the list"))
    return fields.member(kind, FootprintKind), code


def _session(value: object) -> WeeklySession:
    said = fields.object_of(value)
    opens_at, closes_at = fields.time_of_day(said.get("opens_at")), fields.time_of_day(said.get("closes_at"))
    if closes_at <= opens_at:
        raise Refused(gettext("A session ends before it begins"))
    return WeeklySession(
        fields.member(said.get("weekday"), Weekday),
        opens_at,
        closes_at,
        fields.member(said.get("season", Season.ALWAYS), Season),
        fields.short(said.get("note")),
        fields.key(said["site"]) if said.get("site") else "",
    )


def _exceptions(value: object) -> tuple[OtherDays, ...]:
    try:
        return other_days.in_order([_days(part) for part in fields.listed(value)])
    except Malformed:
        raise Refused(gettext("Two of these say something about the same day")) from None


def _days(value: object) -> OtherDays:
    said = fields.object_of(value)
    opens_at, closes_at = (
        fields.time_of_day(said[end]) if said.get(end) else None for end in ("opens_at", "closes_at")
    )
    days = OtherDays(
        fields.day(said.get("first_day")),
        fields.day(said.get("last_day")),
        opens_at,
        closes_at,
        fields.short(said.get("note")),
    )
    try:
        return other_days.checked(days)
    except Malformed:
        raise Refused(
            gettext("Days that are different need a first and a last day, and both times or none")
        ) from None


def _cost(value: object) -> Cost:
    said = fields.object_of(value)
    cost = Cost(
        fields.pounds(said.get("amount")),
        fields.short(said.get("description")),
        fields.short(said.get("condition")),
    )
    if cost.amount is None and not cost.description:
        raise Refused(gettext("Give an amount in pounds, or say in words what it costs"))
    return cost


def _text(value: object) -> TextNumber | None:
    said = fields.object_of(value)
    number = fields.telephone(said.get("number") or "")
    return TextNumber(number, fields.short(said.get("description"))) if number else None


def _attribute(value: object) -> tuple[str, str]:
    said = fields.object_of(value)
    return fields.plain(said.get("label"), 120), fields.plain(said.get("value"), MIDDLE)


def _past_day(value: object) -> date:
    found = fields.day(value)
    if found > today():
        raise Refused(gettext("This day is still to come"))
    return found
