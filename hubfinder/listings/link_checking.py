"""The web addresses of listings: which are to be looked at now, and what follows from what was found.

Nothing is changed in a listing. An address that was gone twice, days apart, is shown to staff as dead.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Url
from hubfinder.listings.link_asking import Found, Links, Verdict
from hubfinder.listings.models import LinkCheck, Listing
from hubfinder.listings.safe_web import is_nobodys
from hubfinder.staff_vocab import ListingState

DEAD_AFTER = 2
"""Times in a row that an address was gone."""
AGAIN = timedelta(days=3)
"""After it was gone once."""
LONGEST = timedelta(days=28)
MOST, SECONDS = 100, 240.0
"""Of a round."""
BATCH = 500


@dataclass(slots=True)
class Looked:
    """What came of a round."""

    there: int = 0
    gone: int = 0
    unsure: int = 0
    not_asked: int = 0
    left: int = 0
    """Due, and left for the next round."""

    def add(self, verdict: Verdict) -> None:
        name = verdict.name.lower()
        setattr(self, name, getattr(self, name) + 1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, how much at once, and whether somebody wants the round to end sooner."""

    every: timedelta
    most: int = MOST
    seconds: float = SECONDS
    is_stopped: Callable[[], bool] = bool


def check_links(
    session: Session, links: Links, rhythm: Rhythm, clock: Callable[[], datetime] = now
) -> Looked:
    """One round. Each address in a transaction of its own, and none is open while a website is asked."""
    list_addresses(session, clock().astimezone(UTC))
    due = _due(session, clock().astimezone(UTC))
    done = Looked(left=len(due))
    ends = time.monotonic() + rhythm.seconds
    for url in in_turns(due)[: rhythm.most]:
        if time.monotonic() > ends or rhythm.is_stopped():
            break
        found = links.look(url)
        _note(session, url, found, clock().astimezone(UTC), rhythm.every)
        done.add(found.verdict)
        done.left -= 1
    mark_dead_links(session)
    return done


def list_addresses(session: Session, moment: datetime) -> None:
    """Bring the list of addresses in step with what published listings show. A transaction of its own."""
    session.rollback()
    begin_writing(session)
    shown = set(
        session.scalars(select(Url.url).join(Listing, Listing.service_id == Url.service_id).where(_SHOWN))
    )
    shown = {url for url in shown if not is_nobodys(_host(url))}
    known = set(session.scalars(select(LinkCheck.url)))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = [
        {"url": url, "next_check_at": moment, "why": "", "failures": 0, "moved_to": ""}
        for url in sorted(shown - known)
    ]
    for start in range(0, len(new), BATCH):
        session.execute(insert(LinkCheck).values(new[start : start + BATCH]).on_conflict_do_nothing())
    gone = sorted(known - shown)
    for start in range(0, len(gone), BATCH):
        session.execute(delete(LinkCheck).where(LinkCheck.url.in_(gone[start : start + BATCH])))
    session.commit()


def in_turns(urls: Sequence[str]) -> list[str]:
    """The same addresses so that those of one host stand as far apart as can be: nobody waits for delays."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(_host(url), []).append(url)
    turns: list[str] = []
    for place in range(max(map(len, by_host.values()), default=0)):
        turns += [some[place] for some in by_host.values() if place < len(some)]
    return turns


def mark_dead_links(session: Session) -> int:
    """Bring ``is_link_dead`` of listings in step with what was found; how many changed. Commits."""
    session.rollback()
    begin_writing(session)
    dead = (
        select(Url.id)
        .join(LinkCheck, LinkCheck.url == Url.url)
        .where(Url.service_id == Listing.service_id, LinkCheck.failures >= DEAD_AFTER)
        .exists()
    )
    changed = session.scalars(
        update(Listing)
        .where(Listing.is_link_dead != dead)
        .values(is_link_dead=dead)
        .returning(Listing.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.commit()
    return len(changed)


_SHOWN = Listing.state == ListingState.PUBLISHED


def _due(session: Session, moment: datetime) -> Sequence[str]:
    statement = (
        select(LinkCheck.url)
        .where(
            (LinkCheck.next_check_at <= moment)
            | (LinkCheck.next_check_at > moment + LONGEST + timedelta(days=1))  # a clock was wrong then
        )
        .order_by(LinkCheck.next_check_at, LinkCheck.url)
        .limit(5 * MOST)
    )
    found = session.scalars(statement).all()
    session.rollback()
    return found


def _note(session: Session, url: str, found: Found, moment: datetime, every: timedelta) -> None:
    begin_writing(session)
    row = session.get(LinkCheck, url)
    if row is not None:
        wait = _wait(row, found, every)
        row.failures = row.failures + 1 if found.verdict is Verdict.GONE else _kept_failures(row, found)
        row.checked_at, row.next_check_at = moment, moment + wait
        row.status, row.why, row.moved_to = found.status, found.why[:255], found.moved_to
    session.commit()


def _kept_failures(row: LinkCheck, found: Found) -> int:
    """A site that does not say is no proof that its page is back."""
    return row.failures if found.verdict is Verdict.UNSURE else 0


def _wait(row: LinkCheck, found: Found, every: timedelta) -> timedelta:
    """Until the next look: sooner after it was gone once; longer each time where a site does not say."""
    asked = timedelta(seconds=min(found.wait, LONGEST.total_seconds()))
    if found.verdict is Verdict.GONE:
        return AGAIN if row.failures + 1 < DEAD_AFTER else every
    if found.verdict is Verdict.NOT_ASKED:
        return LONGEST
    if found.verdict is Verdict.THERE:
        return every
    last = row.next_check_at - row.checked_at if row.checked_at else timedelta()
    return max(asked, min(max(2 * last, timedelta(days=1)), LONGEST))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
