"""Help in danger, the way off the site, and errors that leave nobody without a number."""

from io import BytesIO

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from hubfinder.extensions import db
from hubfinder.settings import Settings
from hubfinder.web.public import start
from hubfinder.web.shared.errors import MOST_READ_AWAY
from tests.pages.addresses import PAGES, SPECIAL
from tests.pages.reading import Page, Reader

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("address", [*PAGES.values(), *SPECIAL.values()])
def test_999_the_number_for_nights_and_the_way_out_are_on_every_page(
    client: FlaskClient, address: str
) -> None:
    page = Reader(client)(address)
    assert page.links["999"] == "tel:999"
    assert page.links["01632 960999"] == "tel:01632960999"
    assert page.links["Exit this page"] == "/exit"
    assert page.links["In danger? 999"] == "/safety"


def test_leaving_needs_no_script_and_ends_at_the_weather(client: FlaskClient) -> None:
    response = client.get("/exit")
    assert response.status_code == 303
    assert response.headers["Location"] == "https://www.bbc.co.uk/weather"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_safety_page_names_999_first_and_then_who_listens(read: Reader) -> None:
    page = read("/safety")
    assert page.text.index("999") < page.text.index("01632 960204")
    assert "press 55" in page.text
    assert page.links["Calm Nights helpline"] == "/service/calm-nights-helpline"
    assert "Text CALM" in page.text
    assert "Hide that you were here" in page.headings


@pytest.fixture
def failing_app(plain_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application whose start page fails in the way the test says: ``app.config["FAILURE"]``."""

    def fail() -> tuple[()]:
        failure = plain_app.config["FAILURE"]
        if isinstance(failure, int):
            abort(failure)
        raise failure

    monkeypatch.setattr(start, "all_needs", fail)
    monkeypatch.setitem(plain_app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(plain_app, "testing", False)
    return plain_app


@pytest.mark.parametrize(
    ("failure", "status", "heading"),
    [
        (400, 400, "We could not understand that address"),
        (413, 413, "That is too much at once"),
        (418, 418, "We could not understand that address"),
        (429, 429, "Too many people are asking at the same time"),
        (500, 500, "Something went wrong on our side"),
        (503, 503, "This page is not working at the moment"),
        (RuntimeError("secret"), 500, "Something went wrong on our side"),
        (
            OperationalError("SELECT secret", {}, Exception("locked")),
            503,
            "This page is not working at the moment",
        ),
    ],
)
def test_every_error_says_what_to_do_and_whom_to_ring(
    failing_app: Flask, failure: object, status: int, heading: str
) -> None:
    failing_app.config["FAILURE"] = failure
    response = failing_app.test_client().get("/")
    page = Page(response.status_code, response.get_data(as_text=True))
    assert page.status == status
    assert page.headings[0] == heading
    assert page.links["999"] == "tel:999"
    assert page.links["01632 960999"] == "tel:01632960999"
    assert "secret" not in page.html
    assert response.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in response.headers) is (status == 503)


def test_of_what_is_too_long_nothing_is_left_for_the_next_question(client: FlaskClient) -> None:
    """A server that finds it unread would end the connection on which the browser asks for the next page."""
    for length, left in ((100_000, 0), (3_000_000, 3_000_000 - MOST_READ_AWAY)):
        body = BytesIO(b"words=" + b"x" * (length - 6))
        asked = EnvironBuilder(
            path="/ask", method="POST", input_stream=body, content_length=length, content_type=FORM
        )
        environ = asked.get_environ()
        environ["wsgi.input_terminated"] = True
        assert run_wsgi_app(client.application, environ)[1].startswith("413")
        assert len(body.read()) == left


def test_a_method_that_is_not_allowed_says_so(client: FlaskClient) -> None:
    response = client.post("/safety", data={})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "That cannot be done here" in response.get_data(as_text=True)


def test_a_database_that_is_gone_is_said_by_healthz(
    plain_app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with plain_app.app_context():
        monkeypatch.setattr(type(db.session), "execute", gone)
    assert client.get("/healthz").status_code == 503


def test_production_does_not_call_itself_a_demonstration(
    plain_app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = plain_app.extensions["settings"]
    monkeypatch.setitem(
        plain_app.jinja_env.globals, "settings", settings.model_copy(update={"environment": "production"})
    )
    assert "This is a demonstration." not in client.get("/about").get_data(as_text=True)
