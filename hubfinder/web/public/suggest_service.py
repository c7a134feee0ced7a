"""A service that is missing: anybody may tell us of it, and sees whether it is listed already."""

import re
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.display.language import locale
from hubfinder.display.words import gettext
from hubfinder.exchange.duplicates import Alike, duplicates_of
from hubfinder.extensions import db
from hubfinder.listings.models import Content
from hubfinder.listings.report_subjects import About
from hubfinder.listings.telling import Told
from hubfinder.places.queries import councils_of_postcodes
from hubfinder.places.values import Postcode
from hubfinder.search.listed import cards_of
from hubfinder.staff_vocab import KnownFrom, ReportKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.telling import Form, empty_form, read_form, send, without_cookie
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings

LINES = ("name", "where", "contact", "known_from", "is_another")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}\b")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{8,18}[0-9]")
_WEB = re.compile(r"(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?:/[^\s,;]{0,200})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s,;@]{1,64}@[^\s,;@]{3,120}")


@without_cookie
@public_page(pages, "/suggest-service", methods=("GET", "POST"))
def suggest_service() -> ResponseReturnValue:
    show = partial(render_template, "public/suggest_service.html", known_from=tuple(KnownFrom), alike=())
    if request.method != "POST":
        return show(form=empty_form())
    form = _checked(read_form(LINES))
    if form.errors:
        return show(form=form), 400
    content = content_of(form)
    alike = [] if form["is_another"] else _listed(duplicates_of(db.session, content))
    if alike:
        return show(form=form, alike=alike)
    return send(_told(form, content), lambda errors: show(form=Form(form.token, form.values, errors)))


def _told(form: Form, content: Content) -> Told:
    more = {name: form[name] for name in ("where", "contact", "known_from")}
    return Told(
        kind=ReportKind.NEW_SERVICE,
        reference=form.reference,
        about=About(name=form["name"], council=_council(content)),
        text=form["text"],
        suggestion={**content, **more},
        email=form.email,
        language=locale(),
    )


def content_of(form: Form) -> Content:
    """What can be told from free words: enough to look for duplicates, and to begin a listing with."""
    contact = form["contact"]
    email = _EMAIL.search(contact)
    rest = _EMAIL.sub(" ", contact)
    telephone, web = _TELEPHONE.search(rest), _WEB.search(rest)
    postcode = _POSTCODE.search(form["where"])
    known = Postcode.parse(postcode[0]) if postcode else None
    return {
        "name": form["name"],
        "telephone": telephone[0] if telephone else "",
        "website": web[0] if web else "",
        "email": email[0] if email else "",
        "postcode": str(known) if known else "",
    }


def _checked(form: Form) -> Form:
    if not form["name"]:
        form = form.wrong("name", gettext("Say what it is called"))
    if not form["text"]:
        form = form.wrong("text", gettext("Say what it does"))
    if form["known_from"] and form["known_from"] not in tuple(KnownFrom):
        form = form.wrong("known_from", gettext("Choose one of the answers"))
    return form


def _listed(found: list[Alike]) -> list[Alike]:
    """Those that everybody may see: a draft is nobody's business yet."""
    public = cards_of(db.session, [("service", one.key) for one in found])
    return [one for one in found if ("service", one.key) in public]


def _council(content: Content) -> str:
    """Of the postcode, else that of this site."""
    postcode = str(content["postcode"])
    found = councils_of_postcodes(db.session, {postcode}) if postcode else {}
    return found[postcode][0] if postcode in found else settings().council_code
