"""Names of towns and villages, which people type instead of a postcode."""

from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.places.actions import NamedPlace, put_place_names


def load(loading: Loading, _options: NoOptions) -> None:
    """Add names, or move those that are there already."""
    names = loading.each(_name, needs=("name", "kind", "lat", "lon"))
    loading.report.count("place names", put_place_names(loading.session, names))


def _name(row: Row) -> NamedPlace:
    point = row.point()
    if point is None:
        raise RowRefused("lat", "is empty")
    return NamedPlace(row.line("name", required=True, longest=120), row.line("kind", longest=40), point)


PLACE_NAMES = Kind("place-names", "Towns and villages: name, kind, lat, lon.", load, NoOptions)
