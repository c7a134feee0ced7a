"""Writes of what comes with hubfinder: the nations by name, and the bodies of Table 2.

Both make the rows be what they are given; the same again changes nothing. The caller ends the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import Arrangement, Footprint, Layer
from hubfinder.vocab import Basis, Confidence, FootprintKind

NATIONS_LAYER = "nations"


@dataclass(frozen=True, slots=True)
class ArrangementDetails:
    """A body of Table 2; the fields are those of ``Arrangement``."""

    key: str
    position: int
    name: str
    group: str
    function: str
    department: str
    footprint: str
    footprint_kind: FootprintKind
    membership: str
    role: str
    summary: str
    current_name: str
    legal_basis: str
    what_changed: str
    official_page: str
    confidence: Confidence
    last_checked: date | None


def save_nations(session: Session, nations: Mapping[str, str]) -> bool:
    """Make the nations known by code and name. One that came with a layer of its own is left as it is.

    True if anything changed.
    """
    layer = session.scalar(select(Layer).where(Layer.key == NATIONS_LAYER))
    if layer is None:
        layer = Layer(key=NATIONS_LAYER, kind=FootprintKind.NATION, basis=Basis.OFFICIAL)
        session.add(layer)
    layer.source = "Codes and names of the Office for National Statistics; no boundaries"
    session.flush()
    known = select(Footprint).where(Footprint.kind == FootprintKind.NATION)
    there = {footprint.code: footprint for footprint in session.scalars(known)}
    for code, name in nations.items():
        nation = there.get(code)
        if nation is None:
            session.add(Footprint(layer_id=layer.id, kind=FootprintKind.NATION, code=code, name=name))
        elif nation.layer_id == layer.id:
            nation.name = name
    return flush_changes(session)


def save_arrangements(session: Session, wanted: Sequence[ArrangementDetails]) -> bool:
    """Make Table 2 hold exactly these bodies, in this order. True if anything changed."""
    there = {row.key: row for row in session.scalars(select(Arrangement))}
    for details in wanted:
        row = there.pop(details.key, None) or Arrangement(key=details.key)
        for field in fields(details):
            setattr(row, field.name, getattr(details, field.name))
        session.add(row)
    for gone in there.values():
        session.delete(gone)
    return flush_changes(session)


def flush_changes(session: Session) -> bool:
    """Write what waits to be written; true if there was anything."""
    changed = bool(session.new or session.deleted) or any(map(session.is_modified, session.dirty))
    session.flush()
    return changed
