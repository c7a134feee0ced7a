"""Asking for the second factor again before something that cannot be undone, and for a reason.

On a page that exports, deletes, or changes what somebody may do, under ``@staff_page``::

    @staff_page(pages, "/staff/people/<int:key>/roles", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST"))
    @needs_fresh
    def roles(key: int) -> ResponseReturnValue:
        if request.method == "POST":
            reason, errors = asked_reason()

Somebody who showed their second factor more than five minutes ago is led to a page that asks for it, and
from there to the address they wanted, which must answer GET; what a form sent is not kept. So put it on the
page that shows the form too: it is asked before they type. ``templates/parts/fresh.html`` has the field for
the reason.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from hubfinder.display.words import gettext
from hubfinder.web.shared.cookies import FACTOR_AT

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
FRESH_SECONDS = 5 * 60
SHORTEST_REASON, LONGEST_REASON = 5, 500
"""Characters."""
LONGEST_ADDRESS = 2_000
READS = ("GET", "HEAD", "OPTIONS")


def is_fresh() -> bool:
    """Whether whoever is signed in showed their second factor within the last five minutes."""
    shown: float = session.get(FACTOR_AT, 0.0)
    return 0 <= time.time() - shown < FRESH_SECONDS


def needs_fresh(view: View) -> View:
    """Let nobody into a view who did not show their second factor within the last five minutes."""

    @wraps(view)
    def checked(*args: object, **values: object) -> ResponseReturnValue:
        return view(*args, **values) if is_fresh() else ask_again()

    return checked  # type: ignore[return-value]  # it takes and gives what the view does


def ask_again() -> Response:
    """To the page that asks for the second factor; from there back to this address, if it can be opened."""
    address = redirect(url_for("accounts.check", next=waiting_address() or None), 303)
    address.headers["Cache-Control"] = "no-store"
    return address


def waiting_address() -> str:
    """This request's address, to come back to; empty where only forms are sent there."""
    return request.full_path.rstrip("?") if can_be_opened(request.full_path) else ""


def asked_reason() -> tuple[str, dict[str, str]]:
    """The reason that a form gives, and what is wrong with it by the name of its field: ``reason``."""
    reason = " ".join(request.form.get("reason", "").split())
    if reason and len(reason) < SHORTEST_REASON:
        return reason, {"reason": gettext("Say it in more words: at least 5 letters.")}
    if len(reason) < SHORTEST_REASON:
        return reason, {"reason": gettext("Say why. It stands in the record of what was done.")}
    if len(reason) > LONGEST_REASON:
        return reason, {"reason": gettext("Say it in fewer words: at most 500 letters.")}
    return reason, {}


def own_address(address: str) -> str:
    """An address to go on to, as somebody sent it: a path of this site that can be opened, else empty."""
    is_path = address.startswith("/") and not address.startswith("//") and "\\" not in address
    if not is_path or not address.isprintable() or len(address) > LONGEST_ADDRESS:
        return ""
    return address if can_be_opened(address) else ""


def can_be_opened(address: str) -> bool:
    """Whether a page of ours stands at this path."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(urlsplit(address).path, "GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
