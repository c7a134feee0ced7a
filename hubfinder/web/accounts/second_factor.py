"""The second factor on the way in, and again before something that cannot be undone."""

import time

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.attempts import TooManyTries
from hubfinder.people.models import Person
from hubfinder.web.accounts import coming_in, factors, notices, passkeys
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.too_many import too_many
from hubfinder.web.shared import cookies
from hubfinder.web.shared.access import own_page, public_page
from hubfinder.web.shared.fresh import own_address
from hubfinder.web.shared.settings import settings

TEMPLATE = "accounts/second_factor.html"


@public_page(pages, "/account/second-factor", methods=("GET", "POST"))
def second_factor() -> ResponseReturnValue:
    """A code or a passkey, after the password."""
    person = coming_in.waiting()
    if person is None:
        return coming_in.to_sign_in()
    if not coming_in.has_factor(person):
        return redirect(url_for("accounts.set_up"), 303)
    if request.method != "POST":
        return _page(person, is_check=False)
    try:
        found, shown = factors.answered(person.id, person.email, request.form)
    except TooManyTries as refused:
        return too_many(refused, TEMPLATE, **_words(person, is_check=False))
    if found is None:
        return _page(person, is_check=False, is_wrong=True)
    notices.of_recovery_code(found, shown)
    return redirect(coming_in.enter(found, shown), 303)


@own_page(pages, "/account/check", methods=("GET", "POST"))
def check() -> ResponseReturnValue:
    """The second factor once more; then on to the page that waits."""
    person = me()
    if request.method != "POST":
        return _page(person, is_check=True)
    try:
        found, shown = factors.answered(person.id, person.email, request.form)
    except TooManyTries as refused:
        return too_many(refused, TEMPLATE, **_words(person, is_check=True))
    if found is None:
        return _page(person, is_check=True, is_wrong=True)
    coming_in.note(found, "person.checked", {"factor": shown})
    notices.of_recovery_code(found, shown)
    db.session.commit()
    session[cookies.FACTOR_AT] = time.time()
    cookies.renew()
    return redirect(own_address(request.form.get("next", "")) or url_for("accounts.account"), 303)


def me() -> Person:
    """Whoever is signed in, with all of their account; read in the page's own transaction."""
    found = db.session.get(Person, session.get(cookies.PERSON))
    if found is None:
        abort(coming_in.to_sign_in())
    return found


def _page(person: Person, *, is_check: bool, is_wrong: bool = False) -> ResponseReturnValue:
    errors = {"code": gettext("This is not right, or it was used already. Wait for the next code.")}
    words = _words(person, is_check=is_check)
    page = render_template(TEMPLATE, **{**words, "errors": errors if is_wrong else {}})
    return page, 400 if is_wrong else 200


def _words(person: Person, *, is_check: bool) -> dict[str, object]:
    onward = own_address(request.values.get("next", "")) if is_check else ""
    return {
        "is_check": is_check,
        "onward": onward,
        "errors": {},
        "has_app": bool(person.tf_totp_secret),
        "codes_left": factors.codes_left(person),
        "is_made_up": settings().is_demonstration and not coming_in.has_factor(person),
        "email": person.email,
        "passkey_options": passkeys.options_to_use(person),
    }
