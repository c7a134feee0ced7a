"""Putting right what was told: the same questions as in the form, sealed anew when they are sent."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.display.words import gettext
from hubfinder.referrals.answers import told
from hubfinder.referrals.family import Change, ChangedMeanwhile, TooOften, WrongState, correct
from hubfinder.referrals.form.fields import Step
from hubfinder.referrals.form.journey import step_of, steps_of
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.safe_steps import SAFE_STEPS
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.referrals.holding import reads_answers
from hubfinder.referrals.reading import Opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.visits import Visit
from hubfinder.web.front_door import visits
from hubfinder.web.front_door.visits import around, looked_at, request_page, to_the_request, why_not
from hubfinder.web.front_door.where import route_of
from hubfinder.web.shared.answers_shown import Part, fields_of, parts_of, rows_of
from hubfinder.web.shared.vault import vault

WAYS = tuple(step for step in SAFE_STEPS if step.key != "contact")
"""How to get in touch, one step for each way."""
HOME = "home"
CHANGED = frozenset({"people", HOME, "helpers", "language", "sharing", *(step.key for step in SAFE_STEPS)})
"""Steps that a family can go through again. What is happening they tell us in words: it is not shown on the
page, where somebody else may read it. Nor is where they live, which is asked anew.
"""
NEW = "new"
_ID = re.compile(r"[0-9a-f]{8}")
Answers = dict[str, Any]


def parts_to_change(one: Opened) -> list[Part]:
    """What was told, as far as it can be put right here, step by step."""
    answers = answers_in(one)
    parts = parts_of([step for step in steps_of(answers) if step.key in CHANGED], answers)
    return [replace(part, lines=()) if part.key == HOME else part for part in parts]


def answers_in(one: Opened) -> Answers:
    """The answers; of one that never said which ways they want, those of which they said something."""
    answers = dict(one.answers)
    if not answers.get("ways"):
        answers["ways"] = [step.key for step in WAYS if any(answers.get(name) for name in step.names)]
    return answers


@request_page("/change/<step>", methods=("GET", "POST"))
def follow_change(visit: Visit, step: str) -> ResponseReturnValue:
    """One step of the form once more."""
    one = looked_at(visit)
    asked = _asked(one, step)
    if asked.key in ROWS:
        return _rows(visit, one, asked)
    if request.method != "POST":
        return _page(visit, one, asked, Reading({} if asked.key == HOME else answers_in(one)))
    found = read(asked, request.form.to_dict(flat=False), answers_in(one))
    if found.errors:
        return _page(visit, one, asked, found), 400

    def put(answers: Answers) -> Answers:
        return _noted(answers, asked, found.values)

    why = _corrected(visit, put, _route(one, put) if asked.key == HOME else None)
    if why:
        found.errors[asked.fields[0].name] = why
        return _page(visit, looked_at(visit), asked, found), 409
    return _onward(visit, asked)


@request_page("/change/<any(people, helpers):which>/<id_>", methods=("GET", "POST"))
def follow_change_row(visit: Visit, which: str, id_: str) -> ResponseReturnValue:
    """One of the people of the family, or of those who help already."""
    one = looked_at(visit)
    _asked(one, which)
    rows = one.answers.get(which) or []
    there = next((row for row in rows if row.get("id") == id_), None)
    if request.method != "POST":
        if there is None and (id_ != NEW or len(rows) >= MOST_ROWS):
            raise NotFound
        return _row_page(
            visit, one, which, id_ if there else secrets.token_hex(4), Reading(dict(there or {}))
        )
    if there is None and (not _ID.fullmatch(id_) or len(rows) >= MOST_ROWS):
        raise NotFound
    found = read(_row_step(one, which), request.form.to_dict(flat=False), {})
    if not found.errors:
        told = {"id": id_, **{name: value for name, value in found.values.items() if value}}
        why = _corrected(visit, _putting(which, told))
        if not why:
            return redirect(url_for("front_door.follow_change", reference=visit.reference, step=which), 303)
        found.errors[_row_step(one, which).fields[0].name] = why
    return _row_page(visit, one, which, id_, found), 400


def _asked(one: Opened, key: str) -> Step:
    """A step that can be put right, and applies to what they told us.

    Raises:
        NotFound: it is none of these.
    """
    found = step_of(answers_in(one), key) if key in CHANGED else None
    if found is None or not reads_answers(vault(), one.row.id, one.told):
        raise NotFound
    return found


def _rows(visit: Visit, one: Opened, asked: Step) -> ResponseReturnValue:
    """The people, or the helpers: one line each. Taking one off the list is done here."""
    gone, status = request.form.get("remove", ""), 200
    errors: dict[str, str] = {}
    if request.method == "POST" and gone:
        why = _corrected(visit, _without(asked.key, gone))
        if not why:
            return redirect(
                url_for("front_door.follow_change", reference=visit.reference, step=asked.key), 303
            )
        errors, status = {asked.key: why}, 409
        one = looked_at(visit)
    rows = one.answers.get(asked.key) or []
    page = render_template(
        "front_door/follow_rows.html",
        step=asked,
        rows=rows_of(asked.key, rows),
        can_add=len(rows) < MOST_ROWS,
        can_remove=len(rows) > 1 or asked.key != "people",
        errors=errors,
        version=one.row.version,
        **around(visit),
    )
    return page, status


def _page(visit: Visit, one: Opened, asked: Step, found: Reading) -> str:
    return render_template(
        "front_door/follow_change.html",
        step=asked,
        fields=fields_of(asked, found.values, found.errors, answers_in(one)),
        errors=found.errors,
        version=one.row.version,
        **around(visit),
    )


def _row_page(visit: Visit, one: Opened, which: str, id_: str, found: Reading) -> str:
    asked = _row_step(one, which)
    return render_template(
        "front_door/follow_change.html",
        step=asked,
        fields=fields_of(asked, found.values, found.errors),
        errors=found.errors,
        version=one.row.version,
        action=url_for("front_door.follow_change_row", reference=visit.reference, which=which, id_=id_),
        **around(visit),
    )


def _row_step(one: Opened, which: str) -> Step:
    """Its questions: whoever works with a family is none of it."""
    step = ROWS[which]
    if one.answers.get("who") != "professional":
        return step
    return Step(step.key, step.title, tuple(field for field in step.fields if field.name != "is_asking"))


def _route(one: Opened, change: Change) -> Route:
    """Where it would go, as they live somewhere else now; the directory is asked before anybody waits."""
    return route_of(told(change(dict(one.answers))))


def _corrected(visit: Visit, change: Change, route: Route | None = None) -> str:
    """Put it right; why that was not possible, else nothing."""
    version = request.form.get("version", "")
    try:
        hand = visits.hand(visit)
        correct(hand, change, int(version) if version.isdecimal() and len(version) < 10 else 0, route)
        hand.session.commit()
    except ChangedMeanwhile:
        vault().rollback()
        return gettext("This was changed in another window. Check it, then send it once more.")
    except (TooOften, WrongState) as refused:
        vault().rollback()
        return why_not(refused)
    return ""


def _noted(answers: Answers, asked: Step, values: Mapping[str, Any]) -> Answers:
    """The answers with those of a step; of a way that is not wanted any more nothing is kept."""
    _put(answers, {name: values.get(name) for name in asked.names})
    if asked.key == "contact":
        for way in WAYS:
            if not way.applies(answers):
                _put(answers, dict.fromkeys(way.names))
    return answers


def _put(answers: Answers, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value:
            answers[name] = value
        else:
            answers.pop(name, None)


def _putting(which: str, told: Mapping[str, Any]) -> Callable[[Answers], Answers]:
    """Put one of the rows in its place, or at the end."""

    def put(answers: Answers) -> Answers:
        rows = list(answers.get(which) or [])
        at = next((at for at, row in enumerate(rows) if row.get("id") == told["id"]), len(rows))
        answers[which] = [*rows[:at], dict(told), *rows[at + 1 :]][:MOST_ROWS]
        return answers

    return put


def _without(which: str, id_: str) -> Callable[[Answers], Answers]:
    """Take one off the list; of the people one stays."""

    def take_off(answers: Answers) -> Answers:
        left = [row for row in answers.get(which) or [] if row.get("id") != id_]
        if left or which != "people":
            answers[which] = left
        return answers

    return take_off


def _onward(visit: Visit, asked: Step) -> ResponseReturnValue:
    """After the ways to get in touch to the first of them of which we know nothing yet; else back."""
    if any(asked.key == step.key for step in SAFE_STEPS):
        answers = answers_in(looked_at(visit))
        missing = next(
            (way for way in WAYS if way.applies(answers) and not answers.get(way.fields[0].name)), None
        )
        if missing:
            return redirect(
                url_for("front_door.follow_change", reference=visit.reference, step=missing.key), 303
            )
    return to_the_request(visit, "changed")
