"""Accepting an invitation: a name, a password, and then the second factor."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.extensions import db
from hubfinder.people.invitations import accept, find_invitation, plain_name
from hubfinder.people.models import Invitation
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.web.accounts import coming_in, devices, hashing
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.accounts.chosen import chosen_password
from hubfinder.web.shared.access import public_page

TEMPLATE = "accounts/invitation.html"


@public_page(pages, "/account/invitation/<token>", methods=("GET", "POST"))
def invitation(token: str) -> ResponseReturnValue:
    """Opening it changes nothing, however often: mail scanners do. It holds until a password is set."""
    begin_reading(db.session)
    found = find_invitation(db.session, token)
    if found is None:
        return _ended()
    if request.method != "POST":
        return render_template(TEMPLATE, email=found.email, name=found.name, errors={})
    return _accepted(token, found)


def _accepted(token: str, found: Invitation) -> ResponseReturnValue:
    name = plain_name(request.form.get("name", ""))
    password, errors = chosen_password(request.form, (found.email, name))
    if not name:
        errors = {"name": str(Refusal.NAME.label), **errors}
    email = found.email
    if errors:
        return render_template(TEMPLATE, email=email, name=name, errors=errors), 400
    db.session.rollback()
    hash_of_it = hashing.hashed(password)
    begin_writing(db.session)
    try:
        uniquifier = accept(db.session, token, name, hash_of_it).fs_uniquifier
    except PeopleRefused:
        db.session.rollback()
        return _ended()
    db.session.commit()
    coming_in.begin(uniquifier)
    devices.remember(email)
    return redirect(url_for("accounts.set_up"), 303)


def _ended() -> ResponseReturnValue:
    return render_template("accounts/link_ended.html", is_invitation=True), 410
