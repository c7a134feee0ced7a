"""Who reads which request: this browser, once it has shown the code, for as long as its visit lasts.

The cookie is a random number; what it opens stands in the vault. Every form carries that number's keyed hash
with the reference, signed, so that no other site sends one. Without a visit every address under ``/follow/``
is the same page with the same status, whether there is such a request or not.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import wraps

from flask import (
    Response,
    after_this_request,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from hubfinder.clock import utc_now
from hubfinder.database import begin_reading, begin_writing
from hubfinder.database.engine import WAIT, WRITING
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import csrf, db
from hubfinder.referrals import lookups, visits
from hubfinder.referrals.codes import cookie_digest, new_token, read_code, spaced
from hubfinder.referrals.family import Hand, TooOften, WrongState
from hubfinder.referrals.lookups import TooManyLookups, Try
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import Opened, opened
from hubfinder.referrals.visits import Limits, Visit
from hubfinder.sheets.budget import network_of
from hubfinder.vault.engine import VAULT
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.where import opening_for
from hubfinder.web.shared.access import View, family_page
from hubfinder.web.shared.cookies import host_cookie, set_cookie
from hubfinder.web.shared.leaving import when_leaving
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault

COOKIE = "follow"
FORM, CODE, ONCE = "form", "code", "once"
"""Fields: the signed token, the code, and what makes a form that is sent twice one."""
OPEN_FOR = 24 * 3_600
"""Seconds for which a form can be sent; longer than any visit lasts, so that nothing typed is lost."""
_SALT = "follow"
log = logging.getLogger(__name__)


class Closed(Exception):
    """The visit has ended since the page was asked for."""


def limits() -> Limits:
    """How long a visit lasts: as long as staff's sessions do."""
    kept = settings()
    return Limits(timedelta(minutes=kept.session_idle_minutes), timedelta(hours=kept.session_hours))


def current() -> Visit | None:
    """The visit of this browser; none once it has ended."""
    if "visit" not in g:
        with Session(db.get_engine(VAULT)) as session:
            begin_reading(session)
            g.visit = visits.of_browser(session, keys(), _number(), limits())
    found: Visit | None = g.visit
    return found


def request_page(rule: str, *, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Put a page about one request under ``/follow/<reference>``: the view is given the visit.

    Without a visit to that very request the answer is a 404, always the same. A form of a visit that has
    ended meanwhile is kept, and only the code is asked for again.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def entered(reference: str, **values: str) -> ResponseReturnValue:
            visit = current()
            is_theirs = visit is not None and visit.reference == reference
            if request.method == "POST":
                answer = _refused(reference, is_there=is_theirs)
                if answer is not None:
                    return answer
                visit = current()
            if visit is None or visit.reference != reference:
                return closed()
            try:
                return view(_somebody_is_there(visit), **values)
            except Closed:
                return closed()

        return family_page(pages, f"/follow/<reference>{rule}", methods=methods)(own_token(entered))

    return declare


def own_token(view: View) -> View:
    """Let forms be sent without the token of a session: they carry one of the visit."""
    csrf.exempt(view)
    return view


def _refused(reference: str, *, is_there: bool) -> ResponseReturnValue | None:
    """Why what was sent is not looked at; none where it is."""
    is_ours = is_token_right(reference)
    if is_there:
        if not is_ours:
            raise BadRequest
        return None
    return _again(reference) if is_ours else closed()


def _again(reference: str) -> ResponseReturnValue | None:
    """The visit has ended while somebody was writing: the code is asked for, and what they wrote is kept."""
    code, errors = read_code(request.form.get(CODE, "")), {}
    if CODE in request.form:
        try:
            if code and show(reference, code):
                return None
            errors[CODE] = not_found()
        except TooManyLookups as refused:
            errors[CODE] = wait(refused.seconds)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (FORM, CODE)]
    page = render_template(
        "front_door/follow_again.html", kept=kept, errors=errors, token=form_token(reference)
    )
    return make_response(page, 403)


def show(reference: str, code: str) -> bool:
    """Begin the visit of somebody who has shown reference and code; False if that is not the code.

    Raises:
        TooManyLookups: too many were wrong; this one was not looked at.
    """
    session, ring = vault(), keys()
    session.rollback()  # the page may have looked at the form before
    begin_writing(session)
    try:
        counted = lookups.take(session, ring, Try(network_of(request.remote_addr or ""), reference))
    except TooManyLookups:
        session.rollback()  # nobody waits while the refusal is written
        raise
    id_ = visits.prove(session, ring, reference, code)
    token = ""
    if id_:
        lookups.forgive(session, counted)
        visits.end(session, ring, _number())
        token = visits.begin(session, ring, id_, limits())
    session.commit()
    if not token:
        return False
    hold(token)
    g.pop("visit", None)
    g.follow_number = token
    return True


