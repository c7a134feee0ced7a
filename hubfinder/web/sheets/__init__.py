"""The face for paper: offer sheets, their forms, the short addresses in their codes."""

from flask import Flask

from hubfinder.web.sheets import choose, files, page, paper, right, short
from hubfinder.web.sheets.blueprint import pages

__all__ = ["choose", "files", "init_app", "page", "paper", "right", "short"]


def init_app(app: Flask) -> None:
    """Give the application the sheets, which the modules of this folder have declared."""
    app.register_blueprint(pages)
