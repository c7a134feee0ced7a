"""Rows of cells as files: CSV that Excel opens with all its letters, and Excel workbooks.

openpyxl makes the workbook around the rows: styles, locks, lists to choose from and the page of help. The
rows themselves are written into it here, which takes a tenth of the time.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hubfinder.display.words import gettext
from hubfinder.exchange.cells import BY_NAME, COLUMNS, Column
from hubfinder.exchange.tables import MOST_ROWS
from hubfinder.exchange.taking_out import HEADING, SHOWN_ONLY, Cells
from hubfinder.exchange.workbooks import OUR_SHEET

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GREY = PatternFill("solid", start_color="E4E4E4")
_WIDE = frozenset({"summary", "description", "schedule", "eligibility", "how_to_apply", "name"})
_AS_TEXT = "@"
"""Else a program takes the first 0 off a telephone number, and makes dates of ages."""
_SHEET = "xl/worksheets/sheet1.xml"
_PATTERN_ROW = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_STYLE = re.compile(r'<c r="[A-Z]+2"(?: s="(\d+)")?')
_LITERAL = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")


def write_csv(rows: Iterable[Cells], path: Path) -> int:
    """UTF-8 with its mark; how many rows it took."""
    number = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        for cells in rows:
            writer.writerow(cells)
            number += 1
    return number


def write_workbook(rows: Iterable[Cells], path: Path) -> int:
    """A workbook with a sheet of help; how many rows it took."""
    number = 0

    def counted() -> Iterator[Cells]:
        nonlocal number
        for cells in rows:
            number += 1
            yield cells

    with (
        zipfile.ZipFile(_skeleton()) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as new,
    ):
        for part in old.infolist():
            if part.filename != _SHEET:
                new.writestr(part, old.read(part))
                continue
            text = old.read(part).decode()
            with new.open(part.filename, "w", force_zip64=True) as sheet:
                for piece in _sheet(text, counted()):
                    sheet.write(piece.encode())
    return number


WRITERS: dict[str, tuple[Callable[[Iterable[Cells], Path], int], str]] = {
    "csv": (write_csv, CSV_TYPE),
    "xlsx": (write_workbook, XLSX_TYPE),
}
"""By the end of a file's name: what writes it, and its type."""


def _sheet(skeleton: str, rows: Iterable[Cells]) -> Iterator[str]:
    """The sheet with our rows in the place of the one that shows the styles of the columns."""
    pattern = _PATTERN_ROW.search(skeleton)
    if pattern is None:
        raise ValueError("openpyxl writes sheets otherwise than it did")
    styles = [style or "0" for style in _STYLE.findall(pattern[0])]
    letters = [get_column_letter(place) for place in range(1, len(HEADING) + 1)]
    yield _DIMENSION.sub("", skeleton[: pattern.start()])  # it would say that there is one row
    for number, cells in enumerate(rows, 2):
        yield f'<row r="{number}">{"".join(_cells(number, cells, letters, styles))}</row>'
    yield skeleton[pattern.end() :]


def _cells(number: int, cells: Cells, letters: Sequence[str], styles: Sequence[str]) -> Iterator[str]:
    for letter, style, cell in zip(letters, styles, cells, strict=True):
        place = f'<c r="{letter}{number}" s="{style}"'
        if not cell:
            yield f"{place}/>"
        else:
            text = escape(_LITERAL.sub("_x005F_x", cell.replace("\r\n", "\n").replace("\r", "\n")))
            yield f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _skeleton() -> io.BytesIO:
    book = Workbook()
    sheet = book.create_sheet(OUR_SHEET, 0)
    for name in book.sheetnames[1:]:
        del book[name]
    for place, name in enumerate(HEADING, 1):
        _column(sheet, place, name)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    for freedom in ("formatColumns", "formatRows", "sort", "autoFilter", "insertRows"):
        setattr(sheet.protection, freedom, False)  # false means: not forbidden
    _help(book.create_sheet(gettext("Help")))
    file = io.BytesIO()
    book.save(file)
    return file


def _column(sheet: Worksheet, place: int, name: str) -> None:
    """The heading of a column, its width, and how its cells are: locked and grey, or free and text."""
    letter = get_column_letter(place)
    heading, cell = sheet.cell(1, place, name), sheet.cell(2, place, "")
    heading.font, heading.fill = Font(bold=True), _GREY
    width = sheet.column_dimensions[letter]
    width.width = 60 if name in _WIDE else 22
    for styled in (cell, width):
        styled.number_format = _AS_TEXT
        styled.alignment = Alignment(vertical="top", wrap_text=name in _WIDE)
        styled.protection = Protection(locked=name in SHOWN_ONLY)
        if name in SHOWN_ONLY:
            styled.fill = _GREY
    column = BY_NAME.get(name)
    if column and column.choices and column.name in ("status", "access", "vacancies"):
        words = ",".join(member.value for member in column.choices)
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.add_data_validation(rule)


def _help(sheet: Worksheet) -> None:
    """What each column is for, and what may stand in it."""
    for line in _sentences():
        sheet.append([line])
    sheet.append([])
    sheet.append(
        [gettext("Column"), gettext("What it is"), gettext("What to write"), gettext("Words you can use")]
    )
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for column in COLUMNS:
        sheet.append([column.name, str(column.label), str(column.help), _choices(column)])
    for letter, width in (("A", 20), ("B", 30), ("C", 70), ("D", 60)):
        sheet.column_dimensions[letter].width = width


def _sentences() -> tuple[str, ...]:
    return (
        gettext("Change what you want in the sheet of listings, save it, and send it in again."),
        gettext("Grey columns are for hubfinder: they say which listing a row is, and which version of it."),
        gettext("The day of checking is only shown. Say on the page of a listing that it is still right."),
        gettext("For a new listing write a new row at the end, and leave the grey columns empty."),
        gettext("A row that you take out changes nothing: its listing stays as it is."),
        gettext("An empty cell means that there is nothing to say."),
        gettext("An apostrophe (') before =, +, - or @ keeps programs from working it out. Leave it there."),
    )


def _choices(column: Column) -> str:
    return "; ".join(f"{one.value} ({one.label})" for one in column.choices) if column.choices else ""
