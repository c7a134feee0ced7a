"""Search documents: an allowlist of what a list may show of a listing, and what it may be found by.

Nothing of a confidential location enters a document: no name, no address, no point.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Select, delete, func, insert, select, text, update
from sqlalchemy.orm import Session, selectinload

from hubfinder.database import begin_writing
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Location, Service, ServiceArea, ServiceAtLocation
from hubfinder.search.cards import FORMAT, Document, entry_document, hub_document, service_document
from hubfinder.search.models import SearchDocument, SearchIdentity, SearchRemoval
from hubfinder.search.postgres_text import write_texts
from hubfinder.vocab import Confidence, ServiceStatus

BATCH = 500
Progress = Callable[[int], None]


def silent(_done: int) -> None:
    """Progress that nobody watches."""


Item = TypeVar("Item", int, str)


def services_to_list() -> Select[tuple[Service]]:
    """Services a family may be shown: running, and with all that a card needs loaded."""
    return (
        select(Service)
        .where(Service.status == ServiceStatus.ACTIVE)
        .options(
            selectinload(Service.organization),
            selectinload(Service.at_locations)
            .selectinload(ServiceAtLocation.location)
            .options(
                selectinload(Location.accessibility),
                selectinload(Location.closures),
                selectinload(Location.exceptions),
            ),
            selectinload(Service.schedules),
            selectinload(Service.exceptions),
            selectinload(Service.cost_options),
            selectinload(Service.phones),
            selectinload(Service.urls),
            selectinload(Service.languages),
            selectinload(Service.accessibility),
            selectinload(Service.areas).selectinload(ServiceArea.footprint),
            selectinload(Service.attributes),
            selectinload(Service.terms),
            selectinload(Service.entries).selectinload(CatalogueEntry.domain),
        )
        .order_by(Service.id)
    )


def hubs_to_list() -> Select[tuple[Location]]:
    """Family hubs whose address is public."""
    return (
        select(Location)
        .where(Location.is_family_hub, ~Location.is_confidential)
        .options(
            selectinload(Location.organization),
            selectinload(Location.phones),
            selectinload(Location.schedules),
            selectinload(Location.closures),
            selectinload(Location.exceptions),
            selectinload(Location.languages),
            selectinload(Location.accessibility),
            selectinload(Location.services_here)
            .selectinload(ServiceAtLocation.service)
            .selectinload(Service.organization),
        )
        .order_by(Location.id)
    )


def entries_to_list() -> Select[tuple[CatalogueEntry]]:
    return (
        select(CatalogueEntry)
        .options(
            selectinload(CatalogueEntry.domain),
            selectinload(CatalogueEntry.needs),
            selectinload(CatalogueEntry.replaced_by),
        )
        .order_by(CatalogueEntry.position)
    )


def refresh_documents(
    session: Session,
    services: Iterable[int] = (),
    locations: Iterable[int] = (),
    hubs: Iterable[int] = (),
) -> int:
    """Write the documents of these services and locations again, in the caller's transaction.

    A service at one of the locations is written again too; ``hubs`` are locations at which only services
    have changed, so that what else happens there says what it said. What must no longer be listed loses its
    document. Returns how many documents were written.
    """
    wanted_locations = sorted(set(locations))
    wanted_services = sorted(set(services) | set(_services_at(session, wanted_locations)))
    wanted_hubs = sorted({*wanted_locations, *hubs})
    session.flush()
    revision = next_revision(session)
    written = 0
    for ids in _batches(wanted_services):
        found = session.scalars(services_to_list().where(Service.id.in_(ids))).all()
        written += _replace(session, "service", _keys(session, Service, ids), _documents(found), revision)
    for ids in _batches(wanted_hubs):
        found_hubs = session.scalars(hubs_to_list().where(Location.id.in_(ids))).all()
        documents = [hub_document(hub) for hub in found_hubs]
        written += _replace(session, "hub", _keys(session, Location, ids), documents, revision)
    _remove_orphans(session, revision)
    return written


def refresh_entries(session: Session) -> int:
    """Write the documents of the whole catalogue again."""
    session.flush()
    revision = next_revision(session)
    keys = set(session.scalars(select(SearchDocument.key).where(SearchDocument.kind == "catalogue")))
    entries = [entry_document(entry) for entry in session.scalars(entries_to_list())]
    return _replace(session, "catalogue", keys | {entry.key for entry in entries}, entries, revision)


def rebuild_documents(session: Session, progress: Progress = silent) -> int:
    """Write every document again, in the caller's transaction. ``progress`` is told of each batch.

    Lets go of every object the session holds, so that memory stays flat.
    """
    session.flush()
    known = {
        kind: set(session.scalars(select(SearchDocument.key).where(SearchDocument.kind == kind)))
        for kind in ("service", "hub")
    }
    written = refresh_entries(session)
    session.execute(update(SearchIdentity).values(format=FORMAT))
    progress(written)
    revision = next_revision(session)
    hubs = [hub_document(hub) for hub in session.scalars(hubs_to_list())]
    written += _replace(session, "hub", known["hub"] | {hub.key for hub in hubs}, hubs, revision)
    progress(len(hubs))
    for ids in _batches(list(session.scalars(select(Service.id).order_by(Service.id)))):
        documents = _documents(session.scalars(services_to_list().where(Service.id.in_(ids))))
        keys = _keys(session, Service, ids)
        known["service"] -= keys
        written += _replace(session, "service", keys, documents, revision)
        progress(len(ids))
        session.expunge_all()
    _replace(session, "service", known["service"], [], revision)
    return written


def begin_rebuild(session: Session, progress: Progress = silent) -> int:
    """``rebuild_documents`` in a transaction of its own that takes the write lock first."""
    session.rollback()
    begin_writing(session)
    return rebuild_documents(session, progress)


def are_current(session: Session) -> bool:
    """Whether the documents have the form this version of hubfinder reads."""
    return session.scalar(select(SearchIdentity.format)) in (None, FORMAT)


def listings(session: Session) -> int:
    """How many services, hubs and entries there are to write documents of, for a progress bar."""
    counts = (
        select(func.count()).select_from(Service),
        select(func.count()).select_from(Location).where(Location.is_family_hub, ~Location.is_confidential),
        select(func.count()).select_from(CatalogueEntry),
    )
    return sum(session.scalar(count) or 0 for count in counts)


def _documents(services: Iterable[Service]) -> list[Document]:
    return [service_document(service) for service in services if _may_be_listed(service)]


def _may_be_listed(service: Service) -> bool:
    """A national line nobody is sure of is listed without its number; one with nothing left is not."""
    return service.confidence is not Confidence.UNSURE or bool(service.urls)


def _services_at(session: Session, locations: list[int]) -> Iterator[int]:
    for ids in _batches(locations):
        yield from session.scalars(
            select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id.in_(ids))
        )


def _keys(session: Session, model: type[Service] | type[Location], ids: Sequence[int]) -> set[str]:
    return set(session.scalars(select(model.key).where(model.id.in_(ids))))


def _replace(session: Session, kind: str, keys: set[str], documents: list[Document], revision: int) -> int:
    """Make the documents of ``keys`` be exactly ``documents``; the others of ``keys`` are removed."""
    kept = {document.key for document in documents}
    for batch in _batches(sorted(keys - kept)):
        _remove(session, kind, batch, revision)
    ids = {
        key: id_
        for batch in _batches(sorted(kept))
        for id_, key in session.execute(
            select(SearchDocument.id, SearchDocument.key).where(
                SearchDocument.kind == kind, SearchDocument.key.in_(batch)
            )
        )
    }
    rows = [
        {"kind": kind, "key": d.key, "revision": revision, "card": d.card, "terms": d.terms}
        for d in documents
    ]
    new = [row for row in rows if row["key"] not in ids]
    old = [{"id": ids[str(row["key"])], **row} for row in rows if row["key"] in ids]
    if new:
        session.execute(insert(SearchDocument), new)
    if old:
        session.execute(update(SearchDocument), old)
    write_texts(session, kind, documents)
    return len(rows)


def _remove(session: Session, kind: str, keys: Sequence[str], revision: int) -> None:
    gone = list(
        session.scalars(
            select(SearchDocument.id).where(SearchDocument.kind == kind, SearchDocument.key.in_(keys))
        )
    )
    if gone:
        session.execute(delete(SearchRemoval).where(SearchRemoval.document_id.in_(gone)))
        session.execute(insert(SearchRemoval), [{"document_id": id_, "revision": revision} for id_ in gone])
        session.execute(delete(SearchDocument).where(SearchDocument.id.in_(gone)))


def _remove_orphans(session: Session, revision: int) -> None:
    """Remove the documents of listings that are no longer in the database: their ids say nothing any more."""
    for kind, model in (("service", Service), ("hub", Location)):
        there = select(model.id).where(model.key == SearchDocument.key).exists()
        gone = session.scalars(select(SearchDocument.key).where(SearchDocument.kind == kind, ~there))
        for batch in _batches(list(gone)):
            _remove(session, kind, batch, revision)


def latest_revision(session: Session) -> int:
    """The revision of the newest change; 0 before the first."""
    newest = select(func.max(SearchDocument.revision)).union_all(select(func.max(SearchRemoval.revision)))
    return max((number or 0 for number in session.scalars(newest)), default=0)


def next_revision(session: Session) -> int:
    """The number for what the caller's transaction is about to write into documents."""
    if session.get_bind().dialect.name == "postgresql":
        # two writers with one number would let an index miss the slower one's change
        session.execute(text("LOCK TABLE search_document IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(SearchIdentity.identity)) is None:
        session.add(SearchIdentity(identity=str(uuid4()), format=FORMAT))
    return latest_revision(session) + 1


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    values = list(items)
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
