"""What is done to many chosen listings of the table: all are still right, or all are paused."""

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.listings.actions import WordsNeeded, pause
from hubfinder.listings.assuring import How, assure
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import PAGE
from hubfinder.listings.scope import editable_by
from hubfinder.listings.states import can
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import CHECKERS, pages
from hubfinder.web.staff.listing_table import TOLD, Question, read, show

LONGEST_REASON = 300


@staff_page(pages, "/staff/listings/many", *CHECKERS, methods=("POST",))
def change_listings() -> ResponseReturnValue:
    """Confirm or pause what is chosen."""
    question = read(request.form)
    keys = frozenset(request.form.getlist("key")[:PAGE])
    reason = one_line(request.form.get("reason", ""), LONGEST_REASON)
    errors = _errors(keys, reason)
    if errors:
        return show(question, errors, keys, reason), 400
    begin_writing(db.session)
    chosen = _theirs(keys)
    try:
        words = _confirm(chosen) if request.form.get("do") == "confirm" else _pause(chosen, reason)
    except WordsNeeded:
        db.session.rollback()
        why = gettext("Write it as plain text that tells of no confidential place.")
        return show(question, {"reason": why}, keys, reason), 400
    db.session.commit()
    return _back(question, words)


def _errors(keys: frozenset[str], reason: str) -> dict[str, str]:
    if not keys:
        return {"listings": gettext("Choose at least one listing.")}
    match request.form.get("do"):
        case "confirm":
            return {}
        case "pause":
            return {} if reason else {"reason": gettext("Say why they are paused. Families read it.")}
    return {"listings": gettext("Press one of the buttons below the table.")}


def _theirs(keys: frozenset[str]) -> list[Listing]:
    """Of the chosen ones those that they may change, by name."""
    chosen = select(Listing).where(Listing.key.in_(keys), editable_by(actor()))
    return list(db.session.scalars(chosen.order_by(Listing.name, Listing.id)))


def _confirm(chosen: list[Listing]) -> str:
    ids = [listing.id for listing in chosen]
    done = assure(db.session, actor(), ids, today(), How.TABLE, settings())
    right = len(done.done) + len(done.already)
    words = ngettext("%(num)d listing is still right.", "%(num)d listings are still right.", right)
    return _with_rest(words, len(done.refused))


def _pause(chosen: list[Listing], reason: str) -> str:
    some = [listing for listing in chosen if can(listing, "pause")]
    for listing in some:
        pause(db.session, actor(), listing, reason)
    words = ngettext("%(num)d listing is paused.", "%(num)d listings are paused.", len(some))
    return _with_rest(words, len(chosen) - len(some))


def _with_rest(words: str, rest: int) -> str:
    if not rest:
        return words
    more = ngettext(
        "%(num)d is not published, so nothing was done to it.",
        "%(num)d are not published, so nothing was done to them.",
        rest,
    )
    return f"{words} {more}"


def _back(question: Question, words: str) -> ResponseReturnValue:
    session[TOLD] = words
    return redirect(question.address(question.page), 303)
