"""The first page for staff: what waits for whoever is signed in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from hubfinder.web.shared.access import staff_page
from hubfinder.web.staff.blueprint import pages
from hubfinder.web.staff.going import EVERYBODY


@staff_page(pages, "/staff", *EVERYBODY)
def home() -> ResponseReturnValue:
    """What waits for me."""
    return render_template("staff/home.html")
