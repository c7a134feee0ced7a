"""Where a request may go from where it stands. Whatever is not here is refused."""

from sqlalchemy import ColumnElement, or_

from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.vocab import PassState, ReferralState

S, P = ReferralState, PassState
OPEN = frozenset({S.RECEIVED, S.LOOKED_AT, S.ASKED, S.ACCEPTED, S.PASSED_ON})
"""Somebody here still has something to do, or to wait for."""
AT_FRONT_DOOR = frozenset({S.RECEIVED, S.LOOKED_AT, S.ASKED})
ENDED = frozenset({S.HANDED_OVER, S.ELSEWHERE, S.FINISHED, S.WITHDRAWN, S.MERGED})
HEARD = OPEN | {S.HANDED_OVER}
"""What its family writes somebody here sees to: statutory services that have it do not read it."""
STILL_TO_DO: ColumnElement[bool] = or_(Referral.state.in_(OPEN), Referral.due_at.is_not(None))
"""Over ``Referral``: see ``is_to_do``."""

MOVES: dict[str, tuple[frozenset[ReferralState], ReferralState | None]] = {
    "assign": (OPEN, S.LOOKED_AT),
    "note": (OPEN | ENDED, None),
    "ask": (AT_FRONT_DOOR | {S.ACCEPTED}, S.ASKED),
    "answer": (OPEN | {S.HANDED_OVER, S.MERGED}, None),
    "answered": (frozenset({S.ASKED}), S.LOOKED_AT),
    "message": (OPEN, None),
    "correct": (OPEN | {S.HANDED_OVER, S.MERGED}, None),
    "route": (AT_FRONT_DOOR | {S.ACCEPTED}, S.RECEIVED),
    "seen_to": (frozenset({S.PASSED_ON, S.HANDED_OVER}), None),
    "tell_services": (frozenset({S.PASSED_ON}), None),
    "key_worker": (HEARD, None),
    "no_key_worker": (HEARD, None),
    "urgency": (OPEN, None),
    "accept": (AT_FRONT_DOOR, S.ACCEPTED),
    "pass": (AT_FRONT_DOOR | {S.ACCEPTED, S.PASSED_ON}, S.PASSED_ON),
    "return": (frozenset({S.PASSED_ON}), S.LOOKED_AT),
    "hand_over": (OPEN, S.HANDED_OVER),
    "send_elsewhere": (OPEN, S.ELSEWHERE),
    "finish": (OPEN, S.FINISHED),
    "reopen": (ENDED, S.LOOKED_AT),
    "withdraw": (OPEN | {S.MERGED}, S.WITHDRAWN),
    "leave_hub": (frozenset({S.ACCEPTED}), S.LOOKED_AT),
    "merge": (OPEN, S.MERGED),
}
"""Verb: from which states, and to which; none where it stays where it is."""
PASS_MOVES: dict[str, tuple[frozenset[PassState], PassState]] = {
    "accept": (frozenset({P.WAITING}), P.ACCEPTED),
    "decline": (frozenset({P.WAITING, P.ACCEPTED}), P.DECLINED),
    "finish": (frozenset({P.ACCEPTED}), P.FINISHED),
    "recall": (frozenset({P.WAITING, P.ACCEPTED}), P.RECALLED),
}


NOT_ONCE_TAKEN_BACK = frozenset({"ask", "answer", "answered", "message", "correct", "withdraw"})
"""What nobody does with a request that the family has taken back: they are not asked or written to."""


class WrongState(Exception):
    """It cannot be done where the request stands now; ``str`` is the verb."""


def is_to_do(referral: Referral) -> bool:
    """Whether somebody here still has something to do, or to wait for. What has ended has a clock only where
    something of it is still to be seen to.
    """
    return referral.state in OPEN or referral.due_at is not None


def can(referral: Referral, verb: str) -> bool:
    """Whether a verb leads on from where it stands."""
    if referral.withdrawn_at is not None and verb in NOT_ONCE_TAKEN_BACK:
        return False
    return referral.state in MOVES[verb][0]


def move(referral: Referral, verb: str) -> None:
    """Put it where the verb leads.

    Raises:
        WrongState: not from where it stands.
    """
    if not can(referral, verb):
        raise WrongState(verb)
    after = MOVES[verb][1]
    if after is not None and not (verb == "assign" and referral.state is not S.RECEIVED):
        referral.state = after


def move_passing(passing: Passing, verb: str) -> None:
    """Put one service's part where the verb leads.

    Raises:
        WrongState: not from where it stands.
    """
    before, after = PASS_MOVES[verb]
    if passing.state not in before:
        raise WrongState(verb)
    passing.state = after
