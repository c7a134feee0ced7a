"""Web addresses of listings that are gone or have moved. Nothing is changed here: the listing is edited."""

from flask import render_template

from hubfinder.clock import LONDON, as_utc
from hubfinder.display import formats
from hubfinder.extensions import db
from hubfinder.listings.link_queries import Problem, link_problems
from hubfinder.listings.scope import visible_to
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.blueprint import CHECKERS, pages


@staff_page(pages, "/staff/links", *CHECKERS)
def links() -> str:
    found = link_problems(db.session, visible_to(actor()))
    return render_template(
        "staff/links.html",
        gone=[(one, _day(one)) for one in found if one.is_gone],
        moved=[(one, _day(one)) for one in found if not one.is_gone],
        is_on=settings().checks_links,
    )


def _day(one: Problem) -> str:
    return formats.day(as_utc(one.checked_at).astimezone(LONDON).date()) if one.checked_at else ""
