"""What the page of a listing for staff shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from hubfinder.clock import LONDON, as_utc, today
from hubfinder.directory.models import Location, Organization, Service
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.actions import open_updates
from hubfinder.listings.freshness import NEVER_CHECKED, freshness_of
from hubfinder.listings.models import Listing, ListingComment, ListingUpdate
from hubfinder.listings.queue import Version, comments_of, versions_of
from hubfinder.listings.report_scope import READERS
from hubfinder.listings.scope import may_edit, may_publish
from hubfinder.listings.states import can
from hubfinder.people.queries import council_names
from hubfinder.staff_vocab import ListingState, UpdateState
from hubfinder.web.shared.access import actor
from hubfinder.web.staff.blueprint import KEEPERS


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent that could not be done, with what is wrong, by field."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListingView:
    """A listing in words, and what whoever looks at it may do."""

    listing: Listing
    facts: list[tuple[str, str, str]]
    """Label, words, and an address that the words lead to or nothing."""
    state: str
    is_public: bool
    updates: Sequence[ListingUpdate]
    mine: ListingUpdate | None
    versions: list[Version]
    comments: Sequence[ListingComment]
    may: frozenset[str]
    """``still_right``, ``edit``, ``pause``, ``resume``, ``retire``, ``bring_back``."""
    doubts: list[tuple[str, str]]
    """What speaks against it, and where to put it right: an address, or nothing for who may not."""
    typed: Typed


def view_of(listing: Listing, typed: Typed) -> ListingView:
    """Everything the page says; nine statements."""
    updates = open_updates(db.session, listing)
    me, may = actor().id, _may(listing)
    return ListingView(
        listing=listing,
        facts=[fact for fact in _facts(listing) if fact[1]],
        state=state_of(listing),
        is_public=listing.state is ListingState.PUBLISHED,
        updates=updates,
        mine=next((one for one in updates if one.author_id == me), None),
        versions=versions_of(db.session, listing),
        comments=comments_of(db.session, listing),
        may=may,
        doubts=_doubts(listing, may),
        typed=typed,
    )


def state_of(listing: Listing) -> str:
    """``Published``, and how well it is looked after."""
    if listing.state is not ListingState.PUBLISHED:
        return str(listing.state.label)
    return f"{listing.state.label}: {freshness_of(listing, today()).label}"


def moment(at: datetime) -> str:
    """``22 November 2026, 9.15am``, where the families are."""
    here = as_utc(at).astimezone(LONDON)
    return gettext("%(day)s, %(time)s", day=formats.day(here.date()), time=formats.clock(here.time()))


def _may(listing: Listing) -> frozenset[str]:
    steps = {step for step in ("edit", "pause", "resume", "retire") if can(listing, step)}
    if not may_edit(actor(), listing):
        steps = set()
    elif listing.state is ListingState.PUBLISHED and listing.assured_date != today():
        steps.add("still_right")
    back = can(listing, "bring_back") and listing.version and not listing.merged_into
    if back and may_publish(db.session, actor(), listing):
        steps.add("bring_back")
    return frozenset(steps)


def _facts(listing: Listing) -> list[tuple[str, str, str]]:
    council = council_names(db.session, [listing.council_code]).get(listing.council_code, "")
    organization = db.session.scalar(
        select(Organization.name).where(Organization.key == listing.organization_key)
    )
    hub = db.session.scalar(select(Location.name).where(Location.key == listing.hub_key))
    keeps = actor().has(*KEEPERS)
    theirs = url_for("staff.organization", key=listing.organization_key) if keeps and organization else ""
    who = db.session.scalar(select(Service.assured_by).where(Service.id == listing.service_id)) or ""
    return [
        (gettext("Last checked"), _checked(listing, who), ""),
        (gettext("Next check"), _due(listing), ""),
        (gettext("What goes out of date"), str(listing.risk.label), ""),
        (gettext("Organization"), organization or listing.organization_key, theirs),
        (gettext("Family hub"), hub or "", url_for("public.hub", key=listing.hub_key) if hub else ""),
        (gettext("Council"), council, ""),
        (gettext("Who is reminded"), listing.contact_email, ""),
        (gettext("Why families do not see it"), listing.state_reason, ""),
        (gettext("Starts again on"), formats.day(listing.paused_until) if listing.paused_until else "", ""),
    ]


def _checked(listing: Listing, who: str) -> str:
    if listing.assured_date is None:
        return gettext("Never") if listing.version else ""
    day = formats.day(listing.assured_date)
    return gettext("%(day)s, by %(who)s", day=day, who=who) if who else day


def _due(listing: Listing) -> str:
    if listing.due_on is None:
        return ""
    if listing.due_on == NEVER_CHECKED:
        return gettext("Now: nobody has ever checked it")
    return formats.day(listing.due_on)


def _doubts(listing: Listing, may: frozenset[str]) -> list[tuple[str, str]]:
    contact = url_for("staff.edit_concern", key=listing.key, concern="contact") if "edit" in may else ""
    reports = url_for("staff.reports") if actor().has(*READERS) else ""
    told = (
        (listing.is_email_dead, gettext("Email comes back"), contact),
        (listing.is_link_dead, gettext("The web address does not work"), contact),
        (
            listing.is_telephone_doubted,
            gettext("Somebody says that the telephone number does not work"),
            contact,
        ),
        (listing.open_reports > 0, gettext("The public has told us something"), reports),
    )
    return [(words, address) for is_so, words, address in told if is_so]


def said_of(update: ListingUpdate) -> str:
    """What becomes of a change, in words."""
    if update.state is UpdateState.SUBMITTED:
        return gettext(
            "waiting for approval since %(when)s", when=moment(update.submitted_at or update.saved_at)
        )
    if update.state is UpdateState.RETURNED:
        return gettext("sent back on %(when)s", when=moment(update.decided_at or update.saved_at))
    return gettext("last saved %(when)s", when=moment(update.saved_at))
