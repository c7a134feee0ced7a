"""When the family hub is open this week: term and holidays, bank holidays, other languages."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location, Phone, Schedule
from hubfinder.display.language import KNOWN, speaking
from hubfinder.display.timetables import Slot
from hubfinder.places.values import Membership
from hubfinder.search.school_year import SchoolYears
from hubfinder.settings import PROJECT
from hubfinder.sheets.opening import HOLIDAYS, opening_in_week
from hubfinder.sheets.orders import ScopeKind, ScopeName, SheetOrder
from hubfinder.vocab import Basis, FootprintKind, PhoneType, Season, Weekday
from tests.support import factories as made
from tests.support.composing import SCHOOL, composed, scope

YEARS = SchoolYears(PROJECT / "seeds")
OURS, UNKNOWN = "Z06000001", ""
WEEKDAYS = [Slot(day, time(9), time(17)) for day in range(5)]
SEASONAL = [
    Slot(0, time(9), time(12), Season.TERM),
    Slot(0, time(10), time(11), Season.HOLIDAYS),
    Slot(1, time(9), time(12)),
]


def days(slots: list[Slot], day: date, council: str = OURS) -> list[tuple[str, str]]:
    return [(one.name, one.hours) for one in opening_in_week(slots, day, YEARS, council).days]


def test_days_with_the_same_hours_stand_together(app: object) -> None:
    assert app
    week = opening_in_week(WEEKDAYS, date(2026, 11, 25), YEARS, OURS)
    assert week.week == "Open this week, 23 to 29 November"
    assert [(one.name, one.hours, one.is_closed) for one in week.days] == [
        ("Mon to Fri", "9am to 5pm", False),
        ("Sat, Sun", "closed", True),
    ]
    assert week.note == ""


def test_a_week_may_lie_in_two_months_and_begins_after_a_sunday(app: object) -> None:
    assert app
    sunday = opening_in_week(WEEKDAYS, date(2026, 11, 29), YEARS, OURS)
    assert sunday.week == "Open this week, 30 November to 6 December"
    saturday = opening_in_week(WEEKDAYS, date(2026, 11, 28), YEARS, OURS)
    assert saturday.week == "Open this week, 23 to 29 November"


def test_term_and_holidays_have_their_own_hours(app: object) -> None:
    assert app
    assert days(SEASONAL, date(2026, 11, 23))[:2] == [
        ("Mon, Tue", "9am to noon"),
        ("Wed to Sun", "closed"),
    ]
    assert days(SEASONAL, date(2026, 10, 26))[:2] == [("Mon", "10am to 11am"), ("Tue", "9am to noon")]


def test_where_nobody_has_said_when_school_is_both_are_shown_with_a_note(app: object) -> None:
    assert app
    week = opening_in_week(SEASONAL, date(2026, 11, 23), YEARS, UNKNOWN)
    assert week.days[0].hours == "9am to noon in term time, 10am to 11am in school holidays"
    assert week.note == "Opening times may be different in school holidays."
    assert opening_in_week(WEEKDAYS, date(2026, 11, 23), YEARS, UNKNOWN).note == ""


def test_a_bank_holiday_may_be_shut(app: object) -> None:
    assert app
    every_day = [Slot(day, time(9), time(17)) for day in range(7)]
    assert days(every_day, date(2026, 12, 24)) == [
        ("Mon to Thu", "9am to 5pm"),
        ("Fri", "may be shut: Christmas Day"),
        ("Sat", "may be shut: Boxing Day"),
        ("Sun", "9am to 5pm"),
    ]
    assert days(WEEKDAYS, date(2026, 12, 24))[-1] == ("Sat, Sun", "closed"), "closed in any case"
    assert days(WEEKDAYS, date(2026, 12, 28))[0] == ("Mon", "may be shut: Boxing Day")


def test_all_bank_holidays_of_the_file_can_be_translated() -> None:
    names = {YEARS.bank_holiday(date(2026, 1, 1)), YEARS.bank_holiday(date(2027, 12, 28))}
    assert all(any(name.startswith(known) for known in HOLIDAYS) for name in names)
    assert YEARS.bank_holiday(date(2026, 11, 23)) == ""


@pytest.mark.parametrize("language", KNOWN)
def test_every_language_has_short_days(app: object, language: str) -> None:
    assert app
    with speaking(KNOWN[language]):
        week = opening_in_week(WEEKDAYS, date(2026, 11, 23), YEARS, OURS)
    assert len(week.days) == 2
    assert all(one.name and one.hours for one in week.days)


@pytest.fixture
def hub(session: Session) -> Location:
    place = made.location(
        session,
        made.north_of(made.HERE, 700),
        key="quayside-family-hub",
        name="Quayside Family Hub",
        address="12 Fish Row",
        is_family_hub=True,
    )
    place.schedules = [
        Schedule(weekday=Weekday.MON, opens_at=time(9), closes_at=time(17), season=Season.TERM)
    ]
    place.phones = [Phone(number="01632 960101", type=PhoneType.VOICE)]
    return place


def test_the_hub_stands_first_with_its_week(session: Session, hub: Location) -> None:
    council = Membership(7, FootprintKind.LOCAL_AUTHORITY, OURS, "Harbourmouth", Basis.OFFICIAL, 1.0)
    place = replace(made.place(), memberships=(council,))
    play = made.service(session, at=(hub,), key="play")
    sheet = composed(session, [(play, "")], hub=hub, of=scope(SCHOOL, place))
    box = sheet.hub
    assert box
    assert (str(box.name), box.heading, box.telephone) == (
        "Quayside Family Hub",
        "Your family hub",
        "01632 960101",
    )
    assert str(box.address) == "12 Fish Row, ZA1\u00a02AB"
    assert box.distance == "0.4 miles from the school"
    assert [(one.name, one.hours) for one in box.days] == [("Mon", "9am to 5pm"), ("Tue to Sun", "closed")]
    assert box.note == ""
    assert box.qr == "HTTPS://HELP.EXAMPLE.ORG/H/QUAYSIDE-FAMILY-HUB"
    assert box.point == (hub.lat, hub.lon)
    assert sheet.council == OURS
    assert str(sheet.lines[0].where) == "Quayside Family Hub", "its address stands at the top"


def test_what_the_hub_is_called_depends_on_the_sheet(session: Session, hub: Location) -> None:
    for kind, heading, distance in (
        (ScopeKind.SURGERY, "Your family hub", "0.4 miles from the surgery"),
        (ScopeKind.HUB, "This family hub", ""),
        (ScopeKind.FOOTPRINT, "A family hub near you", ""),
    ):
        code = "ward:Z1" if kind is ScopeKind.FOOTPRINT else "one"
        box = composed(session, hub=hub, order=SheetOrder(ScopeName(kind, code))).hub
        assert box
        assert (box.heading, box.distance) == (heading, distance)
        assert box.note == "Opening times may be different in school holidays.", "the council is not known"


def test_a_hub_without_times_says_to_ring(session: Session, hub: Location) -> None:
    hub.schedules = []
    box = composed(session, hub=hub).hub
    assert box
    assert (box.week, box.days, box.note) == ("", (), "Ring to ask when it is open.")
