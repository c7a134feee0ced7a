"""The blueprint of triage; each module of this folder adds its own pages."""

from flask import Blueprint, Response

from hubfinder.staff_vocab import Role

pages = Blueprint("triage", __name__)
TEAM = (Role.FRONT_DOOR, Role.HUB_STAFF)
"""Who looks after requests: those of their council, or of their hub (``referrals.reading.visible_to``)."""


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps a page with a family's words."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
