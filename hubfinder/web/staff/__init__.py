"""The staff face: what the council and its partners do with hubfinder. Who may enter, each page says."""

from flask import Flask

from hubfinder.web.staff import (
    board,
    compose,
    council,
    editing,
    editing_check,
    home,
    hubs,
    listing_table,
    listings_at_once,
    neighbourhoods,
    people,
    sheets,
    trail,
)
from hubfinder.web.staff.blueprint import pages

__all__ = [
    "board",
    "compose",
    "council",
    "editing",
    "editing_check",
    "home",
    "hubs",
    "init_app",
    "listing_table",
    "listings_at_once",
    "neighbourhoods",
    "pages",
    "people",
    "sheets",
    "trail",
]


def init_app(app: Flask) -> None:
    """Give the application the pages for staff, which the modules above have declared."""
    app.register_blueprint(pages)
