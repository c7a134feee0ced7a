"""What holds on every route alike: nothing is kept, nothing is done without a token, too much is not read.

Routes come from ``addresses.py``: a new one that is missing there fails test_access.py, so none is left out.
"""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hubfinder.extensions import csrf, db
from hubfinder.people.models import Person
from hubfinder.settings import DEMONSTRATION_OUT_OF_HOURS
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.web.front_door.blueprint import LONGEST_FORM
from tests.pages.addresses import (
    FOLLOWED,
    FOLLOWED_WRITES,
    FORM,
    FORM_WRITES,
    STAFF,
    STAFF_OF_A_JOB,
    STAFF_WRITES,
)
from tests.support.asking import STORY, Asker
from tests.support.following import Follower
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, sign_in
from tests.support.staff import Staff, furnish

ENORMOUS = 12_000_000
"""Bytes: more than the largest file that any form takes."""
COUNTED = frozenset({"staff_session", "sign_in_attempt", "lookup"})
"""Tables that are about who asks, and change by that."""
FRESH = {
    "staff.export_trail",
    "staff.take_out",
    "staff.invite_person",
    "staff.give_role",
    "staff.take_role",
    "staff.change_account",
    "staff.council",
    "triage.copy_request",
    "triage.correct_request",
    "triage.correct_row",
    "triage.correct_step",
    "triage.erase",
    "triage.front_door",
    "triage.go_on_with_chasing",
    "triage.go_on_with_retention",
    "triage.hold_request",
    "triage.hub_team",
    "triage.new_code",
    "triage.rights",
}
"""Takes something out, destroys it, or changes what somebody may do or read."""
OWN_TOKENS = ("hubfinder.web.front_door.", "hubfinder.web.public.")
"""Forms of people who are not signed in carry tokens of their own; the tests of those pages try them."""
LOOKS = {"request.opened", "request.seen_by_service"}
WITH_FILES = {"staff.send_spreadsheet", "staff.send_register"}
"""They say themselves, on their page, how large a file may be."""
ROLES = (
    Role.COUNCIL_ADMINISTRATOR,
    Role.FRONT_DOOR,
    Role.PROVIDER,
    Role.HUB_STAFF,
    Role.AUDITOR,
)
EVERY = {**STAFF, **STAFF_WRITES, **STAFF_OF_A_JOB}
PERSONAL = {**EVERY, **FORM, **FORM_WRITES, **FOLLOWED, **FOLLOWED_WRITES}
OWN = (
    "/account",
    "/account/check",
    "/account/login",
    "/account/logout",
    "/account/password",
    "/account/password/forgotten",
    "/account/password/new/none",
    "/account/invitation/none",
    "/account/second-factor",
    "/account/set-up",
    "/account/recovery-codes",
    "/account/sessions/end",
    "/account/none",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """On SQLite: nothing here is about the database."""
    with application(tmp_path_factory.mktemp("instance")) as app:
        yield app


@pytest.fixture(scope="module")
def staff(app: Flask) -> Staff:
    with app.app_context():
        return furnish(db.session)


@pytest.fixture
def clients(app: Flask, staff: Staff) -> list[FlaskClient]:
    """Somebody for each role, signed in, each in a browser of their own."""
    with app.app_context():
        people = [db.session.get_one(Person, staff[HARBOURMOUTH, role]) for role in ROLES]
        return [sign_in(app.test_client(), person) for person in people]


def contents(app: Flask) -> dict[str, str]:
    """A digest of each table of both databases."""
    found = {}
    with app.app_context():
        for engine in (db.engine, db.get_engine(VAULT)):
            with engine.connect() as connection:
                for table in sa.inspect(connection).get_table_names():
                    if table not in COUNTED and not table.startswith(("idx_", "rtree", "geometry")):
                        rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall()
                        digest = sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
                        found[f"{engine.url.database}:{table}"] = digest
    return found


def entries(app: Flask) -> list[str]:
    """What the trail of requests says was done, in its order."""
    with app.app_context(), db.get_engine(VAULT).connect() as connection:
        return list(connection.scalars(sa.text("SELECT verb FROM audit_entry ORDER BY number")))


def looked_at(app: Flask) -> set[str]:
    """The tables in which it stands that somebody looked at a request."""
    with app.app_context():
        return {f"{db.get_engine(VAULT).url.database}:{name}" for name in ("audit_entry", "audit_head")}


def test_no_personal_answer_is_kept(app: Flask, clients: list[FlaskClient]) -> None:
    """Pages, errors and redirects, for whoever asks and however."""
    seen = set()
    for client in (*clients, app.test_client()):
        for address in (*PERSONAL.values(), *OWN):
            for ask in (client.get, client.post):
                answer = ask(address)
                assert answer.headers["Cache-Control"] == "no-store", (ask.__name__, address)
                assert "ETag" not in answer.headers, address
                seen.add(answer.status_code)
    assert seen >= {200, 303, 400, 404, 405}


def test_with_a_form_and_a_request_in_the_browser_nothing_is_kept_either(app: Flask) -> None:
    asker, family = Asker(app.test_client()).answer_all(), Follower(app)
    assert family.enter().headers["Cache-Control"] == "no-store"
    seen = set()
    for address in FORM.values():
        answer = asker.client.get(address)
        assert answer.headers["Cache-Control"] == "no-store", address
        seen.add(answer.status_code)
    for address in FOLLOWED.values():
        answer = family.client.get(address.replace("F0110W000000001", family.reference))
        assert answer.headers["Cache-Control"] == "no-store", address
        seen.add(answer.status_code)
    assert asker.send().headers["Cache-Control"] == "no-store"
    assert asker.get("sent").headers["Cache-Control"] == "no-store"
    assert 200 in seen


def test_without_its_token_no_form_does_anything(app: Flask, clients: list[FlaskClient]) -> None:
    typed = {"words": "From another site", "reason": "From another site", "name": "Another", "do": "note"}
    before, last = contents(app), entries(app)
    for client in clients:
        for address in (*EVERY.values(), *OWN):
            for token in ({}, {"csrf_token": "made.up"}):
                answer = client.post(address, data={**typed, **token})
                assert answer.status_code in {303, 400, 401, 404, 405}, address
    after = contents(app)
    assert {name for name in before if before[name] != after[name]} <= looked_at(app)
    assert set(entries(app)[len(last) :]) <= LOOKS, "the page that it stood on was opened"
    app.config["WTF_CSRF_ENABLED"] = False  # else the same forms might do nothing for another reason
    try:
        for client in clients:
            client.post(STAFF_WRITES["triage.act"], data={**typed, "revision": "1"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert contents(app) != after


def test_only_forms_with_tokens_of_their_own_are_without_that_of_a_session(app: Flask) -> None:
    views = {f"{view.__module__}.{view.__name__}" for view in app.view_functions.values()}
    exempt = views & csrf._exempt_views
    assert exempt
    assert [view for view in exempt if not view.startswith(OWN_TOKENS)] == []


def test_what_cannot_be_undone_asks_for_the_second_factor_again(
    app: Flask, clients: list[FlaskClient]
) -> None:
    """Six minutes after it was shown these ask for it, whether a page is opened or a form sent."""
    app.config["WTF_CSRF_ENABLED"] = False
    before, asking = contents(app), set()
    try:
        for client in clients:
            with client.session_transaction() as session:
                session["factor_at"] -= 6 * 60
            for endpoint, address in EVERY.items():
                if endpoint in FRESH:
                    answers = [client.get(address), client.post(address, data={"reason": "Because."})]
                    if any("/account/check" in one.headers.get("Location", "") for one in answers):
                        asking.add(endpoint)
                    assert {one.status_code for one in answers} <= {303, 401, 404, 405}, endpoint
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert asking == FRESH
    after = contents(app)
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_form_without_an_end_is_refused_by_every_route_before_it_is_read(
    app: Flask, clients: list[FlaskClient]
) -> None:
    """However it is sent: with its length, in pieces without one, or in more parts than there are fields."""
    before, refused = contents(app), set()
    for client in clients:
        for endpoint, address in EVERY.items():
            for sent in too_much():
                answer = client.post(address, **sent)
                usual = {303, 401, 404, 405, 413} | ({400} if endpoint in WITH_FILES else set())
                assert answer.status_code in usual, endpoint
                if answer.status_code == 413:
                    refused.add(endpoint)
                    assert DEMONSTRATION_OUT_OF_HOURS in answer.get_data(as_text=True)
    after = contents(app)
    assert {name for name in before if before[name] != after[name]} == set()
    assert refused >= set(STAFF_WRITES) - WITH_FILES


def too_much() -> Iterator[dict[str, object]]:
    """Forms that say that they are long, that are, and that have many parts."""
    plain = "application/x-www-form-urlencoded"
    said = {"CONTENT_LENGTH": str(10**10)}
    yield {"data": b"words=x", "content_type": plain, "environ_overrides": said}
    yield {"data": b"words=" + b"y" * ENORMOUS, "content_type": plain}
    parts = b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(1_100))
    yield {"data": parts + b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


def test_of_a_form_that_does_not_say_how_long_it_is_no_more_is_read(app: Flask) -> None:
    """In pieces without an end, as a program could send it: what is read fits into memory."""
    stream = BytesIO(b"words=" + b"y" * ENORMOUS)
    endless = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    app.test_client().post(
        "/ask/story",
        input_stream=stream,
        content_type="application/x-www-form-urlencoded",
        environ_overrides=endless,
    )
    assert stream.tell() <= LONGEST_FORM < 300_000


@pytest.mark.parametrize("number", range(3))
def test_a_family_that_sends_too_much_is_told_and_loses_nothing(app: Flask, number: int) -> None:
    asker = Asker(app.test_client()).answer_all()
    answer = asker.client.post("/ask/story", **list(too_much())[number])
    assert answer.status_code == 413
    assert DEMONSTRATION_OUT_OF_HOURS in answer.get_data(as_text=True)
    assert STORY in asker.get("story").get_data(as_text=True)
