"""What listings stand on: organizations that offer them and places where they happen, as staff keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.directory.actions import LOCATION_FIELDS, save_location, save_organization
from hubfinder.directory.disclosures import (
    fetch_secrets,
    listings_telling,
    public_addresses,
    secrets_with,
    texts_of_location,
    texts_of_organization,
)
from hubfinder.directory.keys import make_key
from hubfinder.directory.models import Location, Organization
from hubfinder.directory.references import postcode_points
from hubfinder.directory.values import (
    PROPOSED,
    SEED,
    LocationDetails,
    OrganizationDetails,
    OtherDays,
    WeeklySession,
)
from hubfinder.display.words import gettext
from hubfinder.listings.fields import Refused, email, plain, telephone, website
from hubfinder.listings.keeping import Kept, council_at
from hubfinder.listings.sites import PlaceRefused
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.places.values import Postcode
from hubfinder.search.documents import refresh_documents
from hubfinder.vocab import AccessibilityFeature

MOST = 10
WHERE = ("name", "address", "postcode")
"""What is never shown again of a confidential place. To make one public, all of it is written anew."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form, and the features that were ticked."""

    texts: Mapping[str, str]
    features: Sequence[str] = ()
    is_confidential: bool = False


def organizations_named(session: Session, words: str) -> Sequence[Organization]:
    """Organizations whose name has all of these words, by name; first whichever is called just so.

    Those of national help are not among them.
    """
    parts = words.casefold().split()[:6]
    if not parts:
        return ()
    has = (func.lower(Organization.name).contains(part, autoescape=True) for part in parts)
    chosen = select(Organization).where(Organization.source != SEED, *has)
    is_other = func.lower(Organization.name) != " ".join(words.casefold().split())
    order = (is_other, Organization.name, Organization.key)
    return session.scalars(chosen.order_by(*order).limit(MOST)).all()


def make_organization(session: Session, actor: Actor, council: str, name: str) -> str:
    """Keep a new organization of which only the name is known; its key.

    Raises:
        PlaceRefused: the name is empty, too long, or tells of a confidential place.
    """
    wanted = _organization(session, OrganizationDetails(key="new", name=""), {"name": name})
    stem = make_key(wanted.name)[:150] or "organization"
    taken = set(
        session.scalars(select(Organization.key).where(Organization.key.startswith(stem, autoescape=True)))
    )
    keys = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    details = replace(wanted, key=next(key for key in keys if key not in taken), source=PROPOSED)
    save_organization(session, details)
    record(session, actor, "organization.made", Subject("organization", details.key, council))
    return details.key


def keep_organization(session: Session, actor: Actor, kept: Kept[Organization], typed: Typed) -> None:
    """Change what everybody reads of an organization, at once: it is no listing, nobody approves it.

    Raises:
        PlaceRefused: by field, what is wrong.
    """
    before = organization_details(kept.row)
    details = _organization(session, before, typed.texts)
    if details == before:
        return
    touched = save_organization(session, details)
    refresh_documents(session, touched.services, touched.locations)
    facts = {"fields": [name for name in typed.texts if getattr(before, name) != getattr(details, name)]}
    for council in kept.councils:
        record(
            session, actor, "organization.changed", Subject("organization", details.key, council), "", facts
        )


def organization_details(row: Organization) -> OrganizationDetails:
    number = next((phone.number for phone in row.phones), "")
    return OrganizationDetails(
        row.key, row.name, row.description, row.kind, row.website, row.email, number, row.source
    )


def _organization(
    session: Session, before: OrganizationDetails, texts: Mapping[str, str]
) -> OrganizationDetails:
    read, problems = _read(texts)
    if not read.get("name", before.name):
        problems.setdefault("name", gettext("Give it a name"))
    details = replace(before, **read)
    told = next(fetch_secrets(session).told(texts_of_organization(details)), None)
    if told:
        problems.setdefault(told[0], gettext("This cannot be shown. Ask the council."))
    if problems:
        raise PlaceRefused(problems)
    return details


