"""Which column of a spreadsheet is which: by our name for it, or by the words people see."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from hubfinder.exchange.cells import CHECKED, COLUMNS, KEY, VERSION
from hubfinder.exchange.sheet_xml import letters_of
from hubfinder.ingest.errors import FileRefused, quoted

PASSED_OVER = frozenset({"assured_by"})
"""Columns of the services importer that say nothing here."""
_OTHER_NAMES = {"version number": VERSION, "last checked": CHECKED, "price": "cost", "phone": "telephone"}
_LIKE_ENOUGH = 70


def plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", heading.lower()).strip()


@lru_cache(maxsize=1)
def known() -> Mapping[str, str]:
    """Our names of columns by everything that they may be called, in plain letters."""
    names = {plain(name): name for name in (KEY, VERSION, CHECKED, *PASSED_OVER)}
    labels = {plain(column.label_in_english): column.name for column in COLUMNS}
    return {**labels, **_OTHER_NAMES, **names, **{plain(column.name): column.name for column in COLUMNS}}


def find_columns(heading: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by our name for it.

    Raises:
        FileRefused: a column is missing, unknown or there twice: which, and what may be meant.
    """
    found: dict[str, int] = {}
    unknown: list[str] = []
    for place, name in enumerate(heading):
        column = known().get(plain(name))
        if column in found:
            raise FileRefused(f"The column {quoted(name)} stands twice in the heading. Take one of them out.")
        if column:
            found[column] = place
        elif plain(name):
            unknown.append(name)
    problems = [*_missing(found), *_unknown(unknown)]
    if problems:
        raise FileRefused(" ".join(problems))
    return {name: place for name, place in found.items() if name not in PASSED_OVER}


def _missing(found: Mapping[str, int]) -> Iterator[str]:
    if KEY not in found:
        yield (
            "Its heading has no column “key”, which says which listing a row is about. The first row must be "
            "the heading; take the listings out again to have the right one."
        )


def _unknown(names: Sequence[str]) -> Iterator[str]:
    for name in names[:10]:
        meant = process.extractOne(plain(name), list(known()), scorer=fuzz.WRatio, score_cutoff=_LIKE_ENOUGH)
        advice = f"perhaps it should be “{known()[meant[0]]}”" if meant else "take it out"
        yield f"No column is called {quoted(name)}: {advice}."
    if len(names) > 10:
        yield f"{len(names) - 10} more columns are unknown."


def beyond(cells: Sequence[str], heading: Sequence[str]) -> str:
    """Letters of the first cell that holds something where the heading is empty; empty if there is none."""
    for place, cell in enumerate(cells):
        if cell.strip() and not (place < len(heading) and plain(heading[place])):
            return letters_of(place + 1)
    return ""
