"""Every staff route x every role x two councils: each gets what is theirs, and of the rest no trace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.staff_vocab import Role
from hubfinder.web.shared import access
from tests.pages.addresses import STAFF, STAFF_OF_A_JOB, STAFF_WRITES, Theirs
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, NORTHSANDS, sign_in
from tests.support.staff import Staff, furnish

NOT_FOUND = {404}
SHOWN = {200, 303}
DONE = {200, 303, 400, 404, 409}
"""What a form without a field comes to: done, led on, refused, or about nothing that there is."""
Clients = dict[tuple[str, Role], FlaskClient]


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Forms need no token here: what keeps somebody out must not be that."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        yield app


@pytest.fixture(scope="module")
def clients(app: Flask) -> Clients:
    """Somebody signed in for each role of each council."""
    with app.app_context():
        staff: Staff = furnish(db.session)
        people = {who: db.session.get_one(Person, number) for who, number in staff.items()}
        return {who: sign_in(app.test_client(), person) for who, person in people.items()}


def roles_of(app: Flask, endpoint: str) -> frozenset[Role]:
    who = access.who_may_enter(app.view_functions[endpoint])
    assert who is not None
    return who.roles


def methods_of(app: Flask, endpoint: str) -> set[str]:
    return set().union(*(rule.methods or set() for rule in app.url_map.iter_rules(endpoint)))


def expected(address: str, council: str, role: Role, roles: frozenset[Role], usual: set[int]) -> set[int]:
    """What somebody may get at an address."""
    if role not in roles:
        return NOT_FOUND
    if isinstance(address, Theirs) and (council != HARBOURMOUTH or role.value in address.but):
        return NOT_FOUND
    return usual


@pytest.mark.parametrize("endpoint", [*STAFF, *STAFF_OF_A_JOB])
def test_each_role_of_each_council_sees_its_pages_and_no_others(
    app: Flask, clients: Clients, endpoint: str
) -> None:
    address, roles = {**STAFF, **STAFF_OF_A_JOB}[endpoint], roles_of(app, endpoint)
    usual = SHOWN if endpoint in STAFF else NOT_FOUND
    wrong = {}
    for (council, role), client in clients.items():
        answer = client.get(address)
        if answer.status_code not in expected(address, council, role, roles, usual):
            wrong[council, role.value] = answer.status_code
        assert "/account/" not in answer.headers.get("Location", "")
    assert wrong == {}


@pytest.mark.parametrize("endpoint", [*STAFF, *STAFF_WRITES])
def test_each_role_of_each_council_writes_what_is_theirs_and_no_more(
    app: Flask, clients: Clients, endpoint: str
) -> None:
    """The other council asks first, so that there is something left for it to be kept from."""
    address, roles = {**STAFF, **STAFF_WRITES}[endpoint], roles_of(app, endpoint)
    if "POST" not in methods_of(app, endpoint):
        assert {client.post(address).status_code for client in clients.values()} <= {404, 405}
        return
    wrong = {}
    for council, role in sorted(clients, key=lambda who: who[0] != NORTHSANDS):
        answer = clients[council, role].post(address)
        if answer.status_code not in expected(address, council, role, roles, DONE):
            wrong[council, role.value] = answer.status_code
    assert wrong == {}


def test_somebody_without_a_role_has_no_staff_page(app: Flask, clients: Clients) -> None:
    client = clients[NORTHSANDS, Role.AUDITOR]
    with client.session_transaction() as session:
        number = session["person"]
    with app.app_context():
        person = db.session.get_one(Person, number)
        person.roles.clear()
        db.session.commit()
    assert {client.get(address).status_code for address in STAFF.values()} == {404}
