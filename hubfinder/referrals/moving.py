"""Moving a request to another team: of another hub, or of another council of this installation.

What is sealed is bound to the council that has it; so whoever has it now gets it sealed anew, with a key that
was never the other's.
"""

from collections.abc import Iterable

from sqlalchemy import select

from hubfinder.referrals.events import Said, words_of
from hubfinder.referrals.models import Passing
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.passing import is_with_a_service
from hubfinder.referrals.reading import KIND, events_of
from hubfinder.referrals.states import WrongState, can
from hubfinder.referrals.triage import Case, Refused, Why, wanted_words, written
from hubfinder.referrals.vocab import EventKind, Flag
from hubfinder.vault.keys import Keyring
from hubfinder.vault.sealing import Box, Owner, new_box

RESEALED = frozenset(
    {"referral.head", "referral.body", "referral_event.text", "passing.note", "referral.wrapped_key"}
)
"""All that is sealed with a request's key; a test compares it with the tables."""


def move_to_hub(case: Case, hub: str, words: str) -> None:
    """To the team of another hub of the council, or back to its front door (``hub`` is empty)."""
    if hub == case.row.hub_key:
        raise Refused("hub", Why.SAME)
    said = Said(EventKind.ROUTED, wanted_words(words), {"hub": hub})
    case.row.hub_key = hub
    _leave(case)
    event = written(case, "route", said, {"hub": hub})
    tell_team(case.session, case.row, Wanted("team_new", f"event:{event.nonce}"))


def move_to_council(case: Case, ring: Keyring, council: str, words: str) -> None:
    """To the front door of another council of this installation, which alone can open it from then on.

    The entry of the trail is that of the council that gives it away.
    """
    row = case.row
    if council == row.council_code:
        raise Refused("council", Why.SAME)
    if is_with_a_service(case.session, row):
        raise Refused("council", Why.WITH_SERVICES)
    if not can(row, "route"):
        raise WrongState("route")
    said = Said(EventKind.ROUTED, wanted_words(words), {"council": council})
    row.hub_key = ""
    _leave(case)
    event = written(case, "route", said, {"council": council})
    _seal_anew(case, ring, council)
    tell_team(case.session, row, Wanted("team_new", f"event:{event.nonce}"))


def _leave(case: Case) -> None:
    """Nobody of the team that had it looks after it any more."""
    case.row.assigned_id, case.row.assigned = None, ""


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
    head: dict[str, object] = case.one.box.open("head", case.row.version, case.row.head)
    flags = {flag.value for flag in case.one.head.flags} - {Flag.OUTSIDE.value}
    is_outside = bool(case.one.head.lives_in) and case.one.head.lives_in != council
    return {**head, "flags": sorted(flags | ({Flag.OUTSIDE.value} if is_outside else set()))}
