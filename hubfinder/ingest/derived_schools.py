"""Nearest-school areas, beside the catchments that councils decided and never in their place."""

from dataclasses import dataclass, replace as changed
from enum import StrEnum

import numpy as np
import shapely

from hubfinder.ingest.deriving import Land, OnLand, land_for, listed, many, telling
from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.footprints import save
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.loading import Loading
from hubfinder.places.deriving.facts import derived_facts, real_ones
from hubfinder.places.deriving.ground import only_polygons
from hubfinder.places.deriving.land import land_of, shapes_of
from hubfinder.places.deriving.nearest import nearest_areas
from hubfinder.places.deriving.registers import INFANT, JUNIOR, PRIMARY, SECONDARY, Found, school_sites
from hubfinder.places.layers import Area
from hubfinder.vocab import Basis

NEAREST = "Nearest school, not an admissions area"


class Phase(StrEnum):
    """For which schools areas are drawn."""

    PRIMARY = "primary"
    INFANT = "infant"
    JUNIOR = "junior"
    SECONDARY = "secondary"
    ALL = "all"


class Catchments(StrEnum):
    """What becomes of schools whose real catchment is known."""

    KEEP = "keep"
    CUT = "cut"
    REFUSE = "refuse"


KINDS = {
    Phase.PRIMARY: PRIMARY,
    Phase.INFANT: INFANT,
    Phase.JUNIOR: JUNIOR,
    Phase.SECONDARY: SECONDARY,
}
RIVALS = {INFANT: " or primary", JUNIOR: " or primary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(OnLand):
    """Options of nearest-school areas."""

    phase: Phase = option("For which schools.")
    catchments: Catchments = option(
        "Where official or traced catchments are known: keep (their schools get no other area), cut (their "
        "ground is no other school's either), or refuse (do nothing).",
        default=Catchments.KEEP,
    )


def load(loading: Loading, options: Options) -> None:
    """Draw the areas of one phase, or of all four."""
    phases = list(KINDS) if options.phase is Phase.ALL else [options.phase]
    if len(phases) > 1 and (options.layer or options.footprint_kind):
        raise FileRefused("Give --layer and --footprint-kind for one phase at a time.")
    land = land_for(loading, options)
    drawn = [phase for phase in phases if _draw(loading, options, phase, land)]
    if not drawn:
        raise FileRefused(
            f"No open school with a position and without a catchment of its own is known here "
            f"(phase {options.phase.value})."
        )


def _draw(loading: Loading, options: Options, phase: Phase, land: Land) -> bool:
    """Draw the areas of one phase. False if there is no school for them."""
    kind = options.footprint_kind or KINDS[phase]
    key = options.layer or f"{kind.value}:nearest-school"
    found, rivals = school_sites(loading.session, KINDS[phase])
    real = real_ones(loading.session, kind, key)
    kept = [site.code for site in found.sites if site.code in real]
    if kept and options.catchments is Catchments.REFUSE:
        raise FileRefused(
            f"{many(len(kept), 'school has', 'schools have')} a real catchment: {listed(kept)}."
        )
    if len(kept) == len(found.sites):
        loading.report.note(f"{phase.value}: no schools without a catchment of their own.")
        return False
    ground = land_of(land.without(()))
    if options.catchments is Catchments.CUT and real:
        theirs = list(shapes_of(loading.session, kind, real).values())
        ground = only_polygons(shapely.difference(ground, shapely.union_all(np.array(theirs, dtype=object))))
    told = telling(loading, f"ground nearest to {phase.value} schools")
    shapes = nearest_areas([*found.sites, *rivals], ground, told)
    areas = [
        Area(code, found.names[code], shapes[code]) for code in found.names if code in shapes.keys() - real
    ]
    facts = derived_facts(key, kind, Basis.MODELLED, options.said, land.layers)
    method = _method(options, phase, found, len(rivals), land)
    save(loading, changed(facts, method=method), areas)
    _tell(loading, phase, found, len(kept), len(found.names) - len(kept) - len(areas))
    return True


def _method(options: Options, phase: Phase, found: Found, rivals: int, land: Land) -> str:
    """How the areas came about, with what was left out."""
    among = many(len(found.names) + rivals, "school")
    method = (
        f"{NEAREST}: the ground nearer, by straight line, to this {phase.value} school than to any other "
        f"{phase.value}{RIVALS.get(KINDS[phase], '')} school ({among}, {found.by_postcode:,} of them at the "
        f"point of their postcode), {land.words}. {many(found.nowhere, 'school')} without a position were "
        "left out."
    )
    if options.catchments is Catchments.CUT:
        method += " Ground of catchments that are known is left out too."
    return method


def _tell(loading: Loading, phase: Phase, found: Found, kept: int, landless: int) -> None:
    loading.report.count(f"{phase.value} schools", len(found.names))
    if found.nowhere:
        loading.report.note(
            f"{phase.value}: {many(found.nowhere, 'school has', 'schools have')} no position."
        )
    if kept:
        loading.report.note(
            f"{phase.value}: {many(kept, 'school has', 'schools have')} a real catchment, which stays; the "
            "ground nearest to them is no other school's."
        )
    if landless:
        loading.report.note(
            f"{phase.value}: {many(landless, 'school')} are nowhere the nearest on this land."
        )


NEAREST_SCHOOL = Kind("schools", "Nearest-school areas.", load, Options, moves_memberships=True)
