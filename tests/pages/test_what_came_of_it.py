"""What whoever told us reads of it afterwards: neither more nor less than what came of it."""

from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.models import ListingUpdate, Report
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import UpdateState
from tests.pages.reading import Reader
from tests.pages.reports import SERVICE, forget_all, only_report, press, record_all
from tests.pages.telling import reference_on, send


@pytest.fixture(scope="module")
def app(app: Flask) -> Flask:
    record_all(app)
    return app


@pytest.fixture(autouse=True)
def _nothing_told(app: Flask) -> Iterator[None]:
    yield
    forget_all(app)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (UpdateState.SUBMITTED, "You were right. Thank you: we are putting it right"),
        (UpdateState.RETURNED, "You were right. Thank you: we are putting it right"),
        (UpdateState.APPROVED, "You were right. Thank you: we have acted on it"),
        (UpdateState.WITHDRAWN, "Thank you. We have read it"),
    ],
)
def test_what_came_of_it_is_what_became_of_the_change(
    app: Flask, anybody: FlaskClient, council: FlaskClient, state: UpdateState, words: str
) -> None:
    """One change may answer two reports: both hear of it."""
    told = [
        send(anybody, f"{SERVICE}/wrong", part=part, text="Not so any more") for part in ("price", "times")
    ]
    with app.app_context():
        numbers = db.session.scalars(select(Report.id)).all()
    for number in numbers:
        assert press(council, number, then="edit").status == 303
    with app.app_context():
        begin_writing(db.session)
        db.session.scalars(select(ListingUpdate)).one().state = state
        db.session.commit()
    for page in told:
        followed = anybody.get(f"/told/{reference_on(page)}")
        assert words in unescape(followed.get_data(as_text=True))
        assert followed.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("publish", "Thank you. Everybody can read it on the page of the service"),
        ("nothing", "Thank you. We have read it"),
    ],
)
def test_nobody_is_right_or_wrong_in_what_they_felt(
    app: Flask, anybody: FlaskClient, council: FlaskClient, then: str, words: str
) -> None:
    told = send(anybody, f"{SERVICE}/feedback", text="Great club")
    press(council, only_report(app).id, then=then)
    followed = Reader(anybody)(f"/told/{reference_on(told)}").text
    assert words in followed
    assert "right" not in followed.partition("You told us on")[0]


def test_the_outcome_is_told_in_the_language_of_the_page(
    app: Flask, anybody: FlaskClient, council: FlaskClient
) -> None:
    send(anybody, f"/pl{SERVICE}/wrong", part="times", text="Inne godziny", email="mama@example.org")
    press(council, only_report(app).id, then="nothing", words="Done")
    with app.app_context():
        assert "/pl/told/" in db.session.scalars(select(OutgoingEmail.body)).one()


def test_whoever_is_told_no_is_told_why(app: Flask, anybody: FlaskClient, council: FlaskClient) -> None:
    told = send(anybody, f"{SERVICE}/wrong", part="price", text="It should be free")
    number = only_report(app).id
    page = press(council, number, then="decline")
    assert page.status == 400
    assert "Say something" in page.text
    assert press(council, number, then="decline", words="It costs £2, we asked.").status == 303
    followed = Reader(anybody)(f"/told/{reference_on(told)}").text
    assert "We looked at it and changed nothing" in followed
    assert "It costs £2, we asked." in followed
