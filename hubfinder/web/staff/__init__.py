"""The staff face: what the council and its partners do with hubfinder. Who may enter, each page says."""

from flask import Flask

from hubfinder.web.staff import (
    approvals,
    basics,
    board,
    compose,
    council,
    duplicates,
    editing,
    editing_check,
    home,
    hubs,
    links,
    listing,
    listing_table,
    listing_version,
    listings_at_once,
    neighbourhoods,
    new_listing,
    people,
    post,
    registers,
    report,
    reports,
    sheets,
    spreadsheets,
    trail,
)
from hubfinder.web.staff.blueprint import pages

__all__ = [
    "approvals",
    "basics",
    "board",
    "compose",
    "council",
    "duplicates",
    "editing",
    "editing_check",
    "home",
    "hubs",
    "init_app",
    "links",
    "listing",
    "listing_table",
    "listing_version",
    "listings_at_once",
    "neighbourhoods",
    "new_listing",
    "pages",
    "people",
    "post",
    "registers",
    "report",
    "reports",
    "sheets",
    "spreadsheets",
    "trail",
]


def init_app(app: Flask) -> None:
    """Give the application the pages for staff, which the modules above have declared."""
    app.register_blueprint(pages)
