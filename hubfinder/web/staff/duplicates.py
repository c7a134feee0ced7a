"""Listings that may be one: the pairs, the two side by side, making one of them, or leaving them two."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import LONDON, as_utc
from hubfinder.database import begin_writing
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.exchange.alikeness import Shared, compare, facts_of
from hubfinder.exchange.clues import facts_by_key
from hubfinder.exchange.merges import all_pairs, both, merge_for, merged_lately, pairs_for
from hubfinder.exchange.merging import (
    Sides,
    last_changed,
    likelier,
    merge_listings,
    say_two,
    sides_of,
    undo_merge,
)
from hubfinder.extensions import db
from hubfinder.listings.content_words import names_of
from hubfinder.listings.differences import Difference, differences
from hubfinder.listings.models import Listing
from hubfinder.listings.publishing import MovedOn, PublishRefused
from hubfinder.listings.states import Refused
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.kept import kept
from hubfinder.web.staff.blueprint import KEEPERS, pages
from hubfinder.web.staff.due import listing_address

PAGE = 25
TOLD = "duplicates_told"
"""In the session: what was done, until it has been told."""
TWO = "two"


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that differs: both sides in words, and which is chosen."""

    difference: Difference
    theirs: bool


@staff_page(pages, "/staff/duplicates", *KEEPERS)
def duplicates() -> str:
    """The pairs, the likeliest first."""
    pairs = pairs_for(db.session, actor(), kept("duplicates", lambda: all_pairs(db.session)))
    page = _page(len(pairs))
    return render_template(
        "staff/duplicates.html",
        pairs=pairs[(page - 1) * PAGE : page * PAGE],
        total=len(pairs),
        page=page,
        last=max(1, -(-len(pairs) // PAGE)),
        address=lambda number: url_for("staff.duplicates", page=number),
        merges=[(one, _day(one.made_at)) for one in merged_lately(db.session, actor())],
        told=session.pop(TOLD, ""),
    )


@staff_page(pages, "/staff/duplicates/<first>/<second>", *KEEPERS)
def duplicate_pair(first: str, second: str) -> ResponseReturnValue:
    """The two side by side; the first is the one that is kept."""
    return _shown(_sides(first, second))


@staff_page(pages, "/staff/duplicates/<first>/<second>/decide", *KEEPERS, methods=("POST",))
def decide_pair(first: str, second: str) -> ResponseReturnValue:
    """Make one of them, or say that they are two."""
    begin_writing(db.session)
    sides = _sides(first, second)
    if request.form.get("do") == TWO:
        say_two(db.session, actor(), sides.kept, sides.gone)
        db.session.commit()
        return _told(gettext("Noted: these are two. They are not shown again."))
    theirs = {name: request.form.get(f"side-{name}") == "gone" for name in sides.fields}
    try:
        merge_listings(db.session, actor(), sides, theirs, _versions())
    except Refused as refused:
        db.session.rollback()
        again = _sides(first, second)
        return _shown(again, _problems(refused, again), theirs), 400
    db.session.commit()
    return _told(gettext("Done: there is one listing now. The other’s address leads to it."))


@staff_page(pages, "/staff/duplicates/merges/<int:number>/undo", *KEEPERS, methods=("POST",))
def undo_duplicate(number: int) -> ResponseReturnValue:
    begin_writing(db.session)
    merge = existing(merge_for(db.session, actor(), number))
    try:
        undo_merge(db.session, actor(), merge)
    except Refused:
        db.session.rollback()
        why = gettext("That cannot be undone any more: the listing has changed since. Change it by hand.")
        return _told(why)
    db.session.commit()
    return _told(gettext("Undone: there are two listings again."))


def _sides(first: str, second: str) -> Sides:
    """Both listings; where somebody may not decide about both, there is no such pair."""
    found = both(db.session, actor(), (first, second))
    if len(found) != 2:
        return existing(None)
    return sides_of(db.session, *found)


def _shown(sides: Sides, errors: dict[str, str] | None = None, theirs: dict[str, bool] | None = None) -> str:
    names = names_of(db.session, sides.ours, sides.theirs)
    chosen = theirs or likelier(sides, last_changed(db.session, sides.kept, sides.gone))
    found = differences(sides.ours, sides.theirs, names)
    score, why = _alike(sides)
    return render_template(
        "staff/duplicate_pair.html",
        sides=sides,
        addresses=[listing_address(one.key) for one in (sides.kept, sides.gone)],
        checked=[_checked(one) for one in (sides.kept, sides.gone)],
        rows=[Shown(one, chosen.get(one.field, False)) for one in found if one.field in sides.fields],
        score=round(score),
        why=why,
        errors=errors or {},
    )


def _alike(sides: Sides) -> tuple[float, tuple[str, ...]]:
    facts = facts_by_key(db.session, [sides.kept.key, sides.gone.key])
    one, other = (facts.get(key) or facts_of({"key": key}) for key in (sides.kept.key, sides.gone.key))
    return compare(one, other, Shared())


def _checked(listing: Listing) -> str:
    if listing.assured_date is None:
        return gettext("never checked")
    return gettext("checked on %(day)s", day=formats.day(listing.assured_date))


def _versions() -> dict[str, int]:
    """The versions that were looked at, by key, as the form carries them."""
    pairs = (text.rpartition(":") for text in request.form.getlist("version")[:2])
    return {key: int(number) for key, _, number in pairs if number.isascii() and number.isdigit()}


def _problems(refused: Refused, sides: Sides) -> dict[str, str]:
    if isinstance(refused, MovedOn):
        return {"fields": gettext("One of the two has changed while this page was open. Look at it again.")}
    if isinstance(refused, PublishRefused):
        found = (problem for problems in refused.problems.values() for problem in problems)
        return {f"side-{name}" if name in sides.fields else "fields": why for name, why in found}
    return {"fields": gettext("These two cannot be made one as they stand.")}


def _told(words: str) -> ResponseReturnValue:
    session[TOLD] = words
    return redirect(url_for("staff.duplicates"), 303)


def _page(total: int) -> int:
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), max(1, -(-total // PAGE)))


def _day(at: datetime) -> str:
    return formats.day(as_utc(at).astimezone(LONDON).date())
