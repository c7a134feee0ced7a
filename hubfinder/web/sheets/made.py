"""The sheet that an address asks for."""

from typing import TYPE_CHECKING

from flask import current_app, request

from hubfinder.display.language import current
from hubfinder.sheets.orders import SheetOrder, read_order

if TYPE_CHECKING:
    from hubfinder.sheets.making import Maker


def maker() -> "Maker":
    """The application's own."""
    found: Maker = current_app.extensions["sheets"]
    return found


def asked() -> SheetOrder:
    """The order in the address of this page; without a language of its own it is in that of the page.

    Raises:
        OrderRefused: it does not say for what the sheet is.
    """
    return read_order(request.args.to_dict(flat=False), current().code)
