"""The one cookie there is, and the token of forms that change something. Public pages never set it.

It holds nothing but what the token is compared with, ends with the browser's session, and goes to nobody
else's pages (SameSite), to no script (HttpOnly) and, where there is HTTPS, over nothing else.
"""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from hubfinder.extensions import csrf

NAME = "hubfinder"


class Sessions(SecureCookieSessionInterface):
    """Sessions whose cookie is as strict as the connection allows: a demonstration has no HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        return request.is_secure

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        """``__Host-``: browsers then take it from this host only, over HTTPS only."""
        return f"__Host-{NAME}" if request.is_secure else NAME


def init_app(app: Flask) -> None:
    """Protect every method that changes something, on every page there is or will be."""
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_SSL_STRICT=False,  # it compares the Referer, which our pages tell browsers not to send
    )
    csrf.init_app(app)
