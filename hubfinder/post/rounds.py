"""Rounds of sending, whatever is sent: claimed before it goes, so that two workers never send one twice,
tried again after longer and longer waits, given up at last.

What a round costs is bounded in number and time. A server that cannot be reached ends the round and counts
against no message; one that refuses a message makes that one wait. Whoever is killed between handing a
message over and writing that down has it handed over once more, under the same id: at least once, not twice
by design.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.post.models import Outgoing

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""After each try that was refused for now; after the last of them it is given up."""
HELD = timedelta(minutes=10)
"""How long one worker may take over a message before another tries: far longer than a server may."""
LONGEST_HELD = timedelta(days=71)
"""Of what must not be sent yet; what would wait longer was written when the clock was wrong."""
MOST, SECONDS = 200, 50.0
"""Of a round, so that what comes meanwhile waits a minute at most."""
MOST_LOST = 3
"""So many broken connections one after the other end a round."""
NOBODY_SAID = "whoever sent it was broken off each time"


class NotNow(Exception):
    """The server cannot be reached or will have nothing from us: no message's own fault."""

    def __init__(self, why: str = "", *, wait: timedelta = timedelta(), is_ours: bool = False) -> None:
        super().__init__(why)
        self.wait = wait
        """So long it need not be tried again."""
        self.is_ours = is_ours
        """It does not pass by itself: somebody here has to put something right."""


class Refused(Exception):
    """This message was not taken."""

    def __init__(
        self, why: str, *, for_good: bool, no_such_address: bool = False, lost: bool = False
    ) -> None:
        super().__init__(why)
        self.for_good = for_good
        self.no_such_address = no_such_address
        self.lost = lost
        """The connection is gone too."""


class Withheld(Exception):
    """It must not be sent any more; ``str`` says why."""

    def __init__(self, why: str, state: StrEnum | None = None) -> None:
        super().__init__(why)
        self.state = state
        """What it is from now on; none where that is as for all that is withheld."""


class Later(Exception):
    """It must not be sent before a certain time."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until:%H:%M}")
        self.until = until
        """UTC."""


@dataclass(slots=True)
class Round:
    """What came of a round."""

    sent: int = 0
    put_off: int = 0
    dead: int = 0
    withheld: int = 0
    trouble: str = ""
    """Why it ended before everything was tried; empty where it did not."""
    bounced: list[str] = field(default_factory=list)
    """Addresses that the mail server says are none."""
    stopped_by: NotNow | None = None
    """Where the server would have nothing from us."""

    @property
    def tried(self) -> int:
        return self.sent + self.put_off + self.dead + self.withheld


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a round may cost, and whether somebody wants it to end sooner."""

    most: int = MOST
    seconds: float = SECONDS
    is_stopped: Callable[[], bool] = bool


USUAL = Bounds()


class Held(Protocol):
    """One that this worker, and no other, is sending now."""

    @property
    def id(self) -> int: ...

    @property
    def tries(self) -> int:
        """Counts this one."""
        ...

    @property
    def held_until(self) -> datetime:
        """Afterwards another worker may try."""
        ...


Row = TypeVar("Row", bound=Outgoing)
Item = TypeVar("Item", bound=Held)


@dataclass(frozen=True, slots=True)
class States:
    """How a table says where a message stands."""

    column: InstrumentedAttribute[Any]
    queued: StrEnum
    sent: StrEnum
    dead: StrEnum
    withheld: StrEnum


def no_more(_session: Session, _item: Held, _refusal: Refused, _done: Round) -> None:
    """Nothing else follows from a refusal."""


@dataclass(frozen=True, slots=True)
class Desk(Generic[Row, Item]):
    """A table of messages, and how they are sent."""

    model: type[Row]
    states: States
    taken: Callable[[Row], Item]
    """The message as a value, once it is claimed."""
    hand_over: Callable[[Item], None]
    """Send it; outside of any transaction.

    Raises:
        NotNow: nothing can be sent at the moment.
        Refused: this one was not taken.
        Withheld: it must not be sent any more.
        Later: it must not be sent yet; only where there is ``not_before``.
    """
    also: ColumnElement[bool] = field(default_factory=true)
    """Which of the table's messages."""
    emptied: Mapping[str, Any] = field(default_factory=dict)
    """Columns that are forgotten once it was sent."""
    refused: Callable[[Session, Item, Refused, Round], None] = no_more
    """What else follows from a refusal, in the transaction that notes it."""
    not_before: InstrumentedAttribute[Any] | None = None
    """The column that says before when a message must not be sent, where there is one."""


