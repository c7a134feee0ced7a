"""Schools: the register of schools (GIAS, ``edubasealldata``), or a CSV or GeoJSON of the council's own."""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from pyproj import Transformer

from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.registers import SchoolValues, put_schools
from hubfinder.places.values import Point

GIAS = {
    "establishmentname": "name",
    "phaseofeducation (name)": "phase",
    "establishmentstatus (name)": "status",
    "schoolwebsite": "website",
}
BRITISH_GRID = 27700
LONGEST_PHASE = 60
_APART = re.compile(r"special|independent|college", re.IGNORECASE)
"""Schools that no address is in the area of. Registers have no phase for them."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of schools."""

    replace: bool = option("Forget all schools that are not in these files.", default=False)


@dataclass(slots=True)
class _Reader:
    """Reads rows into schools, and counts what is worth saying at the end."""

    loading: Loading
    seen: dict[str, SchoolValues] = field(default_factory=dict)
    repeated: int = 0
    strange: list[int] = field(default_factory=list)
    """Rows whose website is none."""

    def school(self, row: Row) -> SchoolValues:
        """A school. Performance tables have a row for each of its phases: then it has all of them."""
        urn = row.line("urn", required=True, longest=12)
        if not urn.isdecimal():
            raise RowRefused("urn", f"{quoted(urn)} is not a number")
        found = SchoolValues(
            urn=urn,
            name=sentence(row, "name", required=True),
            phase=_phase(row),
            status=row.line("status", longest=60),
            postcode=str(row.postcode() or ""),
            website=_website(row, self.strange),
            point=_point(row),
        )
        earlier = self.seen.setdefault(urn, found)
        if (earlier.name, earlier.postcode) != (found.name, found.postcode):
            raise RowRefused("urn", f"{urn} stands in an earlier row with another name or postcode")
        if earlier is not found:
            self.repeated += 1
            self.seen[urn] = replace(earlier, phase=_together(earlier.phase, found.phase))
        return found

    def tell(self) -> None:
        if self.repeated:
            self.loading.report.note(f"{self.repeated:,} rows are about a school of an earlier row.")
        if self.strange:
            cells = f"{len(self.strange):,} cells are no web address and were left out"
            self.loading.report.note(f"{cells} (the first in row {self.strange[0]:,}).")


def load(loading: Loading, options: Options) -> None:
    """Add schools, or change those that are there already."""
    reader = _Reader(loading)
    for _ in loading.each(reader.school, needs=("urn", "name"), aliases=GIAS):
        pass
    found = put_schools(loading.session, reader.seen.values(), replace=options.replace)
    loading.refuse_replacing(found.total, replace=options.replace)
    loading.report.count("schools", found.total)
    if found.nowhere:
        loading.report.note(f"{found.nowhere:,} schools have no position.")
    reader.tell()


def _phase(row: Row) -> str:
    """The phase. Tables that give one to special and independent schools say so in another column."""
    phase, sort = row.line("phase", longest=LONGEST_PHASE), row.line("school_type", longest=60)
    return _fitting(f"{phase} ({sort.lower()})") if phase and _APART.match(sort) else phase


def _together(one: str, other: str) -> str:
    """The phases of two rows as one: ``Primary, Secondary (special school)``."""
    parts = [phase.partition(" (") for phase in (one, other)]
    phases = dict.fromkeys(word for part in parts for word in part[0].split(", ") if word)
    return _fitting(", ".join(phases) + "".join(parts[0][1:]))


def _fitting(phase: str) -> str:
    if len(phase) > LONGEST_PHASE:
        raise RowRefused("phase", f"{quoted(phase)} has more than {LONGEST_PHASE} characters")
    return phase


def _website(row: Row, strange: list[int]) -> str:
    """The web address, if it is one: what schools gave the register is not worth refusing a school for."""
    try:
        return row.website()
    except RowRefused:
        strange.append(row.number)
        return ""


def _point(row: Row) -> Point | None:
    """Where the school is: in degrees, or in metres of the British grid as GIAS has it (0 for nowhere)."""
    if "lat" in row or "easting" not in row:
        return row.point()
    east, north = row.number_in("easting", 0, 700_000), row.number_in("northing", 0, 1_300_000)
    if not east or not north:
        return None
    lon, lat = _from_british_grid().transform(east, north)
    return Point(round(lat, 6), round(lon, 6))


@cache
def _from_british_grid() -> Transformer:
    return Transformer.from_crs(BRITISH_GRID, 4326, always_xy=True)


SCHOOLS = Kind(
    "schools", "Schools: urn, name, phase, status, postcode, lat, lon, website; or GIAS.", load, Options
)
