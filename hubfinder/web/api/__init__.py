"""The face for machines: open data as JSON, for any site, without keys and without cookies."""

from flask import Flask

from hubfinder.settings import Settings
from hubfinder.web.api import description, lane, places
from hubfinder.web.api.blueprint import pages

__all__ = ["description", "init_app", "places"]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application what machines ask for, which the modules above have declared."""
    app.register_blueprint(pages)
    lane.init_app(app, settings)
