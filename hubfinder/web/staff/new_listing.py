"""A new listing: what it is called and who offers it; whether we have it already; then its pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization
from hubfinder.display.words import gettext
from hubfinder.exchange.duplicates import Alike, duplicates_of
from hubfinder.extensions import db
from hubfinder.listings.actions import NotAllowed, begin_listing
from hubfinder.listings.basics import make_organization, organizations_named
from hubfinder.listings.concerns import CONCERNS
from hubfinder.listings.content import ContentRefused, empty_content
from hubfinder.listings.models import Listing
from hubfinder.listings.scope import visible_to
from hubfinder.listings.sites import PlaceRefused
from hubfinder.people.queries import council_names
from hubfinder.people.values import Grant
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import pages, when_stale
from hubfinder.web.staff.editing import EDITORS
from hubfinder.web.staff.editing_view import address_of

Organizations = Sequence[tuple[str, str]]
NEW = "new"
"""Chosen where the organization is not known yet."""


@dataclass(frozen=True)
class Start:
    """What somebody has typed to begin with, and what there is to choose from."""

    name: str = ""
    council: str = ""
    organization: str = ""
    """Key of the chosen one, or ``new``."""
    wanted: str = ""
    """Name of an organization as typed."""
    offered: Sequence[tuple[str, str]] = ()
    """Organizations by key and name."""
    councils: Sequence[tuple[str, str]] = ()
    is_provider: bool = False

    @property
    def is_here(self) -> bool:
        """Whether one of those offered is called as they typed: then it is no new one."""
        return any(_plain(name) == _plain(self.wanted) for _, name in self.offered)


@staff_page(pages, "/staff/listings/new", *EDITORS, methods=("GET", "POST"))
def new_listing() -> ResponseReturnValue:
    """Begin a listing, unless it is there already."""
    if request.method == "GET":
        return _page(_start())
    begin_writing(db.session)
    start = _start()
    errors = _problems(start)
    if errors:
        return _page(start, errors), 400
    content = {**empty_content(), "name": start.name, "organization": _known(start)}
    alike = [] if request.form.get("is_new") else duplicates_of(db.session, content)
    if alike:
        return _page(start, alike=alike)
    try:
        key = _begin(start)
    except (PlaceRefused, ContentRefused) as refused:
        db.session.rollback()
        return _page(_start(), _why(refused)), 400
    db.session.commit()
    return redirect(address_of(key, CONCERNS[0].slug), 303)


def _begin(start: Start) -> str:
    organization = _known(start) or make_organization(db.session, actor(), start.council, start.wanted)
    begun = {"name": start.name, "organization": organization}
    try:
        return begin_listing(db.session, actor(), start.council, begun).listing.key
    except NotAllowed:
        raise ContentRefused([("organization", gettext("This organization is not one of yours"))]) from None


def _why(refused: PlaceRefused | ContentRefused) -> dict[str, str]:
    found = dict(refused.problems)
    return {"name" if name == "name" else "organization": why for name, why in found.items()}


def _known(start: Start) -> str:
    return "" if start.organization == NEW else start.organization


def _start() -> Start:
    """The form, and what it offers to this person."""
    form = request.form
    scopes = [grant for grant in actor().grants if grant.role in EDITORS]
    codes = list(dict.fromkeys(grant.council for grant in scopes))
    names = council_names(db.session, codes)
    is_provider = all(grant.role is Role.PROVIDER for grant in scopes)
    wanted = one_line(form.get("wanted", ""), 255)
    offered = _own(scopes) if is_provider else _named(wanted)
    council = form.get("council", codes[0] if len(codes) == 1 else "")
    return Start(
        one_line(form.get("name", ""), 255),
        council if council in codes else "",
        _chosen(form.get("organization", ""), offered, wanted, is_provider=is_provider),
        wanted,
        offered,
        [(code, names.get(code, code)) for code in codes],
        is_provider,
    )


def _chosen(typed: str, offered: Organizations, wanted: str, *, is_provider: bool) -> str:
    """The organization that was chosen, or is the only one that can be meant; none of those not offered."""
    if typed in dict(offered) or (typed == NEW and not is_provider):
        return typed
    is_clear = len(offered) == 1 and (is_provider or _plain(offered[0][1]) == _plain(wanted))
    return offered[0][0] if is_clear else ""


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _named(words: str) -> Organizations:
    return [(row.key, row.name) for row in organizations_named(db.session, words)]


def _own(scopes: Sequence[Grant]) -> Organizations:
    keys = [grant.organization for grant in scopes]
    rows = select(Organization.key, Organization.name).where(Organization.key.in_(keys))
    return [(key, name) for key, name in db.session.execute(rows.order_by(Organization.name))]


def _problems(start: Start) -> dict[str, str]:
    errors = {}
    if not start.name:
        errors["name"] = gettext("Write what it is called")
    if not start.council:
        errors["council"] = gettext("Choose a council")
    if not start.organization:
        errors["organization" if start.offered or start.is_provider else "wanted"] = (
            gettext("Choose the organization")
            if start.offered or start.is_provider
            else gettext("Write part of its name, then choose it")
        )
    elif start.organization == NEW and start.is_here:
        errors["organization"] = gettext("An organization of this name is here already: choose it")
    return errors


def _page(start: Start, errors: dict[str, str] | None = None, alike: Sequence[Alike] = ()) -> str:
    keys = [one.key for one in alike]
    mine = db.session.scalars(select(Listing.key).where(Listing.key.in_(keys), visible_to(actor())))
    return render_template(
        "staff/new_listing.html", start=start, errors=errors or {}, alike=alike, mine=frozenset(mine), new=NEW
    )


def _stale() -> ResponseReturnValue:
    words = gettext("This page was open for a long time. Nothing was saved yet. Press the button again.")
    return _page(_start(), {"name": words}), 400


when_stale(_stale, "new_listing")
