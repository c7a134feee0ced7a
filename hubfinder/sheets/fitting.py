"""A sheet cut to its paper, by arithmetic: nothing is typeset to find out what fits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hubfinder.display.language import speaking
from hubfinder.sheets.furniture import more_words
from hubfinder.sheets.geometry import Style, styles
from hubfinder.sheets.pouring import Layout, Pages
from hubfinder.sheets.values import Fitted, Line, Section, Sheet

NATIONAL = "national"
LEAST_LINES = 4
"""A sheet that holds fewer than these beside its map goes without the map."""
TRIES, TRIES_LARGE = 16, 40
"""So many other lines are tried in the room that is left; large type leaves more of it."""
Named = tuple[str, str]
"""Kind and key of a line."""


class DoesNotFit(Exception):
    """Not even the boxes that stand on every sheet go on its paper."""


def fit(sheet: Sheet) -> Fitted:
    """The sheet with as many lines as its paper holds.

    Lines go from the end of ``choosing_order``; the last of a topic only when every topic has only one.
    The map goes where hardly a line has room beside it.
    """
    style = styles(sheet.order)[-1]
    pages = Pages(sheet, style)
    layout = pages.lay(sections_of(sheet))
    if layout:
        return Fitted(renumbered(sheet), len(layout.pages))
    if style.plain and sheet.map:
        sheet = replace(sheet, map=None)  # there is none on it
    return _cut(sheet, pages)


def with_one_less(fitted: Fitted) -> Fitted:
    """Where typesetting takes more room than was reckoned: without the next line in the order."""
    order = drop_order(fitted.sheet)[:1]
    return Fitted(_kept(fitted.sheet, order), fitted.pages, (*fitted.dropped, *order))


def arrange(sheet: Sheet) -> Layout:
    """A fitted sheet on its pages: the largest type in which it goes on as many as it may have.

    One that says how many were left out was cut in the smallest.

    Raises:
        DoesNotFit: it has more lines than fit.
    """
    looks = styles(sheet.order)
    tries = (_layout(sheet, style) for style in (looks[-1:] if sheet.more.words else looks))
    found = next((layout for layout in tries if layout), None)
    if found is None:
        raise DoesNotFit
    if found.style.booklet:
        return min((found, *filter(None, tries)), key=lambda one: len(one.pages))
    return found


def _layout(sheet: Sheet, style: Style) -> Layout | None:
    return Pages(sheet, style).lay(sections_of(sheet))


def _cut(sheet: Sheet, whole: Pages) -> Fitted:
    """Without as few lines as possible."""
    order, style = drop_order(sheet), whole.style
    pages = whole.saying_more(_saying_more(sheet, max(sheet.total, len(order))))
    if sheet.map and pages.lay(_without(sheet, order[:-LEAST_LINES])) is None:
        without = replace(sheet, map=None)
        return _cut(without, Pages(without, style))
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if pages.lay(_without(sheet, order[:middle])):
            high = middle
        else:
            low = middle + 1
    gone = _without_the_gap(sheet, pages, order[:low])
    fitted = Fitted(_kept(sheet, gone), style.pages, tuple(gone))
    while fitted.sheet.lines and _layout(fitted.sheet, style) is None:  # new numbers may be wider
        fitted = with_one_less(fitted)
    return fitted


def _without_the_gap(sheet: Sheet, pages: Pages, gone: list[Named]) -> list[Named]:
    """Where the next line is too long for what room is left, one of those after it may go in."""
    tries = TRIES_LARGE if pages.style.large else TRIES
    for one in gone[-2 : -2 - tries : -1]:
        fewer = [other for other in gone if other != one]
        if pages.lay(_without(sheet, fewer)):
            gone = fewer
    return gone


def sections_of(sheet: Sheet) -> tuple[Section, ...]:
    """All sections with lines, national help last."""
    sections = (*sheet.sections, *((sheet.national,) if sheet.national else ()))
    return tuple(section for section in sections if section.lines)


def drop_order(sheet: Sheet) -> list[Named]:
    """All lines in the order in which they go: never the last of a topic while another has two."""
    topic = {named(line): section.key for section in sections_of(sheet) for line in section.lines}
    known = [one for one in dict.fromkeys(sheet.choosing_order) if one in topic]
    unknown = [one for one in topic if one not in set(known)]
    waiting = [*known, *unknown][::-1]
    left = Counter(topic.values())
    order: list[Named] = []
    while waiting:
        several = max(left.values()) > 1
        gone = next(one for one in waiting if left[topic[one]] > 1 or not several)
        waiting.remove(gone)
        left[topic[gone]] -= 1
        order.append(gone)
    return order


def named(line: Line) -> Named:
    return line.kind, line.key


def _without(sheet: Sheet, dropped: Sequence[Named]) -> list[Section]:
    gone = set(dropped)
    kept = [
        replace(section, lines=tuple(line for line in section.lines if named(line) not in gone))
        for section in sections_of(sheet)
    ]
    return [section for section in kept if section.lines]


def _kept(sheet: Sheet, dropped: Sequence[Named]) -> Sheet:
    """The sheet without some lines, numbered anew, saying how many are left out."""
    kept = _without(sheet, dropped)
    local = tuple(section for section in kept if section.key != NATIONAL)
    national = next((section for section in kept if section.key == NATIONAL), None)
    shown = sum(len(section.lines) for section in kept)
    cut = replace(sheet, sections=local, national=national)
    return renumbered(_saying_more(cut, max(sheet.total - shown, 0)))


def _saying_more(sheet: Sheet, count: int) -> Sheet:
    with speaking(sheet.language):
        words = more_words(count)
    return replace(sheet, more=replace(sheet.more, count=count, words=words))


def renumbered(sheet: Sheet) -> Sheet:
    """Numbers from 1 in the order of the sheet, for the lines that have one."""
    number = 0
    sections = []
    for section in sheet.sections:
        lines = []
        for line in section.lines:
            number += 1 if line.number else 0
            lines.append(replace(line, number=number) if line.number else line)
        if lines:
            sections.append(replace(section, lines=tuple(lines)))
    return replace(sheet, sections=tuple(sections))
