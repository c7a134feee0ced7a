"""Spreadsheets and outside lists as staff have them: sent in, looked at row by row, decided, taken out."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.exchange import jobs, working
from hubfinder.exchange.archives import LARGEST_FILE
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.extensions import db
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.people.models import AuditEntry, Person
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState, Role, RowOutcome, UpdateState
from hubfinder.web.shared.cookies import FACTOR_AT
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, sign_in
from tests.support.staff import furnish

MOST_QUERIES = 12
START = jobs.start
Clients = dict[Role, FlaskClient]


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        yield app


@pytest.fixture(scope="module")
def clients(app: Flask) -> Clients:
    with app.app_context():
        staff = furnish(db.session)
        ours = {role: number for (code, role), number in staff.items() if code == HARBOURMOUTH}
        people = {role: db.session.get_one(Person, number) for role, number in ours.items()}
        return {role: sign_in(app.test_client(), person) for role, person in people.items()}


@pytest.fixture(autouse=True)
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is done while the page waits: which process does it is another test's matter."""

    def start(_settings: object, number: int) -> None:
        with app.app_context():
            working.work(db.session, app.extensions["settings"], number)
            db.session.close()

    monkeypatch.setattr(jobs, "start", start)


def send(client: FlaskClient, content: bytes, address: str = "/staff/spreadsheets/send") -> TestResponse:
    """Written out here: Werkzeug's own client leaves the temporary file of a large form open."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="../x/listings.csv"\r\n\r\n'
    form = head + content + b"\r\n--x--\r\n"
    return client.post(address, data=form, content_type="multipart/form-data; boundary=x")


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def out(client: FlaskClient, form: str = "csv") -> bytes:
    answer = client.post("/staff/spreadsheets/out", data={"form": form, "reason": "Yearly check of it all"})
    assert answer.status_code == 200
    file = answer.get_data()
    answer.close()
    return file


def test_a_file_goes_out_with_a_reason_and_comes_in_unchanged(app: Flask, clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    file = out(boss)
    assert file.startswith(b"\xef\xbb\xbfkey,version")
    assert out(boss, "xlsx").startswith(b"PK")
    with app.app_context():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert last is not None
        assert (last.verb, last.reason) == ("listings.taken_out", "Yearly check of it all")
        assert set(last.facts) == {"listings", "form"}
    address = send(boss, file).headers["Location"]
    said = page(boss, address)
    assert "listings.csv" in said
    assert "x/listings" not in said
    assert "no row would change anything" in said


def test_no_file_goes_out_without_a_reason_or_a_fresh_second_factor(clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    answer = boss.post("/staff/spreadsheets/out", data={"form": "csv"})
    assert answer.status_code == 400
    assert "Say why" in answer.get_data(as_text=True)
    with boss.session_transaction() as session:
        session[FACTOR_AT] = time.time() - 400
    assert boss.post("/staff/spreadsheets/out", data={"form": "csv", "reason": "Yearly"}).status_code == 303
    with boss.session_transaction() as session:
        session[FACTOR_AT] = time.time()


def test_a_confidential_place_is_in_no_file(app: Flask, clients: Clients) -> None:
    from hubfinder.directory.models import Location

    file = out(clients[Role.COUNCIL_ADMINISTRATOR]).decode()
    with app.app_context():
        secret = db.session.scalars(select(Location).where(Location.is_confidential)).all()
        assert secret
        for place in secret:
            assert place.key not in file
            assert place.address not in file


def test_rows_are_looked_at_applied_and_undone(app: Flask, clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    lines = "key,version,summary\nsleep-clinic,1,<script>alert(1)</script>Calmer nights.\nnobody-knows,3,x\n"
    address = send(boss, lines.encode()).headers["Location"]
    said = page(boss, f"{address}?show=changed")
    assert "Calmer nights." in re.sub(r"<span[^>]*>[^<]*</span>|<[^>]+>", "", said)
    assert "<script>alert" not in said
    assert "Row 2" in said
    assert "Row 3" not in said
    assert "no listing has the key" in page(boss, f"{address}?show=refused")
    assert boss.post(f"{address}/change", data={"do": "apply"}).status_code == 303
    with app.app_context():
        waiting = select(ListingUpdate).where(
            ListingUpdate.state == UpdateState.SUBMITTED, ListingUpdate.author != "Somebody of the clinic"
        )
        assert db.session.scalars(waiting).one().content["summary"] == "Calmer nights."
    said = page(boss, address)
    assert "Sent for approval: 1 listing." in said
    assert "Families see the changes once somebody has approved them." in said
    assert 'href="/staff/approvals"' in said[said.index("<h1") :]
    assert "It is done" not in said
    assert "Sent for approval" in page(boss, "/staff/spreadsheets")
    boss.post(f"{address}/change", data={"do": "undo"})
    assert "It was undone" in page(boss, address)
    with app.app_context():
        assert db.session.scalars(waiting).all() == []


def test_a_file_that_cannot_be_used_says_so_and_changes_nothing(clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    address = send(boss, b"Name,Telefone\na,b\n").headers["Location"]
    said = page(boss, address)
    assert "no column “key”" in said
    assert "perhaps it should be “telephone”" in said


def test_no_file_and_one_that_is_too_large_are_told_by_the_field(clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    too_large = "larger than 10 MB"
    for size, words in (
        (0, "Choose a file"),
        (LARGEST_FILE + 1, too_large),
        (LARGEST_FILE + 2**20, too_large),
    ):
        content = b"a" * size
        answer = send(boss, content) if content else boss.post("/staff/spreadsheets/send")
        assert answer.status_code == 400
        assert words in answer.get_data(as_text=True)


def test_only_the_form_with_a_file_may_be_large(clients: Clients, app: Flask) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    large = {"name": "x" * 200_000}
    assert boss.post("/staff/registers/new", data=large).status_code == 413
    assert app.test_client().post("/staff/spreadsheets/send", data=large).status_code in (303, 413)


def test_an_outside_list_is_added_read_and_decided(app: Flask, clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    address = boss.post("/staff/registers/new", data={"name": "Clubs of the county"}).headers["Location"]
    columns = {"outside_id": "No", "name": "Club", "telephone": "Tel", "needs": "", "organization": "Run by"}
    assert boss.post(f"{address}/columns", data={**columns, "name": ""}).status_code == 400
    assert boss.post(f"{address}/columns", data=columns).status_code == 303
    lines = b"No,Club,Tel,Run by\n1,Chess,01632 960801,Chess and Co\n2,Judo,01632 960802,\n"
    batch = send(boss, lines, f"{address}/send").headers["Location"]
    said = page(boss, f"{batch}?show=new")
    assert "Chess" in said
    assert "Whom it speaks to" not in said, "what says nothing is not told"
    assert "Chess and Co" in said, "not the key of an organization that is not there yet"
    assert boss.post(f"{batch}/decide", data={"do": "accept"}).status_code == 400
    with app.app_context():
        row = db.session.scalars(select(BatchRow.id).where(BatchRow.name == "Judo")).one()
    boss.post(f"{batch}/decide", data={"do": "decline", "row": str(row)})
    boss.post(f"{batch}/decide", data={"do": "accept:new"})
    with app.app_context():
        keys = select(Listing.key).where(Listing.key.startswith("clubs-of-the-county"))
        assert db.session.scalars(keys).all() == ["clubs-of-the-county-1"]
        number = int(batch.rpartition("/")[2])
        assert db.session.get_one(Batch, number).state is BatchState.APPLIED
    assert "nothing left to decide" in page(boss, batch)
    again = page(boss, send(boss, lines, f"{address}/send").headers["Location"])
    assert "Nothing is different from last time." in again
    assert "Accept those chosen" not in again
    assert "Unchanged (2)" in re.sub(r"<[^>]+>", "", again)


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files wait in line, as they do while a process works on another."""

    def join(settings: Settings, number: int) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "attend", lambda _settings: None)
            START(settings, number)

    monkeypatch.setattr(jobs, "start", join)
    monkeypatch.setattr(jobs, "attend", lambda _settings: None)


