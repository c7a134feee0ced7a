"""Signing in with the password, and signing out."""

import logging

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people import attempts
from hubfinder.people.attempts import TooManyTries
from hubfinder.people.models import Person
from hubfinder.people.passwords import LONGEST, normal
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.web.accounts import coming_in, devices, hashing
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.too_many import too_many
from hubfinder.web.shared import cookies
from hubfinder.web.shared.access import is_signed_in, own_page, public_page
from hubfinder.web.shared.fresh import own_address

log = logging.getLogger(__name__)


@public_page(pages, "/account/login", methods=("GET", "POST"))
def sign_in() -> ResponseReturnValue:
    """The email address and the password; then the second factor."""
    onward = own_address(request.values.get("next", ""))
    if request.method == "POST":
        return _tried(_address(request.form.get("email", "")), request.form.get("password", ""), onward)
    if is_signed_in():
        return redirect(onward or url_for("staff.home"), 303)
    return _page("", onward, {}, 200)


@own_page(pages, "/account/logout", methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """End the session on the server: the cookie that somebody may have copied is worth nothing then."""
    session.clear()
    cookies.visit().modified = True
    return redirect(url_for("accounts.sign_in", out=1), 303)


def _tried(email: str, password: str, onward: str) -> ResponseReturnValue:
    try:
        uniquifier = _right(email, password)
    except TooManyTries as refused:
        return too_many(refused, "accounts/sign_in.html", email=email, onward=onward, errors={})
    if not uniquifier:
        words = gettext("The email address or the password is not right.")
        return _page(email, onward, {"email": words}, 400)
    coming_in.begin(uniquifier, onward)
    return redirect(url_for("accounts.second_factor"), 303)


def _right(email: str, password: str) -> str:
    """What stands in somebody's sessions, if the password is theirs; takes as long where nobody is found.

    It is counted as wrong before it is looked at: fifty tries at once are fifty tries.

    Raises:
        TooManyTries: it is not looked at.
        ServiceUnavailable: too many sign in at once.
    """
    limits = devices.limits_for(email, "password")
    begin_reading(db.session)
    attempts.check(db.session, limits)
    db.session.rollback()
    with hashing.place().place(may_wait=devices.is_known(email)):
        begin_writing(db.session)
        counted = attempts.count(db.session, limits)
        there = db.session.execute(
            select(Person.password, Person.fs_uniquifier).where(Person.email == email, Person.active)
        ).first()
        db.session.commit()
        is_right = hashing.is_right(normal(password)[: LONGEST + 1], there.password if there else None)
    if not is_right or there is None:
        return ""
    begin_writing(db.session)
    attempts.forgive(db.session, counted)
    db.session.commit()
    return str(there.fs_uniquifier)


def _address(typed: str) -> str:
    """An email address as it is kept; what is none is nobody's."""
    try:
        return plain_address(typed)
    except EmailRefused:
        return typed.strip().lower()[:254]


def _page(email: str, onward: str, errors: dict[str, str], status: int) -> ResponseReturnValue:
    page = render_template("accounts/sign_in.html", email=email, onward=onward, errors=errors)
    return page, status
