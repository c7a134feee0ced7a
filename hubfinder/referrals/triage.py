"""What the front door does with a request: each verb moves it as ``states`` allows, writes down what happened
and makes one entry of the trail.

Whoever calls a verb has begun with ``begin_writing`` on the vault, and commits. Nothing is sent to a family
but by a way that somebody said is safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import SEEN_TO, TOLD_BY, Said, note_event
from hubfinder.referrals.holding import holder_of
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.notices import BY_ITSELF, Wanted, tell_family, tell_team
from hubfinder.referrals.passing import is_with_a_service, passings_of, recall_all
from hubfinder.referrals.points import clock_after, is_only_to_be_rung
from hubfinder.referrals.reading import Opened, is_front_door, locked, opened, touched
from hubfinder.referrals.safe_contact import UnsafeChannel, safe_channels
from hubfinder.referrals.states import can, move
from hubfinder.referrals.vocab import Channel, EventKind, Outcome, Point, ReferralState, Urgency
from hubfinder.vault.keys import Keyring

LONGEST = 4_000
"""Characters of a note, a message or a reason."""
LONGEST_NAME = 120
OUTCOMES = (Outcome.HELPED, Outcome.ADVISED, Outcome.DECLINED, Outcome.NOT_REACHED)
"""How the front door finishes a request; the other outcomes follow from other verbs."""
NEXT: Mapping[str, int | None] = {
    "ask": 5,
    "accept": 10,
    "reopen": 1,
    "route": 1,
    "seen_to": None,
    "hand_over": None,
    "send_elsewhere": None,
    "finish": None,
    "merge": None,
}
"""Working days until somebody has to look at it again after a verb; none where nothing is left to do. After
any other verb the clock goes on as it went. What is urgent is looked at within the hour where it is one day.
"""

NOT_OF_WHERE = frozenset({"ask", "accept", "reopen"})
"""Of these verbs none says whether the team is right for where the family lives now."""
NOBODY = "nobody"
"""Fact of a key worker: there is none any more."""
STAYS = "stays"
"""Fact of a note: it says why a request stays with the team that has it."""


class Why(StrEnum):
    """Why something is not done; pages have the words for it."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_ONE_OF_THEM = "not_one_of_them"
    """Nobody, or nothing, that can be chosen here."""
    WITH_SERVICES = "with_services"
    """A service still has it."""
    SAME = "same"
    """It is so already."""
    NOT_AGREED = "not_agreed"
    """The family did not agree to it, and nobody said for whose safety it is done."""
    HAS_PARTS = "has_parts"
    """Requests that are part of it would stay where it was: with a council that cannot open it any more."""
    TO_BE_RUNG = "to_be_rung"
    """A service where nobody signs in does not know the newest, and the other council has not its number."""
    FRONT_DOOR_ONLY = "front_door_only"
    """Staff of a hub do not give a request to another council by themselves."""
    OURS = "ours"
    """It would end with the council that has it."""
    WORKS_HERE = "works_here"
    """That council has its front door in this installation: the request itself is moved there."""


