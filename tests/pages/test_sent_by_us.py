"""A request sent by somebody signed in for an organization: that organization finds it, and nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry, RoleGrant
from hubfinder.referrals.models import Referral
from hubfinder.referrals.states import ENDED
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from tests.pages.reading import Page
from tests.support.asking import CHILD, STEPS, STORY, Asker, page_of, sent_ones
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person, sign_in, signed_in

NAME = "Wend NHS Trust of the tests"
ABOUT = {
    "pro_name": "Jo Sample",
    "pro_role": "midwife",
    "pro_organization": "The maternity ward",
    "pro_telephone": "01632 960001",
    "family_knows": "yes",
}
NOTE = "sends this request. Whoever signs in for it sees where the request stands."


@pytest.fixture(scope="module")
def organizations(app: Flask) -> tuple[str, str]:
    """Keys of two, with names of their own."""
    keys = ("trust-of-the-tests", "charity-of-the-tests")
    with app.app_context():
        begin_writing(db.session)
        db.session.add_all(
            Organization(key=key, name=name)
            for key, name in zip(keys, (NAME, "Charity of the tests"), strict=True)
        )
        db.session.commit()
    return keys


def colleague(app: Flask, organization: str, council: str = HARBOURMOUTH) -> FlaskClient:
    return signed_in(app, Role.PROVIDER, council, organization_key=organization)


def begun(asker: Asker) -> Asker:
    """As far as the step of the professional."""
    asker.begin()
    asker.post("who", {"who": "professional"})
    return asker


def asks(asker: Asker, **about: str) -> Asker:
    """Everything up to the last page, as a professional."""
    begun(asker).post("professional", {**ABOUT, **about})
    asker.add("people", CHILD)
    for key, typed in STEPS.items():
        if key != "who":
            assert asker.post(key, typed).status_code == 303, key
    return asker


def list_of(client: FlaskClient, address: str = "/staff/sent") -> Page:
    answer = client.get(address)
    if answer.status_code != 404:
        assert answer.headers["Cache-Control"] == "no-store"
    return Page(answer.status_code, answer.get_data(as_text=True))


def is_now(app: Flask, state: ReferralState, **facts: object) -> None:
    """Every request stands there."""
    with app.app_context(), Session(db.get_engine(VAULT)) as vault:
        begin_writing(vault)
        for row in vault.scalars(select(Referral)):
            row.state = state
            for name, value in facts.items():
                setattr(row, name, value)
        vault.commit()


def test_what_somebody_signed_in_sends_their_organization_finds_again(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    trust, charity = organizations
    asker.client = colleague(app, trust)
    asks(asker)
    assert NOTE in page_of(asker, "check").text
    asker.send()
    [request] = sent_ones(app)
    assert (request.row.sender_organization, request.row.sender_council) == (trust, HARBOURMOUTH)
    assert request.told.professional.organization == "The maternity ward"
    assert "sender" not in request.answers
    shown = list_of(colleague(app, trust))
    spaced = re.sub(r"(.{5})(?=.)", r"\1-", request.row.reference)
    for words in (spaced, "We have your request.", "Somebody will read it.", "The next step is by"):
        assert words in shown.text
    for secret in (STORY, "Ash Example", "Jo Sample", "01632 960001", "maternity", "Quayside"):
        assert secret not in shown.html
    for other in (colleague(app, charity), colleague(app, trust, NORTHSANDS)):
        assert request.row.reference not in list_of(other).text.replace("-", "")
        assert "Nothing was sent yet." in list_of(other).text
    assert list_of(signed_in(app, Role.FRONT_DOOR)).status == 404


def test_nobody_has_to_sign_in_and_then_nothing_is_noted(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    step = page_of(begun(asker), "professional")
    assert NOTE not in step.text
    assert asker.client.get_cookie("hubfinder") is None
    asks(asker).send()
    assert sent_ones(app)[0].row.sender_organization == ""
    assert "Nothing was sent yet." in list_of(colleague(app, organizations[0])).text


def test_a_family_on_the_device_of_somebody_signed_in_is_not_noted_as_theirs(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    """Also not where somebody chose the other answer first."""
    asker.client = colleague(app, organizations[0])
    begun(asker).post("professional", ABOUT)
    asker.answer_all().send()
    assert sent_ones(app)[0].row.sender_organization == ""


@pytest.mark.parametrize("role", [Role.FRONT_DOOR, Role.AUDITOR, Role.HUB_STAFF])
def test_staff_of_other_kinds_ask_as_everybody_does(app: Flask, asker: Asker, role: Role) -> None:
    asker.client = signed_in(app, role)
    step = page_of(begun(asker), "professional")
    assert NOTE not in step.text
    assert "@example.org" not in step.html


def test_what_is_known_is_filled_in_and_can_be_changed(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    with app.app_context():
        begin_writing(db.session)
        one = person(db.session, Role.PROVIDER, organization_key=organizations[0])
        one.name = "Kim <Example>"
        email = one.email
        asker.client = sign_in(app.test_client(), one)
    begun(asker)
    answer = asker.get("professional")
    assert answer.headers["Cache-Control"] == "no-store"
    html = answer.get_data(as_text=True)
    for known in ("Kim &lt;Example&gt;", NAME, email):
        assert f'value="{known}"' in html
    assert NOTE in page_of(asker, "professional").text
    assert asker.post("professional", {**ABOUT, "pro_email": ""}).status_code == 303
    changed = page_of(asker, "professional").html
    assert 'value="Jo Sample"' in changed
    assert email not in changed


def test_of_two_organizations_it_is_the_one_whose_name_is_typed(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    trust, charity = organizations
    with app.app_context():
        begin_writing(db.session)
        one = person(db.session, Role.PROVIDER, organization_key=trust)
        also = person(db.session, Role.PROVIDER, organization_key=charity).roles[0]
        one.roles.append(
            RoleGrant(
                role=also.role,
                council_code=HARBOURMOUTH,
                organization_key=charity,
                given_at=also.given_at,
            )
        )
        asker.client = sign_in(app.test_client(), one)
    asks(asker, pro_organization="somewhere else")
    assert NOTE not in page_of(asker, "check").text
    asker.post("professional", {**ABOUT, "pro_organization": "CHARITY of the tests"})
    assert NOTE in page_of(asker, "check").text
    asker.send()
    assert sent_ones(app)[0].row.sender_organization == charity
    assert "Charity of the tests" in list_of(asker.client).text


def test_whoever_was_let_go_meanwhile_sends_it_as_everybody_does(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    asker.client = colleague(app, organizations[0])
    asks(asker)
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(RoleGrant).where(RoleGrant.organization_key == organizations[0]))
        db.session.commit()
    assert NOTE not in page_of(asker, "check").text
    assert asker.send().headers["Location"] == "/ask/sent"
    assert sent_ones(app)[0].row.sender_organization == ""


def test_whoever_signs_out_before_the_step_is_sent_again_is_not_noted(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    asker.client = colleague(app, organizations[0])
    asks(asker)
    asker.client.delete_cookie("hubfinder")
    assert (
        NOTE in page_of(asker, "check").text
    )  # what was said on the step counts, however long the rest takes
    asker.post("professional", ABOUT)
    assert NOTE not in page_of(asker, "check").text


@pytest.mark.parametrize("state", ReferralState)
def test_each_state_is_said_neutrally(
    app: Flask, asker: Asker, organizations: tuple[str, str], state: ReferralState
) -> None:
    client = asker.client = colleague(app, organizations[0])
    asks(asker).send()
    is_now(app, state)
    shown = list_of(client).text.lower()
    for word in ("statutory", "social care", "safeguarding", "nhs trust", "more than one request"):
        assert word not in shown
    assert "you took" not in shown
    is_over = state in ENDED - {ReferralState.HANDED_OVER}  # that statutory services have it is not said
    assert ("the next step is by" in shown) is not (is_over or state is ReferralState.ASKED)


def test_what_is_late_says_whom_to_ring(app: Flask, asker: Asker, organizations: tuple[str, str]) -> None:
    client = asker.client = colleague(app, organizations[0])
    asks(asker).send()
    is_now(app, ReferralState.LOOKED_AT, due_at=utc_now() - timedelta(hours=1))
    shown = list_of(client).text
    assert "It takes longer than we said. You can ring us: 01632" in shown
    assert "The next step is by" not in shown


def test_every_look_is_one_entry_of_the_trail_with_nothing_in_it(
    app: Flask, asker: Asker, organizations: tuple[str, str]
) -> None:
    client = asker.client = colleague(app, organizations[0])
    asks(asker).send()

    def looks() -> list[AuditEntry]:
        with app.app_context(), Session(db.get_engine(VAULT)) as vault:
            return list(vault.scalars(select(AuditEntry).where(AuditEntry.verb == "request.sent_by_us_seen")))

    for number in (1, 2):
        list_of(client)
        assert len(looks()) == number
    client.head("/staff/sent")
    assert client.get("/staff/sent", headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert len(looks()) == 2
    assert (looks()[0].council_code, looks()[0].subject_key, looks()[0].facts) == (
        HARBOURMOUTH,
        "sent",
        {"page": 1},
    )


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "9" * 40])
def test_a_page_that_is_none_breaks_nothing(
    app: Flask, asker: Asker, organizations: tuple[str, str], page: str
) -> None:
    client = asker.client = colleague(app, organizations[0])
    asks(asker).send()
    assert list_of(client, f"/staff/sent?page={page}").status == 200
    assert "There is no such page." in list_of(client, "/staff/sent?page=2").text


def test_the_menu_leads_there(app: Flask, organizations: tuple[str, str]) -> None:
    home = colleague(app, organizations[0]).get("/staff").get_data(as_text=True)
    assert Page(200, home).links["Requests we sent"] == "/staff/sent"
