"""The public face: what anybody may read, without signing in and without leaving anything behind."""

from flask import Flask

from hubfinder.collections.reading import read_collections
from hubfinder.settings import Settings
from hubfinder.web.public import (
    about,
    area,
    areas,
    arrangements,
    catalogue,
    collections,
    compare,
    complaint,
    entry,
    feedback,
    footprint,
    guide,
    health,
    hub,
    map_data,
    map_page,
    preview,
    results,
    safety,
    saved,
    service,
    start,
    still_right,
    suggest,
    suggest_service,
    told,
    wrong,
)
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.guide_steps import read_guide
from hubfinder.web.shared import service_page

__all__ = [
    "about",
    "area",
    "areas",
    "arrangements",
    "catalogue",
    "collections",
    "compare",
    "complaint",
    "entry",
    "feedback",
    "footprint",
    "guide",
    "health",
    "hub",
    "map_data",
    "map_page",
    "preview",
    "results",
    "safety",
    "saved",
    "service",
    "start",
    "still_right",
    "suggest",
    "suggest_service",
    "told",
    "wrong",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application the public pages, which the modules above have declared.

    Raises:
        FileRefused: the file of the guided route or of a collection cannot be used.
    """
    app.extensions["guide"] = read_guide(settings.seeds_dir)
    app.extensions["collections"] = read_collections(settings.seeds_dir, settings.collections_dir)
    map_data.init_app(app)
    service_page.offer(app, preview.show)
    app.register_blueprint(pages)
