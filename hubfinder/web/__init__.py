"""The pages: one face for each audience over what they share."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from hubfinder.display.addresses import address_line
from hubfinder.display.language import locale
from hubfinder.settings import Settings
from hubfinder.web import accounts, api, front_door, public, sheets, staff, triage
from hubfinder.web.shared import (
    access,
    assets,
    compression,
    cookies,
    display,
    errors,
    https,
    kept,
    language,
    security,
    shedding,
    uploads,
    vault,
)

__all__ = ["init_app", "locale"]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its pages, what they share, and what stands between it and the network."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(settings=settings, address_line=address_line)
    https.init_app(app, settings)
    compression.init_app(app)
    access.init_app(app)
    uploads.init_app(app)
    cookies.init_app(app, settings)
    kept.init_app(app)
    vault.init_app(app)
    language.init_app(app, settings)
    display.init_app(app)
    assets.init_app(app)
    security.init_app(app, settings)
    accounts.init_app(app, settings)
    public.init_app(app, settings)
    staff.init_app(app)
    front_door.init_app(app)
    triage.init_app(app)
    shedding.init_app(app, accounts.is_known_device(app))
    api.init_app(app, settings)
    sheets.init_app(app)
    errors.init_app(app)
    access.check(app)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask documents this as the way
            app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0
        )
