"""The blueprint of the staff pages; each module of this folder adds its own."""

from flask import Blueprint, Response, request

from hubfinder.database import begin_reading
from hubfinder.extensions import db

pages = Blueprint("staff", __name__)


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
