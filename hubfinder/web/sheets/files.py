"""The forms of a sheet that are files: PDF, pictures of its pages, text, Word, calendar."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from flask import Response, request

from hubfinder.extensions import db
from hubfinder.sheets.calendar import calendar_of
from hubfinder.sheets.plain import text_of
from hubfinder.sheets.titles import file_name, title_of
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.word import docx_of
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.made import asked, maker
from hubfinder.web.sheets.spending import spending

PDF = "application/pdf"
SVG = "image/svg+xml"
TEXT = "text/plain; charset=utf-8"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CALENDAR = "text/calendar; charset=utf-8"
A_TERM = timedelta(weeks=13)
"""How far ahead the sessions in a calendar go."""
ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""For a drawing opened by itself: it may use its own styles, and nothing else."""
VIEWED = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)
"""For a PDF: what browsers need to show it."""


@public_page(pages, "/sheet.pdf", translated=False)
@spending()
def pdf() -> Response:
    """The sheet as it is printed."""
    return _file("pdf", PDF, maker().pdf, policy=VIEWED)


@public_page(pages, "/sheet/page/<int:number>.svg", translated=False)
@spending()
def picture(number: int) -> Response:
    """One page of the same document as a drawing."""

    def page(sheet: Sheet) -> bytes:
        drawn = maker().pictures(sheet)
        return existing(drawn[number - 1] if 1 <= number <= len(drawn) else None)

    return _file("svg", SVG, page, policy=ALONE)  # some print what they see


@public_page(pages, "/sheet.txt", translated=False)
@spending(may_refuse=False)
def text() -> Response:
    """The sheet as plain text; ``short=yes`` for a text message."""
    is_short = request.args.get("short") == "yes"
    return _file("txt", TEXT, lambda sheet: text_of(sheet, short=is_short).encode())


@public_page(pages, "/sheet.docx", translated=False)
@spending()
def word() -> Response:
    """The sheet for a newsletter."""
    return _file("docx", WORD, lambda sheet: maker().form(sheet, "docx", docx_of), is_inline=False)


@public_page(pages, "/sheet.ics", translated=False)
@spending(may_refuse=False)
def calendar() -> Response:
    """The sessions on the sheet, for about a term."""
    return _file(
        "ics",
        CALENDAR,
        lambda sheet: calendar_of(sheet, sheet.made_on, sheet.made_on + A_TERM),
        is_inline=False,
        is_for_paper=False,
    )


def _file(
    suffix: str,
    kind: str,
    make: Callable[[Sheet], bytes],
    *,
    policy: str = "",
    is_inline: bool = True,
    is_for_paper: bool = True,
) -> Response:
    """The file, or word that it is still the one the browser has: then it is not made again.

    ``is_for_paper``: its code may be asked for later.
    """
    order = asked()
    sheet = maker().sheet(db.session, order)
    tag = sha256(repr(sheet).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(make(sheet), content_type=kind)
        name = file_name(title_of(db.session, order.scope), order)
        shown = "inline" if is_inline else "attachment"
        response.headers["Content-Disposition"] = f'{shown}; filename="{name}.{suffix}"'
        response.headers["Content-Language"] = sheet.language.code
    response.set_etag(tag, weak=True)  # a compressed one is the same sheet
    response.headers["X-Robots-Tag"] = "noindex"
    if is_for_paper:
        maker().record(db.session, sheet)
    if policy:
        response.headers["Content-Security-Policy"] = policy
    return response
