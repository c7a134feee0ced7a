"""The blueprint of the pages about accounts; each module of this folder adds its own."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from hubfinder.database import begin_reading
from hubfinder.extensions import db
from hubfinder.web.shared.fresh import can_be_opened, own_address

pages = Blueprint("accounts", __name__)
STALE = "stale"
"""In the address of a page whose form was open for too long."""


@pages.before_request
def only_read() -> None:
    """Looking changes nothing: nobody accepts an invitation by opening a link."""
    if request.method in ("GET", "HEAD"):
        begin_reading(db.session)


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps a page about an account, or where it led."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@pages.context_processor
def _for_pages() -> dict[str, object]:
    return {"is_stale": STALE in request.args, "is_own": True}


@pages.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """The form was open for too long, or is not ours: nothing is done, and the page is there once more."""
    address = request.path if can_be_opened(request.path) else url_for("accounts.sign_in")
    onward = own_address(request.values.get("next", ""))
    asked = {STALE: "1", **({"next": onward} if onward else {})}
    return redirect(f"{address}?{urlencode(asked)}", 303)
