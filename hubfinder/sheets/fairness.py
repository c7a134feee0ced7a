"""In which order things are taken where there is not room for all: so that the first so many are always fair.

Topics take turns. In each round every topic that still has something gets one thing more, the best it has:
first the topics that have something good, in their order. A thing with several topics counts for the one that
has nothing else. And no organization takes the room of others: at most two things, or a quarter of what is
chosen, are of one while things of others are waiting.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_OF_ONE, PART_OF_ONE = 2, 4
"""Of one organization two things, or one in four."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be taken."""

    topics: tuple[str, ...]
    organization: str = ""
    """Who offers it; nobody's things are never too many."""
    doubt: int = 0
    """In each round the topics whose thing has less of it come first."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A thing by its number among the candidates, and the topic that it was taken for."""

    number: int
    topic: str


def fairest(candidates: Sequence[Candidate], topics: Sequence[str]) -> list[Taken]:
    """All candidates with any of the topics, the one to keep longest first; they are given the best first."""
    turns = _Turns(candidates, topics)
    while some := turns.round(capped=True) or turns.round(capped=False):
        turns.take(some)
    return turns.taken


def most_of_one(chosen: int) -> int:
    """How many of so many may be of one organization, while things of others are waiting."""
    return max(LEAST_OF_ONE, -(-chosen // PART_OF_ONE))


class _Turns:
    """What is taken, and what is waiting."""

    def __init__(self, candidates: Sequence[Candidate], topics: Sequence[str]) -> None:
        self.candidates = candidates
        self.topics = list(dict.fromkeys(topics))
        self.waiting = {
            topic: [number for number, one in enumerate(candidates) if topic in one.topics]
            for topic in self.topics
        }
        self.taken: list[Taken] = []
        self._of_one: Counter[str] = Counter()
        self._of_topic: Counter[str] = Counter()

    def round(self, *, capped: bool) -> list[Taken]:
        """One thing for each topic, for as many topics as can have one."""
        round_ = _Round(self, capped=capped)
        for topic in self.topics:
            # a topic that has nothing yet comes before the others' turn
            if not round_.find(topic) and capped and not self._of_topic[topic]:
                round_.find(topic, capped=False)
        return round_.in_order()

    def take(self, some: Sequence[Taken]) -> None:
        gone = {one.number for one in some}
        for topic, numbers in self.waiting.items():
            self.waiting[topic] = [number for number in numbers if number not in gone]
        for one in some:
            self._of_one[self.candidates[one.number].organization] += 1
            self._of_topic[one.topic] += 1
        self.taken += some

    def of_one(self, number: int) -> int:
        """How many things of the organization of this one are taken; 0 of nobody's."""
        organization = self.candidates[number].organization
        return self._of_one[organization] if organization else 0


class _Round:
    """Who gets what in a round. What one topic found goes to another that has nothing else, if it can."""

    def __init__(self, turns: _Turns, *, capped: bool) -> None:
        self._turns = turns
        self._capped = capped
        self._holder: dict[int, str] = {}
        self._of_one: Counter[str] = Counter()

    def find(self, topic: str, *, capped: bool | None = None) -> bool:
        """Find something for a topic; whether there was anything."""
        return self._find(topic, set(), self._capped if capped is None else capped)

    def in_order(self) -> list[Taken]:
        of_topic = {topic: number for number, topic in self._holder.items()}
        found = [Taken(of_topic[topic], topic) for topic in self._turns.topics if topic in of_topic]
        return sorted(found, key=lambda one: self._turns.candidates[one.number].doubt)

    def _find(self, topic: str, asked: set[int], capped: bool) -> bool:
        free = next((number for number in self._free(topic, capped=capped)), None)
        if free is not None:
            self._holder[free] = topic
            self._of_one[self._turns.candidates[free].organization] += 1
            return True
        for number in self._turns.waiting[topic]:
            if number in self._holder and number not in asked:
                asked.add(number)
                if self._find(self._holder[number], asked, capped):
                    self._holder[number] = topic
                    return True
        return False

    def _free(self, topic: str, *, capped: bool) -> Iterator[int]:
        chosen = len(self._turns.taken) + len(self._holder) + 1
        for number in self._turns.waiting[topic]:
            if number in self._holder:
                continue
            organization = self._turns.candidates[number].organization
            has = self._turns.of_one(number) + (self._of_one[organization] if organization else 0)
            if not capped or has < most_of_one(chosen):
                yield number