def keep_location(session: Session, actor: Actor, kept: Kept[Location], typed: Typed) -> None:
    """Change a place, at once, for every listing there.

    Raises:
        PlaceRefused: by field, what is wrong.
    """
    before = location_details(kept.row)
    details = _location(session, before, typed)
    if details == before:
        return
    touched = save_location(session, details)
    refresh_documents(session, touched.services, touched.locations)
    facts = {"fields": [name for name in typed.texts if getattr(before, name) != getattr(details, name)]}
    key = "" if details.is_confidential else details.key
    for council in sorted({*kept.councils, council_at(session, kept.row)} - {""}):
        record(session, actor, "location.changed", Subject("location", key, council), "", facts)


def location_details(row: Location) -> LocationDetails:
    """All that is kept of a place, so that saving it again loses nothing."""
    return LocationDetails(
        key=row.key,
        lat=row.lat,
        lon=row.lon,
        organization=row.organization.key if row.organization else "",
        telephone=next((phone.number for phone in row.phones), ""),
        opening=tuple(
            WeeklySession(one.weekday, one.opens_at, one.closes_at, one.season, one.note)
            for one in row.schedules
        ),
        exceptions=tuple(
            OtherDays(one.first_day, one.last_day, one.opens_at, one.closes_at, one.note)
            for one in row.exceptions
        ),
        languages=tuple(one.code for one in row.languages),
        accessibility=tuple(one.feature for one in row.accessibility),
        **{name: getattr(row, name) for name in LOCATION_FIELDS},
    )


def _location(session: Session, before: LocationDetails, typed: Typed) -> LocationDetails:
    texts = dict(typed.texts)
    if before.is_confidential:
        texts = {name: text for name, text in texts.items() if text.strip()}
    read, problems = _read(texts)
    if before.is_confidential and not typed.is_confidential:
        again = gettext("Write this again: families will see it")
        problems |= {name: again for name in WHERE if name not in texts}
    details = replace(before, **read, is_confidential=typed.is_confidential)
    details = replace(details, accessibility=_features(typed.features))
    if not details.name:
        problems.setdefault("name", gettext("Give it a name"))
    details = _located(session, before, details, problems)
    if not problems:
        problems |= _disclosures(session, before, details)
    if problems:
        raise PlaceRefused(problems)
    return details


def _features(values: Sequence[str]) -> tuple[AccessibilityFeature, ...]:
    known = set(AccessibilityFeature)
    return tuple(AccessibilityFeature(value) for value in dict.fromkeys(values) if value in known)


def _located(
    session: Session, before: LocationDetails, details: LocationDetails, problems: dict[str, str]
) -> LocationDetails:
    """With the point of its postcode, where that is another than before."""
    postcode = Postcode.parse(details.postcode)
    if postcode is None:
        problems.setdefault("postcode", gettext("Write a whole postcode, such as ZA1 2AB"))
        return details
    if str(postcode) == before.postcode:
        return replace(details, postcode=str(postcode))
    point = next(iter(postcode_points(session, [str(postcode).replace(" ", "")]).values()), None)
    if point is None:
        problems.setdefault(
            "postcode", gettext("We do not know this postcode. Check it, or ask the council.")
        )
        return details
    return replace(details, postcode=str(postcode), lat=point.lat, lon=point.lon)


def _disclosures(session: Session, before: LocationDetails, details: LocationDetails) -> dict[str, str]:
    """What keeps a place from being confidential, or its texts from being shown."""
    if details.is_confidential and details.is_family_hub:
        return {"is_confidential": gettext("A family hub cannot be confidential.")}
    if details.is_confidential:
        known = public_addresses(session, [details])
        tellers = listings_telling(session, [details], known, {before.key}).get(details.key)
        words = gettext("Listings tell of this place. Change their texts first.")
        return {"is_confidential": words} if tellers else {}
    told = next(secrets_with(session, [details]).told(texts_of_location(details)), None)
    return {told[0]: gettext("This cannot be shown. Ask the council.")} if told else {}


def _read(texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The texts in their one form, and what is wrong with the others."""
    read: dict[str, Any] = {}
    problems: dict[str, str] = {}
    checks = {"telephone": telephone, "email": email, "website": website}
    for name, text in texts.items():
        try:
            read[name] = (
                checks[name](text) if name in checks else plain(text, 2_000 if name == "description" else 255)
            )
        except Refused as refused:
            problems[name] = str(refused)
    return read, problems
