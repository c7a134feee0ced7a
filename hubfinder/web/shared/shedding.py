"""Too many at once: who asks for help is always answered; others wait a little, or are told to try again.

Stands before everything else, because the asking itself is what a flood is made of: a refusal is a page made
beforehand, with the telephone numbers, and costs a tenth of a millisecond. Each worker has many threads, of
which nearly all wait (``turns``); so one is always free to see what is wanted.
"""

import gzip
from collections.abc import Callable, Iterable
from enum import StrEnum
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import ServiceUnavailable

from hubfinder.display.language import KNOWN
from hubfinder.web.shared import errors
from hubfinder.web.shared.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Kind(StrEnum):
    """What somebody wants, as far as its address says."""

    FILE = "file"
    """Style and script: they cost nothing."""
    HELP = "help"
    """Asking for help, what became of it, leaving in a hurry, what to do in danger: never refused."""
    STAFF = "staff"
    SIGN_IN = "sign_in"
    KNOWN_SIGN_IN = "known_sign_in"
    """From a browser that has signed in before: a flood of others does not keep it out."""
    USUAL = "usual"
    """Searching, maps, sheets, and everything else."""


BY_FIRST_PART = {
    "static": Kind.FILE,
    "ask": Kind.HELP,
    "follow": Kind.HELP,
    "exit": Kind.HELP,
    "safety": Kind.HELP,
    "staff": Kind.STAFF,
    "account": Kind.SIGN_IN,
}
PLACES = {Kind.USUAL: 12, Kind.STAFF: 6, Kind.SIGN_IN: 2, Kind.KNOWN_SIGN_IN: 2}
"""So many of a kind wait or are answered at once in one worker; more are refused."""
ALL_PLACES = sum(PLACES.values())
"""Fewer than a worker has threads: the rest is for those who ask for help, and for refusing."""
PATIENCE = 4.0
"""Seconds until somebody who waits is refused after all."""
PATIENCE_OF_HELP = 0.1
"""After that a page about help is made beside whatever else is."""
RETRY_SECONDS = 10
STREAMED = "hubfinder.streamed"
"""In the environment of a request: its answer is not in memory, but is read from somewhere as it is sent."""
IsKnown = Callable[["WSGIEnvironment"], bool]


class Place:
    """How many of one kind there are in this worker."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._lock = Lock()

    def take(self) -> bool:
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def give_back(self) -> None:
        with self._lock:
            self._free += 1


class Shedding:
    """What every request goes through first."""

    def __init__(self, app: Flask, is_known: IsKnown) -> None:
        self._pages: WSGIApplication = app.wsgi_app
        self._refusals = Refusals(app)
        self._is_known = is_known
        self.turns = Turns()
        self.places = {kind: Place(most) for kind, most in PLACES.items()}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, after a turn where one is needed."""
        kind = kind_of(environ["PATH_INFO"])
        if kind is Kind.FILE:
            return self._pages(environ, start_response)
        if kind is Kind.HELP:
            turn = self.turns.take(PATIENCE_OF_HELP, goes_first=True)
            try:
                return self._pages(environ, start_response)
            finally:
                if turn:
                    self.turns.give_back(turn)
        if kind is Kind.SIGN_IN and self._is_known(environ):
            kind = Kind.KNOWN_SIGN_IN
        return self._in_turn(self.places[kind], environ, start_response)

    def _in_turn(
        self, place: Place, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """A page for somebody who keeps a place until all of it was read, or a refusal."""
        if not place.take():
            return self._refusals.answer(environ, start_response)
        turn = self.turns.take(PATIENCE)
        if turn is None:
            place.give_back()
            return self._refusals.answer(environ, start_response)
        is_streamed = False
        try:
            body = self._pages(environ, start_response)
            is_streamed = environ.get(STREAMED, False)
        finally:
            self.turns.give_back(turn)
            if not is_streamed:
                place.give_back()
        return Streamed(body, place.give_back) if is_streamed else body


class Streamed:
    """An answer that is read piece by piece: whoever takes long over it keeps their place, and no other's."""

    def __init__(self, body: Iterable[bytes], end: Callable[[], None]) -> None:
        self._body, self._pieces = body, iter(body)
        self._end: Callable[[], None] | None = end

    def __iter__(self) -> "Streamed":
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Called by the server at the end, also where the reader went away."""
        try:
            closing = getattr(self._body, "close", None)
            if closing:
                closing()
        finally:
            self.__del__()

    def __del__(self) -> None:
        end, self._end = self._end, None
        if end:
            end()


class Refusals:
    """The page for those who are refused: made once in each form, and kept."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._made: dict[tuple[str, str, bool], tuple[str, list[tuple[str, str]], bytes]] = {}

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The page in the language of the address, packed if the browser takes that."""
        start = f"/{environ['PATH_INFO'].split('/', 2)[1]}/"
        is_packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        where = start if start == errors.MACHINES or _language_in(start) else "/"
        key = (where, environ["wsgi.url_scheme"], is_packed)
        if key not in self._made:
            self._made[key] = self._make(*key)
        status, headers, body = self._made[key]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _make(self, where: str, scheme: str, is_packed: bool) -> tuple[str, list[tuple[str, str]], bytes]:
        hosts = self._app.config["TRUSTED_HOSTS"] or ["localhost"]
        with self._app.test_request_context(where, base_url=f"{scheme}://{hosts[0].lstrip('.')}"):
            self._app.preprocess_request()
            refused = errors.show(ServiceUnavailable(retry_after=RETRY_SECONDS))
            made: Response = self._app.process_response(self._app.make_response(refused))
        if is_packed:
            made.set_data(gzip.compress(made.get_data()))
            made.headers["Content-Encoding"] = "gzip"
        return made.status, made.headers.to_wsgi_list(), made.get_data()


def _note(response: Response) -> Response:
    request.environ[STREAMED] = response.is_streamed and response.status_code == HTTPStatus.OK
    return response


def kind_of(path: str) -> Kind:
    """What an address is about, in whatever language."""
    parts = path.split("/", 3)
    first = parts[2] if _language_in(path) and len(parts) > 2 else parts[1] if len(parts) > 1 else ""
    return BY_FIRST_PART.get(first, Kind.USUAL)


def _language_in(path: str) -> str:
    """The language an address begins with, if it does."""
    code = path.split("/", 2)[1] if path.startswith("/") else ""
    return code if code in KNOWN else ""


def init_app(app: Flask, is_known: IsKnown) -> None:
    """Put it before all else that is there by now."""
    app.after_request(_note)
    app.extensions["shedding"] = Shedding(app, is_known)
    app.wsgi_app = app.extensions["shedding"]  # type: ignore[method-assign]  # Flask documents this as the way
