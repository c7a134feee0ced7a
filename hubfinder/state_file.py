"""Small files that say which of several copies is in force: written beside, and renamed last."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar


class State(Protocol):
    """A dataclass of plain values; ``format`` tells which version of hubfinder can read what it speaks of."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def format(self) -> int: ...


S = TypeVar("S", bound=State)


def read(path: Path, kind: type[S], current: int) -> S | None:
    """The state in a file; none if there is none, or none of the current format."""
    try:
        state = kind(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if state.format == current else None


def write(path: Path, state: State) -> None:
    """Put a state in force: whoever reads finds the old one or this one, whole."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(asdict(state)), "utf-8")
    new.replace(path)
