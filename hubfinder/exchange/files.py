"""Which kind of spreadsheet a file is: what it begins with decides, not what it is called."""

from pathlib import Path

from hubfinder.exchange.archives import LARGEST_FILE
from hubfinder.exchange.tables import Table, read_csv
from hubfinder.exchange.workbooks import read_workbook
from hubfinder.ingest.errors import FileRefused

_ZIP, _OLD = b"PK", b"\xd0\xcf\x11\xe0"
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
LOCKED = (
    "It is locked with a password, or an old Excel file (.xls). Take the password away, "
    "save it as .xlsx or as CSV (UTF-8), and send that."
)
NO_SPREADSHEET = "It is no spreadsheet. Send an Excel workbook (.xlsx) or a CSV file (UTF-8)."
_WIDE, _PACKED = (b"\xff\xfe", b"\xfe\xff"), b"\x1f\x8b"


def read_table(path: Path, name: str = "") -> Table:
    """The table in a file; ``name`` is what it was called where it came from.

    Raises:
        FileRefused: there is none, or it is too large; the message says what to do.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(4_096)
    except OSError as error:
        raise FileRefused(f"It cannot be read: {error.strerror}.") from error
    if size > LARGEST_FILE:
        raise FileRefused(f"It is larger than {LARGEST_FILE >> 20} MB. Split it into several files.")
    if size < len(first) + 1 and not first.strip(_BLANK):
        raise FileRefused("It is empty.")
    table = _read(path, first)
    if not table.rows and len(table.heading) < 2:
        raise FileRefused(NO_SPREADSHEET)  # one word, or any line of a letter
    if not table.rows:
        raise FileRefused("It has a heading, but no row under it.")
    if name.lower().endswith((".csv", ".txt")) and first.startswith(_ZIP):
        table.notes.append("It is called a text file, but is an Excel workbook: it was read as one.")
    if name.lower().endswith((".xlsx", ".xls", ".xlsm")) and not first.startswith(_ZIP):
        table.notes.append("It is called a workbook, but is a text file: it was read as CSV.")
    return table


def _read(path: Path, first: bytes) -> Table:
    if first.startswith(_OLD):
        raise FileRefused(LOCKED)
    if first.startswith(_ZIP):
        return read_workbook(path)
    if _is_binary(first):
        raise FileRefused(NO_SPREADSHEET)
    return read_csv(path)


def _is_binary(first: bytes) -> bool:
    """Whether it begins with what no text has, as programs and pictures do; a row that has it is told."""
    if first.startswith((*_WIDE, _PACKED, b"%PDF", b"SQLite")):
        return False  # text that is written otherwise, or something that is told by its name
    heading = first.partition(b"\n")[0]
    return any(byte < 32 and byte not in b"\t\r\n" for byte in heading + first[:32])
