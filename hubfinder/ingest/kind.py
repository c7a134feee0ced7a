"""A kind of file: its name on the command line, its options and what loads it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hubfinder.ingest.loading import Loading

O = TypeVar("O")  # noqa: E741 - options


def option(words: str, default: Any = dataclasses.MISSING) -> Any:  # noqa: ANN401 - as dataclasses.field
    """A field of an options class, with the words of ``--help``. Without a default it must be given.

    The field's type decides what the command line takes: ``bool`` (a flag), ``str``, ``int``, ``date``,
    ``Path`` or a string enum; with ``| None`` for one that may be left out.
    """
    return dataclasses.field(default=default, metadata={"help": words})


@dataclass(frozen=True, slots=True)
class NoOptions:
    """For kinds that have none of their own."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[O]):
    """One kind of file that ``hubfinder import`` takes."""

    name: str
    summary: str
    """One sentence, with the columns."""
    load: Callable[[Loading, O], None]
    """Reads the file and writes what is in it, within the transaction of ``loading.session``."""
    options: type[O]
    moves_memberships: bool = False
    """True where postcodes may be in other footprints afterwards."""
