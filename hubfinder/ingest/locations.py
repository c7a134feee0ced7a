"""Locations where services happen."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from hubfinder.directory.actions import remove_location, save_locations
from hubfinder.directory.disclosures import (
    listings_telling,
    public_addresses,
    secrets_with,
    texts_of_location,
)
from hubfinder.directory.references import postcode_points
from hubfinder.directory.values import LocationDetails, Touched
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import each_once, finish, opening, own_key, telephone
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.vocab import AccessibilityFeature

MOST_NAMED = 10


class PlaceStatus(StrEnum):
    """Whether a place is there. One that closed is taken away."""

    ACTIVE = "active"
    CLOSED = "closed"


def load(loading: Loading, _options: NoOptions) -> None:
    """Add locations, or change those that are there, by key."""
    rows, touched = without_closed(loading, each_once(loading, _location, ("key", "name")))
    found = [details for _, details in untold(loading, with_points(loading, rows))]
    touched.add(save_locations(loading.session, found))
    finish(loading, touched)
    loading.report.count("locations", len(found))


def without_closed(
    loading: Loading, rows: Sequence[tuple[int, LocationDetails]]
) -> tuple[list[tuple[int, LocationDetails]], Touched]:
    """The places that are open; those that closed are taken away, with what was touched by that."""
    touched = Touched()
    closed = [details.key for _, details in rows if details.is_closed]
    for key in closed:
        touched.add(remove_location(loading.session, key))
    if closed:
        loading.report.count("closed places", len(closed))
    return [(number, details) for number, details in rows if not details.is_closed], touched


def with_points(
    loading: Loading, rows: Sequence[tuple[int, LocationDetails]]
) -> Iterator[tuple[int, LocationDetails]]:
    """The locations, each with a point: its own, or else that of its postcode. One without is refused."""
    wanted = (details.postcode for _, details in rows if details.lat is None)
    points = postcode_points(loading.session, {postcode.replace(" ", "") for postcode in wanted})
    for number, details in rows:
        if details.lat is not None:
            yield number, details
        elif point := points.get(details.postcode.replace(" ", "")):
            yield number, dataclasses.replace(details, lat=point.lat, lon=point.lon)
        else:
            what = f"{details.postcode} is not known here" if details.postcode else "is empty"
            why = f"{what}, and the row has no lat and lon"
            loading.report.refuse(number, RowRefused("postcode", why))


def untold(
    loading: Loading, rows: Iterable[tuple[int, LocationDetails]]
) -> Iterator[tuple[int, LocationDetails]]:
    """The places. One that tells of a confidential one is refused, or that texts here tell of."""
    found = list(rows)
    places = [details for _, details in found]
    secrets = secrets_with(loading.session, places)
    hidden = [place for place in places if place.is_confidential]
    known = public_addresses(loading.session, places)
    told = listings_telling(loading.session, hidden, known, {place.key for place in places})
    for number, details in found:
        if details.is_confidential:
            field, why = "confidential", _tellers(told.get(details.key, []))
        else:
            field, why = next(secrets.told(texts_of_location(details)), ("", ""))
            why = why and f"this text tells of a confidential place: its {why}"
        if why:
            loading.report.refuse(number, RowRefused(field, why))
        else:
            yield number, details


def _tellers(told: Sequence[str]) -> str:
    """Why a place cannot be confidential yet: which listings tell of it. Empty if none does."""
    if not told:
        return ""
    named = ", ".join(told[:MOST_NAMED]) + (
        f" and {len(told) - MOST_NAMED} more" if told[MOST_NAMED:] else ""
    )
    return f"the texts of {named} tell of this place; change them first"


def place_of(row: Row) -> LocationDetails:
    """What all files of places have in common: name, address, postcode, point, telephone. No key yet."""
    point, postcode = row.point(), row.postcode()
    return LocationDetails(
        key="",
        name=sentence(row, "name", required=True),
        address=sentence(row, "address", longest=500),
        postcode="" if postcode is None else str(postcode),
        lat=point.lat if point else None,
        lon=point.lon if point else None,
        telephone=telephone(row),
    )


def is_closed(row: Row) -> bool:
    return row.one_of("status", PlaceStatus) is PlaceStatus.CLOSED


def _location(row: Row) -> LocationDetails:
    if row.yes("family_hub") and row.yes("confidential"):
        raise RowRefused("confidential", "a family hub cannot be confidential")
    return dataclasses.replace(
        place_of(row),
        key=own_key(row),
        is_family_hub=row.yes("family_hub"),
        is_confidential=row.yes("confidential"),
        accessibility=row.some_of("accessibility", AccessibilityFeature),
        opening=opening(row),
        is_closed=is_closed(row),
    )


LOCATIONS = Kind(
    "locations",
    "Places where services happen: key, name, address, postcode, lat, lon, family_hub, confidential, "
    "telephone, accessibility, opening, status (active or closed).",
    load,
    NoOptions,
)
