"""Reminders, the weekly digest, and what is told to others when nobody answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Phone, Service
from hubfinder.listings.escalating import escalate, note_what_bounced
from hubfinder.listings.models import Listing
from hubfinder.listings.reminding import period_of, remind
from hubfinder.listings.weekly import send_digests
from hubfinder.post.actions import address_bounced, address_put_right
from hubfinder.post.models import OutgoingEmail
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, PostState, Risk, Role
from tests.support.keeping import kept_listing
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person

USUAL = Settings()
LONG_AGO = date(2025, 1, 1)
MONDAY = date(2026, 11, 16)


def _due(session: Session, name: str = "Stay and play", **facts: object) -> Listing:
    return kept_listing(
        session, name, **{"assured_date": LONG_AGO, "due_on": LONG_AGO + timedelta(days=182)} | facts
    )


def _mail(session: Session, purpose: str = "") -> list[OutgoingEmail]:
    session.flush()
    statement = select(OutgoingEmail).order_by(OutgoingEmail.to, OutgoingEmail.id)
    return list(session.scalars(statement.where(OutgoingEmail.purpose == purpose) if purpose else statement))


def _send(session: Session, on: date) -> None:
    """Everything queued goes out on a day."""
    moment = now().replace(year=on.year, month=on.month, day=on.day, hour=12)
    session.execute(
        update(OutgoingEmail)
        .where(OutgoingEmail.state == PostState.QUEUED)
        .values(state=PostState.SENT, sent_at=moment)
    )


def test_one_email_holds_all_that_is_due(session: Session) -> None:
    begin_writing(session)
    names = [f"Group {number}" for number in range(40)]
    for name in names:
        _due(session, name, contact_email="Anna@example.org")
    _due(session, "Somebody else's", contact_email="bob@example.org")
    kept_listing(session, "Fresh", assured_date=today(), due_on=today() + timedelta(days=182))
    assert remind(session, USUAL) == 2
    anna, bob = _mail(session)
    assert anna.to == "anna@example.org"
    assert anna.subject == "Are your 40 listings still right?"
    assert all(name in anna.body for name in names)
    assert anna.body.count("/still-right/") == 40
    assert "Somebody else's" not in anna.body
    assert bob.subject == "Is your listing still right?"
    assert "anna" not in (anna.once or ""), "no address where only numbers should be"


def test_a_reminder_is_written_once_in_a_period(session: Session) -> None:
    begin_writing(session)
    _due(session)
    assert remind(session, USUAL, MONDAY) == 1
    assert remind(session, USUAL, MONDAY) == 0
    assert remind(session, USUAL, MONDAY + timedelta(days=6)) == 0
    assert remind(session, USUAL, MONDAY + timedelta(days=7)) == 1


def test_what_becomes_due_within_a_period_waits_for_the_next(session: Session) -> None:
    begin_writing(session)
    _due(session, due_on=MONDAY + timedelta(days=16))
    assert remind(session, USUAL, MONDAY + timedelta(days=3)) == 0
    assert remind(session, USUAL, MONDAY + timedelta(days=7)) == 1


def test_periods_of_weeks_begin_on_mondays() -> None:
    assert period_of(date(2026, 11, 22), 7).first_day == MONDAY
    assert MONDAY.weekday() == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"state": ListingState.PAUSED},
        {"council_code": ""},
        {"is_email_dead": True},
        {"contact_email": "no address"},
        {"contact_email": ""},
    ],
)
def test_nobody_is_reminded_of(session: Session, facts: dict[str, Any]) -> None:
    begin_writing(session)
    _due(session, **facts)
    assert remind(session, USUAL) == 0


def test_without_a_contact_the_address_that_families_see_is_asked(session: Session) -> None:
    begin_writing(session)
    listing = _due(session, contact_email="")
    session.execute(update(Service).where(Service.id == listing.service_id).values(email="Play@example.org"))
    assert remind(session, USUAL) == 1
    assert _mail(session)[0].to == "play@example.org"


def test_a_leaver_is_not_asked(session: Session) -> None:
    begin_writing(session)
    leaver = person(session, Role.PROVIDER)
    leaver.active = False
    _due(session, contact_email=leaver.email)
    assert remind(session, USUAL) == 0


def test_councils_are_written_to_apart(session: Session) -> None:
    begin_writing(session)
    _due(session, "Here")
    _due(session, "There", council_code=NORTHSANDS)
    assert remind(session, USUAL) == 2
    assert sorted(mail.council_code for mail in _mail(session)) == [HARBOURMOUTH, NORTHSANDS]


@pytest.mark.parametrize(
    ("code", "facts", "ways"),
    [
        (HARBOURMOUTH, {}, f"{USUAL.front_door_telephone}, listings@example.org"),
        (HARBOURMOUTH, {"telephone": "01632 960777", "email": ""}, "01632 960777"),
        (NORTHSANDS, {"telephone": "01632 960200"}, "01632 960200, listings@example.org"),
        (NORTHSANDS, {}, "listings@example.org"),
        (NORTHSANDS, {"email": ""}, f"Council {NORTHSANDS}"),
    ],
)
def test_a_reminder_says_how_its_own_council_is_reached(
    session: Session, code: str, facts: dict[str, str], ways: str
) -> None:
    begin_writing(session)
    council(session, code, **facts)
    _due(session, council_code=code)
    assert remind(session, USUAL) == 1
    [mail] = _mail(session)
    assert mail.body.endswith(f"or it has stopped, please tell us: {ways}.\n\nCouncil {code}")


def test_hub_staff_get_what_is_due_at_their_hub_each_week(session: Session) -> None:
    begin_writing(session)
    rose = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    person(session, Role.HUB_STAFF, hub_key="another-hub")
    person(session, Role.PROVIDER, organization_key="harbour-helpers")
    _due(session, "At the quay", hub_key="quayside-family-hub", open_reports=2)
    _due(session, "Elsewhere", hub_key="")
    assert send_digests(session, USUAL, MONDAY) == 1
    assert send_digests(session, USUAL, MONDAY + timedelta(days=3)) == 0
    [mail] = _mail(session)
    assert mail.to == rose.email
    assert "At the quay (Harbour Helpers, last checked on 1 January 2025)" in mail.body
    assert "1 listing that you look after needs a check." in mail.body
    assert "2 reports of the public wait for an answer." in mail.body
    assert "Elsewhere" not in mail.body


def test_whoever_has_left_gets_no_digest_and_no_word(session: Session) -> None:
    begin_writing(session)
    leaver = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    leaver.active = False
    _due(session, hub_key="quayside-family-hub", contact_email="")
    assert send_digests(session, USUAL, MONDAY) == 0
    escalate(session, USUAL, MONDAY)
    assert [mail.to for mail in _mail(session)] == ["listings@example.org"], "its council is told instead"


def test_what_stays_unanswered_goes_to_the_hub_and_then_to_the_council(session: Session) -> None:
    begin_writing(session)
    rose = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    _due(session, hub_key="quayside-family-hub")
    assert escalate(session, USUAL, MONDAY) == 0, "nobody was asked yet"
    remind(session, USUAL, MONDAY)
    _send(session, MONDAY)
    told = {}
    for days in range(1, 36):
        escalate(session, USUAL, MONDAY + timedelta(days=days))
        told[days] = [mail.to for mail in _mail(session, "escalation")]
    assert told[13] == []
    assert told[14] == told[20] == [rose.email]
    assert told[27] == [rose.email, rose.email]
    assert told[28] == told[34] == ["listings@example.org", rose.email, rose.email]


def test_an_answer_ends_it(session: Session) -> None:
    begin_writing(session)
    person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    listing = _due(session, hub_key="quayside-family-hub")
    remind(session, USUAL, MONDAY)
    _send(session, MONDAY)
    listing.assured_date = MONDAY + timedelta(days=2)
    assert escalate(session, USUAL, MONDAY + timedelta(days=20)) == 0, "though it may be due again by now"


def test_a_listing_nobody_can_be_asked_about_is_not_waited_for(session: Session) -> None:
    begin_writing(session)
    rose = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    _due(session, "Silent", hub_key="quayside-family-hub", contact_email="")
    _due(session, "Nowhere", hub_key="", contact_email="")
    assert escalate(session, USUAL, MONDAY) == 2
    office, hub = _mail(session)
    assert (hub.to, office.to) == (rose.email, "listings@example.org")
    assert "Silent" in hub.body
    assert "Nowhere" in office.body


def test_whoever_is_to_ring_is_told_the_number_and_what_was_due_when(session: Session) -> None:
    begin_writing(session)
    listing = _due(session, "Silent", contact_email="")
    session.add(Phone(service_id=listing.service_id, number="01632 960123"))
    escalate(session, USUAL, MONDAY)
    [mail] = _mail(session)
    assert "Due on 2 July 2025\n  Ring 01632 960123 and ask." in mail.body
    assert f"{USUAL.site_address}/staff/listings/{listing.key}" in mail.body
    assert mail.body.endswith(f"\n\n{council(session).name}"), "it says who writes"


def test_email_that_comes_back_is_told_at_once_and_once(session: Session) -> None:
    begin_writing(session)
    rose = person(session, Role.HUB_STAFF, hub_key="quayside-family-hub")
    listing = kept_listing(session, hub_key="quayside-family-hub", risk=Risk.OTHER, assured_date=today())
    address_bounced(session, "keeper@example.org")
    session.commit()
    assert note_what_bounced(session, USUAL) == 1
    assert note_what_bounced(session, USUAL) == 0
    session.refresh(listing)
    assert listing.is_email_dead
    [mail] = _mail(session)
    assert mail.to == rose.email
    assert "email to them comes back" in mail.body


def test_an_address_that_was_put_right_or_changed_is_no_longer_marked(session: Session) -> None:
    begin_writing(session)
    council(session)
    first, second = kept_listing(session), kept_listing(session, "Another")
    address_bounced(session, "keeper@example.org")
    session.commit()
    note_what_bounced(session, USUAL)
    begin_writing(session)
    session.execute(update(Listing).where(Listing.id == second.id).values(contact_email="new@example.org"))
    session.commit()
    note_what_bounced(session, USUAL)
    session.expire_all()
    assert (first.is_email_dead, second.is_email_dead) == (True, False)
    session.rollback()
    begin_writing(session)
    address_put_right(session, "keeper@example.org")
    session.commit()
    note_what_bounced(session, USUAL)
    session.expire_all()
    assert not first.is_email_dead
