"""What a family does with its own request, once it has shown reference and code: add, put right. Taking it
back is in ``taking_back``.

Whoever calls has begun with ``begin_writing`` on the vault and commits. Each verb is one entry of the trail
and one event; the team that has the request is told, in neutral words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.referrals.agreements import take_what_is_not_agreed
from hubfinder.referrals.answers import Danger, told
from hubfinder.referrals.code_changing import changed_code
from hubfinder.referrals.consents import consents_of
from hubfinder.referrals.correcting import changed_fields, seal_anew
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.holding import BY_CODE, Holder, holder_of
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.news import REACH, lives_elsewhere, tell_of_correction
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.parts import QUIET, Part, heard, is_heard, keep_safe, take_together
from hubfinder.referrals.points import due_by, look_again
from hubfinder.referrals.reading import ChangedMeanwhile, Opened, opened, touched
from hubfinder.referrals.routing import Route, seen_from
from hubfinder.referrals.states import HEARD, WrongState, can, move
from hubfinder.referrals.visits import Visit
from hubfinder.referrals.vocab import EventKind, Point, ReferralState, Urgency
from hubfinder.vault.keys import Keyring

CONSENT = frozenset({"contact_ok", "share_with", "share_what"})
"""Answers that are an agreement: a change of one is kept with the words and the time."""
MOST = 40
"""So many times a day one request is added to or changed; nobody who needs help does it more often."""
DAY = timedelta(days=1)
WITH_OTHERS = frozenset({ReferralState.PASSED_ON, ReferralState.HANDED_OVER})
"""Nobody of the team looks at it of themselves: what is written has a clock."""

__all__ = ["ChangedMeanwhile", "Hand", "TooOften", "WrongState", "add", "correct", "new_code_for"]


class TooOften(Exception):
    """It was added to or changed too often today; the team reads what is there."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who reads their own request, about to change it."""

    session: Session
    """On the vault."""
    ring: Keyring
    visit: Visit
    opening: Opening
    """When the front door that has it is open."""

    def take(self) -> Opened:
        """The request as it is now, taken for the change: others wait."""
        take_together(self.session, self.visit.referral_id)
        row = select(Referral).where(Referral.id == self.visit.referral_id).with_for_update()
        found = self.session.scalars(row, execution_options={"populate_existing": True}).one()
        return opened(self.ring, found)

    def holder(self, one: Opened) -> Holder:
        """Who does it: the family, or whoever asked for it in their work and holds the code."""
        return holder_of(self.session, one.row.id, one.told)


def add(hand: Hand, words: str, once: str, *, in_danger: bool = False) -> None:
    """Something more that the family wants us to know, or the answer to what we asked; ``in_danger`` that
    somebody is in danger now, with or without words: then it comes before all others, with a short clock.

    The same form sent twice, ``once``, is added once.

    Raises:
        WrongState: it has ended.
        TooOften: see ``MOST``.
    """
    one = hand.take()
    if _is_there(hand, EventKind.ADDED, once):
        return
    verb = "answered" if one.row.state is ReferralState.ASKED else "answer"
    _move(hand, one, verb)
    facts: dict[str, object] = {"danger": True} if in_danger else {}
    if in_danger:
        _danger(hand, one)
    said = Said(EventKind.ADDED, words, {"once": once, **facts}, is_for_family=True)
    if one.row.state in WITH_OTHERS:
        look_again(one.row, hand.opening, Point.ADDED)
    _written(hand, one, said, "request.added_to", facts)


Change = Callable[[dict[str, Any]], Mapping[str, Any]]


