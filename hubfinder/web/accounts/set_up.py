"""Setting up a second factor: an authenticator app or a passkey, and recovery codes for when it is gone."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people import attempts
from hubfinder.people.attempts import TooManyTries
from hubfinder.people.models import Person
from hubfinder.web.accounts import coming_in, devices, factors, notices, passkeys
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.second_factor import me
from hubfinder.web.accounts.too_many import too_many
from hubfinder.web.shared.access import is_signed_in, public_page
from hubfinder.web.shared.fresh import ask_again, is_fresh

TEMPLATE = "accounts/set_up.html"
SECRET = "new_secret"  # noqa: S105 - the name of it


@public_page(pages, "/account/set-up")
def set_up() -> ResponseReturnValue:
    """An authenticator app, or a passkey."""
    return _page(whoever_sets_up(), {})


@public_page(pages, "/account/set-up/app", methods=("POST",))
def set_up_app() -> ResponseReturnValue:
    """A code from the app shows that it has the secret."""
    secret = session.get(SECRET, "")
    try:
        person = _counted(whoever_sets_up())
    except TooManyTries as refused:
        return too_many(refused, TEMPLATE, **_words(whoever_sets_up()), errors={})
    code = "".join(request.form.get("code", "").split())
    if not secret or not factors.is_code_of(person, code, secret):
        db.session.commit()
        words = gettext("This is not the code that the app shows now. Wait for the next one.")
        return _page(whoever_sets_up(), {"code": words})
    session.pop(SECRET)
    factors.keep_app(person, secret)
    return _done(person, factors.CODE, gettext("An authenticator app was set up for your account."))


@public_page(pages, "/account/set-up/passkey", methods=("POST",))
def set_up_passkey() -> ResponseReturnValue:
    """What the browser answered."""
    try:
        person = _counted(whoever_sets_up())
    except TooManyTries as refused:
        return too_many(refused, TEMPLATE, **_words(whoever_sets_up()), errors={})
    if not passkeys.make(person, request.form.get("credential", ""), request.form.get("name", "")):
        db.session.commit()
        return _page(whoever_sets_up(), {"name": gettext("The passkey was not made. Try again.")})
    return _done(person, factors.PASSKEY, gettext("A passkey was added to your account."))


def whoever_sets_up() -> Person:
    """Somebody on their way in who has no factor yet, or somebody signed in who showed theirs just now.

    Anybody else is led to where they can become one of those.
    """
    if is_signed_in():
        if not is_fresh():
            abort(ask_again())
        return me()
    person = coming_in.waiting()
    if person is None:
        abort(coming_in.to_sign_in())
    if coming_in.has_factor(person):
        abort(redirect(url_for("accounts.second_factor"), 303))
    return person


def _counted(person: Person) -> Person:
    """The same person, for writing; a wrong answer would count.

    Raises:
        TooManyTries: it is not looked at.
    """
    person_id, email, is_first = person.id, person.email, not is_signed_in()
    db.session.rollback()
    begin_writing(db.session)
    found = coming_in.locked(person_id)
    if found is None or (is_first and coming_in.has_factor(found)):
        abort(coming_in.to_sign_in())
    attempts.count(db.session, devices.limits_for(email, "set-up"))
    return found


def _done(person: Person, shown: str, words: str) -> ResponseReturnValue:
    """Somebody on their way in is through; somebody signed in goes back to their account."""
    coming_in.note(person, "factor.added", {"factor": shown})
    notices.factor_changed(person, words)
    if is_signed_in():
        db.session.commit()
        return redirect(url_for("accounts.account"), 303)
    codes = factors.new_recovery_codes(person)
    onward = coming_in.enter(person, shown)
    return render_template("accounts/codes.html", codes=codes, onward=onward)


def _page(person: Person, errors: dict[str, str]) -> ResponseReturnValue:
    return render_template(TEMPLATE, **_words(person), errors=errors), 400 if errors else 200


def _words(person: Person) -> dict[str, object]:
    """The secret stays the same while somebody tries: their app has it already."""
    if SECRET not in session:
        session[SECRET] = factors.new_secret()
    return {
        "picture": factors.picture(person, session[SECRET]),
        "secret": factors.plain_secret(session[SECRET]),
        "email": person.email,
        "is_first": not is_signed_in(),
        "passkey_options": passkeys.options_to_make(person),
    }
