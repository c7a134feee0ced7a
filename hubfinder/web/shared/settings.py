"""The settings of the instance that is answering."""

from flask import current_app

from hubfinder.settings import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
