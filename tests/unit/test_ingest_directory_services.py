"""Importing organizations, locations and services: all or nothing, row by row, and the same again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Location, Organization, Phone, Service
from hubfinder.directory.queries import service_by_key
from hubfinder.ingest.locations import LOCATIONS
from hubfinder.ingest.organizations import ORGANIZATIONS
from hubfinder.ingest.services import SERVICES
from hubfinder.places.models import Postcode
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Delivery,
    PhoneType,
    Season,
    Vacancies,
)
from tests.support import factories
from tests.support.files import csv_file, load, refusals

Row = dict[str, str]
HELPERS: Row = {
    "key": "helpers",
    "name": "Harbour Helpers",
    "kind": "charity",
    "website": "https://helpers.example.org/",
    "email": "hello@example.org",
    "telephone": "01632 960010",
}
HALL: Row = {"key": "hall", "name": "Village Hall", "address": "1 Green", "postcode": "za1 2ab"}
REFUGE: Row = {
    "key": "refuge",
    "name": "Lantern House",
    "address": "7 Hidden Lane, Harbourmouth",
    "postcode": "ZA1 4QT",
    "confidential": "yes",
}
PLAY: Row = {
    "key": "play",
    "organization": "helpers",
    "name": "Stay and play",
    "summary": "Toys, songs and a cup of tea.",
    "description": "Come along.\nNo need to book.",
    "access": "universal",
    "delivery": "in_person; online",
    "min_age_months": "-9",
    "max_age_months": "60",
    "circumstances": "low_income; Send",
    "needs": "parenting; activities",
    "catalogue": "start4life",
    "locations": "hall",
    "areas": "ward:Z05000001",
    "schedule": "Mon 10:00-12:00; Wed 13:00-15:00 term (hall)",
    "cost": "2.50 per session; 1.00 each extra child",
    "languages": "pl;ur",
    "accessibility": "step_free; bsl",
    "telephone": "01632 960011",
    "text": "01632 960012",
    "email": "play@example.org",
    "website": "https://play.example.org/",
    "status": "active",
    "assured_date": "9 days ago",
    "assured_by": "The hall",
}


@pytest.fixture
def world(session: Session, tmp_path: Path) -> Path:
    """Postcodes, needs, an entry and a ward; an organization and two places from files."""
    session.add_all(
        [Postcode(code="ZA12AB", lat=54.755, lon=2.238), Postcode(code="ZA14QT", lat=54.757, lon=2.240)]
    )
    for need in ("parenting", "activities"):
        factories.need(session, need)
    factories.entry(session, "Start4Life")
    factories.footprint(session, code="Z05000001")
    assert load(session, ORGANIZATIONS, csv_file(tmp_path, "organizations", [HELPERS])).saved
    assert load(session, LOCATIONS, csv_file(tmp_path, "locations", [HALL, REFUGE])).saved
    return tmp_path


def test_a_service_comes_with_all_that_its_row_says(session: Session, world: Path) -> None:
    report = load(session, SERVICES, csv_file(world, "services", [PLAY]))
    assert report.counts == {"services": 1}
    found = service_by_key(session, "play")
    assert found is not None
    assert (found.minimum_age, found.maximum_age) == (-9, 60)
    assert found.access is Access.UNIVERSAL
    assert found.circumstances == {Circumstance.LOW_INCOME, Circumstance.SEND}
    assert found.delivery == {Delivery.IN_PERSON, Delivery.ONLINE}
    assert found.description == "Come along.\nNo need to book."
    assert [(s.weekday.value, s.season, s.note) for s in found.schedules] == [
        ("Mon", Season.ALWAYS, ""),
        ("Wed", Season.TERM, "hall"),
    ]
    assert [(cost.amount, cost.description) for cost in found.cost_options] == [
        (2.5, "per session"),
        (1, "each extra child"),
    ]
    assert [(phone.type, phone.number) for phone in found.phones] == [
        (PhoneType.VOICE, "01632 960011"),
        (PhoneType.TEXT, "01632 960012"),
    ]
    assert [one.feature for one in found.accessibility] == [
        AccessibilityFeature.STEP_FREE,
        AccessibilityFeature.BSL,
    ]
    assert [at.location.key for at in found.at_locations] == ["hall"]
    assert [area.footprint.code for area in found.areas] == ["Z05000001"]
    assert [entry.key for entry in found.entries] == ["start4life"]
    assert found.assured_date == today() - timedelta(days=9)


@pytest.mark.usefixtures("world")
def test_a_place_without_a_point_stands_at_its_postcode(session: Session) -> None:
    hall = session.scalars(select(Location).where(Location.key == "hall")).one()
    assert (hall.postcode, hall.lat, hall.lon) == ("ZA1 2AB", 54.755, 2.238)


@pytest.mark.usefixtures("world")
def test_an_organization_is_kept_as_told(session: Session) -> None:
    row = session.scalars(select(Organization)).one()
    assert (row.name, row.kind, row.email) == ("Harbour Helpers", "charity", "hello@example.org")
    assert [phone.number for phone in row.phones] == ["01632 960010"]


def test_a_listing_can_be_found_as_soon_as_it_is_there(session: Session, world: Path) -> None:
    load(session, SERVICES, csv_file(world, "services", [PLAY]))
    document = session.scalars(select(SearchDocument).where(SearchDocument.key == "play")).one()
    assert document.card["name"] == "Stay and play"
    load(session, SERVICES, csv_file(world, "services", [{**PLAY, "status": "inactive"}]))
    kept = select(func.count()).select_from(SearchDocument).where(SearchDocument.key == "play")
    assert session.scalar(kept) == 0


def test_the_same_file_again_changes_nothing(session: Session, world: Path) -> None:
    path = csv_file(world, "services", [PLAY])
    load(session, SERVICES, path)
    before = session.execute(select(Phone.id, Phone.number)).all()
    revision = session.scalar(select(func.max(SearchDocument.revision)))
    assert load(session, SERVICES, path).saved
    assert session.execute(select(Phone.id, Phone.number)).all() == before
    assert session.scalar(select(func.max(SearchDocument.revision))) == revision
    assert session.scalar(select(func.count()).select_from(Service)) == 1


def test_a_row_that_changed_changes_its_service_only(session: Session, world: Path) -> None:
    other = {**PLAY, "key": "other"}
    load(session, SERVICES, csv_file(world, "services", [PLAY, other]))
    load(session, SERVICES, csv_file(world, "services", [{**PLAY, "name": "Play", "telephone": ""}]))
    names = dict(session.execute(select(Service.key, Service.name)).tuples().all())
    assert names == {"play": "Play", "other": "Stay and play"}
    play = service_by_key(session, "play")
    assert play is not None
    assert [phone.number for phone in play.phones] == ["01632 960012"]


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("key", "Play Time", "not a key"),
        ("key", "", "is empty"),
        ("name", "", "is empty"),
        ("name", "x" * 300, "at most 255 fit"),
        ("summary", "", "is empty"),
        ("description", "x" * 20_001, "at most 20,000 fit"),
        ("description", "bell\a", "control character U+0007"),
        ("summary", "turned \u202e around", "control character U+202E"),
        ("organization", "nobody", "no organization has the key"),
        ("access", "", "is empty"),
        ("access", "some", "is not known"),
        ("name", "<b></b>", "is empty"),
        ("summary", "<p>\u200b&nbsp;</p>", "is empty"),
        ("delivery", "", "is empty"),
        ("delivery", ";", "is empty"),
        ("delivery", "pigeon", "is not known"),
        ("min_age_months", "60", "is not more than min_age_months"),
        ("min_age_months", "-12", "is not between -9"),
        ("min_age_months", "1.5", "not a whole number"),
        ("circumstances", "send; rich", "'rich' is not known; use one of: pregnant, send"),
        ("needs", "luck", "nothing here has the key"),
        ("catalogue", "start5life", "nothing here has the key"),
        ("locations", "hall; moon", "nothing here has the key"),
        ("areas", "ward:Z05999999", "no footprint here is"),
        ("areas", "parish:1", "is not a footprint such as"),
        ("areas", "ward", "is not a footprint such as"),
        ("schedule", "Mondays", "not a session"),
        ("cost", "£lots", "not a cost"),
        ("languages", "polish", "not the code of a language"),
        ("accessibility", "lift", "is not known"),
        ("telephone", "ring us", "not a telephone number"),
        ("text", "<b>", "not a telephone number"),
        ("email", "play@", "not an e-mail address"),
        ("website", "javascript:alert(1)", "not a web address"),
        ("status", "resting", "is not known"),
        ("assured_date", "last week", "not a date"),
        ("assured_date", "2999-01-01", "still to come"),
        ("assured_date", "99999 days ago", "more than 50 years ago"),
        ("assured_date", "1066-10-14", "more than 50 years ago"),
    ],
)
def test_a_cell_that_is_wrong_refuses_everything(
    session: Session, world: Path, column: str, cell: str, why: str
) -> None:
    report = load(
        session, SERVICES, csv_file(world, "services", [{**PLAY, "key": "good"}, {**PLAY, column: cell}])
    )
    [(row, field, reason)] = refusals(report)
    assert row == 3
    assert field == ("max_age_months" if why.endswith("min_age_months") else column)
    assert why in reason
    assert session.scalar(select(func.count()).select_from(Service)) == 0


def test_all_that_is_missing_is_said_at_once(session: Session, world: Path) -> None:
    row = {**PLAY, "organization": "nobody", "needs": "luck", "areas": "ward:X"}
    [(_, field, why)] = refusals(load(session, SERVICES, csv_file(world, "services", [row])))
    assert field == "organization"
    assert "needs: nothing here has the key “luck”" in why
    assert "areas: no footprint here is “ward:X”" in why


def test_a_key_that_stands_twice_is_refused(session: Session, world: Path) -> None:
    report = load(session, SERVICES, csv_file(world, "services", [PLAY, PLAY]))
    assert refusals(report) == [(3, "key", "'play' stands in row 2 already")]


def test_the_key_of_a_national_service_cannot_be_taken(session: Session, world: Path) -> None:
    factories.service(session, key="play", is_national=True)
    [(_, field, why)] = refusals(load(session, SERVICES, csv_file(world, "services", [PLAY])))
    assert field == "key"
    assert "national service" in why


def test_tags_are_taken_out_and_signs_stay(session: Session, world: Path) -> None:
    row = {
        **PLAY,
        "name": "Mums & <b>Dads</b>",
        "summary": "For under 5s &amp; mums<script>alert('x')</script>, if < 5 or > 2 <3",
        "description": "<p>One</p><p>Two<br/>Three</p><img src=x onerror=alert(1)><<b>script>x",
    }
    assert load(session, SERVICES, csv_file(world, "services", [row])).saved
    found = service_by_key(session, "play")
    assert found is not None
    assert found.name == "Mums & Dads"
    assert found.summary == "For under 5s & mums, if < 5 or > 2 <3"
    assert found.description == "One\nTwo\nThree\nx"


def test_windows_letters_and_a_byte_order_mark_are_read(session: Session, world: Path) -> None:
    path = csv_file(world, "organizations", [{"key": "cafe", "name": "Café"}])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(session, ORGANIZATIONS, path).saved
    path.write_bytes(b"key,name\ncafe-two,Caf\xe9\n")
    report = load(session, ORGANIZATIONS, path)
    assert report.notes
    assert sorted(session.scalars(select(Organization.name))) == ["Café", "Café", "Harbour Helpers"]


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        ({"postcode": ""}, "postcode", "is empty, and the row has no lat and lon"),
        ({"postcode": "ZA9 9ZZ"}, "postcode", "ZA9 9ZZ is not known here, and the row has no lat and lon"),
        ({"postcode": "nowhere"}, "postcode", "'nowhere' is not a postcode"),
        ({"lat": "54.7"}, "lon", "is empty, but the other coordinate is there"),
        ({"lat": "95", "lon": "2"}, "lat", "'95' is not between -90 and 90"),
        ({"family_hub": "yes", "confidential": "yes"}, "confidential", "a family hub cannot be confidential"),
        ({"confidential": "perhaps"}, "confidential", "'perhaps' is neither yes nor no"),
        ({"opening": "always"}, "opening", "“always” is not a session"),
    ],
)
def test_a_place_that_is_nowhere_is_refused(
    session: Session, world: Path, row: Row, field: str, why: str
) -> None:
    [(number, found, reason)] = refusals(
        load(session, LOCATIONS, csv_file(world, "locations", [{**HALL, **row}]))
    )
    assert (number, found) == (2, field)
    assert reason.startswith(why)


def test_a_place_that_becomes_a_refuge_leaves_the_cards(session: Session, world: Path) -> None:
    load(session, SERVICES, csv_file(world, "services", [PLAY]))
    load(session, LOCATIONS, csv_file(world, "locations", [{**HALL, "confidential": "yes"}]))
    card = session.scalars(select(SearchDocument.card).where(SearchDocument.key == "play")).one()
    assert card["sites"] == []


def test_bad_rows_can_be_left_out(session: Session, world: Path) -> None:
    from hubfinder.ingest.kind import NoOptions
    from hubfinder.ingest.running import How, import_files

    path = csv_file(world, "services", [PLAY, {**PLAY, "key": "bad", "needs": "luck"}])
    session.commit()
    [report] = import_files(session, SERVICES, [path], NoOptions(), How(skip_bad_rows=True))
    assert report.saved
    assert report.refused == 1
    assert session.scalars(select(Service.key)).all() == ["play"]


def test_other_days_free_places_and_who_pays_come_from_a_file(session: Session, world: Path) -> None:
    row = {
        **PLAY,
        "schedule": "Mon 10:00-12:00 @hall",
        "exceptions": "2026-12-22..2027-01-02 closed (Christmas); 2027-02-15 10:00-12:00",
        "cost": "2.50 per session; 1.00 [families on benefits]",
        "vacancies": "places",
        "vacancies_note": "Two for babies.",
    }
    assert load(session, SERVICES, csv_file(world, "services", [row])).saved
    found = service_by_key(session, "play")
    assert found is not None
    assert [one.site.key for one in found.schedules if one.site] == ["hall"]
    assert [(one.first_day.isoformat(), one.note) for one in found.exceptions] == [
        ("2026-12-22", "Christmas"),
        ("2027-02-15", ""),
    ]
    assert [one.condition for one in found.cost_options] == ["", "families on benefits"]
    assert (found.vacancies, found.vacancies_note) == (Vacancies.PLACES, "Two for babies.")


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("schedule", "Mon 10:00-12:00 @elsewhere", "is not one of its locations"),
        ("exceptions", "Christmas", "not a stretch of other days"),
        ("vacancies", "lots", "is not known"),
        ("cost", "1.00 [", "who pays it"),
    ],
)
def test_what_those_columns_cannot_say_is_refused(
    session: Session, world: Path, column: str, cell: str, why: str
) -> None:
    report = load(session, SERVICES, csv_file(world, "services", [{**PLAY, column: cell}]))
    assert any(why in words for _, _, words in refusals(report))


def test_a_place_is_open_at_no_other_place(session: Session, world: Path) -> None:
    row = {**HALL, "opening": "Mon 10:00-12:00 @refuge"}
    [(_, field, why)] = refusals(load(session, LOCATIONS, csv_file(world, "locations", [row])))
    assert (field, "about this one" in why) == ("opening", True)
