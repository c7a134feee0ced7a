"""Days that are not as in other weeks: one session on one day, a place's week, words that do not move."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from hubfinder.directory.closures import DayOff, at_site, days_off_of, extra_on, is_undone, on_day
from hubfinder.directory.models import Closure, Schedule, ScheduleException, Service
from hubfinder.directory.queries import hub_by_key, services_at
from hubfinder.directory.weeks import dates_at, monday_of, week_at
from hubfinder.display.days_off import Change, changes_of
from hubfinder.display.timetables import Slot, opening_now
from hubfinder.listings.closing import (
    ClosureRefused,
    Hub,
    affected,
    close,
    hub_of,
    hubs_of,
    problems_of,
    reopen,
)
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.search.days_off import changed_now, days_off_of_card, open_now
from hubfinder.search.documents import refresh_documents
from hubfinder.search.listed import cards_of
from hubfinder.search.models import SearchDocument
from hubfinder.staff_vocab import Role
from hubfinder.vocab import Weekday
from tests.support import factories
from tests.support.people import HARBOURMOUTH

MONDAY = date(2026, 11, 23)
WEDNESDAY = MONDAY + timedelta(2)
TEN, NOON, ONE, THREE = time(10), time(12), time(13), time(15)
KEEPER = Actor("Keeper", 7, (Grant(Role.HUB_STAFF, HARBOURMOUTH, hub="quayside"),))
ADMINISTRATOR = Actor("Administrator", 8, (Grant(Role.COUNCIL_ADMINISTRATOR, HARBOURMOUTH),))


def off(first: date, last: date | None = None, **more: object) -> DayOff:
    return DayOff(first, last or first, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days_off", "hours"),
    [
        ([], (TEN, NOON)),
        ([off(MONDAY)], (TEN, NOON)),
        ([off(WEDNESDAY)], None),
        ([off(MONDAY, WEDNESDAY)], None),
        ([off(WEDNESDAY, opens_at=ONE, closes_at=THREE)], (ONE, THREE)),
        ([off(WEDNESDAY, opens_at=ONE, closes_at=THREE), off(WEDNESDAY, site="quayside")], None),
        ([off(WEDNESDAY, opens_at=ONE, closes_at=THREE, site="quayside")], None),
        ([off(WEDNESDAY, opens_at=time(11), closes_at=THREE, site="quayside")], (TEN, NOON)),
    ],
)
def test_a_session_on_a_day(days_off: list[DayOff], hours: tuple[time, time] | None) -> None:
    assert on_day(WEDNESDAY, (TEN, NOON), days_off).hours == hours


def test_other_hours_of_one_day_hold_on_whatever_day_that_is() -> None:
    single, several = (
        off(MONDAY, opens_at=TEN, closes_at=NOON),
        off(MONDAY, WEDNESDAY, opens_at=TEN, closes_at=NOON),
    )
    assert extra_on(MONDAY, [single, several]) == [single]
    assert extra_on(MONDAY, [single, off(MONDAY)]) == []


@pytest.mark.parametrize(
    ("days_off", "is_said"),
    [
        ([], True),
        ([off(MONDAY, WEDNESDAY)], False),
        ([off(MONDAY - timedelta(1), MONDAY, site="quayside")], False),
        ([off(MONDAY + timedelta(1), WEDNESDAY, site="quayside")], True),
    ],
)
def test_an_extra_day_is_not_said_while_its_place_is_shut(days_off: list[DayOff], is_said: bool) -> None:
    extra = off(MONDAY, opens_at=TEN, closes_at=NOON)
    found = changes_of([Slot(2, TEN, NOON)], [extra, *days_off], MONDAY, WEDNESDAY)
    assert any("10am to noon" in one.words for one in found) == is_said
    other = [off(MONDAY, MONDAY), off(WEDNESDAY, date.max), off(MONDAY + timedelta(1))]
    assert is_undone(off(MONDAY, date.max, opens_at=TEN, closes_at=NOON), other)


def hub_with_two(session: Session) -> Hub:
    """A hub at which two organizations have a session each, one of them also elsewhere."""
    hub = factories.location(
        session, key="quayside", name="Quayside Family Hub", is_family_hub=True, postcode=""
    )
    hub.schedules = [Schedule(weekday=day, opens_at=time(9), closes_at=time(17)) for day in list(Weekday)[:5]]
    hall = factories.location(session, key="hall", name="Sea Hall")
    play = factories.service(session, "Stay and play", at=(hub, hall), key="play")
    play.schedules = [
        Schedule(weekday=Weekday.WED, opens_at=TEN, closes_at=NOON, site_id=hub.id),
        Schedule(
            weekday=Weekday.THU, opens_at=TEN, closes_at=NOON, site_id=hall.id, note="Quayside people too"
        ),
    ]
    debt = factories.service(session, "Debt advice", at=(hub,), key="debt")
    debt.schedules = [Schedule(weekday=Weekday.WED, opens_at=ONE, closes_at=THREE)]
    session.flush()
    session.expire_all()
    found = hub_by_key(session, "quayside")
    assert found is not None
    return Hub(found, HARBOURMOUTH)


def test_the_site_of_a_session_counts_before_its_note(session: Session) -> None:
    hub = hub_with_two(session).location
    week = week_at(hub, services_at(session, hub))
    assert [one.service.key for one in week.days[Weekday.WED]] == ["play", "debt"]
    assert week.days[Weekday.THU] == ()


def test_a_closure_reaches_every_session_there_and_no_other(session: Session) -> None:
    hub = hub_with_two(session)
    close(session, KEEPER, hub, (MONDAY, WEDNESDAY), "The heating is being mended.", MONDAY)
    dates = dates_at(hub.location, services_at(session, hub.location), MONDAY, MONDAY + timedelta(13))
    on = {one.day: [(s.service.key, s.hours, s.why) for s in one.sessions] for one in dates if one.sessions}
    assert on[WEDNESDAY] == [
        ("play", None, "The heating is being mended."),
        ("debt", None, "The heating is being mended."),
    ]
    assert [key for key, hours, _ in on[WEDNESDAY + timedelta(7)] if hours] == ["play", "debt"]
    assert [one.day for one in dates if one.shut] == [MONDAY, MONDAY + timedelta(1), WEDNESDAY]
    cards = cards_of(session, [("service", "play"), ("service", "debt"), ("hub", "quayside")])
    assert {key: [one.site for one in days_off_of_card(card)] for (_, key), card in cards.items()} == {
        "play": ["quayside"], "debt": ["quayside"], "quayside": [""],
    }  # fmt: skip
    assert [one.get("site") for one in cards["service", "play"]["sessions"]] == ["quayside", "hall"]
    entry = session.query(AuditEntry).one()
    assert (entry.verb, entry.subject_key, entry.reason) == (
        "hub.closed",
        "quayside",
        "The heating is being mended.",
    )


def test_what_is_open_now_knows_of_it(session: Session) -> None:
    hub = hub_with_two(session)
    now = datetime.combine(WEDNESDAY, time(11))
    assert changed_now(session, now) == {}
    close(session, KEEPER, hub, (WEDNESDAY, WEDNESDAY), "A lift is mended.", MONDAY)
    assert set(changed_now(session, now).values()) == {False}
    assert len(changed_now(session, now)) == 3
    assert changed_now(session, now + timedelta(1)) == {}
    card = cards_of(session, [("service", "play")])["service", "play"]
    assert open_now(card, now) is False
    assert open_now(card, now + timedelta(1)) is None


def test_an_extra_day_is_open_now_though_it_usually_is_on_another(session: Session) -> None:
    hub_with_two(session)
    walk = factories.service(session, "Walk", key="walk")
    play = session.query(Service).filter_by(key="play").one()
    for row in (play, walk):
        row.exceptions = [ScheduleException(first_day=MONDAY, last_day=MONDAY, opens_at=ONE, closes_at=THREE)]
    session.flush()
    refresh_documents(session, [play.id, walk.id])
    ids = {card_id(session, "play"), card_id(session, "walk")}
    assert changed_now(session, datetime.combine(MONDAY, time(14))) == dict.fromkeys(ids, True)
    late = changed_now(session, datetime.combine(MONDAY, THREE))
    assert late == {card_id(session, "play"): False}, "what has no sessions is never counted as open or shut"
    assert changed_now(session, datetime.combine(MONDAY + timedelta(7), time(14))) == {}


def card_id(session: Session, key: str) -> int:
    return session.query(SearchDocument).filter_by(kind="service", key=key).one().id


def test_it_is_taken_back_once(session: Session) -> None:
    hub = hub_with_two(session)
    row = close(session, KEEPER, hub, (MONDAY, MONDAY), "Snow.", MONDAY)
    assert reopen(session, KEEPER, hub, row.id) is not None
    assert reopen(session, KEEPER, hub, row.id) is None
    card = cards_of(session, [("hub", "quayside")])["hub", "quayside"]
    assert card["days_off"] == []
    assert session.query(Closure).count() == 0


@pytest.mark.parametrize(
    ("first", "last", "reason", "problems"),
    [
        (None, None, "", {"first": "no-date", "last": "no-date", "reason": "missing"}),
        (MONDAY, MONDAY - timedelta(1), "Snow", {"last": "backwards"}),
        (MONDAY - timedelta(9), MONDAY - timedelta(1), "Snow", {"last": "over"}),
        (MONDAY, MONDAY + timedelta(366), "Snow", {"last": "too-long"}),
        (MONDAY, MONDAY, "x" * 201, {"reason": "too-long"}),
        (MONDAY - timedelta(9), MONDAY, "Snow", {}),
    ],
)
def test_what_cannot_be_is_refused(
    first: date | None, last: date | None, reason: str, problems: dict[str, str]
) -> None:
    assert problems_of(first, last, reason, MONDAY) == problems


def test_the_same_closure_twice_is_refused(session: Session) -> None:
    hub = hub_with_two(session)
    close(session, KEEPER, hub, (MONDAY, MONDAY), "Snow.", MONDAY)
    with pytest.raises(ClosureRefused) as refused:
        close(session, KEEPER, hub, (MONDAY, MONDAY), "More snow.", MONDAY)
    assert refused.value.problems == {"first": "twice"}


def test_a_preview_counts_what_would_not_be_on(session: Session) -> None:
    hub = hub_with_two(session).location
    found = affected(hub, services_at(session, hub), MONDAY, MONDAY + timedelta(13))
    assert found.sessions == 4
    assert [(service.key, count) for service, count in found.services] == [("debt", 2), ("play", 2)]


@pytest.mark.parametrize(
    ("actor", "keys"),
    [
        (KEEPER, ["quayside"]),
        (ADMINISTRATOR, ["northside", "quayside"]),
        (Actor("Whole", 1, (Grant(Role.HUB_STAFF, HARBOURMOUTH),)), ["northside", "quayside"]),
        (Actor("Area", 1, (Grant(Role.HUB_STAFF, HARBOURMOUTH, area="ward:Z1"),)), []),
        (Actor("Elsewhere", 1, (Grant(Role.COUNCIL_ADMINISTRATOR, "Z06000002"),)), []),
        (Actor("Provider", 1, (Grant(Role.PROVIDER, HARBOURMOUTH, organization="x"),)), []),
    ],
)
def test_hubs_are_kept_by_their_staff_and_the_council(
    session: Session, actor: Actor, keys: list[str]
) -> None:
    hub_with_two(session)
    factories.location(session, key="northside", name="Northside Hub", is_family_hub=True, postcode="")
    factories.location(session, key="secret", name="Secret Hub", is_family_hub=True, is_confidential=True)
    assert [hub.location.key for hub in hubs_of(session, actor, HARBOURMOUTH)] == keys
    assert (hub_of(session, actor, "quayside", HARBOURMOUTH) is not None) is ("quayside" in keys)
    assert hub_of(session, actor, "secret", HARBOURMOUTH) is None


def test_a_confidential_place_has_no_day_off_on_a_card(session: Session) -> None:
    refuge = factories.location(session, is_confidential=True)
    refuge.closures = [
        Closure(first_day=MONDAY, last_day=MONDAY, reason="Hidden", made_at=datetime(2026, 11, 1))  # noqa: DTZ001
    ]
    service = factories.service(session, at=(refuge,))
    service.exceptions = [ScheduleException(first_day=MONDAY, last_day=MONDAY, note="Said")]
    session.flush()
    assert [one.why for one in days_off_of(service, [], MONDAY)] == ["Said"]


def test_words_stay_the_same_as_days_go_by() -> None:
    slots = [Slot(2, TEN, NOON)]
    closed = [off(MONDAY, MONDAY + timedelta(13), why="Boiler.")]
    expected = (Change("Not on 25 November, 2 December (Boiler)", MONDAY + timedelta(13)),)
    for day in (MONDAY, WEDNESDAY + timedelta(3)):
        assert changes_of(slots, closed, day, day + timedelta(28)) == expected
    assert changes_of(slots, closed, MONDAY + timedelta(14), MONDAY + timedelta(42)) == ()
    assert changes_of(slots, [off(MONDAY)], MONDAY, WEDNESDAY) == ()
    later = off(WEDNESDAY, opens_at=ONE, closes_at=THREE, why="Party")
    assert changes_of(slots, [later], MONDAY, WEDNESDAY)[0].words == "1pm to 3pm on 25 November (Party)"


def test_a_hub_that_is_shut_says_when_it_opens() -> None:
    slots = [Slot(day, time(9), time(17)) for day in range(5)]
    now = datetime.combine(MONDAY, time(11))
    assert opening_now(slots, now) == "Open today until 5pm"
    assert opening_now(slots, now, [off(MONDAY)]) == "Closed now. Opens tomorrow at 9am"
    assert (
        opening_now(slots, now, [off(MONDAY, MONDAY + timedelta(9))])
        == "Closed now. Opens on 3 December at 9am"
    )
    assert opening_now(slots, now, [off(MONDAY, opens_at=ONE, closes_at=THREE)]) == "Opens today at 1pm"
    assert opening_now(slots, now, [off(MONDAY, MONDAY + timedelta(99))]) == "Closed now"


def test_days_off_of_one_site_leave_the_others() -> None:
    there = [off(MONDAY, site="a"), off(MONDAY, site="b"), off(MONDAY)]
    assert [one.site for one in at_site(there, "a")] == ["a", ""]
    assert monday_of(WEDNESDAY) == MONDAY
