"""Wrong references and codes, counted, so that nobody finds one by trying; and forms that somebody begins, so
that nobody fills the vault with them. Nothing says who it was, or which.

Counts stand in the vault, for all workers. Whoever calls ``count`` has begun with ``begin_writing``, and
commits.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.referrals.models import Lookup
from hubfinder.vault.keys import Keyring

KEPT = timedelta(days=1)
OF_A_NETWORK = (30, timedelta(minutes=15))
"""A surgery or a school behind one address looks up some of its own; nobody mistypes thirty."""
OF_A_REFERENCE = (10, timedelta(hours=1))
"""Wrong codes for one reference, from wherever."""
OF_NOBODY_KNOWN = (2_000, timedelta(hours=1))
"""Where it is not known where anybody comes from. Otherwise there is none for all together: wrong codes from
many would close the page to those with the right ones, and a code is far too long to be found by many.
"""
_DEVICE, _HOUSEHOLD = 64, 56
"""Bits of an IPv6 network: of one device, and of what one line may have to itself."""
FORMS_OF_A_NETWORK = (200, timedelta(minutes=15))
"""Forms begun: all families of a school on one evening, behind one address, are not as many."""
FORMS_OF_A_DAY = (2_000, timedelta(days=1))
"""Of a network too. For all together there is none: a flood from many would close the form to families."""


class TooManyLookups(Exception):
    """No more are looked at now; ``seconds`` later one will be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Try:
    """One reference or code that somebody typed."""

    network: str
    """Where from, see ``sheets.budget.network_of``; empty where that is not known."""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """One form that somebody begins. One that they go on with is none."""

    network: str
    """As above; where it is not known nothing is counted."""


Counted = Try | Begun


def check(session: Session, ring: Keyring, one: Counted) -> None:
    """Raise if one more would be too many.

    Raises:
        TooManyLookups: it would.
    """
    moment = utc_now()
    for digest, (most, within) in _limits(ring, one):
        begins = moment - within
        times = select(func.count(), func.min(Lookup.at)).where(Lookup.digest == digest, Lookup.at > begins)
        number, first = session.execute(times).one()
        if number >= most:
            raise TooManyLookups(max(1, int((as_utc(first) + within - moment).total_seconds())))


def count(session: Session, ring: Keyring, one: Counted) -> None:
    """One that was wrong; those of yesterday are forgotten."""
    moment = utc_now()
    session.execute(delete(Lookup).where(Lookup.at < moment - KEPT))
    session.add_all(Lookup(digest=digest, at=moment) for digest in _digests(ring, one))
    session.flush()


def take(session: Session, ring: Keyring, one: Counted) -> list[int]:
    """Count one as wrong before it is looked at: sixty at the same moment are sixty, whoever answers them.
    A form is counted as it begins.

    What comes back is to be given to ``forgive`` if it was right.

    Raises:
        TooManyLookups: it is one too many; nothing was counted.
    """
    _take_turns(session, ring, one)
    check(session, ring, one)
    moment = utc_now()
    session.execute(delete(Lookup).where(Lookup.at < moment - KEPT))
    rows = [Lookup(digest=digest, at=moment) for digest in _digests(ring, one)]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def forgive(session: Session, counted: Sequence[int]) -> None:
    """It was right: it never counted."""
    session.execute(delete(Lookup).where(Lookup.id.in_(counted)))


def _take_turns(session: Session, ring: Keyring, one: Counted) -> None:
    """Until the transaction ends nobody else counts the same; on SQLite one writes at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for digest in _digests(ring, one):
            session.execute(select(func.pg_advisory_xact_lock(int(digest[:15], 16))))


def _digests(ring: Keyring, one: Counted) -> list[str]:
    return sorted({digest for digest, _ in _limits(ring, one)})


def _limits(ring: Keyring, one: Counted) -> list[tuple[str, tuple[int, timedelta]]]:
    if isinstance(one, Begun):
        digest = _digest(ring, "begun", one.network)
        return [(digest, FORMS_OF_A_NETWORK), (digest, FORMS_OF_A_DAY)] if one.network else []
    if one.network:
        found = [(_digest(ring, "network", _line_of(one.network)), OF_A_NETWORK)]
    else:
        found = [(_digest(ring, "all", ""), OF_NOBODY_KNOWN)]
    if one.reference:
        found.append((_digest(ring, "reference", one.reference), OF_A_REFERENCE))
    return found


def _line_of(network: str) -> str:
    """What one household or school may have altogether: of IPv6 more than the network of one device."""
    known = ip_network(network)
    return str(known.supernet(new_prefix=_HOUSEHOLD)) if known.prefixlen == _DEVICE else network


def _digest(ring: Keyring, kind: str, text: str) -> str:
    return hmac.new(ring.mark("lookup", kind), text.encode(), hashlib.sha256).hexdigest()
