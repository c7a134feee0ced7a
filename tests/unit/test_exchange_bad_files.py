"""Files that are broken, hostile or only clumsy: each is refused with what to do, and in little memory."""

import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from hubfinder.exchange.archives import MOST_BYTES
from hubfinder.exchange.files import read_table
from hubfinder.exchange.headings import find_columns
from hubfinder.exchange.tables import Table
from hubfinder.ingest.errors import FileRefused

LIMITS = "at most 20,000 rows and 60 columns"
Make = Callable[[Path], None]


def book(**sheets: list[list[object]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def saved(path: Path, made: openpyxl.Workbook) -> Path:
    made.save(path)
    return path


def changed(path: Path, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> Path:
    """The same workbook with some of its parts changed or added."""
    with zipfile.ZipFile(path) as old:
        whole = {name: old.read(name) for name in old.namelist()}
    for name, part in parts.items():
        whole[name] = part if isinstance(part, bytes) else part(whole[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in whole.items():
            new.writestr(name, content)
    return path


def plain_book(path: Path) -> Path:
    return saved(path, book(Sheet=[["key", "name"], ["play", "Play"]]))


def refusal(path: Path, name: str = "") -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(path, name or path.name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "It is empty"),
        (b"\xef\xbb\xbf \r\n", "It is empty"),
        (b"key,name\n", "no row under it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "locked with a password"),
        (b"<html><body>Sign in</body></html>", "It is a web page"),
        (b"%PDF-1.7 ", "It is a PDF"),
        (b"PK\x03\x04 not whole", "not a whole workbook"),
        (b"hello", "It is no spreadsheet"),
        (b"MZ\x90\x00\x03\x00\x00\x00 This program cannot be run\r\nin DOS mode", "It is no spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\n", "It is no spreadsheet"),
        (b"key," * 199 + b"key\n" + b"a," * 199 + b"a\n", LIMITS),
        (b"key,name\n" + b"a,b\n" * 50_000, LIMITS),
    ],
)
def test_a_file_that_is_no_spreadsheet_says_what_it_is(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert why in refusal(path)


@pytest.mark.parametrize("size", [(50_000, 2), (3, 200)])
def test_a_workbook_that_is_too_large_is_refused_early(tmp_path: Path, size: tuple[int, int]) -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    for _ in range(size[0]):
        sheet.append(["x"] * size[1])
    path = saved(tmp_path / "large.xlsx", made)
    tracemalloc.start()
    started = time.process_time()
    assert LIMITS in refusal(path)
    assert time.process_time() - started < 10
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_a_cell_far_away_takes_no_memory(tmp_path: Path) -> None:
    made = book(Sheet=[["key", "name"], ["play", "Play"]])
    made.worksheets[0]["B1048576"] = "far below"
    assert [row.number for row in read_table(saved(tmp_path / "far.xlsx", made)).rows] == [2, 1048576]
    made.worksheets[0]["XFD3"] = "far to the right"
    assert LIMITS in refusal(saved(tmp_path / "right.xlsx", made))


def test_merged_cells_are_told_with_their_addresses(tmp_path: Path) -> None:
    made = book(Sheet=[["key", "name"], ["play", "Play"]])
    made.worksheets[0].merge_cells("A3:B4")
    said = refusal(saved(tmp_path / "merged.xlsx", made))
    assert "A3:B4" in said
    assert "Unmerge" in said


def test_a_formula_is_told_with_its_cell_and_not_worked_out(tmp_path: Path) -> None:
    made = book(Sheet=[["key", "name", "summary"], ["play", '=HYPERLINK("https://bad.example.org")', "=1+1"]])
    [row] = read_table(saved(tmp_path / "formula.xlsx", made)).rows
    assert [(letters, "paste it as values" in why) for letters, why in row.problems] == [
        ("B", True),
        ("C", True),
    ]
    text = tmp_path / "formula.csv"
    text.write_text("key,name\nplay,=cmd|' /C calc'!A0\n", "utf-8")
    [row] = read_table(text).rows
    assert [letters for letters, _ in row.problems] == ["B"]


@pytest.mark.parametrize("is_mac", [False, True])
def test_dates_are_understood_as_dates_and_as_text(tmp_path: Path, is_mac: bool) -> None:
    made = book(Sheet=[["key", "assured_date"], ["a", date(2026, 3, 31)], ["b", "2026-03-31"]])
    made.worksheets[0].append(["c", datetime(2026, 3, 31, 9, 30)])  # noqa: DTZ001 - workbooks have no zones
    if is_mac:
        made.epoch = CALENDAR_MAC_1904
    table = read_table(saved(tmp_path / "dates.xlsx", made))
    assert [row.cells[1] for row in table.rows] == ["2026-03-31", "2026-03-31", "2026-03-31 09:30"]


def test_letters_in_other_encodings_are_read(tmp_path: Path) -> None:
    text = "key;name\nplay;Café für Łódź\n"
    for encoding, mark in (("utf-8", ""), ("utf-8-sig", ""), ("utf-16", "")):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(mark + text, encoding)
        assert read_table(path).rows[0].cells[1] == "Café für Łódź"
    mixed = tmp_path / "mixed.csv"
    mixed.write_bytes(b"key,name\na,Caf" + b"\xe9\n" + "b,Łódź\n".encode())
    table = read_table(mixed)
    assert [row.cells[1] for row in table.rows] == ["Café", "Łódź"]
    assert "Windows-1252" in table.notes[0]


def test_a_wrong_name_is_told_and_the_file_read_by_what_it_is(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "listings.csv")
    assert "is an Excel workbook" in read_table(path, path.name).notes[0]
    text = tmp_path / "listings.xlsx"
    text.write_text("key,name\na,b\n", "utf-8")
    assert "is a text file" in read_table(text, text.name).notes[0]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "bomb.xlsx")
    start = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>'
    bomb = start + b"a" * (MOST_BYTES + 1)
    changed(path, {"xl/worksheets/sheet1.xml": bomb})
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    assert "looks like a trap" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 30 << 20
    tracemalloc.stop()


def test_what_a_part_unpacks_to_is_counted_and_not_believed(tmp_path: Path) -> None:
    """The size that the file tells is a lie: 100 bytes."""
    path = plain_book(tmp_path / "liar.xlsx")
    changed(path, {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (40 << 20)})
    raw = path.read_bytes()
    size = (40 << 20) + 11
    lie = raw.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != raw
    path.write_bytes(lie)
    assert refusal(path).startswith("It is damaged")


def test_too_many_parts_and_packed_files_within_are_refused(tmp_path: Path) -> None:
    many = plain_book(tmp_path / "many.xlsx")
    changed(many, {f"xl/media/{number}.png": b"" for number in range(1_200)})
    assert "more parts" in refusal(many)
    nested = plain_book(tmp_path / "nested.xlsx")
    changed(nested, {"xl/embeddings/more.zip": b"PK"})
    assert "another packed file" in refusal(nested)


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sst><si><t>&c;</t></si></sst>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst><si><t>&f;</t></si></sst>"""
OUTSIDE = (
    b"""<?xml version="1.0"?><!DOCTYPE sst SYSTEM "http://192.0.2.1/x.dtd"><sst><si><t>a</t></si></sst>"""
)


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("attack", [LAUGHS, XXE, OUTSIDE, LAUGHS.decode().encode("utf-16")])
def test_entities_and_document_types_are_refused(tmp_path: Path, part: str, attack: bytes) -> None:
    path = plain_book(tmp_path / "attack.xlsx")
    assert "declares a document type" in refusal(changed(path, {part: attack}))


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "other workbooks"),
        ("xl/workbook.bin", "binary workbook"),
        ("content.xml", "OpenDocument"),
        ("word/document.xml", "Word document"),
    ],
)
def test_programs_links_and_other_documents_are_refused(tmp_path: Path, part: str, why: str) -> None:
    assert why in refusal(changed(plain_book(tmp_path / "odd.xlsx"), {part: b"x"}))


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_a_damaged_part_is_told(tmp_path: Path, part: str) -> None:
    path = plain_book(tmp_path / "damaged.xlsx")
    assert refusal(changed(path, {part: lambda old: old[: len(old) // 2]})).startswith("It is")


def test_texts_that_cells_share_may_have_runs_and_readings_beside_them(tmp_path: Path) -> None:
    shared = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>key</t></si>'
        b"<si><r><t>two </t></r><r><t>runs_x0021_</t></r><rPh><t>beside</t></rPh></si></sst>"
    )
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row><c t="s"><v>0</v></c></row><row r="3"><c r="A3" t="s"><v>1</v></c><c t="b"><v>1</v></c>'
        b'<c t="e"><v>#REF!</v></c></row></sheetData></worksheet>'
    )
    path = plain_book(tmp_path / "shared.xlsx")
    changed(path, {"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet})
    [row] = read_table(path).rows
    assert (row.number, row.cells[:2]) == (3, ["two runs!", "yes"])
    assert row.problems == [("C", "holds the error #REF!")]


def test_hidden_and_further_sheets_are_told(tmp_path: Path) -> None:
    made = book(Hidden=[["secret"]], First=[["key", "name"], ["a", "b"]], Second=[["x"]])
    made["Hidden"].sheet_state = "hidden"
    table = read_table(saved(tmp_path / "sheets.xlsx", made))
    assert (table.heading, "“First”" in table.notes[0]) == (("key", "name"), True)


def heading(*names: str) -> str:
    with pytest.raises(FileRefused) as refused:
        find_columns(names)
    return str(refused.value)


def test_a_wrong_heading_says_which_columns_are_wrong_and_what_may_be_meant() -> None:
    assert "no column “key”" in heading("Name", "Telephone")
    said = heading("key", "Telefone", "favourite colour")
    assert "'Telefone': perhaps it should be “telephone”" in said
    assert "'favourite colour': take it out" in said
    assert "stands twice" in heading("key", "name", "Name")


def test_columns_are_found_by_our_names_and_by_the_words_people_see() -> None:
    assert find_columns(["KEY", " In one  sentence ", "What it costs", "", "min age months"]) == {
        "key": 0, "summary": 1, "cost": 2, "min_age_months": 4,
    }  # fmt: skip


def test_one_row_is_enough(tmp_path: Path) -> None:
    table: Table = read_table(plain_book(tmp_path / "one.xlsx"))
    assert [row.cells for row in table.rows] == [["play", "Play"]]
