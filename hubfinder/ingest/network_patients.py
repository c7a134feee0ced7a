"""Patients of each network by the small area they live in: shares, and the networks' footprints."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.footprints import save
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.labels import code_in
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.practices import NO_NETWORK
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.layers import LayerFacts
from hubfinder.places.models import Practice
from hubfinder.places.networks import (
    METHOD,
    NETWORK,
    Patients,
    network_areas,
    small_area_shapes,
    stored_patients,
)
from hubfinder.places.states import SHARES_LAYER
from hubfinder.vocab import Basis

ALIASES = {
    "lsoa_code": "lsoa21_code",
    "lsoa code": "lsoa21_code",
    "small_area_code": "lsoa21_code",
    "practice code": "practice_code",
    "number_of_patients": "patients",
    "number of patients": "patients",
}
NO_SMALL_AREAS = (
    "None of its small areas is known here. Import their boundaries first: hubfinder import footprints FILE "
    "--footprint-kind small_area --code-field FIELD --name-field FIELD."
)


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of patients."""

    source: str = option("Where the numbers are from, in words for people.", default="")
    as_of: date | None = option("The day they were counted, such as 2025-10-01.", default=None)
    licence: str = option("The licence of the file.", default="")
    attribution: str = option("What the licence asks to be said where a network is shown.", default="")


@dataclass(frozen=True, slots=True)
class Counted:
    """One row: so many patients of a network live in a small area."""

    small_area: str
    network: str
    name: str
    patients: int


def load(loading: Loading, options: Options) -> None:
    """Replace the numbers of the small areas in the file, and draw all networks again."""
    loading.report.layer = SHARES_LAYER
    shapes = small_area_shapes(loading.session)
    found, elsewhere = _read(loading, set(shapes))
    if elsewhere and not found.numbers:
        raise FileRefused(NO_SMALL_AREAS)
    if elsewhere:
        loading.report.note(f"{elsewhere:,} rows are about small areas that are not known here.")
    patients = stored_patients(loading.session)
    patients.take_over(found)
    areas = network_areas(patients, shapes)
    save(loading, _facts(options), areas, patients.rows({area.code for area in areas}))
    loading.report.count("small areas", len(found.numbers))


def _facts(options: Options) -> LayerFacts:
    return LayerFacts(
        key=SHARES_LAYER,
        kind=NETWORK,
        basis=Basis.MODELLED,
        source=options.source,
        as_of=options.as_of,
        licence=options.licence,
        attribution=options.attribution,
        method=METHOD,
    )


def _read(loading: Loading, small_areas: set[str]) -> tuple[Patients, int]:
    """The numbers for small areas that are known, and how many rows are about others."""
    practices = _networks_of_practices(loading)
    found, elsewhere = Patients(), 0
    for row in loading.each(
        lambda row: _counted(loading, row, practices), needs=("lsoa21_code", "patients"), aliases=ALIASES
    ):
        if row.small_area not in small_areas:
            elsewhere += 1
        elif row.patients:
            found.add(row.small_area, row.network, row.patients)
            found.names[row.network] = row.name
    return found, elsewhere


def _networks_of_practices(loading: Loading) -> dict[str, tuple[str, str]]:
    """Network code and name by practice, for files that only name the practice."""
    rows = loading.session.execute(
        select(Practice.code, Practice.network_code, Practice.network_name).where(
            Practice.network_code.is_not(None)
        )
    )
    return defaultdict(lambda: ("", ""), {code: (network or "", name) for code, network, name in rows})


def _counted(loading: Loading, row: Row, practices: dict[str, tuple[str, str]]) -> Counted | None:
    """One row; none if it is about men or women only, or about a practice in no network."""
    if row.text("sex").upper() not in {"", "ALL"}:
        return None
    small_area = row.line("lsoa21_code", required=True, longest=60)
    if "pcn_code" in row:
        network = code_in(row, "pcn_code")
        name = sentence(row, "pcn_name") or network
    elif "practice_code" in row:
        network, name = practices[row.line("practice_code", required=True, longest=12)]
    else:
        raise FileRefused("It has neither a column pcn_code nor a column practice_code.")
    patients = row.whole_number("patients", 0, 1_000_000)
    if patients is None:
        raise RowRefused("patients", "is empty")
    loading.once(row, "lsoa21_code", " ".join((small_area, network, row.line("practice_code"))).strip())
    return None if network in NO_NETWORK else Counted(small_area, network, name, patients)


NETWORK_PATIENTS = Kind(
    "network-patients",
    "Patients of primary care networks by small area: lsoa21_code, pcn_code, pcn_name, patients.",
    load,
    Options,
    moves_memberships=True,
)
