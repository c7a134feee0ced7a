"""One version of a listing: what it changed, how it differs from what is in force, and restoring it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.content import empty_content
from hubfinder.listings.models import Listing
from hubfinder.listings.queue import Version, versions_of
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.scope import may_edit
from hubfinder.listings.states import can
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.staff.blueprint import CHECKERS, LISTING_READERS, pages, when_stale
from hubfinder.web.staff.compared import changes
from hubfinder.web.staff.listing import theirs
from hubfinder.web.staff.listing_view import moment


@staff_page(pages, "/staff/listings/<key>/versions/<int:number>", *LISTING_READERS)
def listing_version(key: str, number: int) -> ResponseReturnValue:
    """The version, field by field."""
    return _page(theirs(key), number)


@staff_page(pages, "/staff/listings/<key>/versions/<int:number>/restore", *CHECKERS, methods=("POST",))
def restore_version(key: str, number: int) -> ResponseReturnValue:
    """Begin a change that says what the version said; it is sent and approved as any other."""
    begin_writing(db.session)
    found = theirs(key)
    existing(_version(found, number))
    try:
        actions.restore(db.session, actor(), found, number)
        db.session.commit()
    except actions.NotAllowed:
        db.session.rollback()
        raise NotFound from None
    except actions.WrongState:
        db.session.rollback()
        words = gettext(
            "You are changing this listing already. Send that change, or give it up, then try again."
        )
        return _page(theirs(key), number, words), 409
    return redirect(url_for("staff.edit_listing", key=key), 303)


def _version(found: Listing, number: int) -> Version | None:
    return next((one for one in versions_of(db.session, found) if one.number == number), None)


def _page(found: Listing, number: int, error: str = "") -> str:
    version = existing(_version(found, number))
    content = existing(content_of_version(db.session, found, number))
    before = content_of_version(db.session, found, number - 1) or empty_content()
    is_now = number == found.version
    return render_template(
        "staff/listing_version.html",
        listing=found,
        version=version,
        since=changes(db.session, before, content),
        until_now=[] if is_now else changes(db.session, content, current_content(db.session, found)),
        is_now=is_now,
        may_restore=not is_now and can(found, "edit") and may_edit(actor(), found),
        errors={"restore": error} if error else {},
        moment=moment,
    )


def _stale() -> ResponseReturnValue:
    """The page was open for too long: nothing is done."""
    asked = request.view_args or {}
    words = gettext("This page was open for too long, so nothing was done. Press the button again.")
    return _page(theirs(asked.get("key", "")), asked.get("number", 0), words), 400


when_stale(_stale, "restore_version")
