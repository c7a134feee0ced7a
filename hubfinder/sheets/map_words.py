"""The words of a sheet's map, taken out of its drawing: Typst sets them like all others, in every script."""

import re
from html import unescape

from hubfinder.display.language import Language
from hubfinder.sheets.bidi import isolated
from hubfinder.sheets.fonts import printable
from hubfinder.sheets.measuring import Data
from hubfinder.sheets.values import Text

SIZE = 11.0
_PIECE = re.compile(r"<g\b([^>]*)>|(</g>)|<text\b([^>]*)>([^<]*)</text>")
_TEXT = re.compile(r"<text\b[^>]*>[^<]*</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_NUMBERS = re.compile(r"[\d ]+")


def without_words(svg: str) -> str:
    """The drawing alone."""
    return _TEXT.sub("", svg)


def placed_words(svg: str, language: Language, room: tuple[float, float]) -> list[Data]:
    """Each text of the drawing with its place in points, when the drawing is as large as fits the room."""
    box = _BOX.search(svg)
    wide, high = (float(box[1]), float(box[2])) if box else room
    scale = min(room[0] / wide, room[1] / high)
    left, top = (room[0] - wide * scale) / 2, (room[1] - high * scale) / 2
    found: list[Data] = []
    around: list[dict[str, str]] = [{}]
    for group, end, own, words in _PIECE.findall(svg):
        looks = around[-1] | dict(_ATTRIBUTE.findall(own or group))
        if end:
            around.pop()
        elif words:
            said = printable(unescape(words), language.code)
            found.append(_text(looks, said, language, scale) | {"x": _at(looks, "x", scale, left)})
            found[-1]["y"] = _at(looks, "y", scale, top)
        else:
            around.append(looks)
    return found


def _text(looks: dict[str, str], words: str, language: Language, scale: float) -> Data:
    return {
        "w": words if _NUMBERS.fullmatch(words) else isolated(Text(words), language),
        "z": float(looks.get("font-size", SIZE)) * scale,
        "b": looks.get("font-weight") == "700",
        "c": looks.get("fill", "#1d1d1b"),
        "halo": "stroke" in looks,
        "at": looks.get("text-anchor", "start"),
    }


def _at(looks: dict[str, str], name: str, scale: float, offset: float) -> float:
    return round(float(looks.get(name, "0")) * scale + offset, 2)
