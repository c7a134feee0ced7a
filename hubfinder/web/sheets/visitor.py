"""The language of somebody who comes from paper: no page has said yet which one they read."""

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from hubfinder.display.language import DEFAULT, Language


def visitors_language() -> str:
    """The code of the language their browser asks for, if there are pages in it; else English."""
    offered: tuple[Language, ...] = current_app.extensions["languages"]
    return request.accept_languages.best_match([one.code for one in offered], DEFAULT) or DEFAULT


def lead(address: str) -> Response:
    """Send somebody on; each browser is to ask anew, as the next may speak another language."""
    response = redirect(address)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response
