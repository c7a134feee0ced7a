"""Files as strangers make them: encodings, gzip, long rows, NULs, quotation marks, and what is no table."""

import gzip
import time
from pathlib import Path

import pytest

from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.row import Row
from hubfinder.ingest.table import table_rows
from hubfinder.ingest.text import BLOCK, LONGEST_LINE, TextFile

Refused = list[tuple[int, str]]


def read(path: Path, *needs: str) -> tuple[list[Row], Refused, TextFile]:
    refused: Refused = []
    text = TextFile(path)
    rows = list(table_rows(text, lambda row, error: refused.append((row, str(error))), needs, {}))
    return rows, refused, text


def written(folder: Path, content: bytes, name: str = "towns.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


TABLE = "name,kind\nWendbridge,town\nCafé,village\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("cp1252"),
        TABLE.encode("utf-16"),
        gzip.compress(TABLE.encode()),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        ("\n" + TABLE.replace("\n", "\n\n"))[1:].encode(),
        TABLE.upper().replace("WENDBRIDGE,TOWN", "Wendbridge,town").replace("CAFÉ", "Café").encode(),
    ],
    ids="utf-8 mark windows utf-16 gzip crlf semicolons tabs empty-lines capitals".split(),
)
def test_the_usual_ways_to_write_a_table_are_understood(tmp_path: Path, content: bytes) -> None:
    rows, refused, _ = read(written(tmp_path, content), "name", "kind")
    assert [row.line("name") for row in rows] == ["Wendbridge", "Café"]
    assert refused == []


def test_letters_read_as_windows_are_mentioned(tmp_path: Path) -> None:
    *_, text = read(written(tmp_path, TABLE.encode("cp1252")))
    assert "Windows-1252" in text.notes[0]
    *_, text = read(written(tmp_path, TABLE.encode()))
    assert text.notes == []


def test_rows_count_as_in_a_spreadsheet(tmp_path: Path) -> None:
    rows, refused, _ = read(written(tmp_path, b'a,b\n1,"two\nlines"\n3\n4,5,6\n7,8\n'))
    assert [row.number for row in rows] == [2, 5]
    assert refused == [
        (3, "has 1 cells, but the heading has 2"),
        (4, "has 3 cells, but the heading has 2"),
    ]


def test_a_row_of_ten_megabytes_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n" + b"x" * 10_000_000 + b"\n3,4\n"
    begin = time.monotonic()
    rows, refused, _ = read(written(tmp_path, content))
    assert [row.cells["a"] for row in rows] == ["1", "3"]
    assert refused == [(3, f"is longer than {LONGEST_LINE:,} characters")]
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("size", [LONGEST_LINE + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_lines_are_cut_right_wherever_a_block_ends(tmp_path: Path, size: int) -> None:
    text = TextFile(written(tmp_path, b"first\n" + b"x" * size + b"\nlast"))
    assert list(text.lines()) == ["first\n", "\n", "last"]
    assert text.too_long == {2}


def test_a_line_with_no_end_takes_no_memory(tmp_path: Path) -> None:
    text = TextFile(written(tmp_path, gzip.compress(b"y" * 60_000_000)))
    assert list(text.lines()) == ["\n"]


def test_a_nul_refuses_its_row_only(tmp_path: Path) -> None:
    rows, refused, _ = read(written(tmp_path, b"a,b\n1,2\n3\0,4\n5,6\n"))
    assert [row.cells["a"] for row in rows] == ["1", "5"]
    assert refused == [(3, "holds a NUL character, which no text has")]


def test_a_quotation_mark_that_is_never_closed_is_noticed(tmp_path: Path) -> None:
    _, refused, _ = read(written(tmp_path, b'a,b\n1,2\n"3,4\n5,6\n'))
    assert refused == [(3, "opens a quotation mark that is never closed")]
    long = b'a,b\n"1,2\n' + b"5,6\n" * 100_000
    _, refused, _ = read(written(tmp_path, long))
    assert "quotation mark" in refused[0][1]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b" \n<!DOCTYPE html><html>", "web page"),
        (b"<html lang='en'>", "web page"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\0", "database"),
        (gzip.compress(TABLE.encode() * 1000)[:-20], "cannot be read"),
        (b"\x1f\x8bnonsense", "cannot be read"),
        ("name,kind\n".encode("utf-16") + b"x", "UTF-16"),
        (b"name\nWendbridge\n", "no column kind. Its columns are: name."),
        (b"name,kind,Name\na,b,c\n", "stands twice"),
        (gzip.compress(b"name,kind\n" + (b"x" * 9_999 + b"\n") * 7_000), "trap"),
    ],
    ids="empty blank page html excel pdf database cut-off damaged half-a-letter columns twice bomb".split(),
)
def test_what_is_no_such_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read(written(tmp_path, content), "name", "kind")


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="No such file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(FileRefused, match="directory"):
        read(tmp_path)


def test_points_of_a_geojson_file_are_rows(tmp_path: Path) -> None:
    content = (
        b'{"type":"FeatureCollection","features":['
        b'{"type":"Feature","properties":{"Name":"A","open":true,"n":3,"x":null},'
        b'"geometry":{"type":"Point","coordinates":[2.1,54.7]}},'
        b'{"type":"Feature","properties":{"Name":"B"},"geometry":{"type":"Polygon","coordinates":[[]]}},'
        b'{"type":"Feature","properties":{"Name":"C"},"geometry":null}]}'
    )
    rows, refused, _ = read(written(tmp_path, content, "places.geojson"), "name", "lat")
    assert rows[0].cells == {"name": "A", "open": "yes", "n": "3", "x": "", "lat": "54.7", "lon": "2.1"}
    assert [row.number for row in rows] == [1, 3]
    assert refused == [(2, "geometry: is not a point")]


@pytest.mark.parametrize("content", [b"[1", b"[]", b"{}", b"[" * 100_000, b'{"features": {}}'])
def test_json_that_is_no_geojson_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefused):
        read(written(tmp_path, content, "places.json"))


def row(**cells: str) -> Row:
    return Row(2, cells)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//host.example.org", "data:text/html,x", "https://", "https://a b.org", "ftp://x.org",
     "https://user@example.org", "http://[", "https://localhost"],
)  # fmt: skip
def test_only_web_addresses_pass_as_web_addresses(address: str) -> None:
    with pytest.raises(RowRefused):
        row(website=address).website()


def test_cells_read_as_what_they_are() -> None:
    full = row(
        website="www.example.org", lat="54.5", lon="2", yes="Yes", day="2026-03-31", list="a; b;;c", n="3"
    )
    assert full.website() == "https://www.example.org"
    assert full.point() is not None
    assert full.yes("yes")
    assert not full.yes("missing")
    assert full.items("list") == ("a", "b", "c")
    assert full.whole_number("n", 0, 5) == 3
    assert row().point() is None
    for bad in (
        {"lat": "x", "lon": "2"},
        {"lat": "91", "lon": "2"},
        {"lat": "54"},
        {"lat": "nan", "lon": "1"},
        {"lat": "5_4", "lon": "2"},
        {"lat": "\u0665\u0664", "lon": "2"},
        {"lat": "2", "lon": "54"},
        {"lat": "41", "lon": "2"},
    ):
        with pytest.raises(RowRefused):
            row(**bad).point()
