"""Every kind of file that ``hubfinder import`` takes, in the order in which a new area is filled."""

from typing import Any

from hubfinder.ingest import place_names
from hubfinder.ingest.kind import Kind

ALL: tuple[Kind[Any], ...] = (place_names.PLACE_NAMES,)
KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in ALL}
