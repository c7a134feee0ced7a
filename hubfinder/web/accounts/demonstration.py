"""Signing in as people who do not exist, to look at the staff pages. There is no such page in production."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.demonstration import person_of_link, use_link
from hubfinder.web.accounts import coming_in
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings

SHOWN = "demonstration link"


@public_page(pages, "/account/demonstration/<token>", methods=("GET", "POST"))
def demonstration(token: str) -> ResponseReturnValue:
    """One button; pressing it signs in, once."""
    if not settings().is_demonstration:
        raise NotFound
    if request.method != "POST":
        person = existing(person_of_link(db.session, token))
        return render_template("accounts/demonstration.html", person=person)
    db.session.rollback()
    begin_writing(db.session)
    return redirect(coming_in.enter(existing(use_link(db.session, token)), SHOWN), 303)
