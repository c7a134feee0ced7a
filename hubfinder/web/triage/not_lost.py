"""Nothing typed is lost: of forms that were open for too long, whose sender was signed out meanwhile, or must
show the second factor again.

Whoever was signed out gets back what they sent, signs in again in another window, and sends it once more.
That carries no token, as a form that was open for too long carries an old one: then its page is shown again
with what was typed, and nothing of it is done.
"""

from collections.abc import Callable
from functools import wraps

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound

from hubfinder.display.words import gettext
from hubfinder.web.shared.access import View, when_signed_out
from hubfinder.web.shared.errors import show
from hubfinder.web.shared.fresh import ask_again, is_fresh
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import pages

_STALE: dict[str, Callable[[], ResponseReturnValue]] = {}


def nothing_is_lost(again: Callable[[], ResponseReturnValue], *endpoints: str) -> None:
    """``again``: the page of these forms once more, with what was sent; it says itself who may see it."""
    names = [f"{pages.name}.{endpoint}" for endpoint in endpoints]
    _STALE.update(dict.fromkeys(names, again))
    when_signed_out(_signed_out, *names)


def needs_fresh_and_keeps(view: View) -> View:
    """As ``needs_fresh``, for a page on which somebody may type for longer than that lasts.

    What they sent is given back with its token, to be sent once more when they have shown their second factor
    in another window.
    """

    @wraps(view)
    def checked(*args: object, **values: object) -> ResponseReturnValue:
        if is_fresh():
            return view(*args, **values)
        if request.method != "POST":
            return ask_again()
        sent = list(request.form.items(multi=True))
        page = render_template("staff/factor_again.html", sent=sent, back=request.path)
        return page, 401, {"Cache-Control": "no-store"}

    return checked


def too_long() -> str:
    return gettext("This page was open for too long. Look at it again, and send it once more.")


def _signed_out() -> ResponseReturnValue:
    sent = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template("staff/signed_out.html", sent=sent, back=request.path)
    return page, 401, {"Cache-Control": "no-store"}


@pages.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    again = _STALE.get(request.endpoint or "")
    if again is None:
        return show(error)
    try:
        return again()
    except NotFound as nothing:  # what is raised while an error is answered becomes no page by itself
        vault().rollback()
        return show(nothing)
