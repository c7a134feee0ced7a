"""A sheet as text, Word file and calendar: the same content, in every language, and nothing out of place."""

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pytest
from docx.oxml.ns import qn
from icalendar import Calendar

from hubfinder.display.language import KNOWN
from hubfinder.sheets.bidi import END, RIGHT_TO_LEFT_MARK, TO_THE_LEFT, TO_THE_RIGHT, isolated, runs
from hubfinder.sheets.calendar import calendar_of
from hubfinder.sheets.orders import Paper
from hubfinder.sheets.plain import text_of
from hubfinder.sheets.values import Line, More, Section, Session, Sheet, Text
from hubfinder.sheets.word import docx_of
from tests.support.sheets import ORDER, line, sheet

LONDON = ZoneInfo("Europe/London")
HARBOURMOUTH = "Z06000001"
AUTUMN, SPRING = date(2026, 11, 22), date(2027, 4, 25)


def of_lines(*lines: Line, **facts: Any) -> Sheet:
    """A sheet with just these lines."""
    made = sheet(0, national=None, **facts)
    return replace(made, sections=(Section("money", Text("Money"), lines),))


def all_words(made: Sheet) -> list[str]:
    """What must be found in every form."""
    words = [made.danger, str(made.title), made.correct_on, made.published_by, *made.notes]
    for one in made.lines:
        words += [str(one.name), str(one.what), str(one.when), str(one.where), one.telephone, one.checked]
    for helpline in made.helplines:
        words += [str(helpline.name), *helpline.numbers]
    return [*words, made.front_door.telephone, made.version.words]


def plain(text: str) -> str:
    """Without marks of direction."""
    return "".join(letter for letter in text if letter not in "\u200f\u2066\u2067\u2068\u2069")


# --- text


@pytest.mark.parametrize("language", KNOWN)
def test_the_text_says_all_that_the_sheet_says_and_danger_first(language: str) -> None:
    made = sheet(20, language)
    text = plain(text_of(made))
    assert text.startswith(made.danger)
    for words in all_words(made):
        assert words in text
    assert made.version.href in text


def test_a_listing_is_a_few_short_lines_without_what_is_not_known() -> None:
    bare = Line("service", "bare", 1, Text("Bare"), href="https://help.example.org/service/bare")
    assert "1. Bare\nhttps://help.example.org/service/bare\n" in text_of(of_lines(bare))
    text = text_of(of_lines(line(1), labels={key: key.title() for key in sheet(0).labels}))
    assert (
        "\n1. Health visitor helps 1. Everyone\n"
        "Health visitor helps you make a plan for calmer nights so bring.\n"
        "When: Wednesdays 10am to noon. Where: Quayside Family Hub, 12 Fish Row, ZA1\u00a02AB\n"
    ).replace("\u00a0", " ") in text
    assert "\n\n\n" not in text


def test_in_urdu_numbers_and_english_are_set_apart_from_what_runs_to_the_left() -> None:
    text = text_of(sheet(2, "ur"))
    lines = [one for one in text.splitlines() if one]
    assert all(one.startswith(RIGHT_TO_LEFT_MARK) for one in lines)
    assert f"{TO_THE_RIGHT}01632 960001{END}" in text
    assert f"{TO_THE_RIGHT}Quayside Family Hub{END}" in text
    for one in lines:
        assert one.count(TO_THE_RIGHT) + one.count(TO_THE_LEFT) == one.count(END)


def test_in_english_only_a_name_in_urdu_is_set_apart() -> None:
    text = text_of(of_lines(line(1, also=Text("نیند", "ur"))))
    assert f"({TO_THE_LEFT}نیند{END})" in text
    assert RIGHT_TO_LEFT_MARK not in text
    assert TO_THE_RIGHT not in text


