"""The guided route as data, ``seeds/guide.yaml``, and the one router that alone decides what comes next.

Nothing here knows of requests: answers are texts by the key of their step.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from hubfinder.vocab import Circumstance
from hubfinder.yaml_files import ENGLISH, FileRefused, Key, Part, Sentence, Words, read_checked

UNBORN, ANY_AGE, PREGNANT = -1, "any", "pregnant"
Given = Mapping[str, str]
"""Answers by the key of the step."""
Condition = dict[Key, Annotated[tuple[Key, ...], Field(min_length=1)]]


class Choice(Part):
    """One answer, and what it adds to the search; a later answer's words take the place of an earlier's."""

    key: Key
    words: Words
    search: Sentence = ""
    """English search words."""
    needs: tuple[Key, ...] = ()
    age: Annotated[str, Field(pattern=r"^(pregnant|\d|1\d|2[0-5])$")] | None = None
    """In years, or ``pregnant``: then the age need not be asked."""
    circumstances: tuple[Circumstance, ...] = ()
    leads_to: Literal["safety", "talk"] | None = None
    """Out of the route, to the page for people in danger or its part with numbers to ring."""


class Years(Part):
    """Ages to choose from, both included; -1 is a child not yet born."""

    first: int = Field(alias="from", ge=UNBORN, le=25)
    last: int = Field(alias="to", ge=0, le=25)


class Step(Part):
    """One question on one page: choices, ages, or a place to type."""

    key: Key
    question: Words
    hint: Words | None = None
    missing: Words | None = None
    """What is said when there is no answer."""
    when: Condition = Field(default_factory=dict)
    unless: Condition = Field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    ages: Years | None = None
    place: bool = False

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "Step":
        if [bool(self.choices), self.ages is not None, self.place].count(True) != 1:
            raise ValueError("needs one of choices, ages and place")
        keys = [choice.key for choice in self.choices]
        if len(set(keys)) < len(keys):
            raise ValueError("choices: two have the same key")
        if not self.place and self.missing is None:
            raise ValueError("missing: needs a sentence for when there is no answer")
        return self

    def choice(self, value: str) -> Choice | None:
        """The choice of that value."""
        return next((one for one in self.options() if one.key == value), None)

    def options(self) -> tuple[Choice, ...]:
        """The choices; of a step that asks for an age one for each, whose words pages do not show."""
        if self.ages is None:
            return self.choices
        return (
            *(_age(years) for years in range(self.ages.first, self.ages.last + 1)),
            Choice(key=ANY_AGE, words={ENGLISH: "any age"}),
        )

    def takes(self, value: str) -> bool:
        """Whether that is an answer. What is typed as a place is looked at elsewhere."""
        return self.place or self.choice(value) is not None

    def is_asked(self, given: Given) -> bool:
        """Whether it is asked after those answers."""
        return all(given.get(key) in values for key, values in self.when.items()) and not any(
            given.get(key) in values for key, values in self.unless.items()
        )


def _age(years: int) -> Choice:
    value = PREGNANT if years == UNBORN else str(years)
    return Choice(key=value, words={ENGLISH: value}, age=value)


class Journey(Part):
    """Every step, in the order they are asked."""

    steps: Annotated[tuple[Step, ...], Field(min_length=2)]

    @field_validator("steps")
    @classmethod
    def _lead_somewhere(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if steps[0].when or steps[0].unless or not steps[0].choices:
            raise ValueError("the first step must have choices and no conditions")
        if [step.place for step in steps].count(True) != 1 or not steps[-1].place:
            raise ValueError("the last step, and no other, must ask for the place")
        problems = [*_bad_conditions(steps), *_dead_ends(steps[0])]
        if problems:
            raise ValueError("; ".join(problems))
        return steps

    @property
    def first(self) -> Step:
        return self.steps[0]

    def asked(self, given: Given) -> Iterator[Step]:
        """The steps that are asked of somebody who gives those answers, one for each key."""
        seen = set()
        for step in self.steps:
            if step.key not in seen and step.is_asked(given):
                seen.add(step.key)
                yield step

    def step(self, key: str, given: Given) -> Step | None:
        """The step of that key after those answers, if it is asked."""
        return next((step for step in self.asked(given) if step.key == key), None)

    def read(self, arguments: Given) -> dict[str, str]:
        """The answers in an address, each only if its question is asked after those before it."""
        given: dict[str, str] = {}
        seen = set()
        for step in self.steps:
            if step.key in seen or not step.is_asked(given):
                continue
            seen.add(step.key)
            value = arguments.get(step.key)
            if value is not None and step.takes(value) and not (step.place and not value and not given):
                given[step.key] = value
        return given

    def chosen(self, given: Given) -> Iterator[tuple[Step, Choice]]:
        """The choices made, in the order of the steps."""
        for step in self.asked(given):
            choice = step.choice(given.get(step.key, ""))
            if choice:
                yield step, choice


def next_step(journey: Journey, given: Given) -> Step | str | None:
    """The router: the step to ask next, or where to leave for (``safety``, ``talk``); none: show help."""
    for step in journey.asked(given):
        if step.key not in given:
            return step
        choice = step.choice(given[step.key])
        if choice and choice.leads_to:
            return choice.leads_to
    return None


def read_guide(seeds: Path) -> Journey:
    """The route of this instance.

    Raises:
        FileRefused: ``guide.yaml`` cannot be used, with what is wrong in it.
    """
    path = seeds / "guide.yaml"
    journey = read_checked(path, Journey)
    with (seeds / "needs.csv").open(encoding="utf-8", newline="") as file:
        known = {row["key"] for row in csv.DictReader(file)}
    problems = [
        f"{path}: steps[{number}].choices: {choice.key}: there is no need {need}"
        for number, step in enumerate(journey.steps, 1)
        for choice in step.choices
        for need in choice.needs
        if need not in known
    ]
    if problems:
        raise FileRefused(problems)
    return journey


def _bad_conditions(steps: Iterable[Step]) -> Iterator[str]:
    """Conditions on what is asked later, or is no answer to it."""
    known: dict[str, set[str]] = {}
    for step in steps:
        for key, values in (*step.when.items(), *step.unless.items()):
            wrong = sorted(set(values) - known.get(key, set()))
            if wrong:
                yield f"{step.key}: no step before it has {key}: {', '.join(wrong)}"
        known.setdefault(step.key, set()).update(one.key for one in step.options())


def _dead_ends(step: Step) -> Iterator[str]:
    """First answers that would search for nothing at all."""
    for choice in step.choices:
        if not (choice.search or choice.needs or choice.leads_to):
            yield f"{step.key}: {choice.key}: needs one of search, needs and leads_to"
