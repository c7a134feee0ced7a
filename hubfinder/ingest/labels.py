"""Codes and names of areas, out of whatever a program wrote into a file of boundaries."""

import math
import re
from numbers import Real

from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import plain

LONGEST_CODE = 60
SHOWN = 80
LONGEST_NAME = 255
_is_code = re.compile(r"(?!\.+$)[A-Za-z0-9._-]+").fullmatch
"""Codes stand in addresses of pages, where a code of dots only would lead elsewhere."""


def code_of(field: str, value: object) -> str:
    """The code of an area. Some programs write the code 116645 as 116645.0.

    Raises:
        RowRefused: it is none.
    """
    code = " ".join(_written(field, value).split())
    _refuse_length(field, code, LONGEST_CODE)
    if not _is_code(code):  # nothing is taken out of it: E1<b> must not become the code of another area
        raise RowRefused(field, f"{quoted(code)} is not a code: use letters, digits, '.', '_' and '-'")
    return code


def code_in(row: Row, column: str) -> str:
    """The code of an area in a cell of a table; empty for an empty cell."""
    cell = row.line(column)
    return code_of(column, cell) if cell else ""


def name_of(field: str, value: object) -> str:
    """The name of an area, as plain text on one line.

    Raises:
        RowRefused: it is none.
    """
    return _text(field, value, LONGEST_NAME)


def shown(code: object, name: object) -> str:
    """Code and name of an area for a message, whatever a file holds in their place."""
    words = [str(value) for value in (code, name) if isinstance(value, str | int | float)]
    text = " ".join(" ".join(words).split())[:SHOWN]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _text(field: str, value: object, longest: int) -> str:
    text = " ".join(plain(field, _written(field, value)).split())
    _refuse_length(field, text, longest)
    return text


def _refuse_length(field: str, text: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise RowRefused(field, f"has more than {longest} characters" if text else "is empty")


def _written(field: str, value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, Real) or math.isinf(value):
        raise RowRefused(field, f"{quoted(str(value))} is neither text nor a number")
    return str(value).removesuffix(".0")
