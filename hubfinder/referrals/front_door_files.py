"""How the front doors of other councils are reached, from a file: a row for each council."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.people.values import Actor
from hubfinder.referrals.front_door_changing import FrontDoorRefused, Why, change_front_door, of_cells
from hubfinder.referrals.front_door_models import FrontDoor
from hubfinder.settings import COUNCIL_CODE

NEEDED = frozenset({"council_code", "council_name", "telephone"})
COUNCIL = re.compile(COUNCIL_CODE)
LARGEST = 2_000_000
"""Bytes: many more councils than there are."""


class FileUnreadable(Exception):
    """Not one row was read; ``str`` says why."""


@dataclass(slots=True)
class Imported:
    """What came of a file."""

    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str, Why]] = field(default_factory=list)
    """Line, field, and why."""


def import_front_doors(session: Session, actor: Actor, file: Path, *, only_new: bool = False) -> Imported:
    """Let front doors be as the file says, in the caller's transaction; rows that cannot be are told.

    ``only_new``: what is there stays as it is.

    Raises:
        FileUnreadable: it is not UTF-8, is too large, or lacks a column.
    """
    done = Imported()
    for number, cells in _rows(file):
        code = cells["council_code"].strip().upper()
        if only_new and session.get(FrontDoor, code) is not None:
            done.same += 1
            continue
        try:
            if not COUNCIL.fullmatch(code):
                raise FrontDoorRefused("council_code", Why.COUNCIL)
            if change_front_door(session, actor, code, of_cells(cells)):
                done.changed += 1
            else:
                done.same += 1
        except FrontDoorRefused as refused:
            done.refused.append((number, refused.field, refused.why))
    return done


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Without cells beyond the heading; short rows are filled up."""
    return {name: cell or "" for name, cell in row.items() if isinstance(name, str)}


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Number of the line and cells of each row."""
    if file.stat().st_size > LARGEST:
        raise FileUnreadable("it is larger than 2 MB")
    try:
        table = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        missing = NEEDED - set(table.fieldnames or ())
        if missing:
            raise FileUnreadable(f"it has no column {', '.join(sorted(missing))}")
        return [(table.line_num, _cells(row)) for row in table]
    except UnicodeDecodeError as error:
        raise FileUnreadable("it is not UTF-8") from error
    except csv.Error as error:
        raise FileUnreadable(str(error)) from error
