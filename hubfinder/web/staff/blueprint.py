"""The blueprint of the staff pages; each module of this folder adds its own."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading
from hubfinder.extensions import db
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.errors import show

pages = Blueprint("staff", __name__)
KEEPERS = (Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
"""Who looks after what a council offers."""
CHECKERS = (Role.PROVIDER, *KEEPERS)
"""Who says of listings that they are still right."""
LISTING_READERS = (*CHECKERS, Role.FRONT_DOOR)
"""Who looks through listings."""


@pages.before_request
def only_read() -> None:
    """Looking changes nothing."""
    if request.method in ("GET", "HEAD"):
        begin_reading(db.session)


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps a staff page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


_STALE: dict[str, Callable[[], ResponseReturnValue]] = {}


def when_stale(answer: Callable[[], ResponseReturnValue], *endpoints: str) -> None:
    """What to answer to a form that was open for too long, or is not ours: nothing of it is done."""
    _STALE.update({f"{pages.name}.{endpoint}": answer for endpoint in endpoints})


@pages.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    answer = _STALE.get(request.endpoint or "")
    if answer is None:
        response: ResponseReturnValue = error.get_response()
        return response
    try:
        return answer()
    except NotFound as nothing:  # what is raised while an error is answered becomes no page by itself
        db.session.rollback()
        return show(nothing)
