"""The blueprint of the front door; each module of this folder adds its own pages."""

from flask import Blueprint, Response

pages = Blueprint("front_door", __name__)


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps what a family writes or reads here."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