@pytest.mark.parametrize(
    ("words", "set_apart"),
    [
        ("فون: 01632 960101", ["01632 960101"]),
        ("999 یا 55", ["999", "55"]),
        (
            "Quayside Family Hub, 12 Fish Row, ZA1\u00a02AB میں",
            ["Quayside Family Hub, 12 Fish Row, ZA1\u00a02AB"],
        ),
        ("1, 2 اور 3", ["1", "2", "3"]),
        ("£2.50 فی سیشن", ["£2.50"]),
        ("صرف اردو", []),
        ("", []),
    ],
)
def test_what_is_set_apart(words: str, set_apart: list[str]) -> None:
    assert [piece for piece, runs_right in runs(words) if runs_right] == set_apart
    assert "".join(piece for piece, _ in runs(words)) == words
    once = isolated(words, KNOWN["ur"])
    assert isolated(once, KNOWN["ur"]) == once, "what is set apart already stays as it is"


def test_for_a_text_message_there_are_only_a_few_names_and_numbers() -> None:
    made = sheet(8, more=More(12, "and 12 more", "https://help.example.org/more", ""))
    text = text_of(made, short=True)
    assert text.startswith(made.danger)
    assert "\nHealth visitor helps 1. 01632 960001\n" in text
    assert "\nAnd 18 more\nhttps://help.example.org/more" in text
    assert sum(str(line.name) in text for line in made.lines) == 5
    assert str(made.lines[0].what) not in text
    assert len(text) < len(text_of(made)) / 2


# --- Word


def opened(made: Sheet) -> Any:  # noqa: ANN401 - python-docx leaves out most of its types
    """The Word file, read again."""
    return docx.Document(io.BytesIO(docx_of(made)))


@pytest.mark.parametrize("language", KNOWN)
def test_the_word_file_says_all_that_the_sheet_says(language: str) -> None:
    made = sheet(20, language)
    text = "\n".join(paragraph.text for paragraph in opened(made).paragraphs).replace("\u00a0", " ")
    for words in all_words(made):
        assert words.replace("\u00a0", " ") in text


def test_headings_are_headings_so_that_one_can_go_from_one_to_the_next() -> None:
    made = sheet(5)
    headings = [(one.style.name, one.text) for one in opened(made).paragraphs if "Heading" in one.style.name]
    assert headings[0] == ("Heading 1", str(made.title))
    assert [text for level, text in headings if level == "Heading 1"] == [str(made.title)]
    assert ("Heading 3", "Quayside Family Hub") in headings
    assert [level for level, _ in headings].count("Heading 3") == 1 + 5 + 3
    assert not opened(made).tables


@pytest.mark.parametrize(
    ("language", "mark"), [("pl", ("pl-PL", "ar-SA")), ("ur", ("en-GB", "ur-PK")), ("bn", ("en-GB", "bn-BD"))]
)
def test_the_file_says_which_language_it_is_in(language: str, mark: tuple[str, str]) -> None:
    document = opened(sheet(1, language))
    default = next(document.styles.element.iter(qn("w:rPrDefault"))).find(f".//{qn('w:lang')}")
    assert (default.get(qn("w:val")), default.get(qn("w:bidi"))) == mark
    assert document.core_properties.language == mark[0] if language == "pl" else mark[1]
    assert document.core_properties.title == str(sheet(1, language).title)
    assert document.core_properties.author == "Harbourmouth Council"
    fonts = document.styles["Normal"].element.find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:cs")) == {"pl": "Arial", "ur": "Arial", "bn": "Nirmala UI"}[language]


def test_english_words_on_a_polish_sheet_are_marked_as_english() -> None:
    made = of_lines(line(1, "pl", also=Text("Sleep clinic", "en")), language="pl")
    runs_of = [run for one in opened(made).paragraphs for run in one.runs if run.text == "Sleep clinic"]
    assert [run._r.find(f".//{qn('w:lang')}").get(qn("w:val")) for run in runs_of] == ["en-GB"]


