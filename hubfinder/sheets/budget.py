"""What sheets may cost: so much processor time for each client and for the machine, over all processes.

Buckets that fill up again by themselves, in one small SQLite file. A client is a number out of its address
and a secret of the day: nothing in the file says who asked for what. Where the file cannot be used nobody
is refused for it; the places to typeset at (``slots.py``) still hold.
"""

import hashlib
import hmac
import logging
import math
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import NamedTuple, TypeVar

from hubfinder import clock

FILE = "spent.sqlite3"
SHEET = 150
"""Milliseconds of processor time that one sheet with its preview is reckoned to take, on a slow machine."""
FREE = 15
"""Milliseconds under which nothing is counted: a file that was kept was only read."""
A_CLIENT_AT_ONCE, A_CLIENT_A_MINUTE = 60 * SHEET, 60 * SHEET
"""A staff room of thirty may print two each at the same moment, and one a second for as long as it likes."""
MACHINE_SECONDS = 10
"""For how long all the machine's share may be used at once, if it was idle before."""
SHARE = 0.25
"""Of the machine's cores, for sheets."""
SCARCE = 0.5
"""When less of the machine's bucket than this is left, whoever used most is refused first."""
MODEST = 0.9
"""Whoever has this much of the own bucket left is not refused while the machine's is only scarce."""
ON_CREDIT = 0.2
"""Of its bucket, that the machine may owe to those who are modest."""
LONGEST_WAIT = 120
LOCKED_FOR = 0.25
"""Seconds to wait for the file."""
MACHINE = ""
_PREFIX = 64
_TABLES = (
    "CREATE TABLE IF NOT EXISTS bucket (client TEXT PRIMARY KEY, level REAL NOT NULL, at REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS salt (day TEXT PRIMARY KEY, salt BLOB NOT NULL)",
)
_PUT = (
    "INSERT INTO bucket VALUES (?, ?, ?) "
    "ON CONFLICT (client) DO UPDATE SET level = excluded.level, at = excluded.at"
)
_FORGET = "DELETE FROM bucket WHERE client != ? AND level + (? - at) * ? >= ?"
"""Full buckets: those who have none have a full one."""
log = logging.getLogger(__name__)
T = TypeVar("T")


class TooMuch(Exception):
    """More than may be spent now; ``seconds`` is when it makes sense to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Bucket(NamedTuple):
    """How much it holds, and how fast it fills: milliseconds of processor time, and those a second."""

    holds: float
    a_second: float


A_CLIENT = Bucket(A_CLIENT_AT_ONCE, A_CLIENT_A_MINUTE / 60)


def machine_bucket() -> Bucket:
    """The machine's, by its cores."""
    a_second = (os.cpu_count() or 1) * 1000 * SHARE
    return Bucket(a_second * MACHINE_SECONDS, a_second)


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of one instance on one machine."""

    folder: Path
    key: str
    client: Bucket = A_CLIENT
    machine: Bucket = field(default_factory=machine_bucket)
    now: Callable[[], float] = time.time
    today: Callable[[], date] = clock.today

    def admit(self, address: str, reckoned: float = SHEET, *, on_credit: bool = False) -> None:
        """Take what it is reckoned to cost out of the buckets.

        ``on_credit``: an empty bucket is drawn upon as far as a full one would be, however scarce it is.

        Raises:
            TooMuch: there is too little in them.
        """
        wait = self._with_file(lambda file: self._take(file, address, reckoned, on_credit=on_credit)) or 0
        if wait:
            raise TooMuch(wait)

    def settle(self, address: str, more: float) -> None:
        """Take what it cost beyond what was reckoned, or give back what it did not."""
        self._with_file(lambda file: self._change(file, self._client(file, address), -more))

    def left(self, address: str) -> tuple[float, float]:
        """What the buckets of a client and of the machine hold now; full ones where it is not counted."""

        def look(file: sqlite3.Connection) -> tuple[float, float]:
            client, at = self._client(file, address), self.now()
            return self._level(file, client, at), self._level(file, MACHINE, at)

        return self._with_file(look) or (self.client.holds, self.machine.holds)

    def _take(self, file: sqlite3.Connection, address: str, cost: float, *, on_credit: bool) -> int:
        """Seconds to wait; 0 if it was taken."""
        client, at = self._client(file, address), self.now()
        bucket = self._bucket(client)
        own = self._level(file, client, at)
        all_ = self._level(file, MACHINE, at)
        needed = cost - bucket.holds if on_credit else max(cost, self._needed(client, all_))
        in_debt = cost - self.machine.holds * ON_CREDIT - all_
        if own >= needed and (in_debt <= 0 or on_credit):
            self._change(file, client, -cost)
            return 0
        if own >= needed:  # many clients at once, each of them modest: families who search come first
            return min(max(math.ceil(in_debt / self.machine.a_second), 1), LONGEST_WAIT)
        waits = [(needed - own) / bucket.a_second]
        if own >= cost:  # it is scarce for all: either bucket may fill first
            waits.append((self.machine.holds * SCARCE - all_) / self.machine.a_second)
        return min(max(math.ceil(min(waits)), 1), LONGEST_WAIT)

    def _change(self, file: sqlite3.Connection, client: str, more: float) -> None:
        at = self.now()
        for name in {client, MACHINE}:
            holds = self._bucket(name).holds
            level = self._level(file, name, at) + more
            file.execute(_PUT, (name, max(min(level, holds), -holds), at))

    def _needed(self, client: str, machine_level: float) -> float:
        """What must be in one's own bucket: the emptier the machine's is, the more."""
        scarce = self.machine.holds * SCARCE
        missing = min(max((scarce - machine_level) / scarce, 0.0), 1.0)
        return 0.0 if client == MACHINE else MODEST * self.client.holds * missing

    def _bucket(self, name: str) -> Bucket:
        return self.machine if name == MACHINE else self.client

    def _level(self, file: sqlite3.Connection, name: str, at: float) -> float:
        bucket = self._bucket(name)
        found = file.execute("SELECT level, at FROM bucket WHERE client = ?", (name,)).fetchone()
        if found is None:
            return bucket.holds
        level, since = found
        # a clock that was set back only stops the filling
        return float(min(level + max(at - since, 0.0) * bucket.a_second, bucket.holds))

    def _client(self, file: sqlite3.Connection, address: str) -> str:
        """The number of an address today. With yesterday's secret goes all that was counted under it.

        The machine itself is nobody: all who come through a proxy that the settings do not know of.
        """
        network = network_of(address)
        if not network:
            return MACHINE
        today = self.today().isoformat()
        found = file.execute("SELECT salt FROM salt WHERE day = ?", (today,)).fetchone()
        if found is None:
            found = (secrets.token_bytes(32),)
            file.execute("DELETE FROM salt")
            file.execute("DELETE FROM bucket WHERE client != ?", (MACHINE,))
            file.execute("INSERT INTO salt VALUES (?, ?)", (today, found[0]))
        key = self.key.encode() + found[0]
        return hmac.new(key, network.encode(), hashlib.sha256).hexdigest()[:32]

    def _with_file(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do something within a transaction of the file; nothing where it cannot be used."""
        try:
            with closing(self._open()) as file:
                file.execute("BEGIN IMMEDIATE")
                done = work(file)
                file.execute(_FORGET, (MACHINE, self.now(), self.client.a_second, self.client.holds))
                file.execute("COMMIT")
                return done
        except (sqlite3.OperationalError, OSError) as error:  # locked, a full disk, no folder
            log.warning("What sheets cost is not counted just now: %s", error)
        except sqlite3.DatabaseError as error:
            log.warning("What sheets cost is counted from the beginning: %s", error)
            self._begin_anew()
        return None

    def _open(self) -> sqlite3.Connection:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        file = sqlite3.connect(self.folder / FILE, timeout=LOCKED_FOR, isolation_level=None)
        try:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = OFF")
            for table in _TABLES:
                file.execute(table)
        except sqlite3.Error:
            file.close()
            raise
        return file

    def _begin_anew(self) -> None:
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
            with suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)


