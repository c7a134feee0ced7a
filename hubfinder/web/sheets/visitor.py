"""The language of somebody who comes from paper: no page has said yet which one they read."""

from collections.abc import Iterable

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from hubfinder.display.language import DEFAULT, Language


def visitors_language(codes: Iterable[str] = ()) -> str:
    """The code of the language their browser asks for, of these or of all with pages; else English."""
    offered: tuple[Language, ...] = current_app.extensions["languages"]
    there = [*codes] or [one.code for one in offered]
    return request.accept_languages.best_match(there, DEFAULT) or DEFAULT


def lead(address: str) -> Response:
    """Send somebody on; each browser is to ask anew, as the next may speak another language."""
    response = redirect(address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response
