"""The page on which somebody says for whom the sheet should be, and what it says when that is not clear."""

import logging

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.orders import OrderRefused, ScopeKind, ScopeName
from hubfinder.sheets.scopes import ScopeNowhere, ScopeUnknown
from hubfinder.sheets.titles import title_of
from hubfinder.web.shared.errors import show
from hubfinder.web.shared.place_advice import Advice
from hubfinder.web.shared.typed import typed_place
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.chooser import offered

log = logging.getLogger(__name__)


def choose(problem: Advice | None = None) -> ResponseReturnValue:
    """What is near a place, or is called so. ``problem`` is what is wrong with the address of a sheet."""
    text = "" if problem else typed_place(request.args.get("place", ""))
    found = offered(db.session, text)
    if found.straight:
        return redirect(found.straight)
    advice = problem or found.advice
    errors = {"place": advice.error} if advice and advice.error else {}
    if "place" in request.args and not text and not problem:
        errors["place"] = gettext("Type the name of your school, surgery, family hub or area, or a postcode")
    page = render_template(
        "sheets/choose.html",
        text=text,
        found=found,
        errors=errors,
        advice=advice if advice and advice.heading else None,
    )
    return page, advice.status if advice else 400 if errors else 200


@pages.errorhandler(OrderRefused)
def refused(_error: OrderRefused) -> ResponseReturnValue:
    """The address does not say for whom the sheet is."""
    return choose(
        Advice(
            gettext("We could not read for whom this sheet is"),
            gettext("Part of the link may be missing. Type the name below, and choose again."),
            status=400,
        )
    )


@pages.errorhandler(FontsMissing)
def without_fonts(_error: FontsMissing) -> ResponseReturnValue:
    """Nothing can be laid out: somebody has to look after this instance; families are told whom to ring."""
    log.error("The fonts of sheets are missing: run `make assets`.")
    return show(ServiceUnavailable())


@pages.errorhandler(ScopeUnknown)
def unknown(error: ScopeUnknown) -> ResponseReturnValue:
    """Nothing here has that code, or nobody knows where it is."""
    if isinstance(error, ScopeNowhere):
        heading = gettext(
            "We know %(name)s, but not where it is", name=title_of(db.session, error.name) or error.name.code
        )
    else:
        heading = _unknown(error.name)
    text = gettext("It may have closed, or have a new number. Type its name below, or a place near it.")
    return choose(Advice(heading, text, status=404))


def _unknown(name: ScopeName) -> str:
    code = name.code
    match name.kind:
        case ScopeKind.SCHOOL:
            return gettext("We do not know a school with the number %(code)s", code=code)
        case ScopeKind.SURGERY:
            return gettext("We do not know a surgery with the code %(code)s", code=code)
        case ScopeKind.HUB:
            return gettext("We do not know a family hub called %(code)s", code=code.replace("-", " "))
    return gettext("We do not know an area with the code %(code)s", code=code.rpartition(":")[2])