def test_an_urdu_file_runs_to_the_left_and_its_numbers_to_the_right() -> None:
    document = opened(sheet(3, "ur"))
    for paragraph in document.paragraphs:
        assert paragraph._p.pPr.find(qn("w:bidi")) is not None
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            is_urdu = any("\u0600" <= letter <= "\u06ff" for letter in run.text)
            assert not (is_urdu and not run.font.rtl), run.text
            assert not (run.font.rtl and any(letter.isascii() and letter.isalnum() for letter in run.text))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "01632\u00a0960001" in text, "a telephone number stays one number"


def test_an_english_file_does_not_run_to_the_left() -> None:
    document = opened(sheet(3))
    assert not list(document.element.iter(qn("w:bidi")))
    assert not list(document.element.iter(qn("w:rtl")))


def test_links_are_links_and_pictures_have_words() -> None:
    made = sheet(2)
    document = opened(made)
    targets = {one.target_ref for one in document.part.rels.values() if one.is_external}
    assert {made.lines[0].href, made.front_door.href, made.version.href} <= targets
    described = [one.get("descr") for one in document.element.iter(qn("wp:docPr"))]
    assert described == [f"QR: {made.front_door.href}", f"QR: {made.version.href}"]


def test_large_print_and_paper_are_as_chosen() -> None:
    document = opened(sheet(1, order=replace(ORDER, large=True, paper=Paper.A5)))
    assert document.styles["Normal"].font.size.pt == 18
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (
        148,
        210,
    )


def test_the_same_sheet_gives_the_same_file() -> None:
    assert docx_of(sheet(3, "pl")) == docx_of(sheet(3, "pl"))


def test_forms_of_a_sheet_without_hub_lines_or_map_are_whole() -> None:
    made = sheet(0, hub=None, map=None, national=None, helplines=(), notes=())
    assert made.danger in text_of(made)
    assert str(made.title) in opened(made).paragraphs[0].text
    assert not events_of(made)


# --- calendar


def with_session(session: Session, council: str = "") -> Sheet:
    return of_lines(line(1, sessions=(session,)), council=council)


def events_of(made: Sheet, first: date = AUTUMN, last: date = SPRING) -> list[Any]:
    """The events of its calendar, read again; their values have too many types to be told apart."""
    return list(Calendar.from_ical(calendar_of(made, first, last)).events)


def event_of(made: Sheet, first: date = AUTUMN, last: date = SPRING) -> Any:  # noqa: ANN401 - as above
    (event,) = events_of(made, first, last)
    return event


def happens(event: Any) -> list[datetime]:  # noqa: ANN401 - as above
    """All times at which an event begins, as a calendar works them out."""
    start = event["DTSTART"].dt
    until = event["RRULE"]["UNTIL"][0]
    out = {one.dt for one in event["EXDATE"].dts} if "EXDATE" in event else set()
    found = []
    day = start.date()
    while (at := datetime.combine(day, start.time(), LONDON)) <= until:
        found += [at] if at not in out else []
        day += timedelta(weeks=1)
    return found


def test_a_session_stays_at_its_hour_when_the_clocks_change() -> None:
    event = event_of(with_session(Session(2, time(10), time(12))), date(2027, 3, 15), date(2027, 4, 10))
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    times = happens(event)
    assert [at.date().isoformat() for at in times] == ["2027-03-17", "2027-03-24", "2027-03-31", "2027-04-07"]
    assert {at.hour for at in times} == {10}
    assert [at.utcoffset() for at in times[1:3]] == [timedelta(0), timedelta(hours=1)]
    whole = calendar_of(with_session(Session(2, time(10), time(12))), date(2027, 3, 15), date(2027, 4, 10))
    assert b"UNTIL=20270407T090000Z" in whole, (
        "in summer the last one is an hour earlier by the world's clock"
    )
    assert b"BEGIN:VTIMEZONE" in whole


def test_in_school_holidays_what_is_for_term_time_does_not_happen() -> None:
    term = event_of(with_session(Session(2, time(10), time(12), "term"), HARBOURMOUTH))
    days = [at.date() for at in happens(term)]
    assert date(2026, 12, 16) in days
    assert date(2026, 12, 23) not in days
    assert date(2027, 1, 6) in days
    holidays = event_of(with_session(Session(2, time(10), time(12), "holidays"), HARBOURMOUTH))
    assert happens(holidays)[0].date() == date(2026, 12, 23)
    assert date(2027, 1, 13) not in [at.date() for at in happens(holidays)]


