"""What is late is chased: a warning at half-time, word when it is due, and then those who run the council.

Each message is sent once, however often this is done and wherever it is killed: that it was sent, and that
it was noted, are one transaction. A clock that jumps must not shout about everything at once: after a gap, or
of more than ``chase_at_most`` at one time, nothing is escalated until a person has looked, who is told so.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, load_only

from hubfinder.clock import LONDON, as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Person
from hubfinder.people.values import HUBFINDER, Actor
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import note_fact
from hubfinder.referrals.front_doors import opening_of
from hubfinder.referrals.lateness import Stage, clock_of, is_ahead
from hubfinder.referrals.models import Passing, Referral, ReferralEvent, VaultWork
from hubfinder.referrals.notices import Wanted, tell_administrators, tell_service, tell_team
from hubfinder.referrals.passing import WITH_A_SERVICE
from hubfinder.referrals.states import STILL_TO_DO
from hubfinder.referrals.vocab import EventKind
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Role

WORK = "chasing"
GAP = timedelta(hours=6)
"""If nobody has chased for so long, the clock has jumped or the machine was off: a person has to look."""
AHEAD = timedelta(days=21)
"""What is due later than that is not looked at: of no clock here half lasts as long."""
AT_ONCE = 50
"""Of one transaction, so that nobody waits for it."""
Row = Referral | Passing
T = TypeVar("T", Referral, Passing)
N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Chasing:
    """One round, and what it goes by."""

    vault: Session
    opening_of: Callable[[str], Opening]
    """When the front door of a council is open."""
    addresses_of: Callable[[Referral], Sequence[str]] = lambda _row: ("",)
    """Who hears first that half of the time of a request has gone; empty for the team that has it."""
    at_most: int = 25
    """More at one time are not chased before a person has looked."""
    moment: datetime = field(default_factory=utc_now)
    """UTC."""


@dataclass(frozen=True, slots=True)
class Chased:
    """What came of a round."""

    told: Mapping[Stage, int] = field(default_factory=dict)
    taken_back: int = 0
    """Had been chased by a clock that was wrong."""
    held: int = 0
    """Are late, and nobody is told: a person has to look at it first."""

    def __str__(self) -> str:
        """In a sentence; empty where nothing was to be done."""
        parts = [f"{stage.name.lower().replace('_', ' ')} {n}" for stage, n in sorted(self.told.items()) if n]
        if self.taken_back:
            parts.append(f"taken back {self.taken_back}")
        said = f"Requests: {', '.join(parts)}." if parts else ""
        if not self.held:
            return said
        halt = (
            f"Halted: {self.held} would be late at once. Look at the clock; if it is right: "
            "hubfinder front-doors chase --anyway."
        )
        return f"{halt} {said}".strip()


@dataclass(frozen=True, slots=True)
class _Late:
    """Something that is later than it was chased for."""

    id: str
    is_passing: bool
    council: str
    due_at: datetime
    chased: int
    stage: Stage


def first_to_hear(directory: Session, row: Referral) -> Sequence[str]:
    """The address of whoever a request was given to, while they work for its council; empty for the team that
    has it: where nobody else hears of it, and where they are not of that team.
    """
    person = directory.get(Person, row.assigned_id) if row.assigned_id is not None else None
    if person is None or not person.active:
        return ("",)
    roles = {(one.role, one.hub_key) for one in person.roles if one.council_code == row.council_code}
    door, hub = (Role.FRONT_DOOR, ""), (Role.HUB_STAFF, row.hub_key)
    if (hub if row.hub_key else door) in roles:
        return (person.email,)
    return (person.email, "") if door in roles else ("",)


def chasing_of(vault: Session, directory: Session, settings: Settings) -> Chasing:
    """A round of this installation, now; afterwards the directory's session is in a transaction."""
    return Chasing(
        vault,
        partial(opening_of, directory, seeds=settings.seeds_dir),
        partial(first_to_hear, directory),
        settings.chase_at_most,
    )


def chase(one: Chasing, looked_at: Callable[[str], bool] = lambda _council: False) -> Chased:
    """Do one round, in transactions of its own; the session on the vault is in none.

    ``looked_at`` says in which councils a person has looked, and found the clock right.
    """
    one.vault.rollback()
    late, ahead = _look(one)
    held = [row for row in _held(one, late) if not looked_at(row.council)]
    told: Counter[Stage] = Counter()
    for rows in _some(sorted(set(late) - set(held), key=lambda row: (row.due_at, row.id))):
        _in_one(one, partial(_tell_all, one, rows, told))
    taken_back = _take_back(one, ahead)
    chased = Chased(dict(told), taken_back, len(held))
    _in_one(one, partial(_close, one, chased, held))
    return chased


