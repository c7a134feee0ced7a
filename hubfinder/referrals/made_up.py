"""The requests of the demonstration: made up, sent and looked after with the verbs of everybody else.

So their trail and their messages are as they would be; only when they came is moved back, so that some are
older than others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization, Service
from hubfinder.people.queries import person_with
from hubfinder.people.values import Actor, Grant
from hubfinder.places.finding import Places
from hubfinder.referrals import drafts, moving, receiving, triage
from hubfinder.referrals.answers import told
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_doors import opening_of
from hubfinder.referrals.models import Passing, Referral, ReferralEvent, VaultWork
from hubfinder.referrals.passing import Handing, Receiver, pass_on
from hubfinder.referrals.reading import opened
from hubfinder.referrals.routing import Route, route, urgency_of
from hubfinder.referrals.sending import Sending, send
from hubfinder.referrals.sharing import Group, Partner
from hubfinder.referrals.vocab import Outcome
from hubfinder.settings import Settings
from hubfinder.vault.keys import Keyring
from hubfinder.yaml_files import Part, read_checked

FILE = "requests.yaml"
WORK = "made-up"
"""By this it is known that all of it was done: what was withdrawn or destroyed since does not come again."""
LASTS = timedelta(hours=1)
YES_NO = {True: "yes", False: "no"}


Verb = Literal[
    "assign", "note", "ask", "message", "accept", "key_worker", "hand_over", "finish", "pass", "take"
]


class _Deed(Part):
    do: Verb
    by: str
    to: str = ""
    """Whom, which hub or service, or the outcome."""
    words: str = ""
    services: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


class _Request(Part):
    hours_ago: int = Field(ge=0)
    answers: dict[str, Any]
    then: tuple[_Deed, ...] = ()

    @field_validator("answers")
    @classmethod
    def _as_said(cls, answers: dict[str, Any]) -> dict[str, Any]:
        """YAML makes more of yes, no and days than the form does."""
        plain: dict[str, Any] = _plain(answers)
        return plain


class Requests(Part):
    """The file."""

    requests: tuple[_Request, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Making:
    """Where they are made."""

    directory: Session
    vault: Session
    ring: Keyring
    places: Places
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Ready:
    """A request with all that is read in the directory."""

    what: _Request
    route: Route
    opening: Opening
    actors: Mapping[str, Actor]
    receivers: Mapping[str, Receiver]

    def by(self, deed: _Deed) -> Actor:
        return self.actors[deed.by]


def make_requests(making: Making) -> int:
    """Send and look after all that the file has, unless that was done before; how many there are now.

    In a transaction of its own on the vault; the directory is only read.

    Raises:
        FileRefused: the file is not as it should be.
        LookupError: it names somebody or something that is not there.
    """
    if making.vault.get(VaultWork, WORK) is not None:
        making.vault.rollback()
        return 0
    there = read_checked(making.settings.geodata_dir / FILE, Requests).requests
    ready = [_read(making, one) for one in there]
    making.directory.rollback()
    making.vault.rollback()
    begin_writing(making.vault)
    for one in sorted(ready, key=lambda one: -one.what.hours_ago):
        _make(making, one)
    moment = utc_now()
    work = VaultWork(name=WORK, begun_at=moment, ended_at=moment, last_key="", done=len(ready), said="")
    making.vault.add(work)
    making.vault.commit()
    return len(ready)


def _read(making: Making, what: _Request) -> _Ready:
    found = route(making.directory, making.places, told(what.answers), making.settings.council_code)
    opening = opening_of(making.directory, found.council, making.settings.seeds_dir)
    emails = {deed.by for deed in what.then} | {deed.to for deed in what.then if deed.do == "assign"}
    keys = {key for deed in what.then for key in deed.services}
    return _Ready(
        what,
        found,
        opening,
        {email: _actor(making.directory, email) for email in emails},
        {key: _receiver(making.directory, key) for key in keys},
    )


def _make(making: Making, one: _Ready) -> None:
    session, came = making.vault, utc_now() - timedelta(hours=one.what.hours_ago)
    draft, _ = drafts.start(session, making.ring, LASTS, told(one.what.answers).language)
    drafts.save(session, draft, lambda answers: answers.update(one.what.answers), LASTS)
    urgency = urgency_of(told(one.what.answers))
    sending = Sending(one.what.answers, one.route, one.opening.look(came, urgency))
    receipt = send(session, making.ring, draft, sending)
    row = session.scalars(select(Referral).where(Referral.reference == receipt.reference)).one()
    row.received_at = came
    session.scalars(select(ReferralEvent).where(ReferralEvent.referral_id == row.id)).one().at = came
    for number, deed in enumerate(one.what.then, 1):
        _do(making, one, row, deed)
        _move_back(session, row, came + timedelta(minutes=20 * number))
    session.flush()


def _do(making: Making, one: _Ready, row: Referral, deed: _Deed) -> None:
    if deed.do == "take":
        _take(making, one, row, deed)
    elif deed.do == "pass":
        to = tuple(one.receivers[key] for key in deed.services)
        handing = Handing(to, Partner.SERVICES, frozenset(deed.groups), deed.words)
        pass_on(making.vault, one.by(deed), opened(making.ring, row), handing, one.opening)
    elif deed.do == "assign":
        colleague = one.actors[deed.to]
        triage.assign(_case(making, one, row, deed), triage.Somebody(colleague.id or 0, colleague.name))
    else:
        _VERBS[deed.do](_case(making, one, row, deed), deed)


_VERBS: Mapping[str, Callable[[triage.Case, _Deed], object]] = {
    "note": lambda case, deed: triage.note(case, deed.words),
    "ask": lambda case, deed: triage.ask(case, deed.words),
    "message": lambda case, deed: triage.message(case, deed.words),
    "accept": lambda case, deed: moving.accept(case, deed.to),
    "key_worker": lambda case, deed: triage.name_key_worker(case, deed.to),
    "hand_over": lambda case, deed: triage.hand_over(case, deed.words),
    "finish": lambda case, deed: triage.finish(case, Outcome(deed.to), deed.words),
}


def _case(making: Making, one: _Ready, row: Referral, deed: _Deed) -> triage.Case:
    return triage.take(making.vault, making.ring, one.by(deed), row, row.revision, one.opening)


def _take(making: Making, one: _Ready, row: Referral, deed: _Deed) -> None:
    asked = select(Passing).where(Passing.referral_id == row.id, Passing.service_key == deed.to)
    passing = making.vault.scalars(asked).one()
    found = receiving.taken(making.vault, making.ring, passing, passing.revision)
    receiving.accept(making.vault, one.by(deed), found, passing, one.opening)


def _move_back(session: Session, row: Referral, moment: datetime) -> None:
    """What was done last was done then; never in the future."""
    last = select(ReferralEvent).where(ReferralEvent.referral_id == row.id, ReferralEvent.at > moment)
    for event in session.scalars(last):
        event.at = min(moment, utc_now())


def _actor(session: Session, email: str) -> Actor:
    person = person_with(session, email)
    if person is None:
        raise LookupError(f"{FILE} names {email}, who is not there")
    grants = (
        Grant(one.role, one.council_code, one.organization_key, one.hub_key, one.area) for one in person.roles
    )
    return Actor(person.name, person.id, tuple(grants))


def _receiver(session: Session, key: str) -> Receiver:
    asked = select(Organization.key).join(Service, Service.organization_id == Organization.id)
    organization = session.scalar(asked.where(Service.key == key))
    if organization is None:
        raise LookupError(f"{FILE} names {key}, which is not there")
    return Receiver(key, organization)


def _plain(said: object) -> Any:  # noqa: ANN401 - whatever a form can hold
    if isinstance(said, bool):
        return YES_NO[said]
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, Mapping):
        return {str(name): _plain(value) for name, value in said.items()}
    if isinstance(said, Sequence) and not isinstance(said, str):
        return [_plain(one) for one in said]
    return said
