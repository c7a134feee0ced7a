"""Going on later or elsewhere: a code that is noted down, and more time for whoever needs it."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.display.words import gettext
from hubfinder.referrals import drafts, lookups
from hubfinder.referrals.codes import read_code, spaced_code
from hubfinder.referrals.drafts import OpenDraft
from hubfinder.referrals.form.journey import next_key
from hubfinder.referrals.lookups import TooManyLookups, Try
from hubfinder.sheets.budget import network_of
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.desk import FormGone
from hubfinder.web.front_door.start import redirect_to
from hubfinder.web.front_door.steps import around, to_the_beginning
from hubfinder.web.shared.access import family_page, public_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys


@desk.own_token
@family_page(pages, "/ask/keep", methods=("GET", "POST"))
def keep() -> ResponseReturnValue:
    """A code is shown once; whoever asks again gets another, and the one before ends."""
    form = desk.unsent()
    if form is None:
        return to_the_beginning()
    if request.method != "POST":
        return _keep_page(form)
    desk.from_here()
    if not desk.is_token_right():
        return redirect(url_for("front_door.keep"), 303)
    try:
        form, code = _with_code()
    except FormGone:
        return to_the_beginning()
    return _keep_page(form, code)


def _with_code() -> tuple[OpenDraft, str]:
    form = desk.change(lambda _answers: None)
    session = desk.writing()
    form = drafts.of_browser(session, keys(), desk.number()) or form
    code = drafts.give_code(session, keys(), form)
    drafts.save(session, form, lambda _answers: None, desk.lasts(has_code=True))
    session.commit()
    return form, code


def _keep_page(form: OpenDraft, code: str = "") -> str:
    return render_template(
        "front_door/keep.html",
        code=spaced_code(code),
        days=settings().form_kept_days,
        **around(form, form.answers),
    )


@desk.own_token
@family_page(pages, "/ask/continue", methods=("GET", "POST"))
def go_on() -> ResponseReturnValue:
    """With the code, on any telephone. Wrong ones are counted before anything is looked up."""
    if request.method != "POST":
        return _code_page()
    desk.from_here()
    code = read_code(request.form.get("code", ""))
    if not desk.is_first_token_right():
        return _code_page(gettext("This page was open for a long time. Press “Continue” once more.")), 400
    if not code:
        return _code_page(gettext("Type the code: 12 letters and numbers")), 400
    return _moved(code)


def _moved(code: str) -> ResponseReturnValue:
    one = Try(network_of(request.remote_addr or ""))
    session = desk.writing()
    try:
        counted = lookups.take(session, keys(), one)
    except TooManyLookups as refused:
        session.rollback()
        answer = make_response(
            _code_page(gettext("Too many codes were wrong. Try again later, or ring us.")), 429
        )
        answer.headers["Retry-After"] = str(refused.seconds)
        return answer
    found = drafts.of_code(session, keys(), code)
    if found is None or found.receipt is not None:
        session.commit()
        why = gettext("We have no answers under this code. Check it, or begin again.")
        return _code_page(why), 404
    lookups.forgive(session, counted)
    token = drafts.move_to_browser(session, keys(), found)
    answers: dict[str, Any] = dict(found.answers)
    session.commit()
    return desk.hold(redirect_to(next_key(answers), is_new=True), token)


def _code_page(error: str = "") -> str:
    errors = {"code": error} if error else {}
    return render_template("front_door/continue.html", errors=errors, token=desk.first_token())


@desk.own_token
@public_page(pages, "/ask/stay", translated=False, methods=("POST",))
def stay() -> ResponseReturnValue:
    """More time: the answers last as long again. The script asks without leaving the page."""
    desk.from_here()
    if not desk.is_token_right():
        return to_the_beginning()
    try:
        form = desk.change(lambda _answers: None)
    except FormGone:
        return to_the_beginning()
    has_code = form.row.code_digest is not None
    return {"seconds": int(desk.lasts(has_code=has_code).total_seconds())}
