"""Every kind of file that ``hubfinder import`` takes, in the order in which a new area is filled."""

from typing import Any

from hubfinder.ingest import (
    footprints,
    hubs,
    libraries,
    locations,
    organizations,
    place_names,
    postcodes,
    services,
)
from hubfinder.ingest.kind import Kind

ALL: tuple[Kind[Any], ...] = (
    postcodes.POSTCODES,
    footprints.FOOTPRINTS,
    place_names.PLACE_NAMES,
    hubs.HUBS,
    libraries.LIBRARIES,
    organizations.ORGANIZATIONS,
    locations.LOCATIONS,
    services.SERVICES,
)
KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in ALL}
