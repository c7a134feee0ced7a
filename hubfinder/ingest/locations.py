"""Locations where services happen."""

import dataclasses
from collections.abc import Iterator, Sequence

from hubfinder.directory.actions import save_locations
from hubfinder.directory.references import postcode_points, services_telling_of
from hubfinder.directory.values import LocationDetails
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import each_once, finish, own_key, schedule, telephone
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.vocab import AccessibilityFeature


def load(loading: Loading, _options: NoOptions) -> None:
    """Add locations, or change those that are there, by key."""
    rows = _untold(loading, each_once(loading, _location, ("key", "name")))
    found = list(with_points(loading, rows))
    finish(loading, save_locations(loading.session, found))
    loading.report.count("locations", len(found))


def with_points(loading: Loading, rows: Sequence[tuple[int, LocationDetails]]) -> Iterator[LocationDetails]:
    """The locations, each with a point: its own, or else that of its postcode. One without is refused."""
    wanted = (details.postcode for _, details in rows if details.lat is None)
    points = postcode_points(loading.session, {postcode.replace(" ", "") for postcode in wanted})
    for number, details in rows:
        if details.lat is not None:
            yield details
        elif point := points.get(details.postcode.replace(" ", "")):
            yield dataclasses.replace(details, lat=point.lat, lon=point.lon)
        else:
            what = f"{details.postcode} is not known here" if details.postcode else "is empty"
            why = f"{what}, and the row has no lat and lon"
            loading.report.refuse(number, RowRefused("postcode", why))


def _untold(
    loading: Loading, rows: Sequence[tuple[int, LocationDetails]]
) -> list[tuple[int, LocationDetails]]:
    """The places but for those that become confidential while a service there tells of them: refused."""
    hidden = {details.key: details for _, details in rows if details.is_confidential}
    told = dict(services_telling_of(loading.session, hidden))
    for number, details in rows:
        if details.key in told:
            why = f"the texts of the service {told[details.key]} tell of this place; change them first"
            loading.report.refuse(number, RowRefused("confidential", why))
    return [(number, details) for number, details in rows if details.key not in told]


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


def _location(row: Row) -> LocationDetails:
    if row.yes("family_hub") and row.yes("confidential"):
        raise RowRefused("confidential", "a family hub cannot be confidential")
    return dataclasses.replace(
        place_of(row),
        key=own_key(row),
        is_family_hub=row.yes("family_hub"),
        is_confidential=row.yes("confidential"),
        accessibility=row.some_of("accessibility", AccessibilityFeature),
        opening=schedule(row, "opening"),
    )


LOCATIONS = Kind(
    "locations",
    "Places where services happen: key, name, address, postcode, lat, lon, family_hub, confidential, "
    "telephone, accessibility, opening.",
    load,
    NoOptions,
)
