"""Changes that wait for approval, and deciding about one."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.content import LABELS, empty_content
from hubfinder.listings.content_words import names_of
from hubfinder.listings.deciding import SUGGESTED_AS
from hubfinder.listings.differences import Merged
from hubfinder.listings.models import ListingUpdate
from hubfinder.listings.preview import TellsTooMuch, preview_of
from hubfinder.listings.queue import PAGE, comments_of, queue, update_for
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.scope import may_approve, may_edit, may_publish
from hubfinder.listings.states import OPEN
from hubfinder.staff_vocab import UpdateState
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.indexing import index_now
from hubfinder.web.shared.service_page import page_of
from hubfinder.web.staff.blueprint import CHECKERS, pages, when_stale
from hubfinder.web.staff.compared import Changed, Clash, changes, clashes
from hubfinder.web.staff.listing_view import moment

LONGEST = 5_000
MOST_PAGES = 10_000
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Deciding:
    """A change as whoever decides about it reads it."""

    update: ListingUpdate
    changes: list[Changed]
    clashes: list[Clash]
    suggested: dict[str, Options]
    """Needs and entries of the catalogue that were suggested: key and name."""
    may_approve: bool
    may_send_back: bool
    may_settle: bool
    is_own: bool
    message: str
    errors: Mapping[str, str]


@staff_page(pages, "/staff/approvals", *CHECKERS)
def approvals() -> ResponseReturnValue:
    """What waits, the oldest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    total, waiting = queue(db.session, actor(), page)
    return render_template(
        "staff/approvals.html",
        waiting=waiting,
        total=total,
        page=page,
        last=max(ceil(total / PAGE), 1),
        address=lambda number: url_for("staff.approvals", page=number),
        moment=moment,
        told=_told(request.args.get("done", "")),
    )


@staff_page(pages, "/staff/approvals/<int:number>", *CHECKERS)
def approval(number: int) -> ResponseReturnValue:
    """One change: what it changes, and what can be decided."""
    return _page(_theirs(number))


@staff_page(pages, "/staff/approvals/<int:number>/preview", *CHECKERS)
def approval_preview(number: int) -> ResponseReturnValue:
    """The public page as it would look."""
    update = _theirs(number)
    merged = actions.merged_with_now(db.session, update.listing, update)
    try:
        return page_of(preview_of(db.session, update.listing.key, merged.content))
    except TellsTooMuch:
        words = gettext("It tells where a confidential place is, so nobody is shown it. Send it back.")
        return _page(update, {"decision": words}), 409


@staff_page(pages, "/staff/approvals/<int:number>/decide", *CHECKERS, methods=("POST",))
def decide(number: int) -> ResponseReturnValue:
    """Approve, send back, or settle what two people wrote."""
    do = request.form.get("do", "")
    begin_writing(db.session)
    update = _theirs(number)
    try:
        _decide(do, update)
        db.session.commit()
    except actions.NotAllowed:
        db.session.rollback()
        raise NotFound from None
    except actions.Refused as refused:
        db.session.rollback()
        status = 400 if isinstance(refused, actions.WordsNeeded) else 409
        return _page(_theirs(number), _problems(refused)), status
    if do == "settle":
        return redirect(url_for("staff.approval", number=number), 303)
    index_now()
    return redirect(url_for("staff.approvals", done=do), 303)


def _decide(do: str, update: ListingUpdate) -> None:
    match do:
        case "approve":
            confirmed = {name: frozenset(request.form.getlist(f"confirm-{name}")) for name in SUGGESTED_AS}
            decision = actions.Decision(
                revision=request.form.get("revision", -1, type=int),
                version=request.form.get("version", -1, type=int),
                confirmed=confirmed,
            )
            actions.approve(db.session, actor(), update, decision)
        case "send_back":
            actions.send_back(db.session, actor(), update, request.form.get("message", "")[:LONGEST])
        case "settle":
            choices = {
                name.removeprefix("side-"): side
                for name, side in request.form.items()
                if name.startswith("side-")
            }
            revision = request.form.get("revision", -1, type=int)
            actions.settle(db.session, actor(), update, choices, revision)
        case _:
            raise NotFound


def _problems(refused: actions.Refused) -> dict[str, str]:
    match refused:
        case actions.WordsNeeded():
            return {"message": gettext("Say what has to be changed, as plain text.")}
        case actions.Conflicting():
            return {"clashes": gettext("Somebody else has changed the same things. Choose for each of them.")}
        case actions.ChangedMeanwhile():
            return {"decision": gettext("It has changed since you opened this page. Read it again.")}
        case actions.PublishRefused():
            fields = {field for one in refused.problems.values() for field, _ in one}
            named = ", ".join(str(LABELS.get(field, field)) for field in sorted(fields))
            return {"decision": gettext("It cannot be published. Look at: %(fields)s", fields=named)}
    return {"decision": gettext("Somebody else has decided about this already.")}


def _theirs(number: int) -> ListingUpdate:
    update = existing(update_for(db.session, actor(), number))
    return existing(update if may_edit(actor(), update.listing) else None)


def _page(update: ListingUpdate, errors: Mapping[str, str] | None = None) -> str:
    listing, me = update.listing, actor()
    merged = _merged(update)
    before = _before(update)
    is_waiting = update.state is UpdateState.SUBMITTED
    allowed = is_waiting and may_approve(db.session, me, listing, update)
    conflicts = clashes(db.session, merged)
    open_fields = {one.field for one in conflicts}
    deciding = Deciding(
        update=update,
        changes=[one for one in changes(db.session, before, merged.content) if one.field not in open_fields],
        clashes=conflicts,
        suggested=_suggested(update) if allowed and may_publish(db.session, me, listing) else {},
        may_approve=allowed and not conflicts,
        may_send_back=is_waiting and (allowed or may_publish(db.session, me, listing)),
        may_settle=bool(conflicts) and update.state in OPEN,
        is_own=update.author_id is not None and update.author_id == me.id,
        message=request.form.get("message", "")[:LONGEST],
        errors=errors or {},
    )
    return render_template(
        "staff/approval.html",
        deciding=deciding,
        listing=listing,
        comments=comments_of(db.session, listing),
        moment=moment,
        labels=LABELS,
    )


def _merged(update: ListingUpdate) -> Merged:
    """An open change with what is in force; of a decided one what it said."""
    if update.state in OPEN:
        return actions.merged_with_now(db.session, update.listing, update)
    return Merged(dict(update.content), ())


def _before(update: ListingUpdate) -> Mapping[str, object]:
    """What an open change would change: what is in force; of a decided one, what it was begun from."""
    if update.state in OPEN:
        return current_content(db.session, update.listing)
    return content_of_version(db.session, update.listing, update.base_version) or empty_content()


def _suggested(update: ListingUpdate) -> dict[str, Options]:
    content = update.content
    asked = {name: list(content.get(suggested) or ()) for name, suggested in SUGGESTED_AS.items()}
    names = names_of(db.session, {"catalogue": asked["catalogue"]})
    called = {"needs": names.needs, "catalogue": names.catalogue}
    return {name: [(key, called[name].get(key, key)) for key in keys] for name, keys in asked.items() if keys}


def _told(done: str) -> str:
    if done == "approve":
        return gettext("It is published. Families see it now.")
    return gettext("It is sent back, with your message.") if done == "send_back" else ""


def _stale() -> ResponseReturnValue:
    """The page was open for too long: nothing is done, and the message is still there."""
    words = gettext("This page was open for too long, so nothing was done. Press the button again.")
    return _page(_theirs((request.view_args or {}).get("number", 0)), {"decision": words}), 400


when_stale(_stale, "decide")
