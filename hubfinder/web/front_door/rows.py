"""One of the people in the family, or of those who help already: each has a page, and none needs a script."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from hubfinder.display.words import gettext
from hubfinder.referrals.drafts import OpenDraft
from hubfinder.referrals.form import journey
from hubfinder.referrals.form.fields import Step
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.desk import FormGone, OtherWindow
from hubfinder.web.front_door.start import redirect_to
from hubfinder.web.front_door.steps import around, begun_anew, onward, to_the_beginning, with_error
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.answers_shown import fields_of, others_of

NEW = "new"
_ID = re.compile(r"[0-9a-f]{8}")


class ListFull(Exception):
    """Another window has filled the list meanwhile."""


@desk.own_token
@family_page(pages, "/ask/<any(people, helpers):which>/<id_>", methods=("GET", "POST"))
def row(which: str, id_: str) -> ResponseReturnValue:
    """A new one is sent to an address of its own, so that a form sent twice adds nobody twice."""
    form = desk.my_form()
    if form and form.receipt:
        return redirect(url_for("front_door.sent"), 303)
    answers = form.answers if form else {}
    if request.method == "POST":
        desk.from_here()
        return _answered(which, id_, answers) if _ID.fullmatch(id_) else onward(answers)
    if form is None:
        return to_the_beginning()
    there = _there(answers, which, id_)
    if not there and (id_ != NEW or len(answers.get(which) or ()) >= MOST_ROWS):
        return redirect_to(which)
    return _page(which, id_ if there else secrets.token_hex(4), form, Reading(dict(there)))


def _there(answers: Mapping[str, Any], which: str, id_: str) -> Mapping[str, Any]:
    """One of the list as it is now; empty where it is not there."""
    return next((one for one in answers.get(which) or () if one.get("id") == id_), {})


def _answered(which: str, id_: str, answers: Mapping[str, Any]) -> ResponseReturnValue:
    asked = _asked(which, answers)
    found = read(asked, request.form.to_dict(flat=False), {})
    if not desk.number():
        return _again(which, id_, found, desk.no_cookie()), 400
    if not desk.is_token_right():
        return _again(which, id_, found, desk.open_long()), 400
    if found.errors:
        return _again(which, id_, found), 400
    return _noted(which, id_, found)


def _noted(which: str, id_: str, found: Reading) -> ResponseReturnValue:
    """Write it down, unless that would undo unseen what another window has written since."""
    told = {"id": id_, **{name: value for name, value in found.values.items() if value}}

    def put(now: dict[str, Any]) -> None:
        there = _there(now, which, id_)
        if desk.seal_of(there) != request.form.get("was", "") and there != told:
            raise OtherWindow
        rows = list(now.get(which) or [])
        at = rows.index(there) if there else len(rows)
        if at >= MOST_ROWS:
            raise ListFull
        now[which] = [*rows[:at], told, *rows[at + 1 :]]

    try:
        desk.change(put)
    except OtherWindow:
        return _other(which, id_, found), 409
    except ListFull:
        why = gettext("This list is full. You can tell us about more people in your own words.")
        return _again(which, id_, found, why), 409
    except FormGone:
        return begun_anew({which: [told]}, lambda why: _again(which, id_, found, why))
    except OperationalError as error:
        desk.note_busy(error)
        return _again(which, id_, found, desk.busy()), 503
    return redirect_to(which)


def _asked(which: str, answers: Mapping[str, Any]) -> Step:
    """Its questions: whoever works with a family is none of it."""
    step = ROWS[which]
    if answers.get("who") != "professional":
        return step
    return Step(step.key, step.title, tuple(one for one in step.fields if one.name != "is_asking"))


def _again(which: str, id_: str, found: Reading, why: str = "") -> str:
    """The page with all that was typed; it knows no newer answers than it did."""
    if why:
        with_error(ROWS[which], found, why)
    return _page(which, id_, desk.unsent(), found, request.form.get("was", ""))


def _other(which: str, id_: str, found: Reading) -> str:
    """The page with all that was typed, and with what another window has said."""
    with_error(ROWS[which], found, desk.other_window())
    return _page(which, id_, desk.unsent(), found)


def _page(which: str, id_: str, form: OpenDraft | None, found: Reading, was: str | None = None) -> str:
    """The page of one of them. ``was`` is what it was sent with, where it knows no newer answers."""
    answers = form.answers if form else {}
    asked, there = _asked(which, answers), _there(answers, which, id_)
    others = others_of(asked, there, found.values) if was is None else None
    has_some = bool(answers.get(which)) or which != "people"
    return render_template(
        "front_door/row.html",
        step=asked,
        which=which,
        id=id_,
        fields=fields_of(asked, found.values, found.errors, others=others),
        errors=found.errors,
        before=which if has_some else journey.key_before(answers, which),
        was=desk.seal_of(there) if was is None else was,
        **around(form, answers),
    )
