"""Whether a telephone number can be one: advice, never a refusal, for plans of numbers change.

After the national telephone numbering plan: what each beginning is for, and how many digits it has.
"""

import re
from dataclasses import dataclass

from hubfinder.display.words import gettext

_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015]")
_SHORT = re.compile(r"999|112|111|101|105|119|159|116\d{3}|18000|18001.+|[3678]\d{4}|08001111|0845464\d")
"""Emergency, health, police, power cuts, banks, helplines of Europe, relay, text numbers; old short ones."""
_EXTENSION = re.compile(r"(?i)\s*(?:ext\.?|extension|x|option)\s*\d+\s*$")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that begin alike, and how many digits they have, the first 0 counted."""

    beginning: str
    lengths: tuple[int, ...] = (11,)


IN_USE = tuple(
    Range(beginning, lengths)
    for beginning, lengths in (
        *((f"01{digit}", (10, 11)) for digit in "123456789"),
        *((beginning, (11,)) for beginning in ("020", "023", "024", "028", "029")),
        *((beginning, (11,)) for beginning in ("030", "033", "034", "037")),
        *((beginning, (11,)) for beginning in ("055", "056")),
        *((beginning, (11,)) for beginning in ("070", "073", "074", "075", "076", "077", "078", "079")),
        *((beginning, (10, 11)) for beginning in ("080", "084", "087")),
        *((beginning, (11,)) for beginning in ("090", "091", "098")),
    )
)
_DEAR = ("09", "070")


def doubt_about(number: str) -> str:
    """What is odd about a telephone number, in a sentence; empty where nothing is, or none is given."""
    digits = plain_digits(number)
    if not digits or _SHORT.fullmatch(digits):
        return ""
    if not digits.isascii() or not digits.isdigit():
        return gettext("There is something in this number that is no digit.")
    return _of_digits(digits)


def _of_digits(digits: str) -> str:
    if not digits.startswith("0"):
        return gettext("This number does not begin with 0. Is the dialling code missing?")
    known = next((one for one in IN_USE if digits.startswith(one.beginning)), None)
    if known is None:
        return gettext("No telephone numbers begin like this one. Is a digit wrong?")
    if len(digits) not in known.lengths:
        return _of_length(len(digits), known)
    if digits.startswith(_DEAR):
        return gettext("Calls to this number cost a lot. Is there another one?")
    return ""


def plain_digits(number: str) -> str:
    """The digits as one dials them in England: ``+44 (0)1632 960123 ext 4`` is ``01632960123``."""
    text = _SEPARATORS.sub("", _EXTENSION.sub("", number.strip()))
    for abroad in ("+44", "0044"):
        if text.startswith(abroad):
            rest = text.removeprefix(abroad)
            return rest if rest.startswith("0") else f"0{rest}"
    return text


def _of_length(length: int, known: Range) -> str:
    if length < min(known.lengths):
        return gettext("This number is too short. Is a digit missing?")
    return gettext("This number is too long. Is there a digit too many?")
