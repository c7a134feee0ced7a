"""Larger areas out of smaller ones: by a list that says which belongs to which, or by the largest overlap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.deriving.land import Progress, joined
from hubfinder.places.layers import Area


@dataclass(slots=True)
class Plan:
    """Which part goes to which area, and what could not be placed."""

    area_of: dict[str, str] = field(default_factory=dict)
    """Code of the area by the code of the part."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of the areas, by code."""
    split: dict[str, list[str]] = field(default_factory=dict)
    """Parts that belong to several areas, with all of these; the first got the part."""


@dataclass(slots=True)
class Drawn:
    """The areas that came of a plan."""

    areas: list[Area] = field(default_factory=list)
    overlaid: list[str] = field(default_factory=list)
    """Codes of areas whose parts do not share their borders: they were overlaid."""
    missing: dict[str, int] = field(default_factory=dict)
    """How many parts of an area have no shape, by its code: it is drawn too small."""


def draw(
    plan: Plan,
    shapes: Mapping[str, BaseGeometry],
    progress: Progress = lambda _done, _all: None,
) -> Drawn:
    """Join the parts of each area. An area none of whose parts has a shape is left out."""
    parts: dict[str, list[BaseGeometry]] = {}
    drawn = Drawn()
    for part, area in sorted(plan.area_of.items()):
        if part in shapes:
            parts.setdefault(area, []).append(shapes[part])
        else:
            drawn.missing[area] = drawn.missing.get(area, 0) + 1
    for done, (code, found) in enumerate(sorted(parts.items()), 1):
        whole, is_tidy = joined(np.array(found, dtype=object))
        if not is_tidy:
            drawn.overlaid.append(code)
        drawn.areas.append(Area(code, plan.names[code], whole))
        progress(done, len(parts))
    drawn.missing = {code: number for code, number in drawn.missing.items() if code in parts}
    return drawn


def bridged(plan: Plan, codes: Sequence[str], bridge: Mapping[str, Sequence[str]]) -> Plan:
    """A plan for areas of another year, of which ``bridge`` says the codes that the plan knows them by.

    One that became several goes where most of them go; among equals to the first in the alphabet.
    """
    across = Plan(names=plan.names)
    for code in codes:
        newer = bridge.get(code, (code,))
        targets = [plan.area_of[one] for one in newer if one in plan.area_of]
        if targets:
            order = sorted(set(targets), key=lambda area: (-targets.count(area), area))
            across.area_of[code] = order[0]
            if len(order) > 1:
                across.split[code] = order
    return across


def by_overlap(
    parts: Mapping[str, BaseGeometry],
    targets: Mapping[str, BaseGeometry],
    names: Mapping[str, str],
    progress: Progress = lambda _done, _all: None,
) -> Plan:
    """Give each part to the area that it has most ground in common with; among equals to the first by code.

    A part that lies in several by more than a hundredth of itself counts as split.
    """
    plan = Plan(names=dict(names))
    for done, (code, common) in enumerate(_overlaps(parts, targets), 1):
        order = sorted(common, key=lambda area: (-common[area], area))
        if order and common[order[0]] > 0:
            plan.area_of[code] = order[0]
            shared = [area for area in order if common[area] > LITTLE]
            if len(shared) > 1:
                plan.split[code] = shared
        progress(done, len(parts))
    return plan


LITTLE = 0.01


def _overlaps(
    parts: Mapping[str, BaseGeometry], targets: Mapping[str, BaseGeometry]
) -> Iterator[tuple[str, dict[str, float]]]:
    """For each part by code: which share of it lies in which target. Degrees will do for shares."""
    codes = sorted(targets)
    shapes = np.array([targets[code] for code in codes], dtype=object)
    tree = shapely.STRtree(shapes)
    for code in sorted(parts):
        part = parts[code]
        near = tree.query(part, predicate="intersects")
        common = shapely.area(shapely.intersection(shapes[near], part)) / part.area
        yield code, {codes[place]: float(share) for place, share in zip(near, common, strict=True)}
