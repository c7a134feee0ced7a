"""Editing a listing: one page for each concern, saved as somebody goes on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import LONDON
from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.actions import WrongState
from hubfinder.listings.concerns import BY_SLUG, ConcernPage, next_of
from hubfinder.listings.content import Concern
from hubfinder.listings.editing import Kept, draft_of, keep, keep_contact
from hubfinder.listings.models import Listing
from hubfinder.listings.reading import listing_for
from hubfinder.listings.scope import may_edit
from hubfinder.listings.sites import NewPlace, PlaceRefused, make_place
from hubfinder.listings.written import Form
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page, when_signed_out
from hubfinder.web.shared.errors import existing
from hubfinder.web.staff.blueprint import pages, when_stale
from hubfinder.web.staff.editing_extra import extra_of
from hubfinder.web.staff.editing_view import Edit, address_of, edit_of, said_saved

EDITORS = (Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
MORE_ROWS = {"add-session": "weekday", "add-days": "first", "add-price": "amount"}
"""Buttons that ask for further rows, and the first column of the list."""
MORE = 2
SENT_ALONG = frozenset({"csrf_token", "do"})
MOST_FIELDS = 400
LONGER = ("staff.edit_concern", "staff.autosave")
LONGEST_FORM = 512 * 1024
"""Bytes. A letter of some scripts takes nine of them in a form."""


def editable(key: str) -> Listing:
    """A listing that whoever is signed in may change; for everybody else there is none."""
    found = existing(listing_for(db.session, actor(), key))
    return existing(found if may_edit(actor(), found) else None)


@staff_page(pages, "/staff/listings/<key>/edit/<concern>", *EDITORS, methods=("GET", "POST"))
def edit_concern(key: str, concern: str) -> ResponseReturnValue:
    """One page of a listing: as it is, or with what somebody sends."""
    page = existing(BY_SLUG.get(concern))
    if request.method == "POST":
        begin_writing(db.session)
        return _saved(editable(key), page)
    listing = editable(key)
    edit = edit_of(db.session, draft_of(db.session, actor(), listing), page)
    found = request.args.get("find", "")[:100]
    told = gettext("Saved.") if "saved" in request.args else ""
    more = {request.args["more"]: MORE} if request.args.get("more") in MORE_ROWS.values() else {}
    form = {**edit.form, **({"find": [found]} if found else {}), **_contact(page, listing)}
    return _shown(replace(edit, form=form, told=told, more=more))


@staff_page(pages, "/staff/listings/<key>/edit/<concern>/save", *EDITORS, methods=("POST",))
def autosave(key: str, concern: str) -> ResponseReturnValue:
    """The same for the script, which sends what is in the form after every pause."""
    page = existing(BY_SLUG.get(concern))
    begin_writing(db.session)
    listing = editable(key)
    form = _form()
    try:
        kept = keep(db.session, actor(), listing, page, form)
    except WrongState:
        return jsonify({"clash": True}), 409
    errors = {**kept.problems, **_keep_contact(page, listing, form)}
    db.session.commit()
    edit = edit_of(db.session, kept.draft, page, form)
    names = (*page.fields, "schedule")
    return jsonify(
        {
            "saved": datetime.now(LONDON).strftime("%H:%M"),
            "revision": edit.revision,
            "seen": edit.seen,
            "clash": bool(kept.clash),
            "errors": errors,
            "advice": {name: edit.advice_on(name) for name in names},
        }
    )


def _saved(listing: Listing, page: ConcernPage) -> ResponseReturnValue:
    """Keep a form, and go where its button leads."""
    form, do = _form(), request.form.get("do", "stay")
    made, refused = _new_place(listing, form) if do == "add-place" else ("", {})
    if made:
        form = {name: texts for name, texts in form.items() if not name.startswith("new_")}
        form = {**form, "locations": [*(form.get("locations") or ()), made]}
    try:
        kept = keep(db.session, actor(), listing, page, form, made)
    except WrongState:
        db.session.rollback()
        return _waiting(listing.key, page, form)
    problems = {**kept.problems, **refused, **_keep_contact(page, listing, form)}
    db.session.commit()
    if problems or kept.clash:
        edit = edit_of(db.session, kept.draft, page, form)
        return _shown(replace(edit, errors=problems, clash=kept.clash)), 409 if kept.clash else 400
    return redirect(_where_to(listing.key, page, form, do, kept), 303)


def _where_to(key: str, page: ConcernPage, form: Form, do: str, kept: Kept) -> str:
    if kept.is_merged:
        return url_for("staff.edit_concern", key=key, concern=page.slug, saved="merged")
    if do == "next":
        return address_of(key, next_of(page.slug))
    asked: dict[str, Any] = {"saved": "yes"}
    if do == "find" and (form.get("find") or [""])[0].strip():
        asked = {"find": form["find"][0].strip()[:100], "_anchor": "find"}
    if do in MORE_ROWS:
        asked = {"more": MORE_ROWS[do], "_anchor": f"{MORE_ROWS[do]}-{_filled(form, MORE_ROWS[do])}"}
    return url_for("staff.edit_concern", key=key, concern=page.slug, **asked)


def _filled(form: Form, column: str) -> int:
    """How many rows of a list have something in them: the number of the next one."""
    return sum(bool(text.strip()) for text in form.get(column) or ())


def _form() -> Form:
    """What was sent, as texts by name."""
    sent = request.form.to_dict(flat=False)
    return {name: sent[name] for name in list(sent)[:MOST_FIELDS] if name not in SENT_ALONG}


def _new_place(listing: Listing, form: Form) -> tuple[str, Mapping[str, str]]:
    """The key of a new place, or what is wrong with that place."""

    def typed(name: str) -> str:
        return next(iter(form.get(name) or ()), "").strip()[:500]

    wanted = NewPlace(
        typed("new_name"), typed("new_address"), typed("new_postcode"), bool(typed("new_confidential"))
    )
    try:
        return make_place(db.session, actor(), listing.council_code, wanted), {}
    except PlaceRefused as refused:
        return "", refused.problems


def _contact(page: ConcernPage, listing: Listing) -> Form:
    """The address that we write to: it stands on a page of the listing, but is no part of it."""
    return {"contact_email": [listing.contact_email]} if page.concern is Concern.CONTACT else {}


def _keep_contact(page: ConcernPage, listing: Listing, form: Form) -> Mapping[str, str]:
    if page.concern is not Concern.CONTACT or "contact_email" not in form:
        return {}
    return keep_contact(db.session, actor(), listing, next(iter(form["contact_email"]), ""))


def _waiting(key: str, page: ConcernPage, form: Form) -> ResponseReturnValue:
    """Somebody wrote on what waits for approval: nothing is saved, and nothing typed is lost."""
    why = gettext(
        "This listing is waiting for approval, so nothing was saved. Take it back on the last page to go on "
        "writing."
    )
    edit = edit_of(db.session, draft_of(db.session, actor(), editable(key)), page, form)
    return _shown(replace(edit, errors={"waiting": why})), 409


def _shown(edit: Edit) -> str:
    told = edit.told
    if request.args.get("saved") == "merged":
        told = said_saved(is_merged=True)
    edit = replace(edit, told=told)
    return render_template("staff/edit_concern.html", edit=edit, extra=extra_of(db.session, edit))


def _stale() -> ResponseReturnValue:
    """The page was open for too long, or was sent after signing in again: it is shown with what was typed."""
    asked = request.view_args or {}
    page = existing(BY_SLUG.get(asked.get("concern", "")))
    draft = draft_of(db.session, actor(), editable(asked.get("key", "")))
    why = gettext("This page was open for a long time. Nothing was saved yet. Read it, then press “Save”.")
    return _shown(replace(edit_of(db.session, draft, page, _form()), errors={"waiting": why})), 400


def _signed_out() -> ResponseReturnValue:
    """Give back what somebody typed whose sign-in has ended; it says nothing of the listing."""
    sent = [(name, text) for name, texts in _form().items() for text in texts]
    page = render_template("staff/signed_out.html", sent=sent, back=request.path, staff_frame=None)
    return page, 401, {"Cache-Control": "no-store"}


@pages.url_value_preprocessor
def longer(endpoint: str | None, _values: object) -> None:
    """A listing may be longer than other forms; said before anything reads the request."""
    if endpoint in LONGER:
        request.max_content_length = LONGEST_FORM


when_stale(_stale, "edit_concern")
when_signed_out(_signed_out, "staff.edit_concern")