def confirm(vault: Session, actor: Actor, council: str, reason: str) -> None:
    """Somebody has looked before what is late in a council is told: an entry of the trail, in a transaction
    of its own.
    """
    vault.rollback()
    begin_writing(vault)
    record(vault, actor, "request.chasing_confirmed", Subject("front_door", council, council), reason)
    vault.commit()


@dataclass(frozen=True, slots=True)
class Standing:
    """How much a council has to do, as numbers."""

    open: int
    late: int


def standing_of(vault: Session, council: str, moment: datetime) -> Standing:
    """Of how many requests something is still to do, and how many of them are late."""
    number = select(func.count()).where(Referral.council_code == council, STILL_TO_DO)
    late = vault.scalar(number.where(Referral.due_at <= moment)) or 0
    return Standing(vault.scalar(number) or 0, late)


def held_of(vault: Session) -> int:
    """How much is late and not told at the moment."""
    work = vault.get(VaultWork, WORK)
    return work.done if work is not None else 0


def _look(one: Chasing) -> tuple[list[_Late], list[_Late]]:
    """What is later than it was chased for, and what was chased too early."""
    late: list[_Late] = []
    ahead: list[_Late] = []
    opening_of = cache(one.opening_of)
    for row in _with_a_clock(one):
        clock = clock_of(row, opening_of(row.council_code))
        if clock is None:
            continue
        stage, is_passing = clock.stage(one.moment), isinstance(row, Passing)
        found = _Late(row.id, is_passing, row.council_code, clock.due, row.chased, stage)
        if stage > row.chased:
            late.append(found)
        elif is_ahead(row.chased, clock, one.moment):
            ahead.append(found)
    return late, ahead


def _with_a_clock(one: Chasing) -> Iterator[Row]:
    yield from _of_kind(one, Referral, STILL_TO_DO)
    yield from _of_kind(one, Passing, Passing.state.in_(WITH_A_SERVICE))


def _of_kind(one: Chasing, kind: type[T], is_open: ColumnElement[bool]) -> Sequence[T]:
    """What has a deadline, without what is sealed; what waits long yet and was not chased is left out."""
    may_be_late = and_(kind.chased < Stage.ESCALATED, kind.due_at < one.moment + AHEAD)
    may_be_early = and_(kind.chased > Stage.IN_TIME, kind.due_at > one.moment - AHEAD)
    asked = select(kind).where(is_open, or_(may_be_late, may_be_early)).order_by(kind.id)
    plain = [kind.id, kind.council_code, kind.due_at, kind.chased, kind.changed_at]
    if kind is Referral:
        plain += [Referral.received_at, Referral.urgency]
    return one.vault.scalars(asked.options(load_only(*plain))).all()


def _held(one: Chasing, late: Sequence[_Late]) -> list[_Late]:
    """What nobody is told of before a person has looked."""
    if _is_after_a_gap(one):
        serious = sum(row.stage >= Stage.DUE for row in late)
        return list(late) if serious > one.at_most else []
    escalated = Counter(row.council for row in late if row.stage is Stage.ESCALATED)
    return [row for row in late if row.stage is Stage.ESCALATED and escalated[row.council] > one.at_most]


def _is_after_a_gap(one: Chasing) -> bool:
    work = one.vault.get(VaultWork, WORK)
    if work is None or work.ended_at is None:
        return True
    return one.moment - as_utc(work.ended_at) > GAP


def _tell_all(one: Chasing, rows: Sequence[_Late], told: Counter[Stage]) -> None:
    for late in rows:
        is_told = _tell_of_passing(one, late) if late.is_passing else _tell_of_request(one, late)
        told[late.stage] += is_told


def _tell_of_request(one: Chasing, late: _Late) -> bool:
    """Tell whoever has it, and once it is too late those who run the council; false if it was changed."""
    row = _newest(one, Referral, late)
    if row is None:
        return False
    wanted = partial(_wanted, late, _times_taken_back(one, row))
    if late.stage is Stage.HALF_TIME:
        to_them = wanted("team_half_time", Stage.HALF_TIME)
        for number, address in enumerate(one.addresses_of(row)):
            again = f":{number}" if number else ""
            tell_team(one.vault, row, replace(to_them, once=to_them.once + again), address)
    elif late.chased < Stage.DUE:
        tell_team(one.vault, row, wanted("team_due", Stage.DUE))
    if late.stage is Stage.ESCALATED:
        to_them = wanted("team_escalated", Stage.ESCALATED)
        tell_administrators(one.vault, row.council_code, to_them, row)
    row.chased = late.stage
    _note(one, row, late.stage)
    return True


