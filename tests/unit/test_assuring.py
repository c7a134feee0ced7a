"""Saying that a listing is still right."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.listings.assuring import How, InTheFuture, assure
from hubfinder.listings.freshness import (
    NEVER_CHECKED,
    cadence_of,
    due_on,
    freshness_of,
    is_due,
    is_stale,
    risk_of,
)
from hubfinder.listings.models import Listing
from hubfinder.people.models import AuditEntry, Council
from hubfinder.people.values import A_LINK, Actor, Grant
from hubfinder.search.documents import latest_revision, refresh_documents
from hubfinder.search.models import SearchDocument
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Freshness, ListingState, Risk, Role
from tests.support.keeping import kept_listing
from tests.support.people import HARBOURMOUTH

WORKER = Actor("Rose Quay", 7, (Grant(Role.HUB_STAFF, HARBOURMOUTH),))
PROVIDER = Actor("Ann Pier", 8, (Grant(Role.PROVIDER, HARBOURMOUTH, "harbour-helpers"),))
USUAL = Settings()
LONG_AGO = date(2025, 1, 1)


def test_a_listing_that_is_still_right_changes_everywhere_at_once(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session, assured_date=LONG_AGO, risk=Risk.SESSION_TIMES)
    before = latest_revision(session)
    done = assure(session, WORKER, [listing.id], today(), How.BOARD, USUAL)
    session.commit()
    assert done.done == (listing.id,)
    service = session.get(Service, listing.service_id)
    assert service is not None
    assert service.assured_date == listing.assured_date == today()
    assert service.assured_by == f"Council {HARBOURMOUTH}"
    assert listing.due_on == today() + timedelta(days=120)
    assert latest_revision(session) == before + 1
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.verb, entry.subject_key, entry.person_id) == ("listing.assured", listing.key, 7)
    assert entry.facts == {"on": today().isoformat(), "how": "board", "version": 1}


def test_the_document_is_as_if_it_had_been_written_anew(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session, assured_date=LONG_AGO)
    assure(session, WORKER, [listing.id], today(), How.TABLE, USUAL)
    stamped = _document(session, listing)
    refresh_documents(session, [listing.service_id or 0])
    session.expire_all()
    assert _document(session, listing) == stamped
    assert stamped[0]["assured_date"] == today().isoformat()


def test_saying_it_twice_changes_nothing_the_second_time(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session)
    assure(session, WORKER, [listing.id], today(), How.BOARD, USUAL)
    revision = latest_revision(session)
    again = assure(session, WORKER, [listing.id], today(), How.BOARD, USUAL)
    earlier = assure(session, WORKER, [listing.id], LONG_AGO, How.BOARD, USUAL)
    assert again.already == earlier.already == (listing.id,)
    assert listing.assured_date == today()
    assert latest_revision(session) == revision
    assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_only_what_is_published_can_be_right(session: Session) -> None:
    begin_writing(session)
    paused = kept_listing(session, state=ListingState.PAUSED)
    done = assure(session, WORKER, [paused.id, 987654], today(), How.BOARD, USUAL)
    assert done.refused == (paused.id, 987654)
    assert not session.scalars(select(AuditEntry)).all()


def test_nobody_has_checked_anything_tomorrow(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session)
    with pytest.raises(InTheFuture):
        assure(session, WORKER, [listing.id], today() + timedelta(days=1), How.BOARD, USUAL)


@pytest.mark.parametrize("who", [A_LINK, PROVIDER])
def test_families_read_which_organization_checked_it_and_never_who(session: Session, who: Actor) -> None:
    begin_writing(session)
    listing = kept_listing(session)
    assure(session, who, [listing.id], today(), How.LINK, USUAL)
    service = session.get(Service, listing.service_id)
    assert service is not None
    assert service.assured_by == "Harbour Helpers"


def test_a_council_has_cadences_of_its_own(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session, risk=Risk.VACANCIES)
    council = session.get(Council, HARBOURMOUTH)
    assert council is not None
    council.cadence = {"vacancies": 7}
    assure(session, WORKER, [listing.id], today(), How.BOARD, USUAL)
    assert listing.due_on == today() + timedelta(days=7)
    assert cadence_of(council, USUAL) == {Risk.VACANCIES: 7, Risk.SESSION_TIMES: 120, Risk.OTHER: 182}


@pytest.mark.parametrize(
    ("content", "risk"),
    [
        ({"vacancies": "full", "schedule": [{}]}, Risk.VACANCIES),
        ({"vacancies": None, "schedule": [{}]}, Risk.SESSION_TIMES),
        ({"schedule": []}, Risk.OTHER),
        ({}, Risk.OTHER),
    ],
)
def test_risk_follows_from_what_a_listing_says(content: dict[str, object], risk: Risk) -> None:
    assert risk_of(content) is risk


@pytest.mark.parametrize(
    ("risk", "ago", "expected"),
    [
        (Risk.VACANCIES, 6, Freshness.FRESH),
        (Risk.VACANCIES, 7, Freshness.DUE),  # never from before half its time
        (Risk.VACANCIES, 14, Freshness.DUE),
        (Risk.VACANCIES, 15, Freshness.STALE),
        (Risk.OTHER, 167, Freshness.FRESH),
        (Risk.OTHER, 168, Freshness.DUE),
        (Risk.OTHER, 183, Freshness.STALE),
    ],
)
def test_due_comes_before_stale_in_python_and_in_the_database(
    session: Session, risk: Risk, ago: int, expected: Freshness
) -> None:
    begin_writing(session)
    cadence = cadence_of(None, USUAL)
    day = date(2026, 11, 22)
    assured = day - timedelta(days=ago)
    listing = kept_listing(session, risk=risk, assured_date=assured, due_on=due_on(assured, risk, cadence))
    assert freshness_of(listing, day) is expected
    found = session.scalars(select(Listing.id).where(is_due(day, cadence))).all()
    assert (listing.id in found) is (expected is not Freshness.FRESH)
    stale = session.scalars(select(Listing.id).where(is_stale(day))).all()
    assert (listing.id in stale) is (expected is Freshness.STALE)


def test_what_nobody_ever_checked_is_due_before_everything_else(session: Session) -> None:
    begin_writing(session)
    listing = kept_listing(session, due_on=due_on(None, Risk.OTHER, cadence_of(None, USUAL)))
    assert listing.due_on == NEVER_CHECKED
    assert freshness_of(listing, today()) is Freshness.STALE


def _document(session: Session, listing: Listing) -> tuple[dict[str, object], dict[str, object]]:
    found = session.scalar(select(SearchDocument).where(SearchDocument.key == listing.key))
    assert found is not None
    return dict(found.card), dict(found.terms)
