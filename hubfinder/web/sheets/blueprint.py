"""The blueprint of the offer sheets; each module of this folder adds its own pages."""

from flask import Blueprint, request

from hubfinder.database import begin_reading
from hubfinder.extensions import db

pages = Blueprint("sheets", __name__)


@pages.before_request
def only_read() -> None:
    """Sheets change nothing. That one was given out is noted elsewhere, see ``sheets/actions.py``."""
    if request.method in ("GET", "HEAD"):
        begin_reading(db.session)
