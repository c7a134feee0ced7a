"""Each field of a listing as one cell, in the words of the services importer, and back again.

A cell that says what would be written of the listing today has not been touched: its field stays as it is,
whatever the words of cells cannot carry. Only cells that somebody changed are read.
"""

import re
from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask_babel import LazyString, lazy_gettext

from hubfinder.directory.plain import OLDEST, YOUNGEST
from hubfinder.exchange import cell_words as words
from hubfinder.exchange.safe_cells import guarded, normal, unguarded
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.listings import keys, languages, telephone
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, sentence
from hubfinder.listings.content import LABELS
from hubfinder.listings.models import Content
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Delivery,
    Labelled,
    ServiceStatus,
    Vacancies,
)

KEY, VERSION = "key", "version"
CHECKED = "assured_date"
"""Shown, and taken of new listings only: that one is still right is said on its page or in the table."""
_LOST_ZERO = re.compile(r"[1-9][0-9]{8,9}")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")
ZERO_BACK = "a spreadsheet program took the first 0 away; it was put back: check the number"
Hidden = AbstractSet[str]
"""Keys of confidential places."""
_NONE: Hidden = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the field of the content that it shows, and both ways between them."""

    name: str
    field: str
    write: Callable[[Any], str]
    read: Callable[[Row, str], Any]
    """Raises ``RowRefused``; takes the name of the column."""
    help: LazyString | str = ""
    choices: type[Labelled] | None = None

    @property
    def label(self) -> LazyString | str:
        return LABELS[self.field]

    @property
    def label_in_english(self) -> str:
        """Whatever the language of the page is: what the label was made with."""
        label = self.label
        return label if isinstance(label, str) else str(label._args[0])  # noqa: SLF001 - it has no other way


@dataclass(slots=True)
class Reading:
    """What a row says: the whole listing as it would be, and what to tell of it, by column."""

    content: Content
    changed: set[str] = field(default_factory=set)
    """Fields whose cells somebody changed."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def _text(value: str) -> str:
    return value


def _line(row: Row, column: str, *, required: bool = False, longest: int = 255) -> str:
    return sentence(row, column, required=required, longest=longest)


def _some(row: Row, column: str, *, kind: type[Labelled]) -> list[str]:
    return list(dict.fromkeys(member.value for member in row.some_of(column, kind)))


def _several(row: Row, column: str, *, kind: type[Labelled], required: bool = False) -> list[str]:
    found = sorted(_some(row, column, kind=kind))
    if required and not found:
        raise RowRefused(column, "is empty")
    return found


def _one(row: Row, column: str, *, kind: type[Labelled], empty: str | None = None) -> str | None:
    found = row.one_of(column, kind)
    return found.value if found else empty


def _access(row: Row, column: str) -> str:
    found = _one(row, column, kind=Access)
    if found is None:
        raise RowRefused(column, "is empty")
    return found


def _keys(row: Row, column: str) -> list[str]:
    return sorted(keys(row, column))


def _age(row: Row, column: str) -> int | None:
    return row.whole_number(column, YOUNGEST, OLDEST)


