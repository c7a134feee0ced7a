"""The last page of editing: what is missing, what changes, a preview, and sending it."""

from dataclasses import dataclass, field

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.actions import (
    WordsNeeded,
    WrongState,
    begin_update,
    open_updates,
    problems_of,
    reopen,
    submit,
)
from hubfinder.listings.checking import advice_on
from hubfinder.listings.concerns import CHECK, CONCERNS, Step
from hubfinder.listings.content import LABELS, SUGGESTED, ContentRefused
from hubfinder.listings.content_words import names_of
from hubfinder.listings.differences import Difference, differences
from hubfinder.listings.editing import Draft, draft_of
from hubfinder.listings.models import Listing
from hubfinder.listings.preview import TellsTooMuch, preview_of
from hubfinder.listings.reading import current_content
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.service_page import page_of
from hubfinder.web.staff.blueprint import pages, when_stale
from hubfinder.web.staff.editing import EDITORS, editable
from hubfinder.web.staff.editing_view import address_of, steps_of, words

Refusals = list[tuple[str, str]]


@dataclass(frozen=True)
class Check:
    """A whole listing before it is sent."""

    draft: Draft
    steps: list[Step]
    changes: list[Difference]
    """Between what families see now, or nothing, and what they would."""
    advice: list[tuple[str, str, str]]
    """Label, words, and the page where it can be made better."""
    others: list[str]
    """Who else is changing it."""
    errors: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def name(self) -> str:
        return self.draft.content.get("name") or self.draft.listing.name

    @property
    def is_new(self) -> bool:
        return not self.draft.listing.version

    @property
    def has_suggestions(self) -> bool:
        return any(self.draft.content.get(name) for name in SUGGESTED)

    def address(self, slug: str) -> str:
        return address_of(self.draft.listing.key, slug)


@staff_page(pages, "/staff/listings/<key>/edit", *EDITORS)
def edit_listing(key: str) -> ResponseReturnValue:
    """How far a listing is, and sending it."""
    return _page(editable(key))


@staff_page(pages, "/staff/listings/<key>/edit/send", *EDITORS, methods=("POST",))
def send_listing(key: str) -> ResponseReturnValue:
    """Ask for approval, if all that must be there is there."""
    begin_writing(db.session)
    listing, note = editable(key), request.form.get("note", "")
    try:
        submit(db.session, actor(), begin_update(db.session, actor(), listing), note)
    except ContentRefused as refused:
        db.session.rollback()
        return _page(editable(key), refused.problems, note=note), 400
    except WordsNeeded:
        db.session.rollback()
        return _page(editable(key), [("note", gettext("Write the note in fewer words"))], note=note), 400
    except WrongState:
        db.session.rollback()
    db.session.commit()
    return redirect(address_of(key, CHECK), 303)


@staff_page(pages, "/staff/listings/<key>/edit/take-back", *EDITORS, methods=("POST",))
def take_back(key: str) -> ResponseReturnValue:
    """Go on writing what waits for approval."""
    begin_writing(db.session)
    draft = draft_of(db.session, actor(), editable(key))
    if draft.update is not None and draft.is_waiting:
        reopen(db.session, actor(), draft.update)
    db.session.commit()
    return redirect(address_of(key, CHECK), 303)


@staff_page(pages, "/staff/listings/<key>/edit/preview", *EDITORS)
def preview_listing(key: str) -> ResponseReturnValue:
    """The public page as it will look."""
    draft = draft_of(db.session, actor(), editable(key))
    try:
        return page_of(preview_of(db.session, key, draft.content))
    except TellsTooMuch:
        return _page(draft.listing, problems_of(db.session, key, draft.content)), 409


def _page(listing: Listing, problems: Refusals | None = None, note: str = "") -> str:
    draft = draft_of(db.session, actor(), listing)
    before = current_content(db.session, listing)
    names = names_of(db.session, before, draft.content)
    updates = [one for one in open_updates(db.session, listing) if one is not draft.update]
    check = Check(
        draft,
        steps_of(db.session, draft),
        differences(before, draft.content, names),
        _advice(draft),
        list(dict.fromkeys(one.author for one in updates)),
        dict(problems or ()),
        note or (draft.update.note if draft.update else ""),
    )
    return render_template("staff/edit_check.html", edit=check, slug_of=_slug_of, labels=LABELS)


def _advice(draft: Draft) -> list[tuple[str, str, str]]:
    return [
        (str(LABELS[one.field]), one.words, _slug_of(one.field)) for one in advice_on(draft.content, words())
    ]


def _slug_of(name: str) -> str:
    """The page on which a field is edited; the last one for what is on none."""
    return next((page.slug for page in CONCERNS if name in page.fields), CHECK)


def _stale() -> ResponseReturnValue:
    why = gettext("This page was open for a long time, so nothing was sent. Press the button again.")
    key = (request.view_args or {}).get("key", "")
    return _page(editable(key), [("note", why)], note=request.form.get("note", "")[:4_000]), 400


when_stale(_stale, "send_listing", "take_back")
