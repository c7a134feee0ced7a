"""What sheets may cost: whoever asks pays in processor time, and is told kindly when it is too much."""

from collections.abc import Callable
from functools import wraps

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext

from hubfinder.sheets.budget import Budget, TooMuch, spending as _spending
from hubfinder.slots import Busy
from hubfinder.web.shared.access import View
from hubfinder.web.shared.settings import settings

TOO_MUCH: LazyString = lazy_gettext("Too many sheets are being made at the same time")
BUSY: LazyString = lazy_gettext("We are making many sheets just now")
SECONDS = 10
"""When to come again if all places to typeset at are taken: they soon are free."""


def spending(*, may_refuse: bool = True) -> Callable[[View], View]:
    """Let whoever asks for a page pay for what is made for it; what is ready costs nothing.

    ``may_refuse``: false for plain pages, the way out for those who were refused: they are made in any case,
    but nothing is typeset for them while there is too little left.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def paid(**values: object) -> ResponseReturnValue:
            try:
                with _spending(budget(), request.remote_addr or "", may_refuse=may_refuse):
                    return view(**values)
            except TooMuch as refused:
                return _sorry(429, TOO_MUCH, refused.seconds)
            except Busy:
                return _sorry(503, BUSY, SECONDS)

        return paid

    return wrap


def budget() -> Budget:
    """The application's own, over all its processes."""
    kept = current_app.extensions
    if "sheet_budget" not in kept:
        kept["sheet_budget"] = Budget(settings().sheets_dir, settings().session_key)
    found: Budget = kept["sheet_budget"]
    return found


def _sorry(status: int, heading: LazyString, seconds: int) -> ResponseReturnValue:
    """Why it is not made, when to come again, whom to ring, and the same sheet as a plain page."""
    page = render_template("sheets/wait.html", heading=heading, seconds=seconds, plain=_plain())
    response = make_response(page, status)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain() -> str:
    """Address of the sheet as a plain page; empty where the address names none."""
    if not request.args.get("for"):
        return ""
    return f"{url_for('sheets.paper')}?{request.query_string.decode('ascii', 'replace')}"
