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
    return read_workbook(path) if first.startswith(_ZIP) else read_csv(path)
