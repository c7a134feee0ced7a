"""What came of what somebody told us, by their reference."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.listings.following import follow
from hubfinder.listings.report_words import read_reference, spaced
from hubfinder.listings.throttle import LOOKING, Throttle, TooMuch
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.telling import sender, without_cookie
from hubfinder.web.shared.access import public_page

LONGEST = 60


@without_cookie
@public_page(pages, "/told", methods=("GET", "POST"))
def told() -> ResponseReturnValue:
    """Type a reference: it stands in no address then."""
    if request.method != "POST":
        return _page()
    return _answer(request.form.get("reference", "").strip()[:LONGEST])


@public_page(pages, "/told/<reference>")
def told_of_reference(reference: str) -> ResponseReturnValue:
    """The same from the link in an email."""
    return _answer(reference[:LONGEST])


def _answer(typed: str) -> ResponseReturnValue:
    reference = read_reference(typed)
    if not reference:
        return _page(typed, error=_malformed(typed)), 400
    try:
        Throttle(db.session, sender()).check((LOOKING, ""))
    except TooMuch as refused:
        return _too_many(typed, refused.seconds)
    found = follow(db.session, reference)
    if found is None:
        _count_a_miss()
        return _page(typed, error=gettext("We know no such reference. Look again at every sign.")), 404
    return _page(found=found, reference=spaced(reference))


def _page(typed: str = "", error: str = "", found: object = None, reference: str = "") -> Response:
    response = make_response(
        render_template("public/told.html", typed=typed, error=error, found=found, reference=reference)
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _malformed(typed: str) -> str:
    if not typed:
        return gettext("Type your reference")
    return gettext("A reference has 15 letters and figures, like 7KXQ9-3MAP4-T2WHB")


def _too_many(typed: str, seconds: int) -> ResponseReturnValue:
    minutes = -(-seconds // 60)
    why = ngettext("Wait %(num)d minute and try again", "Wait %(num)d minutes and try again", minutes)
    response = _page(typed, error=why)
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def _count_a_miss() -> None:
    """Who guesses has soon guessed enough; whoever has a reference may look as often as they like."""
    db.session.rollback()
    begin_writing(db.session)
    Throttle(db.session, sender()).take((LOOKING, ""))
    db.session.commit()
