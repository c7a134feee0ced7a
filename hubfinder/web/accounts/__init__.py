"""The accounts face: signing in and out, invitations, second factors. Flask-Security does the work."""

from flask import Flask
from flask_security import FSQLALiteUserDatastore, Security

from hubfinder.extensions import db
from hubfinder.people.models import Passkey, Person, RoleGrant
from hubfinder.settings import Settings
from hubfinder.web.shared import access

__all__ = ["init_app"]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its accounts."""
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.session_key,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a way to hash
        SECURITY_URL_PREFIX="/account",
        SECURITY_SEND_REGISTER_EMAIL=False,
    )
    store = FSQLALiteUserDatastore(db, Person, RoleGrant, Passkey)
    app.extensions["accounts"] = store
    Security(app, store)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("security."):
            access.declared(app.view_functions[rule.endpoint], access.EVERYONE)
