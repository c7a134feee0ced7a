"""The blueprint of the public pages; each module of this folder adds its own."""

from flask import Blueprint, request

from hubfinder.database import begin_reading
from hubfinder.extensions import db

pages = Blueprint("public", __name__)


@pages.before_request
def only_read() -> None:
    """Public pages change nothing, and need no transaction to ask."""
    if request.method in ("GET", "HEAD"):
        begin_reading(db.session)
