"""Looking at one's own request: a browser that has shown reference and code reads that one for a while.

It holds a random number and nothing else; which request it reads stands here. Whoever calls what writes has
begun with ``begin_writing`` on the vault, and commits.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.referrals.codes import code_digest, cookie_digest, new_token
from hubfinder.referrals.holding import holder_of
from hubfinder.referrals.models import FamilyVisit, Referral
from hubfinder.referrals.reading import opened
from hubfinder.vault.keys import Keyring

SEEN_EVERY = timedelta(minutes=1)
NOBODY = "0" * 32
"""What a code is compared with where there is no such request: that takes as long."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a browser may read on: without anything happening, and in any case."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that reads a request."""

    digest: str
    referral_id: str
    reference: str
    seen_at: datetime
    ends_at: datetime

    def ends_soonest(self, limits: Limits) -> datetime:
        """When it ends if nothing more happens."""
        return min(self.seen_at + limits.idle, self.ends_at)


def prove(session: Session, ring: Keyring, reference: str, code: str) -> str:
    """Id of the request that this is the code of; empty if there is no such request, or the code is another.

    Both take the same steps. The caller has counted the try (``lookups``).
    """
    row = session.execute(
        select(Referral.id, Referral.code_digest).where(Referral.reference == reference)
    ).one_or_none()
    id_, digest = (row.id, row.code_digest) if row else ("", NOBODY)
    return id_ if hmac.compare_digest(digest, code_digest(ring, code, reference)) else ""


def begin(session: Session, ring: Keyring, referral_id: str, limits: Limits) -> str:
    """The number for a browser that has shown the code; the trail says that somebody reads the request.

    What has ended is forgotten on the way.
    """
    moment, token = utc_now(), new_token()
    forget_ended(session, limits, moment)
    row = session.get_one(Referral, referral_id)
    session.add(
        FamilyVisit(
            digest=cookie_digest(ring, token),
            referral_id=referral_id,
            seen_at=moment,
            ends_at=moment + limits.whole,
        )
    )
    by = holder_of(session, row.id, opened(ring, row).told).actor
    record(session, by, "request.read_by_family", Subject("request", row.reference, row.council_code))
    return token


def of_browser(session: Session, ring: Keyring, token: str, limits: Limits) -> Visit | None:
    """The visit whose number a browser holds; none once it has ended."""
    if not token:
        return None
    row = session.execute(
        select(FamilyVisit, Referral.reference)
        .join(Referral, Referral.id == FamilyVisit.referral_id)
        .where(FamilyVisit.digest == cookie_digest(ring, token))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    kept, reference = row
    visit = Visit(kept.digest, kept.referral_id, reference, as_utc(kept.seen_at), as_utc(kept.ends_at))
    return visit if utc_now() < visit.ends_soonest(limits) else None


def seen(session: Session, visit: Visit) -> None:
    """Something happened: it starts to be idle anew."""
    session.execute(update(FamilyVisit).where(FamilyVisit.digest == visit.digest).values(seen_at=utc_now()))


def end(session: Session, ring: Keyring, token: str) -> None:
    """The browser's number opens nothing any more."""
    session.execute(delete(FamilyVisit).where(FamilyVisit.digest == cookie_digest(ring, token)))


def end_others(session: Session, referral_id: str, but: str = "") -> None:
    """No browser reads a request any more but the one with this digest."""
    session.execute(
        delete(FamilyVisit).where(FamilyVisit.referral_id == referral_id, FamilyVisit.digest != but)
    )


def forget_ended(session: Session, limits: Limits, moment: datetime | None = None) -> None:
    now = moment or utc_now()
    session.execute(
        delete(FamilyVisit).where((FamilyVisit.ends_at < now) | (FamilyVisit.seen_at < now - limits.idle))
    )
