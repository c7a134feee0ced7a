"""What is loaded here at all: without it nobody can say whether an address is in none, or nobody knows."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint, FootprintShare
from hubfinder.vocab import FootprintKind


def kinds_loaded(session: Session) -> frozenset[FootprintKind]:
    """The kinds of which at least one footprint is here."""
    one = {kind: select(Footprint.id).where(Footprint.kind == kind).limit(1) for kind in FootprintKind}
    return frozenset(kind for kind, asked in one.items() if session.scalar(asked) is not None)


def is_counted(session: Session, small_areas: Collection[str]) -> bool:
    """Whether it was counted with which networks the people of these small areas (by code) are."""
    asked = (
        select(FootprintShare.footprint_id).where(FootprintShare.small_area_code.in_(small_areas)).limit(1)
    )
    return bool(small_areas) and session.scalar(asked) is not None