def test_where_nobody_has_said_when_schools_are_open_every_week_stands_and_the_words_say_when() -> None:
    event = event_of(with_session(Session(2, time(10), time(12), "term")))
    assert date(2026, 12, 23) in [at.date() for at in happens(event)]
    assert "Wednesdays 10am to noon" in event["DESCRIPTION"]


def test_bank_holidays_are_left_out() -> None:
    days = [at.date() for at in happens(event_of(with_session(Session(4, time(10), time(12)))))]
    assert date(2026, 12, 18) in days
    assert date(2026, 12, 25) not in days
    assert date(2027, 3, 26) not in days, "Good Friday"


def test_what_does_not_happen_in_these_weeks_is_not_in_the_calendar() -> None:
    made = with_session(Session(2, time(10), time(12), "holidays"), HARBOURMOUTH)
    assert not events_of(made, date(2026, 11, 23), date(2026, 12, 13))


def test_an_event_says_what_where_and_how() -> None:
    event = event_of(of_lines(line(1, website="sleep.example.org", note=Text("Ask first, please"))))
    assert event["SUMMARY"] == "Health visitor helps 1"
    assert event["LOCATION"] == "Quayside Family Hub, 12 Fish Row, ZA1 2AB"
    assert event["URL"] == "https://help.example.org/service/made-up-1"
    for words in ("01632 960001", "sleep.example.org", "Ask first, please", "Free", "Correct on 22 November"):
        assert words in event["DESCRIPTION"]
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)
    assert "ORGANIZER" not in event


def test_a_session_over_midnight_ends_the_day_after() -> None:
    event = event_of(with_session(Session(4, time(22), time(1))))
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=3)


def test_imported_again_the_events_are_the_same_ones() -> None:
    sessions = (
        Session(2, time(10), time(12)),
        Session(2, time(14), time(15)),
        Session(2, time(10), time(12), "term"),
    )
    first = events_of(of_lines(line(1, sessions=sessions)))
    later = replace(
        of_lines(line(1, sessions=(Session(2, time(11), time(13)), *sessions[1:]))), made_on=SPRING
    )
    second = events_of(later)
    assert len({event["UID"] for event in first}) == 3
    assert [event["UID"] for event in first] == [event["UID"] for event in second]
    assert second[0]["SEQUENCE"] > first[0]["SEQUENCE"]
    assert second[0]["DTSTART"].dt.hour == 11


@pytest.mark.parametrize("language", KNOWN)
def test_the_file_is_as_the_standard_asks(language: str) -> None:
    made = sheet(20, language)
    whole = calendar_of(made, AUTUMN, SPRING)
    assert whole == calendar_of(made, AUTUMN, SPRING), "the same every time"
    assert whole.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in whole.replace(b"\r\n", b"")
    assert all(len(one) <= 75 for one in whole.split(b"\r\n"))
    calendar = Calendar.from_ical(whole)
    assert not calendar.errors
    assert "METHOD" not in calendar
    assert str(calendar["X-WR-CALNAME"]) == str(made.title)
    assert len(calendar.events) == 20
    assert {event["DTSTAMP"].dt.date() for event in events_of(made)} == {made.made_on}
    assert calendar.to_ical(sorted=False) == whole, "read and written again it is the same"


@pytest.mark.parametrize(
    "name",
    [
        "St Bartholomew-\u200band-\u200bAll-\u200bAngels",
        "Forest School (Harbourmouth)",
        "St Anne's (Old) School",
    ],
)
def test_a_name_in_a_line_that_runs_to_the_left_stays_whole(name: str) -> None:
    pieces = [words for words, to_the_right in runs(f"مدد: {name}") if to_the_right]

    assert pieces == [name]
