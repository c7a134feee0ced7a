"""The bodies of Table 2: who plans services together, and over which area."""

from itertools import groupby

from flask import render_template

from hubfinder.directory import queries
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.terms import all_departments


@public_page(pages, "/arrangements")
def arrangements() -> str:
    """All of them on one page: there are eleven."""
    departments = {one.slug: one.name for one in all_departments()}
    groups = groupby(queries.arrangements(db.session), key=lambda body: body.group)
    return render_template(
        "public/arrangements.html",
        groups=[(_heading(group), list(bodies)) for group, bodies in groups],
        departments=departments,
    )


def _heading(group: str) -> str:
    if group == "statutory body":
        return gettext("Groups that the law asks for")
    return gettext("Other groups")