class Refused(Exception):
    """It was not done, nor anything changed."""

    def __init__(self, field: str, why: Why) -> None:
        super().__init__(why.value)
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Case:
    """A request in the hands of somebody who is about to change it."""

    session: Session
    """On the vault."""
    actor: Actor
    one: Opened
    opening: Opening
    """When the front door that has it is open."""

    @property
    def row(self) -> Referral:
        return self.one.row

    @property
    def subject(self) -> Subject:
        return Subject("request", self.row.reference, self.row.council_code)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A colleague."""

    id: int
    name: str


def take(
    session: Session, ring: Keyring, actor: Actor, row: Referral, revision: int, opening: Opening
) -> Case:
    """A request that may be seen by whoever is about to change it, as it was when they looked at it.

    Raises:
        ChangedMeanwhile: somebody else changed it since.
    """
    locked(session, row, revision)
    return Case(session, actor, opened(ring, row), opening)


def assign(case: Case, to: Somebody) -> None:
    """Give it to somebody of the team; a new one is being looked at from now on."""
    if case.row.assigned_id == to.id:
        raise Refused("to", Why.SAME)
    case.row.assigned_id, case.row.assigned = to.id, to.name
    written(case, "assign", Said(EventKind.ASSIGNED, to.name, {"person": to.id}), {"person": to.id})


def note(case: Case, words: str, *, stays: bool = False) -> None:
    """Write something down for colleagues; the family does not read it. Of one whose family lives somewhere
    else now ``stays`` says that these words are why it stays with the team that has it.
    """
    said = wanted_words(words)
    facts = {STAYS: True} if stays and Point.MOVED in case.row.points else {}
    if facts:
        case.row.points = [point for point in case.row.points if point != Point.MOVED]
    written(case, "note", Said(EventKind.NOTED, said, facts), facts)


def ask(case: Case, words: str, channel: Channel | None = None) -> Channel | None:
    """Ask the family for more: they read it on their page. How they are told that it is there, if at all."""
    said = Said(EventKind.ASKED, wanted_words(words), _to(case), is_for_family=True)
    _require_safe(case, channel)
    event = written(case, "ask", said, {"channel": channel or ""})
    return tell_family(case.session, case.row, case.one.told, Wanted("ask", _once(event)), channel)


def message(case: Case, words: str, channel: Channel | None = None) -> Channel | None:
    """Write to the family: on their page, and word of it by a safe way, if there is one."""
    said = Said(EventKind.MESSAGE, wanted_words(words), _to(case), is_for_family=True)
    _require_safe(case, channel)
    event = written(case, "message", said, {"channel": channel or ""})
    return tell_family(case.session, case.row, case.one.told, Wanted("message", _once(event)), channel)


def set_urgency(case: Case, urgency: Urgency, words: str) -> None:
    """Put it before or behind others, with a reason; what becomes urgent is told to the team at once."""
    before = case.row.urgency
    if urgency is before:
        raise Refused("urgency", Why.SAME)
    facts = {"from": before.value, "to": urgency.value}
    said = Said(EventKind.URGENCY, wanted_words(words), facts)
    case.row.urgency, case.row.urgency_rank = urgency, urgency.rank
    if urgency.rank < before.rank and case.row.due_at is not None:
        case.row.due_at = min(case.opening.look(utc_now(), urgency), as_utc(case.row.due_at))
    event = written(case, "urgency", said, facts)
    if urgency.rank < before.rank:
        tell_team(case.session, case.row, Wanted("team_urgent", _once(event)))


def name_key_worker(case: Case, name: str) -> None:
    """Who is there for the family in all of it; they and every service with it are told the name. Without a
    name there is nobody any more.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("key_worker", Why.TOO_LONG)
    if name == case.row.key_worker:
        raise Refused("key_worker", Why.SAME if name else Why.EMPTY)
    case.row.key_worker = name
    if not name:
        written(case, "no_key_worker", Said(EventKind.KEY_WORKER, facts={NOBODY: True}))
        return
    written(case, "key_worker", Said(EventKind.KEY_WORKER, name, is_for_family=True))


def hand_over(case: Case, words: str) -> None:
    """Statutory services take over: recorded, with whom and why. It is not sent by hubfinder, and the family
    is not told of it by us: that may endanger somebody.
    """
    said = Said(EventKind.HANDED_OVER, wanted_words(words), _time_told(case))
    recall_all(case.session, case.actor, case.one, case.opening)
    _end(case, Outcome.STATUTORY)
    written(case, "hand_over", said)


def _time_told(case: Case) -> Mapping[str, str]:
    """By when the family was told that something happens: its page goes on saying so."""
    clocks = [case.row.due_at, *(one.due_at for one in passings_of(case.session, case.row))]
    due = next((as_utc(one) for one in clocks if one is not None), None)
    return {TOLD_BY: due.isoformat()} if due else {}


def send_elsewhere(case: Case, council: str, words: str) -> None:
    """A council without a front door here takes over: ``council`` is its name, ``words`` how it was told."""
    council = " ".join(council.split())
    if not is_front_door(case.actor, case.row):
        raise Refused("council", Why.FRONT_DOOR_ONLY)
    if not council:
        raise Refused("council", Why.EMPTY)
    if len(council) > LONGEST_NAME:
        raise Refused("council", Why.TOO_LONG)
    said = Said(EventKind.NOTED, wanted_words(words))
    recall_all(case.session, case.actor, case.one, case.opening)
    _end(case, Outcome.OTHER_COUNCIL)
    note_event(case.session, case.row, case.one.box, case.actor, said)
    moved = Said(EventKind.ROUTED, council, {"elsewhere": True}, is_for_family=True)
    event = written(case, "send_elsewhere", moved)
    tell_family(case.session, case.row, case.one.told, Wanted("family_elsewhere", _once(event)))


def is_to_be_seen_to(row: Referral) -> bool:
    """Whether something waits that a person ends by saying what was done; that a service was rung is said of
    that service.
    """
    return can(row, "seen_to") and row.due_at is not None and not is_only_to_be_rung(row)


