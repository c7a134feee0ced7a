"""The form of whoever asks: found by the cookie of their browser, changed, and protected from other sites.

The cookie holds a random number and ends with the browser's session; the answers stand in the vault. What
each form carries against other sites is a keyed hash of that number: no session is needed for it.
"""

import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from hubfinder.database import begin_reading, begin_writing
from hubfinder.database.engine import WAIT, WRITING
from hubfinder.display.language import locale
from hubfinder.display.words import gettext
from hubfinder.extensions import csrf
from hubfinder.referrals import drafts, lookups
from hubfinder.referrals.drafts import ChangedMeanwhile, OpenDraft
from hubfinder.referrals.form import seals
from hubfinder.referrals.lookups import Begun, TooManyLookups
from hubfinder.sheets.budget import network_of
from hubfinder.vault.keys import NotOpened
from hubfinder.web.front_door.where import hours_of
from hubfinder.web.shared.access import View
from hubfinder.web.shared.cookies import host_cookie, set_cookie
from hubfinder.web.shared.leaving import when_leaving
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault

NAME = "request"
"""Of the cookie."""
OPEN_FOR = 24 * 3_600
"""Seconds for which the first page can be sent."""
TRIES = 20
_OURS = frozenset({"same-origin", "none"})
_SALT = "front-door"
log = logging.getLogger(__name__)


class FormGone(Exception):
    """This browser holds no form, or none that can still be changed."""


def own_token(view: View) -> View:
    """Let a form be sent without the token of a session: its own stands in its place."""
    csrf.exempt(view)
    return view


def note_busy(error: OperationalError) -> None:
    """Give the vault up for this page, and say so in the log: nothing of the statement."""
    vault().rollback()
    log.error("The vault does not answer: %s", type(error.orig).__name__)


def busy() -> str:
    """What to say where nothing can be written just now: what was typed stays on the page."""
    return gettext("Wait a few minutes and try again. If you cannot wait, ring one of the numbers below.")


def no_cookie() -> str:
    """What to say to a browser that does not keep what we gave it a moment ago."""
    return gettext(
        "Your browser does not keep the cookie this page needs. Allow cookies for this site and try again, "
        "or ring us: %(number)s",
        number=hours_of().can_ring,
    )


def open_long() -> str:
    """What to say of a page whose token is not this browser's any more."""
    return gettext("This page was open for a long time. Press “Continue” once more.")


def other_window() -> str:
    """What to say where saving would undo what another window has written since."""
    return gettext("These answers were changed in another window. Check them, then press “Continue”.")


class OtherWindow(Exception):
    """These answers were changed in another window since the page was shown."""


def number() -> str:
    """What the cookie of this browser says."""
    return request.cookies.get(host_cookie(NAME), "")


def my_form() -> OpenDraft | None:
    """The form of this browser, to look at; none if there is none, it has expired, or its key is gone."""
    if not number():
        return None
    begin_reading(vault())
    return _opened()


def unsent() -> OpenDraft | None:
    """The same, while it was not sent."""
    form = my_form()
    return form if form and form.receipt is None else None


def _opened() -> OpenDraft | None:
    try:
        return drafts.of_browser(vault(), keys(), number())
    except NotOpened:
        log.error("A form could not be opened: its key is not here")
        return None


def change(alter: Callable[[dict[str, Any]], None]) -> OpenDraft:
    """Change the answers as they stand at this moment, and let the form last as long again.

    Raises:
        FormGone: there is none, or it was sent.
        OtherWindow: ``alter`` said so.
    """

    def with_language(answers: dict[str, Any]) -> None:
        alter(answers)
        answers["language"] = locale()

    for _ in range(TRIES):
        session = writing()
        form = _opened()
        if form is None or form.receipt is not None:
            session.rollback()
            raise FormGone
        try:
            drafts.save(session, form, with_language, lasts(has_code=form.row.code_digest is not None))
        except ChangedMeanwhile:
            continue
        session.commit()
        return form
    raise ServiceUnavailable


def begin(answers: Mapping[str, Any]) -> str:
    """A new form with these answers; the number for the cookie.

    Raises:
        TooManyLookups: too many were begun from where this browser is; nothing was written.
    """
    session = writing()
    try:
        lookups.take(session, keys(), Begun(network_of(request.remote_addr or "")))
    except TooManyLookups as refused:
        session.rollback()
        log.warning("Too many forms were begun from one network")
        after_this_request(_again_in(refused.seconds))
        raise
    form, token = drafts.start(session, keys(), lasts(has_code=False), locale())
    said = {**answers, "language": locale()}
    drafts.save(session, form, lambda there: there.update(said), lasts(has_code=False))
    session.commit()
    return token


def _again_in(seconds: int) -> Callable[[Response], Response]:
    def say(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response

    return say


def writing() -> Any:  # noqa: ANN401 - SQLAlchemy's session
    """The session of the vault at the beginning of a transaction that writes."""
    session = vault()
    session.rollback()
    begin_writing(session)
    return session


def lasts(*, has_code: bool) -> timedelta:
    """How long a form is kept that nobody goes on with."""
    kept = settings()
    return timedelta(days=kept.form_kept_days) if has_code else timedelta(hours=kept.form_kept_hours)


def hold(response: Response, token: str) -> Response:
    """Give the browser the number of its form."""
    set_cookie(response, NAME, token)
    return response


def let_go(response: Response) -> None:
    response.delete_cookie(
        host_cookie(NAME), path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def from_here() -> None:
    """Refuse what another site has sent in somebody's name.

    Raises:
        BadRequest: it did.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        raise BadRequest


def token() -> str:
    """What a form of this browser carries."""
    return keys().mark("form", number()).hex()


def is_token_right() -> bool:
    """Whether what was sent carries it."""
    return bool(number()) and hmac.compare_digest(request.form.get("form", "").encode(), token().encode())


def first_token() -> str:
    """What the first page carries, which has no form yet."""
    return str(_first().dumps("begin"))


def is_first_token_right() -> bool:
    try:
        return bool(_first().loads(request.form.get("form", ""), max_age=OPEN_FOR) == "begin")
    except BadSignature:
        return False


def _first() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().session_key, salt=_SALT)


def seal_of(values: Mapping[str, Any]) -> str:
    """A mark of some answers, by which a page is known to be of older ones."""
    return seals.seal_of(keys(), values)


@when_leaving
def forget(response: Response) -> None:
    """Somebody leaves in a hurry: also where the vault is busy, their browser shows nothing any more."""
    if not number():
        return
    let_go(response)
    try:
        session = vault()
        session.rollback()
        session.connection(execution_options={WRITING: True, WAIT: 1})  # nobody in a hurry waits for long
        drafts.leave(session, keys(), number())
        session.commit()
    except OperationalError as error:
        log.error("A form could not be thrown away: %s", type(error.orig).__name__)
