"""Putting a request right for a family that asks staff to: what they say is kept as a new version.

The questions are those of the form, and what the form refuses is refused here. What they agree to is not
among them: only whoever holds the code changes that; but where not all of the family know after all, nothing
was agreed to. A new number or address counts as not safe until the family says that it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.agreements import is_agreed_otherwise, take_what_is_not_agreed
from hubfinder.referrals.answers import Answers, told
from hubfinder.referrals.consents import consents_of
from hubfinder.referrals.correcting import changed_fields, seal_anew
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.form.fields import Step
from hubfinder.referrals.form.journey import step_of
from hubfinder.referrals.form.safe_steps import SAFE_STEPS
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.referrals.news import lives_elsewhere, tell_of_correction
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.parts import Part, keep_safe
from hubfinder.referrals.points import due_by
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.routing import Route, seen_from, urgency_of
from hubfinder.referrals.states import OPEN
from hubfinder.referrals.vocab import EventKind, Urgency
from hubfinder.vault.keys import Keyring

HOME = "home"
REACH = Step(
    "reach",
    SAFE_STEPS[0].title,
    tuple(
        replace(field, missing=None)
        for step in SAFE_STEPS
        for field in step.fields
        if field.name in ("telephone", "email", "letter_address", "letter_postcode")
    ),
)
"""The numbers and addresses alone: what is safe only the family says."""
KEYS = ("danger", "professional", "people", HOME, "language", "helpers", "story", "needs", "child")
"""Steps of the form that staff go through for a family."""
SAFETY = {
    "telephone": ("call", "text", "voicemail", "say_who", "when", "ask_for"),
    "email": ("write", "say_who"),
    "letter_address": ("write", "say_who"),
}
"""What somebody said of a way to reach them: it holds for that number or address alone."""


@dataclass(frozen=True, slots=True)
class Righting:
    """What is put right, and why."""

    answers: Answers
    """All of them, as they are from now on."""
    reason: str
    opening: Opening
    """When the front door that has it is open."""
    route: Route | None = None
    """Where it would go as they live now: staff see it, and move it."""


def steps_for(answers: Answers) -> list[Step]:
    """The steps that can be put right of these answers, in the order of the form."""
    asked = [found for key in KEYS if (found := step_of(answers, key))]
    return [*asked, REACH]


def row_step(answers: Answers, which: str) -> Step:
    """The questions about one of the people or helpers: whoever works with a family is none of it."""
    step = ROWS[which]
    if answers.get("who") != "professional":
        return step
    return replace(step, fields=tuple(field for field in step.fields if field.name != "is_asking"))


def rows_in(answers: Answers, which: str) -> list[dict[str, Any]]:
    """The people, or the helpers."""
    rows = answers.get(which)
    return [dict(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []


def with_values(before: Answers, step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with those of a step; of a number or address that is another it is not known any more
    whether it is safe.
    """
    answers = dict(before)
    for name in step.names:
        if values.get(name):
            answers[name] = values[name]
        else:
            answers.pop(name, None)
    if step is REACH:
        for name, safe in SAFETY.items():
            if (answers.get(name) or "") != (before.get(name) or ""):
                prefix = name.partition("_")[0]
                for one in safe:
                    answers.pop(f"{prefix}_{one}", None)
    return answers


def with_row(before: Answers, step: Step, at: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the row at this place as it is from now on; behind the last it is a new one, whose
    ``id`` is among ``values``.
    """
    rows = rows_in(before, step.key)
    old = rows[at] if at < len(rows) else {}
    row = {name: value for name, value in old.items() if name not in step.names}
    row |= {name: value for name, value in values.items() if value and name not in row}
    return {**before, step.key: [*rows[:at], row, *rows[at + 1 :]][:MOST_ROWS]}


def without_row(before: Answers, which: str, at: int) -> dict[str, Any]:
    """The answers without this row."""
    rows = rows_in(before, which)
    return {**before, which: [*rows[:at], *rows[at + 1 :]]}


def put_right(session: Session, ring: Keyring, actor: Actor, one: Opened, righting: Righting) -> list[str]:
    """Keep it; names of the answers that are another now, none where nothing is.

    Who has it stays, unless that rested on an agreement that nobody could give. Where somebody is in danger
    after all, or lives where another team may be right for them, the team that has it is told, and looks
    within the time for that.

    The caller has begun, has the row locked (``parts.take_together`` first), and commits.
    """
    row = one.row
    fields = changed_fields(one.answers, righting.answers)
    if not fields:
        return []
    route = seen_from(row.council_code, righting.route) if righting.route else None
    seal_anew(session, ring, one, righting.answers, route)
    facts: dict[str, Any] = {"fields": fields, "version": row.version}
    facts |= _agreed(session, actor, one, righting)
    news = lives_elsewhere(one, righting.opening, route) | _more_urgent(one, righting)
    facts |= {**news, **keep_safe(Part(session, ring, righting.opening, row), righting.answers)}
    touched(row, utc_now())
    event = note_event(session, row, one.box, actor, Said(EventKind.CORRECTED, "", facts, is_for_family=True))
    tell_of_correction(session, row, fields, righting.opening)
    if news:
        tell_team(session, row, Wanted("team_danger" if "danger" in news else "team_added", event.nonce))
    subject = Subject("request", row.reference, row.council_code)
    record(session, actor, "request.corrected", subject, righting.reason, facts)
    return fields


def _agreed(session: Session, actor: Actor, one: Opened, righting: Righting) -> dict[str, object]:
    """Where a professional could not agree for the family after all, or could: it is kept with the time, and
    taken from whoever has it by that. Facts of it.
    """
    now = told(righting.answers)
    if not is_agreed_otherwise(one.told, now):
        return {}
    session.add_all(consents_of(one.row.id, now))
    return take_what_is_not_agreed(session, actor, one, now, righting.opening)


def _more_urgent(one: Opened, righting: Righting) -> dict[str, object]:
    """Where it is more urgent after all it comes before others, with the clock for that; never the other way
    round: that a person decides. Facts of it.
    """
    row, urgency = one.row, urgency_of(told(righting.answers))
    if urgency.rank >= row.urgency_rank or urgency is urgency_of(one.told):
        return {}
    row.urgency, row.urgency_rank = urgency, urgency.rank
    if row.state in OPEN:
        due_by(row, righting.opening.look(utc_now(), urgency))
    return {"danger": True} if urgency is Urgency.DANGER else {"urgency": urgency.value}
