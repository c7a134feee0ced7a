"""One of the people in the family, or of those who help already: each has a page, and none needs a script."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from hubfinder.display.words import gettext
from hubfinder.referrals.form import journey
from hubfinder.referrals.form.fields import Step
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.desk import FormGone
from hubfinder.web.front_door.start import redirect_to
from hubfinder.web.front_door.steps import around, onward, to_the_beginning
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.answers_shown import fields_of

NEW = "new"
_ID = re.compile(r"[0-9a-f]{8}")


@desk.own_token
@family_page(pages, "/ask/<any(people, helpers):which>/<id_>", methods=("GET", "POST"))
def row(which: str, id_: str) -> ResponseReturnValue:
    """A new one is sent to an address of its own, so that a form sent twice adds nobody twice."""
    form = desk.unsent()
    if form is None:
        return to_the_beginning() if _keeps_cookie(id_) else (_without_cookie(which, id_), 400)
    rows = form.answers.get(which) or []
    there = next((one for one in rows if one.get("id") == id_), None)
    if request.method == "POST":
        desk.from_here()
        return _answered(which, id_, form.answers) if _ID.fullmatch(id_) else onward(form.answers)
    if there is None and (id_ != NEW or len(rows) >= MOST_ROWS):
        return redirect_to(which)
    return _page(which, id_ if there else secrets.token_hex(4), Reading(dict(there or {})))


def _keeps_cookie(id_: str) -> bool:
    """False where a page that was shown with a cookie is sent without one."""
    return bool(desk.number() or request.method != "POST" or not _ID.fullmatch(id_))


def _without_cookie(which: str, id_: str) -> str:
    """The page with all that was typed, and why it goes no further."""
    desk.from_here()
    found = read(ROWS[which], request.form.to_dict(flat=False), {})
    found.errors = {ROWS[which].fields[0].name: desk.no_cookie(), **found.errors}
    return _page(which, id_, found)


def _answered(which: str, id_: str, answers: Mapping[str, Any]) -> ResponseReturnValue:
    asked = _asked(which, answers)
    found = read(asked, request.form.to_dict(flat=False), {})
    if not desk.is_token_right():
        found.errors[asked.fields[0].name] = gettext(
            "This page was open for a long time. Press “Continue” once more."
        )
    if found.errors:
        return _page(which, id_, found), 400
    told = {"id": id_, **{name: value for name, value in found.values.items() if value}}

    def put(now: dict[str, Any]) -> None:
        rows = list(now.get(which) or [])
        at = next((at for at, one in enumerate(rows) if one.get("id") == id_), len(rows))
        now[which] = [*rows[:at], told, *rows[at + 1 :]][:MOST_ROWS]

    try:
        desk.change(put)
    except FormGone:
        return to_the_beginning()
    except OperationalError as error:
        desk.note_busy(error)
        found.errors[asked.fields[0].name] = desk.busy()
        return _page(which, id_, found), 503
    return redirect_to(which)


def _asked(which: str, answers: Mapping[str, Any]) -> Step:
    """Its questions: whoever works with a family is none of it."""
    step = ROWS[which]
    if answers.get("who") != "professional":
        return step
    return Step(step.key, step.title, tuple(one for one in step.fields if one.name != "is_asking"))


def _page(which: str, id_: str, found: Reading) -> str:
    form = desk.unsent()
    answers = form.answers if form else {}
    asked = _asked(which, answers)
    has_some = bool(answers.get(which)) or which != "people"
    return render_template(
        "front_door/row.html",
        step=asked,
        which=which,
        id=id_,
        fields=fields_of(asked, found.values, found.errors),
        errors=found.errors,
        before=which if has_some else journey.key_before(answers, which),
        **around(form, answers),
    )
