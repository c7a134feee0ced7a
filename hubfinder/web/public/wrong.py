"""Something wrong here? What anybody may tell us of a service, a family hub or an entry of the catalogue."""

from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.display.language import locale
from hubfinder.display.words import gettext
from hubfinder.listings.report_subjects import About
from hubfinder.listings.telling import Told
from hubfinder.staff_vocab import ReportKind, WrongPart
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.telling import Form, empty_form, read_form, send, subject, without_cookie
from hubfinder.web.shared.access import public_page

KINDS = {
    WrongPart.TELEPHONE: ReportKind.DEAD_TELEPHONE,
    WrongPart.WEB: ReportKind.DEAD_LINK,
    WrongPart.CLOSED: ReportKind.CLOSED,
}
PARTS_OF_ENTRIES = (WrongPart.WEB, WrongPart.CLOSED, WrongPart.OTHER)
"""An entry of the national catalogue has no hours and no place."""


@without_cookie
@public_page(pages, "/<any(service, hub, catalogue):kind>/<key>/wrong", methods=("GET", "POST"))
def wrong(kind: str, key: str) -> ResponseReturnValue:
    what = subject(kind, key)
    parts = PARTS_OF_ENTRIES if kind == "catalogue" else tuple(WrongPart)
    show = partial(_page, kind, key, what, parts)
    if request.method != "POST":
        return show(empty_form())
    form = _checked(read_form(("part", "right")), parts)
    if form.errors:
        return show(form), 400
    return send(_told(form, what), lambda errors: show(Form(form.token, form.values, errors)))


def _page(kind: str, key: str, what: About, parts: tuple[WrongPart, ...], form: Form) -> str:
    back = {"service": "public.service", "hub": "public.hub", "catalogue": "public.entry"}[kind]
    return render_template("public/wrong.html", about=what, key=key, back=back, parts=parts, form=form)


def _checked(form: Form, parts: tuple[WrongPart, ...]) -> Form:
    if form["part"] not in parts:
        return form.wrong("part", gettext("Choose what is wrong"))
    if form["part"] == WrongPart.OTHER and not form["text"]:
        return form.wrong("text", gettext("Say what is wrong"))
    return form


def _told(form: Form, what: About) -> Told:
    part = WrongPart(form["part"])
    return Told(
        kind=KINDS.get(part, ReportKind.WRONG),
        reference=form.reference,
        about=what,
        part=part.value,
        text=form["text"],
        suggestion={"right": form["right"]} if form["right"] else {},
        email=form.email,
        language=locale(),
    )
