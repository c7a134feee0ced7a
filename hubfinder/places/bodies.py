"""The bodies of Table 2 by name: which of them answers for an address, and over which of its footprints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.places.models import Arrangement, ArrangementBody, Footprint
from hubfinder.places.values import Membership, Place
from hubfinder.vocab import FootprintKind

NETWORK = FootprintKind.PRIMARY_CARE_NETWORK


@dataclass(frozen=True, slots=True)
class BodyDetails:
    """A body as a file has it; the fields are those of ``ArrangementBody``."""

    arrangement_key: str
    kind: FootprintKind
    code: str
    name: str
    website: str = ""
    telephone: str = ""
    email: str = ""
    source: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class AreaBody:
    """The body of an arrangement for one footprint of an address."""

    member: Membership
    name: str
    """Empty where nobody has told us. A primary care network is a body itself, and has its own name."""
    details: BodyDetails | None


@dataclass(frozen=True, slots=True)
class Responsible:
    """One of Table 2's arrangements, as far as it answers for an address."""

    arrangement: Arrangement
    areas: tuple[AreaBody, ...]
    """One for each footprint of its kind, the most likely first; none where such areas are not loaded."""


def bodies_for(session: Session, place: Place) -> list[Responsible]:
    """All arrangements in the order of Table 2, each with its footprints of this place and their bodies."""
    arrangements = session.scalars(select(Arrangement).order_by(Arrangement.position)).all()
    known = _known(session, place, {one.footprint_kind for one in arrangements})
    return [
        Responsible(
            one,
            tuple(
                _area_body(member, known.get((one.key, member.kind, member.code)))
                for member in place.of_kind(one.footprint_kind)
            ),
        )
        for one in arrangements
    ]


def _area_body(member: Membership, details: BodyDetails | None) -> AreaBody:
    own = member.name if member.kind is NETWORK else ""
    return AreaBody(member, details.name if details else own, details)


def _known(
    session: Session, place: Place, kinds: set[FootprintKind]
) -> dict[tuple[str, FootprintKind, str], BodyDetails]:
    codes = {member.code for member in place.memberships if member.kind in kinds}
    rows = session.scalars(select(ArrangementBody).where(ArrangementBody.code.in_(codes))) if codes else ()
    return {(row.arrangement_key, row.kind, row.code): _details(row) for row in rows}


def _details(row: ArrangementBody) -> BodyDetails:
    return BodyDetails(**{field.name: getattr(row, field.name) for field in fields(BodyDetails)})


def kinds_of_arrangements(session: Session) -> dict[str, FootprintKind]:
    """The kind of footprint that each arrangement covers, by its key, in the order of Table 2."""
    rows = session.execute(select(Arrangement.key, Arrangement.footprint_kind).order_by(Arrangement.position))
    return dict(rows.tuples().all())


def codes_of(session: Session, kinds: Iterable[FootprintKind]) -> Mapping[FootprintKind, set[str]]:
    """The codes of all footprints of some kinds."""
    found: dict[FootprintKind, set[str]] = {kind: set() for kind in kinds}
    rows = session.execute(select(Footprint.kind, Footprint.code).where(Footprint.kind.in_(found)))
    for kind, code in rows:
        found[kind].add(code)
    return found


def put_bodies(session: Session, bodies: Sequence[BodyDetails], *, replace: bool = False) -> int:
    """Add bodies, or change those that are there; how many were given. ``replace`` forgets all others."""
    if replace:
        session.execute(delete(ArrangementBody))
    there = {
        (row.arrangement_key, row.kind, row.code): row for row in session.scalars(select(ArrangementBody))
    }
    for details in bodies:
        row = there.get((details.arrangement_key, details.kind, details.code)) or ArrangementBody()
        for field in fields(details):
            setattr(row, field.name, getattr(details, field.name))
        session.add(row)
    session.flush()
    return len(bodies)
