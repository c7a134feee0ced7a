"""The one cookie there is, and the token of forms that change something. Public pages never set it.

Of somebody who only opens a public form it holds nothing but what the token is compared with, signed. Of
somebody who signs in it holds a random number: all else stands on the server (``people/sessions.py``), and
ends there. It ends with the browser's session, and goes to nobody else's pages (SameSite), to no script
(HttpOnly) and over nothing but HTTPS, which only a demonstration may be without.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from itsdangerous import BadSignature
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DatabaseSession

from hubfinder.clock import utc_now
from hubfinder.database import begin_reading, begin_writing
from hubfinder.database.engine import WAIT, WRITING
from hubfinder.extensions import csrf, db
from hubfinder.people import sessions
from hubfinder.people.sessions import Kept, Limits
from hubfinder.settings import Settings

NAME = "hubfinder"
TOKEN = "csrf_token"  # noqa: S105 - the name of it
PERSON = "person"
"""In the session of somebody signed in: their id."""
FACTOR_AT = "factor_at"
"""And when they last showed their second factor, in seconds since 1970."""
_WORDS = TaggedJSONSerializer()


class Visit(SessionMixin):
    """What is known of whoever asks; read when somebody asks for it, so that most pages read nothing."""

    def __init__(self, cookie: str, read: Callable[[str], tuple[dict[str, Any], Kept | None]]) -> None:
        self.cookie = cookie
        self.token = "" if "." in cookie else cookie
        """The random number, where it is one: what is signed has dots in it."""
        self.kept: Kept | None = None
        self.accessed = self.modified = self.is_new_number_due = False
        self._read = read
        self._known: dict[str, Any] | None = None

    def _content(self) -> dict[str, Any]:
        self.accessed = True
        if self._known is None:
            self._known, self.kept = self._read(self.cookie) if self.cookie else ({}, None)
        return self._known

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - whatever was put there
        return self._content()[key]

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        self._content()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._content()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._content())

    def __len__(self) -> int:
        return len(self._content())

    @property
    def has_ended(self) -> bool:
        """Whether the cookie says a number that no session has any more."""
        return bool(self.token) and not len(self) and self.kept is None

    @property
    def is_of_somebody(self) -> bool:
        """Whether more is in it than what forms are compared with."""
        return bool(self.keys() - {TOKEN})


class Sessions(SessionInterface):
    """Sessions whose cookie goes over HTTPS alone; only a demonstration has none."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        return only_https()

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        """``__Host-``: browsers then take it from this host only, over HTTPS only."""
        return host_cookie(NAME)

    def open_session(self, app: Flask, request: Request) -> Visit:
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        return Visit(cookie, partial(self._read, app, db.engine))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write down what has changed, after all that the page itself has written."""
        if not isinstance(session, Visit):
            return
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        if session.is_of_somebody:
            value = self._keep(session)
        else:
            self._end(session)
            value = _signing(app).dumps(dict(session)) if session else ""
        self._set_cookie(app, response, value, had_one=bool(session.cookie))

    def _read(self, app: Flask, engine: Engine, cookie: str) -> tuple[dict[str, Any], Kept | None]:
        if "." in cookie:
            return _signed_content(app, cookie), None
        with DatabaseSession(engine) as database:
            begin_reading(database)
            kept = sessions.found(database, cookie, self.limits)
        return (_WORDS.loads(kept.content.decode()), kept) if kept else ({}, None)

    def _keep(self, session: Visit) -> str:
        """The number of the session from now on; none if it was ended while this page was made."""
        content = _WORDS.dumps(dict(session)).encode()
        with apart() as database:
            kept = session.kept
            if kept is None or session.is_new_number_due or kept.person_id != session.get(PERSON):
                said = sessions.Said(content, session.get(PERSON), kept)
                return sessions.start(database, said, self.limits)
            is_there = sessions.change(database, kept.digest, content)
        return session.token if is_there else ""

    def _end(self, session: Visit) -> None:
        if session.kept is not None:
            with apart() as database:
                sessions.end(database, session.kept.digest)

    def _set_cookie(self, app: Flask, response: Response, value: str, *, had_one: bool) -> None:
        name = self.get_cookie_name(app)
        if value:
            set_cookie(response, NAME, value)
        elif had_one:
            response.delete_cookie(name, path="/", secure=only_https(), httponly=True, samesite="Lax")


def host_cookie(name: str) -> str:
    """The name of a cookie of this host alone."""
    return f"__Host-{name}" if only_https() else name


def only_https() -> bool:
    """Whether a cookie may go over HTTPS alone: always, but for a demonstration that was asked without."""
    here: Settings = current_app.extensions["settings"]
    return request.is_secure or not here.is_demonstration


def set_cookie(response: Response, name: str, value: str, lasts: timedelta | None = None) -> None:
    """Set a cookie as strict as ours are; without ``lasts`` it ends with the browser's session."""
    response.set_cookie(
        host_cookie(name),
        value,
        max_age=lasts,
        path="/",
        secure=only_https(),
        httponly=True,
        samesite="Lax",
    )


