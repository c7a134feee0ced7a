"""What came of importing one file."""

from dataclasses import dataclass, field
from typing import Any

from hubfinder.ingest.errors import Problem, RowRefused
from hubfinder.places.layers import Stored
from hubfinder.vocab import FootprintKind

KEPT = 20


@dataclass(frozen=True, slots=True)
class Saved:
    """A version of a layer that a file became."""

    kind: FootprintKind
    stored: Stored
    codes: frozenset[str]
    """Of the areas it has, and of those there were before."""


@dataclass
class Report:
    """Counts and problems of one file; the importer fills it while it reads."""

    kind: str
    file: str
    rows: int = 0
    """Rows read, refused ones included."""
    counts: dict[str, int] = field(default_factory=dict)
    """What the file turned into, in words: ``{"schools": 113}``."""
    notes: list[str] = field(default_factory=list)
    """Sentences for whoever runs the import."""
    refusal: str = ""
    """Why the whole file was refused; empty if it was not."""
    problems: list[Problem] = field(default_factory=list)
    """The first refused rows; ``refused`` counts them all."""
    refused: int = 0
    saved: bool = False
    layer: str = ""
    """The key of the layer that the file is for; empty where it is for none."""
    findings: dict[str, Any] = field(default_factory=dict)
    """What is worth knowing of its areas; see ``findings``."""
    versions: list[Saved] = field(default_factory=list)
    moves: dict[str, Any] | None = None
    """Postcodes gained and lost; none where it was not worked out."""

    def count(self, what: str, number: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def note(self, sentence: str) -> None:
        """Keep a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def refuse(self, row: int, error: RowRefused, feature: str = "") -> None:
        """Note a refused row; only the first few are kept, however many there are."""
        self.refused += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(self.file, row, error.field, error.why, feature))
