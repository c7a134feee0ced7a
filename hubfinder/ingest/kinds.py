"""Every kind of file that ``hubfinder import`` takes, in the order in which a new area is filled."""

from typing import Any

from hubfinder.ingest import (
    bodies,
    footprints,
    hubs,
    libraries,
    locations,
    network_patients,
    organizations,
    place_names,
    postcodes,
    practices,
    schools,
    services,
    translations,
)
from hubfinder.ingest.kind import Kind

ALL: tuple[Kind[Any], ...] = (
    postcodes.POSTCODES,
    footprints.FOOTPRINTS,
    network_patients.NETWORK_PATIENTS,
    schools.SCHOOLS,
    practices.PRACTICES,
    practices.PRACTICE_NETWORKS,
    place_names.PLACE_NAMES,
    bodies.BODIES,
    hubs.HUBS,
    libraries.LIBRARIES,
    organizations.ORGANIZATIONS,
    locations.LOCATIONS,
    services.SERVICES,
    translations.TRANSLATIONS,
)
KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in ALL}
