"""The filters of a question, as masks over the rows of a part of an index.

Any of the values of one filter is enough; all filters must hold together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce

import numpy as np

from hubfinder.directory.availability import BIRTH, UNBORN
from hubfinder.places.values import METRES_PER_MILE, Place
from hubfinder.search.areas import Area, Areas, Key
from hubfinder.search.columns import Columns, Flag, Mask
from hubfinder.search.school_year import Moment
from hubfinder.search.times import asked_slots
from hubfinder.search.values import Wanted
from hubfinder.vocab import Access, Circumstance, Delivery

FAR_REACHING = (Delivery.ONLINE, Delivery.TELEPHONE, Delivery.HOME_VISIT)
"""What is had this way can be had from far away."""


class Filter(StrEnum):
    """The filters, by the name they have in an address."""

    NEED = "need"
    DOMAIN = "domain"
    DEPARTMENT = "department"
    ENTRY = "entry"
    LANGUAGE = "language"
    DELIVERY = "delivery"
    ACCESSIBILITY = "accessibility"
    COST = "cost"
    AGE = "age"
    MADE_FOR = "for"
    ACCESS = "access"
    OPEN = "open"
    TIMES = "times"
    """Parts of the week, days and seasons together: ``when``, ``day``, ``season``."""
    FOOTPRINT = "footprint"
    WITHIN = "within"


LABELLED = {
    Filter.NEED: "needs",
    Filter.DOMAIN: "domains",
    Filter.DEPARTMENT: "departments",
    Filter.ENTRY: "entries",
    Filter.LANGUAGE: "languages",
    Filter.DELIVERY: "delivery",
    Filter.ACCESSIBILITY: "accessibility",
    Filter.COST: "costs",
}
"""Filters whose values are those of a label of the columns; ``Wanted`` calls them as the columns do."""


Passes = dict[Filter, Mask]
"""For each filter that is set the rows of a segment that pass it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the filters need to know besides what is wanted."""

    areas: Areas
    footprints: Mapping[Key, Area]
    """Those of ``wanted.footprints``, at least."""
    moment: Moment | None = None
    """Now; only where ``wanted.open_now``, or where it is to be counted."""
    changed: Mapping[int, bool] = field(default_factory=dict)
    """Ids of documents that are not as usual today, and whether they are open now."""


def candidates(columns: Columns, passes: Passes, *, by_words: bool, counted: bool) -> Mask:
    """Rows that may be found, or may count: where there are words all, as they are few.

    Without words those that pass every filter; where values are to be counted, all filters but one.
    """
    mask = listed(columns)
    if by_words or not passes:
        return mask
    if not counted:
        return mask & all_of(passes, columns.size)
    if len(passes) == 1:
        return mask
    fails = reduce(np.add, ((~one).view(np.uint8) for one in passes.values()))
    return mask & (fails <= 1)


def all_of(passes: Passes, size: int) -> Mask:
    """Rows that pass every filter."""
    return reduce(np.logical_and, passes.values(), np.ones(size, dtype=bool))


def listed(columns: Columns) -> Mask:
    """Rows that families may be shown at all."""
    return columns.everything() & ~columns.having(Flag.PROFESSIONALS)


def passing(columns: Columns, wanted: Wanted, known: Known) -> Passes:
    """For each filter that is set the rows that pass it."""
    return dict(_passing(columns, wanted, known))


def _passing(columns: Columns, wanted: Wanted, known: Known) -> Iterator[tuple[Filter, Mask]]:
    for one, label in LABELLED.items():
        if values := getattr(wanted, label):
            yield one, columns.label(label, values)
    if wanted.age is not None:
        yield Filter.AGE, of_age(columns, wanted)
    if wanted.made_for:
        yield Filter.MADE_FOR, made_for(columns, wanted.made_for)
    if wanted.access:
        yield Filter.ACCESS, of_access(columns, wanted.access)
    if wanted.open_now:
        yield Filter.OPEN, open_at(columns, known.moment, known.changed)
    if wanted.whens or wanted.days or wanted.seasons:
        slots = asked_slots(wanted.whens, wanted.days, wanted.seasons)
        yield Filter.TIMES, columns.label("slots", slots)
    if wanted.footprints:
        masks = (known.areas.rows(columns, known.footprints[key]) for key in wanted.footprints)
        yield Filter.FOOTPRINT, reduce(np.logical_or, masks)
    if wanted.within is not None and wanted.place is not None:
        yield Filter.WITHIN, within(columns, wanted.place, wanted.within)


def of_age(columns: Columns, wanted: Wanted) -> Mask:
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


def made_for(columns: Columns, circumstances: tuple[Circumstance, ...]) -> Mask:
    """Rows of what is for some families only, and for such ones."""
    return columns.label("circumstances", circumstances) & columns.having(Flag.TARGETED)


def of_access(columns: Columns, access: tuple[Access, ...]) -> Mask:
    """Rows for these families: everyone, some, or both."""
    if {Access.TARGETED, Access.UNIVERSAL} <= set(access):
        return np.ones(columns.size, dtype=bool)
    targeted = columns.having(Flag.TARGETED)
    return targeted if Access.TARGETED in access else ~targeted


def open_at(columns: Columns, moment: Moment | None, changed: Mapping[int, bool]) -> Mask:
    """Rows that are open, so far as is known; none where nobody knows what time it is."""
    if moment is None:
        return np.zeros(columns.size, dtype=bool)
    mask = columns.open_at(moment.minute, moment.seasons)
    for is_open in (True, False):
        ids = np.array(sorted(id_ for id_, one in changed.items() if one is is_open), dtype=np.int64)
        if ids.size:
            mask[columns.rows_of(ids)] = is_open
    return mask


def within(columns: Columns, place: Place, miles: int) -> Mask:
    """Rows with a public place so near, and all that can be had from far away or has no such place."""
    return far_reaching(columns) | columns.near(place.point.lat, place.point.lon, miles * METRES_PER_MILE)


def far_reaching(columns: Columns) -> Mask:
    """Rows that no distance drops."""
    without_place = columns.point_starts[1:] == columns.point_starts[:-1]
    mask: Mask = without_place | columns.having(Flag.NATIONAL) | columns.label("delivery", FAR_REACHING)
    return mask
