"""Primary care networks: drawn again from patients, or by the nearest practice where none are known."""

from dataclasses import dataclass, replace as changed

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from hubfinder.ingest.deriving import Common, Land, OnLand, land_for, many, refuse_over_real, telling
from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.footprints import save
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.loading import Loading
from hubfinder.places.deriving.facts import derived_facts
from hubfinder.places.deriving.ground import only_polygons
from hubfinder.places.deriving.land import land_of
from hubfinder.places.deriving.nearest import nearest_areas, one_code_a_point
from hubfinder.places.deriving.registers import Found, practice_sites
from hubfinder.places.layers import Area, LayerFacts
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.networks import (
    METHOD,
    NETWORK,
    Patients,
    network_areas,
    small_area_shapes,
    stored_patients,
)
from hubfinder.places.states import SHARES_LAYER
from hubfinder.vocab import Basis, FootprintKind

LAYER = "primary_care_network:nearest-practice"
NO_PATIENTS = (
    "No patients of networks by small area are known here: import them with hubfinder import "
    "network-patients, or derive with --by nearest-practice."
)
NO_PRACTICES = (
    "No practice here has both a network and a position. Import practices, their networks "
    "(practice-networks) and postcodes first, or name the files with --practices and --networks."
)
ALL_KNOWN = (
    "Everywhere here is known from patients, which say more than the nearest practice. Use --replace to "
    "forget the patients, or --footprint-kind to draw another kind of area."
)
NOT_NEAR = "No practice's ground reaches the land that areas are cut to."
EXTENDED = " Where no patients are known: the ground nearest, by straight line, to one of its practices."


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest(OnLand):
    """Options of networks by the nearest practice."""

    extend: bool = option(
        "Draw networks that are known from patients on, over ground where no patients are known.",
        default=False,
    )
    replace: bool = option(
        "Forget all patients and draw every network by the nearest practice.", default=False
    )


def load_patients(loading: Loading, options: Common) -> None:
    """Draw the networks again out of the stored shares: after new small areas, say. The shares stay."""
    patients = stored_patients(loading.session)
    if not patients.numbers:
        raise FileRefused(NO_PATIENTS)
    shapes = small_area_shapes(loading.session)
    undrawn = sum(code not in shapes for code in patients.numbers)
    if undrawn:
        loading.report.note(
            f"{many(undrawn, 'small area has', 'small areas have')} patients but no shape here."
        )
    areas = network_areas(patients, shapes)
    shares = patients.rows({area.code for area in areas})
    save(loading, _patients_facts(loading, options), areas, shares)
    loading.report.count("small areas", len(patients.numbers))


def _patients_facts(loading: Loading, options: Common) -> LayerFacts:
    """What the layer says already, but for what is said now."""
    layer = loading.session.scalar(select(Layer).where(Layer.key == SHARES_LAYER))
    return LayerFacts(
        key=SHARES_LAYER,
        kind=NETWORK,
        basis=Basis.MODELLED,
        source=options.source or (layer.source if layer else ""),
        as_of=options.as_of or (layer.as_of if layer else None),
        licence=options.licence or (layer.licence if layer else ""),
        attribution=options.attribution or (layer.attribution if layer else ""),
        method=METHOD,
    )


def load_nearest(loading: Loading, options: Nearest) -> None:
    """Give every network the ground nearest to its practices, but for ground that patients tell of."""
    kind = options.footprint_kind or NETWORK
    found = practice_sites(loading.session)
    if not found.sites:
        raise FileRefused(NO_PRACTICES)
    land = land_for(loading, options)
    shares_win = kind is NETWORK and not options.replace
    patients = stored_patients(loading.session) if shares_win else Patients()
    facts = _nearest_facts(options, kind, found, land)
    there = _named_in(loading, facts.key)
    shapes = nearest_shapes(loading, found, land, patients)
    if not shapes and not there:
        raise FileRefused(ALL_KNOWN if patients.numbers else NOT_NEAR)
    known = patients.likely() & shapes.keys()
    there |= {code: found.names[code] for code in shapes}
    areas = [Area(code, name, shapes.get(code)) for code, name in sorted(there.items()) if code not in known]
    refuse_over_real(loading, kind, facts.key, [area.code for area in areas], replace=options.replace)
    _tell(loading, found, len(shapes))
    if areas or there:
        save(loading, facts, areas)
    _treat_known(loading, options, patients, {code: shapes[code] for code in sorted(known)})
    if options.replace and kind is NETWORK:
        _forget_patients(loading)


