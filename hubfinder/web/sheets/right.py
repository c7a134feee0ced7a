"""Is the sheet on the wall still right? The page behind the code that stands on every sheet."""

from collections.abc import Callable
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hubfinder.display.language import KNOWN, current
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.sheets.checking import Outcome, Place, SheetCheck, check
from hubfinder.sheets.values import Sheet, Text
from hubfinder.sheets.versions import read_code, spaced
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.made import maker
from hubfinder.web.sheets.spending import spending
from hubfinder.web.sheets.visitor import lead, visitors_language

LONGEST = 40
"""Signs of a code that is shown again: nobody types more for eight."""


@public_page(pages, "/v")
def right_form() -> ResponseReturnValue:
    """Type the code of a sheet."""
    typed = request.args.get("code", "").strip()[:LONGEST]
    code = read_code(typed)
    if code:
        return redirect(url_for("sheets.right", code=code), 303)
    has_error = "code" in request.args
    return render_template("sheets/right_form.html", typed=typed, error=_error(typed) if has_error else "")


@public_page(pages, "/v/<code>")
@spending(may_refuse=False)  # a parent in front of a wall, perhaps behind the address of the school
def right(code: str) -> ResponseReturnValue:
    """What has changed on the sheet of a code."""
    found = check(db.session, maker(), code[:LONGEST])
    if found.outcome in (Outcome.UNKNOWN, Outcome.MALFORMED):
        return _unknown(found), 404
    return render_template(
        "sheets/right.html",
        found=found,
        code=spaced(found.code),
        query=found.order.query() if found.order else "",
        said=partial(_said, found.sheet) if found.sheet else None,
        part_name=part_name,
        place_name=place_name,
    )


@public_page(pages, "/V/<code>", translated=False)
def short_right(code: str) -> Response:
    """The address in the QR code, in the language of whoever has scanned it."""
    return lead(url_for("sheets.right", code=code, lang=visitors_language()))


@public_page(pages, "/V", translated=False)
def short_right_form() -> Response:
    """As somebody types it who writes everything large."""
    return lead(url_for("sheets.right_form", lang=visitors_language()))


def _unknown(found: SheetCheck) -> str:
    if found.outcome is Outcome.MALFORMED:
        return render_template("sheets/right_form.html", typed=found.code, error=_error(found.code))
    months = settings().sheet_versions_kept_months
    return render_template("sheets/right_unknown.html", code=spaced(found.code), months=months)


def _error(typed: str) -> str:
    if not typed:
        return gettext("Type the code that stands at the bottom of the sheet")
    return gettext("A code has 8 letters and figures, like 7KXQ-2M9P. Look at the bottom of the sheet.")


def _said(sheet: Sheet, text: Text | str) -> Markup:
    """Words of the sheet on a page that may be in another language."""
    language = KNOWN.get(text.language, sheet.language) if isinstance(text, Text) else sheet.language
    if language is current():
        return Markup("{}").format(str(text))
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language.code, language.direction, str(text))


def place_name(place: Place) -> str:
    """How people find a line on the paper."""
    if place.is_unnumbered:
        return gettext("National help, line %(number)s", number=place.number)
    return gettext("Number %(number)s", number=place.number)


def part_name(part: str) -> str:
    """What a part of a line is called."""
    names: dict[str, Callable[[], str]] = {
        "name": lambda: gettext("Name"),
        "what": lambda: gettext("What it is"),
        "who": lambda: gettext("Who it is for"),
        "when": lambda: gettext("When"),
        "where": lambda: gettext("Where"),
        "cost": lambda: gettext("Cost"),
        "telephone": lambda: gettext("Telephone"),
        "text": lambda: gettext("Text"),
        "website": lambda: gettext("Website"),
        "languages": lambda: gettext("Languages"),
        "how": lambda: gettext("How to refer"),
        "note": lambda: gettext("Please note"),
    }
    return names[part]()
