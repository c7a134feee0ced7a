"""The weekly sessions on a sheet as a calendar file (iCalendar, RFC 5545)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone, vText

from hubfinder.clock import LONDON
from hubfinder.directory.closures import DayOff, Hours, on_day
from hubfinder.search.school_year import SchoolYears, bank_holidays
from hubfinder.settings import PROJECT
from hubfinder.sheets.values import Line, Session, Sheet, Text
from hubfinder.vocab import Season

DAYS_A_WEEK = 7
MADE_BY = "-//hubfinder//local offer sheet//EN"
NUMBERED_FROM = date(2026, 1, 1)
"""Changes of an event are numbered by the day of the sheet, counted from here."""
_LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


def calendar_of(sheet: Sheet, first: date, last: date, years: SchoolYears | None = None) -> bytes:
    """One weekly event for each session on the sheet, from the first to the last day, both included.

    Bank holidays are left out, and so are days outside the season of a session where somebody has said when
    this council's schools are open; ``years`` are the dates hubfinder ships unless given. A session that does
    not happen in this time has no event.
    """
    calendar = _empty(sheet)
    for line in sheet.lines:
        many: Counter[tuple[int, str]] = Counter()
        for session in line.sessions:
            many[session.day, session.season] += 1
            days = list(_days(session, first, last, sheet.council, years or _shipped(), line.days_off))
            if any(happens for _, happens in days):
                name = f"{line.key}-{session.day}-{session.season}-{many[session.day, session.season]}"
                calendar.add_component(_event(sheet, line, session, name, days))
        for day, hours in _other_hours(line, first, last):
            once = Session(day.weekday(), *hours)
            name = f"{line.key}-{day.isoformat()}-{hours[0].isoformat('minutes')}"
            calendar.add_component(_event(sheet, line, once, name, [(day, True)]))
    written: bytes = calendar.to_ical(sorted=False)
    return written


@cache
def _shipped() -> SchoolYears:
    return SchoolYears(PROJECT / "seeds")


def _empty(sheet: Sheet) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MADE_BY)
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what was there before it
        calendar.add(name, vText(str(sheet.title)))
    calendar.add("x-wr-timezone", LONDON.key)
    said = f"{sheet.danger}\n{sheet.correct_on}\n{sheet.published_by}"
    for name in ("description", "x-wr-caldesc"):
        calendar.add(name, vText(said))
    calendar.add("url", sheet.version.href)
    calendar.add_component(Timezone.from_ical(_LONDON))
    return calendar


def _days(
    session: Session, first: date, last: date, council: str, years: SchoolYears, days_off: Sequence[DayOff]
) -> Iterator[tuple[date, bool]]:
    """Every day of the week that is the session's, and whether it happens as usual."""
    closed = bank_holidays(years.seeds / "bank_holidays.csv")
    day = first + timedelta((session.day - first.weekday()) % DAYS_A_WEEK)
    while day <= last:
        season = years.season(day, council)
        in_season = session.season == Season.ALWAYS.value or season is None or season.value == session.season
        usual = on_day(day, (session.opens, session.closes), days_off)
        yield day, in_season and day not in closed and not usual.is_changed
        day += timedelta(DAYS_A_WEEK)


def _other_hours(line: Line, first: date, last: date) -> Iterator[tuple[date, Hours]]:
    """Days on which it is at other hours than usual, each once."""
    own = [off for off in line.days_off if off.hours and not off.site]
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        here = [off for off in own if off.holds(day)]
        is_usual = any(session.day == day.weekday() for session in line.sessions)
        is_shut = any(off.hours is None and off.holds(day) for off in line.days_off)
        if here and here[0].hours and not is_shut and (is_usual or here[0].is_single):
            yield day, here[0].hours


def _event(sheet: Sheet, line: Line, session: Session, name: str, days: Sequence[tuple[date, bool]]) -> Event:
    """An event that begins on the first day on which it happens, and ends with the last.

    A file imported again changes the events of the one before: ``name`` stays, and the number grows.
    """
    there = [day for day, happens in days if happens]
    missing = [day for day, happens in days if not happens and there[0] < day < there[-1]]
    event = Event()
    event.add("uid", f"{name}@{urlsplit(line.href).hostname or 'hubfinder'}")
    event.add("dtstamp", datetime.combine(sheet.made_on, time(), UTC))
    event.add("sequence", max(0, (sheet.made_on - NUMBERED_FROM).days))
    event.add("dtstart", _at(there[0], session.opens))
    overnight = timedelta(1 if session.closes <= session.opens else 0)
    event.add("dtend", _at(there[0] + overnight, session.closes))
    until = _at(there[-1], session.opens).astimezone(UTC)
    event.add("rrule", {"freq": "weekly", "until": until})
    if missing:
        event.add("exdate", [_at(day, session.opens) for day in missing])
    _say(event, "summary", line.name, sheet)
    _say(event, "location", line.where, sheet)
    event.add("description", _description(sheet, line, session), {"LANGUAGE": sheet.language.code})
    event.add("url", line.href)
    if line.point:
        event.add("geo", line.point)
    event.add("transp", "TRANSPARENT")  # nobody is busy because a session is on
    return event


def _say(event: Event, name: str, text: Text, sheet: Sheet) -> None:
    if text:
        event.add(name, str(text), {"LANGUAGE": text.language or sheet.language.code})


def _description(sheet: Sheet, line: Line, session: Session) -> str:
    labelled = (
        ("when", line.times),
        ("cost", line.cost),
        ("telephone", line.telephone),
        ("text", line.text_number),
        ("website", line.website),
    )
    said = [str(line.what), session.note]
    said += [f"{sheet.labels[key]}: {value}" for key, value in labelled if value]
    said += [str(line.note), line.checked, sheet.correct_on]
    return "\n".join(one for one in said if one)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON)
