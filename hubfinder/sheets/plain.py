"""A sheet as plain text: for text messages, e-mail and screen readers. Danger comes first."""

from collections.abc import Iterator, Sequence

from hubfinder.display.language import speaking
from hubfinder.sheets.bidi import RIGHT_TO_LEFT_MARK, isolated
from hubfinder.sheets.furniture import more_beside
from hubfinder.sheets.values import Helpline, HubBox, Line, Section, Sheet, Text

IN_SHORT = 5
"""Listings in the short form."""
Part = Text | str
Block = Sequence[Sequence[Part]]
"""Lines without an empty one between them; each is made of parts that end with a stop."""


def text_of(sheet: Sheet, *, short: bool = False) -> str:
    """The sheet in short lines, with an empty line between listings.

    ``short``: only what fits into a few text messages: of the first listings name and number, and the address
    where the others are.
    """
    blocks = _short(sheet) if short else _whole(sheet)
    written = ("\n".join(lines) for block in blocks if (lines := list(_lines(sheet, block))))
    return "\n\n".join(written) + "\n"


def _whole(sheet: Sheet) -> Iterator[Block]:
    yield [[sheet.danger]]
    yield [[sheet.title], [sheet.subtitle]]
    if sheet.hub:
        yield _hub(sheet, sheet.hub)
    if sheet.map:
        yield [[sheet.map.alt]]
    for section in (*sheet.sections, *((sheet.national,) if sheet.national else ())):
        yield from _section(sheet, section)
    yield _more(sheet, sheet.more.count)
    if sheet.helplines:
        yield [[sheet.labels["helplines"]], *(_helpline(one) for one in sheet.helplines)]
    door = sheet.front_door
    yield [[door.heading], [door.words], [door.telephone], [door.href]]
    yield _ending(sheet)


def _short(sheet: Sheet) -> Iterator[Block]:
    yield [[sheet.danger]]
    yield [[sheet.title]]
    if sheet.hub:
        yield [[sheet.hub.name, sheet.hub.telephone]]
    kept = frozenset(sheet.choosing_order[:IN_SHORT])
    some = [line for line in sheet.lines if (line.kind, line.key) in kept]
    yield [[isolated(line.name, sheet.language), _number(sheet, line)] for line in some]
    yield _more(sheet, sheet.more.count + len(sheet.lines) - len(some))
    yield [[sheet.front_door.heading, sheet.front_door.telephone]]
    yield [[sheet.correct_on, sheet.version.href]]


def _more(sheet: Sheet, count: int) -> Block:
    with speaking(sheet.language):
        words = more_beside(count)
    return [[words], [sheet.more.href]] if words else []


def _number(sheet: Sheet, line: Line) -> str:
    """How to reach it: the number to ring, else the one to send a text to, else where to read more."""
    if line.telephone or not line.text_number:
        return line.telephone or line.website or line.href
    return _labelled(sheet, "text", line.text_number)


def _hub(sheet: Sheet, hub: HubBox) -> Block:
    return [
        [hub.heading],
        [hub.name],
        [hub.address, hub.distance],
        [_labelled(sheet, "telephone", hub.telephone)],
        [hub.week],
        *([f"{one.name}: {one.hours}"] for one in hub.days),
        [hub.note],
        [hub.href],
    ]


def _section(sheet: Sheet, section: Section) -> Iterator[Block]:
    yield [[section.heading]]
    for line in section.lines:
        yield [
            [_name(sheet, line), line.tag],
            [line.what],
            [_labelled(sheet, "when", line.times), _labelled(sheet, "where", line.where)],
            [_labelled(sheet, "cost", line.cost), line.who, line.note],
            [
                _labelled(sheet, "telephone", line.telephone),
                _labelled(sheet, "text", line.text_number),
                _labelled(sheet, "website", line.website),
            ],
            [_labelled(sheet, "languages", line.languages), _labelled(sheet, "how", line.apply)],
            [line.checked],
            [line.href],
        ]


def _name(sheet: Sheet, line: Line) -> str:
    number = f"{line.number}. " if line.number else ""
    also = f" ({isolated(line.also, sheet.language)})" if line.also else ""
    return f"{number}{isolated(line.name, sheet.language)}{also}"


def _helpline(line: Helpline) -> list[Part]:
    return [line.name, ", ".join(line.numbers), line.what]


def _ending(sheet: Sheet) -> Block:
    return [
        [sheet.correct_on, sheet.published_by],
        [sheet.version.words],
        [sheet.version.href],
        *([note] for note in sheet.notes),
        *([source] for source in ((sheet.map.sources,) if sheet.map else ())),
    ]


def _labelled(sheet: Sheet, key: str, value: Part) -> str:
    """``Telephone: 01632 960101``; empty without a value."""
    return f"{sheet.labels[key]}: {isolated(value, sheet.language)}" if value else ""


def _lines(sheet: Sheet, block: Block) -> Iterator[str]:
    """Lines with marks that say which way they run; what is empty has gone."""
    begin = RIGHT_TO_LEFT_MARK if sheet.language.direction == "rtl" else ""
    for parts in block:
        said = [isolated(part, sheet.language) for part in parts if part]
        if said:
            yield begin + " ".join(_sentences(said))


def _sentences(said: list[str]) -> Iterator[str]:
    """Parts that follow each other end with a stop; the last part of a line stays as it is."""
    for part in said[:-1]:
        yield part if part.rstrip("\u2069")[-1:] in ".?!۔।:" else f"{part}."
    yield said[-1]
