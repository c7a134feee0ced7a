"""The quick lane: a postcode that the book knows is answered before Flask begins.

Everything else goes on to Flask, which answers in the same words: other addresses and methods, hosts that are
not ours, postcodes with which something is the matter, and one request a second, which looks whether the book
is still right. Nothing is asked of the database here.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from hubfinder.places.finding import Places
from hubfinder.places.values import PlaceProblem, Postcode
from hubfinder.settings import Settings
from hubfinder.web.api.blueprint import FOUND, JSON
from hubfinder.web.shared import security

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/api/places/"


class QuickLane:
    """Stands between the server and Flask."""

    def __init__(self, flask: "WSGIApplication", places: Places, settings: Settings) -> None:
        self._flask = flask
        self._places = places
        self._hosts = settings.trusted_hosts
        self._may_be_open = settings.is_demonstration
        said = {**security.headers_of(settings), **FOUND, "Content-Type": JSON, "Vary": "Accept-Encoding"}
        self._headers = list(said.items())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] != "GET" or not self._is_ours(environ):
            return self._flask(environ, start_response)
        body = self._answer(path[len(PREFIX) :])
        if body is None:
            return self._flask(environ, start_response)
        headers = [*self._headers, ("Content-Length", str(len(body)))]
        if environ.get("wsgi.url_scheme") == "https":
            headers.append(security.ONLY_HTTPS)
        start_response("200 OK", headers)
        return [body]

    def _answer(self, text: str) -> bytes | None:
        postcode = Postcode.parse(text)
        try:
            return self._places.ready_answer(postcode) if postcode else None
        except PlaceProblem:
            return None

    def _is_ours(self, environ: "WSGIEnvironment") -> bool:
        if not self._may_be_open and environ.get("wsgi.url_scheme") != "https":
            return False
        return not self._hosts or host_is_trusted(environ.get("HTTP_HOST", ""), self._hosts)


def init_app(app: Flask, settings: Settings) -> None:
    """Open the lane."""
    lane = QuickLane(app.wsgi_app, app.extensions["places"], settings)
    app.wsgi_app = lane  # type: ignore[method-assign]  # Flask documents this as the way
