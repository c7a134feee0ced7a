"""What this site is, what it keeps, and who can use it."""

from flask import render_template

from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page


@public_page(pages, "/about")
def about() -> str:
    return render_template("public/about.html")


@public_page(pages, "/privacy")
def privacy() -> str:
    return render_template("public/privacy.html")


@public_page(pages, "/accessibility")
def accessibility() -> str:
    return render_template("public/accessibility.html")
