"""The face for machines: open data as JSON, for any site, without keys and without cookies."""

from flask import Flask

from hubfinder.web.api import description, places
from hubfinder.web.api.blueprint import pages

__all__ = ["description", "init_app", "places"]


def init_app(app: Flask) -> None:
    """Give the application what machines ask for, which the modules above have declared."""
    app.register_blueprint(pages)
