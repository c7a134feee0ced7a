"""What stands over the whole width of a sheet, as blocks with a height: title, danger, hub, numbers, foot."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle

from hubfinder.sheets.blocks import BESIDE_QR, BRAND, DARK, SOFT, Block, Listings, digits
from hubfinder.sheets.fonts import printable
from hubfinder.sheets.geometry import Row, Style
from hubfinder.sheets.map_words import placed_words
from hubfinder.sheets.measuring import Data, Paragraph, Part, Ruler
from hubfinder.sheets.values import FrontDoor, Helpline, HubBox, OpenDay, Sheet, Text

HILLS = 0.14
"""How much of the title's box the drawing takes."""
VERSION_LETTERS = 80
"""About as many letters the words about the version have, before there is one."""
_SENTENCE = re.compile(r".*?999.*?[.!?\u06d4\u0964](?=\s)", re.DOTALL)
_ENDS = re.compile(r"(?<=[.!?؟۔।])\s+")
Cell = tuple[float, Data]
"""A box beside others: its height by its words alone, and what is in it."""


class Boxes:
    """Makes the boxes of a sheet in one style."""

    def __init__(self, sheet: Sheet, style: Style, ruler: Ruler) -> None:
        self.sheet, self.style, self.ruler = sheet, style, ruler
        self.listings = Listings(sheet, style, ruler)
        self.between = style.between

    def band(self) -> Block:
        """Title and what it is about."""
        style = self.style
        inset = style.inset * (0.9 if style.brief else 1.15)
        share = 1.0 if style.plain else 1 - HILLS
        room = style.room * share - 2 * inset
        title = self._title(room)
        about = self._about(room)
        data = {"kind": "band", "title": title.data, "about": about.data, "inset": inset, "share": share}
        return Block(title.height + about.height + 2 * inset, data)

    def _about(self, room: float) -> Paragraph:
        """For which area and what was chosen; two lines of that where boxes are snug.

        The first sentence, how sure the area is, stands always; the topics stand as headings below.
        """
        style, subtitle = self.style, self.sheet.subtitle
        said = _ENDS.split(subtitle.words) if style.is_snug else [subtitle.words]
        made = [
            self.ruler.text(
                replace(subtitle, words=" ".join(said[:count])), style.text * 1.05, room, colour="white"
            )
            for count in range(len(said), 0, -1)
        ]
        most = 2.2 * self.ruler.text(said[0][:1], style.text * 1.05, room).height
        return next((one for one in made if one.height < most), made[-1])

    def _title(self, room: float) -> Paragraph:
        """In smaller type where it would take more than two lines, or one where boxes are plain."""
        said = printable(self.sheet.title.words, self.sheet.language.code).strip()
        words = self.sheet.title if said else self.sheet.publisher
        made = [
            self.ruler.text(words, self.style.title * scale, room, bold=True, colour="white")
            for scale in ((1, 0.9, 0.8) if self.style.plain else (1, 0.85, 0.72, 0.6))
        ]
        lowest = made[0].data["z"] * (1.6 if self.style.plain else 2.2 if self.style.brief else 3.2)
        return next((one for one in made if one.height <= lowest), made[-1])

    def danger(self) -> Block:
        style = self.style
        inset = style.inset * 0.6
        first, rest = first_sentence(self.sheet.danger)
        rest = last_sentence(rest) if style.plain else rest
        parts = [
            Part(first, bold=True, colour="danger", icon="danger", scale=1.12),
            Part(rest, colour="danger"),
        ]
        words = self.ruler.paragraph(parts, style.text, style.room - 2 * style.inset)
        return Block(
            words.height + 2 * inset, {"kind": "danger", "words": words.data, "inset": inset}, self.between
        )

    def rows(self, *left_out: str) -> list[Block]:
        """The family hub first, the map and the front door beside it or under it."""
        style, left_out = self.style, (*left_out, *(("map",) if self.style.plain else ()))
        intro = style.intro if self.sheet.map else style.mapless or style.intro
        wanted = (tuple(one for one in row if one[0] not in left_out) for row in intro)
        return [made for row in wanted if (made := self._row(row))]

    def _row(self, wanted: Row) -> Block | None:
        sheet, style = self.sheet, self.style
        there = {"hub": sheet.hub, "map": sheet.map, "door": sheet.front_door}
        shown = [(kind, share) for kind, share in wanted if there[kind]]
        if not shown:
            return None
        room = style.room - self.between * (len(shown) - 1)
        total = sum(share for _, share in shown)
        cells = [self._cell(kind, room * share / total) for kind, share in shown]
        height = max(cell[0] for cell in cells)
        for _, data in cells:
            if data["kind"] == "map" and sheet.map:
                data["labels"] = placed_words(
                    sheet.map.svg, sheet.language, (data["width"], height - data["below"])
                )
        return Block(
            height, {"kind": "row", "height": height, "cells": [data for _, data in cells]}, self.between
        )

    def _cell(self, kind: str, width: float) -> Cell:
        if kind == "hub" and self.sheet.hub:
            return self._hub(self.sheet.hub, width)
        return self._map(width) if kind == "map" else self._door(self.sheet.front_door, width)

    def _hub(self, hub: HubBox, width: float) -> Cell:
        style, ruler = self.style, self.ruler
        room = width - 2 * style.inset
        qr = style.qr * 1.15
        beside = room - qr - BESIDE_QR * style.text
        head = ruler.text("" if style.is_snug else hub.heading, style.text, beside, bold=True, colour=BRAND)
        facts = [
            ruler.text(hub.name, style.section * 1.05, beside, bold=True, colour=DARK, href=hub.href),
            *self._hub_facts(hub, beside),
        ]
        week = ruler.text(hub.week if style.hours else "", style.text, room, bold=True)
        days, high = self._days(hub.days if style.hours else (), room)
        note = ruler.text(hub.note if style.hours else "", style.small, room, colour=SOFT)
        top = max(head.height + sum(fact.height for fact in facts), qr)
        gap = style.text * 0.4 if style.hours else 0.0
        height = top + gap + week.height + high + note.height + 2 * style.inset
        data = {
            "kind": "hub",
            "width": width,
            "head": head.data,
            "facts": [fact.data for fact in facts],
            "week": week.data,
            "days": days,
            "note": note.data,
            "qr": hub.qr,
            "size": qr,
            "href": hub.href,
            "alt": self.listings.opens(hub.name.words),
            "gap": gap,
        }
        return height, data

    def _hub_facts(self, hub: HubBox, room: float) -> list[Paragraph]:
        """Where it is and its number; one after the other where there is little room."""
        where = [Part(hub.address), Part(hub.distance, colour=SOFT, whole=True)]
        number = [self._telephone(hub.telephone)] if hub.telephone else []
        text = self.style.text
        if self.style.brief and self.sheet.language.direction == "ltr":  # joined letters are measured nearly
            return [self.ruler.paragraph([*where, *number], text, room)]
        rows = ((where, text), (number, text * 1.1))
        return [self.ruler.paragraph(parts, size, room) for parts, size in rows if parts]

    def _split(self, days: Sequence[OpenDay], room: float) -> list[Sequence[OpenDay]]:
        """The days in as many columns as have room, three at most."""
        for count in (3, 2):
            each = -(-len(days) // count) or 1
            parts = [days[start : start + each] for start in range(0, len(days), each)]
            gaps = self.style.text * 0.8 * (len(parts) - 1)
            if sum(sum(self._widths(part)) for part in parts) + gaps <= room:
                return parts
        return [days]

    def _days(self, days: Sequence[OpenDay], room: float) -> tuple[list[Data], float]:
        """Name and hours of each day, in columns; and the height of that."""
        halves = self._split(days, room)
        both = [self._widths(half) for half in halves]
        made, high = [], 0.0
        for half, (name, hours) in zip(halves, both, strict=True):
            names = min(name, room / 2)
            wide = hours + (room - sum(sum(one) for one in both)) / len(both)
            rows = [self._day(day, names, max(wide, room / 3) if len(both) == 1 else wide) for day in half]
            made.append({"name": names, "rows": [row[1] for row in rows]})
            high = max(high, sum(row[0] for row in rows))
        return made, high

    def _widths(self, days: Sequence[OpenDay]) -> tuple[float, float]:
        """Of names, with the gap after them, and of hours, in points."""
        text = self.style.text
        name = max((self.ruler.wide(day.name, text, bold=True) for day in days), default=0)
        return name + text * 0.7, max((self.ruler.wide(day.hours, text) for day in days), default=0) + 1

    def _day(self, day: OpenDay, name: float, wide: float) -> Cell:
        text = self.style.text
        one = self.ruler.text(day.name, text, name, bold=True)
        two = self.ruler.text(day.hours, text, wide, colour=SOFT if day.is_closed else "")
        return max(one.height, two.height), {"name": one.data, "hours": two.data}

    def _map(self, width: float) -> Cell:
        found, style = self.sheet.map, self.style
        words = self.ruler.text(found.sources if found else "", style.small * 0.9, width, colour=SOFT)
        data = {"kind": "map", "width": width, "words": words.data, "below": words.height}
        return style.map, data

    def _door(self, door: FrontDoor, width: float) -> Cell:
        style, ruler = self.style, self.ruler
        room = width - 2 * style.inset
        side = room - style.big_qr > style.text * 9.5
        beside = room - style.big_qr - BESIDE_QR * style.text if side else room
        head = ruler.text(door.heading, style.text * 1.12, beside, bold=True, colour=DARK)
        facts = [] if style.plain else [ruler.text(door.words, style.text, beside)]
        if door.telephone:
            facts.append(ruler.paragraph([self._telephone(door.telephone)], style.section, beside))
        words = head.height + sum(fact.height for fact in facts)
        gap = style.text * 0.4
        high = max(words, style.big_qr) if side else words + style.big_qr + gap
        data = {
            "kind": "door",
            "width": width,
            "head": head.data,
            "facts": [fact.data for fact in facts],
            "qr": door.qr,
            "size": style.big_qr,
            "href": door.href,
            "alt": self.listings.opens(door.heading),
            "side": side,
            "gap": gap,
        }
        return high + 2 * style.inset, data

    def _telephone(self, number: str) -> Part:
        return Part(
            number,
            icon="telephone",
            alt=self.listings.label("telephone"),
            bold=True,
            href=digits(number),
            whole=True,
        )

    def contents(self, headings: Sequence[Text]) -> Block:
        """What is on which page; the numbers are put in when they are known."""
        style = self.style
        head = self.ruler.text(
            self.listings.label("contents"), style.section, style.room, bold=True, colour=DARK
        )
        across = 1 if style.large else 2
        wide = (style.room - style.text * (across - 1)) / across
        rows = [self.ruler.text(words, style.text, wide - 3 * style.text) for words in headings]
        split = -(-len(rows) // across) or 1
        parts = [rows[start : start + split] for start in range(0, len(rows), split)]
        high = max((sum(row.height for row in part) for part in parts), default=0.0)
        data = {
            "kind": "contents",
            "head": head.data,
            "across": across,
            "parts": [[{"words": row.data} for row in part] for part in parts],
        }
        return Block(head.height + high, data, self.between)

    def helplines(self) -> Block | None:
        """Numbers for a crisis, several beside each other."""
        lines, style = self.sheet.helplines, self.style
        if not lines:
            return None
        head = self.ruler.text(
            self.listings.label("helplines"), style.section, style.room, bold=True, colour=DARK
        )
        across = len(lines) if len(lines) == style.helplines + 1 else min(style.helplines, len(lines))
        gutter = style.text
        widths = self._widths_of(lines, across, style.room - 2 * style.inset - gutter * (across - 1))
        cells = [self._helpline(line, width) for line, width in zip(lines, cycle(widths), strict=False)]
        rows = [cells[start : start + across] for start in range(0, len(cells), across)]
        gap = style.text * (0.1 if style.is_snug else 0.5)
        height = head.height + sum(max(cell[0] for cell in row) for row in rows) + gap * (len(rows) - 1)
        data = {
            "kind": "helplines",
            "head": head.data,
            "cells": [cell[1] for cell in cells],
            "widths": widths,
            "gutter": gutter,
            "gap": gap,
        }
        return Block(height + 1.2 * style.inset, data, self.between)

    def _widths_of(self, lines: Sequence[Helpline], across: int, room: float) -> list[float]:
        """Of the columns: as wide as each name and number need, if all stand side by side; else the same."""
        size = self.style.text * 1.1
        needed = [
            max(self.ruler.wide(str(words), size, bold=True) for words in (line.name, " ".join(line.numbers)))
            for line in lines
        ]
        spare = room - sum(needed)
        if across < len(lines) or spare < 0 or self.style.large:
            return [room / across] * across
        return [wide + spare / across for wide in needed]

    def _helpline(self, line: Helpline, width: float) -> Cell:
        """Name, what for, numbers; where there is little room only name and numbers."""
        style, is_short = self.style, self.style.brief or self.style.large
        name, numbers = Part(line.name, bold=True), list(_numbers(line))
        if style.large:
            rows = [self.ruler.paragraph([name, *numbers], style.text, width)]
        else:
            rows = [
                self.ruler.paragraph([name], style.text, width),
                self.ruler.text("" if is_short else line.what, style.small, width),
                self.ruler.paragraph(numbers, style.text * 1.1, width),
            ]
        rows = [row for row in rows if row.height]
        return sum(row.height for row in rows), {"rows": [row.data for row in rows]}

    def foot(self) -> Block:
        """What was left out, whether the sheet is still right, and who says all this."""
        style = self.style
        codes = [*([self._more()] if self.sheet.more.words else []), self._version()]
        beside = style.feet > 2
        gutter, gap, top = style.text, style.text * 0.5, style.text * 0.6
        across = len(codes) + 1 if beside else min(style.feet, len(codes))
        width = (style.room - gutter * (across - 1)) / across
        made = [self._foot_cell(rows, width, data) for rows, data in codes]
        made += [self._foot_cell([[part] for part in self._publisher()], width, {})] if beside else []
        rows = [made[start : start + across] for start in range(0, len(made), across)]
        last = self.ruler.paragraph([] if beside else self._publisher(), style.small, style.room)
        high = [max(cell[0] for cell in row) for row in rows] + ([last.height] if not beside else [])
        data = {
            "kind": "foot",
            "cells": [cell[1] for cell in made],
            "last": last.data,
            "across": across,
            "gutter": gutter,
            "gap": gap,
            "top": top,
        }
        return Block(sum(high) + gap * (len(high) - 1) + top, data, self.between)

    def _foot_cell(self, parts: Sequence[Sequence[Part]], width: float, data: Data) -> Cell:
        size = data.get("size", 0)
        room = width - (size + BESIDE_QR * self.style.text if size else 0)
        rows = [self.ruler.paragraph(one, self.style.small, room) for one in parts]
        return max(sum(row.height for row in rows), size), data | {"rows": [row.data for row in rows]}

    def _more(self) -> tuple[list[list[Part]], Data]:
        more, larger = self.sheet.more, self.style.text * 1.1 / self.style.small
        data = {
            "qr": more.qr,
            "size": self.style.qr,
            "href": more.href,
            "alt": self.listings.opens(more.words),
        }
        return [[Part(more.words, bold=True, colour=DARK, href=more.href, scale=larger)]], data

    def _version(self) -> tuple[list[list[Part]], Data]:
        """Before there is a version, as much room as its words will take."""
        version, title = self.sheet.version, self.sheet.title.words + " "
        words = version.words or (title * (VERSION_LETTERS // len(title) + 1))[:VERSION_LETTERS]
        if self.style.is_snug:
            words = _ENDS.split(words)[0]  # the question; the code stands under it
        code = f"{version.code[:4]}-{version.code[4:]}" if version.code else "0000-0000"
        rows = [[Part(words)]]
        if code not in words:
            rows.append([Part(code, bold=True, whole=True)])
        data = {"qr": version.qr or self.sheet.front_door.qr, "size": self.style.qr}
        return rows, data | {"href": version.href, "alt": self.listings.opens(words)}

    def _publisher(self) -> list[Part]:
        sheet = self.sheet
        notes = [Part(note, colour=SOFT) for note in sheet.notes]
        return [Part(sheet.correct_on, bold=True), Part(sheet.published_by), *notes]


def _numbers(line: Helpline) -> Iterator[Part]:
    for number in line.numbers:
        is_dialled = number.replace(" ", "").isdigit()
        href = digits(number) if is_dialled else ""
        yield Part(number, bold=True, colour=BRAND, href=href, whole=is_dialled)


def first_sentence(words: str) -> tuple[str, str]:
    """The sentence with 999, which stands out, and what comes after it."""
    found = _SENTENCE.match(words)
    return (found[0].strip(), words[found.end() :].strip()) if found else (words, "")


def last_sentence(words: str) -> str:
    """Whom to ring when it cannot wait: the sentence with the council's number."""
    return _ENDS.split(words)[-1]
