"""The listings of a sheet as blocks with a height: what columns are filled with."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hubfinder.display.language import KNOWN
from hubfinder.sheets.geometry import Style
from hubfinder.sheets.measuring import Data, Paragraph, Part, Ruler
from hubfinder.sheets.values import Line, Section, Sheet, Text

DARK, SOFT, BRAND = "dark", "soft", "brand"
BIG_ICON = 2.3
"""How wide the column of icons is on an easy sheet, in em."""
BESIDE_QR = 0.9
"""Between words and a QR code, in em."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stands in a column or over the whole page, never broken."""

    height: float
    data: Data = field(repr=False)
    before: float = 0.0
    """Space above it, unless it stands at the top."""


def digits(telephone: str) -> str:
    """What a telephone dials."""
    return "tel:" + "".join(letter for letter in telephone if letter.isdigit() or letter == "+")


def web(address: str) -> str:
    return address if "://" in address else f"https://{address}"


class Listings:
    """Makes the blocks of sections and lines in one style."""

    def __init__(self, sheet: Sheet, style: Style, ruler: Ruler) -> None:
        self.sheet, self.style, self.ruler = sheet, style, ruler
        self._made: dict[tuple[str, str, int], Block] = {}
        self._headings: dict[str, Block] = {}

    def unit(self, section: Section, line: Line, *, first: bool) -> list[Block]:
        """A line; the first of its section with the heading above it, from which it is never parted."""
        block = self._line(line)
        if not first:
            return [block]
        if section.key not in self._headings:
            self._headings[section.key] = self._heading(section)
        return [self._headings[section.key], block]

    def _heading(self, section: Section) -> Block:
        style = self.style
        icon = style.section * (1.25 if style.brief else 1.6)
        beside = icon + style.section * 0.5
        words = self.ruler.text(section.heading, style.section, style.column - beside, bold=True, colour=DARK)
        high, below = max(words.height, icon), style.text * (0.1 if style.brief else 0.35)
        data = {
            "kind": "section",
            "icon": section.key,
            "words": words.data,
            "size": icon,
            "beside": beside,
            "high": high,
            "below": below,
        }
        return Block(high + below, data, before=style.gap * (1.2 if style.brief else 1.5))

    def _line(self, line: Line) -> Block:
        known = (line.kind, line.key, line.number)
        if known not in self._made:
            self._made[known] = self._block(line)
        return self._made[known]

    def _block(self, line: Line) -> Block:
        style = self.style
        qr = self._qr(line)
        room = style.column - (qr + BESIDE_QR * style.text if qr else 0)
        parts, left = self._head(line, room)
        name = self.ruler.paragraph(parts, style.name, room)
        body = self._easy(line, left, room) if style.easy else self._body(line, left, room)
        top = style.gap / 2
        words = name.height + sum(one.height for one in body)
        data = {
            "kind": "line",
            "name": name.data,
            "body": [one.data for one in body],
            "qr": line.qr if qr else "",
            "href": line.href,
            "alt": self.opens(line.name.words),
            "size": qr,
            "below": max(0.0, qr - words),
            "top": top,
        }
        return Block(max(words, qr) + top, data, before=style.gap / 2)

    def _head(self, line: Line, room: float) -> tuple[list[Part], list[Part]]:
        """The name with its tag and ages, as far as they have room on its line; and those that have not."""
        parts, left = list(self._name(line)), list(self._beside_name(line))
        while left and self.ruler.is_one_line([*parts, left[0]], self.style.name, room):
            parts.append(left.pop(0))
        return parts, left

    def _qr(self, line: Line) -> float:
        """On every line: where there is no number it is the only way to the rest."""
        return self.style.qr if line.qr else 0.0

    def _name(self, line: Line) -> Iterator[Part]:
        if line.number:
            yield Part(str(line.number), bold=True, tag="number")
        yield Part(line.name, bold=True, colour=DARK, href=line.href)
        if line.also:
            yield Part(line.also, colour=SOFT, scale=0.86)

    def _beside_name(self, line: Line) -> Iterator[Part]:
        if line.tag and not self._is_short(line):
            yield Part(line.tag, bold=True, tag="some" if line.some else "all", scale=0.82)
        if any(part.language == "en" for part in (line.name, line.what)) and self.sheet.language.code != "en":
            yield Part("EN", tag="language", scale=0.7)
        if line.who and not self._is_short(line) and not self.style.easy:
            yield Part(line.who, scale=0.92)

    def _is_short(self, line: Line) -> bool:
        """National help where there is little room: what it is and how to reach it."""
        return self.style.brief and not line.number

    def _body(self, line: Line, first: list[Part], room: float) -> list[Paragraph]:
        """What it is, then the facts one after the other, then what may stand in the way."""
        text, small = self.style.text, self.style.small
        what, facts = ([Part(line.what)] if line.what else []), [*first, *self._facts(line)]
        rows = [
            *([([*what, *facts], text)] if self._runs_on(line) else [(what, text), (facts, text)]),
            ([Part(line.note, colour=SOFT)], small),
            ([Part(line.apply, icon="how", alt=self.label("how"))] if line.apply else [], text),
            (list(self._extras(line)) if self.style.full else [], small),
        ]
        made = (self.ruler.paragraph(parts, size, room) for parts, size in rows)
        return [one for one in made if one.height]

    def _runs_on(self, line: Line) -> bool:
        """Facts on the last line of what it is: not where that is in another script, with other lines."""
        own = line.what.language
        return self.style.brief and (not own or KNOWN[own].direction == self.sheet.language.direction)

    def _facts(self, line: Line) -> Iterator[Part]:
        facts = (("when", line.times), ("where", line.where), ("cost", line.cost))
        for key, words in () if self._is_short(line) else facts:
            if words:
                yield Part(words, icon=key, alt=self.label(key))
        yield from self._ways(line)

    def _ways(self, line: Line) -> Iterator[Part]:
        """How to reach it; the website where nobody answers, because the QR code leads there too."""
        if line.telephone:
            yield self._telephone(line.telephone)
        if line.text_number and (self.style.full or not line.telephone):
            yield Part(line.text_number, icon="text", alt=self.label("text"), bold=True, whole=True)
        if line.website and not line.telephone:
            yield Part(line.website, icon="website", alt=self.label("website"), href=web(line.website))

    def _telephone(self, number: str) -> Part:
        return Part(
            number, icon="telephone", alt=self.label("telephone"), bold=True, href=digits(number), whole=True
        )

    def _extras(self, line: Line) -> Iterator[Part]:
        if line.languages:
            yield Part(line.languages, icon="languages", alt=self.label("languages"), colour=SOFT)
        if line.checked:
            yield Part(line.checked, colour=SOFT)

    def _easy(self, line: Line, first: list[Part], room: float) -> list[Paragraph]:
        """One fact a line, each with a large picture and its word."""
        text = self.style.text
        made = [self.ruler.paragraph(parts, text, room) for parts in (first, [Part(line.what)]) if parts]
        facts: list[tuple[str, Text | str, str]] = [
            ("who", line.who, ""),
            ("when", line.times, ""),
            ("where", line.where, ""),
            ("cost", line.cost, ""),
            ("telephone", line.telephone, digits(line.telephone)),
            ("text", "" if line.telephone else line.text_number, ""),
            ("how", line.apply, ""),
        ]
        for key, words, href in facts:
            if str(words):
                made.append(self._fact(key, words, href, room))
        if line.note:
            made.append(self.ruler.text(line.note, text, room, colour=SOFT))
        return made

    def _fact(self, key: str, words: Text | str, href: str, room: float) -> Paragraph:
        text = self.style.text
        parts = [
            Part(f"{self.label(key)}:", bold=True),
            Part(words, href=href, whole=key == "telephone"),
        ]
        words_of = self.ruler.paragraph(parts, text, room - BIG_ICON * text)
        height = max(words_of.height, text * 1.9)
        return Paragraph(height, words_of.data | {"big": key, "high": height})

    def opens(self, name: str) -> str:
        """What a QR code is, for those who cannot see it: ``QR code: opens the page of Sleep clinic``."""
        label = self.label("qr")
        return label.replace("{name}", name) if "{name}" in label else f"{label}: {name}"

    def label(self, key: str) -> str:
        return self.sheet.labels.get(key, "")
