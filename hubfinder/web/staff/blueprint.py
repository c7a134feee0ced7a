"""The blueprint of the staff pages; each module of this folder adds its own."""

from flask import Blueprint, Response

pages = Blueprint("staff", __name__)


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps a staff page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
