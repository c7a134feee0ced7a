"""Errors: each has a page that says what to do and whom to ring. Exceptions become pages here, once."""

import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TypeVar

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError, ServiceUnavailable

from hubfinder.web.shared.settings import settings

T = TypeVar("T")
Trace = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
log = logging.getLogger(__name__)
MOST_READ_AWAY = 1024 * 1024
"""Bytes."""
MACHINES = "/api/"
"""Under this address programs ask: they are told in JSON what is wrong."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an error page says."""

    heading: LazyString
    text: LazyString


_BUSY = Explanation(
    lazy_gettext("This page is not working at the moment"),
    lazy_gettext("Wait a few minutes and try again. If you cannot wait, ring one of the numbers below."),
)
NOT_SAFE = Explanation(
    lazy_gettext("This address is not safe"),
    lazy_gettext("Others could read what you type. Use the address below, or ring one of the numbers."),
)
EXPLANATIONS = {
    400: Explanation(
        lazy_gettext("We could not understand that address"),
        lazy_gettext("Part of the link may be missing. Go back to the start and try again."),
    ),
    404: Explanation(
        lazy_gettext("We cannot find that page"),
        lazy_gettext(
            "The link may be old, or the help may have ended. You can look for other help near you."
        ),
    ),
    405: Explanation(
        lazy_gettext("That cannot be done here"),
        lazy_gettext("Go back to the start and look for help from there."),
    ),
    413: Explanation(
        lazy_gettext("That is too much at once"),
        lazy_gettext("Use fewer words and try again."),
    ),
    429: Explanation(
        lazy_gettext("Too many people are asking at the same time"),
        lazy_gettext("Wait a minute and try again. If you cannot wait, ring one of the numbers below."),
    ),
    500: Explanation(
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("It is not your fault. Try again in a few minutes. If you cannot wait, ring now."),
    ),
    503: _BUSY,
}


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.log_exception = _log  # type: ignore[method-assign]  # Flask documents this as the way
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(SecurityError, refuse)
    app.register_error_handler(OperationalError, unavailable)
    app.after_request(_come_again)
    app.after_request(_read_away)


def _log(exc_info: Trace) -> None:
    """What went wrong and on which page, but not its address: that may hold somebody's postcode."""
    log.error("Exception on %s\n%s", request.url_rule, "\n".join(_traced(exc_info[1])))


def _traced(error: BaseException | None) -> Iterator[str]:
    """Where it went wrong and of what kind, its causes first. Not its message: that may hold their words."""
    if error is None:
        return
    yield from _traced(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__


def show(error: HTTPException) -> ResponseReturnValue:
    """The page of an HTTP error; a redirect of the router's passes through."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if request.path.startswith(MACHINES):
        page = (
            json.dumps({"error": error.name.lower().replace(" ", "_"), "message": error.description}) + "\n"
        )
        return _with_headers(error, Response(page, error.code, content_type="application/json"))
    fallback = EXPLANATIONS[400] if error.code < 500 else EXPLANATIONS[500]
    page = render_template("errors/error.html", explanation=EXPLANATIONS.get(error.code, fallback))
    return _with_headers(error, make_response(page, error.code))


def _with_headers(error: HTTPException, response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _come_again(response: Response) -> Response:
    """Whatever page says that we are too busy, a form's own too, also says when to try again."""
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", "60")
    return response


def _read_away(response: Response) -> Response:
    """Of what is too long, read the rest as well: a server that finds it unread ends the connection, and with
    it whatever the browser asks for next. Only of a server that says where it ends, and not without end.
    """
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.environ.get(
        "wsgi.input_terminated"
    ):
        left = MOST_READ_AWAY
        while left > 0 and (some := request.environ["wsgi.input"].read(min(left, 64 * 1024))):
            left -= len(some)
    return response


def refuse(_error: SecurityError) -> ResponseReturnValue:
    """An answer to somebody who came under a name that is not ours; there a page could have no links."""
    out_of_hours = settings().out_of_hours_telephone
    words = f"This site has another address.\nIn danger? Ring 999. At night and weekends: {out_of_hours}\n"
    return Response(words, 400, mimetype="text/plain")


def existing(row: T | None) -> T:
    """What a query found; where it found nothing, the answer is the page of error 404."""
    if row is None:
        raise NotFound
    return row


def unavailable(error: OperationalError) -> ResponseReturnValue:
    """The database is busy or gone: it may be back in a minute. Nothing of the statement is logged."""
    log.error("The database does not answer: %s", type(error.orig).__name__)
    return show(ServiceUnavailable())
