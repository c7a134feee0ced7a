"""The accounts face: signing in and out, invitations, passwords, second factors, sessions."""

from flask import Flask

from hubfinder.settings import Settings
from hubfinder.web.accounts import (
    account,
    demonstration,
    hashing,
    invitation,
    library,
    password,
    second_factor,
    set_up,
    sign_in,
    well_known,
)
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.devices import is_known_device

__all__ = [
    "account",
    "demonstration",
    "init_app",
    "invitation",
    "is_known_device",
    "password",
    "second_factor",
    "set_up",
    "sign_in",
    "well_known",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its accounts, and the pages that the modules above have declared."""
    library.init_app(app, settings)
    hashing.init_app(app, settings)
    app.register_blueprint(pages)
