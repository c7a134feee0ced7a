"""Giving a request to another team: of a hub, or of another council of this installation.

A hub gets one only where the family agreed that its hub reads it, or for somebody's safety, with a reason:
then the family is not told. What the family takes back, the hub's team does not see any more. What is sealed
is bound to the council that has it; so another council gets it sealed anew, with a key that was never the
first one's.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event, words_of
from hubfinder.referrals.merging import merged_into
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.passing import is_with_a_service
from hubfinder.referrals.points import clock_after
from hubfinder.referrals.reading import KIND, Opened, events_of, is_front_door, is_of_its_hub
from hubfinder.referrals.sharing import Partner
from hubfinder.referrals.states import OPEN, WrongState, can, move
from hubfinder.referrals.triage import LONGEST, Case, Refused, Why, wanted_words, written
from hubfinder.referrals.vocab import EventKind, Flag, Point, ReferralState, Urgency
from hubfinder.vault.keys import Keyring
from hubfinder.vault.sealing import Box, Owner, new_box

RESEALED = frozenset(
    {"referral.head", "referral.body", "referral_event.text", "passing.note", "referral.wrapped_key"}
)
"""All that is sealed with a request's key; a test compares it with the tables."""


def may_hub_read(told: Told) -> bool:
    """Whether the family agreed that its family hub reads it."""
    return Partner.HUB.value in told.share_with


def accept(case: Case, hub: str, safety: str = "") -> None:
    """The family hub that has it takes it on; where the front door says so for it, its team hears of that.
    To another hub it is given, and is new there: nobody takes something on who does not know of it.

    ``safety`` says for whose it goes there, where the family did not agree to that.

    Raises:
        Refused: see ``Why``.
        WrongState: not from where it stands.
    """
    row = case.row
    if not hub:
        raise Refused("hub", Why.EMPTY)
    if not can(row, "accept"):
        raise WrongState("accept")
    if hub != row.hub_key:
        _pass_to(case, hub, "", safety)
        return
    facts, is_theirs = _give(case, hub, safety), is_of_its_hub(case.actor, row)
    if not is_theirs:
        _leave(row)
    said = Said(EventKind.ACCEPTED, facts=facts, is_for_family=not row.is_hub_for_safety)
    event = written(case, "accept", said, facts)
    if not is_theirs:
        tell_team(case.session, row, Wanted("team_taken_on", f"event:{event.nonce}"))


def move_to_hub(case: Case, hub: str, words: str, safety: str = "") -> None:
    """To the team of another hub of the council, or back to its front door (``hub`` is empty); ``safety`` as
    in ``accept``.
    """
    if hub == case.row.hub_key:
        raise Refused("hub", Why.SAME)
    _pass_to(case, hub, wanted_words(words), safety)


def move_to_council(case: Case, ring: Keyring, council: str, words: str) -> None:
    """To the front door of another council of this installation, which alone can open it from then on.

    Both councils have an entry in their trail: that it was given away, and that it came. Staff of a hub do
    not do it by themselves. Not while others are part of it: each has a code of its own, perhaps of somebody
    who must not learn where this one goes, so a person opens them again and decides of each.

    Raises:
        Refused: see ``Why``.
        WrongState: not from where it stands.
    """
    row = case.row
    if not is_front_door(case.actor, row):
        raise Refused("council", Why.FRONT_DOOR_ONLY)
    if council == row.council_code:
        raise Refused("council", Why.SAME)
    if is_with_a_service(case.session, row):
        raise Refused("council", Why.WITH_SERVICES)
    if Point.RING in row.points:
        raise Refused("council", Why.TO_BE_RUNG)
    if not can(row, "route"):
        raise WrongState("route")
    _part_from_ended(merged_into(case.session, row))
    said = Said(EventKind.ROUTED, wanted_words(words), {"council": council})
    row.hub_key, row.is_hub_for_safety, row.key_worker = "", False, ""  # nobody there is promised any more
    _leave(row)
    before = row.council_code
    event = written(case, "route", said, {"council": council})
    _seal_anew(case, ring, council)
    record(case.session, case.actor, "request.moved_here", case.subject, facts={"council": before})
    tell_team(case.session, row, Wanted(_as_new(row), f"event:{event.nonce}"))


