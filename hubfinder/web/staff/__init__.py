"""The staff face: what the council and its partners do with hubfinder. Who may enter, each page says."""

from flask import Flask

from hubfinder.web.staff import (
    basics,
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
    new_listing,
    people,
    report,
    reports,
    sheets,
    trail,
)
from hubfinder.web.staff.blueprint import pages

__all__ = [
    "basics",
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
    "new_listing",
    "pages",
    "people",
    "report",
    "reports",
    "sheets",
    "trail",
]


def init_app(app: Flask) -> None:
    """Give the application the pages for staff, which the modules above have declared."""
    app.register_blueprint(pages)
