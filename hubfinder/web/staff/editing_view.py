"""What the templates of editing are given: the page, what is in its fields, and how far the listing is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask import url_for
from sqlalchemy.orm import Session

from hubfinder.display.words import gettext
from hubfinder.listings.checking import Advice, advice_on, missing_from, plain_words
from hubfinder.listings.concerns import CHECK, ConcernPage, Step, back_of, steps
from hubfinder.listings.differences import Difference
from hubfinder.listings.editing import Draft, around_of, seen_of
from hubfinder.listings.sites import places_by_key
from hubfinder.listings.written import Form
from hubfinder.web.shared.settings import settings

EMPTY_ROWS = 1
"""Rows that wait to be filled in, at the end of a list."""


@dataclass(frozen=True)
class Edit:
    """One page of editing as it is shown."""

    page: ConcernPage
    draft: Draft
    form: Form
    """What stands in its fields."""
    steps: list[Step]
    errors: Mapping[str, str] = field(default_factory=dict)
    clash: tuple[Difference, ...] = ()
    told: str = ""
    """What somebody is told at the top: saved, merged."""
    more: Mapping[str, int] = field(default_factory=dict)
    """Further empty rows, by the first column of the list."""

    @property
    def name(self) -> str:
        return self.draft.content.get("name") or self.draft.listing.name

    @property
    def revision(self) -> int:
        return self.draft.update.revision if self.draft.update else 0

    @property
    def seen(self) -> str:
        return seen_of(self.page, self.draft.content)

    @property
    def back(self) -> str:
        return back_of(self.page.slug)

    @property
    def autosave(self) -> str:
        return url_for("staff.autosave", key=self.draft.listing.key, concern=self.page.slug)

    def address(self, slug: str) -> str:
        return address_of(self.draft.listing.key, slug)

    def one(self, name: str) -> str:
        return next(iter(self.form.get(name) or ()), "")

    def some(self, name: str) -> list[str]:
        return list(self.form.get(name) or ())

    def at(self, name: str, row: int) -> str:
        """A cell of a list; empty in the rows that wait."""
        column = self.form.get(name) or ()
        return column[row] if row < len(column) else ""

    def rows(self, name: str) -> int:
        """How many rows a list has, with those that wait to be filled in."""
        return len(self.form.get(name) or ()) + EMPTY_ROWS + self.more.get(name, 0)

    @cached_property
    def _advice(self) -> list[Advice]:
        typed = {name: self.one(name) for name in self.form}
        return advice_on({**self.draft.content, **typed}, words())

    def advice_on(self, name: str) -> list[str]:
        """What would make a field better."""
        return [one.words for one in self._advice if one.field == name]


def words() -> Mapping[str, str]:
    """Hard words and plainer ones."""
    return plain_words(settings().seeds_dir)


def address_of(key: str, slug: str) -> str:
    """Where a page of editing stands; ``check`` is the last one."""
    if slug == CHECK:
        return url_for("staff.edit_listing", key=key)
    return url_for("staff.edit_concern", key=key, concern=slug)


def edit_of(session: Session, draft: Draft, page: ConcernPage, form: Form | None = None) -> Edit:
    """A page with what the draft says, or with what somebody has just typed."""
    shown = page.show(draft.content, around_of(session, draft.content)) if form is None else form
    return Edit(page, draft, shown, steps_of(session, draft))


def steps_of(session: Session, draft: Draft) -> list[Step]:
    """Every page of a listing with how far it is."""
    places = places_by_key(session, draft.content.get("locations") or ())
    settled = {"accessibility"} if any(place.accessibility for place in places.values()) else set()
    return steps(draft.content, missing_from(draft.content, settled))


def said_saved(*, is_merged: bool) -> str:
    if is_merged:
        return gettext("Saved. Somebody else changed another part of this page; theirs is kept too.")
    return gettext("Saved.")
