"""In production nothing but HTTPS: whoever comes without it is told the right address, and whom to ring.

Not a redirect: where the proxy in front does not say that it was asked with HTTPS, one would lead back here
for ever, and to no telephone number. The proxy itself should redirect. Nothing that was sent is read, and no
cookie is set, so none of ours can ever go over an open line.
"""

from http import HTTPStatus

from flask import Flask, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.settings import Settings
from hubfinder.web.shared import errors
from hubfinder.web.shared.settings import settings

OPEN_TOO = frozenset({"public.healthz", "public.leave"})
"""Endpoints that tell and are told nothing: what looks whether the instance answers stands beside it, and
whoever leaves in a hurry is let out.
"""


def init_app(app: Flask, settings: Settings) -> None:
    """Stand before everything else that looks at a request; a demonstration has no HTTPS."""
    if not settings.is_demonstration:
        app.before_request(refuse_in_the_open)


def refuse_in_the_open() -> ResponseReturnValue | None:
    """The page that says how to come, for whoever came without HTTPS."""
    if request.is_secure or request.endpoint in OPEN_TOO:
        return None
    if request.path.startswith(errors.MACHINES):
        abort(HTTPStatus.FORBIDDEN, "Ask with https.")
    path = request.path if request.method in ("GET", "HEAD") else "/"
    page = render_template(
        "errors/error.html", explanation=errors.NOT_SAFE, address=settings().site_address + path
    )
    return make_response(page, HTTPStatus.FORBIDDEN, {"Cache-Control": "no-store"})
