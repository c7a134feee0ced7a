"""How many lines words take: what stands on a sheet as paragraphs with their heights."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from hubfinder.display.language import DEFAULT, KNOWN, Language
from hubfinder.sheets.bidi import isolated
from hubfinder.sheets.fonts import BY_SCRIPT, LATIN, NBSP, printable, script_of, width
from hubfinder.sheets.values import Text

ICON = 1.3
"""An icon before words takes so many em, its gap included."""
TAG = 0.7
"""A tag is so much wider than its words, in em."""
SURELY = 0.97
BETWEEN = 3
"""Spaces between two facts on a line."""
_LONGEST = 24
"""Letters that stand together without a chance to break; in longer words there is one every so many."""
_LONG = re.compile(rf"\S{{{_LONGEST + 1},}}")
_CUT = re.compile(rf"\S{{{_LONGEST // 2}}}(?=\S{{6}})")
_SIGNS = re.compile(r"(?<=[/.@_-])(?=\w)")
_TYPED = re.compile(r"\S*\w[.@/]\u200b?\w\S*|[0-9A-Z]{4}-[0-9A-Z]{4}")
"""What somebody may type as it stands: addresses of the web and e-mail, and the code of a sheet."""
CHANCE = "\u200b"
JOINED = "\u2060"
_MARKS = "\u200b\u2060\u2066\u2067\u2068\u2069"
_NO_MARKS = {ord(mark): None for mark in _MARKS}
Data = dict[str, Any]
"""What goes to the template."""


@dataclass(frozen=True, slots=True)
class Part:
    """A few words in a paragraph, and how they look."""

    words: Text | str
    bold: bool = False
    colour: str = ""
    icon: str = ""
    alt: str = ""
    """What the icon means."""
    href: str = ""
    tag: str = ""
    """``all`` or ``some``: the words stand in a box of that kind."""
    whole: bool = False
    """Never broken over two lines."""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words with a height, in points."""

    height: float
    data: Data = field(repr=False)


class Shaped(NamedTuple):
    """A part as it is printed in some language: what the template gets, and its words' widths in em."""

    data: Data
    widths: tuple[tuple[float, bool], ...]
    """Of each piece that is never broken; and whether a space stands before it."""
    script: str


class Ruler:
    """Measures in one language; ``tight`` is how close lines stand, of their usual distance."""

    def __init__(self, language: Language, tight: float = 1.0) -> None:
        self.language, self.tight = language, tight
        self._space = width(" ", language.code)

    def paragraph(self, parts: Sequence[Part], size: float, room: float) -> Paragraph:
        """The parts one after the other in a column ``room`` points wide."""
        shaped = [one for part in parts if (one := shape(part, self.language.code))]
        if not shaped:
            return Paragraph(0.0, {"z": size, "s": LATIN, "p": []})
        script = max((one.script for one in shaped), key=line_height)
        high = self._lines(shaped, room / size) * size * self.tight * line_height(script)
        return Paragraph(round(high, 2), {"z": size, "s": script, "p": [one.data for one in shaped]})

    def is_one_line(self, parts: Sequence[Part], size: float, room: float) -> bool:
        """True where it surely is: a little room must be left."""
        shaped = [one for part in parts if (one := shape(part, self.language.code))]
        return self._lines(shaped, SURELY * room / size) == 1

    def text(self, words: Text | str, size: float, room: float, **looks: Any) -> Paragraph:
        """One part alone."""
        return self.paragraph([Part(words, **looks)], size, room)

    def wide(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are on one line, in points."""
        return width(printable(words, self.language.code), self.language.code, bold) * size

    def _lines(self, parts: Sequence[Shaped], room: float) -> int:
        lines, used = 1, 0.0
        for part in parts:
            spaces = BETWEEN
            for wide, is_word in part.widths:
                before = self._space * spaces * is_word if used else 0.0
                spaces = 1
                if used + before + wide <= room:
                    used += before + wide
                    continue
                lines += (1 if used else 0) + max(0, ceil(wide / room) - 1)
                used = wide if wide <= room else wide % room
        return lines


@lru_cache(maxsize=8192)
def shape(part: Part, code: str) -> Shaped | None:
    """A part as it is printed on a sheet in a language; none if nothing of it can be."""
    language = KNOWN[code]
    words = printable(str(part.words), code).strip()
    if not words:
        return None
    if len(words) > _LONGEST:
        words = _LONG.sub(_with_chances, words)
    if "-" in words:
        words = _TYPED.sub(_with_its_hyphens, words)
    if part.whole or part.tag:
        words = words.replace(" ", NBSP)
    widths = [
        (width(piece.translate(_NO_MARKS), code, part.bold) * part.scale, number == 0)
        for word in words.split(" ")
        for number, piece in enumerate(word.split(CHANCE))
    ]
    widths[0] = (widths[0][0] + (ICON if part.icon else 0.0) + (TAG if part.tag else 0.0), True)
    return Shaped(_data(part, words, language), tuple(widths), script_of(words, code))


def _data(part: Part, words: str, language: Language) -> Data:
    own = part.words.language if isinstance(part.words, Text) else ""
    foreign = KNOWN.get(own) if own != language.code else None
    script = script_of(words, language.code)
    data: Data = {"w": _set_apart(Text(words, own if foreign else ""), language, script)}
    if foreign:
        data |= {"l": foreign.code, "d": foreign.direction}
    if part.tag:
        data["s"] = script
    names = {"b": part.bold, "c": part.colour, "i": part.icon, "a": part.alt, "u": part.href, "t": part.tag}
    data |= {name: value for name, value in names.items() if value}
    return data | ({"k": part.scale} if part.scale != 1 else {})


def _set_apart(text: Text, language: Language, script: str) -> str:
    """Marks around what runs the other way: around everything where no word runs the sheet's way."""
    if script == LATIN and language.direction == "rtl" and not text.language:
        return isolated(replace(text, language=DEFAULT), language)
    return isolated(text, language)


def line_height(script: str) -> float:
    """Of a line in a script, in em."""
    return BY_SCRIPT[script].top + BY_SCRIPT[script].bottom


def _with_chances(found: re.Match[str]) -> str:
    """A very long word with chances to break it, which nobody sees: after its signs, else anywhere."""
    pieces = _SIGNS.split(found[0])
    return CHANCE.join(_CUT.sub(lambda some: f"{some[0]}{CHANCE}", piece) for piece in pieces)


def _with_its_hyphens(found: re.Match[str]) -> str:
    """Not broken at a hyphen: Polish and Portuguese would print a second one on the next line."""
    return found[0].replace(f"-{CHANCE}", "-").replace("-", f"-{JOINED}")
