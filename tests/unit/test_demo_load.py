"""`hubfinder demo`: the made-up area is loaded whole, and again, and what changed is noticed."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import Base
from hubfinder.directory import queries
from hubfinder.directory.confidential import Secrets, public_sites
from hubfinder.directory.models import Closure, Location, Service
from hubfinder.directory.weeks import week_at
from hubfinder.extensions import db
from hubfinder.ingest import demonstration
from hubfinder.ingest.demonstration import STEPS, DemonstrationRefused, Stamp, load_demonstration
from hubfinder.ingest.report import Report
from hubfinder.listings.made_up import make_life
from hubfinder.listings.models import Listing, ListingUpdate, Report as Told
from hubfinder.people.made_up import HARBOURMOUTH
from hubfinder.people.models import AuditEntry
from hubfinder.places.models import FootprintSet, Postcode
from hubfinder.referrals.front_doors import elsewhere_of
from hubfinder.referrals.models import FamilyMark, Referral
from hubfinder.referrals.reading import lines_of
from hubfinder.referrals.vocab import Flag, ReferralState
from hubfinder.search.models import SearchDocument
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, ReportKind, UpdateState
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.vocab import Delivery, FootprintKind, Weekday

GEODATA = Path(__file__).parents[2] / "geodata"
HUBS = {
    "quayside-family-hub",
    "saltings-family-hub",
    "wendbridge-family-hub",
    "mill-lane-family-hub",
    "sandmere-family-hub",
}


@pytest.fixture(scope="module")
def said(app: Flask) -> Iterator[str]:
    """What `hubfinder demo` says on an empty data folder."""
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    yield result.output
    db.session.rollback()


@pytest.fixture
def area(said: str) -> Iterator[Session]:
    """A session over the loaded area."""
    assert said.count("\n") > len(STEPS)
    yield db.session
    db.session.rollback()
    db.session.expunge_all()


def rows(name: str) -> list[dict[str, str]]:
    with (GEODATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(session: Session) -> dict[str, list[str]]:
    """Every row of every table; shapes by what they are, not by where in memory."""
    return {
        table.name: sorted(
            str([getattr(value, "desc", value) for value in row]) for row in session.execute(select(table))
        )
        for table in Base.metadata.sorted_tables
        if table.name != "places_state"  # counts how often they were worked out
    }


def test_every_file_of_the_area_is_loaded(said: str) -> None:
    files = {str(path.relative_to(GEODATA)) for path in GEODATA.rglob("*.csv")}
    files |= {str(path.relative_to(GEODATA)) for path in GEODATA.rglob("*.geojson")}
    drawn, of_requests = "layers/water.geojson", "front_doors.csv"  # loaded with what people do there
    assert {step.file for step in STEPS} == files - {drawn, of_requests}
    assert "refused" not in said


def test_the_area_is_as_large_as_promised(area: Session) -> None:
    local = select(func.count()).select_from(Service).where(~Service.is_national)
    assert area.scalar(local) == len(rows("listings/services.csv")) == 150
    assert area.scalar(select(func.count()).select_from(Postcode)) == len(rows("postcodes.csv"))
    assert set(area.scalars(select(Location.key).where(Location.is_family_hub))) == HUBS
    assert (area.scalar(select(func.count()).select_from(FootprintSet)) or 0) > 60


def test_every_service_is_as_its_row_says(area: Session) -> None:
    for row in rows("listings/services.csv"):
        service = queries.service_by_key(area, row["key"])
        assert service is not None
        assert service.name == row["name"]
        assert str(service.minimum_age if service.minimum_age is not None else "") == row["min_age_months"]
        assert str(service.maximum_age if service.maximum_age is not None else "") == row["max_age_months"]
        assert service.delivery == {Delivery(part.strip()) for part in row["delivery"].split(";")}
        assert len(service.schedules) == len([part for part in row["schedule"].split(";") if part.strip()])
        assert len(service.areas) == len([part for part in row["areas"].split(";") if part.strip()])
        assert bool(service.cost_options) == bool(row["cost"])
        area.expunge_all()


def test_dates_count_back_from_today(area: Session) -> None:
    ago = {row["key"]: row["assured_date"].split(" ")[0] for row in rows("listings/services.csv")}
    stored = dict(area.execute(select(Service.key, Service.assured_date)).tuples().all())
    for key, days in ago.items():
        assert stored[key] == (today() - timedelta(days=int(days)) if days else None)


def test_no_card_tells_where_a_refuge_is(area: Session) -> None:
    hidden = area.scalars(select(Location).where(Location.is_confidential)).all()
    assert len(hidden) >= 4
    said = [json.dumps([one.card, one.terms]) for one in area.scalars(select(SearchDocument))]
    assert all(place.address for place in hidden)
    secrets = replace(Secrets.of(hidden), points=())  # a card's own point may be near one
    assert [one for one in said if list(secrets.told({"card": one}))] == []


def test_a_service_at_a_refuge_is_listed_without_it(area: Session) -> None:
    at_refuge = Service.at_locations.any(
        Service.at_locations.property.mapper.class_.location.has(is_confidential=True)
    )
    services = area.scalars(select(Service).where(at_refuge)).all()
    assert services
    for service in services:
        assert not any(site.is_confidential for site in public_sites(service))


def test_every_hub_has_something_on_weekdays(area: Session) -> None:
    for key in sorted(HUBS):
        hub = queries.hub_by_key(area, key)
        assert hub is not None
        week = week_at(hub, queries.services_at(area, hub))
        assert sum(len(day) for day in week.days.values()) >= 10
        assert week.days[Weekday.THU]


def test_a_footprint_has_services_for_it_and_in_it(area: Session) -> None:
    from hubfinder.places.models import Footprint

    harbour = area.scalars(
        select(Footprint).where(Footprint.kind == FootprintKind.WARD, Footprint.code == "Z05000001")
    ).one()
    serving = queries.services_for_footprint(area, harbour.id)
    within = queries.services_of_footprint(area, harbour)
    assert {one.key for one in serving} < {one.key for one in within}


@pytest.mark.usefixtures("area")
@pytest.mark.parametrize(
    ("near", "words", "key", "told"),
    [
        (
            "ZA5 1AB",
            "english",
            "english-classes-with-creche",
            ("Harbourmouth", "no", "elsewhere:Harbourmouth"),
        ),
        (
            "ZA5 1AB",
            "castle",
            "castle-hill-holiday-play",
            ("Harbourmouth", "maybe", "across_border:Harbourmouth"),
        ),
        ("ZA5 1AB", "fridge", "northsands-community-fridge", (None, "sure", "serves:Northsands")),
        ("ZA1 4QT", "fridge", "northsands-community-fridge", ("Northsands", "sure", "serves:Harbourmouth")),
        ("ZA1 4QT", "northsands", "northsands-family-money", ("Northsands", "no", "elsewhere:Northsands")),
    ],
)
def test_both_sides_of_the_border_are_told_what_is_for_them(
    app: Flask, near: str, words: str, key: str, told: tuple[str | None, str, str]
) -> None:
    result = app.test_cli_runner().invoke(args=["search", words, "--near", near, "--limit", "60", "--json"])
    [found] = [one for one in json.loads(result.output) if one["id"] == key]
    assert (found["council"], found["available"]["answer"], found["why"][0]) == told


@pytest.mark.usefixtures("area")
def test_the_nearest_hub_of_the_neighbours_is_across_the_border(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["where", "ZA5 1AB", "--json"])
    hub = json.loads(result.output)["nearest_hub"]
    assert (hub["key"], hub["council"], hub["across_border"]) == (
        "wendbridge-family-hub",
        "Harbourmouth",
        True,
    )


def test_staff_have_something_of_everything_to_look_at(area: Session, said: str) -> None:
    assert "Made up for the staff pages: 9 things" in said
    states = select(Listing.state).where(Listing.council_code == HARBOURMOUTH).distinct()
    assert set(area.scalars(states)) == set(ListingState) - {ListingState.SUBMITTED}
    assert set(area.scalars(select(ListingUpdate.state))) == {UpdateState.DRAFT, UpdateState.SUBMITTED}
    reports = area.scalars(select(Told).order_by(Told.id)).all()
    assert {one.kind for one in reports} == {
        ReportKind.WRONG, ReportKind.NEW_SERVICE, ReportKind.FEEDBACK,
    }  # fmt: skip
    assert not any(one.is_urgent for one in reports)
    assert [bool(one.reply) for one in reports if one.is_public] == [True]
    [closure] = area.scalars(select(Closure)).all()
    assert closure.first_day > today()
    assert {
        "hub.closed",
        "update.submitted",
        "listing.paused",
        "listing.retired",
        "feedback.answered",
    } <= set(area.scalars(select(AuditEntry.verb)))


def test_what_staff_have_done_since_is_not_undone(area: Session) -> None:
    draft = area.scalars(select(Listing).where(Listing.state == ListingState.DRAFT)).one()
    draft.state = ListingState.RETIRED
    area.flush()
    before = everything(area)
    assert make_life(area, GEODATA, Settings()) == 0
    assert everything(area) == before


def test_a_life_that_names_nobody_is_refused(area: Session, tmp_path: Path) -> None:
    text = (GEODATA / "life.yaml").read_text("utf-8").replace("key: boat-", "key: another-")
    (tmp_path / "life.yaml").write_text(text.replace("hub@example.org", "nobody@example.org"), "utf-8")
    with pytest.raises(LookupError, match="nobody@"):
        make_life(area, tmp_path, Settings())


def test_loading_it_again_changes_nothing(area: Session) -> None:
    before = everything(area)
    load_demonstration(area, GEODATA, lambda _report: None)
    assert everything(area) == before


@pytest.mark.usefixtures("area")
def test_the_second_run_is_quick_and_says_so(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0
    assert result.output.splitlines()[1:] == [
        "Demonstration area: in step.",
        "To look at the staff pages: hubfinder people sign-in administrator@example.org",
        "Search index: in step.",
    ]


@pytest.fixture
def stamp(area: Session, tmp_path: Path) -> Stamp:
    stamp = Stamp(tmp_path / "stamp.json", GEODATA)
    assert not stamp.holds(area)
    stamp.set(area)
    assert stamp.holds(area)
    return stamp


def test_the_stamp_notices_rows_that_are_gone(area: Session, stamp: Stamp) -> None:
    area.execute(text("DELETE FROM practice"))
    assert not stamp.holds(area)


def test_the_stamp_notices_a_new_day(area: Session, stamp: Stamp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "today", lambda: date(2031, 1, 1))
    assert not stamp.holds(area)


def test_the_stamp_notices_another_file(area: Session, stamp: Stamp, tmp_path: Path) -> None:
    other = Stamp(stamp.path, tmp_path)
    for step in STEPS:
        (tmp_path / step.file).parent.mkdir(exist_ok=True)
        (tmp_path / step.file).write_bytes((GEODATA / step.file).read_bytes())
    assert other.holds(area)
    (tmp_path / "hubs.csv").write_text("something else", "utf-8")
    assert not other.holds(area)


def test_a_broken_stamp_is_no_stamp(area: Session, stamp: Stamp) -> None:
    stamp.path.write_text("{", "utf-8")
    assert not stamp.holds(area)


def test_a_file_that_is_wrong_stops_with_its_report(area: Session, tmp_path: Path) -> None:
    (tmp_path / "postcodes.csv").write_text("nonsense\n1\n", "utf-8")
    told: list[Report] = []
    with pytest.raises(DemonstrationRefused) as refused:
        load_demonstration(area, tmp_path, told.append)
    assert refused.value.report.refusal
    assert told == []


def test_requests_for_help_are_sent_and_looked_after_once(app: Flask, area: Session) -> None:
    """One is urgent, one in Polish, one from a professional, one from outside; loading again adds none."""
    again = app.test_cli_runner().invoke(args=["demo"])
    assert (again.exit_code, "Made-up requests" in again.output) == (0, False)
    with Session(db.get_engine(VAULT)) as vault:
        rows = vault.scalars(select(Referral)).all()
        ring = read_keys(app.extensions["settings"].vault_keys, is_own_folder=True)
        lines = lines_of(ring, rows)
        flags = {flag for line in lines for flag in line.head.flags}
        assert len(rows) == 10
        assert {row.state for row in rows} >= {
            ReferralState.RECEIVED,
            ReferralState.ASKED,
            ReferralState.ACCEPTED,
            ReferralState.PASSED_ON,
            ReferralState.HANDED_OVER,
            ReferralState.FINISHED,
        }
        assert flags >= {Flag.OUTSIDE, Flag.PROFESSIONAL, Flag.SAFEGUARDING, Flag.NO_PLACE, Flag.UNBORN}
        assert "pl" in {line.head.language for line in lines}
        assert {row.hub_key for row in rows} - HUBS == {""}, "what lives nowhere known, or outside"
        assert vault.scalars(select(FamilyMark.mark)).all(), "by which the doctor's is found to be the same"
        verbs = vault.scalars(select(AuditEntry.verb)).all()
        assert {"request.received", "request.passed", "request.pass_accepted"} <= set(verbs)
    outside = elsewhere_of(area, "Z06000002")
    assert outside is not None
    assert outside.telephone == "01632 960200"