def seen_to(case: Case, words: str) -> None:
    """Somebody has looked at what services have as well, or statutory services, and says what was done: it
    waits for them again.
    """
    if not is_to_be_seen_to(case.row):
        raise Refused("words", Why.SAME)
    is_theirs = case.row.state is ReferralState.HANDED_OVER
    facts = {SEEN_TO: True, **(_time_told(case) if is_theirs else {})}
    written(case, "seen_to", Said(EventKind.NOTED, wanted_words(words), facts))


def finish(case: Case, outcome: Outcome, words: str = "") -> None:
    """It is done with; how long it is kept hangs on the outcome. Of one that the family took back, and that
    stayed for somebody's safety, ``words`` say why it may end.
    """
    if outcome not in OUTCOMES:
        raise Refused("outcome", Why.NOT_ONE_OF_THEM)
    if len(words) > LONGEST:
        raise Refused("words", Why.TOO_LONG)
    if is_with_a_service(case.session, case.row):
        raise Refused("outcome", Why.WITH_SERVICES)
    if case.row.withdrawn_at is not None:
        wanted_words(words)
    facts = {"outcome": outcome.value}
    _end(case, outcome)
    written(case, "finish", Said(EventKind.FINISHED, words.strip(), facts), facts)


def reopen(case: Case, words: str, *, is_asked: bool = False) -> None:
    """Look at it again, with a reason. Of one that the family took back its page goes on saying so, unless it
    ``is_asked`` for by the family: then they can write and agree there again. What was part of another
    request goes on by itself.
    """
    said = Said(EventKind.REOPENED, wanted_words(words))
    case.row.finished_at, case.row.outcome = None, None
    if is_asked:
        case.row.withdrawn_at = None
    case.row.merged_into = None
    written(case, "reopen", said)


def written(case: Case, verb: str, said: Said, facts: Mapping[str, Any] | None = None) -> ReferralEvent:
    """Move it, set its clock, write down what happened, and make the entry of the trail.

    Raises:
        WrongState: not from where it stands.
    """
    moment = utc_now()
    move(case.row, verb)
    if verb in NEXT:
        stay = {Point.RING, Point.MOVED} if verb in NOT_OF_WHERE else {Point.RING}
        case.row.points = [point for point in case.row.points if point in stay]
        clock_after(case.row, _next_look(case, verb, moment))
    touched(case.row, moment)
    event = note_event(case.session, case.row, case.one.box, case.actor, said)
    record(case.session, case.actor, f"request.{VERBS[verb]}", case.subject, facts=facts)
    return event


VERBS = {
    "assign": "assigned",
    "note": "noted",
    "ask": "asked",
    "message": "written_to",
    "accept": "accepted",
    "urgency": "urgency_set",
    "key_worker": "key_worker_named",
    "no_key_worker": "key_worker_gone",
    "hand_over": "handed_over",
    "send_elsewhere": "sent_elsewhere",
    "finish": "finished",
    "reopen": "reopened",
    "seen_to": "seen_to",
    "tell_services": "services_told",
    "route": "moved",
    "merge": "merged",
}
"""How the trail says each verb, after ``request.``."""


def _next_look(case: Case, verb: str, moment: datetime) -> datetime | None:
    if NEXT[verb] == 1:
        return case.opening.look(moment, case.row.urgency)
    return next_look(case.opening, verb, moment)


def next_look(opening: Opening, verb: str, moment: datetime) -> datetime | None:
    """By when somebody has to look at it after a verb, in UTC."""
    days = NEXT[verb]
    return opening.due(moment, days) if days else None


def wanted_words(words: str) -> str:
    """What somebody wrote, without blanks around it.

    Raises:
        Refused: nothing, or too much.
    """
    words = words.strip()
    if not words:
        raise Refused("words", Why.EMPTY)
    if len(words) > LONGEST:
        raise Refused("words", Why.TOO_LONG)
    return words


def _end(case: Case, outcome: Outcome) -> None:
    case.row.finished_at, case.row.outcome = utc_now(), outcome


def _require_safe(case: Case, channel: Channel | None) -> None:
    """Before anything is written: a way that is not safe, or that nothing can be sent by, is refused."""
    if channel is not None and (channel not in BY_ITSELF or channel not in safe_channels(case.one.told)):
        raise UnsafeChannel(channel.value)


def _to(case: Case) -> dict[str, str]:
    """Who reads it: whoever holds the code."""
    return {"to": holder_of(case.session, case.row.id, case.one.told).value}


def _once(event: ReferralEvent) -> str:
    return f"event:{event.nonce}"
