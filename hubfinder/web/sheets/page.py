"""Offer sheets: choose for whom, see the sheet, change what is on it, print it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.sheets.fitting import arrange
from hubfinder.sheets.orders import SheetOrder
from hubfinder.sheets.titles import is_closed, title_of
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.versions import WAS, read_code, spaced
from hubfinder.web.shared.access import public_page
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.choose import choose
from hubfinder.web.sheets.form import form_of, is_of_list
from hubfinder.web.sheets.made import asked, maker
from hubfinder.web.sheets.spending import spending

MOST_PICTURES = 4
"""Of a booklet; all of it is in the file."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another form of the same sheet."""

    words: str
    href: str


@public_page(pages, "/sheet")
@spending()
def sheet() -> ResponseReturnValue:
    """The sheet of the address; without one the way to it."""
    if not request.args.get("for", "").strip():
        return choose()
    order = asked()
    made = maker().sheet(db.session, order)
    pages_there = _pages(made)
    return render_template(
        "sheets/sheet.html",
        order=order,
        sheet=made,
        form=form_of(order),
        is_closed=is_closed(db.session, order.scope),
        title=title_of(db.session, order.scope),
        is_of_list=is_of_list(order),
        left_out=made.more.count,
        shown=len(made.lines),
        code=spaced(made.version.code),
        same=_is_same(made),
        pdf=form_address("sheets.pdf", order),
        paper=form_address("sheets.paper", order),
        pages=pages_there,
        pictures=[
            form_address("sheets.picture", order, number=number)
            for number in range(1, min(pages_there, MOST_PICTURES) + 1)
        ],
        others=list(_others(order)),
    )


def form_address(endpoint: str, order: SheetOrder, number: int | None = None) -> str:
    """Where a form of a sheet is; ``number`` is that of a page."""
    return f"{url_for(endpoint, number=number)}?{order.query()}"


def _others(order: SheetOrder) -> Iterator[Other]:
    yield Other(gettext("Page to read or print"), form_address("sheets.paper", order))
    yield Other(gettext("Word file, for a newsletter"), form_address("sheets.word", order))
    yield Other(gettext("Plain text"), form_address("sheets.text", order))
    yield Other(gettext("Short text, for a message"), f"{form_address('sheets.text', order)}&short=yes")
    yield Other(gettext("Calendar of what is on"), form_address("sheets.calendar", order))


def _pages(made: Sheet) -> int:
    """How many pages it has. Nothing is typeset to know that."""
    return len(arrange(made).pages)


def _is_same(made: Sheet) -> bool | None:
    """Whether the sheet of a list is still that of the code in the address; none where there is no code."""
    was = read_code(request.args.get(WAS, ""))
    return None if was is None else was == made.version.code
