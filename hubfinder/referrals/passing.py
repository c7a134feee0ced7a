"""Passing a request on to services, and taking it back: the front door's side of it.

The family's story goes along, group by group as they agreed, so that nobody asks again. What goes without
their consent needs a reason of somebody's safety, which is kept, sealed. A request is never nowhere: when no
service has it any more it is back in the front door's queue. Whoever calls what writes has begun with
``begin_writing`` on the vault and taken the request with ``reading.locked``, and commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told
from hubfinder.referrals.codes import new_id
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.notices import Wanted, tell_family, tell_service, tell_team
from hubfinder.referrals.points import due_by, look_again, seen_to
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.sharing import Group, Partner, may_share
from hubfinder.referrals.states import OPEN, WrongState, can, move, move_passing
from hubfinder.referrals.vocab import EventKind, PassState, Point, Urgency

ANSWER_DAYS = 2
"""Working days in which a service says whether it takes a request."""
WITH_A_SERVICE = frozenset({PassState.WAITING, PassState.ACCEPTED})
CONTACT = "contact"
"""Among ``Passing.without_consent``: the family did not agree that this service hears of them at all."""
LONGEST_NOTE = 4_000
"""Characters of a note, or of a reason."""


class Why(StrEnum):
    """Why a request is not passed on; pages have the words for it."""

    NOBODY = "nobody"
    """No service was chosen."""
    NOT_AGREED = "not_agreed"
    """The family did not agree to all of it, and nobody said for whose safety it goes."""
    THERE_ALREADY = "there_already"
    """One of the services has it."""
    TOO_LONG = "too_long"


class PassRefused(Exception):
    """It was not passed on, nor anything changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Receiver:
    """A service that gets a request."""

    service: str
    organization: str
    is_by_hand: bool = False
    """Nobody signs in there: whoever passes it on has rung them, or written to them."""


@dataclass(frozen=True, slots=True)
class Handing:
    """What is passed on, and to whom."""

    to: tuple[Receiver, ...]
    partner: Partner
    """What these services are to the family."""
    groups: frozenset[Group]
    note: str = ""
    """What the front door says to the services; not to those where nobody signs in, which it tells itself."""
    safety: str = ""
    """Why it goes without consent; looked at only where consent is missing."""


def missing_consent(told: Told, partner: Partner, groups: frozenset[Group]) -> list[str]:
    """What of it the family did not agree to: groups, and ``contact`` where they did not name the partner."""
    agreed = may_share(told, partner)
    missing = [group.value for group in Group if group in groups - agreed]
    return missing if partner.value in told.share_with else [CONTACT, *missing]


def pass_on(session: Session, actor: Actor, one: Opened, handing: Handing, opening: Opening) -> list[Passing]:
    """Give it to one or more services; the trail has one entry for all of them.

    Raises:
        WrongState: not from where the request stands.
        PassRefused: see ``Why``.
    """
    row = one.row
    if not can(row, "pass"):
        raise WrongState("pass")
    without = missing_consent(one.told, handing.partner, handing.groups)
    _check(session, row, handing, without)
    moment = utc_now()
    due_at = _answer_by(row, opening, moment)
    made = [_passing(one, to, handing, actor, (moment, due_at)) for to in handing.to]
    for passing in made:
        passing.without_consent = without
    session.add_all(made)
    session.flush()
    for passing in made:
        _note_passed(session, actor, one, passing)
        if not passing.is_by_hand:
            wording = "service_new" if row.urgency is Urgency.USUAL else "service_urgent"
            wanted = Wanted(wording, f"passed:{passing.id}")
            tell_service(session, row, passing.organization_key, wanted)
    if without:
        note_event(
            session, row, one.box, actor, Said(EventKind.NOTED, handing.safety.strip(), {"safety": True})
        )
    else:
        tell_family(session, row, one.told, Wanted("family_passed", f"passed-on:{made[0].id}"))
    move(row, "pass")
    seen_to(row, Point.DECLINED)  # where somebody may be in danger the clock goes on
    touched(row, moment)
    facts = {
        "services": [to.service for to in handing.to],
        "groups": made[0].groups,
        "without_consent": without,
        "by_hand": [to.service for to in handing.to if to.is_by_hand],
    }
    record(session, actor, "request.passed", subject_of(row), facts=facts)
    return made


def _answer_by(row: Referral, opening: Opening, moment: datetime) -> datetime:
    """By when a service says whether it takes it, in UTC: what is urgent does not wait there for days."""
    if row.urgency is Urgency.DANGER:
        return opening.look(moment, row.urgency)
    return opening.due(moment, ANSWER_DAYS if row.urgency is Urgency.USUAL else 1)


def recall(session: Session, actor: Actor, one: Opened, passing: Passing, opening: Opening) -> None:
    """Take it back from one service.

    Raises:
        WrongState: it has ended there already.
    """
    _take_back(session, actor, one, passing, opening)
    come_back(session, one, passing, opening)
    touched(one.row, utc_now())
    record(session, actor, "request.recalled", subject_of(one.row), facts={"service": passing.service_key})


def recall_all(
    session: Session, actor: Actor, one: Opened, opening: Opening, *, only_agreed: bool = False
) -> int:
    """Take it back from every service that has it, or only from those to which nothing went without consent:
    it ends, or the family takes it back. From how many.

    The caller moves the request, and makes the entry of the trail for what it does.
    """
    there = [
        passing
        for passing in passings_of(session, one.row)
        if passing.state in WITH_A_SERVICE and not (only_agreed and passing.without_consent)
    ]
    for passing in there:
        _take_back(session, actor, one, passing, opening)
    return len(there)


