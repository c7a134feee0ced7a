"""Anybody tells us that something is wrong, without an account, a cookie or a script."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.models import PublicBucket, Report
from hubfinder.people.models import AuditEntry
from hubfinder.staff_vocab import ReportKind, ReportState
from tests.pages.addresses import LANGUAGES, in_language
from tests.pages.reading import Reader
from tests.pages.telling import open_form, reference_on, send

WRONG = "/service/sleep-clinic/wrong"
HOSTILE = "<script>alert(1)</script> <b>bold</b> {{ 7*7 }} \u202egnp.exe\u0000"


@pytest.fixture
def anybody(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(Report))
        db.session.execute(delete(PublicBucket))
        db.session.commit()


def reports(app: Flask) -> list[Report]:
    with app.app_context():
        return list(db.session.scalars(select(Report).order_by(Report.id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_tells_that_a_number_is_dead_and_gets_a_reference(
    app: Flask, anybody: FlaskClient, language: str
) -> None:
    page = send(anybody, in_language(WRONG, language), part="telephone", text="It only beeps.")
    assert page.status == 200
    assert f'<html lang="{language}"' in page.html
    [report] = reports(app)
    assert reference_on(page).replace("-", "") == report.reference
    assert (report.kind, report.about, report.text) == (
        ReportKind.DEAD_TELEPHONE,
        "telephone",
        "It only beeps.",
    )
    assert (report.subject, report.council_code, report.language) == (
        "service:sleep-clinic",
        "Z06000001",
        language,
    )
    assert report.state is ReportState.OPEN


def test_nobody_is_given_a_cookie(anybody: FlaskClient) -> None:
    answer = anybody.get(WRONG)
    assert "Set-Cookie" not in answer.headers
    send(anybody, WRONG, part="times", text="Now on Mondays")
    assert not anybody._cookies


def test_every_page_of_a_listing_has_the_link(read: Reader) -> None:
    for address in ("/service/sleep-clinic", "/hub/quayside-family-hub", "/catalogue/universal-credit"):
        assert read(address).links["Something wrong here?"] == f"{address}/wrong"


def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(anybody: FlaskClient, app: Flask) -> None:
    page = send(anybody, WRONG, text="It is closed on Tuesdays", email="nobody")
    assert page.status == 400
    assert "There is a problem" in page.headings
    assert page.links["Choose what is wrong"] == "#part"
    assert "It is closed on Tuesdays" in page.text
    assert 'value="nobody"' in page.html
    assert not reports(app)


def test_the_form_sent_twice_is_one_report(anybody: FlaskClient, app: Flask) -> None:
    form = open_form(anybody, WRONG)
    first = send(anybody, WRONG, **form, part="price", text="It costs £3 now")
    second = send(anybody, WRONG, **form, part="price", text="It costs £3 now")
    assert reference_on(first) == reference_on(second)
    assert len(reports(app)) == 1


def test_the_same_words_from_another_form_are_one_report(anybody: FlaskClient, app: Flask) -> None:
    first = send(anybody, WRONG, part="price", text="It costs £3 now")
    second = send(anybody, WRONG, part="price", text="it  costs £3 NOW!", sent_from="198.51.100.9")
    assert reference_on(first) == reference_on(second)
    assert len(reports(app)) == 1


def test_going_back_and_writing_something_else_is_another_report(anybody: FlaskClient, app: Flask) -> None:
    form = open_form(anybody, WRONG)
    first = send(anybody, WRONG, **form, part="price", text="It costs £3 now")
    second = send(anybody, WRONG, **form, part="times", text="And it begins at ten")
    assert reference_on(first) != reference_on(second)
    assert len(reports(app)) == 2


def test_a_form_from_somebody_elses_page_is_refused(anybody: FlaskClient, app: Flask) -> None:
    fields = {**open_form(anybody, WRONG), "part": "price", "text": "x"}
    answer = anybody.post(WRONG, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    for token in ("", "made-up", open_form(anybody, "/complaint")["form"]):
        page = send(anybody, WRONG, **{**fields, "form": token})
        assert page.status == 400
        assert "ress “Send” once more" in page.text
    assert not reports(app)


def test_a_field_that_only_programs_see(anybody: FlaskClient, app: Flask) -> None:
    page = send(anybody, WRONG, part="price", text="Buy now", homepage="https://spam.example.org")
    assert page.status == 400
    assert page.links["Leave this field empty"] == "#homepage"
    assert not reports(app)


def test_hostile_words_are_only_words(anybody: FlaskClient, app: Flask) -> None:
    page = send(anybody, WRONG, part="other", text=HOSTILE, right=HOSTILE, email="x")
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "{{ 7*7 }}" in page.text
    send(anybody, WRONG, part="other", text=HOSTILE)
    [report] = reports(app)
    assert report.text == "<script>alert(1)</script> <b>bold</b> {{ 7*7 }} gnp.exe"


@pytest.mark.parametrize("text", ["\x00\x01", " \u202e ", "\n\n"])
def test_words_that_nobody_sees_are_none(anybody: FlaskClient, app: Flask, text: str) -> None:
    assert send(anybody, WRONG, part="other", text=text).status == 400
    assert not reports(app)


def test_too_many_words_are_refused_and_a_whole_book_is_not_even_read(
    anybody: FlaskClient, app: Flask
) -> None:
    page = send(anybody, WRONG, part="other", text="word " * 401)
    assert page.status == 400
    assert "Use at most 2,000 characters" in page.text
    assert anybody.post(WRONG, data={"text": "x" * 100_000}).status_code == 413
    assert not reports(app)


def test_a_school_may_tell_us_much_but_a_machine_not_everything(anybody: FlaskClient, app: Flask) -> None:
    for number in range(30):
        address = f"/service/story-time-{number % 12}/wrong"
        assert send(anybody, address, part="other", text=f"Number {number}").status == 200
    page = send(anybody, WRONG, part="other", text="One more")
    assert page.status == 429
    assert "One more" in page.text
    assert "ress “Send” once more" in page.text
    assert "01632 960300" in page.text or "999" in page.text
    assert send(anybody, WRONG, part="other", text="Else", sent_from="198.51.100.4").status == 200
    assert len(reports(app)) == 31


def test_words_of_danger_are_answered_with_whom_to_ring(anybody: FlaskClient, app: Flask) -> None:
    words = "My husband beats me and I am scared to go home."
    page = send(anybody, "/service/sleep-clinic/feedback", text=words)
    assert page.status == 200
    assert "In danger now? Ring 999" in page.text
    assert page.text.index("Ring 999") < page.text.index("Your reference is")
    [report] = reports(app)
    assert report.is_urgent
    assert report.concern


def test_the_trail_knows_that_something_was_told_but_not_what(anybody: FlaskClient, app: Flask) -> None:
    send(anybody, WRONG, part="other", text="Peppermint", email="mother@example.org")
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert entry is not None
        assert (entry.verb, entry.by) == ("report.made", "the public")
        assert entry.facts == {"kind": "wrong", "about": "other", "urgent": False}


def test_no_log_has_a_word_of_it(anybody: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send(anybody, WRONG, part="other", text="Peppermint", email="mother@example.org")
        send(anybody, WRONG, text="Peppermint", email="mother@example.org")
    assert "Peppermint" not in caplog.text
    assert "mother@" not in caplog.text


def test_a_complaint_says_where_complaints_go_and_stays_private(
    anybody: FlaskClient, app: Flask, read: Reader
) -> None:
    page = read("/complaint")
    for who in ("Ombudsman", "Ofsted", "PALS", "Harbourmouth Council"):
        assert who in page.text
    done = send(anybody, "/complaint", who="Calm Nights", text="They never rang back.")
    assert "It never stands on a page" in done.text
    [report] = reports(app)
    assert (report.kind, report.listing_id, report.subject) == (ReportKind.COMPLAINT, None, "")


def test_a_service_that_is_listed_already_is_shown_to_whoever_suggests_it(
    anybody: FlaskClient, app: Flask
) -> None:
    fields = {
        "name": "Sleep clinic for babies & toddlers",
        "text": "Help with sleep",
        "contact": "01632 960999",
    }
    page = send(anybody, "/suggest-service", **fields)
    assert page.status == 200
    assert "Is it one of these?" in page.headings
    assert page.links["Sleep clinic for babies and toddlers"] == "/service/sleep-clinic"
    assert not reports(app)
    send(anybody, "/suggest-service", **fields, is_another="yes")
    [report] = reports(app)
    assert report.kind is ReportKind.NEW_SERVICE
    assert report.suggestion["telephone"] == "01632 960999"


def test_what_is_known_of_a_new_service_is_read_out_of_plain_words(anybody: FlaskClient, app: Flask) -> None:
    page = send(
        anybody,
        "/suggest-service",
        name="Toy lending shed",
        text="Lends toys",
        where="Behind the church, za1 4qt",
        contact="Ring +44 1632 960555, shed@example.org or www.shed.example.org/toys",
        known_from="heard",
    )
    assert page.status == 200
    [report] = reports(app)
    assert report.suggestion == {
        "name": "Toy lending shed",
        "telephone": "+44 1632 960555",
        "website": "www.shed.example.org/toys",
        "email": "shed@example.org",
        "postcode": "ZA1 4QT",
        "where": "Behind the church, za1 4qt",
        "contact": "Ring +44 1632 960555, shed@example.org or www.shed.example.org/toys",
        "known_from": "heard",
    }


def test_whoever_has_the_reference_can_follow_it_and_nobody_can_guess_one(anybody: FlaskClient) -> None:
    reference = reference_on(send(anybody, WRONG, part="other", text="Peppermint", email="a@example.org"))
    answer = anybody.post("/told", data={"reference": reference.lower().replace("-", " ")})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Nobody has looked at it yet" in page
    assert "Peppermint" not in page
    assert "a@example.org" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert anybody.get(f"/told/{reference}").status_code == 200
    assert anybody.post("/told", data={"reference": "7KXQ"}).status_code == 400
    guesses = [
        anybody.post(
            "/told",
            data={"reference": f"{number:015}"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
        ).status_code
        for number in range(22)
    ]
    assert guesses == [404] * 20 + [429] * 2


def test_no_page_where_there_is_nothing(read: Reader) -> None:
    for address in (
        "/service/gone/wrong",
        "/service/gone/feedback",
        "/hub/the-refuge/wrong",
        "/catalogue/none/wrong",
        "/else/sleep-clinic/wrong",
    ):
        assert read(address).status == 404
