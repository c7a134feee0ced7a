"""Texts that strangers wrote, made plain: no tags, no control characters. Pages escape what is left."""

from hubfinder.directory.plain import in_paragraphs, plain_text, says_something
from hubfinder.directory.values import Malformed
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.row import Row


def paragraphs(row: Row, column: str, *, required: bool = False, longest: int = 20_000) -> str:
    """The plain text of a cell, which may have several lines. Tags alone are no text."""
    clean = in_paragraphs(plain(column, row.text(column, required=required, longest=longest)))
    if required and not says_something(clean):
        raise RowRefused(column, "is empty")
    return clean


def sentence(row: Row, column: str, *, required: bool = False, longest: int = 255) -> str:
    """The plain text of a cell on one line."""
    return " ".join(paragraphs(row, column, required=required, longest=longest).split())


def plain(column: str, text: str) -> str:
    """A text without tags; see ``plain_text``.

    Raises:
        RowRefused: it holds control characters, or tags in tags without end.
    """
    try:
        return plain_text(text)
    except Malformed as error:
        raise RowRefused(column, str(error)) from None
