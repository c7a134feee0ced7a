"""The page about when: sessions of the week, days that are different, hours in words, free places."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hubfinder.directory.other_days import checked, in_order
from hubfinder.directory.values import Malformed, OtherDays
from hubfinder.display.words import gettext
from hubfinder.listings.content import Content, days_content, hours
from hubfinder.listings.typed_values import Unclear, day_typed, read_day, read_time
from hubfinder.listings.written import Around, Form, Written, columns, one, rows, shown_texts, texts
from hubfinder.vocab import Season, Weekday

SESSION = ("weekday", "from", "to", "season", "site", "note")
DAYS = ("first", "last", "days_from", "days_to", "days_note")
IN_WORDS = ("hours", "vacancies", "vacancies_note")


def show(content: Content, around: Around) -> dict[str, list[str]]:
    sessions = [
        (
            row["weekday"],
            row["opens_at"],
            row["closes_at"],
            row["season"],
            around.shown(row["site"]),
            row["note"],
        )
        for row in content.get("schedule") or ()
    ]
    days = [_shown_days(row) for row in content.get("exceptions") or ()]
    return {**columns(SESSION, sessions), **columns(DAYS, days), **shown_texts(content, *IN_WORDS)}


def _shown_days(row: dict[str, Any]) -> tuple[str, ...]:
    first, last = (day_typed(date.fromisoformat(row[end])) for end in ("first_day", "last_day"))
    return first, "" if last == first else last, row["opens_at"] or "", row["closes_at"] or "", row["note"]


def read(form: Form, around: Around) -> Written:
    problems: dict[str, str] = {}
    found: dict[str, Any] = dict(texts(form, "hours", "vacancies_note"))
    found["vacancies"] = one(form, "vacancies") or None
    sessions = _sessions(rows(form, *SESSION), around, problems)
    days = _days(rows(form, *DAYS), problems)
    if not any(name.startswith(SESSION) for name in problems):
        found["schedule"] = sessions
    if not any(name.startswith(DAYS) for name in problems):
        found["exceptions"] = days
    return Written(found, problems)


def _sessions(lines: Sequence[tuple[str, ...]], around: Around, problems: dict[str, str]) -> list[Any]:
    """The sessions of the rows that somebody filled in; an empty row is none."""
    found = []
    for number, (weekday, opens, closes, season, site, note) in enumerate(lines):
        if not (weekday or opens or closes or note):
            continue
        if weekday not in set(Weekday):
            problems[f"weekday-{number}"] = gettext("Choose the day of this session")
        times = _hours(opens, closes, (f"from-{number}", f"to-{number}"), problems)
        if season and season not in set(Season):
            problems[f"season-{number}"] = gettext("Choose when in the school year it runs")
        where = around.key(site)
        if times:
            found.append(
                {
                    "weekday": weekday, "opens_at": times[0], "closes_at": times[1],
                    "season": season or Season.ALWAYS.value, "note": note, "site": where,
                }
            )  # fmt: skip
    return found


def _hours(
    opens: str, closes: str, names: tuple[str, str], problems: dict[str, str]
) -> tuple[str, str] | None:
    """Beginning and end as ``HH:MM``; none, and why, where they are no times."""
    ends = []
    for text, name, missing in (
        (opens, names[0], gettext("Write when it begins, such as 9:30am")),
        (closes, names[1], gettext("Write when it ends, such as 11:30am")),
    ):
        if not text:
            problems[name] = missing
            continue
        try:
            ends.append(read_time(text))
        except Unclear as unclear:
            problems[name] = str(unclear)
    if len(ends) < 2:
        return None
    if ends[1] <= ends[0]:
        problems[names[1]] = gettext("This ends before it begins")
        return None
    return hours(ends[0]), hours(ends[1])


def _days(lines: Sequence[tuple[str, ...]], problems: dict[str, str]) -> list[Any]:
    found: list[OtherDays] = []
    for number, line in enumerate(lines):
        if any(line):
            stretch = _stretch(number, line, problems)
            if stretch:
                found.append(stretch)
    try:
        return [days_content(some) for some in in_order(found)]
    except Malformed:
        problems["first-0"] = gettext("Two of these say something about the same day")
        return []


def _stretch(number: int, line: tuple[str, ...], problems: dict[str, str]) -> OtherDays | None:
    first, last, opens, closes, note = line
    begins = _day(first, f"first-{number}", problems)
    ends = _day(last, f"last-{number}", problems) if last else begins
    times = None
    if opens or closes:
        times = _hours(opens, closes, (f"days_from-{number}", f"days_to-{number}"), problems)
        if times is None:
            return None
    if begins is None or ends is None:
        return None
    clock = [read_time(text) for text in times] if times else [None, None]
    try:
        return checked(OtherDays(begins, ends, clock[0], clock[1], note))
    except Malformed:
        problems[f"last-{number}"] = gettext("The last day is before the first, or more than a year later")
        return None


def _day(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        problems[name] = gettext("Write a date such as 22/12/2026")
        return None
    try:
        return read_day(text)
    except Unclear as unclear:
        problems[name] = str(unclear)
        return None
