"""The blueprint of the front door; each module of this folder adds its own pages."""

from flask import Blueprint, Response, request

pages = Blueprint("front_door", __name__)
LONGER = frozenset({"front_door.step", "front_door.follow_add", "front_door.follow_change"})
LONGEST_FORM = 256 * 1024
"""Bytes of a page with fields for many words: a letter of many pages comes back whole in every script."""


@pages.url_value_preprocessor
def longer(endpoint: str | None, _values: object) -> None:
    """Said before anything reads the request."""
    if endpoint in LONGER:
        request.max_content_length = LONGEST_FORM


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """No browser, no cache and no search engine keeps what a family writes or reads here."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
