"""How many lines words take: what stands on a sheet as paragraphs with their heights."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from hubfinder.display.language import KNOWN, Language
from hubfinder.sheets.bidi import isolated
from hubfinder.sheets.fonts import BY_SCRIPT, printable, script_of, width
from hubfinder.sheets.values import Text

ICON = 1.3
"""An icon before words takes so many em, its gap included."""
TAG = 0.7
"""A tag is so much wider than its words, in em."""
BETWEEN = 0.7
"""Between two facts on a line, beside a space, in em."""
_LONGEST = 24
"""Letters that stand together without a chance to break; in longer words there is one every so many."""
_LONG = re.compile(rf"\S{{{_LONGEST + 1},}}")
_CUT = re.compile(rf"\S{{{_LONGEST // 2}}}")
_MARKS = "\u200b\u2066\u2067\u2068\u2069"
_WITHOUT_MARKS = {ord(mark): None for mark in _MARKS}
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


class Ruler:
    """Measures in one language; ``tight`` is how close lines stand, of their usual distance."""

    def __init__(self, language: Language, tight: float = 1.0) -> None:
        self.language, self.tight = language, tight

    def paragraph(self, parts: Sequence[Part], size: float, room: float) -> Paragraph:
        """The parts one after the other in a column ``room`` points wide."""
        shown = [part for part in parts if str(part.words) or part.icon]
        own = [(part, self._printed(part)) for part in shown]
        script = script_of(" ".join(words for _, words in own), self.language.code)
        lines = self._lines(own, room / size) if own else 0
        face = BY_SCRIPT[script]
        data = {"z": size, "s": script, "p": [self._data(part, words) for part, words in own]}
        return Paragraph(round(lines * size * self.tight * (face.top + face.bottom), 2), data)

    def text(self, words: Text | str, size: float, room: float, **looks: Any) -> Paragraph:
        """One part alone."""
        return self.paragraph([Part(words, **looks)], size, room)

    def wide(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words are on one line, in points."""
        return width(printable(words, self.language.code), self.language.code, bold) * size

    def _printed(self, part: Part) -> str:
        words = printable(str(part.words), self.language.code).strip()
        words = _LONG.sub(_with_chances, words)
        return words.replace(" ", "\u00a0") if part.whole or part.tag else words

    def _lines(self, parts: Iterable[tuple[Part, str]], room: float) -> int:
        lines, used = 1, 0.0
        for part, words in parts:
            gap = BETWEEN * (used > 0)
            for chunk in words.split(" "):
                wide = self._wide(part, chunk) + (ICON if part.icon and chunk is words.split(" ")[0] else 0)
                space = width(" ", self.language.code) + gap if used else 0
                gap = 0
                if used + space + wide <= room:
                    used += space + wide
                    continue
                lines += 1 if used else 0
                lines += max(0, ceil(wide / room) - 1)
                used = wide if wide <= room else wide % room
        return lines

    def _wide(self, part: Part, chunk: str) -> float:
        plain = chunk.translate(_WITHOUT_MARKS)
        return width(plain, self.language.code, part.bold) * part.scale + (TAG if part.tag else 0)

    def _data(self, part: Part, words: str) -> Data:
        own = part.words.language if isinstance(part.words, Text) else ""
        language = KNOWN.get(own) if own else None
        foreign = language is not None and language.code != self.language.code
        plain = Text(words, own) if foreign else words
        data: Data = {"w": isolated(plain, self.language)}
        if foreign and language:
            data |= {"l": language.code, "d": language.direction}
        names = {
            "b": part.bold,
            "c": part.colour,
            "i": part.icon,
            "a": part.alt,
            "u": part.href,
            "t": part.tag,
        }
        data |= {name: value for name, value in names.items() if value}
        return data | ({"k": part.scale} if part.scale != 1 else {})


def _with_chances(found: re.Match[str]) -> str:
    """A very long word with chances to break it, which nobody sees."""
    return _CUT.sub(lambda some: f"{some[0]}\u200b", found[0])