_LONG = partial(paragraphs, longest=4_000)
COLUMNS: tuple[Column, ...] = (
    Column(
        "organization", "organization", _text, lambda row, column: row.text(column, required=True),
        lazy_gettext("Key of the organization that offers it."),
    ),
    Column(
        "name", "name", _text, partial(_line, required=True),
        lazy_gettext("What families know it as."),
    ),
    Column(
        "summary", "summary", _text, partial(_line, required=True, longest=500),
        lazy_gettext("One sentence: what happens, and for whom."),
    ),
    Column(
        "description", "description", _text, paragraphs,
        lazy_gettext("More, in plain words. An empty line begins a new paragraph."),
    ),
    Column(
        "status", "status", _text, partial(_one, kind=ServiceStatus, empty=ServiceStatus.ACTIVE.value),
        lazy_gettext("Whether it is running at the moment."), ServiceStatus,
    ),
    Column(
        "access", "access", _text, _access,
        lazy_gettext("For everyone, or for some families."), Access,
    ),
    Column(
        "delivery", "delivery", words.several, partial(_several, kind=Delivery, required=True),
        lazy_gettext("How it reaches families. Several with ; between them."), Delivery,
    ),
    Column(
        "min_age_months", "minimum_age", words.number, _age,
        lazy_gettext("Youngest age in months, which counts: 24 is a second birthday; -9 is pregnancy."),
    ),
    Column(
        "max_age_months", "maximum_age", words.number, _age,
        lazy_gettext("Age in months from which it is not for a child any more: 60 is under 5."),
    ),
    Column(
        "eligibility", "eligibility", _text, _LONG,
        lazy_gettext("Who can use it, in words."),
    ),
    Column(
        "circumstances", "circumstances", words.several, partial(_several, kind=Circumstance),
        lazy_gettext("Families it is made for. Several with ; between them."), Circumstance,
    ),
    Column(
        "needs", "needs", words.several, _keys,
        lazy_gettext("Keys of what it helps with, ; between them."),
    ),
    Column(
        "catalogue", "catalogue", words.several, _keys,
        lazy_gettext("Keys of the national services it is part of, ; between them."),
    ),
    Column(
        "locations", "locations", words.several, lambda row, column: list(keys(row, column)),
        lazy_gettext("Keys of the places where it happens, ; between them."),
    ),
    Column(
        "areas", "areas", words.several, words.read_areas,
        lazy_gettext("Whom it serves: footprints such as ward:E05014558, ; between them. Empty: everybody."),
    ),
    Column(
        "schedule", "schedule", words.schedule, words.read_sessions,
        lazy_gettext("Sessions: Mon 10:00-12:00; Wed 13:00-15:00 term @key-of-place (note)"),
    ),
    Column(
        "exceptions", "exceptions", words.other_days, words.read_days,
        lazy_gettext("Days that are different: 2026-12-22..2027-01-02 closed (Christmas)"),
    ),
    Column("hours", "hours", _text, _LONG, lazy_gettext("Hours in words, where there are no sessions.")),
    Column(
        "cost", "costs", words.costs, words.read_prices,
        lazy_gettext("free; 2.50 per session; 1.00 [families on benefits]. Empty: nobody has said."),
    ),
    Column(
        "vacancies", "vacancies", words.maybe, partial(_one, kind=Vacancies),
        lazy_gettext("Whether there is room. Empty: nobody has said."), Vacancies,
    ),
    Column("vacancies_note", "vacancies_note", _text, _line, lazy_gettext("About free places, in words.")),
    Column(
        "languages", "languages", words.several, lambda row, column: list(languages(row, column)),
        lazy_gettext("Codes of languages that are spoken: pl; ur"),
    ),
    Column("interpretation", "interpretation", _text, _LONG, lazy_gettext("How to get an interpreter.")),
    Column(
        "accessibility", "accessibility", words.several, partial(_some, kind=AccessibilityFeature),
        lazy_gettext("What makes it usable. Several with ; between them."), AccessibilityFeature,
    ),
    Column("deaf_access", "deaf_access", _text, _LONG, lazy_gettext("How deaf people get in touch.")),
    Column(
        "telephone", "telephone", _text, telephone,
        lazy_gettext("With its first 0. The column is text, so that the 0 stays."),
    ),
    Column(
        "text", "text", words.text_number, words.read_text_number,
        lazy_gettext("A number for text messages, then (how), such as 85258 (Text HELLO)"),
    ),
    Column(
        "email", "email", _text, lambda row, column: row.email(column),
        lazy_gettext("An address of a team, not of a person."),
    ),
    Column(
        "website", "website", _text, lambda row, column: row.website(column),
        lazy_gettext("The page about this service."),
    ),
    Column("how_to_apply", "how_to_apply", _text, _LONG, lazy_gettext("How to book, or just come.")),
    Column(
        "further_facts", "attributes", words.facts, words.read_facts,
        lazy_gettext("One on each line: what it is, a colon, what there is to know."),
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
NEEDED_OF_NEW = ("organization", "name", "summary", "access", "delivery")


def written(content: Content, hidden: Hidden = _NONE) -> dict[str, str]:
    """The cells of a listing by column. Of confidential places nothing is in them."""
    shown = without_hidden(content, hidden) if hidden else content
    return {column.name: guarded(column.write(shown[column.field])) for column in COLUMNS}


def without_hidden(content: Content, hidden: Hidden) -> Content:
    """The content without the places that nobody may know of."""
    return {
        **content,
        "locations": [key for key in content["locations"] if key not in hidden],
        "schedule": [
            {**one, "site": "" if one["site"] in hidden else one["site"]} for one in content["schedule"]
        ],
    }


def read_cells(row: Row, base: Content, hidden: Hidden = _NONE, *, is_new: bool = False) -> Reading:
    """What the cells of a row make of a listing that was ``base`` when they were written.

    Columns that the file does not have leave their fields alone, but for a new listing.
    """
    before = written(base, hidden)
    reading = Reading(dict(base))
    for column in COLUMNS:
        if column.name not in row and not (is_new and column.name in NEEDED_OF_NEW):
            continue
        cell = row.cells.get(column.name, "")
        if not is_new and normal(cell) == normal(before[column.name]):
            continue
        _read(row, column, unguarded(cell), reading)
    _keep_hidden(reading.content, base, hidden)
    reading.changed = {name for name, value in reading.content.items() if value != base.get(name)}
    _check_ages(reading)
    return reading


def _read(row: Row, column: Column, cell: str, reading: Reading) -> None:
    if column.name in ("telephone", "text"):
        cell = _with_zero(column.name, cell, reading)
    try:
        reading.content[column.field] = column.read(Row(row.number, {column.name: cell}), column.name)
    except RowRefused as error:
        reading.problems.append((column.name, error.why))


def _with_zero(column: str, cell: str, reading: Reading) -> str:
    """Numbers that a spreadsheet program took for something to count with."""
    plain = cell.strip()
    if _SHORTENED.fullmatch(plain):
        why = f"“{plain}” was shortened by a spreadsheet program: make the column text, and type it again"
        reading.problems.append((column, why))
        return ""
    if not _LOST_ZERO.fullmatch(plain):
        return cell
    before = str(reading.content["telephone"]) if column == "telephone" else ""
    if re.sub(r"\D", "", before) == f"0{plain}":
        return before
    reading.notes.append((column, ZERO_BACK))
    return f"0{plain}"


def _keep_hidden(content: Content, base: Content, hidden: Hidden) -> None:
    """Put back what was never in the cells: the confidential places of the listing."""
    kept = [key for key in base["locations"] if key in hidden]
    if content["locations"] is not base["locations"]:
        content["locations"] = [*content["locations"], *(k for k in kept if k not in content["locations"])]
    if content["schedule"] is base["schedule"]:
        return
    secret = {words.session({**one, "site": ""}): one for one in base["schedule"] if one["site"] in hidden}
    content["schedule"] = [secret.get(words.session(one), one) for one in content["schedule"]]


def _check_ages(reading: Reading) -> None:
    youngest, oldest = reading.content["minimum_age"], reading.content["maximum_age"]
    told = {column for column, _ in reading.problems}
    if youngest is None or oldest is None or told & {"min_age_months", "max_age_months"}:
        return
    if oldest <= youngest:
        reading.problems.append(("max_age_months", "is not more than min_age_months"))
