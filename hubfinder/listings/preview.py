"""A listing as families would see it, made of what somebody has written so far. Nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from hubfinder.directory import children
from hubfinder.directory.actions import SERVICE_FIELDS
from hubfinder.directory.disclosures import fetch_secrets, texts_of_service
from hubfinder.directory.models import Location, Organization, Service, ServiceArea, ServiceAtLocation
from hubfinder.directory.references import fetch_references
from hubfinder.directory.values import ServiceDetails
from hubfinder.listings.content import read_content
from hubfinder.places.models import Footprint


class TellsTooMuch(Exception):
    """The texts tell of a confidential place: they are shown to nobody."""


def preview_of(session: Session, key: str, content: Mapping[str, Any]) -> Service:
    """The service that a content would make, as far as it can be read: in memory, never in the database.

    What it names and does not exist is left out; so is every confidential place.

    Raises:
        TellsTooMuch: a text of it tells of a confidential place.
    """
    details, _ = read_content(key, content)
    if next(fetch_secrets(session).told(texts_of_service(details)), None):
        raise TellsTooMuch
    organization = session.scalar(
        select(Organization)
        .where(Organization.key == details.organization)
        .options(selectinload(Organization.phones))
    )
    made = Service(key=key, **{name: getattr(details, name) for name in SERVICE_FIELDS})
    _set(made, "organization", organization or Organization(key="", name=""))
    _with_rows(session, made, details)
    _with_places(session, made, details)
    return made


def _set(row: object, name: str, value: object) -> None:
    """Tie rows together without the session coming to know of the one that is not to be kept."""
    set_committed_value(row, name, value)


def _with_rows(session: Session, made: Service, details: ServiceDetails) -> None:
    known = fetch_references(session, [details])
    sites = {key: known.locations[key].id for key in details.locations if key in known.locations}
    sessions = tuple(one if one.site in sites else replace(one, site="") for one in details.schedule)
    fitting = replace(details, schedule=sessions)
    children.replace_of_service(made, fitting, sites)
    terms = [known.needs[key] for key in details.needs if key in known.needs]
    entries = [known.entries[key] for key in details.catalogue if key in known.entries]
    _set(made, "terms", sorted(terms, key=lambda term: term.position))
    _set(made, "entries", sorted(entries, key=lambda entry: entry.position))
    ids = [known.areas[area] for area in details.areas if area in known.areas]
    footprints = {row.id: row for row in session.scalars(select(Footprint).where(Footprint.id.in_(ids)))}
    areas = [ServiceArea(footprint_id=id_) for id_ in ids]
    for area in areas:
        _set(area, "footprint", footprints[area.footprint_id])
    _set(made, "areas", areas)


def _with_places(session: Session, made: Service, details: ServiceDetails) -> None:
    rows = session.scalars(
        select(Location)
        .where(Location.key.in_(details.locations), ~Location.is_confidential)
        .options(
            joinedload(Location.organization),
            selectinload(Location.accessibility),
            selectinload(Location.exceptions),
            selectinload(Location.closures),
        )
    )
    places = {row.key: row for row in rows}
    happenings = [ServiceAtLocation(location_id=places[key].id) for key in details.locations if key in places]
    for happening, key in zip(happenings, (key for key in details.locations if key in places), strict=True):
        _set(happening, "location", places[key])
    _set(made, "at_locations", happenings)
    if not inspect(made).transient:
        raise RuntimeError("a preview must never reach the database")
