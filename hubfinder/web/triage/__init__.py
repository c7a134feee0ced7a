"""Triage: what the front-door team, hubs and receiving services do with requests for help."""

from flask import Flask

from hubfinder.web.triage import (
    by_hand,
    correcting,
    finding,
    front_door,
    inbox,
    messages,
    new_code,
    not_opened,
    passing,
    passing_box,
    queue,
    request,
    retention,
    rights,
    sent_by_us,
    thresholds,
)
from hubfinder.web.triage.blueprint import pages

__all__ = [
    "by_hand",
    "correcting",
    "finding",
    "front_door",
    "inbox",
    "init_app",
    "messages",
    "new_code",
    "not_opened",
    "pages",
    "passing",
    "passing_box",
    "queue",
    "request",
    "retention",
    "rights",
    "sent_by_us",
    "thresholds",
]


def init_app(app: Flask) -> None:
    """Give the application the pages of triage, which the modules above have declared."""
    app.register_blueprint(pages)
