"""Judged queries: what somebody types, what should then stand among the first three, and whether it does."""

import csv
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLE = "judged_queries_sample.csv"
SHARED_DATA = "HUBFINDER_SHARED_DATA"
"""Names the folder of shared data; the sample lies in ``search`` beside it."""

FIRST = 3
NO_ANSWER = "no-answer"
KINDS_OF_RESULT = {
    "sample": frozenset({"catalogue"}),
    "catalogue": frozenset({"catalogue"}),
    "listings": frozenset({"service", "hub"}),
}
"""What is counted of the results for each set: the page shows entries and listings in groups of their own."""


class Result(TypedDict):
    """One result of ``hubfinder search --json``, as far as it is judged."""

    kind: str
    id: str
    name: str
    score: float
    confident: bool


Ask = Callable[[Sequence[str]], str]
"""Runs ``hubfinder`` with these arguments and gives what it wrote to its standard output."""


@dataclass(frozen=True, slots=True)
class Query:
    """One line of a judged set."""

    set: str
    text: str
    kind: str
    expected: frozenset[str] = frozenset()
    """Keys, any of which is right; none where the directory has no answer."""
    language: str = ""
    near: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A query and what it found, best first."""

    query: Query
    results: tuple[Result, ...]

    @property
    def first(self) -> tuple[Result, ...]:
        """The first three of the kind that was asked for."""
        kinds = KINDS_OF_RESULT.get(self.query.set)
        return tuple(one for one in self.results if kinds is None or one["kind"] in kinds)[:FIRST]

    @property
    def success(self) -> bool:
        """An expected one is among the first three; where there is none, nothing is said with confidence."""
        if self.query.set == NO_ANSWER:
            return not any(one["confident"] for one in self.results)
        return any(one["id"] in self.query.expected for one in self.first)

    @property
    def in_all(self) -> bool:
        """An expected one stands among the first three of everything that was found, of whatever kind."""
        if self.query.set == NO_ANSWER:
            return self.success
        kinds = KINDS_OF_RESULT[self.query.set]
        return any(one["id"] in self.query.expected and one["kind"] in kinds for one in self.results[:FIRST])

    @property
    def sure(self) -> bool:
        """A right one is among the first three, and is said with confidence."""
        return any(one["confident"] and one["id"] in self.query.expected for one in self.first)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many succeeded."""

    successes: int
    total: int

    @property
    def share(self) -> float:
        return self.successes / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % confidence interval of the share."""
        return wilson(self.successes, self.total)


def wilson(successes: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval in which the true share lies with 95 % confidence (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    share, square = successes / total, z * z
    middle = share + square / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    whole = 1 + square / total
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def tally(judgements: Iterable[Judgement], count: Callable[[Judgement], bool] | None = None) -> Tally:
    """How many succeeded, or whatever else ``count`` asks of each."""
    answers = [one.success if count is None else count(one) for one in judgements]
    return Tally(sum(answers), len(answers))


def sample_path() -> Path:
    """Where the sample lies; it is not part of this repository."""
    data = Path(os.environ.get(SHARED_DATA) or ROOT.parent / "shared" / "data")
    return data.parent / "search" / SAMPLE


def queries() -> list[Query]:
    """Every judged query there is. The sample is among them only where it can be read."""
    sample = list(_sample()) if sample_path().is_file() else []
    return [*sample, *_own("catalogue"), *_own("listings"), *_own(NO_ANSWER)]


def _own(name: str) -> Iterator[Query]:
    for row in _rows(HERE / f"{name.replace('-', '_')}.csv"):
        yield Query(
            name,
            row["query"],
            row["kind"],
            frozenset(row.get("expected", "").split("|")) - {""},
            row["language"],
            row.get("near", ""),
            row.get("age", ""),
        )


def _sample() -> Iterator[Query]:
    """The shared sample, its names of services turned into our keys."""
    ours = {row["sample"]: row["keys"].split("|") for row in _rows(HERE / "sample_keys.csv")}
    for row in _rows(sample_path()):
        expected = {key for name in row["expected_service(s)"].split("|") for key in ours[name]}
        yield Query("sample", row["query"], row["kind"], frozenset(expected))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judge(asked: Iterable[Query], ask: Ask, folder: Path) -> list[Judgement]:
    """Ask each query through the command line's batch form, in one batch for each place and age.

    ``folder`` is where the batches are written.
    """
    batches: dict[tuple[str, str], list[Query]] = {}
    for query in asked:
        batches.setdefault((query.near, query.age), []).append(query)
    return [one for batch in batches.values() for one in _judge_batch(batch, ask, folder / "batch.txt")]


def _judge_batch(batch: Sequence[Query], ask: Ask, file: Path) -> Iterator[Judgement]:
    file.write_text("".join(f"{query.text}\n" for query in batch), "utf-8")
    arguments = ["search", "--batch", str(file), "--json", "--limit", "50"]
    if batch[0].near:
        arguments += ["--near", batch[0].near]
    if batch[0].age:
        arguments += ["--age", batch[0].age]
    lines = ask(arguments).splitlines()
    for query, line in zip(batch, lines, strict=True):
        results: list[Result] = json.loads(line)
        yield Judgement(query, tuple(results))
