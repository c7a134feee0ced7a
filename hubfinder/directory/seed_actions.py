"""Every write of what comes with hubfinder: taxonomies and the national catalogue.

Each makes the rows be what it is given: adds, changes, and removes what is no longer there. The same again
changes nothing. The caller began the writing and ends it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.actions import remove_organization, remove_services
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Organization, Service, Taxonomy, TaxonomyTerm
from hubfinder.directory.values import DOMAIN, NEED, SEED, Touched
from hubfinder.places.seed_actions import flush_changes
from hubfinder.vocab import Access, CatalogueStatus, Confidence


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a taxonomy; ``key`` is without the taxonomy's own."""

    key: str
    name: str
    position: int
    hint: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A catalogue entry as the seed file tells it; the fields are those of ``CatalogueEntry``."""

    key: str
    position: int
    name: str
    access: Access
    department: str
    printed: str
    status: CatalogueStatus
    current_name: str
    summary: str
    what_changed: str
    date_of_change: str
    replaced_by_name: str
    responsible_now: str
    minimum_age: int | None
    maximum_age: int | None
    who_for: str
    official_page: str
    how_to_apply: str
    telephone: str
    telephone_note: str
    confidence: Confidence
    last_checked: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """A catalogue entry with the keys of its domain and needs, and of the entry that took its place."""

    entry: Entry
    domain: str
    needs: tuple[str, ...]
    replaced_by_key: str | None = None


def save_taxonomy(session: Session, key: str, name: str, terms: Sequence[Term]) -> bool:
    """Make a taxonomy have exactly these terms. True if anything changed.

    Raises:
        sqlalchemy.exc.IntegrityError: a term that is gone is the domain of an entry that stays.
    """
    taxonomy = session.scalar(select(Taxonomy).where(Taxonomy.key == key))
    if taxonomy is None:
        taxonomy = Taxonomy(key=key)
        session.add(taxonomy)
    taxonomy.name = name
    session.flush()
    of_taxonomy = select(TaxonomyTerm).where(TaxonomyTerm.taxonomy_id == taxonomy.id)
    there = {row.key: row for row in session.scalars(of_taxonomy)}
    for term in terms:
        row = there.pop(f"{key}:{term.key}", None)
        if row is None:
            row = TaxonomyTerm(key=f"{key}:{term.key}", taxonomy_id=taxonomy.id)
            session.add(row)
        for field in ("name", "hint", "description", "position"):
            setattr(row, field, getattr(term, field))
    for row in there.values():
        session.delete(row)
    return flush_changes(session)


def save_catalogue(session: Session, wanted: Sequence[PlacedEntry]) -> bool:
    """Make the catalogue hold exactly these entries, in this order. True if anything changed.

    Raises:
        KeyError: an entry names a domain or a need that is not there.
    """
    terms = {term.key: term for term in session.scalars(select(TaxonomyTerm))}
    statement = select(CatalogueEntry).options(selectinload(CatalogueEntry.needs))
    there = {row.key: row for row in session.scalars(statement)}
    gone = there.keys() - {placed.entry.key for placed in wanted}
    with session.no_autoflush:
        for placed in wanted:
            row = there.setdefault(placed.entry.key, CatalogueEntry(key=placed.entry.key))
            _set_entry(row, placed, terms)
            session.add(row)
    changed = flush_changes(session)
    for placed in wanted:  # only now: an entry may be replaced by one that stands further down
        there[placed.entry.key].replaced_by_key = placed.replaced_by_key
    changed |= flush_changes(session)
    for key in gone:
        session.delete(there[key])
    return flush_changes(session) or changed


def _set_entry(row: CatalogueEntry, placed: PlacedEntry, terms: Mapping[str, TaxonomyTerm]) -> None:
    for field in fields(placed.entry):
        setattr(row, field.name, getattr(placed.entry, field.name))
    row.domain_id = terms[DOMAIN + placed.domain].id
    needs = {terms[NEED + key] for key in placed.needs}
    if set(row.needs) != needs:
        row.needs = sorted(needs, key=lambda term: term.position)


def seed_organizations(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of the keys that the seed data may write: new ones and its own. Those from files stay."""
    others = select(Organization.key).where(Organization.source != SEED)
    return set(keys) - set(session.scalars(others))


def remove_seed_organizations(session: Session, keep: Container[str]) -> None:
    """Take away organizations that came with the seed data, are no longer in it and offer nothing else."""
    alone = select(Organization).where(Organization.source == SEED, ~Organization.services.any())
    for row in session.scalars(alone):
        if row.key not in keep:
            remove_organization(session, row.key)


def remove_national_help(session: Session, keep: Container[str]) -> Touched:
    """Take away national services that are no longer in the seed data."""
    national = session.scalars(select(Service.key).where(Service.is_national))
    return remove_services(session, [key for key in national if key not in keep])
