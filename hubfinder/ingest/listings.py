"""What the files of the directory have in common: their cells, keys that stand once, and search documents."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

from hubfinder.clock import today
from hubfinder.directory.costs import read_costs
from hubfinder.directory.other_days import read_other_days
from hubfinder.directory.plain import KEY, LANGUAGES, TELEPHONE
from hubfinder.directory.schedules import read_schedule
from hubfinder.directory.values import Cost, Malformed, OtherDays, Touched, WeeklySession
from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.table import Aliases
from hubfinder.ingest.words import plain
from hubfinder.listings.recording import record_services
from hubfinder.people.values import A_COMMAND
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import Origin

LONGEST_AGO = timedelta(days=round(50 * 365.25))
_DAYS_AGO = re.compile(r"([0-9]{1,5}) days? ago")


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


D = TypeVar("D", bound=Keyed)
T = TypeVar("T")


def each_once(
    loading: Loading, read: Callable[[Row], D], needs: Sequence[str], aliases: Aliases | None = None
) -> list[tuple[int, D]]:
    """The rows of a file with their numbers. One whose key stood further up is refused."""
    seen: dict[str, int] = {}

    def once(row: Row) -> tuple[int, D]:
        details = read(row)
        if details.key in seen:
            raise RowRefused("key", f"{quoted(details.key)} stands in row {seen[details.key]:,} already")
        seen[details.key] = row.number
        return row.number, details

    return list(loading.each(once, needs=needs, aliases=aliases))


def finish(loading: Loading, touched: Touched) -> None:
    """Record what listings say now, and write the search documents of what was touched: one transaction."""
    if touched:
        record_services(loading.session, touched.services, Origin.IMPORT, A_COMMAND.name, loading.path.name)
        refresh_documents(loading.session, services=touched.services, locations=touched.locations)


def own_key(row: Row) -> str:
    """The key of what the row tells of."""
    key = row.key()
    if not key:
        raise RowRefused("key", "is empty")
    return key


def telephone(row: Row, column: str = "telephone") -> str:
    cell = " ".join(row.text(column, longest=60).split())
    if cell and not TELEPHONE.fullmatch(cell):
        raise RowRefused(column, f"{quoted(cell)} is not a telephone number")
    return cell


def schedule(row: Row, column: str = "schedule") -> tuple[WeeklySession, ...]:
    return _understood(column, read_schedule, plain(column, row.text(column, longest=4_000)))


def opening(row: Row, column: str = "opening") -> tuple[WeeklySession, ...]:
    """When a place itself is open: its sessions are at no other."""
    sessions = schedule(row, column)
    if any(session.site for session in sessions):
        raise RowRefused(column, "names a place with “@”, but is about this one")
    return sessions


def costs(row: Row, column: str = "cost") -> tuple[Cost, ...]:
    return _understood(column, read_costs, plain(column, row.text(column, longest=2_000)))


def other_days(row: Row, column: str = "exceptions") -> tuple[OtherDays, ...]:
    return _understood(column, read_other_days, plain(column, row.text(column, longest=4_000)))


def languages(row: Row, column: str = "languages") -> tuple[str, ...]:
    """Codes of ISO 639, each once."""
    codes = tuple(dict.fromkeys(part.lower() for part in row.items(column)))
    for code in codes:
        if code not in LANGUAGES:
            raise RowRefused(column, f"{quoted(code)} is not the code of a language, such as pl or ur")
    return codes


def keys(row: Row, column: str) -> tuple[str, ...]:
    """Keys of other things, each once."""
    found = tuple(dict.fromkeys(row.items(column)))
    for key in found:
        if not KEY.fullmatch(key):
            raise RowRefused(column, f"{quoted(key)} is not a key: use a-z, 0-9 and single hyphens")
    return found


def past_day(row: Row, column: str) -> date | None:
    """A date that is not to come: ``2026-03-31``, ``today`` or ``9 days ago``; none for an empty cell."""
    cell = row.text(column).lower()
    ago = _DAYS_AGO.fullmatch(cell)
    days = int(ago[1]) if ago else 0
    day = today() - timedelta(days=days) if ago or cell == "today" else row.day(column)
    if day and day > today():
        raise RowRefused(column, f"{day.isoformat()} is still to come")
    if day and today() - day > LONGEST_AGO:
        raise RowRefused(column, f"{quoted(cell)} is more than 50 years ago")
    return day


def _understood(column: str, read: Callable[[str], T], cell: str) -> T:
    try:
        return read(cell)
    except Malformed as error:
        raise RowRefused(column, str(error)) from error