@pytest.mark.usefixtures("nobody_works")
def test_each_person_has_one_file_that_waits_and_others_see_how_many_are_before(
    app: Flask, clients: Clients
) -> None:
    boss, staff = clients[Role.COUNCIL_ADMINISTRATOR], clients[Role.HUB_STAFF]
    settings = app.extensions["settings"]
    file = b"key,version,summary\nsleep-clinic,1,Calm.\n"
    first = send(boss, file)
    assert first.status_code == 303
    assert "It begins in a moment." in page(boss, first.headers["Location"])
    again = send(boss, file)
    assert again.status_code == 400
    assert "Your last file is not done yet" in again.get_data(as_text=True)
    assert send(boss, file, "/staff/registers/childcare/send").status_code == 400
    other = send(staff, file)
    assert other.status_code == 303
    assert "It waits in line: 1 file is before it." in page(staff, other.headers["Location"])
    numbers = [int(answer.headers["Location"].rpartition("/")[2]) for answer in (first, other)]
    assert jobs.line(settings) == numbers
    with app.app_context():
        for number in numbers:
            working.work(db.session, settings, number)
            db.session.close()
    assert jobs.line(settings) == []
    address = first.headers["Location"]
    later = send(boss, b"key,version,summary\nsleep-clinic,1,Calmer.\n").headers["Location"]
    refused = boss.post(f"{address}/change", data={"do": "apply"})
    assert refused.status_code == 409
    assert "Your last file is not done yet" in refused.get_data(as_text=True)
    with app.app_context():
        working.work(db.session, settings, int(later.rpartition("/")[2]))
        assert db.session.get_one(Batch, numbers[0]).state is BatchState.PREVIEW
        db.session.close()
    for one in (address, later, other.headers["Location"]):
        assert boss.post(f"{one}/change", data={"do": "discard"}).status_code == 303


