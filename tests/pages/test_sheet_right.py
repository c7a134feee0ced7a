"""Is the sheet on the wall still right: the page behind its code, after all that can happen to a sheet."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Location, Schedule, Service
from hubfinder.extensions import db
from hubfinder.places.models import School
from hubfinder.places.revision import places_changed
from hubfinder.search.documents import refresh_documents
from hubfinder.sheets.budget import Bucket, Budget
from hubfinder.sheets.checking import Outcome, check
from hubfinder.sheets.making import Maker
from hubfinder.sheets.models import SheetVersion
from hubfinder.sheets.orders import Length, ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.versions import spaced
from hubfinder.vocab import ServiceStatus
from tests.pages.reading import Page, Reader

SCHOOL = SheetOrder(ScopeName(ScopeKind.SCHOOL, "990001"))
CLINIC = "Fishergate Clinic"
STAFF_ROOM = "192.0.2.1"


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def maker(app: Flask) -> Maker:
    found: Maker = app.extensions["sheets"]
    return found


@pytest.fixture
def printed(session: Session, maker: Maker) -> Sheet:
    """A sheet that somebody printed, and that hangs on a wall."""
    return print_one(session, maker)


def print_one(session: Session, maker: Maker, order: SheetOrder = SCHOOL) -> Sheet:
    sheet = maker.sheet(session, order)
    session.rollback()
    maker.record(session, sheet)
    session.rollback()
    return sheet


def number_of(sheet: Sheet, key: str) -> int:
    return next(line.number for line in sheet.lines if line.key == key)


class Changing:
    """Changes something of a service for a while, as an import does."""

    def __init__(self, session: Session, key: str) -> None:
        self.session, self.key = session, key

    def __enter__(self) -> Service:
        begin(self.session)
        self.service = self.session.scalars(select(Service).where(Service.key == self.key)).one()
        return self.service

    def __exit__(self, *_: object) -> None:
        refresh_documents(self.session, services=[self.service.id])
        self.session.commit()


def begin(session: Session) -> None:
    session.rollback()
    begin_writing(session)


def hide(session: Session, key: str, *, is_hidden: bool = True) -> None:
    """Make a location confidential, or public again."""
    begin(session)
    location = session.scalars(select(Location).where(Location.key == key)).one()
    location.is_confidential = is_hidden
    refresh_documents(session, locations=[location.id])
    session.commit()


def right(read: Reader, sheet: Sheet) -> Page:
    return read(f"/v/{sheet.version.code}")


def test_nothing_has_changed(read: Reader, printed: Sheet) -> None:
    page = right(read, printed)
    assert page.status == 200
    assert page.headings[0] == "This sheet is still right"
    assert "St Anne" in page.text
    assert spaced(printed.version.code) in page.text
    assert page.links["Print it again"] == f"/sheet.pdf?{SCHOOL.query()}"
    assert page.links["See the sheet of today"] == f"/sheet?{SCHOOL.query()}"
    assert "01632 960100" in page.text
    assert "noindex" in page.html


@pytest.mark.parametrize("form", ["{}", "{} ", "{}."])
def test_a_code_is_found_in_small_letters_and_with_dashes(read: Reader, printed: Sheet, form: str) -> None:
    code = spaced(printed.version.code).lower().replace("0", "o").replace("1", "l")
    assert read(f"/v/{form.format(code)}").headings[0] == "This sheet is still right"


def test_what_changed_is_said_by_the_number_on_the_paper(
    read: Reader, printed: Sheet, session: Session
) -> None:
    with Changing(session, "sleep-clinic") as clinic:
        clinic.phones[0].number = "01632 960444"
    page = right(read, printed)
    assert page.headings[0] == "1 thing on this sheet has changed"
    number = number_of(printed, "sleep-clinic")
    assert f"Number {number}: Sleep clinic for babies and toddlers" in page.headings
    assert "Telephone 01632 960444" in page.text
    assert "When" not in page.section("Until you have a new one, change these on the sheet")
    assert page.links["Print the new one"].startswith("/sheet.pdf?for=school:990001")
    with Changing(session, "sleep-clinic") as clinic:
        clinic.phones[0].number = "01632 960201"
    assert right(read, printed).headings[0] == "This sheet is still right"


def test_times_and_costs_that_changed_are_said_and_what_has_none_is_crossed_out(
    read: Reader, printed: Sheet, session: Session
) -> None:
    with Changing(session, "sleep-clinic") as clinic:
        kept = [(one.weekday, one.opens_at, one.closes_at, one.season, one.note) for one in clinic.schedules]
        clinic.schedules = []
        clinic.cost_options[0].amount = 2
    page = right(read, printed)
    assert page.headings[0] == "1 thing on this sheet has changed"
    assert "When Cross this out." in page.text
    assert "Cost £2" in page.text
    with Changing(session, "sleep-clinic") as clinic:
        clinic.schedules = [
            Schedule(weekday=day, opens_at=opens, closes_at=closes, season=season, note=note)
            for day, opens, closes, season, note in kept
        ]
        clinic.cost_options[0].amount = 0
    assert right(read, printed).headings[0] == "This sheet is still right"


@pytest.mark.parametrize("how", ["closed", "stale"])
def test_of_what_is_gone_only_the_number_is_said(
    read: Reader, printed: Sheet, session: Session, how: str
) -> None:
    number = number_of(printed, "community-fridge")
    with Changing(session, "community-fridge") as fridge:
        before = fridge.assured_date
        if how == "closed":
            fridge.status = ServiceStatus.INACTIVE
        else:
            fridge.assured_date = today() - timedelta(days=400)
    page = right(read, printed)
    with Changing(session, "community-fridge") as fridge:
        fridge.status, fridge.assured_date = ServiceStatus.ACTIVE, before
    assert page.headings[0] == "1 thing on this sheet has changed"
    assert f"Number {number}" in page.headings
    assert "Cross it out." in page.text
    assert "fridge" not in page.html.lower()
    assert "Northsands Hall" not in page.html


def test_an_address_that_became_confidential_is_never_shown_again(
    read: Reader, printed: Sheet, session: Session, client_of: FlaskClient
) -> None:
    assert any(CLINIC in str(line.where) for line in printed.lines)
    hide(session, "clinic")
    try:
        page = right(read, printed)
        forms = [
            client_of.get(f"/sheet{form}?{SCHOOL.query()}").get_data() for form in (".txt", "/print", "")
        ]
    finally:
        hide(session, "clinic", is_hidden=False)
    assert page.status == 200
    gone = {line.number for line in printed.lines if CLINIC in str(line.where)}
    assert page.headings[0] == f"{len(gone)} things on this sheet have changed"
    assert {int(found) for found in re.findall(r"Number (\d+)", " ".join(page.headings))} == gone
    for html in (page.html.encode(), *forms):
        assert b"Fishergate Clinic" not in html
    with_code = session.get(SheetVersion, printed.version.code)
    assert with_code is not None
    assert "Fishergate" not in repr(with_code.content)
    assert right(read, printed).headings[0] == "This sheet is still right"


def test_a_hub_that_became_confidential_is_crossed_out(
    read: Reader, printed: Sheet, session: Session
) -> None:
    hide(session, "quayside-family-hub")
    try:
        page = right(read, printed)
    finally:
        hide(session, "quayside-family-hub", is_hidden=False)
    assert "The family hub on the sheet is not the right one any more." in page.text
    assert "Fish Row" not in page.html
    assert "Quayside Family Hub" not in page.text


def test_a_hub_with_another_telephone_number(read: Reader, printed: Sheet, session: Session) -> None:
    begin(session)
    hub = session.scalars(select(Location).where(Location.key == "quayside-family-hub")).one()
    before = hub.phones[0].number
    hub.phones[0].number = "01632 960777"
    refresh_documents(session, locations=[hub.id])
    session.commit()
    page = right(read, printed)
    begin(session)
    hub.phones[0].number = before
    refresh_documents(session, locations=[hub.id])
    session.commit()
    assert page.headings[0] == "1 thing on this sheet has changed"
    assert "Telephone 01632 960777" in page.text


def test_something_new_is_no_reason_to_take_a_sheet_down(
    read: Reader, session: Session, maker: Maker
) -> None:
    with Changing(session, "sleep-clinic") as clinic:
        clinic.status = ServiceStatus.INACTIVE
    printed = print_one(session, maker)
    with Changing(session, "sleep-clinic") as clinic:
        clinic.status = ServiceStatus.ACTIVE
    page = right(read, printed)
    assert page.headings[:2] == [
        "This sheet is still right",
        "1 thing is on the new sheet and not on yours",
    ]
    assert "Sleep clinic for babies and toddlers" in page.text
    assert "Print the new one" in page.links


def test_what_a_new_sheet_has_no_room_for_is_still_right(session: Session, maker: Maker) -> None:
    long = print_one(session, maker, replace(SCHOOL, length=Length.TWO))
    short = maker.sheet(session, SCHOOL)
    session.rollback()
    begin(session)
    row = session.get_one(SheetVersion, long.version.code)
    row.order = SCHOOL.query()  # as if there had been more room on that day
    session.commit()
    assert len(short.lines) <= len(long.lines)
    assert check(session, maker, long.version.code).outcome is Outcome.RIGHT
    begin(session)
    session.execute(delete(SheetVersion).where(SheetVersion.code == long.version.code))
    session.commit()


def test_listings_that_were_not_chosen_are_asked_for(session: Session, maker: Maker) -> None:
    made = maker.sheet(session, SCHOOL)
    some = {("service", "sleep-clinic"), ("service", "community-fridge"), ("service", "safe-home")}
    lines = {line.key: line for line in maker.listed(session, made, some)}
    assert set(lines) == {"sleep-clinic", "community-fridge"}
    same = next(line for line in made.lines if line.key == "sleep-clinic")
    assert replace(lines["sleep-clinic"], number=same.number) == same


def test_a_school_that_is_gone_means_the_sheet_is_over(read: Reader, session: Session, maker: Maker) -> None:
    printed = print_one(session, maker)
    begin(session)
    school = session.get_one(School, "990001")
    kept = {column.name: getattr(school, column.name) for column in School.__table__.columns}
    session.delete(school)
    places_changed(session)
    session.commit()
    page = right(read, printed)
    begin(session)
    session.add(School(**kept))
    places_changed(session)
    session.commit()
    assert page.headings[0] == "This sheet is out of date"
    assert "St Anne" not in page.text
    assert page.links["Make a new sheet"] == "/sheet"


def test_a_code_that_nobody_knows(read: Reader) -> None:
    page = read("/v/00000000")
    assert page.status == 404
    assert page.headings[0] == "We do not know this code"
    assert "24 months" in page.text
    assert page.links["Make a new sheet"] == "/sheet"
    assert "999" in page.text


@pytest.mark.parametrize("typed", ["no code", "1", "x" * 500, "<script>alert(1)</script>"])
def test_what_is_no_code(read: Reader, typed: str) -> None:
    page = read(f"/v?code={typed}")
    assert page.status == 200
    assert "There is a problem" in page.text
    assert "<script>alert" not in page.html
    assert read(f"/v/{typed.replace('/', '')}").status == 404


def test_the_form_leads_to_the_page(client_of: FlaskClient, printed: Sheet) -> None:
    code = printed.version.code
    response = client_of.get(f"/pl/v?code={spaced(code).lower()}")
    assert (response.status_code, response.location) == (303, f"/pl/v/{code}")
    assert client_of.get("/v").status_code == 200


def test_the_address_in_the_code_leads_to_the_page_in_ones_language(
    client_of: FlaskClient, printed: Sheet
) -> None:
    code = printed.version.code
    response = client_of.get(f"/V/{code}", headers={"Accept-Language": "ur"})
    assert (response.status_code, response.location) == (302, f"/ur/v/{code}")
    assert client_of.get("/V").location == "/v"


def test_a_sheet_in_another_language_than_the_page(read: Reader, session: Session, maker: Maker) -> None:
    printed = print_one(session, maker, replace(SCHOOL, language="pl"))
    with Changing(session, "sleep-clinic") as clinic:
        clinic.phones[0].number = "01632 960444"
    page = right(read, printed)
    with Changing(session, "sleep-clinic") as clinic:
        clinic.phones[0].number = "01632 960201"
    assert page.headings[0] == "1 thing on this sheet has changed"
    assert 'lang="pl"' in page.html
    assert "&in=pl" in page.links["Print the new one"]


def test_pages_are_kept_by_nobody_else(client_of: FlaskClient, printed: Sheet) -> None:
    response = client_of.get(f"/v/{printed.version.code}")
    assert "private" in response.headers["Cache-Control"]


@pytest.fixture
def client_of(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def poor(app: Flask, maker: Maker) -> Iterator[None]:
    """Whoever asks has used up what they may spend, and the worker has just started."""
    before = app.extensions.get("sheet_budget")
    folder = maker.settings.sheets_dir
    app.extensions["sheet_budget"] = Budget(folder, "key", client=Bucket(300.0, 0.001))
    app.extensions["sheet_budget"].settle(STAFF_ROOM, 200)
    maker._made._known.clear()
    yield
    (folder / "spent.sqlite3").unlink()
    app.extensions["sheet_budget"] = before


@pytest.mark.usefixtures("poor")
def test_too_much_is_said_kindly_with_a_way_out(
    client_of: FlaskClient, printed_before: str, maker: Maker
) -> None:
    def ask(address: str) -> TestResponse:
        return client_of.get(address, environ_base={"REMOTE_ADDR": STAFF_ROOM})

    refused = ask(f"/sheet.pdf?{SCHOOL.query()}&age=3")
    assert_kind(refused, 429)
    assert escape(f"/sheet/print?{SCHOOL.query()}&age=3") in refused.text
    assert ask(f"/sheet/print?{SCHOOL.query()}&age=3").status_code == 200
    assert ask(f"/sheet.txt?{SCHOOL.query()}").status_code == 200
    maker._made._known.clear()
    assert ask(f"/v/{printed_before}").status_code == 200  # somebody stands in front of the wall


@pytest.fixture
def printed_before(printed: Sheet, maker: Maker) -> str:
    maker._made._known.clear()
    return printed.version.code


def assert_kind(response: TestResponse, status: int) -> None:
    assert response.status_code == status
    assert 1 <= int(response.headers["Retry-After"]) <= 120
    assert response.headers["Cache-Control"] == "no-store"
    assert "01632 960100" in response.text
    assert "999" in response.text
