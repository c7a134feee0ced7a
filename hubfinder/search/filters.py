"""The filters of a question, as masks over the rows of an index."""

import numpy as np

from hubfinder.search.columns import Columns, Mask
from hubfinder.search.values import Wanted
from hubfinder.vocab import Access


def matching(columns: Columns, wanted: Wanted, footprint_id: int | None) -> Mask:
    """Rows that pass every filter. ``footprint_id`` is the footprint of ``wanted.footprint``."""
    mask = np.ones(columns.size, dtype=bool)
    for name, values in (
        ("needs", wanted.needs),
        ("domains", (wanted.domain,) if wanted.domain else ()),
        ("departments", (wanted.department,) if wanted.department else ()),
        ("languages", (wanted.language,) if wanted.language else ()),
        ("delivery", tuple(member.value for member in wanted.delivery)),
    ):
        if values:
            mask &= columns.label(name, values)
    if wanted.age is not None:
        mask &= (columns.minimum <= wanted.age) & (wanted.age < columns.maximum)
    if wanted.access is not None:
        mask &= columns.targeted == (wanted.access is Access.TARGETED)
    if wanted.free:
        mask &= columns.free
    if footprint_id is not None:
        mask &= columns.serving((footprint_id,)) | columns.national
    return mask & ~columns.professionals
