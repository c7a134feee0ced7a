"""Small pages for what listings stand on: an organization, a place."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import Location, Organization
from hubfinder.display.map import LocatorMap, Mark, draw
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.basics import (
    WHERE,
    Typed,
    keep_location,
    keep_organization,
    location_details,
    organization_details,
)
from hubfinder.listings.keeping import Kept, Row, location_for, organization_for, whom_to_ask
from hubfinder.listings.sites import PlaceRefused
from hubfinder.people.values import Actor
from hubfinder.places.values import Point
from hubfinder.staff_vocab import Role
from hubfinder.vocab import AccessibilityFeature
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.indexing import index_now
from hubfinder.web.staff.blueprint import KEEPERS, pages, when_stale

ORGANIZATION = ("name", "description", "telephone", "email", "website")
LOCATION = (*WHERE, "telephone", "email", "website")
LABELS: dict[str, LazyString] = {
    "address": lazy_gettext("Address"),
    "description": lazy_gettext("What it does"),
    "email": lazy_gettext("Email"),
    "postcode": lazy_gettext("Postcode"),
    "telephone": lazy_gettext("Telephone"),
    "website": lazy_gettext("Website"),
}
Errors = Mapping[str, str]


@staff_page(pages, "/staff/organizations/<key>", *KEEPERS, methods=("GET", "POST"))
def organization(key: str) -> ResponseReturnValue:
    """What everybody reads of an organization."""
    if request.method == "GET":
        return _organization(key)
    begin_writing(db.session)
    kept = existing(organization_for(db.session, actor(), key))
    return _saved(kept, keep_organization, ORGANIZATION, _organization)


@staff_page(pages, "/staff/locations/<key>", *KEEPERS, methods=("GET", "POST"))
def location(key: str) -> ResponseReturnValue:
    """A place: of a confidential one nothing is shown that tells where it is."""
    if request.method == "GET":
        return _location(key)
    begin_writing(db.session)
    kept = existing(location_for(db.session, actor(), key))
    return _saved(kept, keep_location, LOCATION, _location)


def _saved(
    kept: Kept[Row],
    keep: Callable[[Session, Actor, Kept[Row], Typed], None],
    names: tuple[str, ...],
    show: Callable[[str, Errors], str],
) -> ResponseReturnValue:
    """Keep what was typed, and lead back to the page; where that cannot be, the page says why."""
    key = kept.row.key
    if not kept.may_change:
        db.session.rollback()
        return show(key, {}), 403
    try:
        keep(db.session, actor(), kept, _typed(names))
    except PlaceRefused as refused:
        db.session.rollback()
        return show(key, refused.problems), 400
    db.session.commit()
    index_now()
    return redirect(url_for(str(request.endpoint), key=key, saved="yes"), 303)


def _typed(names: tuple[str, ...]) -> Typed:
    form = request.form
    texts = {name: form.get(name, "").strip()[:4_000] for name in names}
    hides = actor().has(Role.COUNCIL_ADMINISTRATOR) and bool(form.get("is_confidential"))
    return Typed(texts, form.getlist("accessibility")[:50], hides)


def _organization(key: str, errors: Errors | None = None) -> str:
    kept = existing(organization_for(db.session, actor(), key))
    details = organization_details(kept.row)
    known = {name: getattr(details, name) for name in ORGANIZATION}
    if not kept.may_change:
        return _only_read(kept, known)
    return render_template(
        "staff/organization.html",
        row=kept.row,
        shown={name: request.form.get(name, known[name]) for name in ORGANIZATION},
        errors=errors or {},
        saved="saved" in request.args,
    )


def _only_read(kept: Kept[Organization] | Kept[Location], known: Mapping[str, str]) -> str:
    """What there is to read of something that others use too, and whom to ask for a change."""
    return render_template(
        "staff/only_read.html",
        row=kept.row,
        shown=[(LABELS[name], text) for name, text in known.items() if text and name != "name"],
        teams=whom_to_ask(db.session, kept.councils),
    )


def _location(key: str, errors: Errors | None = None) -> str:
    kept = existing(location_for(db.session, actor(), key))
    row, details = kept.row, location_details(kept.row)
    known = {name: "" if row.is_confidential else getattr(details, name) for name in LOCATION}
    if not kept.may_change:
        return _only_read(kept, known)
    sent = request.method == "POST"
    return render_template(
        "staff/location.html",
        row=row,
        shown={name: request.form.get(name, known[name]) for name in LOCATION},
        features=[(one.value, one.label) for one in AccessibilityFeature],
        chosen=request.form.getlist("accessibility")
        if sent
        else [one.value for one in details.accessibility],
        is_confidential=bool(request.form.get("is_confidential")) if sent else row.is_confidential,
        can_hide=actor().has(Role.COUNCIL_ADMINISTRATOR) and not row.is_family_hub,
        errors=errors or {},
        saved="saved" in request.args,
        map=_map(row),
    )


def _map(row: Location) -> LocatorMap | None:
    if row.is_confidential or row.lat is None or row.lon is None:
        return None
    return draw(None, [Mark(Point(row.lat, row.lon), row.name, 0 if row.is_family_hub else 1, key=row.key)])


def _stale() -> ResponseReturnValue:
    """The page was open for too long: nothing is saved, and what was typed is shown again."""
    why = gettext("This page was open for a long time. Nothing was saved yet. Press “Save” again.")
    key = (request.view_args or {}).get("key", "")
    show = _organization if request.endpoint == "staff.organization" else _location
    return show(key, {"name": why}), 400


when_stale(_stale, "organization", "location")
