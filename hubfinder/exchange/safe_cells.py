"""Texts as they stand in the cell of a spreadsheet: never a formula, and the same when they come back."""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=＝]")


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet program would work it out."""
    clean = _NOT_IN_XML.sub("", text)
    return f"'{clean}" if _DANGEROUS.match(clean) else clean


def unguarded(cell: str) -> str:
    """What ``guarded`` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def is_formula(cell: str) -> bool:
    """Whether the cell of a text file would be worked out, were it opened in a spreadsheet program."""
    return bool(_FORMULA.match(cell))


def normal(cell: str) -> str:
    """What two cells must have in common to say the same: programs change line ends and outer spaces."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()
