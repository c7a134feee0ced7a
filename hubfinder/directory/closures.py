"""Days that are not as in other weeks: a place is shut or has other hours, a service pauses or has others.

Rules, in this order, for one session on one day:

1. Where its place is shut that day, or the service says that it is not on, it is not on.
2. Where the service says other hours for the day, it is at those.
3. Where the place says other hours, and they leave nothing of the session, it is not on.

Other hours of several days hold for the days of them on which it usually is; those of one single day hold on
that day, whatever it usually is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Closure, Location, ScheduleException, Service

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class DayOff:
    """Days, the last one counting, that are not as in other weeks."""

    first_day: date
    last_day: date
    opens_at: time | None = None
    closes_at: time | None = None
    """Other hours; none: shut, or not on."""
    why: str = ""
    site: str = ""
    """Key of the place that it is about; empty where it is about whatever it is asked of itself."""

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def meets(self, first: date, last: date) -> bool:
        """Whether any of the days between these two is one of its own."""
        return self.first_day <= last and first <= self.last_day

    @property
    def hours(self) -> Hours | None:
        return None if self.opens_at is None or self.closes_at is None else (self.opens_at, self.closes_at)

    @property
    def is_single(self) -> bool:
        return self.first_day == self.last_day


@dataclass(frozen=True, slots=True)
class OnDay:
    """A session on one day: its hours, none where it is not on; and why, where it is not as usual."""

    hours: Hours | None
    why: str = ""
    is_changed: bool = False


def on_day(day: date, usual: Hours, days_off: Iterable[DayOff]) -> OnDay:
    """One session that is usually at these hours, on a day; ``days_off`` are of its service and its place."""
    there = [off for off in days_off if off.holds(day)]
    shut = next((off for off in there if off.hours is None), None)
    if shut:
        return OnDay(None, shut.why, is_changed=True)
    own = next((off for off in there if not off.site), None)
    if own:
        return OnDay(own.hours, own.why, is_changed=True)
    for off in there:
        if off.hours and (off.hours[1] <= usual[0] or usual[1] <= off.hours[0]):
            return OnDay(None, off.why, is_changed=True)
    return OnDay(usual)


def extra_on(day: date, days_off: Iterable[DayOff]) -> list[DayOff]:
    """Other hours said for this single day, which may be a day on which it usually is not."""
    there = [off for off in days_off if off.holds(day)]
    if any(off.hours is None for off in there):
        return []
    return [off for off in there if off.is_single and not off.site]


def is_undone(off: DayOff, days_off: Iterable[DayOff]) -> bool:
    """Whether these are other hours that hold on none of their days: on each it is shut, or not on."""
    day = off.first_day
    for shut in sorted((one for one in days_off if one.hours is None), key=_order):
        if off.hours is None or shut.first_day > day:
            return False
        if shut.last_day >= off.last_day:
            return True
        day = max(day, shut.last_day + timedelta(1))
    return False


def at_site(days_off: Iterable[DayOff], site: str) -> list[DayOff]:
    """Those that are about everything, and those about one place."""
    return [off for off in days_off if off.site in ("", site)]


def days_off_at(location: Location, since: date) -> tuple[DayOff, ...]:
    """When a place is shut or has other hours, from a day on. Its relations must be loaded."""
    closures = (DayOff(row.first_day, row.last_day, why=row.reason) for row in location.closures)
    return _since(since, (*closures, *map(_exception, location.exceptions)))


def days_off_of(service: Service, sites: Iterable[Location], since: date) -> tuple[DayOff, ...]:
    """What changes the sessions of a service from a day on: of its own, and of each of its public places."""
    own = map(_exception, service.exceptions)
    of_sites = (replace(off, site=site.key) for site in sites for off in days_off_at(site, since))
    return _since(since, (*own, *of_sites))


def closed_on(session: Session, day: date) -> set[int]:
    """Ids of the locations that are not as usual on a day: shut, or with other hours."""
    shut = select(Closure.location_id).where(Closure.first_day <= day, Closure.last_day >= day)
    others = select(ScheduleException.location_id).where(
        ScheduleException.location_id.is_not(None),
        ScheduleException.first_day <= day,
        ScheduleException.last_day >= day,
    )
    return set(session.scalars(shut.union(others)))


def changed_on(session: Session, day: date) -> set[int]:
    """Ids of the services that say of themselves that a day is not as usual."""
    chosen = select(ScheduleException.service_id).where(
        ScheduleException.service_id.is_not(None),
        ScheduleException.first_day <= day,
        ScheduleException.last_day >= day,
    )
    return {id_ for id_ in session.scalars(chosen) if id_ is not None}


def _exception(row: ScheduleException) -> DayOff:
    return DayOff(row.first_day, row.last_day, row.opens_at, row.closes_at, row.note)


def _since(since: date, days_off: Iterable[DayOff]) -> tuple[DayOff, ...]:
    return tuple(sorted((off for off in days_off if off.last_day >= since), key=_order))


def _order(off: DayOff) -> tuple[date, date, str, bool]:
    return off.first_day, off.last_day, off.site, off.hours is not None
