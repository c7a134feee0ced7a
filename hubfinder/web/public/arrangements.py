"""The bodies of Table 2: who plans services together, and over which area."""

from flask import render_template

from hubfinder.directory import queries
from hubfinder.extensions import db
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.terms import all_departments
from hubfinder.web.shared.access import public_page


@public_page(pages, "/arrangements")
def arrangements() -> str:
    """All of them on one page: there are eleven."""
    departments = {one.slug: one.name for one in all_departments()}
    return render_template(
        "public/arrangements.html", bodies=queries.arrangements(db.session), departments=departments
    )