def _tell_of_passing(one: Chasing, late: _Late) -> bool:
    """Tell the service, then the front door as well, then those who run the council. Where nobody of the
    service signs in it is the front door that asks there.
    """
    passing = _newest(one, Passing, late)
    if passing is None or passing.state not in WITH_A_SERVICE:
        return False
    row = one.vault.get_one(Referral, passing.referral_id)
    wanted = partial(_wanted, late, _times_taken_back(one, row))
    if passing.is_by_hand:
        if late.stage is Stage.HALF_TIME or late.chased < Stage.DUE:
            tell_team(one.vault, row, wanted("team_ring_service", min(late.stage, Stage.DUE)))
    elif late.stage is Stage.HALF_TIME:
        to_them = wanted("service_half_time", Stage.HALF_TIME)
        tell_service(one.vault, row, passing.organization_key, to_them)
    elif late.chased < Stage.DUE:
        tell_service(one.vault, row, passing.organization_key, wanted("service_due", Stage.DUE))
        tell_team(one.vault, row, wanted("team_service_due", Stage.DUE))
    if late.stage is Stage.ESCALATED:
        to_them = wanted("team_service_escalated", Stage.ESCALATED)
        tell_administrators(one.vault, row.council_code, to_them, row)
    passing.chased = late.stage
    _note(one, row, late.stage, passing.id)
    return True


def _wanted(late: _Late, times: int, wording: str, stage: Stage) -> Wanted:
    """A message that is one however often it is asked for; a clock that was wrong makes it another."""
    due = late.due_at.astimezone(LONDON)
    once = f"{wording}:{stage.value}:{late.id}:{late.due_at:%Y%m%d%H%M}:{times}"
    return Wanted(wording, once, {"due": f"{due:%Y-%m-%d %H:%M}"})


def _newest(one: Chasing, kind: type[T], late: _Late) -> T | None:
    """The row, taken for a change; none where somebody has changed its clock since."""
    asked = select(kind).where(kind.id == late.id).with_for_update()
    row = one.vault.scalar(asked, execution_options={"populate_existing": True})
    if row is None or row.due_at is None or as_utc(row.due_at) != late.due_at or row.chased != late.chased:
        return None
    return row


def _times_taken_back(one: Chasing, row: Referral) -> int:
    chased = select(ReferralEvent.facts).where(
        ReferralEvent.referral_id == row.id, ReferralEvent.kind == EventKind.CHASED
    )
    return sum(facts.get("stage") == Stage.IN_TIME for facts in one.vault.scalars(chased))


def _note(one: Chasing, row: Referral, stage: Stage, passing: str = "") -> None:
    kind = EventKind.ESCALATED if stage is Stage.ESCALATED else EventKind.CHASED
    facts: dict[str, object] = {"stage": stage.value} | ({"passing": passing} if passing else {})
    note_fact(one.vault, row, HUBFINDER, kind, **facts)
    subject = Subject("request", row.reference, row.council_code)
    record(one.vault, HUBFINDER, "request.chased", subject, facts=facts)


def _take_back(one: Chasing, ahead: Sequence[_Late]) -> int:
    """Let what a wrong clock chased be chased again when its time really comes; how much."""
    return sum(_in_one(one, partial(_reset, one, rows)) for rows in _some(ahead))


def _reset(one: Chasing, rows: Sequence[_Late]) -> int:
    number = 0
    for late in rows:
        row = _newest(one, Passing, late) if late.is_passing else _newest(one, Referral, late)
        if row is None:
            continue
        row.chased = late.stage
        if isinstance(row, Passing):
            _note(one, one.vault.get_one(Referral, row.referral_id), Stage.IN_TIME, row.id)
        else:
            _note(one, row, Stage.IN_TIME)
        number += 1
    return number


def _close(one: Chasing, chased: Chased, held: Sequence[_Late]) -> None:
    """Note when this was, and tell those who run the councils where it was halted: once a day."""
    work = one.vault.get(VaultWork, WORK)
    if work is None:
        work = VaultWork(name=WORK, begun_at=one.moment, last_key="", done=0, said="")
        one.vault.add(work)
    is_after_a_gap = _is_after_a_gap(one)
    if not (chased.held and is_after_a_gap):  # else the gap is there until somebody has looked
        work.ended_at = one.moment
    work.done, work.said = chased.held, str(chased)
    day = one.moment.astimezone(LONDON).date().isoformat()
    for council, number in sorted(Counter(row.council for row in held).items()):
        wanted = Wanted("chasing_halted", f"chasing-halted:{council}:{day}", {"number": str(number)})
        tell_administrators(one.vault, council, wanted)
    one.vault.flush()


def _in_one(one: Chasing, do: Callable[[], N]) -> N:
    """In a transaction of its own."""
    one.vault.rollback()  # looking began to read
    begin_writing(one.vault)
    done = do()
    one.vault.commit()
    return done


def _some(rows: Sequence[_Late]) -> Iterator[Sequence[_Late]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]
