"""The public face: what anybody may read, without signing in and without leaving anything behind."""

from flask import Flask

from hubfinder.web.public import (
    about,
    area,
    areas,
    arrangements,
    catalogue,
    compare,
    entry,
    footprint,
    health,
    hub,
    map_data,
    map_page,
    results,
    safety,
    saved,
    service,
    start,
    suggest,
)
from hubfinder.web.public.blueprint import pages

__all__ = [
    "about",
    "area",
    "areas",
    "arrangements",
    "catalogue",
    "compare",
    "entry",
    "footprint",
    "health",
    "hub",
    "map_data",
    "map_page",
    "results",
    "safety",
    "saved",
    "service",
    "start",
    "suggest",
]


def init_app(app: Flask) -> None:
    """Give the application the public pages, which the modules above have declared."""
    map_data.init_app(app)
    app.register_blueprint(pages)
