"""The front door: the one form by which families, and whoever works with them, ask for help."""

from flask import Flask

from hubfinder.web.front_door import checking, follow, keeping, rows, sent, start, steps
from hubfinder.web.front_door.blueprint import pages

__all__ = ["checking", "follow", "init_app", "keeping", "pages", "rows", "sent", "start", "steps"]


def init_app(app: Flask) -> None:
    """Give the application the pages of the front door, which the modules above have declared."""
    app.register_blueprint(pages)