def nearest_shapes(loading: Loading, found: Found, land: Land, patients: Patients) -> dict[str, BaseGeometry]:
    """The ground of each network by code, without the small areas whose patients are known."""
    ground = land.shapes
    blank = land.without(patients.numbers) if land.kind is FootprintKind.SMALL_AREA else land.without(())
    if not len(blank):
        return {}
    whole = land_of(blank)
    if patients.numbers and land.kind is not FootprintKind.SMALL_AREA:
        whole = _without_known(loading, whole, patients)
    if whole.is_empty:
        return {}
    if len(blank) < len(ground):
        told = len(ground) - len(blank)
        loading.report.note(
            f"{many(told, 'small area has', 'small areas have')} patients' shares, which stay in force."
        )
    sites, decided = one_code_a_point(found.sites)
    if decided:
        loading.report.note(
            f"{many(decided, 'point has', 'points have')} practices of several networks: each went to the "
            "network with most of them there, or the first by code."
        )
    return nearest_areas(sites, whole, telling(loading, "ground nearest to practices"))


def _without_known(loading: Loading, land: BaseGeometry, patients: Patients) -> BaseGeometry:
    shapes = small_area_shapes(loading.session)
    told = [shape for code, shape in sorted(shapes.items()) if code in patients.numbers]
    if not told:
        return land
    return only_polygons(shapely.difference(land, land_of(np.array(told, dtype=object))))


def _named_in(loading: Loading, layer: str) -> dict[str, str]:
    """Names of the networks of a layer by code: one that loses its ground stays known by name."""
    rows = loading.session.execute(
        select(Footprint.code, Footprint.name).join(Footprint.layer).where(Layer.key == layer)
    )
    return {row.code: row.name for row in rows}


def _nearest_facts(options: Nearest, kind: FootprintKind, found: Found, land: Land) -> LayerFacts:
    key = options.layer or (LAYER if kind is NETWORK else f"{kind.value}:nearest-practice")
    facts = derived_facts(key, kind, Basis.MODELLED, options.said, land.layers)
    return changed(facts, method=_method(found, land))


def _method(found: Found, land: Land) -> str:
    """How the areas came about, with what was left out."""
    networks = len(found.names)
    return (
        f"Ground nearest, by straight line, to a GP practice of the network: {many(found.used, 'practice')} "
        f"of {many(networks, 'network')}, {found.by_postcode:,} of them at the point of their postcode, "
        f"{land.words}. {many(found.nowhere, 'practice')} without a position and {found.without_area:,} in "
        "no network were left out. Patients choose their practice, so this is a likelihood and not a border."
    )


def _tell(loading: Loading, found: Found, drawn: int) -> None:
    loading.report.count("practices", found.used)
    if found.nowhere:
        practices = many(found.nowhere, "practice of a network has", "practices of networks have")
        loading.report.note(f"{practices} no position.")
    if found.without_area:
        loading.report.note(f"{many(found.without_area, 'practice is', 'practices are')} in no network.")
    if len(found.names) > drawn:
        elsewhere = many(len(found.names) - drawn, "network is", "networks are")
        loading.report.note(f"{elsewhere} nowhere the nearest on this ground, and without an area.")


def _treat_known(
    loading: Loading, options: Nearest, patients: Patients, more: dict[str, BaseGeometry]
) -> None:
    """Leave networks that patients tell of as they are, or draw them on over this ground."""
    if not more:
        return
    if not options.extend:
        networks = many(len(more), "network is", "networks are")
        loading.report.note(
            f"{networks} known from patients and left as drawn; ground beyond, nearest to their practices, "
            "has no network. Use --extend to give it to them."
        )
        return
    facts = _patients_facts(loading, Common())
    areas = [_extended(area, more) for area in network_areas(patients, small_area_shapes(loading.session))]
    save(
        loading,
        changed(facts, method=facts.method + EXTENDED),
        areas,
        patients.rows({area.code for area in areas}),
    )
    loading.report.note(f"{many(len(more), 'network')} known from patients: drawn on over such ground.")


def _extended(area: Area, more: dict[str, BaseGeometry]) -> Area:
    if area.code not in more:
        return area
    parts = [shape for shape in (area.shape, more[area.code]) if shape is not None]
    return Area(area.code, area.name, only_polygons(shapely.union_all(parts)))


def _forget_patients(loading: Loading) -> None:
    """No shares any more; networks of the patients' layer that got no ground are known by name only."""
    layer = loading.session.scalar(select(Layer).where(Layer.key == SHARES_LAYER))
    if layer is None:
        return
    facts = _patients_facts(loading, Common())
    left = _named_in(loading, SHARES_LAYER)
    save(loading, facts, [Area(code, name) for code, name in sorted(left.items())], [])
    loading.report.note("The patients' shares were forgotten: import them again to have them back.")


BY_PATIENTS = Kind(
    "networks",
    "Networks from the stored patients of small areas.",
    load_patients,
    Common,
    moves_memberships=True,
)
BY_PRACTICE = Kind(
    "networks", "Networks by the nearest practice.", load_nearest, Nearest, moves_memberships=True
)
