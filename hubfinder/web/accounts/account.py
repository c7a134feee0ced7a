"""Somebody's own account: second factors, sessions, password."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people import sessions
from hubfinder.people.models import Person
from hubfinder.web.accounts import coming_in, factors, notices, passkeys
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.second_factor import me
from hubfinder.web.shared import cookies
from hubfinder.web.shared.access import own_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import needs_fresh


@own_page(pages, "/account")
def account() -> ResponseReturnValue:
    """What is theirs, and what can be done to it."""
    return render_template("accounts/account.html", **_words(me()))


@own_page(pages, "/account/app/remove", methods=("POST",))
@needs_fresh
def remove_app() -> ResponseReturnValue:
    """Codes from the app work no more. Only with a passkey left."""
    person = _for_change()
    if not person.webauthn or not person.tf_totp_secret:
        return _refused(gettext("Add a passkey first: nobody can sign in without a second step."))
    factors.remove_app(person)
    return _changed(person, "app", gettext("The authenticator app was removed from your account."))


@own_page(pages, "/account/passkeys/<int:key>/remove", methods=("POST",))
@needs_fresh
def remove_passkey(key: int) -> ResponseReturnValue:
    """A passkey that is lost works no more. Only with another factor left."""
    person = _for_change()
    if len(person.webauthn) < 2 and not person.tf_totp_secret:
        return _refused(gettext("Set up an app first: nobody can sign in without a second step."))
    existing(passkeys.remove(person, key) or None)
    return _changed(person, "passkey", gettext("A passkey was removed from your account."))


@own_page(pages, "/account/recovery-codes", methods=("POST",))
@needs_fresh
def recovery_codes() -> ResponseReturnValue:
    """Ten new codes, shown once; the old ones work no more."""
    person = _for_change()
    codes = factors.new_recovery_codes(person)
    coming_in.note(person, "codes.made")
    notices.factor_changed(person, gettext("New recovery codes were made for your account."))
    db.session.commit()
    return render_template("accounts/codes.html", codes=codes, onward=url_for("accounts.account"))


@own_page(pages, "/account/stay", methods=("POST",))
def stay() -> ResponseReturnValue:
    """Somebody is still there, though they asked for no page; in how many seconds they are signed out now."""
    cookies.somebody_is_there(at_once=True)
    return {"seconds": cookies.seconds_left()}


@own_page(pages, "/account/sessions/end", methods=("POST",))
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else, at once."""
    person, kept = me(), cookies.visit().kept
    person_id = person.id
    db.session.rollback()
    begin_writing(db.session)
    count = sessions.end_all(db.session, person_id, but=kept.digest if kept else "")
    coming_in.note(me(), "sessions.ended", {"sessions": count})
    db.session.commit()
    return redirect(url_for("accounts.account", ended=count), 303)


def _for_change() -> Person:
    """Whoever is signed in, while nobody else changes something of theirs."""
    person_id = me().id
    db.session.rollback()
    begin_writing(db.session)
    return existing(coming_in.locked(person_id))


def _changed(person: Person, factor: str, words: str) -> ResponseReturnValue:
    coming_in.note(person, "factor.removed", {"factor": factor})
    notices.factor_changed(person, words)
    db.session.commit()
    return redirect(url_for("accounts.account"), 303)


def _refused(words: str) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("accounts/account.html", **{**_words(me()), "errors": {"factors": words}}), 409


def _words(person: Person) -> dict[str, object]:
    here = cookies.visit().kept
    limits = cookies.limits_of(current_app.extensions["settings"])
    open_ones = sessions.sessions_of(db.session, person.id, limits)
    return {
        "person": person,
        "errors": {},
        "passkeys": passkeys.names_of(person.webauthn),
        "codes_left": factors.codes_left(person),
        "sessions": [(one, here is not None and one.digest == here.digest) for one in open_ones],
        "ends_at": cookies.ends_at(limits),
        "ended": request.args.get("ended", type=int),
    }
