"""The sheet as a plain page, to read in the browser or to print from it: everything that stands on it."""

from base64 import b64encode

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from hubfinder.display.language import DEFAULT, KNOWN, Language, speaking
from hubfinder.extensions import db
from hubfinder.sheets.bidi import runs, without_marks
from hubfinder.sheets.qr import picture
from hubfinder.sheets.values import Text
from hubfinder.web.shared.access import public_page
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.made import asked, maker
from hubfinder.web.sheets.spending import spending


@public_page(pages, "/sheet/print", translated=False)
@spending(may_refuse=False)
def paper() -> ResponseReturnValue:
    """In the language of the sheet; only the way back is in one that there are pages in."""
    order = asked()
    made = maker().sheet(db.session, order)
    maker().record(db.session, made)
    around = _language_around(made.language)
    with speaking(around):
        page = render_template(
            "sheets/print.html",
            sheet=made,
            back=f"{url_for('sheets.sheet')}?{order.query()}",
            around=around,
            words_of=lambda text: marked(text, made.language),
        )
    return page, {"X-Robots-Tag": "noindex", "Content-Language": made.language.code}


def _language_around(language: Language) -> Language:
    offered: tuple[Language, ...] = current_app.extensions["languages"]
    return language if language in offered else KNOWN[DEFAULT]


def marked(text: Text | str, around: Language) -> Markup:
    """Words on a page in some language; those in another are marked as that, and run their own way.

    On a page that runs to the left so do figures and names in Latin letters, which it sets apart.
    """
    own = KNOWN.get(text.language) if isinstance(text, Text) else None
    if own and own is not around:
        return Markup('<span lang="{}" dir="{}">{}</span>').format(own.code, own.direction, str(text))
    if around.direction == "ltr":
        return escape(str(text))
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(piece) if runs_right else piece
        for piece, runs_right in runs(without_marks(str(text)))
    )


@pages.app_template_filter()
def as_drawing(svg: str) -> str:
    """A drawing as an address: its own styles are none of the page's, which the page's policy forbids."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@pages.app_template_filter()
def as_code(address: str) -> str:
    """A QR code as an address of a picture, without the quiet zone: the style leaves that around it."""
    return f"data:image/png;base64,{b64encode(picture(address)).decode()}"
