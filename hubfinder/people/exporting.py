"""The trail as a file for programs and for tables."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from hubfinder.clock import as_utc
from hubfinder.people.models import AuditEntry

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet may run what begins so."""
COLUMNS = (
    "number", "at", "council", "person", "by", "verb", "kind", "key", "reason", "facts", "previous", "hash",
)  # fmt: skip


def as_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """One JSON object a line: all that is hashed, so that anybody can work the chain out again."""
    for entry in entries:
        yield json.dumps(dict(zip(COLUMNS, _values(entry), strict=True)), ensure_ascii=False) + "\n"


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """A table for a spreadsheet, headings first; nothing in it can run there."""
    yield _row(COLUMNS)
    for entry in entries:
        *texts, facts, previous, hash_ = _values(entry)
        yield _row((*texts, json.dumps(facts, ensure_ascii=False, sort_keys=True), previous, hash_))


def cell(value: object) -> str:
    """A value as a spreadsheet may have it: as text where it could be a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) and not isinstance(value, int) else text


def _values(entry: AuditEntry) -> tuple[object, ...]:
    return (
        entry.number,
        as_utc(entry.at).isoformat(),
        entry.council_code,
        entry.person_id,
        entry.by,
        entry.verb,
        entry.subject_kind,
        entry.subject_key,
        entry.reason,
        entry.facts,
        entry.previous_hash,
        entry.hash,
    )


def _row(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cell(value) for value in values])
    return line.getvalue()
