"""Staff look at two listings that are alike: one is made of them, or they stay two; and back again."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select

from hubfinder.clock import today, utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.actions import remove_services, save_services
from hubfinder.directory.models import Organization, Service, ServiceTranslation
from hubfinder.directory.values import ServiceDetails
from hubfinder.exchange.models import Merge, NotDuplicate, Register, RegisterItem
from hubfinder.extensions import db
from hubfinder.listings.models import Listing, ListingVersion, Report
from hubfinder.listings.recording import record_services
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import ListingState, Origin, Role
from hubfinder.vocab import Delivery
from tests.pages.reading import Page, Reader
from tests.pages.telling import send
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in

LIST = "/staff/duplicates"
KEYS = ("toy-shed", "toy-shed-again")
PAIR = f"{LIST}/toy-shed/toy-shed-again"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _pair(app: Flask) -> None:
    """One thing that is listed twice, and nothing that earlier tests made of it."""
    app.extensions["kept"].clear()
    with app.app_context():
        begin_writing(db.session)
        for table in (Merge, NotDuplicate, Report, RegisterItem, Register):
            db.session.execute(delete(table))
        remove_services(db.session, KEYS)
        db.session.execute(delete(Listing).where(Listing.key.in_(KEYS)))
        save_services(db.session, list(_details()))
        ids = db.session.scalars(select(Service.id)).all()
        record_services(db.session, ids, Origin.IMPORT, "a test")
        refresh_documents(db.session, ids)
        db.session.commit()


def _details() -> Iterator[ServiceDetails]:
    owner = db.session.scalars(select(Organization.key).order_by(Organization.id)).first() or ""
    for key, name, more in zip(KEYS, ("Toy lending shed", "The toy lending shed"), ("", "1"), strict=True):
        yield ServiceDetails(
            key=key,
            name=name,
            organization=owner,
            summary=f"Lends toys to families{more}.",
            telephone="01632 960555",
            website="https://www.example.org/toys" if more else "",
            needs=("activities",),
            eligibility="All families",
            delivery=frozenset({Delivery.TELEPHONE}),
            assured_date=today(),
        )


@pytest.fixture
def council(app: Flask) -> FlaskClient:
    return signed_in(app)


def press(client: FlaskClient, address: str, button: str, **fields: str) -> Page:
    """Open a page and press a button of its form; all else is as the page chose it, but for ``fields``."""
    page = client.get(address.removesuffix("/decide")).get_data(as_text=True)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    chosen = re.findall(r'name="(side-[a-z_]+)" type="radio" value="([a-z]+)" checked', page)
    versions = [value for name, value in hidden if name == "version"]
    data = {**dict(hidden), **dict(chosen), **fields, "version": versions, "do": button}
    answer = client.post(address, data=data, follow_redirects=True)
    return Page(answer.status_code, answer.get_data(as_text=True))


def one(app: Flask, key: str) -> Listing:
    with app.app_context():
        return db.session.scalars(select(Listing).where(Listing.key == key)).one()


def merge(council: FlaskClient, **fields: str) -> Page:
    return press(council, f"{PAIR}/decide", "merge", **fields)


def test_the_pair_is_shown_with_what_is_alike(council: FlaskClient) -> None:
    page = Reader(council)(LIST)
    assert "1 pair" in page.text
    assert page.links["Toy lending shed – The toy lending shed"] == PAIR
    assert "The same name · The same telephone · The same organization" in page.text
    page = Reader(council)(PAIR)
    assert "Lends toys to families1." in page.text
    assert "https://www.example.org/toys" in page.text
    assert "Telephone" not in page.text


def test_one_is_made_of_two_field_by_field(app: Flask, council: FlaskClient) -> None:
    page = merge(council, **{"side-summary": "kept", "side-name": "kept"})
    assert page.status == 200
    assert "Done: there is one listing now" in page.text
    with app.app_context():
        service = db.session.scalars(select(Service).where(Service.key == "toy-shed")).one()
        assert (service.name, service.summary) == ("Toy lending shed", "Lends toys to families.")
        assert [url.url for url in service.urls] == ["https://www.example.org/toys"]
        versions = db.session.scalars(
            select(ListingVersion.origin)
            .join(Listing)
            .where(Listing.key == "toy-shed")
            .order_by(ListingVersion.number)
        ).all()
        assert versions == [Origin.IMPORT, Origin.MERGED]
    gone = one(app, "toy-shed-again")
    assert (gone.state, gone.merged_into) == (ListingState.RETIRED, "toy-shed")
    assert Reader(council)(LIST).text.count("No two listings look alike.") == 1


def test_the_old_address_leads_to_the_one_that_is_left(app: Flask, council: FlaskClient) -> None:
    merge(council)
    anybody = app.test_client()
    for language in ("", "/pl"):
        answer = anybody.get(f"{language}/service/toy-shed-again?age=2")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{language}/service/toy-shed?age=2")
    assert anybody.get("/s/toy-shed-again", follow_redirects=True).request.path == "/service/toy-shed"
    saved = Reader(anybody)("/saved?item=service:toy-shed-again&item=service:toy-shed")
    assert saved.text.count("Lends toys") == 1
    sheet = Reader(anybody)("/sheet/print?for=list&item=service:toy-shed-again")
    assert "toy lending shed" in sheet.text.lower()
    assert "toy-shed-again" not in Reader(anybody)("/results?place=ZA1+4QT&q=toy+lending").html


def test_what_is_told_of_the_old_one_is_told_of_the_one_that_is_left(
    app: Flask, council: FlaskClient
) -> None:
    """What was typed on an old form comes along: it is sent with one more press."""
    merge(council)
    anybody = app.test_client()
    for page in ("wrong", "feedback", "what-people-say"):
        answer = anybody.get(f"/pl/service/toy-shed-again/{page}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/pl/service/toy-shed/{page}")
    sent = anybody.post(
        "/service/toy-shed-again/wrong", data={"part": "price", "text": "Dearer"}, follow_redirects=True
    )
    assert sent.request.path == "/service/toy-shed/wrong"
    assert sent.status_code == 400
    assert "Dearer" in sent.get_data(as_text=True)


def test_reports_translations_and_outside_lists_follow_and_come_back(
    app: Flask, council: FlaskClient
) -> None:
    anybody = app.test_client()
    send(anybody, "/service/toy-shed-again/wrong", part="price", text="It costs £1")
    with app.app_context():
        begin_writing(db.session)
        gone = db.session.scalars(select(Service).where(Service.key == "toy-shed-again")).one()
        db.session.add(ServiceTranslation(service_id=gone.id, language="pl", name="Zabawki"))
        db.session.add(Register(key="list", council_code=HARBOURMOUTH, name="A list"))
        db.session.add(
            RegisterItem(
                register_key="list",
                council_code=HARBOURMOUTH,
                outside_id="7",
                listing_key="toy-shed-again",
                seen_at=utc_now(),
            )
        )
        db.session.commit()
    merge(council)
    assert following(app) == ("service:toy-shed", "toy-shed", 1, 0, {"toy-shed", "toy-shed-again"})
    undo(app, council)
    assert following(app) == ("service:toy-shed-again", "toy-shed-again", 0, 1, {"toy-shed-again"})


def following(app: Flask) -> tuple[str, str, int, int, set[str]]:
    with app.app_context():
        translated = db.session.scalars(
            select(Service.key).join(ServiceTranslation).where(ServiceTranslation.name == "Zabawki")
        )
        return (
            db.session.scalars(select(Report.subject)).one(),
            db.session.scalars(select(RegisterItem.listing_key)).one(),
            one(app, "toy-shed").open_reports,
            one(app, "toy-shed-again").open_reports,
            set(translated),
        )


def undo(app: Flask, council: FlaskClient) -> Page:
    with app.app_context():
        number = db.session.scalars(select(Merge.id)).one()
    token = re.search(
        r'name="csrf_token" value="([^"]+)"',
        council.get(PAIR).get_data(as_text=True) + council.get(LIST).get_data(as_text=True),
    )
    assert token is not None
    answer = council.post(
        f"{LIST}/merges/{number}/undo", data={"csrf_token": token[1]}, follow_redirects=True
    )
    return Page(answer.status_code, answer.get_data(as_text=True))


def test_two_are_made_of_one_again(app: Flask, council: FlaskClient) -> None:
    before = Reader(app.test_client())("/service/toy-shed").text
    merge(council)
    assert "Make two of them again" in Reader(council)(LIST).text
    assert "Undone: there are two listings again." in undo(app, council).text
    anybody = Reader(app.test_client())
    assert anybody("/service/toy-shed").text == before
    assert anybody("/service/toy-shed-again").status == 200
    assert one(app, "toy-shed-again").state is ListingState.PUBLISHED
    with app.app_context():
        made = db.session.scalars(select(Merge)).one()
        assert made.undone_at is not None
    assert "Make two of them again" not in Reader(council)(LIST).text


def test_what_has_changed_since_is_not_undone(app: Flask, council: FlaskClient) -> None:
    merge(council)
    with app.app_context():
        begin_writing(db.session)
        service = db.session.scalars(select(Service).where(Service.key == "toy-shed")).one()
        service.hours = "Always"
        record_services(db.session, [service.id], Origin.IMPORT, "a test")
        db.session.commit()
    assert "That cannot be undone any more" in undo(app, council).text
    assert one(app, "toy-shed-again").merged_into == "toy-shed"


def test_a_pair_that_has_changed_meanwhile_is_shown_again(app: Flask, council: FlaskClient) -> None:
    page = council.get(PAIR).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    for versions in (["toy-shed:1", "toy-shed-again:0"], ["x"], []):
        answer = council.post(
            f"{PAIR}/decide", data={"csrf_token": token[1], "version": versions, "do": "merge"}
        )
        assert answer.status_code == 400
        assert "has changed while this page was open" in answer.get_data(as_text=True)
    assert one(app, "toy-shed-again").state is ListingState.PUBLISHED


def test_that_they_are_two_is_remembered(app: Flask, council: FlaskClient) -> None:
    page = press(council, f"{PAIR}/decide", "two")
    assert "Noted: these are two." in page.text
    assert "No two listings look alike." in page.text
    assert Reader(council)(PAIR).status == 200
    assert one(app, "toy-shed").state is ListingState.PUBLISHED


def test_only_staff_who_look_after_both_decide(app: Flask) -> None:
    for reader in (
        signed_in(app, Role.HUB_STAFF, hub_key="quayside-family-hub"),
        signed_in(app, Role.COUNCIL_ADMINISTRATOR, NORTHSANDS),
    ):
        assert "toy" not in Reader(reader)(LIST).text.lower().partition("cookies")[0]
        assert reader.get(PAIR).status_code == 404
    assert signed_in(app, Role.PROVIDER, organization_key="x").get(LIST).status_code == 404
    for address in (f"{LIST}/toy-shed/toy-shed", f"{LIST}/toy-shed/nothing", f"{LIST}/samaritans/toy-shed"):
        assert signed_in(app).get(address).status_code == 404


def test_the_pages_ask_little_of_the_database(app: Flask, council: FlaskClient) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    council.get(LIST)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        council.get(LIST)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if not statement.startswith("PRAGMA")]) <= MOST_QUERIES
