"""Still right? Where the link in a reminder leads. Looking confirms nothing: only the button does."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from hubfinder.database import begin_writing
from hubfinder.directory.queries import service_by_key
from hubfinder.extensions import db
from hubfinder.listings.reminding import send_new_link
from hubfinder.listings.still_right import Followed, Standing, confirm, follow
from hubfinder.people.reach import reach_for
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.service import service_view
from hubfinder.web.public.telling import without_cookie
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings

CONFIRM, NEW_LINK = "confirm", "new-link"
_SHOWN = (Standing.GOOD, Standing.DONE, Standing.ALREADY, Standing.CHANGED)
"""When what the listing says stands on the page."""


@without_cookie  # the link itself proves more than a token of a session could
@public_page(pages, "/still-right/<token>", methods=("GET", "POST"))
def still_right(token: str) -> ResponseReturnValue:
    if request.method != "POST":
        return _page(follow(db.session, token, settings()))
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise BadRequest
    if request.form.get("do") == NEW_LINK:
        return _sent_anew(token)
    _begin()
    found = confirm(db.session, token, settings())
    db.session.commit()
    return _page(found)


def _sent_anew(token: str) -> ResponseReturnValue:
    _begin()
    found = follow(db.session, token, settings())
    is_sent = False
    if found.may_ask_anew and found.listing is not None:
        is_sent = send_new_link(db.session, found.listing, settings())
        db.session.commit()
    return _page(found, answer="sent" if is_sent else "nobody")


def _begin() -> None:
    db.session.rollback()  # what was read so far took no lock
    begin_writing(db.session)


def _page(found: Followed, answer: str = "") -> ResponseReturnValue:
    """Neither kept by any browser or cache nor found by a search engine."""
    listing = found.listing
    service = service_by_key(db.session, listing.key) if listing and found.standing in _SHOWN else None
    page = render_template(
        "public/still_right.html",
        standing=found.standing.name,
        may_ask_anew=found.may_ask_anew and not answer,
        answer=answer,
        listing=listing,
        view=service_view(service) if service else None,
        council=reach_for(db.session, listing.council_code if listing else "", settings()),
    )
    response = make_response(page, 404 if found.standing is Standing.UNKNOWN else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
