"""Staff read what the public told, act on it, and whoever told it hears of it once."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.models import Listing, ListingUpdate, Report
from hubfinder.people.models import AuditEntry
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import ReportState, Role, UpdateState
from tests.pages.reading import Reader
from tests.pages.reports import (
    QUEUE,
    SERVICE,
    forget_all,
    listing,
    only_report,
    organization_of,
    press,
    record_all,
    verbs,
)
from tests.pages.telling import reference_on, send
from tests.support.people import NORTHSANDS, signed_in

RUNG = "sleep-clinic"
"""A listing with a telephone."""
MOST_QUERIES = 12
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }}"


@pytest.fixture(scope="module")
def app(app: Flask) -> Flask:
    record_all(app)
    return app


@pytest.fixture(autouse=True)
def _nothing_told(app: Flask) -> Iterator[None]:
    yield
    forget_all(app)


def test_the_queue_shows_danger_first_and_then_the_oldest(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    send(anybody, f"{SERVICE}/wrong", part="other", text="The first one")
    send(anybody, "/hub/quayside-family-hub/wrong", part="other", text="The second one")
    send(anybody, f"{SERVICE}/feedback", text="My partner hits me and the children")
    page = Reader(council)(QUEUE)
    assert page.text.index("hits me") < page.text.index("The first one") < page.text.index("The second one")
    assert "May be about danger" in page.text
    assert "3 reports" in page.text
    assert "The second one" not in Reader(council)(f"{QUEUE}?kind=feedback").text
    assert "The second one" in Reader(council)(f"{QUEUE}?hub=quayside-family-hub").text
    assert Reader(council)(f"{QUEUE}?page=99&state=none&kind=none&hub=%00").status == 200
    assert listing(app).open_reports == 2


def test_the_queue_asks_little_of_the_database(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    for number in range(12):
        send(anybody, f"/service/story-time-{number}/wrong", part="other", text=f"Words {number}")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    council.get(QUEUE)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert council.get(QUEUE).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in asked if not one.startswith("PRAGMA")]) <= MOST_QUERIES, asked


def test_a_right_report_begins_a_change_with_the_number_somebody_gave(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    told = send(
        anybody,
        f"{SERVICE}/wrong",
        part="telephone",
        text="New number",
        right="01632 960777",
        email="mother@example.org",
    )
    report = only_report(app)
    page = press(council, report.id, then="edit", words="Thank you, we put the new number in.")
    assert page.status == 303
    assert page.html.endswith("/staff/listings/story-time-1/edit")
    with app.app_context():
        change = db.session.scalars(select(ListingUpdate)).one()
        assert (change.state, change.report_id) == (UpdateState.DRAFT, report.id)
        assert change.content["telephone"] == "01632 960777"
        email = db.session.scalars(select(OutgoingEmail)).one()
        assert (email.to, email.purpose) == ("mother@example.org", "report-outcome")
        assert reference_on(told) in email.body
        assert "Story" not in email.body + email.subject
        assert "number" not in email.body
    after = only_report(app)
    assert (after.state, after.email) == (ReportState.ACCEPTED, "")
    assert listing(app).open_reports == 0
    followed = Reader(anybody)(f"/told/{reference_on(told)}")
    assert "You were right. Thank you: we are putting it right" in followed.text
    assert "we put the new number in" in followed.text
    assert "report.accepted" in verbs(app)


@pytest.mark.parametrize("right", ["call me!", "x" * 200, ""])
def test_what_cannot_be_a_number_is_not_put_in(
    app: Flask, anybody: FlaskClient, council: FlaskClient, right: str
) -> None:
    send(anybody, f"{SERVICE}/wrong", part="telephone", text="New number", right=right)
    before = listing(app)
    assert press(council, only_report(app).id, then="edit").status == 303
    with app.app_context():
        change = db.session.scalars(select(ListingUpdate)).one()
        assert change.base_version == before.version
        assert right == "" or change.content["telephone"] != right


def test_a_report_is_decided_about_once(app: Flask, anybody: FlaskClient, council: FlaskClient) -> None:
    send(anybody, f"{SERVICE}/wrong", part="price", text="It should be free")
    number = only_report(app).id
    press(council, number, then="nothing", words="Yes")
    again = council.post(
        f"{QUEUE}/{number}/decide",
        data={"then": "decline", "words": "No", "csrf_token": _token(council)},
    )
    assert again.status_code == 400
    assert only_report(app).outcome == "Yes"
    assert press(council, number, then="bogus").status == 400


def _token(client: FlaskClient) -> str:
    page = client.get("/staff/board").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_families_are_told_of_a_dead_number_once_staff_say_so(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    notice = "Somebody told us this number may not work."
    for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2"):
        assert not listing(app, RUNG).is_telephone_doubted
        send(anybody, f"/service/{RUNG}/wrong", part="telephone", text="Dead", sent_from=address)
    assert listing(app, RUNG).is_telephone_doubted
    assert notice not in Reader(anybody)(f"/service/{RUNG}").text
    with app.app_context():
        numbers = db.session.scalars(select(Report.id).order_by(Report.id)).all()
    assert len(numbers) == 2
    assert press(council, numbers[0], then="doubt").status == 303
    assert Reader(anybody)(f"/service/{RUNG}").text.count(notice) == 1
    press(council, numbers[1], then="decline", words="It rang when we tried")
    assert not listing(app, RUNG).is_telephone_doubted
    assert notice not in Reader(anybody)(f"/service/{RUNG}").text


def test_a_listing_is_paused_with_words_for_families(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    send(anybody, "/service/story-time-2/wrong", part="closed", text="The hall has burnt down")
    number = only_report(app).id
    assert press(council, number, then="pause").status == 400
    assert press(council, number, then="pause", words="No session until the hall is mended.").status == 303
    assert "No session until the hall is mended." in Reader(anybody)("/service/story-time-2").text


def test_a_missing_service_becomes_a_draft(app: Flask, anybody: FlaskClient, council: FlaskClient) -> None:
    send(
        anybody,
        "/suggest-service",
        name="Toy lending shed",
        text="Lends toys to families.",
        contact="01632 960555 or not-a-web-address",
    )
    page = press(council, only_report(app).id, then="edit")
    assert "/staff/listings/toy-lending-shed/edit" in page.html
    with app.app_context():
        change = db.session.scalars(select(ListingUpdate)).one()
        assert change.content["name"] == "Toy lending shed"
        assert change.content["telephone"] == "01632 960555"
    assert Reader(anybody)("/service/toy-lending-shed").status == 404
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(ListingUpdate))
        db.session.execute(delete(Listing).where(Listing.key == "toy-lending-shed"))
        db.session.commit()


def test_what_staff_read_is_plain_text(app: Flask, anybody: FlaskClient, council: FlaskClient) -> None:
    send(anybody, f"{SERVICE}/wrong", part="other", text=HOSTILE, right=HOSTILE)
    for address in (QUEUE, f"{QUEUE}/{only_report(app).id}"):
        page = Reader(council)(address)
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "{{ 7*7 }}" in page.text


def test_a_provider_reads_reports_about_its_own_and_no_email(app: Flask, anybody: FlaskClient) -> None:
    provider = signed_in(app, Role.PROVIDER, organization_key=organization_of(app))
    send(anybody, f"{SERVICE}/wrong", part="price", text="Mine", email="mother@example.org")
    number = only_report(app).id
    send(anybody, "/service/sleep-clinic/wrong", part="price", text="Another organization's")
    send(anybody, f"{SERVICE}/wrong", part="other", text="A worker hit my child, she abuses children")
    send(anybody, f"{SERVICE}/feedback", text="It was dull")
    send(anybody, "/complaint", text="About everything")
    page = Reader(provider)(QUEUE)
    assert "1 report" in page.text
    assert "Mine" in page.text
    one = Reader(provider)(f"{QUEUE}/{number}")
    assert "mother@example.org" not in one.html
    for other in range(number + 1, number + 5):
        assert provider.get(f"{QUEUE}/{other}").status_code == 404
        assert provider.post(
            f"{QUEUE}/{other}/decide", data={"then": "nothing", "csrf_token": _token(provider)}
        ).status_code == 404  # fmt: skip


def test_a_complaint_is_for_the_councils_administrators_alone(app: Flask, anybody: FlaskClient) -> None:
    send(anybody, "/complaint", text="They never rang back", email="mother@example.org")
    number = only_report(app).id
    for reader in (
        signed_in(app, Role.HUB_STAFF),
        signed_in(app, Role.PROVIDER, organization_key=organization_of(app)),
        signed_in(app, Role.FRONT_DOOR),
        signed_in(app, Role.AUDITOR),
        signed_in(app, Role.COUNCIL_ADMINISTRATOR, NORTHSANDS),
    ):
        assert "They never rang back" not in Reader(reader)(QUEUE).html
        assert reader.get(f"{QUEUE}/{number}").status_code == 404
    page = Reader(signed_in(app))(f"{QUEUE}/{number}")
    assert "They never rang back" in page.text
    assert "mother@example.org" in page.text


def test_opening_one_with_an_email_stands_in_the_trail_once(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    send(anybody, f"{SERVICE}/wrong", part="price", text="With", email="mother@example.org")
    number = only_report(app).id
    seen = select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "report.seen")
    with app.app_context():
        before = db.session.scalar(seen)
    council.get(f"{QUEUE}/{number}")
    with app.app_context():
        assert db.session.scalar(seen) == (before or 0) + 1


def test_hub_staff_read_what_is_about_their_hub(app: Flask, anybody: FlaskClient) -> None:
    hub = signed_in(app, Role.HUB_STAFF, hub_key="quayside-family-hub")
    send(anybody, "/hub/quayside-family-hub/wrong", part="times", text="Shut on Mondays")
    send(anybody, "/hub/northsands-family-hub/wrong", part="times", text="Elsewhere")
    page = Reader(hub)(QUEUE)
    assert "Shut on Mondays" in page.text
    assert "Elsewhere" not in page.text


def test_feedback_is_read_by_staff_before_anybody_else_and_answered(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    provider = signed_in(app, Role.PROVIDER, organization_key=organization_of(app))
    send(anybody, f"{SERVICE}/feedback", text=f"Warm and kind. {HOSTILE}")
    number = only_report(app).id
    assert "Warm and kind" not in Reader(anybody)(SERVICE).text
    assert provider.get(f"{QUEUE}/{number}").status_code == 404
    assert press(council, number, then="publish").status == 303
    page = Reader(anybody)(SERVICE)
    assert "Warm and kind" in page.section("What people say")
    assert "<script>alert" not in page.html
    answered = press(provider, number, "answer", do="reply", answer="You said cold, we bought a heater.")
    assert answered.status == 200
    page = Reader(anybody)(SERVICE)
    assert "You said cold, we bought a heater." in page.text
    assert "Warm and kind" in Reader(anybody)(f"{SERVICE}/what-people-say").text
    assert press(provider, number, "answer", do="hide-reply").status == 400
    press(council, number, "answer", do="hide-reply")
    assert "heater" not in Reader(anybody)(SERVICE).text
    press(council, number, "answer", do="show-reply")
    assert "heater" in Reader(anybody)(SERVICE).text
    press(council, number, "answer", do="hide")
    assert "Warm and kind" not in Reader(anybody)(SERVICE).text
    assert provider.get(f"{QUEUE}/{number}").status_code == 404


def test_feedback_that_tells_of_danger_is_never_put_on_a_page(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    send(anybody, f"{SERVICE}/feedback", text="My partner hits me and the children")
    number = only_report(app).id
    assert "Put it on the page" not in Reader(council)(f"{QUEUE}/{number}").text
    assert press(council, number, then="publish").status == 400
    assert "hits me" not in Reader(anybody)(SERVICE).text
    assert signed_in(app, Role.HUB_STAFF).get(f"{QUEUE}/{number}").status_code == 404


def test_only_the_newest_stand_on_the_page_of_the_service(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    for number in range(5):
        send(anybody, f"{SERVICE}/feedback", text=f"Visit number {number}")
    with app.app_context():
        numbers = db.session.scalars(select(Report.id).order_by(Report.id)).all()
    for number in numbers:
        press(council, number, then="publish")
    page = Reader(anybody)(SERVICE)
    assert "Visit number 4" in page.text
    assert "Visit number 1" not in page.text
    everything = Reader(anybody)(page.links["All that people say"])
    assert everything.text.index("Visit number 4") < everything.text.index("Visit number 0")
