"""Putting a request right for a family that asks staff to: on paper, by telephone, at a hub.

First all that they told us, step by step; then the questions of one step, as the form asks them, and why.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.answers import Answers, told
from hubfinder.referrals.correcting import changed_fields
from hubfinder.referrals.form.fields import Step
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.referrals.parts import take_together
from hubfinder.referrals.reading import ChangedMeanwhile, Opened, locked, opened
from hubfinder.referrals.rights import MAY, find, note_opened
from hubfinder.referrals.routing import Route, route
from hubfinder.referrals.staff_correcting import (
    HOME,
    Righting,
    put_right,
    row_step,
    rows_in,
    steps_for,
    with_row,
    with_values,
    without_row,
)
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.answers_shown import FieldView, fields_of, need_names, parts_of, rows_of
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import ask_again, asked_reason, is_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import pages
from hubfinder.web.triage.looking import is_fetched_ahead, opening
from hubfinder.web.triage.not_lost import needs_fresh_and_keeps, nothing_is_lost, too_long
from hubfinder.web.triage.rights import ADDRESS, known, number

NEW = "new"
"""In the place of the number of a row: one more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is put right on one page."""

    step: Step
    at: int | None = None
    """Place of one of the people or helpers; the first free one for one more. None: all of a step."""
    is_new: bool = False
    can_go: bool = False
    """It can be taken off the list."""


@staff_page(pages, ADDRESS + "/correct", *MAY)
@needs_fresh_and_keeps
def correct_request(reference: str) -> ResponseReturnValue:
    """What they told us, to choose what is wrong."""
    if is_fetched_ahead():
        return Response(status=503)  # browsers throw that away, and ask again once somebody looks
    one = _found(reference)
    if request.method == "HEAD":
        return Response()
    row, answers = one.row, one.answers
    parts = [
        (part, rows_of(part.key, rows_in(answers, part.key)) if part.key in ROWS else ())
        for part in parts_of(steps_for(answers), answers)
    ]
    note_opened(vault(), actor(), row)
    vault().commit()
    return render_template("triage/correct.html", row=row, parts=parts, most=MOST_ROWS)


@staff_page(pages, ADDRESS + "/correct/<step>", *MAY, methods=("GET", "POST"))
@needs_fresh_and_keeps
def correct_step(reference: str, step: str) -> ResponseReturnValue:
    """The questions of one step."""
    return _correct(reference, step)


@staff_page(pages, ADDRESS + "/correct/<any(people, helpers):step>/<at>", *MAY, methods=("GET", "POST"))
@needs_fresh_and_keeps
def correct_row(reference: str, step: str, at: str) -> ResponseReturnValue:
    """One of the people of the family, or of those who help already."""
    return _correct(reference, step, at)


def _correct(reference: str, step: str, at: str = "") -> ResponseReturnValue:
    if is_fetched_ahead():
        return Response(status=503)
    one = _found(reference)
    asked = _asked(one.answers, step, at)
    if request.method != "POST":
        return (
            Response() if request.method == "HEAD" else _page(one, asked, Reading(_now(one.answers, asked)))
        )
    reason, errors = asked_reason()
    found = _read(one.answers, asked)
    answers = _answers(one.answers, asked, found)
    if answers is not None and not changed_fields(one.answers, answers):
        errors["do"] = gettext("Nothing is different. Change what is wrong.")
    try:
        take_together(vault(), one.row.id)
        locked(vault(), one.row, number("revision"))
    except ChangedMeanwhile:
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if answers is None or errors:
        return _page(one, asked, found, reason, errors), 400
    hours = opening(one.row.council_code)
    put_right(vault(), keys(), actor(), one, Righting(answers, reason, hours, _route(asked, answers)))
    vault().commit()
    return redirect(url_for("triage.rights", reference=reference, done="corrected"), 303)


def _found(reference: str) -> Opened:
    """The request, about to be changed; the directory is asked first."""
    begin_reading(db.session)
    begin_writing(vault())
    return opened(keys(), existing(find(vault(), actor(), known(reference))))


def _asked(answers: Answers, key: str, at: str) -> Asked:
    """What an address means.

    Raises:
        NotFound: nothing that can be put right.
    """
    step = next((one for one in steps_for(answers) if one.key == key), None)
    if step is None or (key in ROWS) != bool(at):
        raise NotFound
    if not at:
        return Asked(step)
    there = len(rows_in(answers, key))
    is_new = at == NEW
    place = there if is_new else int(at) if at.isascii() and at.isdigit() and len(at) < 4 else there
    if place >= (MOST_ROWS if is_new else there):
        raise NotFound
    can_go = not is_new and (there > 1 or key != "people")
    return Asked(row_step(answers, key), place, is_new, can_go)


def _now(answers: Answers, asked: Asked) -> dict[str, Any]:
    if asked.at is None:
        return dict(answers)
    return {} if asked.is_new else rows_in(answers, asked.step.key)[asked.at]


def _read(answers: Answers, asked: Asked) -> Reading:
    typed = request.form.to_dict(flat=False)
    return read(asked.step, typed, answers if asked.at is None else {}, list(need_names()))


def _answers(before: Answers, asked: Asked, found: Reading) -> dict[str, Any] | None:
    """The answers as they are from now on; none where something is wrong with what was typed."""
    if asked.can_go and asked.at is not None and request.form.get("remove") == "yes":
        return without_row(before, asked.step.key, asked.at)
    if found.errors:
        return None
    if asked.at is None:
        return with_values(before, asked.step, found.values)
    new = {"id": secrets.token_hex(4)} if asked.is_new else {}
    return with_row(before, asked.step, asked.at, {**found.values, **new})


def _route(asked: Asked, answers: Answers) -> Route | None:
    """Where it would go, as they live somewhere else now."""
    if asked.step.key != HOME:
        return None
    return route(db.session, current_app.extensions["places"], told(answers), settings().council_code)


def _page(
    one: Opened, asked: Asked, found: Reading, reason: str = "", errors: dict[str, str] | None = None
) -> str:
    """That it was opened is written down before it is shown."""
    answers = one.answers if asked.at is None else {}
    fields = _fields(fields_of(asked.step, found.values, found.errors, answers))
    row = one.row
    note_opened(vault(), actor(), row)
    vault().commit()
    return render_template(
        "triage/correct_step.html",
        row=row,
        step=asked.step,
        fields=fields,
        can_go=asked.can_go,
        goes=request.form.get("remove") == "yes",
        reason=reason,
        errors={**found.errors, **(errors or {})},
    )


def _fields(fields: Sequence[FieldView]) -> list[FieldView]:
    """As staff see them: under a heading of their own, and never filled in with what is known of staff."""
    return [replace(one, is_heading=False, autocomplete="off") for one in fields]


def _stale() -> ResponseReturnValue:
    if not is_fresh():
        return ask_again()
    values = request.view_args or {}
    one = _found(str(values.get("reference", "")))
    asked = _asked(one.answers, str(values.get("step", "")), str(values.get("at", "")))
    found = _read(one.answers, asked)
    return _page(one, asked, found, asked_reason()[0], {"do": too_long()}), 400


nothing_is_lost(_stale, "correct_step", "correct_row")
