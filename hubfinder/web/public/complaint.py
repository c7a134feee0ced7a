"""Where complaints go, and a private word to the council about one."""

from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.display.words import gettext
from hubfinder.listings.report_subjects import About
from hubfinder.staff_vocab import ReportKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.telling import Form, empty_form, read_form, send, told_of, without_cookie
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings


@without_cookie
@public_page(pages, "/complaint", methods=("GET", "POST"))
def complaint() -> ResponseReturnValue:
    show = partial(render_template, "public/complaint.html")
    if request.method != "POST":
        return show(form=empty_form())
    form = read_form(("who",))
    if not form["text"]:
        form = form.wrong("text", gettext("Say what happened"))
    if form.errors:
        return show(form=form), 400
    what = About(name=form["who"], council=settings().council_code)
    told = told_of(form, ReportKind.COMPLAINT, what)
    return send(told, lambda errors: show(form=Form(form.token, form.values, errors)))
