"""Why a file or one of its rows was not taken."""

from dataclasses import dataclass

SHOWN = 60


class FileRefused(Exception):
    """The file as a whole cannot be used; the message is a sentence for whoever gave it."""


class RowRefused(Exception):
    """One row cannot be used. ``field`` is the column (may be empty), ``why`` says what is wrong with it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused row, with where it stands. Rows count as in a spreadsheet: the heading is row 1."""

    file: str
    row: int
    field: str
    why: str
    feature: str = ""
    """Code and name of an area, as far as they are known."""

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row:,}" + (f" ({self.feature})" if self.feature else "")
        return f"{place}, {self.field}: {self.why}" if self.field else f"{place}: {self.why}"


def quoted(cell: str) -> str:
    """A cell for a message: short, on one line, without control characters."""
    shown = cell if len(cell) <= SHOWN else cell[: SHOWN - 1] + "…"
    return "'" + "".join(letter if letter.isprintable() else "�" for letter in shown) + "'"
