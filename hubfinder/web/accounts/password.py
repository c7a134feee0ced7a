"""A new password: forgotten, by a link that email brings, or changed by whoever is signed in."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people import attempts, sessions
from hubfinder.people.attempts import TooManyTries
from hubfinder.people.models import Person
from hubfinder.people.passwords import LONGEST, normal
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.web.accounts import coming_in, devices, hashing, library, notices
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.chosen import chosen_password, new_uniquifier
from hubfinder.web.accounts.second_factor import me
from hubfinder.web.accounts.too_many import too_many
from hubfinder.web.shared import cookies
from hubfinder.web.shared.access import own_page, public_page
from hubfinder.web.shared.fresh import needs_fresh


@public_page(pages, "/account/password/forgotten", methods=("GET", "POST"))
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether there is such an account or not."""
    if request.method != "POST":
        return render_template("accounts/forgotten.html", email="", errors={})
    typed = request.form.get("email", "")
    try:
        email = plain_address(typed)
    except EmailRefused:
        errors = {"email": gettext("Type an email address, such as name@example.org.")}
        return render_template("accounts/forgotten.html", email=typed, errors=errors), 400
    try:
        _send_link(email)
    except TooManyTries as refused:
        return too_many(refused, "accounts/forgotten.html", email=email, errors={})
    return render_template("accounts/sent.html", email=email, minutes=library.LINK_MINUTES)


@public_page(pages, "/account/password/new/<token>", methods=("GET", "POST"))
def new_password(token: str) -> ResponseReturnValue:
    """The page that the link opens. Nobody is signed in by it: the second factor is asked for as ever."""
    begin_reading(db.session)
    person = library.person_of_link(token)
    if person is None:
        return render_template("accounts/link_ended.html", is_invitation=False), 410
    if request.method != "POST":
        return render_template("accounts/new_password.html", email=person.email, errors={})
    password, errors = chosen_password(request.form, (person.email, person.name))
    if errors:
        return render_template("accounts/new_password.html", email=person.email, errors=errors), 400
    person_id, uniquifier, email = person.id, person.fs_uniquifier, person.email
    db.session.rollback()
    hash_of_it = hashing.hashed(password)
    if not _set(person_id, uniquifier, hash_of_it, "password.reset"):
        return render_template("accounts/link_ended.html", is_invitation=False), 410
    devices.remember(email)
    session.clear()
    return redirect(url_for("accounts.sign_in", changed=1), 303)


@own_page(pages, "/account/password", methods=("GET", "POST"))
@needs_fresh
def change_password() -> ResponseReturnValue:
    """Needs the old one; every other session ends."""
    person = me()
    if request.method != "POST":
        return render_template("accounts/change_password.html", email=person.email, errors={})
    password, errors = chosen_password(request.form, (person.email, person.name))
    person_id, uniquifier, email, old = person.id, person.fs_uniquifier, person.email, person.password
    db.session.rollback()
    try:
        if not errors and not _knows_old(email, old):
            errors = {"old": gettext("This is not your password.")}
    except TooManyTries as refused:
        return too_many(refused, "accounts/change_password.html", email=email, errors={})
    if errors:
        return render_template("accounts/change_password.html", email=email, errors=errors), 400
    changed = _set(person_id, uniquifier, hashing.hashed(password), "password.changed")
    session["_user_id"] = changed
    cookies.renew()
    return redirect(url_for("accounts.account"), 303)


def _send_link(email: str) -> None:
    """Queue the email, if there is somebody; else do as much work for nothing.

    Raises:
        TooManyTries: too many were asked for.
    """
    begin_writing(db.session)
    attempts.count(db.session, devices.limits_for(email, "link"))
    person = db.session.scalar(
        select(Person).where(Person.email == email, Person.active, Person.password.is_not(None))
    )
    asked_for = person or Person(email="nobody@example.org", fs_uniquifier="-", password="-")  # noqa: S106
    part = db.session.begin_nested()
    notices.new_password(asked_for, library.token_of_link(asked_for), library.LINK_MINUTES)
    if person is None:
        part.rollback()
    db.session.commit()


def _set(person_id: int, uniquifier: str, hash_of_it: str, verb: str) -> str:
    """Keep the new password and end every session; what stands in their sessions from now on.

    Empty where the link was used meanwhile, or the person disabled.
    """
    begin_writing(db.session)
    person = coming_in.locked(person_id)
    if person is None or person.fs_uniquifier != uniquifier:
        db.session.rollback()
        return ""
    person.password, person.fs_uniquifier = hash_of_it, new_uniquifier()
    kept = cookies.visit().kept
    sessions.end_all(db.session, person_id, but=kept.digest if kept else "")
    coming_in.note(person, verb)
    notices.password_changed(person)
    changed = person.fs_uniquifier
    db.session.commit()
    return changed


def _knows_old(email: str, old: str | None) -> bool:
    """Whether somebody signed in types the password they have; wrong ones count as at sign-in.

    Raises:
        TooManyTries: it is not looked at.
    """
    begin_writing(db.session)
    counted = attempts.count(db.session, devices.limits_for(email, "password"))
    db.session.commit()
    with hashing.place().place():
        is_right = hashing.is_right(normal(request.form.get("old", ""))[: LONGEST + 1], old)
    if is_right:
        begin_writing(db.session)
        attempts.forgive(db.session, counted)
        db.session.commit()
    return is_right
