"""Terms of a taxonomy as pages show them: translated, and with the part of the key that addresses carry."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.directory.models import TaxonomyTerm
from hubfinder.directory.queries import departments, domains, needs
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.web.shared.kept import kept


@dataclass(frozen=True, slots=True)
class Term:
    """A need, a domain or a department."""

    slug: str
    name: str
    hint: str = ""


def all_needs() -> tuple[Term, ...]:
    """The needs a family can choose from."""
    return _kept(needs)


def all_domains() -> tuple[Term, ...]:
    """The domains of the catalogue."""
    return _kept(domains)


def all_departments() -> tuple[Term, ...]:
    """The departments: the slug is the printed abbreviation, the name of today, the hint that of 2022."""
    return _kept(departments)


def terms(rows: Iterable[TaxonomyTerm]) -> tuple[Term, ...]:
    """The terms in the language of the page. Their words are in the catalogue of messages (see babel.cfg)."""
    return tuple(_translated(term(row)) for row in rows)


def term(row: TaxonomyTerm) -> Term:
    return Term(row.key.partition(":")[2], row.name, row.hint)


def needs_in_english() -> tuple[Term, ...]:
    """The needs as they stand in the database, which is how their translations are found."""
    return _untranslated(needs)


def _kept(ask: Callable[[Session], Sequence[TaxonomyTerm]]) -> tuple[Term, ...]:
    return tuple(_translated(one) for one in _untranslated(ask))


def _untranslated(ask: Callable[[Session], Sequence[TaxonomyTerm]]) -> tuple[Term, ...]:
    return kept(ask.__name__, lambda: tuple(term(row) for row in ask(db.session)))


def _translated(one: Term) -> Term:
    return Term(one.slug, gettext(one.name), gettext(one.hint) if one.hint else "")
