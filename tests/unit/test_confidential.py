"""A refuge's name, address, postcode and point never leave the directory for a page, an index or a file."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hubfinder.database import Base
from hubfinder.directory import queries
from hubfinder.directory.confidential import public_sites
from hubfinder.directory.models import Location, Organization, Service
from hubfinder.directory.weeks import week_at
from hubfinder.places.models import Footprint
from hubfinder.search.documents import rebuild_documents, refresh_documents
from hubfinder.search.models import SearchDocument
from tests.support import factories
from tests.support.factories import HERE, north_of

PACKAGE = Path(__file__).parents[2] / "hubfinder"
SECRETS = ("Lantern House", "7 Hidden Lane", "ZA1 9ZZ", "54.7777", "2.1111")
MAY_WALK = {"directory", "search", "ingest", "migrations", "listings", "exchange"}
"""Rooms that may go from a service to its locations: the last two keep whole listings, for their own staff.

What shows something to anybody (pages, sheets, words) asks for ``public_sites``.
"""


@pytest.fixture
def refuge(session: Session) -> int:
    """The id of a service at a confidential place and a public one."""
    place = factories.location(
        session, name=SECRETS[0], address=SECRETS[1], postcode=SECRETS[2], lat=54.7777, lon=2.1111,
        is_confidential=True, is_family_hub=True,
    )  # fmt: skip
    office = factories.location(session, north_of(HERE, 100), name="Advice Office", is_family_hub=True)
    ward = factories.footprint(session)
    service = factories.service(session, "Refuge", (place, office), areas=(ward,), is_national=False)
    service.entries = [factories.entry(session, "Domestic abuse support")]
    factories.service(session, "Only there", (place,))
    session.commit()
    refuge_id = service.id
    session.expunge_all()
    return refuge_id


def loaded(thing: object, seen: set[int] | None = None) -> Iterator[object]:
    """Every value that can be reached from a row without asking the database again."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Base):
        state = inspect(thing)
        for name in set(state.mapper.attrs.keys()) - state.unloaded:
            yield from loaded(getattr(thing, name), seen)
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from loaded(value, seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from loaded(value, seen)
    elif hasattr(thing, "__slots__"):
        for name in thing.__slots__:
            yield from loaded(getattr(thing, name), seen)
    else:
        yield thing


def assert_silent(answer: object) -> None:
    said = " ".join(map(str, loaded(answer)))
    assert [secret for secret in SECRETS if secret in said] == []


def answers(session: Session) -> Iterator[object]:
    """What every question of the directory answers, after asking it of everything there is."""
    yield queries.needs(session)
    yield queries.domains(session)
    yield queries.departments(session)
    yield queries.arrangements(session)
    yield queries.catalogue(session)
    yield queries.national_help(session)
    yield queries.crisis_lines(session)
    yield queries.lines_by_key(session, session.scalars(select(Service.key)).all())
    for key in session.scalars(select(Service.key)).all():
        yield queries.service_by_key(session, key)
    yield queries.entry_by_key(session, "domestic-abuse-support")
    for footprint in session.scalars(select(Footprint.id)).all():
        yield queries.services_for_footprint(session, footprint)
        yield queries.services_of_footprint(session, session.get_one(Footprint, footprint))
        yield queries.hubs_of_footprint(session, session.get_one(Footprint, footprint))
    for key in session.scalars(select(Organization.key)).all():
        yield queries.organization_by_key(session, key)
    yield queries.nearest_hubs(session, HERE, limit=10)
    yield queries.hubs_by_name(session)
    yield queries.count_services_for(session, session.scalars(select(Footprint.id)).all())


def test_no_question_of_a_page_is_answered_with_a_secret(session: Session, refuge: int) -> None:
    assert refuge
    for answer in answers(session):
        assert_silent(answer)
        session.expunge_all()


def test_every_question_is_among_those_asked_here() -> None:
    tree = ast.parse((PACKAGE / "directory" / "queries.py").read_text("utf-8"))
    defined = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    text = Path(__file__).read_text("utf-8")
    assert [name for name in sorted(defined) if f"queries.{name}(" not in text] == []


def test_a_confidential_place_has_no_page_and_no_week(session: Session, refuge: int) -> None:
    assert refuge
    place = session.scalars(select(Location).where(Location.is_confidential)).one()
    assert queries.hub_by_key(session, place.key) is None
    here = queries.services_at(session, place)
    assert here == []
    assert week_at(place, here).other == ()


def test_public_sites_leaves_it_out_even_where_it_was_loaded(session: Session, refuge: int) -> None:
    service = session.scalars(select(Service).where(Service.id == refuge)).one()
    assert {at.location.name for at in service.at_locations} == {"Advice Office", SECRETS[0]}
    assert [site.name for site in public_sites(service)] == ["Advice Office"]


def test_a_hub_does_not_tell_of_it(session: Session, refuge: int) -> None:
    assert refuge
    key = session.scalars(select(Location.key).where(~Location.is_confidential)).one()
    hub = queries.hub_by_key(session, key)
    assert hub is not None
    here = queries.services_at(session, hub)
    assert [service.name for service in here] == ["Refuge"]
    assert_silent([hub, here])


def test_no_search_document_holds_it(session: Session, refuge: int) -> None:
    rebuild_documents(session)
    session.commit()
    documents = session.scalars(select(SearchDocument)).all()
    assert session.get_one(Service, refuge).key in {document.key for document in documents}
    said = json.dumps([[one.kind, one.key, one.card, one.terms] for one in documents])
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_place_that_becomes_confidential_leaves_the_documents_at_once(session: Session) -> None:
    place = factories.location(session, name="Lantern House", is_family_hub=True)
    factories.service(session, "Refuge", (place,))
    rebuild_documents(session)
    session.commit()
    found = session.get_one(Location, place.id)
    found.is_confidential = True
    refresh_documents(session, locations=[found.id])
    session.commit()
    said = json.dumps([[one.kind, one.card, one.terms] for one in session.scalars(select(SearchDocument))])
    assert "Refuge" in said
    assert "Lantern House" not in said


def test_a_removed_listing_leaves_the_documents_at_once(session: Session, refuge: int) -> None:
    rebuild_documents(session)
    session.commit()
    gone = session.get_one(Service, refuge)
    key = gone.key
    session.delete(gone)
    refresh_documents(session, services=[refuge])
    session.commit()
    kept = session.scalars(select(SearchDocument.key).where(SearchDocument.kind == "service")).all()
    assert kept
    assert key not in kept


def test_pages_reach_places_through_public_sites_alone() -> None:
    """No code outside the rooms that guard them walks from a service to its locations, nor any template."""
    wanderers = []
    for path in (*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.jinja")):
        room = path.relative_to(PACKAGE).parts[0]
        if room not in MAY_WALK and any(
            word in path.read_text("utf-8") for word in ("at_locations", "services_here", "ServiceAtLocation")
        ):
            wanderers.append(str(path.relative_to(PACKAGE)))
    assert wanderers == []
