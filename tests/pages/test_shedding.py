"""Too many at once: who asks for help is answered all the same, and who is refused gets telephone numbers."""

import gc
import gzip
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from hubfinder.settings import DEMONSTRATION_OUT_OF_HOURS
from hubfinder.web.accounts.devices import NAME, _signing_of
from hubfinder.web.shared import shedding
from hubfinder.web.shared.shedding import ALL_PLACES, BY_FIRST_PART, Kind, Shedding, kind_of


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@contextmanager
def full(app: Flask, *kinds: Kind) -> Iterator[None]:
    """As if so many of these kinds were being answered that there is no place for one more."""
    there: Shedding = app.extensions["shedding"]
    with ExitStack() as stack:
        for kind in kinds:
            while there.places[kind].take():
                stack.callback(there.places[kind].give_back)
        yield


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", Kind.USUAL),
        ("/results", Kind.USUAL),
        ("/asking", Kind.USUAL),
        ("/pl", Kind.USUAL),
        ("/pl/results", Kind.USUAL),
        ("", Kind.USUAL),
        ("//ask", Kind.USUAL),
        ("/ask", Kind.HELP),
        ("/ask/check", Kind.HELP),
        ("/ar/ask/check", Kind.HELP),
        ("/en/ask", Kind.HELP),
        ("/follow/K7QX", Kind.HELP),
        ("/exit", Kind.HELP),
        ("/ur/safety", Kind.HELP),
        ("/staff/requests", Kind.STAFF),
        ("/pl/account/login", Kind.SIGN_IN),
        ("/static/app.css", Kind.FILE),
    ],
)
def test_the_address_says_what_somebody_wants(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


def test_there_are_more_threads_than_places() -> None:
    from hubfinder.cli.serve import THREADS

    assert THREADS >= ALL_PLACES + 8, "the rest is for whoever asks for help, and for refusing"
    assert set(BY_FIRST_PART.values()) | {Kind.USUAL, Kind.KNOWN_SIGN_IN} == set(Kind)


def test_when_all_is_full_help_is_there(app: Flask, client: FlaskClient) -> None:
    with full(app, *shedding.PLACES):
        for path in ("/safety", "/ask", "/pl/safety", "/exit"):
            assert client.get(path).status_code in (200, 303), path
        for path in ("/", "/results?q=sleep", "/staff", "/account/login"):
            assert client.get(path).status_code == 503, path
    assert client.get("/").status_code == 200, "and all is well again"


@pytest.mark.parametrize("path", ["/results?q=sleep", "/pl/results", "/account/login"])
def test_a_refusal_says_whom_to_ring_and_when_to_try_again(
    app: Flask, client: FlaskClient, path: str
) -> None:
    with full(app, *shedding.PLACES):
        refused = client.get(path)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == str(shedding.RETRY_SECONDS)
    assert refused.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in refused.headers
    text = refused.get_data(as_text=True)
    assert "999" in text
    assert DEMONSTRATION_OUT_OF_HOURS in text
    assert f'lang="{"pl" if path.startswith("/pl") else "en"}"' in text


def test_a_refusal_is_in_the_form_that_was_asked_for(app: Flask, client: FlaskClient) -> None:
    with full(app, *shedding.PLACES):
        plain, packed = (client.get("/", headers=given) for given in ({}, {"Accept-Encoding": "gzip"}))
        assert gzip.decompress(packed.data) == plain.data
        assert client.head("/").data == b""
        secure = client.get("/", base_url="https://localhost")
        assert "Strict-Transport-Security" in secure.headers
        said = client.get("/api/v1/places/none")
        assert (said.status_code, said.get_json()["error"]) == (503, "service_unavailable")


def test_a_flood_of_sign_ins_keeps_out_nobody_whose_browser_is_known(app: Flask, client: FlaskClient) -> None:
    with full(app, Kind.SIGN_IN):
        assert client.get("/account/login").status_code == 503
        client.set_cookie(NAME, "made.up.cookie")
        assert client.get("/account/login").status_code == 503
        client.set_cookie(NAME, _signing_of(app).dumps([["account", "number"]]))
        assert client.get("/account/login").status_code == 200
        assert client.get("/results?q=sleep").status_code == 200, "searching is another kind"


def test_a_place_is_free_again_whatever_the_answer_was(app: Flask, client: FlaskClient) -> None:
    places = app.extensions["shedding"].places[Kind.USUAL]
    for path in ("/", "/results?q=sleep", "/nowhere", "/pl"):
        client.get(path)
        assert places._free == shedding.PLACES[Kind.USUAL]


def test_whoever_reads_slowly_keeps_their_place_until_they_have_read_it() -> None:
    app = Flask(__name__)

    @app.get("/long")
    def long() -> Response:
        return Response(piece for piece in (b"one ", b"two"))

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError

    shedding.init_app(app, lambda _environ: False)
    client, places = app.test_client(), app.extensions["shedding"].places[Kind.USUAL]
    reading = client.get("/long")
    assert places._free == shedding.PLACES[Kind.USUAL] - 1
    assert reading.data == b"one two"
    reading.close()
    reading.close()
    assert places._free == shedding.PLACES[Kind.USUAL]
    assert client.get("/broken").status_code == 500
    del reading
    client.get("/long")
    gc.collect()
    assert places._free == shedding.PLACES[Kind.USUAL], "also where nobody closed it"


def test_who_waits_too_long_is_refused(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shedding, "PATIENCE", 0.01)
    there: Shedding = app.extensions["shedding"]
    mine = there.turns.take(1.0)
    assert mine is not None
    monkeypatch.setattr(there.turns, "_lasts", 60.0)
    assert client.get("/").status_code == 503
    assert client.get("/safety").status_code == 200
    there.turns.give_back(mine)
    assert client.get("/").status_code == 200
