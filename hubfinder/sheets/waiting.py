"""Versions that wait to be written down: while the database is held by a long import, files keep them."""

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "waiting"
log = logging.getLogger(__name__)
Row = dict[str, Any]
"""The columns of a ``SheetVersion``; days as ISO text."""


def put_waiting(folder: Path, row: Mapping[str, Any]) -> None:
    """Keep a version until the database takes it. On a full disk it is lost, which is no family's trouble."""
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, new = tempfile.mkstemp(dir=folder / FOLDER, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as whole:
            json.dump(row, whole)
        Path(new).replace(_file(folder, row["code"]))
    except OSError as error:
        log.warning("A sheet's version could not be kept: %s", error)


def waiting(folder: Path) -> Iterator[Row]:
    """All that wait."""
    for file in sorted((folder / FOLDER).glob("*.json")):
        if (row := _read(file)) is not None:
            yield row


def waiting_row(folder: Path, code: str) -> Row | None:
    """The version of a code, if it waits."""
    return _read(_file(folder, code))


def waiting_digest(folder: Path, code: str) -> str | None:
    """The digest of the version that waits under a code."""
    row = waiting_row(folder, code)
    return row["digest"] if row else None


def no_longer_waiting(folder: Path, code: str) -> None:
    """The database has it."""
    _file(folder, code).unlink(missing_ok=True)


def _file(folder: Path, code: str) -> Path:
    return folder / FOLDER / f"{code}.json"


def _read(file: Path) -> Row | None:
    """A damaged file is none: it is written whole or not at all, so somebody else made it."""
    with suppress(OSError, ValueError):
        row = json.loads(file.read_text("utf-8"))
        if isinstance(row, dict) and {"code", "digest", "order", "content", "made_on"} <= row.keys():
            return row
    return None
