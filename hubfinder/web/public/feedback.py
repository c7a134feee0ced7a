"""What was it like? What families say of a service, and what everybody may read of it."""

from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.feedback import feedback_on
from hubfinder.staff_vocab import ReportKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.telling import Form, empty_form, read_form, send, subject, told_of, without_cookie
from hubfinder.web.shared.access import public_page

MOST = 200
"""On the page of all."""


@without_cookie
@public_page(pages, "/service/<key>/feedback", methods=("GET", "POST"))
def feedback(key: str) -> ResponseReturnValue:
    what = subject("service", key)
    show = partial(render_template, "public/feedback.html", about=what, key=key)
    if request.method != "POST":
        return show(form=empty_form())
    form = read_form(())
    if not form["text"]:
        form = form.wrong("text", gettext("Say what it was like"))
    if form.errors:
        return show(form=form), 400
    told = told_of(form, ReportKind.FEEDBACK, what)
    return send(told, lambda errors: show(form=Form(form.token, form.values, errors)))


@public_page(pages, "/service/<key>/what-people-say")
def what_people_say(key: str) -> str:
    what = subject("service", key)
    found = feedback_on(db.session, what.subject, MOST)
    return render_template("public/what_people_say.html", about=what, key=key, said=found)
