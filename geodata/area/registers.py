"""The hand-written registers of schools, surgeries and family hubs: read, and put on the map."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from area.files import csv_text
from area.postcodes import postcodes

FOLDER = Path(__file__).resolve().parent.parent
REGISTERS = ("schools.csv", "practices.csv", "hubs.csv")

Row = dict[str, str]


@cache
def points() -> dict[str, tuple[float, float]]:
    """Kilometres of every live postcode."""
    return {postcode.code: postcode.km for postcode in postcodes() if not postcode.ended}


def register(name: str) -> list[Row]:
    """The rows of a register; raises ValueError when a postcode is not a live one of the area."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["postcode"] not in points():
            raise ValueError(
                f"{name}: {row['name']} has the postcode {row['postcode']}, which is not live here"
            )
    return rows


def located(name: str) -> str:
    """The text of a register with latitude and longitude of each row's postcode filled in."""
    degrees = {postcode.code: (f"{postcode.lat:.6f}", f"{postcode.lon:.6f}") for postcode in postcodes()}
    rows = register(name)
    for row in rows:
        row["lat"], row["lon"] = degrees[row["postcode"]]
    return csv_text(list(rows[0]), [list(row.values()) for row in rows])
