"""The start page: one question."""

from flask import render_template

from hubfinder.directory.queries import needs
from hubfinder.extensions import db
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.terms import terms
from hubfinder.web.shared.access import public_page


@public_page(pages, "/")
def start() -> str:
    return render_template("public/start.html", needs=terms(needs(db.session)))
