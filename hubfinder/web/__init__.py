"""The pages: one face for each audience over what they share."""

from flask import Flask

from hubfinder.settings import Settings


def locale() -> str:
    return "en"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its pages."""
