"""What is new about a request while services have it: who has to see to it, and that the services hear of it.

What a family writes goes to the front door, which reads it and writes to the services what they need of it.
What it puts right they see by themselves, and are told that there is something.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, words_of
from hubfinder.referrals.models import Passing, Referral, ReferralEvent
from hubfinder.referrals.notices import Wanted, tell_service, tell_team
from hubfinder.referrals.passing import WITH_A_SERVICE, passings_of
from hubfinder.referrals.points import look_again, seen_to
from hubfinder.referrals.reading import Opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sharing import FIELDS, SAFETY, Group
from hubfinder.referrals.states import OPEN, WrongState, can
from hubfinder.referrals.triage import Case, Refused, Why, wanted_words, written
from hubfinder.referrals.vocab import EventKind, Point

AGREED = frozenset({"contact_ok", "share_what"})
REACH = SAFETY | AGREED | {"share_with"}
"""Answers on which it hangs whether to get in touch is safe: who does not see that these are others now is
told soon.
"""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the front door wrote to a service after it had passed a request on."""

    at: datetime
    text: str


def lives_elsewhere(one: Opened, opening: Opening, route: Route | None) -> dict[str, object]:
    """``route`` is where it would go as they live now. Where another team may be right for them the team that
    has it sees to that: a correction moves nothing. Facts of which; none where it is right as it is.
    """
    if route is None or not (route.is_outside or route.hub_there != one.head.hub_there):
        return {}
    if one.row.state in OPEN:  # what has ended goes nowhere else
        look_again(one.row, opening, Point.MOVED)
    return {"lives_in": route.lives_in, "near": route.hub_there}


def have_it(session: Session, row: Referral) -> list[Passing]:
    """The services that have it, or have still to say whether they take it, the oldest first."""
    return [passing for passing in passings_of(session, row) if passing.state in WITH_A_SERVICE]


def tell_services(session: Session, row: Referral, passings: Sequence[Passing]) -> None:
    """Word to these services that something is new: once until they have looked. Whoever decides on what
    they saw before is told so. Where nobody signs in the team tells them, and says so: see ``by_hand``.
    """
    for passing in passings:
        if passing.is_by_hand:
            tell_team(session, row, Wanted("team_ring_changed", f"changed:{passing.id}:{passing.revision}"))
        elif not passing.has_news:
            wanted = Wanted("service_changed", f"changed:{passing.id}:{passing.revision}")
            tell_service(session, row, passing.organization_key, wanted)
        passing.has_news = True
        passing.revision += 1
    session.flush()


def tell_of_correction(session: Session, row: Referral, fields: Iterable[str], opening: Opening) -> None:
    """Word to the services that are shown one of these answers that it is another now. One where nobody signs
    in is rung by a clock: soon where it might get in touch in a way that is not safe any more.
    """
    names = set(fields)
    told = [one for one in have_it(session, row) if names & _shown_to(one)]
    tell_services(session, row, told)
    if any(one.is_by_hand for one in told):
        look_again(row, opening, Point.RING, is_soon=bool(REACH & names))


def _shown_to(passing: Passing) -> frozenset[str]:
    """Answers that a service may be shown, or that say whether it may."""
    return AGREED.union(SAFETY, *(FIELDS[group] for group in Group if group.value in passing.groups))


def tell(case: Case, to: str, words: str) -> None:
    """Write to the services that have it, or to the one with this id of a ``Passing``: they read it in their
    inbox. With it what was written since is seen to.

    Raises:
        WrongState: no service has it.
        Refused: nothing was written, too much, or that service does not have it.
    """
    if not can(case.row, "tell_services"):
        raise WrongState("tell_services")
    there = [passing for passing in have_it(case.session, case.row) if not passing.is_by_hand]
    chosen = [passing for passing in there if to in ("", passing.id)]
    if not chosen:
        raise Refused("to", Why.NOT_ONE_OF_THEM)
    services = [passing.service_key for passing in chosen]
    facts = {"passings": [passing.id for passing in chosen], "services": services}
    said = Said(EventKind.PASS_TOLD, wanted_words(words), facts)
    tell_services(case.session, case.row, chosen)
    seen_to(case.row, Point.ADDED)
    written(case, "tell_services", said, {"services": services})


def notes_for(session: Session, one: Opened, passing: Passing) -> tuple[Note, ...]:
    """What was written to a service about this request, the newest first."""
    rows = select(ReferralEvent).where(
        ReferralEvent.referral_id == one.row.id, ReferralEvent.kind == EventKind.PASS_TOLD
    )
    found = session.scalars(rows.order_by(ReferralEvent.id.desc())).all()
    return tuple(
        Note(as_utc(event.at), words_of(one.box, event))
        for event in found
        if passing.id in event.facts.get("passings", ())
    )
