"""Reading a new state of an outside list."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session


def read_register(session: Session, number: int, path: Path, progress: Callable[[int, int], None]) -> None:
    raise NotImplementedError
