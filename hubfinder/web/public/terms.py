"""Terms of a taxonomy as pages show them: translated, and with the part of the key that addresses carry."""

from collections.abc import Iterable
from dataclasses import dataclass

from hubfinder.directory.models import TaxonomyTerm
from hubfinder.web.shared.words import gettext


@dataclass(frozen=True, slots=True)
class Term:
    """A need, a domain or a department."""

    slug: str
    name: str
    hint: str = ""


def terms(rows: Iterable[TaxonomyTerm]) -> tuple[Term, ...]:
    """The terms in the language of the page. Their words are in the catalogue of messages (see babel.cfg)."""
    return tuple(term(row) for row in rows)


def term(row: TaxonomyTerm) -> Term:
    return Term(row.key.partition(":")[2], gettext(row.name), gettext(row.hint) if row.hint else "")
