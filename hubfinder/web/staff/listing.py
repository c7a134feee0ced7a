"""One listing for staff: where it stands, who looks after it, its versions, and what can be done to it."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.assuring import How
from hubfinder.listings.confirming import confirm
from hubfinder.listings.content import LABELS
from hubfinder.listings.models import Listing
from hubfinder.listings.preview import TellsTooMuch, preview_of
from hubfinder.listings.queue import update_for
from hubfinder.listings.reading import current_content, listing_for
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.indexing import index_now
from hubfinder.web.shared.service_page import page_of
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.blueprint import LISTING_READERS, pages, when_stale
from hubfinder.web.staff.listing_view import Typed, moment, said_of, view_of

DONE: Mapping[str, LazyString] = MappingProxyType(
    {
        "pause": lazy_gettext("It is paused. Families do not see it any more."),
        "still_right": lazy_gettext("Thank you. Families can see that you checked it today."),
        "resume": lazy_gettext("Families see it again."),
        "retire": lazy_gettext("It has ended. Families do not see it any more."),
        "bring_back": lazy_gettext("Families see it again."),
        "withdraw": lazy_gettext("The change is given up."),
        "comment": lazy_gettext("Your comment is there."),
        "approved": lazy_gettext("It is published. Families see it now."),
    }
)
SENT = ("reason", "until", "ending", "comment")
LONGEST = 5_000


class NoSuchDay(ValueError):
    """What was typed is no date."""


def theirs(key: str) -> Listing:
    """A listing that whoever is signed in may see; for everybody else there is none."""
    return existing(listing_for(db.session, actor(), key))


@staff_page(pages, "/staff/listings/<key>", *LISTING_READERS)
def listing(key: str) -> ResponseReturnValue:
    """The listing as it is."""
    return _page(theirs(key))


@staff_page(pages, "/staff/listings/<key>/preview", *LISTING_READERS)
def listing_preview(key: str) -> ResponseReturnValue:
    """The public page of a listing as it is in force, paused or ended as it may be."""
    found = theirs(key)
    try:
        return page_of(preview_of(db.session, key, current_content(db.session, found)))
    except TellsTooMuch:
        raise NotFound from None


@staff_page(pages, "/staff/listings/<key>/change", *LISTING_READERS, methods=("POST",))
def change_listing(key: str) -> ResponseReturnValue:
    """Say that it is still right or something else; pause, resume, end, bring back, give a change up."""
    do = request.form.get("do", "")
    act = existing(_ACTS.get(do))
    begin_writing(db.session)
    try:
        act(theirs(key))
        db.session.commit()
    except actions.NotAllowed:
        db.session.rollback()
        raise NotFound from None
    except (actions.Refused, NoSuchDay) as refused:
        db.session.rollback()
        status = 409 if isinstance(refused, actions.WrongState | actions.PublishRefused) else 400
        return _page(theirs(key), _problems(do, refused)), status
    index_now()
    return redirect(url_for("staff.listing", key=key, done=do), 303)


def _pause(found: Listing) -> None:
    actions.pause(db.session, actor(), found, _sent("reason"), _until())


def _still_right(found: Listing) -> None:
    if confirm(db.session, actor(), found.key, settings(), How.PAGE) is None:
        raise NotFound


def _withdraw(found: Listing) -> None:
    number = request.form.get("update", type=int)
    update = existing(update_for(db.session, actor(), number) if number else None)
    if update.listing_id != found.id:
        raise NotFound
    actions.withdraw(db.session, actor(), update)


_ACTS: Mapping[str, Callable[[Listing], object]] = MappingProxyType(
    {
        "still_right": _still_right,
        "pause": _pause,
        "resume": lambda found: actions.resume(db.session, actor(), found),
        "retire": lambda found: actions.retire(db.session, actor(), found, _sent("ending")),
        "bring_back": lambda found: actions.bring_back(db.session, actor(), found),
        "withdraw": _withdraw,
        "comment": lambda found: actions.comment(db.session, actor(), found, _sent("comment")),
    }
)


def _sent(name: str) -> str:
    return request.form.get(name, "")[:LONGEST]


def _until() -> date | None:
    typed = _sent("until").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NoSuchDay from None


def _problems(do: str, refused: Exception) -> dict[str, str]:
    """What is wrong, by the field on the page."""
    match refused:
        case actions.DayPast() | NoSuchDay():
            return {"until": gettext("Give a day that is still to come, such as 2027-01-04.")}
        case actions.WordsNeeded() if do == "comment":
            return {"comment": gettext("Write something, as plain text and not too long.")}
        case actions.TellsOfPlace():
            words = gettext("This tells where a confidential place is. Take that out.")
            return {"ending" if do == "retire" else "reason": words}
        case actions.WordsNeeded():
            name = "ending" if do == "retire" else "reason"
            return {name: gettext("Say why, in words for families.")}
        case actions.PublishRefused():
            fields = {field for one in refused.problems.values() for field, _ in one}
            named = ", ".join(str(LABELS.get(field, field)) for field in sorted(fields))
            words = gettext("It cannot be shown as it is. Change this first: %(fields)s", fields=named)
            return {"standing": words}
    return {"standing": gettext("That cannot be done any more. Somebody else was quicker: look again.")}


def _page(found: Listing, errors: Mapping[str, str] | None = None) -> str:
    texts = {name: _sent(name) for name in SENT} if errors else {}
    done = DONE.get(request.args.get("done", "")) if request.method == "GET" else None
    return render_template(
        "staff/listing.html",
        view=view_of(found, Typed(texts, errors or {})),
        told=done or "",
        moment=moment,
        said_of=said_of,
    )


def _stale() -> ResponseReturnValue:
    """The page was open for too long: nothing is done, and nothing typed is lost."""
    words = gettext("This page was open for too long, so nothing was done. Press the button again.")
    return _page(theirs((request.view_args or {}).get("key", "")), {"standing": words}), 400


when_stale(_stale, "change_listing")