def take_from_hub(session: Session, actor: Actor, one: Opened, now: Told, opening: Opening) -> str:
    """Where the family does not agree any more that its hub reads it: the hub does not see it from now on,
    and it is the front door's, with a clock. Key of the hub that had it; empty where nothing is taken away.

    ``now`` is what they say from now on; ``one`` still has what they said before. What a hub has for
    somebody's safety it keeps until staff move it. The caller makes the entry of the trail.
    """
    row = one.row
    hub = row.hub_key
    if not hub or row.is_hub_for_safety or not may_hub_read(one.told) or may_hub_read(now):
        return ""
    said = Said(EventKind.ROUTED, "", {"hub": ""}, is_for_family=True)
    event = note_event(session, row, one.box, actor, said)
    tell_team(session, row, Wanted("service_recalled", f"from-hub:{event.nonce}", {"reference": ""}))
    row.hub_key = ""
    _leave(row)
    if can(row, "leave_hub"):
        move(row, "leave_hub")
    if row.state in OPEN and row.state is not ReferralState.PASSED_ON:
        clock_after(row, opening.look(utc_now(), row.urgency))
    tell_team(session, row, Wanted("team_from_hub", f"event:{event.nonce}"))
    return hub


def _pass_to(case: Case, hub: str, reason: str, safety: str) -> None:
    """It is new for that team, which hears of it at once and has its clock."""
    facts = _give(case, hub, safety)
    _leave(case.row)
    event = written(case, "route", Said(EventKind.ROUTED, reason, facts), facts)
    tell_team(case.session, case.row, Wanted(_as_new(case.row), f"event:{event.nonce}"))


def _as_new(row: Referral) -> str:
    """Which word a team gets of what is new to it."""
    return "team_new" if row.urgency is Urgency.USUAL else "team_urgent"


def _give(case: Case, hub: str, safety: str) -> dict[str, object]:
    """Give it to the team of a hub, or to the front door; what the events and the trail say of it.

    A reason is noted where the hub is to read what the family did not agree to; what has a reason already
    needs no second one.

    Raises:
        Refused: there is no reason, or it is too long.
    """
    row, safety = case.row, safety.strip()
    is_noted = row.is_hub_for_safety and hub == row.hub_key
    if len(safety) > LONGEST:
        raise Refused("safety", Why.TOO_LONG)
    if hub and not (safety or is_noted or may_hub_read(case.one.told)):
        raise Refused("safety", Why.NOT_AGREED)
    row.is_hub_for_safety = bool(hub) and (bool(safety) or is_noted)
    row.hub_key = hub
    if hub and safety:
        note_event(
            case.session, row, case.one.box, case.actor, Said(EventKind.NOTED, safety, {"safety": True})
        )
    return {"hub": hub, "without_consent": True} if row.is_hub_for_safety else {"hub": hub}


def _leave(row: Referral) -> None:
    """Nobody of the team that had it looks after it any more."""
    row.assigned_id, row.assigned = None, ""


def _part_from_ended(parts: Sequence[Referral]) -> None:
    """What was part of it and was taken back stays where it ended, on its own.

    Raises:
        Refused: one that goes on would stay behind, where nobody could read the other any more.
    """
    if any(part.state is ReferralState.MERGED for part in parts):
        raise Refused("council", Why.HAS_PARTS)
    for part in parts:
        part.merged_into = None


def _seal_anew(case: Case, ring: Keyring, council: str) -> None:
    row, old = case.row, case.one.box
    new, wrapped = new_box(ring, Owner(KIND, row.id, council))
    row.head = new.seal("head", row.version, _head_in(case, council))
    row.body = new.seal("body", row.version, case.one.answers)
    for event in events_of(case.session, row):
        if event.text:
            event.text = new.seal(f"event:{event.nonce}", 0, words_of(old, event))
    _seal_notes(old, new, case.session.scalars(select(Passing).where(Passing.referral_id == row.id)))
    row.council_code, row.wrapped = council, wrapped
    case.session.flush()


def _seal_notes(old: Box, new: Box, passings: Iterable[Passing]) -> None:
    for passing in passings:
        if passing.note:
            name = f"note:{passing.id}"
            passing.note = new.seal(name, 0, old.open(name, 0, passing.note))


def _head_in(case: Case, council: str) -> dict[str, object]:
    """What the queue shows of it there: nobody lives outside of their own council."""
    head: dict[str, Any] = case.one.box.open("head", case.row.version, case.row.head)
    flags = {*head["flags"]} - {Flag.OUTSIDE.value}
    is_outside = bool(case.one.head.lives_in) and case.one.head.lives_in != council
    outside = {Flag.OUTSIDE.value} if is_outside else set()
    return {**head, "flags": sorted(flags | outside), "hub_there": ""}
