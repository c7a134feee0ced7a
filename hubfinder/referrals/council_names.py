"""Which council a name that somebody typed means, however they wrote it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.models import Council
from hubfinder.places.models import Footprint
from hubfinder.referrals.colleagues import councils_with_a_front_door
from hubfinder.referrals.front_door_models import FrontDoor
from hubfinder.referrals.front_doors import FrontDoorDetails, elsewhere_of
from hubfinder.vocab import FootprintKind

_ANY_COUNCIL = frozenset("the of city borough county district metropolitan council".split())
"""Words that many councils have in their name, and people leave out."""


def council_here(session: Session, name: str, own: str) -> str:
    """Code of the council that goes by a name: of ``own``, a code, and of those where somebody here looks
    after requests. Empty for every other.
    """
    here = dict(councils_with_a_front_door(session))
    codes = {own, *here}
    boundaries = select(Footprint.code, Footprint.name).where(
        Footprint.kind == FootprintKind.LOCAL_AUTHORITY, Footprint.code.in_(codes)
    )
    councils = select(Council.code, Council.name).where(Council.code.in_(codes))
    doors = select(FrontDoor.council_code, FrontDoor.council_name, FrontDoor.name).where(
        FrontDoor.council_code.in_(codes)
    )
    known = [(code, code) for code in codes]
    for rows in (boundaries, councils, doors):
        known += [(row[0], called) for row in session.execute(rows) for called in row[1:] if called]
    wanted = _bare(name)
    return next((code for code, called in known if _bare(called) == wanted), "")


def front_door_called(session: Session, name: str) -> FrontDoorDetails | None:
    """How the front door of the council that goes by a name is reached; none where nobody has told us, or
    where the name is that of several.
    """
    rows = session.execute(select(FrontDoor.council_code, FrontDoor.council_name, FrontDoor.name)).all()
    wanted = _bare(name)
    codes = [row[0] for row in rows if any(called and _bare(called) == wanted for called in row[1:])]
    return elsewhere_of(session, codes[0]) if len(codes) == 1 else None


def _bare(name: str) -> frozenset[str]:
    """The words of a council's name that are its own; all of them where none is."""
    words = frozenset("".join(sign if sign.isalnum() else " " for sign in name.casefold()).split())
    return words - _ANY_COUNCIL or words