def recall_not_agreed(session: Session, actor: Actor, one: Opened, now: Told, opening: Opening) -> int:
    """Take it back from every service of a kind with which the family does not agree any more, as they say it
    ``now``; from how many. What went for somebody's safety stays there. The caller makes the entry of the
    trail.
    """
    there = [
        passing
        for passing in passings_of(session, one.row)
        if passing.state in WITH_A_SERVICE
        and not passing.without_consent
        and passing.partner not in now.share_with
    ]
    for passing in there:
        _take_back(session, actor, one, passing, opening)
    if there:
        come_back(session, one, there[-1], opening, "team_not_agreed")
    return len(there)


def come_back(
    session: Session, one: Opened, passing: Passing, opening: Opening, wording: str = "team_returned"
) -> bool:
    """Put it back into the front door's queue, and tell the team, where no service has it any more. It has
    the usual clock, or the one it had where that is sooner; what was taken back that of what is urgent.
    """
    row = one.row
    if is_with_a_service(session, row) or row.state not in OPEN:
        return False
    if can(row, "return"):
        move(row, "return")
    moment = utc_now()
    due_by(row, opening.look(moment, row.urgency) if row.withdrawn_at is None else opening.soon(moment))
    tell_team(session, row, Wanted(wording, f"returned:{passing.id}"))
    return True


def passings_of(session: Session, row: Referral) -> Sequence[Passing]:
    """The services it was passed on to, the oldest first."""
    rows = select(Passing).where(Passing.referral_id == row.id).order_by(Passing.sent_at, Passing.id)
    return session.scalars(rows).all()


def is_with_a_service(session: Session, row: Referral) -> bool:
    """Whether a service has it, or has still to say whether it takes it."""
    there = (
        select(Passing.id).where(Passing.referral_id == row.id, Passing.state.in_(WITH_A_SERVICE)).limit(1)
    )
    return session.scalar(there) is not None


def passing_of(session: Session, row: Referral, id_: str) -> Passing | None:
    """One of the services this request was passed on to."""
    return session.scalar(select(Passing).where(Passing.id == id_, Passing.referral_id == row.id))


def subject_of(row: Referral) -> Subject:
    return Subject("request", row.reference, row.council_code)


def changed(passing: Passing, due_at: datetime | None) -> None:
    """It was changed: whoever looked at it before is told so, and its clock begins anew."""
    passing.revision += 1
    passing.changed_at = utc_now()
    passing.due_at, passing.chased = due_at, 0


def facts_of(passing: Passing) -> dict[str, str]:
    """What an event says of a passing, in the clear."""
    return {
        "passing": passing.id,
        "service": passing.service_key,
        "organization": passing.organization_key,
        **({"by_hand": "yes"} if passing.is_by_hand else {}),
    }


def _check(session: Session, row: Referral, handing: Handing, without: list[str]) -> None:
    if not handing.to:
        raise PassRefused(Why.NOBODY)
    if len(handing.note) > LONGEST_NOTE or len(handing.safety) > LONGEST_NOTE:
        raise PassRefused(Why.TOO_LONG)
    keys = [to.service for to in handing.to]
    there = {one.service_key for one in passings_of(session, row) if one.state in WITH_A_SERVICE}
    if there & set(keys) or len(set(keys)) < len(keys):
        raise PassRefused(Why.THERE_ALREADY)
    if without and not handing.safety.strip():
        raise PassRefused(Why.NOT_AGREED)


def _passing(
    one: Opened, to: Receiver, handing: Handing, actor: Actor, times: tuple[datetime, datetime]
) -> Passing:
    """A new row; ``times`` are when it is sent and by when the service answers."""
    id_, note = new_id(), "" if to.is_by_hand else handing.note.strip()  # nobody would read it there
    return Passing(
        id=id_,
        referral_id=one.row.id,
        council_code=one.row.council_code,
        service_key=to.service,
        organization_key=to.organization,
        state=PassState.WAITING,
        revision=1,
        sent_at=times[0],
        sent_by=actor.name,
        changed_at=times[0],
        due_at=times[1],
        chased=0,
        groups=[group.value for group in Group if group in handing.groups],
        partner=handing.partner.value,
        note=one.box.seal(f"note:{id_}", 0, note) if note else None,
        has_news=False,
        is_by_hand=to.is_by_hand,
    )


def _note_passed(session: Session, actor: Actor, one: Opened, passing: Passing) -> None:
    """The family reads of it where they agreed: what goes for somebody's safety may endanger them else."""
    facts = {**facts_of(passing), "partner": passing.partner, "groups": passing.groups}
    facts["without_consent"] = passing.without_consent
    is_agreed = not passing.without_consent
    note_event(session, one.row, one.box, actor, Said(EventKind.PASSED, "", facts, is_for_family=is_agreed))


def _take_back(session: Session, actor: Actor, one: Opened, passing: Passing, opening: Opening) -> None:
    move_passing(passing, "recall")
    changed(passing, None)
    note_event(session, one.row, one.box, actor, Said(EventKind.PASS_RECALLED, "", facts_of(passing)))
    if passing.is_by_hand:  # somebody of the team tells them, soon: perhaps they are about to ring
        passing.has_news = True
        look_again(one.row, opening, Point.RING, is_soon=True)
        tell_team(session, one.row, Wanted("team_ring_to_stop", f"recalled:{passing.id}"))
    else:
        wanted = Wanted("service_recalled", f"recalled:{passing.id}")
        tell_service(session, one.row, passing.organization_key, wanted)
    session.flush()