def send_round(
    session: Session,
    desk: Desk[Row, Item],
    bounds: Bounds = USUAL,
    clock: Callable[[], datetime] = now,
) -> Round:
    """One round: send what is due, the urgent first, what was never tried before what was refused.

    Works in transactions of its own; the session must be in none. Can be stopped at any point.
    """
    done = Round()
    ends = time.monotonic() + bounds.seconds
    lost = 0
    while done.tried < bounds.most and time.monotonic() < ends and not bounds.is_stopped():
        item = take(session, desk, clock().astimezone(UTC))
        if item is None:
            break
        try:
            desk.hand_over(item)
        except NotNow as error:
            _give_back(session, desk, item, str(error))
            done.trouble, done.stopped_by = str(error), error
            break
        except Later as later:
            _give_back(session, desk, item, "", later.until)
        except Withheld as why:
            _note_withheld(session, desk, item, why)
            done.withheld += 1
        except Refused as refusal:
            _note_refusal(session, desk, item, refusal, (clock().astimezone(UTC), done))
            lost = lost + 1 if refusal.lost else 0
            if lost >= MOST_LOST:
                done.trouble = str(refusal)
                break
        else:
            _note_sent(session, desk, item, clock().astimezone(UTC))
            done.sent, lost = done.sent + 1, 0
    return done


def take(session: Session, desk: Desk[Row, Item], moment: datetime) -> Item | None:
    """Take the next message that is due out of others' hands; none where nothing is due.

    One that was claimed as often as anything is tried, and of which nobody ever said what became, breaks
    whoever sends it: it is given up here.
    """
    model = desk.model
    while True:
        session.rollback()
        begin_writing(session)
        row = session.scalar(
            select(model)
            .where(is_due(desk, moment))
            .order_by(model.tries > 0, model.priority, model.next_try_at, model.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            session.rollback()
            return None
        if row.tries <= len(WAITS):
            row.tries += 1
            row.next_try_at = moment + HELD
            item = desk.taken(row)
            session.commit()
            return item
        given_up = {desk.states.column: desk.states.dead, model.error: NOBODY_SAID}
        session.execute(update(model).where(model.id == row.id).values(given_up))
        session.commit()


def is_due(desk: Desk[Row, Item], moment: datetime) -> ColumnElement[bool]:
    """To be sent at this moment (UTC).

    What was never tried is due whatever the clock says, and so is what would wait longer than anything
    ever does: the clock was wrong when that was written.
    """
    model, held = desk.model, desk.not_before
    too_far = moment + WAITS[-1] + HELD
    return and_(
        desk.states.column == desk.states.queued,
        or_(model.tries == 0, model.next_try_at <= moment, model.next_try_at > too_far),
        true() if held is None else or_(held.is_(None), held <= moment, held > moment + LONGEST_HELD),
        desk.also,
    )


def _note_sent(session: Session, desk: Desk[Row, Item], item: Item, moment: datetime) -> None:
    model = desk.model
    values = {desk.states.column: desk.states.sent, model.sent_at: moment, model.error: ""}
    _write(session, desk, model.id == item.id, {**values, **desk.emptied})
    session.commit()


def _note_withheld(session: Session, desk: Desk[Row, Item], item: Item, why: Withheld) -> None:
    state = why.state or desk.states.withheld
    values = {desk.states.column: state, desk.model.error: str(why)[:255]}
    _write(session, desk, _is_still_ours(desk, item), values)
    session.commit()


def _note_refusal(
    session: Session, desk: Desk[Row, Item], item: Item, refusal: Refused, at: tuple[datetime, Round]
) -> None:
    moment, done = at
    is_dead = refusal.for_good or item.tries > len(WAITS)
    wait = timedelta() if is_dead else WAITS[item.tries - 1]
    values = {
        desk.states.column: desk.states.dead if is_dead else desk.states.queued,
        desk.model.next_try_at: moment + wait,
        desk.model.error: str(refusal)[:255],
    }
    _write(session, desk, _is_still_ours(desk, item), values)
    desk.refused(session, item, refusal, done)
    session.commit()
    done.dead += is_dead
    done.put_off += not is_dead


def _give_back(
    session: Session, desk: Desk[Row, Item], item: Item, why: str, until: datetime | None = None
) -> None:
    """It was not its fault: it is as it was before, but for what went wrong, or until when it has to wait."""
    held = {} if desk.not_before is None or until is None else {desk.not_before: until}
    values = {
        **held,
        desk.model.tries: item.tries - 1,
        desk.model.next_try_at: item.held_until - HELD,
        desk.model.error: why[:255],
    }
    _write(session, desk, _is_still_ours(desk, item), values)
    session.commit()


def _write(
    session: Session, desk: Desk[Row, Item], which: ColumnElement[bool], values: Mapping[Any, Any]
) -> None:
    begin_writing(session)
    session.execute(update(desk.model).where(which).values(dict(values)))


def _is_still_ours(desk: Desk[Row, Item], item: Item) -> ColumnElement[bool]:
    """No other worker has taken it since, and nobody has given it up or sent it."""
    return and_(
        desk.model.id == item.id,
        desk.states.column == desk.states.queued,
        desk.model.tries == item.tries,
        desk.model.next_try_at == item.held_until,
    )
