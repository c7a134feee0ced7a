"""What comes with hubfinder (``seeds/*.csv``), brought into the database: all of it or nothing."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_organizations, save_services
from hubfinder.directory.references import fetch_references, local_services
from hubfinder.directory.seed_actions import (
    PlacedEntry,
    remove_national_help,
    remove_seed_organizations,
    save_catalogue,
    save_taxonomy,
    seed_organizations,
)
from hubfinder.directory.values import OrganizationDetails, ServiceDetails, Touched
from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.national_help import NATIONS, organization_of, service_of
from hubfinder.ingest.report import Report
from hubfinder.ingest.row import Row
from hubfinder.ingest.seed_rows import arrangement_of, department_of, entry_of, term_of
from hubfinder.places.seed_actions import save_arrangements, save_nations
from hubfinder.search.documents import rebuild_documents, refresh_documents
from hubfinder.search.models import SearchDocument

T = TypeVar("T")


class SeedsRefused(Exception):
    """A seed file is not as it should be; the message says which row, and why. Nothing was loaded."""


@dataclass
class Seeds:
    """What was loaded: how many of each, and whether anything was new or different."""

    counts: dict[str, int] = field(default_factory=dict)
    changed: bool = False


def load_seeds(session: Session, folder: Path) -> Seeds:
    """Make the database say what the files in ``folder`` say, in one transaction of its own.

    Rows that are no longer in the files go. What was imported from other files stays.

    Raises:
        SeedsRefused: a file is missing or wrong; nothing was changed.
    """
    session.rollback()
    begin_writing(session)
    try:
        seeds = _load(session, folder)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return seeds


def _load(session: Session, folder: Path) -> Seeds:
    seeds = Seeds()
    terms = {
        "need": ("Needs", _rows(session, folder / "needs.csv", term_of)),
        "domain": ("Domains", _rows(session, folder / "domains.csv", term_of)),
        "department": ("Departments", _rows(session, folder / "departments.csv", department_of)),
    }
    entries = _rows(session, folder / "catalogue.csv", entry_of)
    bodies = _rows(session, folder / "arrangements.csv", arrangement_of)
    lines = _rows(session, folder / "national_help.csv", lambda row: (organization_of(row), service_of(row)))
    renamed = False
    for key, (name, wanted) in terms.items():
        renamed |= save_taxonomy(session, key, name, wanted)
    _check(entries, *({term.key for term in terms[key][1]} for key in ("need", "domain")))
    renamed |= save_catalogue(session, entries)
    changed = save_arrangements(session, bodies)
    changed |= save_nations(session, NATIONS)
    touched = _save_national_help(session, lines)
    seeds.changed = changed or renamed or bool(touched)
    _write_documents(session, renamed=renamed, touched=touched)
    seeds.counts = {
        "needs": len(terms["need"][1]),
        "domains": len(terms["domain"][1]),
        "catalogue entries": len(entries),
        "arrangements": len(bodies),
        "national services": len(lines),
    }
    return seeds


def _save_national_help(
    session: Session, lines: Sequence[tuple[OrganizationDetails, ServiceDetails]]
) -> Touched:
    organizations = {organization.key: organization for organization, _ in lines}
    ours = seed_organizations(session, organizations)
    touched = save_organizations(session, [organizations[key] for key in organizations if key in ours])
    services = [service for _, service in lines]
    known = fetch_references(session, services)
    problems = [
        f"the key {key} is that of a local service" for key in sorted(local_services(session, services))
    ]
    problems += [
        f"national_help.csv, {service.key}, {column}: {why}"
        for service in services
        for column, why in known.problems(service)
    ]
    if problems:
        raise SeedsRefused("; ".join(problems))
    touched.add(save_services(session, services, known))
    touched.add(remove_national_help(session, {service.key for service in services}))
    remove_seed_organizations(session, organizations)
    return touched


def _write_documents(session: Session, *, renamed: bool, touched: Touched) -> None:
    """Documents hold the names of terms and entries: where one changed, all are written again."""
    if renamed or session.scalar(select(SearchDocument.id).limit(1)) is None:
        rebuild_documents(session)
    elif touched:
        refresh_documents(session, services=touched.services, locations=touched.locations)


def _check(entries: Sequence[PlacedEntry], needs: Container[str], domains: Container[str]) -> None:
    """Every entry names needs, a domain and a successor that are there.

    Raises:
        SeedsRefused: one does not.
    """
    known = {placed.entry.key for placed in entries}
    for placed in entries:
        missing = [need for need in placed.needs if need not in needs]
        missing += [] if placed.domain in domains else [placed.domain]
        missing += [] if placed.replaced_by_key in known | {None} else [str(placed.replaced_by_key)]
        if missing:
            raise SeedsRefused(f"catalogue.csv, {placed.entry.key}: there is no {' and no '.join(missing)}")


def _rows(session: Session, path: Path, read: Callable[[Row], T]) -> list[T]:
    """What ``read`` makes of each row of a file.

    Raises:
        SeedsRefused: the file or a row is refused.
    """
    report = Report("seeds", path.name)
    try:
        found = list(Loading(session, path, report).each(read))
    except FileRefused as error:
        raise SeedsRefused(f"{path.name}: {error}") from error
    if report.problems:
        raise SeedsRefused("; ".join(map(str, report.problems)))
    return found
