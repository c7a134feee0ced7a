"""What follows where the family does not agree any more, or never did after all."""

from sqlalchemy.orm import Session

from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.moving import take_from_hub
from hubfinder.referrals.passing import recall_not_agreed
from hubfinder.referrals.reading import Opened


def take_what_is_not_agreed(
    session: Session, by: Actor, one: Opened, now: Told, opening: Opening
) -> dict[str, object]:
    """Take the request from whoever has it by an agreement that does not hold ``now``; facts of it. What went
    for somebody's safety stays there.

    ``one`` still has what was said before. The caller makes the entry of the trail.
    """
    services = recall_not_agreed(session, by, one, now, opening)
    hub = take_from_hub(session, by, one, now, opening)
    facts: dict[str, object] = {"services": services} if services else {}
    return {**facts, "taken_from": hub} if hub else facts


def is_agreed_otherwise(before: Told, now: Told) -> bool:
    """Whether something else is agreed to: to get in touch, or to share."""
    return (before.contact_ok, before.share_with, before.share_what) != (
        now.contact_ok,
        now.share_with,
        now.share_what,
    )
