"""What came of importing one file."""

from dataclasses import dataclass, field

from hubfinder.ingest.errors import Problem, RowRefused

KEPT = 20


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

    def count(self, what: str, number: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def note(self, sentence: str) -> None:
        """Keep a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def refuse(self, row: int, error: RowRefused) -> None:
        """Note a refused row; only the first few are kept, however many there are."""
        self.refused += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(self.file, row, error.field, error.why))
