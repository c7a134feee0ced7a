"""A request that is passed on, for tests: what is given, to whom, and by whom."""

from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.passing import Handing, Receiver, pass_on
from hubfinder.referrals.reading import opened
from hubfinder.referrals.sharing import Group, Partner
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.support.people import HARBOURMOUTH

OPENING = Opening()
TEAM = Actor("Tom of the front door", 1, (Grant(Role.FRONT_DOOR, HARBOURMOUTH),))
CLINIC, PLAY = Receiver("sleep-clinic", "wend-nhs"), Receiver("story-time-1", "helpers")
AGREED = frozenset({Group.PEOPLE, Group.PLACE, Group.STORY})
"""What the family of ``requests.SAID`` agrees to share with services."""


def provider(organization: str = CLINIC.organization, council: str = HARBOURMOUTH) -> Actor:
    """Somebody who signs in for an organization."""
    return Actor("Kim of the service", 2, (Grant(Role.PROVIDER, council, organization),))


def handing(
    *to: Receiver,
    groups: frozenset[Group] = AGREED,
    partner: Partner = Partner.SERVICES,
    note: str = "",
    safety: str = "",
) -> Handing:
    return Handing(to or (CLINIC,), partner, groups, note, safety)


def writing(session: Session) -> None:
    """Begin to write, also where the test has looked at something meanwhile."""
    session.rollback()
    begin_writing(session)


def passed(session: Session, ring: Keyring, row: Referral, given: Handing | None = None) -> list[Passing]:
    """Pass it on, and commit."""
    writing(session)
    made = pass_on(session, TEAM, opened(ring, row), given or handing(), OPENING)
    session.commit()
    return made
