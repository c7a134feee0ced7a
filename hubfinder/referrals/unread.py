"""Requests that nobody has looked at yet, council by council, and whether anybody could: numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.referrals.front_doors import has_front_door
from hubfinder.referrals.models import Referral
from hubfinder.referrals.states import STILL_TO_DO
from hubfinder.referrals.vocab import ReferralState

UNREAD = (Referral.state == ReferralState.RECEIVED, STILL_TO_DO)


@dataclass(frozen=True, slots=True)
class Unread:
    """What waits unread in one council."""

    council: str
    number: int
    since: datetime | None
    """When the first of them came, in UTC; none where there is none."""
    has_readers: bool
    """Whether anybody of the front-door team may sign in."""


def unread_in(vault: Session, directory: Session, councils: Sequence[str]) -> list[Unread]:
    """What waits unread in each of these councils, in their order."""
    rows = vault.execute(
        select(Referral.council_code, func.count(), func.min(Referral.received_at))
        .where(Referral.council_code.in_(councils), *UNREAD)
        .group_by(Referral.council_code)
    ).tuples()
    found = {council: (number, as_utc(since)) for council, number, since in rows}
    nothing: tuple[int, datetime | None] = (0, None)
    made = []
    for council in councils:
        number, since = found.get(council, nothing)
        made.append(Unread(council, number, since, has_front_door(directory, council)))
    return made


def unread_here(vault: Session, directory: Session, own: str) -> list[Unread]:
    """The same of this installation's own council, and of every other where something waits unread."""
    waiting = select(Referral.council_code).where(Referral.council_code != own, *UNREAD).distinct()
    return unread_in(vault, directory, [own, *sorted(vault.scalars(waiting))])
