"""Whoever holds the code takes the request back: who has it by agreement stops, and nothing is agreed.

One that may be about somebody's safety does not end by it: somebody else may have made them press the button,
or pressed it. It stays in the queue, with a short clock, until a person ends it, and what services have for
somebody's safety they keep until staff take it from them. The family's page says the same in both cases.
"""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Answers, told
from hubfinder.referrals.consents import consents_of
from hubfinder.referrals.correcting import seal_anew
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.family import Hand
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.moving import take_from_hub
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.parts import Part, has_parts, heard
from hubfinder.referrals.passing import (
    WITH_A_SERVICE,
    is_with_a_service,
    passings_of,
    recall_all,
    subject_of,
)
from hubfinder.referrals.points import clock_after, due_by, look_again
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.states import OPEN, WrongState, can, move
from hubfinder.referrals.vocab import EventKind, Flag, NoticeState, Outcome, Point, ReferralState, Urgency

SAFETY = frozenset({Flag.DANGER, Flag.SAFEGUARDING})
AGREED = ("share_with", "share_what", "home_ok")
"""Answers that are an agreement, beside that to get in touch."""


def withdraw(hand: Hand) -> None:
    """Take it back: every service that has it by agreement is told to stop, and the team hears of it.

    One that statutory services have stays theirs. Sent twice it is done once.

    Raises:
        WrongState: it has ended otherwise.
    """
    one = hand.take()
    row, holder = one.row, hand.holder(one)
    if row.withdrawn_at is not None:
        return
    if not (can(row, "withdraw") or row.state is ReferralState.HANDED_OVER):
        raise WrongState("withdraw")
    stays = row.state in OPEN and (is_about_safety(hand.session, one) or has_parts(hand.session, row))
    services = recall_all(hand.session, holder.actor, one, hand.opening, only_agreed=stays)
    answers = nothing_agreed(one.answers)
    seal_anew(hand.session, hand.ring, one, answers)
    hand.session.add_all(consents_of(row.id, told(answers), holder))
    _stop_messages(hand.session, row)
    facts = {"services": services, "urgency": row.urgency.value, "stays": stays}
    said = Said(EventKind.WITHDRAWN, "", facts, is_for_family=True)
    event = note_event(hand.session, row, one.box, holder.actor, said)
    heard(Part(hand.session, hand.ring, hand.opening, row), holder.actor, said)
    if stays:
        _keep(hand, one, holder.actor, answers)
    else:
        _end(row, hand.opening)
    row.withdrawn_at = utc_now()
    touched(row, row.withdrawn_at)
    is_to_be_seen_to = stays or row.state is ReferralState.HANDED_OVER
    wording = "team_withdrawn_safety" if is_to_be_seen_to else "team_withdrawn"
    tell_team(hand.session, row, Wanted(wording, f"event:{event.nonce}"))
    record(hand.session, holder.actor, "request.withdrawn", subject_of(row), facts=facts)


def is_about_safety(session: Session, one: Opened) -> bool:
    """Whether somebody fears for somebody's safety: whoever sent it, or staff."""
    row = one.row
    if row.urgency is not Urgency.USUAL or row.is_hub_for_safety or SAFETY & one.head.flags:
        return True
    return any(
        passing.without_consent for passing in passings_of(session, row) if passing.state in WITH_A_SERVICE
    )


def nothing_agreed(answers: Answers) -> dict[str, Any]:
    """What they said, without any agreement: nobody is written to, and nothing goes to anybody."""
    return {name: said for name, said in answers.items() if name not in AGREED} | {"contact_ok": "no"}


def _keep(hand: Hand, one: Opened, actor: Actor, answers: Answers) -> None:
    """It is the front door's to look at, soon; what a hub or a service has for somebody's safety it keeps."""
    row = one.row
    take_from_hub(hand.session, actor, one, told(answers), hand.opening)
    if row.state is ReferralState.ASKED:
        move(row, "answered")
    if can(row, "return") and not is_with_a_service(hand.session, row):
        move(row, "return")
    due_by(row, hand.opening.soon(utc_now()))


def _end(row: Referral, opening: Opening) -> None:
    """It ends; what statutory services have goes on there, and they hear of it only from us."""
    if row.state is ReferralState.HANDED_OVER:
        look_again(row, opening, Point.ADDED, is_soon=True)
        return
    move(row, "withdraw")
    row.outcome, row.finished_at = Outcome.WITHDRAWN, utc_now()
    row.points = [point for point in row.points if point == Point.RING]
    clock_after(row, None)


def _stop_messages(session: Session, row: Referral) -> None:
    """What waits to be sent to them is not sent any more, and nobody has to see to that."""
    waiting = Notice.referral_id == row.id, Notice.to == "", Notice.state == NoticeState.QUEUED
    session.execute(update(Notice).where(*waiting).values(state=NoticeState.SETTLED))
