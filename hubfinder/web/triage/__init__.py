"""Triage: what the front-door team, hubs and receiving services do with requests for help."""

from flask import Flask

from hubfinder.web.triage import (
    correcting,
    front_door,
    inbox,
    messages,
    passing,
    passing_box,
    queue,
    request,
    retention,
    rights,
    thresholds,
)
from hubfinder.web.triage.blueprint import pages

__all__ = [
    "correcting",
    "front_door",
    "inbox",
    "init_app",
    "messages",
    "pages",
    "passing",
    "passing_box",
    "queue",
    "request",
    "retention",
    "rights",
    "thresholds",
]


def init_app(app: Flask) -> None:
    """Give the application the pages of triage, which the modules above have declared."""
    app.register_blueprint(pages)
