"""How much one connection to the internet may tell us: buckets that fill again, in the common database.

Who it was is not kept: a client is a number out of its address, the instance's key and the day. A school or a
surgery behind one address is not cut off by what a family needs; only a machine tells us more than this.
"""

import hashlib
import hmac
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hubfinder import clock
from hubfinder.listings.models import PublicBucket

HOUR = 3_600
EVERYBODY = "everybody"


class TooMuch(Exception):
    """More than may be told now; ``seconds`` is when it makes sense to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many it holds, and how many come back in an hour."""

    name: str
    holds: float
    an_hour: float


OF_A_CLIENT = Bucket("tell", 30, 30)
"""A class of thirty may each say what a visit was like."""
OF_A_SUBJECT = Bucket("about", 40, 20)
OF_ALL = Bucket("all", 600, 300)
"""More than staff can read; what is beyond is nobody's honest report."""
LOOKING = Bucket("look", 20, 20)
"""References that nobody has."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Where something came from. Neither is kept."""

    network: str
    """The address, of IPv6 its /64; empty where it is not known: behind a proxy nobody has told us of."""
    key: str
    """Of this instance."""

    def number(self, *about: str) -> str:
        """The same for one sender and subject, and for no other; empty where the sender is not known."""
        if not self.network:
            return ""
        text = "\n".join((*about, self.network))
        return hmac.new(self.key.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Throttle:
    """The buckets as one request sees them."""

    session: Session
    sender: Sender
    now: Callable[[], float] = time.time
    today: Callable[[], date] = clock.today

    def take(self, *wanted: tuple[Bucket, str]) -> None:
        """Take one out of each bucket; of a sender that is not known, only out of those of everybody.

        The caller has begun with ``begin_writing``.

        Raises:
            TooMuch: one of them is empty; nothing was taken.
        """
        levels = {client: (bucket, self._level(bucket, client)) for bucket, client in self._clients(wanted)}
        self._refuse(levels.values())
        for client, (_, level) in levels.items():
            self._put(client, level - 1)

    def check(self, *wanted: tuple[Bucket, str]) -> None:
        """Only look, without writing.

        Raises:
            TooMuch: one of them is empty.
        """
        self._refuse([(bucket, self._level(bucket, client)) for bucket, client in self._clients(wanted)])

    def _refuse(self, levels: Iterable[tuple[Bucket, float]]) -> None:
        waits = [(1 - level) / bucket.an_hour * HOUR for bucket, level in levels if level < 1]
        if waits:
            raise TooMuch(max(1, math.ceil(max(waits))))

    def _clients(self, wanted: Iterable[tuple[Bucket, str]]) -> Iterator[tuple[Bucket, str]]:
        day = self.today().isoformat()
        for bucket, who in wanted:
            number = who or self.sender.number(bucket.name, day)
            if number:
                yield bucket, f"{bucket.name}:{number}"

    def _level(self, bucket: Bucket, client: str) -> float:
        row = self.session.execute(
            select(PublicBucket.level, PublicBucket.at).where(PublicBucket.client == client)
        ).first()
        if row is None:
            return bucket.holds
        # a clock that was set back only stops the filling
        filled = max(self.now() - row.at, 0.0) * bucket.an_hour / HOUR
        return float(min(row.level + filled, bucket.holds))

    def _put(self, client: str, level: float) -> None:
        insert = postgresql.insert if self.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        made = insert(PublicBucket).values(client=client, level=level, at=self.now())
        self.session.execute(
            made.on_conflict_do_update(
                index_elements=["client"], set_={"level": made.excluded.level, "at": made.excluded.at}
            )
        )


def forget_buckets(session: Session, now: float | None = None) -> None:
    """Those that nobody has drawn on for a day are full, and say who was here no more."""
    before = (time.time() if now is None else now) - 24 * HOUR
    session.execute(delete(PublicBucket).where(PublicBucket.at < before))
