"""Excel workbooks: one sheet as a table of texts. Nothing is worked out, nothing is fetched, nothing runs."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.xmlreader import AttributesImpl

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from hubfinder.exchange.archives import Archive
from hubfinder.exchange.sheet_xml import (
    RawCell,
    RawRow,
    SheetHandler,
    elements,
    feed,
    letters_of,
    strings,
    unescaped,
)
from hubfinder.exchange.tables import FORMULA, MOST_COLUMNS, MOST_ROWS, TOO_LARGE, SheetRow, Table
from hubfinder.ingest.errors import FileRefused

OUR_SHEET = "Listings"
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_REFUSED = (
    ("vbaproject", "It holds a program (macros). Save it as an ordinary workbook (.xlsx) and send that."),
    ("externallinks/", "It takes values from other workbooks. Copy them, paste them as values, and save it."),
    ("macrosheets/", "It holds a program (macros). Save it as an ordinary workbook (.xlsx) and send that."),
)
_OTHERS = (
    ("xl/workbook.bin", "It is a binary workbook (.xlsb). Save it as .xlsx or as CSV (UTF-8)."),
    ("content.xml", "It is an OpenDocument file. Save it as .xlsx or as CSV (UTF-8)."),
    ("word/document.xml", "It is a Word document, not a spreadsheet."),
)


@dataclass(slots=True)
class _Book:
    """What is to be known of a workbook before its sheet can be read."""

    epoch: datetime = WINDOWS_EPOCH
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    """Name, id of its relation, and whether it is hidden."""
    targets: dict[str, str] = field(default_factory=dict)
    dates: set[int] = field(default_factory=set)
    """Numbers of styles that show a number as a date."""
    texts: list[str] = field(default_factory=list)


def read_workbook(path: Path) -> Table:
    """The first sheet, or the one that hubfinder itself calls its listings.

    Raises:
        FileRefused: it is no workbook, a dangerous one, too large, or has merged cells.
    """
    with Archive(path) as archive:
        _refuse_others(archive)
        book = _book(archive)
        name, part = _choose(book)
        table = _table(archive, book, part)
        visible = sum(not hidden for _, _, hidden in book.sheets)
        if visible > 1 and name != OUR_SHEET:
            table.notes.append(f"Only the sheet “{name}” was read; the workbook has {visible}.")
        return table


def _refuse_others(archive: Archive) -> None:
    names = {name.lower() for name in archive}
    for part, why in _OTHERS:
        if part in names:
            raise FileRefused(why)
    if _WORKBOOK not in archive:
        raise FileRefused("It is a ZIP file, not a workbook. Save the sheet as .xlsx or as CSV (UTF-8).")
    for mark, why in _REFUSED:
        if any(mark in name for name in names):
            raise FileRefused(why)


def _book(archive: Archive) -> _Book:
    book = _Book()

    def workbook(name: str, attrs: AttributesImpl) -> None:
        if name == "workbookPr" and attrs.get("date1904", "0") in ("1", "true", "on"):
            book.epoch = MAC_EPOCH
        elif name == "sheet":
            relation = next((attrs[one] for one in attrs.getNames() if one.endswith(":id")), "")
            book.sheets.append((attrs.get("name", ""), relation, attrs.get("state", "visible") != "visible"))

    def relation(name: str, attrs: AttributesImpl) -> None:
        if name == "Relationship" and attrs.get("TargetMode", "") != "External":
            book.targets[attrs.get("Id", "")] = attrs.get("Target", "")

    elements(archive.blocks(_WORKBOOK), workbook)
    elements(archive.blocks(_RELATIONS), relation)
    if _STYLES in archive:
        book.dates = _date_styles(archive)
    if _STRINGS in archive:
        book.texts = strings(archive.blocks(_STRINGS))
    return book


def _date_styles(archive: Archive) -> set[int]:
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    within: list[str] = [""]

    def style(name: str, attrs: AttributesImpl) -> None:
        number = attrs.get("numFmtId", "")
        if name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            within[0] = name
        elif name == "numFmt" and number.isdecimal():
            formats[int(number)] = attrs.get("formatCode", "")
        elif name == "xf" and within[0] == "cellXfs":
            styles.append(int(number) if number.isdecimal() else 0)

    elements(archive.blocks(_STYLES), style)
    return {place for place, number in enumerate(styles) if is_date_format(formats.get(number))}


def _choose(book: _Book) -> tuple[str, str]:
    """Name and part of the sheet to read."""
    shown = [(name, relation) for name, relation, hidden in book.sheets if not hidden]
    if not shown:
        raise FileRefused("It has no sheet that can be seen.")
    name, relation = next((one for one in shown if one[0] == OUR_SHEET), shown[0])
    target = book.targets.get(relation, "")
    if not target:
        raise FileRefused("It is not a whole workbook: its first sheet is missing.")
    return name, target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _table(archive: Archive, book: _Book, part: str) -> Table:
    handler = SheetHandler()
    rows = _rows(archive, part, handler)
    heading = next(rows, None)
    if heading is None:
        raise FileRefused("It is empty.")
    first = _row(heading, book)
    if first.problems:
        raise FileRefused(f"Its heading has a formula or an error in column {first.problems[0][0]}.")
    table = Table(tuple(" ".join(cell.split()) for cell in first.cells), number=heading.number)
    for row in rows:
        table.rows.append(_row(row, book))
        if len(table.rows) > MOST_ROWS:
            raise FileRefused(TOO_LARGE)
    if handler.merged:
        raise FileRefused(
            f"Cells are merged: {', '.join(handler.merged[:5])}. Select the sheet, choose “Unmerge cells”, "
            "and give every listing one row of its own."
        )
    return table


def _rows(archive: Archive, part: str, handler: SheetHandler) -> Iterator[RawRow]:
    for _ in feed(archive.blocks(part), handler):
        rows, handler.rows = handler.rows, []
        for row in rows:
            if max(cell.column for cell in row.cells) > MOST_COLUMNS:
                raise FileRefused(TOO_LARGE)
            yield row


def _row(raw: RawRow, book: _Book) -> SheetRow:
    row = SheetRow(raw.number, [""] * max(cell.column for cell in raw.cells))
    for cell in raw.cells:
        if cell.has_formula:
            row.problems.append((letters_of(cell.column), FORMULA))
        elif cell.kind == "e":
            row.problems.append((letters_of(cell.column), f"holds the error {cell.text[:20]}"))
        else:
            row.cells[cell.column - 1] = _text(cell, book)
    return row


def _text(cell: RawCell, book: _Book) -> str:
    match cell.kind:
        case "s":
            place = int(cell.text) if cell.text.isdecimal() else -1
            if not 0 <= place < len(book.texts):
                raise FileRefused("It is damaged: a cell names a text that is not there.")
            return book.texts[place]
        case "n":
            return _number(cell, book)
        case "b":
            return "yes" if cell.text.strip() in ("1", "true") else "no"
        case "d":
            return cell.text.removesuffix("T00:00:00")
        case _:
            return unescaped(cell.text)


def _number(cell: RawCell, book: _Book) -> str:
    """As people write it: whole numbers without a point, dates as 2026-03-31."""
    try:
        number = float(cell.text)
        if cell.style in book.dates:
            return _date(from_excel(number, book.epoch))
        return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
    except (ValueError, OverflowError):
        return cell.text


def _date(found: object) -> str:
    match found:
        case datetime() if found.time() == time():
            return found.date().isoformat()
        case datetime():
            return f"{found:%Y-%m-%d %H:%M}"
        case date():
            return found.isoformat()
        case time():
            return f"{found:%H:%M}"
        case timedelta():
            return str(found)
    return ""
