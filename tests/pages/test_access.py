"""Who may enter: every route says so, and there is nothing to enter but what is meant."""

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from hubfinder.web.shared import access
from tests.pages.addresses import (
    DATA,
    FOLLOWED,
    FOLLOWED_WRITES,
    FORM,
    FORM_WRITES,
    LANGUAGES,
    PAGES,
    STAFF,
    STAFF_OF_A_JOB,
    STAFF_WRITES,
    in_language,
)

UNTRANSLATED = {
    "public.healthz": 200,
    "public.leave": 303,
    "public.compare_csv": 400,
    "public.compare_json": 400,
    "public.collection_feed": 404,
    "sheets.pdf": 400,
    "sheets.picture": 404,
    "sheets.text": 400,
    "sheets.word": 400,
    "sheets.calendar": 400,
    "sheets.paper": 400,
    "sheets.short": 302,
    "sheets.short_ask": 302,
    "sheets.short_right": 302,
    "sheets.short_right_form": 302,
    "sheets.right": 404,
    "public.still_right": 404,
    "public.told_of_reference": 400,
}
PUBLIC_WRITES = {
    "front_door.ask",
    "front_door.check",
    "front_door.follow",
    "front_door.forget_sent",
    "front_door.go_on",
    "front_door.keep",
    "front_door.row",
    "front_door.stay",
    "front_door.step",
    "public.complaint",
    "public.feedback",
    "public.still_right",
    "public.suggest_service",
    "public.told",
    "public.wrong",
}
ACCOUNTS_OF_ALL = {
    "accounts.change_password_address",
    "accounts.demonstration",
    "accounts.forgotten",
    "accounts.invitation",
    "accounts.new_password",
    "accounts.second_factor",
    "accounts.security_txt",
    "accounts.set_up",
    "accounts.set_up_app",
    "accounts.set_up_passkey",
    "accounts.sign_in",
}
"""On the way in, nobody is signed in yet."""
STAFF_FACES = ("staff.", "triage.")
READING = {"GET", "HEAD", "OPTIONS"}


def test_every_route_says_who_may_enter(plain_app: Flask) -> None:
    """Staff pages: some roles; pages of an account: whoever is signed in or comes in; others: everyone."""
    declared = {
        rule.endpoint: access.who_may_enter(plain_app.view_functions[rule.endpoint])
        for rule in plain_app.url_map.iter_rules()
    }
    staff = {endpoint: who for endpoint, who in declared.items() if endpoint.startswith(STAFF_FACES)}
    accounts = {endpoint: who for endpoint, who in declared.items() if endpoint.startswith("accounts.")}
    rest = {endpoint: who for endpoint, who in declared.items() if endpoint not in {*staff, *accounts}}
    assert rest == dict.fromkeys(
        [*PAGES, *DATA, *UNTRANSLATED, *FORM, *FORM_WRITES, *FOLLOWED, *FOLLOWED_WRITES], access.EVERYONE
    )
    assert set(staff) == {*STAFF, *STAFF_WRITES, *STAFF_OF_A_JOB}
    assert [endpoint for endpoint, who in staff.items() if who is None or not who.roles] == []
    assert {endpoint for endpoint, who in accounts.items() if who == access.EVERYONE} == ACCOUNTS_OF_ALL
    assert set(accounts.values()) == {access.EVERYONE, access.SIGNED_IN}


def test_an_application_with_an_undeclared_route_does_not_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/secret", view_func=lambda: "secret")
    with pytest.raises(access.UndeclaredRoute, match="does not say who may enter"):
        access.check(app)


def test_a_declared_page_stands_at_both_addresses(plain_app: Flask) -> None:
    blueprint = Blueprint("extra", __name__)

    @access.public_page(blueprint, "/extra")
    def extra() -> str:
        return "here"

    assert access.who_may_enter(extra) is access.EVERYONE
    rules = {rule.rule for rule in plain_app.url_map.iter_rules()}
    assert {"/about", "/<language:lang>/about"} <= rules


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("endpoint", PAGES)
def test_everyone_may_read_every_page_in_every_language(
    client: FlaskClient, endpoint: str, language: str
) -> None:
    assert client.get(in_language(PAGES[endpoint], language)).status_code == 200


@pytest.mark.parametrize("address", FORM.values())
def test_whoever_has_begun_no_form_is_led_to_its_first_page(client: FlaskClient, address: str) -> None:
    for language in ("en", "ar"):
        response = client.get(in_language(address, language))
        assert (response.status_code, response.headers["Location"]) == (303, in_language("/ask", language))


@pytest.mark.parametrize("endpoint", DATA)
def test_everyone_may_read_what_scripts_ask_for(client: FlaskClient, endpoint: str) -> None:
    response = client.get(DATA[endpoint])
    assert (response.status_code, response.mimetype) == (200, "application/json")


@pytest.mark.parametrize(("endpoint", "status"), UNTRANSLATED.items())
def test_the_rest_answers_without_a_language(
    plain_app: Flask, client: FlaskClient, endpoint: str, status: int
) -> None:
    """Without what an address needs; ``sheets.right`` has languages, but no code that is always there."""
    rules = {rule.rule for rule in plain_app.url_map.iter_rules(endpoint) if "language:" not in rule.rule}
    assert {client.get(rule).status_code for rule in rules} == {status}


def test_only_staff_and_a_few_forms_of_the_public_can_write(plain_app: Flask) -> None:
    writing = {rule.endpoint for rule in plain_app.url_map.iter_rules() if (rule.methods or set()) - READING}
    others = {endpoint for endpoint in writing if not endpoint.startswith((*STAFF_FACES, "accounts."))}
    assert others == PUBLIC_WRITES | {*FOLLOWED, *FOLLOWED_WRITES} - {"front_door.followed"}


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("address", [*STAFF.values(), *STAFF_OF_A_JOB.values(), *STAFF_WRITES.values()])
def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, address: str, language: str) -> None:
    """Whether there is such a thing or not, and however one asks; nothing is kept in the browser."""
    for ask in (client.get, client.post):
        answer = ask(in_language(address, language))
        assert answer.status_code in {303, 401, 405}
        assert answer.status_code != 303 or "/account/login" in answer.headers["Location"]
        assert "Set-Cookie" not in answer.headers


def test_healthz_is_plain_and_never_kept(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.get_data(as_text=True), response.mimetype) == ("ok\n", "text/plain")
    assert response.headers["Cache-Control"] == "no-store"
