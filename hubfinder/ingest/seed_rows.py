"""Rows of the seed files, read into values; those of ``national_help.csv`` have a module of their own."""

from enum import StrEnum
from typing import TypeVar

from hubfinder.directory.seed_actions import Entry, PlacedEntry, Term
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.listings import keys, own_key, telephone
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.seed_actions import ArrangementDetails
from hubfinder.vocab import Access, CatalogueStatus, Confidence, FootprintKind

E = TypeVar("E", bound=StrEnum)


def term_of(row: Row) -> Term:
    return Term(
        key=own_key(row),
        name=sentence(row, "name", required=True),
        position=row.whole_number("position", 1, 1_000) or _position(row),
        hint=sentence(row, "hint"),
        description=sentence(row, "description", longest=1_000),
    )


def department_of(row: Row) -> Term:
    """A department by its abbreviation, as printed: named as today, with the name of 2022 for a hint."""
    return Term(
        key=row.text("abbreviation", required=True, longest=40),
        name=sentence(row, "name_now", required=True),
        position=_position(row),
        hint=sentence(row, "name_2022", required=True),
        description=sentence(row, "note", longest=1_000),
    )


def entry_of(row: Row) -> PlacedEntry:
    """A catalogue entry. Its number is left out when nobody is sure of the entry."""
    confidence = _required(row, "confidence", Confidence)
    entry = Entry(
        key=own_key(row),
        position=_position(row),
        name=sentence(row, "name", required=True),
        access=_required(row, "access", Access),
        department=row.text("department", required=True, longest=40),
        printed=sentence(row, "printed", required=True, longest=1_000),
        status=_required(row, "status", CatalogueStatus),
        current_name=sentence(row, "current_name", required=True),
        summary=sentence(row, "summary", required=True, longest=1_000),
        what_changed=sentence(row, "what_changed", longest=2_000),
        date_of_change=row.text("date_of_change", longest=10),
        replaced_by_name=sentence(row, "replaced_by_name"),
        responsible_now=sentence(row, "responsible_now"),
        minimum_age=row.whole_number("min_age_months", -9, 1_200),
        maximum_age=row.whole_number("max_age_months", -9, 1_200),
        who_for=sentence(row, "who_for", longest=2_000),
        official_page=row.website("official_page"),
        how_to_apply=sentence(row, "how_to_apply", longest=2_000),
        telephone="" if confidence is Confidence.UNSURE else telephone(row),
        telephone_note=sentence(row, "telephone_note"),
        confidence=confidence,
        last_checked=row.day("last_checked"),
        evidence=sentence(row, "evidence", longest=2_000),
    )
    return PlacedEntry(entry, row.key("domain"), keys(row, "needs"), row.key("replaced_by") or None)


def arrangement_of(row: Row) -> ArrangementDetails:
    return ArrangementDetails(
        key=own_key(row),
        position=_position(row),
        name=sentence(row, "name", required=True),
        group=sentence(row, "group", longest=60),
        function=sentence(row, "function", longest=120),
        department=row.text("department", longest=40),
        footprint=sentence(row, "footprint", longest=80),
        footprint_kind=_required(row, "footprint_kind", FootprintKind),
        membership=sentence(row, "membership", longest=2_000),
        role=sentence(row, "role", longest=2_000),
        summary=sentence(row, "summary", longest=1_000),
        current_name=sentence(row, "current_name", longest=1_000),
        legal_basis=sentence(row, "legal_basis", longest=1_000),
        what_changed=sentence(row, "what_changed", longest=2_000),
        official_page=row.website("official_page"),
        confidence=_required(row, "confidence", Confidence),
        last_checked=row.day("last_checked"),
    )


def _required(row: Row, column: str, enum: type[E]) -> E:
    member = row.one_of(column, enum)
    if member is None:
        raise RowRefused(column, "is empty")
    return member


def _position(row: Row) -> int:
    """Where it stands in the file, from 1."""
    return row.number - 1
