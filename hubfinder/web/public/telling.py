"""What the pages share on which somebody tells us something: forms without a cookie, limits, the thanks.

A form holds the reference of the report it may become, signed: sent twice it is one report, sent from
somebody else's page it is refused, and no cookie is needed for either.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest

from hubfinder.database import begin_writing
from hubfinder.display.language import locale
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import csrf, db
from hubfinder.listings.moved import taken_over
from hubfinder.listings.report_subjects import About, Kind, about
from hubfinder.listings.report_words import LONGEST, new_reference, plain_words, read_reference, spaced
from hubfinder.listings.telling import Danger, Receipt, Told, tell
from hubfinder.listings.throttle import Sender, TooMuch
from hubfinder.post.values import is_address
from hubfinder.sheets.budget import network_of
from hubfinder.staff_vocab import ReportKind
from hubfinder.web.public.concern import concern_views
from hubfinder.web.shared.access import View
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.typed import one_line

OPEN_FOR = 24 * 3_600
"""Seconds for which a form can be sent."""
TRAP = "homepage"
"""A field that people do not see; programs fill it in."""
SHORT = 255
_OURS = frozenset({"same-origin", "none"})
_SALT = "told"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as somebody filled it in."""

    token: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    """That of the token; empty where it is none of ours, or too old."""

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def email(self) -> str:
        return self["email"]

    def wrong(self, name: str, why: str) -> "Form":
        """The same with one more error; the first of each field stays."""
        return replace(self, errors={**self.errors, **({} if name in self.errors else {name: why})})


def without_cookie(view: View) -> View:
    """Let a form be sent without the token of a session: its own, signed one stands in its place."""
    csrf.exempt(view)
    return view


def empty_form() -> Form:
    return Form(_signed(new_reference()))


def read_form(lines: tuple[str, ...], texts: tuple[str, ...] = ("text",)) -> Form:
    """What was typed into these fields, of one line and of several, with what is wrong with the form itself.

    Raises:
        BadRequest: the form was sent from a page that is not ours.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        raise BadRequest
    values = {name: one_line(request.form.get(name, ""), SHORT) for name in (*lines, "email")}
    values |= {name: plain_words(request.form.get(name, ""), LONGEST + 1) for name in texts}
    reference = _reference_in(request.form.get("form", ""))
    form = Form(
        request.form.get("form", "") if reference else _signed(new_reference()), values, {}, reference
    )
    if not reference:
        form = form.wrong("send", gettext("This page was open for a long time. Press “Send” once more."))
    if request.form.get(TRAP):
        form = form.wrong(TRAP, gettext("Leave this field empty"))
    for name in texts:
        if len(values[name]) > LONGEST:
            form = form.wrong(name, gettext("Use at most %(most)s characters", most=f"{LONGEST:,}"))
    if values["email"] and not is_address(values["email"]):
        form = form.wrong("email", gettext("Type an email address like name@example.org, or none"))
    return form


def send(told: Told, again: Callable[[dict[str, str]], str]) -> ResponseReturnValue:
    """Write it down and say thank you; or, when it is too much, the form again with all its words."""
    try:
        receipt = _written(told)
    except IntegrityError:  # the same form once more at the same moment: now the first is there
        receipt = _written(told)
    except TooMuch as refused:
        db.session.rollback()
        return later(refused.seconds, again)
    return _thanks(told, receipt)


def later(seconds: int, again: Callable[[dict[str, str]], str]) -> ResponseReturnValue:
    minutes = math.ceil(seconds / 60)
    why = ngettext(
        "We get very many of these just now. Wait %(num)d minute, then press “Send” once more.",
        "We get very many of these just now. Wait %(num)d minutes, then press “Send” once more.",
        minutes,
    )
    response = make_response(again({"send": why}), 429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def told_of(form: Form, kind: ReportKind, what: About) -> Told:
    return Told(kind, form.reference, what, text=form["text"], email=form.email, language=locale())


def subject(kind: str, key: str) -> About:
    """What a page is of. Where another listing has taken its place, the same page of that one.

    Raises:
        NotFound: there is no such thing.
        HTTPException: a redirect; what was typed comes along.
    """
    if kind == Kind.SERVICE and (to := taken_over(db.session, [key]).get(key)):
        there = url_for(request.endpoint or "", **{**(request.view_args or {}), "key": to})
        abort(redirect(there, 308 if request.method == "POST" else 301))
    return existing(about(db.session, Kind(kind), key, settings().council_code))


def sender() -> Sender:
    return Sender(network_of(request.remote_addr or ""), settings().session_key)


def danger() -> Danger:
    return Danger(settings().seeds_dir)


def _written(told: Told) -> Receipt:
    db.session.rollback()  # what was read so far took no lock
    begin_writing(db.session)
    receipt = tell(db.session, told, sender(), danger())
    db.session.commit()
    return receipt


def _thanks(told: Told, receipt: Receipt) -> ResponseReturnValue:
    page = render_template(
        "public/told_done.html",
        kind=told.kind,
        about=told.about,
        reference=spaced(receipt.reference),
        concerns=concern_views(db.session, receipt.concerns),
        has_email=bool(told.email),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().session_key, salt=_SALT)


def _signed(reference: str) -> str:
    return str(_serializer().dumps([reference, request.path]))


def _reference_in(token: str) -> str:
    """The reference that a form of this very page was given; empty for anything else."""
    try:
        reference, path = _serializer().loads(token, max_age=OPEN_FOR)
    except (BadSignature, ValueError, TypeError):
        return ""
    return read_reference(reference) if path == request.path else ""
