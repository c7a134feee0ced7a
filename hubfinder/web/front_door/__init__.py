"""The front door: the one form by which families, and whoever works with them, ask for help."""

from flask import Flask

from hubfinder.web.front_door import checking, follow, keeping, rows, sent, start, steps, where
from hubfinder.web.front_door.blueprint import pages

__all__ = ["checking", "follow", "init_app", "keeping", "pages", "rows", "sent", "start", "steps"]


@pages.context_processor
def _hours() -> dict[str, object]:
    """Beside every number of the front door stands whether anybody takes it now."""
    return {"hours_of": where.hours_of}


def init_app(app: Flask) -> None:
    """Give the application the pages of the front door, which the modules above have declared."""
    app.register_blueprint(pages)
