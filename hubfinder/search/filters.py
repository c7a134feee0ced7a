"""The filters of a question, as masks over the rows of an index."""

from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from hubfinder.directory.availability import BIRTH, UNBORN
from hubfinder.search.columns import Columns, Flag, Mask
from hubfinder.search.values import Wanted
from hubfinder.vocab import Access, Circumstance


@dataclass(frozen=True, slots=True)
class Area:
    """The footprint of a question: its id (-1, which nothing serves, where there is none) and its shape."""

    footprint_id: int = -1
    shape: BaseGeometry | None = None


def matching(columns: Columns, wanted: Wanted, area: Area | None) -> Mask:
    """Rows that pass every filter. ``area`` is the footprint of ``wanted.footprint``."""
    mask = columns.everything()
    for name, values in (
        ("needs", wanted.needs),
        ("domains", (wanted.domain,) if wanted.domain else ()),
        ("departments", (wanted.department,) if wanted.department else ()),
        ("entries", wanted.entries),
        ("languages", (wanted.language,) if wanted.language else ()),
        ("delivery", tuple(member.value for member in wanted.delivery)),
    ):
        if values:
            mask &= columns.label(name, values)
    if wanted.age is not None:
        mask &= _of_age(columns, wanted)
    if wanted.access is not None:
        mask &= columns.having(Flag.TARGETED) == (wanted.access is Access.TARGETED)
    if wanted.free:
        mask &= columns.having(Flag.FREE)
    if area is not None:
        mask &= (
            columns.serving((area.footprint_id,)) | columns.inside(area.shape) | columns.having(Flag.NATIONAL)
        )
    return mask & ~columns.having(Flag.PROFESSIONALS)


def _of_age(columns: Columns, wanted: Wanted) -> Mask:
    """Rows for any of the ages asked for; for a pregnancy too, where the family says that there is one."""
    ages = wanted.asker.ages
    if ages is None:
        return np.ones(columns.size, dtype=bool)
    mask = _overlapping(columns, *ages)
    if Circumstance.PREGNANT in wanted.circumstances:
        mask |= _overlapping(columns, UNBORN, BIRTH)
    return mask


def _overlapping(columns: Columns, first: int, end: int) -> Mask:
    return (columns.minimum < end) & (first < columns.maximum)
