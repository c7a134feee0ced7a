"""Which step comes next: the one place that decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubfinder.referrals.form.fields import Answers, Step
from hubfinder.referrals.form.safe_steps import SAFE_STEPS
from hubfinder.referrals.form.sharing_step import is_professional
from hubfinder.referrals.form.steps import OF_KEY, STEPS

DONE = "done"
"""Among the answers: the steps that were sent, so that one without an answer is not asked again."""
KEPT = frozenset({"service", "language"})
"""Answers that no step asks for."""
AGREED = ("contact_ok", "share_with", "share_what")
"""Answers by which somebody agrees to something."""
NOTED = "sender"
"""Among the answers: for which organization somebody signed in asks; no step asks for it, so it is not sent
with them.
"""
CHECK = "check"
"""Where the way ends: everything once more, then it is sent."""


def steps_of(answers: Answers) -> tuple[Step, ...]:
    """The steps that these answers lead through, in the words for whoever asks."""
    return tuple(step.worded(answers) for step in STEPS if step.applies(answers))


def step_of(answers: Answers, key: str) -> Step | None:
    """A step, if the answers lead through it, in the words for whoever asks."""
    step = OF_KEY.get(key)
    return step.worded(answers) if step and step.applies(answers) else None


def next_key(answers: Answers) -> str:
    """The first step that is not finished; ``check`` where all are."""
    return next((step.key for step in steps_of(answers) if not is_finished(step, answers)), CHECK)


def is_finished(step: Step, answers: Answers) -> bool:
    """Whether it was sent, and lacks nothing, whatever was answered elsewhere since."""
    return step.key in done_in(answers) and not any(
        one.missing and not answers.get(one.name) and one.is_needed(answers) for one in step.asked(answers)
    )


def key_before(answers: Answers, key: str) -> str:
    """The step before another, for the link back; empty for the first."""
    keys = [step.key for step in steps_of(answers)]
    at = len(keys) if key == CHECK else keys.index(key) if key in keys else 0
    return keys[at - 1] if at else ""


def done_in(answers: Answers) -> frozenset[str]:
    return frozenset(answers.get(DONE) or ())


def note(answers: dict[str, Any], step: Step, values: Mapping[str, Any]) -> None:
    """Put what a step was told among the answers; what it no longer says is taken out.

    Where somebody else asks now, what they are asked in other words is asked again.
    """
    before = dict(answers)
    for name in step.names:
        if values.get(name):
            answers[name] = values[name]
        else:
            answers.pop(name, None)
    is_done(answers, step.key)
    if before.get("who") and step.key == "who":
        _ask_anew(answers, before)


def _ask_anew(answers: dict[str, Any], before: Answers) -> None:
    """Steps that now ask something else, or of somebody else, are not finished any more.

    Whoever works with a family has not agreed to anything as the family, nor the other way round: those
    answers go, and what is safe is looked at once more.
    """
    again = {step.key for step in STEPS if _questions(step, before) != _questions(step, answers)}
    if is_professional(before) != is_professional(answers):
        again |= {step.key for step in SAFE_STEPS}
        for name in AGREED:
            answers.pop(name, None)
    if is_professional(answers) and answers.get("people"):
        people = answers["people"]
        answers["people"] = [{key: one[key] for key in one if key != "is_asking"} for one in people]
    answers[DONE] = sorted(done_in(answers) - again)


def _questions(step: Step, answers: Answers) -> list[tuple[str, str, list[str]]]:
    """What a step asks: by name, in which words, and what can be chosen."""
    return [
        (one.name, str(one.label), [str(words) for words in (one.options or {}).values()])
        for one in step.asked(answers)
        if step.applies(answers)
    ]


def is_done(answers: dict[str, Any], key: str) -> None:
    answers[DONE] = sorted(done_in(answers) | {key})


def said(answers: Answers) -> dict[str, Any]:
    """What is sent: only the answers of steps that still apply.

    Somebody who takes back that a number may be rung has not said that number any more.
    """
    wanted = KEPT.union(one.name for step in steps_of(answers) for one in step.asked(answers))
    return {name: value for name, value in answers.items() if name in wanted}


def titles_of(names: Iterable[str]) -> list[str]:
    """The steps that ask for these answers, by their titles: how it is said which were changed."""
    wanted = frozenset(names)
    return [str(step.title) for step in STEPS if step.names & wanted]
