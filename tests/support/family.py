"""A family that has sent a request and shown its code, for tests."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.models import AuditEntry
from hubfinder.referrals import visits
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.family import Hand
from hubfinder.referrals.holding import THE_FAMILY
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.visits import Limits, Visit
from hubfinder.referrals.vocab import EventKind, ReferralState
from hubfinder.vault.keys import Keyring
from tests.support.passing import writing
from tests.support.requests import SAID, of_reference, sent

LIMITS = Limits(timedelta(minutes=15), timedelta(hours=8))


class Family:
    """A request that was sent a moment ago, and the browser in which its family reads it."""

    def __init__(self, session: Session, ring: Keyring, **answers: object) -> None:
        self.session, self.ring = session, ring
        self.receipt = sent(session, ring, {**SAID, **answers})
        self.token = self.visit_again()

    @property
    def row(self) -> Referral:
        """As it is now."""
        self.session.expire_all()
        return of_reference(self.session, self.receipt.reference)

    def visit_again(self) -> str:
        """The number of one more browser that has shown the code."""
        writing(self.session)
        id_ = visits.prove(self.session, self.ring, self.receipt.reference, self.receipt.code)
        token = visits.begin(self.session, self.ring, id_, LIMITS)
        self.session.commit()
        return token

    def visit(self, token: str = "") -> Visit | None:
        return visits.of_browser(self.session, self.ring, token or self.token, LIMITS)

    def hand(self) -> Hand:
        """About to change something: the test commits."""
        writing(self.session)
        visit = self.visit()
        assert visit is not None
        return Hand(self.session, self.ring, visit, Opening())

    def put(self, state: ReferralState) -> None:
        """As if staff had done what leads there."""
        writing(self.session)
        self.row.state = state
        self.session.commit()

    def events(self, *kinds: EventKind) -> list[ReferralEvent]:
        wanted = select(ReferralEvent).where(
            ReferralEvent.referral_id == self.row.id, ReferralEvent.kind.in_(kinds)
        )
        return list(self.session.scalars(wanted.order_by(ReferralEvent.id)))

    def trail(self) -> list[str]:
        """What the trail says that the family did, oldest first."""
        verbs = select(AuditEntry.verb).where(AuditEntry.by == THE_FAMILY.name)
        return list(self.session.scalars(verbs.order_by(AuditEntry.number)))
