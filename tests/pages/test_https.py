"""In production nothing goes over an open line: no page, no cookie, no address on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from pydantic import ValidationError
from werkzeug.test import TestResponse

from hubfinder.settings import Settings
from hubfinder.web.shared import assets
from tests.pages.addresses import FOLLOWED, FORM, PAGES, STAFF
from tests.support.accounts import Browser
from tests.support.production import COMPLETE, HOST, production

OPEN, SAFE = f"http://{HOST}", f"https://{HOST}"
NUMBERS = ("999", COMPLETE["out_of_hours_telephone"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder, keys = tmp_path_factory.mktemp("instance"), tmp_path_factory.mktemp("keys") / "vault.json"
    with production(folder, public_address=SAFE, vault_key_file=keys) as app:
        with app.app_context():
            made = app.test_cli_runner().invoke(args=["vault", "new-file"])
        assert made.exit_code == 0, made.output
        yield app


def told(answer: TestResponse, address: str) -> bool:
    """Whether an answer gives the safe address and the numbers, and nothing to keep."""
    text = answer.get_data(as_text=True)
    numbers = all(number in text for number in NUMBERS)
    is_kept = "Set-Cookie" in answer.headers or answer.headers["Cache-Control"] != "no-store"
    return answer.status_code == 403 and f'href="{SAFE}{address}"' in text and numbers and not is_kept


def test_whoever_comes_without_it_is_told_the_right_address_and_whom_to_ring(app: Flask) -> None:
    client = app.test_client()
    addresses = [*PAGES.values(), *FORM.values(), *FOLLOWED.values(), *STAFF.values(), "/account/login"]
    for address in (*addresses, "/nowhere"):
        path = address.partition("?")[0]
        assert told(client.get(address, base_url=OPEN), path), address
    assert told(client.get("/ar/ask", base_url=OPEN), "/ar/ask")
    assert 'dir="rtl"' in client.get("/ar/ask", base_url=OPEN).text


def test_what_is_sent_without_it_is_not_read(app: Flask) -> None:
    client = app.test_client()
    words = {"story": "Nobody may read this on the way"}
    for address in ("/ask/steps/story", "/follow", "/account/login", "/exit"):
        answer = client.post(address, base_url=OPEN, data=words)
        assert told(answer, "/"), address
        assert words["story"] not in answer.text


def test_programs_are_told_in_their_words_and_whoever_watches_over_it_may_look(app: Flask) -> None:
    client = app.test_client()
    for address in ("/api/places/ZA14QT", "/api/v1/anything"):
        answer = client.get(address, base_url=OPEN)
        assert (answer.status_code, answer.json["message"] if answer.json else "") == (403, "Ask with https.")
    assert client.get("/healthz", base_url=OPEN).text == "ok\n"
    with client.get(assets.address("app.css"), base_url=OPEN) as style:
        assert style.status_code == 200


def test_whoever_leaves_in_a_hurry_is_let_out_all_the_same(app: Flask) -> None:
    left = app.test_client().get("/exit", base_url=OPEN)
    assert (left.status_code, HOST in left.headers["Location"]) == (303, False)
    assert "Set-Cookie" not in left.headers


def test_every_cookie_is_for_https_and_this_host_alone(app: Flask) -> None:
    family, staff = app.test_client(), Browser(app, base=SAFE)
    said = family.get("/follow", base_url=SAFE).headers.getlist("Set-Cookie")
    said += staff.get("/account/login").headers.getlist("Set-Cookie")
    assert len(said) >= 2
    for cookie in said:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_behind_a_proxy_the_way_to_the_proxy_counts(app: Flask) -> None:
    client = app.test_client()
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    assert client.get("/ask", base_url=OPEN, headers=through).status_code == 200
    assert told(client.get("/ask", base_url=OPEN, headers={**through, "X-Forwarded-Proto": "http"}), "/ask")


@pytest.mark.parametrize(
    ("setting", "other"), [("PROXY_HOPS", {"proxy_hops": None}), ("PUBLIC_ADDRESS", {"public_address": OPEN})]
)
def test_production_does_not_start_without_saying_how_https_reaches_it(
    setting: str, other: dict[str, str | None]
) -> None:
    given = {name: value for name, value in {**COMPLETE, **other}.items() if value is not None}
    with pytest.raises(ValidationError, match=f"HUBFINDER_{setting}"):
        Settings(**given)


def test_what_stands_on_paper_begins_as_the_settings_say(app: Flask) -> None:
    assert app.extensions["settings"].site_address == SAFE
    there = Path("hubfinder/templates").rglob("*.html")
    open_ended = [page.name for page in there if "_external" in page.read_text("utf-8")]
    assert not open_ended, "an address made of what a visitor's request says"