@contextmanager
def apart() -> Iterator[DatabaseSession]:
    """A short writing transaction of its own; what the page wrote and did not commit is dropped first.

    Else the page's own lock would keep this one waiting.
    """
    db.session.rollback()
    with DatabaseSession(db.engine) as database:
        begin_writing(database)
        yield database
        database.commit()


def visit() -> Visit:
    """The session of whoever asks, as what it is."""
    found: Visit = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Werkzeug's way
    return found


def renew() -> None:
    """Whoever this is gets another number and another token: what was known of the old is worth nothing."""
    visit().is_new_number_due = True
    visit().pop(TOKEN, None)
    visit().modified = True
    g.pop(TOKEN, None)


def somebody_is_there(*, at_once: bool = False) -> None:
    """Their session starts to be idle anew; written at most once a minute, and left to the next time if busy.

    Called before the page begins its own transaction.
    """
    kept = visit().kept
    if kept is None or (not at_once and utc_now() - kept.seen_at < sessions.SEEN_EVERY):
        return
    try:
        with DatabaseSession(db.engine) as database:
            database.connection(execution_options={WRITING: True, WAIT: 1})
            sessions.seen(database, kept.digest)
            database.commit()
            visit().kept = replace(kept, seen_at=utc_now())
    except OperationalError:
        return


def ends_at(limits: Limits) -> datetime | None:
    """When the session of whoever is signed in ends if they do nothing more."""
    kept = visit().kept
    return kept.ends_soonest(limits) if kept else None


def seconds_left() -> int | None:
    """How long the session of whoever is signed in lasts if they do nothing more; none if nobody is."""
    ends = ends_at(limits_of(current_app.extensions["settings"])) if session.get(PERSON) else None
    return None if ends is None else max(0, int((ends - utc_now()).total_seconds()))


def _signing(app: Flask) -> Any:  # noqa: ANN401 - itsdangerous' serializer, which Flask makes
    return SecureCookieSessionInterface().get_signing_serializer(app)


def _signed_content(app: Flask, cookie: str) -> dict[str, Any]:
    """Of what is signed only the token is believed: nobody signs in with a signature."""
    try:
        said = _signing(app).loads(cookie)
    except BadSignature:
        return {}
    return {TOKEN: said[TOKEN]} if isinstance(said, dict) and TOKEN in said else {}


def limits_of(settings: Settings) -> Limits:
    """How long sessions last here."""
    return Limits(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))


def init_app(app: Flask, settings: Settings) -> None:
    """Protect every method that changes something, on every page there is or will be."""
    app.session_interface = Sessions(limits_of(settings))
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_SSL_STRICT=False,  # it compares the Referer, which our pages tell browsers not to send
    )
    csrf.init_app(app)
    app.jinja_env.globals["seconds_left"] = seconds_left