def network_of(address: str) -> str:
    """Whom an address belongs to: itself; of IPv6 its /64, which a school or a household has to itself.

    Empty for the machine's own, and for what is no address.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or known
    if known.is_loopback:
        return ""
    return str(known) if isinstance(known, IPv4Address) else str(IPv6Network((known, _PREFIX), strict=False))


@dataclass(slots=True)
class Purse:
    """Who pays for what is being made."""

    budget: Budget
    address: str
    may_refuse: bool
    reckoned: float = 0.0
    may_typeset: bool = True

    def admit(self, reckoned: float) -> bool:
        """Pay before the first costly thing; whether it may be typeset."""
        if not self.reckoned:
            try:
                self.budget.admit(self.address, reckoned)
            except TooMuch:
                if self.may_refuse:
                    raise
                self.budget.admit(self.address, reckoned, on_credit=True)
                self.may_typeset = False
            self.reckoned = reckoned
        return self.may_typeset

    def close(self, spent: float) -> None:
        if self.reckoned or spent > FREE:
            self.budget.settle(self.address, spent - self.reckoned)


_PURSE: ContextVar[Purse | None] = ContextVar("purse", default=None)


@contextmanager
def spending(budget: Budget, address: str, *, may_refuse: bool = True) -> Iterator[None]:
    """Whatever is made within this is paid for by an address, in processor time of this thread.

    What is ready is not paid for. ``may_refuse``: false for plain pages, the way out for those who were
    refused. They are made on credit, without typesetting; only whoever has used that up too is refused.
    """
    purse = Purse(budget, address, may_refuse)
    before = _PURSE.set(purse)
    began = time.thread_time()
    try:
        yield
    finally:
        _PURSE.reset(before)
        purse.close((time.thread_time() - began) * 1000)


def pay(reckoned: float = SHEET) -> bool:
    """Said before anything costly is made: whether it may be. Outside of ``spending`` nobody pays.

    Raises:
        TooMuch: it may not, and whoever asked is to be told so.
    """
    purse = _PURSE.get()
    return purse is None or purse.admit(reckoned)


def may_go_without() -> bool:
    """Whether what is being made can do without typesetting: a plain page is a way out when all is busy."""
    purse = _PURSE.get()
    return purse is not None and not purse.may_refuse
