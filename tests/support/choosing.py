"""Choosing for made-up sheets: what a test writes is asked for the families around one school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from geoalchemy2.shape import from_shape
from shapely import from_wkt
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.places.models import Footprint
from hubfinder.places.values import Membership, Place
from hubfinder.search import documents, engines
from hubfinder.search.finder import Finder
from hubfinder.settings import Settings
from hubfinder.sheets.choosing import Choice, Chosen, choose
from hubfinder.sheets.orders import ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.scopes import Scope
from hubfinder.vocab import Basis
from tests.support import factories as made

DAY = date(2026, 11, 22)
LATELY, LONG_AGO = DAY - timedelta(days=9), DAY - timedelta(days=183)
STALE_AFTER_DAYS = 182
SCHOOL = ScopeName(ScopeKind.SCHOOL, "990001")
ORDER = SheetOrder(SCHOOL)
SECRET = "Willow Cottage"


@dataclass(frozen=True)
class Choosing:
    """Chooses for an order, of what the test has written."""

    app: Flask
    session: Session
    settings: Settings

    def __call__(
        self, order: SheetOrder = ORDER, scope: Scope | None = None, footprints: tuple[Footprint, ...] = ()
    ) -> Choice:
        """``footprints`` hold all families of the school."""
        whom = scope or around(footprints)
        return choose(self.session, self.finder(), whom, order, DAY, STALE_AFTER_DAYS)

    def finder(self) -> Finder:
        """A finder that knows what was written."""
        documents.rebuild_documents(self.session)
        self.session.commit()
        engines.catch_up(self.session, self.settings)
        found: Finder = self.app.extensions["finder"]
        return found


def around(footprints: tuple[Footprint, ...] = (), *shares: float) -> Scope:
    """The scope of a school whose families are in footprints, all of them or so many."""
    members = tuple(
        Membership(one.id, one.kind, one.code, one.name, Basis.OFFICIAL, share)
        for one, share in zip(footprints, shares or [1.0] * len(footprints), strict=True)
    )
    return Scope(SCHOOL, "St Anne's", Place("St Anne's", made.HERE, members, what="scope"), point=made.HERE)


def help_for(session: Session, name: str, *needs: str, metres: float = 100, **facts: object) -> Service:
    """A service that was checked lately, so far north of the school."""
    if "at" not in facts:
        facts["at"] = (made.location(session, made.north_of(made.HERE, metres)),)
    return made.service(session, name, needs=needs, **{"assured_date": LATELY, **facts})  # type: ignore[arg-type]  # facts of a service


def names(some: Sequence[Chosen]) -> list[str]:
    return [one.found.card["name"] for one in some]


def square(metres: float, north: float) -> object:
    """A square so far to the north, as a shape for the database."""
    return from_shape(from_wkt(made.around(made.north_of(made.HERE, north), metres)), srid=4326)
