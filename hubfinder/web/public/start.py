"""The start page: one question."""

from flask import render_template

from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.terms import all_needs


@public_page(pages, "/")
def start() -> str:
    return render_template("public/start.html", needs=all_needs(), errors={})
