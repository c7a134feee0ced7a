"""One page of a listing as somebody edits it: what it holds, and what becomes of what they send.

Two people who change different fields both have their way, whoever saves first. Where both changed the same
field, the one who saves later is shown both sides, and nothing is overwritten until they save again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.display.words import gettext
from hubfinder.listings.concerns import ConcernPage, reader_of, writable
from hubfinder.listings.content import SUGGESTED, Content, read_content, to_content
from hubfinder.listings.content_words import names_of
from hubfinder.listings.differences import Difference, differences
from hubfinder.listings.fields import Refused, email
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.reading import current_content
from hubfinder.listings.scope import may_publish
from hubfinder.listings.states import can_update
from hubfinder.listings.steps import lock, tell
from hubfinder.listings.updates import begin_update, own_open_update, save_update
from hubfinder.listings.written import Around, Form
from hubfinder.people.values import Actor

ON_PAGE = {
    "minimum_age": "youngest",
    "maximum_age": "oldest",
    "text": "text_number",
    "schedule": "schedule",
}
"""What a field of the content is called on its page, where that is not its own name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A listing as somebody would change it: their own open change, or what is published."""

    listing: Listing
    content: Content
    update: ListingUpdate | None
    may_confirm: bool
    """Whether they decide about categories, or suggest them."""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for approval, and cannot be written on."""
        return self.update is not None and not can_update(self.update, "save")


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a form."""

    draft: Draft
    problems: dict[str, str] = field(default_factory=dict)
    """By the id of what stands on the page."""
    clash: tuple[Difference, ...] = ()
    """Fields of which somebody else saved something else: ``before`` is theirs, ``after`` is ours."""
    is_merged: bool = False
    """Whether the page now holds something that somebody else wrote meanwhile."""


def draft_of(session: Session, actor: Actor, listing: Listing) -> Draft:
    """What somebody edits; nothing is written."""
    update = own_open_update(session, actor, listing)
    content = update.content if update else current_content(session, listing)
    return Draft(listing, dict(content), update, may_publish(session, actor, listing))


def around_of(session: Session, content: Mapping[str, Any]) -> Around:
    """What the form of a listing must know: which of its places are confidential."""
    keys = list(content.get("locations") or ())
    hidden = set(
        session.scalars(select(Location.key).where(Location.key.in_(keys), Location.is_confidential))
    )
    return Around(tuple(key for key in keys if key in hidden))


def seen_of(page: ConcernPage, content: Mapping[str, Any]) -> str:
    """What a form carries along, to know later which of its fields others have changed: ``name=3f2a…``."""
    names = (*page.fields, *(SUGGESTED if "needs" in page.fields else ()))
    return " ".join(f"{name}={_digest(content.get(name))}" for name in dict.fromkeys(names))


def keep(
    session: Session, actor: Actor, listing: Listing, page: ConcernPage, form: Form, made: str = ""
) -> Kept:
    """Save what somebody typed into a page, as far as it can be used. The caller has begun writing.

    ``made`` is the key of a place that they have added with the same form.

    Raises:
        NotAllowed: the listing is not theirs.
        WrongState: it is retired, or their change waits for approval.
    """
    lock(session, listing)
    draft = draft_of(session, actor, listing)
    written = reader_of(page, may_confirm=draft.may_confirm)(form, around_of(session, draft.content))
    allowed = writable(page, may_confirm=draft.may_confirm)
    ours, problems = _usable(
        draft.content, {name: written.fields[name] for name in allowed if name in written.fields}
    )
    unknown = _unknown_places(session, draft, ours, made)
    problems = {**written.problems, **problems, **unknown}
    ours = {name: value for name, value in ours.items() if name not in unknown}
    fresh = {name: value for name, value in ours.items() if not _same(draft.content.get(name), value)}
    mine, clashing, is_merged = _sides(draft.content, fresh, _seen(form))
    if mine:
        update = begin_update(session, actor, listing)
        save_update(session, actor, update, mine, update.revision)
        draft = draft_of(session, actor, listing)
    clash = _told(session, draft.content, clashing)
    return Kept(draft, problems, clash, is_merged)


def _usable(content: Content, fields: Mapping[str, Any]) -> tuple[Content, dict[str, str]]:
    """Fields of a form in the one form of JSON, and what is wrong with the others."""
    details, problems = read_content("", {**content, **fields})
    wrong = {name: why for name, why in problems if name in fields}
    said = {**to_content(details), **{name: sorted(fields[name]) for name in SUGGESTED if name in fields}}
    usable = {name: _in_order(content.get(name), said[name]) for name in fields if name not in wrong}
    return usable, {ON_PAGE.get(name, name): why for name, why in wrong.items()}


def _in_order(old: Any, new: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """What is ticked as it stood before, then what is new: nobody chose the order of a page."""
    if not (_is_ticked(old) and _is_ticked(new)):
        return new
    return [*(key for key in old if key in new), *(key for key in new if key not in old)]


def _is_ticked(value: Any) -> bool:  # noqa: ANN401 - any value of JSON
    return isinstance(value, list) and all(isinstance(key, str) for key in value)


def _unknown_places(session: Session, draft: Draft, ours: Content, made: str) -> dict[str, str]:
    """Places that they may not name: a confidential one is as unknown to them as one that is not there."""
    new = set(ours.get("locations") or ()) - {made, *(draft.content.get("locations") or ())}
    if not new:
        return {}
    open_ = () if draft.may_confirm else (~Location.is_confidential,)
    known = session.scalars(select(Location.key).where(Location.key.in_(new), *open_)).all()
    if not new - set(known):
        return {}
    return {"locations": gettext("We know no such place. Find it by its name or address.")}


def _seen(form: Form) -> dict[str, str]:
    """What the fields were when the page was made, as digests."""
    parts = (part.partition("=") for part in " ".join(form.get("seen") or ()).split()[:60])
    return {name: digest for name, _, digest in parts}


def _sides(content: Content, fresh: Content, seen: Mapping[str, str]) -> tuple[Content, Content, bool]:
    """What is to be saved; what somebody else has changed too; and whether theirs is kept somewhere."""
    mine, clashing, is_merged = {}, {}, False
    for name, value in fresh.items():
        if seen.get(name) == _digest(content.get(name)):
            mine[name] = value
        elif seen.get(name) == _digest(value):
            is_merged = True  # they changed it, and here it was left as it was
        else:
            clashing[name] = value
    return mine, clashing, is_merged


def _told(session: Session, content: Content, clashing: Content) -> tuple[Difference, ...]:
    if not clashing:
        return ()
    ours = {**content, **clashing}
    names = names_of(session, content, ours)
    return tuple(one for one in differences(content, ours, names) if one.field in clashing)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any value of JSON
    return one == other or (one in (None, "", []) and other in (None, "", []))


def _digest(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    value = sorted(value) if _is_ticked(value) else value
    said = "" if value in (None, "", []) else json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def keep_contact(session: Session, actor: Actor, listing: Listing, typed: str) -> dict[str, str]:
    """Keep the address to which reminders go; what is wrong with it, by the field of the page."""
    try:
        address = email(typed)
    except Refused as refused:
        return {"contact_email": str(refused)}
    if address != listing.contact_email:
        lock(session, listing)
        listing.contact_email, listing.is_email_dead = address, False
        tell(session, actor, "listing.contact_changed", listing)
    return {}
