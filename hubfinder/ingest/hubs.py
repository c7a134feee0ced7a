"""Family hubs and children's centres, with or without keys of their own."""

import dataclasses

from hubfinder.directory.actions import save_locations
from hubfinder.directory.values import LocationDetails
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import each_once, finish, languages, opening
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.locations import is_closed, place_of, untold, with_points, without_closed
from hubfinder.ingest.providers import derived_key, with_provider_keys
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, sentence
from hubfinder.vocab import AccessibilityFeature

FAMILY_HUB = "family hub"
ALIASES = {"source_captured": "as_of"}


def load(loading: Loading, _options: NoOptions) -> None:
    """Add hubs and centres, or change those that are there, and the organizations that run them."""
    every = each_once(loading, _hub, ("name", "postcode", "site_type"), ALIASES)
    rows, touched = without_closed(loading, every)
    found = [details for _, details in untold(loading, with_points(loading, rows))]
    places, providers = with_provider_keys(loading.session, found)
    touched.add(providers)
    touched.add(save_locations(loading.session, places))
    finish(loading, touched)
    hubs = sum(details.is_family_hub for details in found)
    loading.report.count("family hubs", hubs)
    loading.report.count("other places", len(found) - hubs)


def _hub(row: Row) -> LocationDetails:
    place = place_of(row)
    site_type = sentence(row, "site_type", required=True, longest=60)
    return dataclasses.replace(
        place,
        key=row.key() or derived_key(place.name, place.postcode),
        description=paragraphs(row, "description"),
        site_type=site_type,
        is_family_hub=site_type.casefold() == FAMILY_HUB,
        organization=sentence(row, "provider"),
        email=row.email(),
        website=row.website(),
        opening=opening(row),
        languages=languages(row),
        accessibility=row.some_of("accessibility", AccessibilityFeature),
        source=sentence(row, "source", longest=120),
        as_of=sentence(row, "as_of", longest=120),
        is_closed=is_closed(row),
    )


HUBS = Kind(
    "hubs",
    "Family hubs and children's centres: key (may be missing), name, address, postcode, lat, lon, telephone, "
    "email, website, site_type (family hub, or what else it is), provider, opening, description, languages, "
    "accessibility, status (active or closed). CSV or GeoJSON.",
    load,
    NoOptions,
)