def correct(hand: Hand, change: Change, version: int, route: Route | None = None) -> list[str]:
    """Put answers right; the names of those that are another now, none where nothing is.

    ``change`` is given the answers and gives back what they are from now on; ``version`` is that of the
    answers that somebody looked at. ``route`` is where it would go now, if they live elsewhere: staff see it,
    and move it. What services or a hub have by an agreement that holds no more is taken from them.

    Raises:
        WrongState: it has ended.
        ChangedMeanwhile: the answers were put right since; look at them anew.
        TooOften: see ``MOST``.
    """
    one = hand.take()
    if one.row.version != version:
        raise ChangedMeanwhile
    answers = change(dict(one.answers))
    fields = changed_fields(one.answers, answers)
    if not fields:
        return []
    _move(hand, one, "correct")
    route = seen_from(one.row.council_code, route) if route else None
    seal_anew(hand.session, hand.ring, one, answers, route)
    agreed = CONSENT & set(fields)
    if agreed:
        hand.session.add_all(consents_of(one.row.id, told(answers), hand.holder(one)))
    kind = EventKind.CONSENT if agreed else EventKind.CORRECTED
    facts = {"fields": fields, "version": one.row.version}
    facts |= take_what_is_not_agreed(
        hand.session, hand.holder(one).actor, one, told(answers), hand.opening
    ) | lives_elsewhere(one, hand.opening, route)
    facts |= keep_safe(Part(hand.session, hand.ring, hand.opening, one.row), answers)
    tell_of_correction(hand.session, one.row, fields, hand.opening)
    if one.row.state is ReferralState.HANDED_OVER:  # who has it then sees nothing of it here
        look_again(one.row, hand.opening, Point.ADDED, is_soon=bool(REACH & set(fields)))
    verb = "request.consent_changed" if agreed else "request.corrected"
    _written(hand, one, Said(kind, "", facts, is_for_family=True), verb, facts)
    return fields


def _danger(hand: Hand, one: Opened) -> None:
    """Somebody is in danger now: what they said of it, the flags, and by when somebody looks."""
    row = one.row
    if one.told.danger is not Danger.YES:
        seal_anew(hand.session, hand.ring, one, {**one.answers, "danger": Danger.YES.value})
        tell_of_correction(hand.session, row, ("danger",), hand.opening)
    row.urgency, row.urgency_rank = Urgency.DANGER, Urgency.DANGER.rank
    if row.state in HEARD:
        due_by(row, hand.opening.soon(utc_now()))


def new_code_for(hand: Hand) -> str:
    """Another code; with the one before nobody reads the request any more, nor in any other browser."""
    one = hand.take()
    row = one.row
    code = changed_code(hand.session, hand.ring, row, hand.visit.digest)
    record(hand.session, hand.holder(one).actor, "request.code_changed", _subject(row))
    return code


def _move(hand: Hand, one: Opened, verb: str) -> None:
    """Put it where the verb leads; an answer that was waited for starts the clock again."""
    row = one.row
    if not (can(row, verb) and is_heard(hand.session, row)):
        raise WrongState(verb)
    since = utc_now() - DAY
    number = select(func.count()).where(
        ReferralEvent.referral_id == row.id,
        ReferralEvent.at > since,
        ReferralEvent.by.in_(BY_CODE),
    )
    if (hand.session.scalar(number) or 0) >= MOST:
        raise TooOften
    move(row, verb)
    if verb == "answered":
        row.due_at, row.chased = hand.opening.look(utc_now(), row.urgency), 0


def _written(hand: Hand, one: Opened, said: Said, verb: str, facts: Mapping[str, Any] | None = None) -> None:
    """Write it down, tell the team, and make the entry of the trail."""
    moment, row, by = utc_now(), one.row, hand.holder(one).actor
    touched(row, moment)
    note_event(hand.session, row, one.box, by, said)
    within = int(moment.timestamp()) // (QUIET * 60)
    what = "danger" if said.facts.get("danger") else "added"
    if row.state is ReferralState.MERGED:
        heard(Part(hand.session, hand.ring, hand.opening, row), by, said)
    else:
        tell_team(hand.session, row, Wanted(f"team_{what}", f"{what}:{row.id}:{within}"))
    record(hand.session, by, verb, _subject(row), facts=facts)


def _is_there(hand: Hand, kind: EventKind, once: str = "") -> bool:
    """Whether the family has done this already since the request was last opened again, or ever: ``once``."""
    rows = select(ReferralEvent.kind, ReferralEvent.facts).where(
        ReferralEvent.referral_id == hand.visit.referral_id,
        ReferralEvent.kind.in_((kind, EventKind.REOPENED)),
    )
    found = hand.session.execute(rows.order_by(ReferralEvent.id)).all()
    if once:
        return any(row.facts.get("once") == once for row in found)
    return bool(found) and found[-1].kind is kind


def _subject(row: Referral) -> Subject:
    return Subject("request", row.reference, row.council_code)