@pytest.mark.usefixtures("nobody_works")
def test_work_that_ends_while_somebody_looks_is_not_called_broken_off(
    app: Flask, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    address = send(boss, b"key,version,summary\nsleep-clinic,1,Calm.\n").headers["Location"]
    looks = jobs.is_at_work

    def ends_then_looks(settings: Settings, number: int) -> bool:
        with app.app_context(), Session(db.engine) as session:
            working.work(session, settings, number)
        return looks(settings, number)

    monkeypatch.setattr(jobs, "is_at_work", ends_then_looks)
    said = page(boss, address)
    assert "broken off" not in said
    assert "Nothing is changed yet" in said


@pytest.mark.parametrize("address", ["/staff/spreadsheets", "/staff/registers", "/staff/registers/childcare"])
def test_pages_ask_few_questions(app: Flask, clients: Clients, address: str) -> None:
    assert questions(app, clients[Role.COUNCIL_ADMINISTRATOR], address) <= MOST_QUERIES


def test_a_page_of_a_hundred_rows_asks_as_few(app: Flask, clients: Clients) -> None:
    boss = clients[Role.COUNCIL_ADMINISTRATOR]
    lines = ["key,version,name,organization,summary,access,delivery"]
    lines += [f"made-{n},,Made {n},harbour,Something {n}.,universal,online" for n in range(120)]
    address = send(boss, "\n".join(lines).encode()).headers["Location"]
    assert questions(app, boss, address) <= MOST_QUERIES
    assert boss.get(f"{address}?page=2").status_code == 200
    assert boss.get(f"{address}?page=99&show=nothing").status_code == 200
    with app.app_context():
        assert {row.outcome for row in db.session.scalars(select(BatchRow))} >= {RowOutcome.REFUSED}


def questions(app: Flask, client: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def count(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))])
