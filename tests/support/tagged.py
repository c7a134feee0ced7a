"""What a screen reader finds in a tagged PDF: its elements in reading order, each with its text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Object

_MARK = tuple[int, int]
"""Number of a page's object, and of the marked content on it."""


@dataclass(frozen=True)
class Element:
    """One element of the structure tree; ``text`` is its own, without that of elements in it."""

    tag: str
    text: str
    alt: str
    language: str
    level: int


@dataclass(frozen=True)
class Reading:
    """A document as it is read out."""

    elements: tuple[Element, ...]
    loose: str
    """Text outside of every element that is no artifact: there must be none."""

    def of(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.elements if one.text)


def read(document: bytes) -> Reading:
    """The elements of a tagged PDF in the order in which they are read out."""
    with pikepdf.open(BytesIO(document)) as pdf:
        marked: dict[_MARK, str] = {}
        loose = "".join(_page(page.obj, marked) for page in pdf.pages)
        root = pdf.Root.StructTreeRoot
        return Reading(tuple(_walk(root, marked, 0)), loose)


def _walk(element: Object, marked: dict[_MARK, str], level: int) -> Iterator[Element]:
    kids = element.get("/K", Array())
    children: list[Object] = list(kids) if isinstance(kids, Array) else [kids]
    if "/S" in element:
        yield Element(
            str(element.S)[1:],
            "".join(_own(element, kid, marked) for kid in children),
            str(element.get("/Alt", "")),
            str(element.get("/Lang", "")),
            level,
        )
    for kid in children:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield from _walk(kid, marked, level + 1)


def _own(element: Object, kid: Object, marked: dict[_MARK, str]) -> str:
    if isinstance(kid, Dictionary):
        if kid.get("/Type") != "/MCR":
            return ""
        page = kid.Pg if "/Pg" in kid else element.Pg
        return marked.get((page.objgen[0], int(kid.MCID)), "")
    return marked.get((element.Pg.objgen[0], int(kid)), "")


def _page(page: Object, marked: dict[_MARK, str]) -> str:
    """Puts the text of a page's marked content into ``marked``; gives back what is not marked."""
    fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    stack: list[tuple[int | None, str]] = []
    letters: dict[int, str] = {}
    loose = ""
    for instruction in pikepdf.parse_content_stream(page):
        operands, name = list(instruction.operands), str(instruction.operator)
        if name in ("BDC", "BMC"):
            stack.append(_begun(operands))
            mark = next((mark for mark, _ in reversed(stack) if mark is not None), None)
            if mark is not None and stack[-1][1] not in ("", "Artifact"):
                key = page.objgen[0], mark
                marked[key] = marked.get(key, "") + stack[-1][1]
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            text = _shown(operands[0], letters)
            mark = next((mark for mark, _ in reversed(stack) if mark is not None), None)
            if mark is None:
                loose += "" if any(said == "Artifact" for _, said in stack) else text
            elif not any(said for _, said in stack):
                key = page.objgen[0], mark
                marked[key] = marked.get(key, "") + text
    return loose


def _begun(operands: Sequence[Object]) -> tuple[int | None, str]:
    """The number of marked content, and the text it says it has."""
    if str(operands[0]) == "/Artifact":
        return None, "Artifact"
    facts = operands[1] if len(operands) > 1 and isinstance(operands[1], Dictionary) else Dictionary()
    mark = int(facts.MCID) if "/MCID" in facts else None
    return mark, str(facts.get("/ActualText", ""))


def _shown(operand: Object, letters: dict[int, str]) -> str:
    pieces = operand if isinstance(operand, Array) else [operand]
    codes = (bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(
        letters.get(code[at] * 256 + code[at + 1], "\ufffd")
        for code in codes
        for at in range(0, len(code), 2)
    )


def _letters(font: Object) -> dict[int, str]:
    """The letters of each glyph of a font, as it says itself."""
    said = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", said, re.DOTALL):
        for glyph, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            found[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", said, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for glyph in range(int(first, 16), int(last, 16) + 1):
                found[glyph] = chr(int(text, 16) + glyph - int(first, 16))
    return found