def closed() -> ResponseReturnValue:
    """The same for every reference that this browser does not read, whatever it is."""
    return make_response(entry_page(is_closed=True), 404)


def entry_page(typed: str = "", errors: dict[str, str] | None = None, *, is_closed: bool = False) -> str:
    """The page that asks for reference and code; the form on it is of this browser alone."""
    if not _number():
        number = new_token()
        g.follow_number = number
        hold(number)
    return render_template(
        "front_door/follow.html",
        typed=typed,
        errors=errors or {},
        is_closed=is_closed,
        token=form_token(""),
    )


def form_token(reference: str) -> str:
    """What a form carries: made for this browser and this request; for none yet, ``""``."""
    return str(_signing().dumps([cookie_digest(keys(), _number()), reference]))


def keeps_cookie() -> bool:
    """Whether this browser sent back the cookie that the page with the form gave it."""
    return bool(request.cookies.get(host_cookie(COOKIE)))


def is_token_right(reference: str) -> bool:
    """Whether what was sent carries the token of this browser and this request."""
    if not keeps_cookie():
        return False
    try:
        said = _signing().loads(request.form.get(FORM, ""), max_age=OPEN_FOR)
    except BadSignature:
        return False
    return bool(said == [cookie_digest(keys(), _number()), reference])


def looked_at(visit: Visit) -> Opened:
    """The request of a visit, open to be shown. That it is read the trail says once for each visit."""
    begin_reading(vault())
    return opened(keys(), vault().get_one(Referral, visit.referral_id))


def hand(visit: Visit) -> Hand:
    """Begin to change the request of a visit.

    Raises:
        Closed: the visit has ended meanwhile, in another window.
    """
    with Session(db.get_engine(VAULT)) as reading:
        begin_reading(reading)
        council = reading.get_one(Referral, visit.referral_id).council_code
    opening = opening_for(council)
    session, ring = vault(), keys()
    session.rollback()
    begin_writing(session)
    if visits.of_browser(session, ring, _number(), limits()) is None:
        session.rollback()
        raise Closed
    return Hand(session, ring, visit, opening)


def seconds_left(visit: Visit) -> int:
    """How long a visit lasts if nothing more happens."""
    return max(0, int((visit.ends_soonest(limits()) - utc_now()).total_seconds()))


def around(visit: Visit) -> dict[str, object]:
    """What every page about one request needs."""
    return {
        "reference": visit.reference,
        "spaced": spaced(visit.reference),
        "token": form_token(visit.reference),
        "seconds": seconds_left(visit),
    }


def to_the_request(visit: Visit, done: str = "") -> ResponseReturnValue:
    return redirect(url_for("front_door.followed", reference=visit.reference, done=done or None), 303)


def why_not(refused: TooOften | WrongState) -> str:
    if isinstance(refused, TooOften):
        return gettext("You wrote to us very often today. Please ring us.")
    return gettext("This request cannot be changed any more. Please ring us.")


def not_found() -> str:
    """What is said of every reference and code that do not belong together."""
    return gettext("We cannot find a request with this reference and this code. Look again at every sign.")


def wait(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext("Wait %(num)d minute and try again", "Wait %(num)d minutes and try again", minutes)


def end_visit() -> None:
    """What this browser holds opens no request any more; where the vault is busy, the cookie alone goes."""
    if not _number():
        return
    g.pop("visit", None)
    try:
        with Session(db.get_engine(VAULT)) as session:
            session.connection(execution_options={WRITING: True, WAIT: 1})
            visits.end(session, keys(), _number())
            session.commit()
    except OperationalError as error:
        log.error("A visit could not be ended: %s", type(error.orig).__name__)


@when_leaving
def forget(response: Response) -> None:
    """Somebody leaves: this browser reads nothing any more."""
    end_visit()
    if request.cookies.get(host_cookie(COOKIE)):
        response.delete_cookie(
            host_cookie(COOKIE), path="/", secure=request.is_secure, httponly=True, samesite="Lax"
        )


def hold(token: str) -> None:
    """Give the browser a number with the answer that is being made."""

    @after_this_request
    def put(response: Response) -> Response:
        set_cookie(response, COOKIE, token)
        return response


def _number() -> str:
    """What this browser holds, or is about to."""
    found: str = g.get("follow_number") or request.cookies.get(host_cookie(COOKIE), "")
    return found


def _somebody_is_there(visit: Visit) -> Visit:
    """Written once a minute."""
    return go_on(visit) if utc_now() - visit.seen_at >= visits.SEEN_EVERY else visit


def go_on(visit: Visit) -> Visit:
    """The visit starts to be idle anew; left to the next time if the vault is busy."""
    try:
        with Session(db.get_engine(VAULT)) as session:
            session.connection(execution_options={WRITING: True, WAIT: 1})
            visits.seen(session, visit)
            session.commit()
    except OperationalError:
        return visit
    return replace(visit, seen_at=utc_now())


def _signing() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().session_key, salt=_SALT)
