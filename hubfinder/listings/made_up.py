"""What goes on in the demonstration: made up, done by its made-up people with the verbs of everybody else.

So the trail has all of it, and pages show it as they would show what is real.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.listings.answering import publish_feedback, reply
from hubfinder.listings.closing import close, hub_of
from hubfinder.listings.models import Listing, Report
from hubfinder.listings.report_subjects import About, Kind, about
from hubfinder.listings.report_words import new_reference
from hubfinder.listings.standing import pause, resume, retire
from hubfinder.listings.telling import Danger, Told, tell
from hubfinder.listings.throttle import Sender
from hubfinder.listings.updates import begin_listing, begin_update, save_update, submit
from hubfinder.people.models import Person
from hubfinder.people.queries import person_with
from hubfinder.people.values import Actor, Grant
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, ReportKind, WrongPart
from hubfinder.yaml_files import Key, Part, Sentence, read_checked

FILE = "life.yaml"
NOBODY = Sender("", "")
"""No connection to the internet: nothing is counted, nobody is remembered."""
T = TypeVar("T")


class _Closure(Part):
    hub: Key
    by: str
    in_days: int = Field(ge=0)
    """From today to the first day."""
    days: int = Field(ge=1)
    reason: Sentence


class _Draft(Part):
    key: Key
    council: str
    by: str
    content: dict[str, Any]


class _Change(Part):
    listing: Key
    by: str
    note: Sentence
    content: dict[str, Any]


class _Ending(Part):
    listing: Key
    by: str
    reason: Sentence


class _Report(Part):
    kind: ReportKind
    about: str = ""
    """Key of the service; empty for one that is missing."""
    council: str = ""
    """Of one that is missing."""
    name: str = ""
    part: WrongPart | None = None
    text: Sentence
    suggestion: dict[str, str] = Field(default_factory=dict)


class _Feedback(Part):
    about: Key
    text: Sentence
    published_by: str = ""
    """Empty: it waits."""
    answered_by: str = ""
    reply: str = ""


class Life(Part):
    """The file."""

    closures: tuple[_Closure, ...] = ()
    drafts: tuple[_Draft, ...] = Field(min_length=1)
    """By these it is known that all of it was done: a listing that was begun once never goes."""
    changes: tuple[_Change, ...] = ()
    paused: tuple[_Ending, ...] = ()
    retired: tuple[_Ending, ...] = ()
    reports: tuple[_Report, ...] = ()
    feedback: tuple[_Feedback, ...] = ()


def make_life(session: Session, folder: Path, settings: Settings) -> int:
    """Do all that the file says, unless it was done before; how many things were done. Never commits.

    The caller has begun with ``begin_writing``; the area and its people are there.

    Raises:
        FileRefused: the file is not as it should be.
        LookupError: it names somebody or something that is not there.
    """
    life = read_checked(folder / FILE, Life)
    begun = select(Listing.id).where(Listing.key.in_([one.key for one in life.drafts]))
    if session.scalar(begun.limit(1)) is not None:
        return 0
    making = _Making(session, settings)
    for closure in life.closures:
        making.close(closure)
    for draft in life.drafts:
        begin_listing(session, making.actor(draft.by), draft.council, draft.content, key=draft.key)
    for change in life.changes:
        making.submit(change)
    for ending in life.paused:
        making.pause(ending)
    for ending in life.retired:
        retire(session, making.actor(ending.by), making.listing(ending.listing), ending.reason)
    for report in life.reports:
        making.report(report)
    for said in life.feedback:
        making.feedback(said)
    return sum(len(getattr(life, name)) for name in Life.model_fields)


@dataclass(frozen=True, slots=True)
class _Making:
    session: Session
    settings: Settings

    def actor(self, email: str) -> Actor:
        return _actor(_there(person_with(self.session, email), email))

    def listing(self, key: str) -> Listing:
        return _there(self.session.scalar(select(Listing).where(Listing.key == key)), key)

    def close(self, one: _Closure) -> None:
        actor = self.actor(one.by)
        hub = _there(hub_of(self.session, actor, one.hub, self.settings.council_code), one.hub)
        first = today() + timedelta(one.in_days)
        days = first, first + timedelta(one.days - 1)
        close(self.session, actor, hub, days, one.reason, today())

    def submit(self, one: _Change) -> None:
        actor = self.actor(one.by)
        update = begin_update(self.session, actor, self.listing(one.listing))
        save_update(self.session, actor, update, one.content, update.revision)
        submit(self.session, actor, update, one.note)

    def pause(self, one: _Ending) -> None:
        """One that the file of listings says is not running is paused already, without a reason."""
        actor, listing = self.actor(one.by), self.listing(one.listing)
        if listing.state is ListingState.PAUSED:
            resume(self.session, actor, listing)
        pause(self.session, actor, listing, one.reason)

    def report(self, one: _Report) -> Report:
        what = self._about(one.about) if one.about else About(name=one.name, council=one.council)
        part = one.part.value if one.part else ""
        return self._told(one.kind, what, one.text, part, one.suggestion)

    def feedback(self, one: _Feedback) -> None:
        report = self._told(ReportKind.FEEDBACK, self._about(one.about), one.text)
        if one.published_by:
            publish_feedback(self.session, self.actor(one.published_by), report, "", self.settings)
        if one.reply:
            reply(self.session, self.actor(one.answered_by), report, one.reply)

    def _about(self, key: str) -> About:
        return _there(about(self.session, Kind.SERVICE, key, self.settings.council_code), key)

    def _told(
        self,
        kind: ReportKind,
        what: About,
        text: str,
        part: str = "",
        suggestion: Mapping[str, str] | None = None,
    ) -> Report:
        told = Told(kind, new_reference(), what, part, text, dict(suggestion or {}))
        receipt = tell(self.session, told, NOBODY, Danger(self.settings.seeds_dir))
        return self.session.scalars(select(Report).where(Report.reference == receipt.reference)).one()


def _actor(person: Person) -> Actor:
    grants = (
        Grant(one.role, one.council_code, one.organization_key, one.hub_key, one.area) for one in person.roles
    )
    return Actor(person.name, person.id, tuple(grants))


def _there(found: T | None, name: str) -> T:
    if found is None:
        raise LookupError(f"{FILE} names {name}, which is not there")
    return found
