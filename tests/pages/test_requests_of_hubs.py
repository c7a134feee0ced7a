"""Requests and family hubs, and two that become one: what staff and families see of it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.referrals.models import Referral
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Page, Reader
from tests.support.asking import Asker, page_of
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import SAID, a_request

HUB = "quayside-family-hub"
NAME = "Quayside Family Hub"
STORY = str(SAID["story"])
WHY = "The child was heard crying."
BOTH = "The council’s front door reads it. Your family hub reads it only if you agreed."


@pytest.fixture
def team(app: Flask) -> FlaskClient:
    return signed_in(app, Role.FRONT_DOOR, HARBOURMOUTH)


@pytest.fixture
def of_the_hub(app: Flask) -> FlaskClient:
    signed_in(app, Role.FRONT_DOOR, NORTHSANDS)  # so that there is another council to move it to
    return signed_in(app, Role.HUB_STAFF, HARBOURMOUTH, hub_key=HUB)


@pytest.fixture
def row(vault_session: Session, ring: Keyring) -> Referral:
    """A request of a family that did not agree that its hub reads it."""
    return a_request(vault_session, ring, route=Route(HARBOURMOUTH, hub_there=HUB), share_with=["services"])


def seen(client: FlaskClient, row: Referral) -> Page:
    return Reader(client)(f"/staff/requests/{row.reference}")


def carried(html: str) -> dict[str, str]:
    """What a form of staff carries along."""
    names = ("csrf_token", "revision", "other_revision", "seen")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', html) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def do(client: FlaskClient, row: Referral, action: str, **typed: str) -> Page:
    """Look at the page, fill in one of its forms and send it; the page that comes of it."""
    html = seen(client, row).html
    carried = {
        name: re.search(rf'name="{name}" value="([^"]*)"', html) for name in ("csrf_token", "revision")
    }
    form = {name: found[1] for name, found in carried.items() if found}
    answer = client.post(f"/staff/requests/{row.reference}/do/{action}", data={**form, **typed})
    return Page(answer.status_code, answer.get_data(as_text=True))


def test_the_front_door_sees_whose_it_would_be_and_that_they_did_not_agree(
    team: FlaskClient, of_the_hub: FlaskClient, row: Referral
) -> None:
    page = seen(team, row)
    assert f"The front door (the hub for where they live: {NAME})" in page.text
    assert "The family did not agree that a family hub reads this." in page.text
    assert f"(the hub for where they live: {NAME})" in Reader(team)("/staff/requests").text
    assert of_the_hub.get(f"/staff/requests/{row.reference}").status_code == 404
    assert row.reference not in Reader(of_the_hub)("/staff/requests").html


@pytest.mark.parametrize(("action", "more"), [("accept", {}), ("move", {"words": "Nearer."})])
def test_a_hub_gets_it_only_with_a_reason(
    team: FlaskClient, of_the_hub: FlaskClient, row: Referral, action: str, more: dict[str, str]
) -> None:
    page = do(team, row, action, hub=HUB, **more)
    assert page.status == 400
    assert f'<a href="#{action}-safety">' in page.html
    assert f'id="{action}-safety-error"' in page.html
    assert do(team, row, action, hub=HUB, safety=WHY, **more).status == 303
    happened = seen(team, row).section("What has happened")
    assert WHY in happened
    assert "Went without their consent" in happened
    page = seen(of_the_hub, row)
    assert STORY in page.text
    assert "do not say it to them" in page.text


def test_where_they_agreed_nobody_is_asked_why(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    agreed = a_request(
        vault_session,
        ring,
        share_with=["hub"],
        share_what=["people", "place", "languages", "story", "child", "helpers"],
    )
    page = seen(team, agreed)
    assert 'id="accept-safety"' not in page.html
    assert do(team, agreed, "accept", hub=HUB).status == 303


def test_hub_staff_read_their_part_and_are_told_so(
    of_the_hub: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    partly = a_request(
        vault_session, ring, route=Route(HARBOURMOUTH, HUB), share_with=["hub"], share_what=["place"]
    )
    for address in (f"/staff/requests/{partly.reference}", f"/staff/requests/{partly.reference}/print"):
        page = Reader(of_the_hub)(address)
        assert (STORY in page.text, "Robin" in page.text, SAID["postcode"] in page.text) == (
            False,
            False,
            True,
        )
    assert "shares only a part of this with its hub" in seen(of_the_hub, partly).text
    assert "Robin" not in Reader(of_the_hub)("/staff/requests").text


def test_hub_staff_are_offered_no_other_council_and_refused_one(
    of_the_hub: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    theirs = a_request(vault_session, ring, route=Route(HARBOURMOUTH, HUB))
    html = seen(of_the_hub, theirs).html
    assert "move-council" not in html
    assert "elsewhere-council" not in html
    for action, to in {"move-council": NORTHSANDS, "elsewhere": "Farshore Council"}.items():
        page = do(of_the_hub, theirs, action, council=to, words="They live there.")
        assert (page.status, "Only the front door gives a request to another council" in page.text) == (
            400,
            True,
        )


@pytest.mark.parametrize("shared", [[], ["hub"]])
def test_check_page_confirmation_and_privacy_say_the_same(asker: Asker, shared: list[str]) -> None:
    sharing = {"share_with": shared, "share_what": ["people"] if shared else []}
    asker.answer_all(sharing=sharing)
    assert BOTH in page_of(asker, "check").text
    assert asker.send().status_code == 303
    sent = page_of(asker, "sent").text
    assert BOTH in sent
    assert ("It goes to the team of your family hub" in sent) is bool(shared)
    assert BOTH in Reader(asker.client)("/privacy").text


def test_two_requests_are_compared_with_how_to_reach_them_and_then_only_what_both_call_safe_is(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    first = a_request(vault_session, ring, telephone_text="no", danger="unsure")
    second = a_request(vault_session, ring)
    address = f"/staff/requests/{first.reference}/merge/{second.reference}"
    page = Reader(team)(address)
    assert page.html.count('class="reach"') == 3
    assert len(set(re.findall(r'id="(reach[^"]*)"', page.html))) == 3
    assert "How to reach them once they are one request" in page.text
    answer = team.post(f"{address}/do", data=carried(page.html))
    assert answer.status_code == 303
    merged = seen(team, second)
    assert "Do not send a text message" in merged.text
    assert "Worried about safety" in merged.text
    assert "not safe any more: By telephone" in merged.section("What has happened")


def test_a_hub_is_not_led_to_a_part_that_it_may_not_read(
    team: FlaskClient, of_the_hub: FlaskClient, row: Referral, vault_session: Session, ring: Keyring
) -> None:
    theirs = a_request(vault_session, ring, route=Route(HARBOURMOUTH, HUB))
    address = f"/staff/requests/{row.reference}/merge/{theirs.reference}"
    assert team.post(f"{address}/do", data=carried(Reader(team)(address).html)).status_code == 303
    assert f'href="/staff/requests/{row.reference}"' in seen(team, theirs).html
    assert f'href="/staff/requests/{row.reference}"' not in seen(of_the_hub, theirs).html


def test_whoever_holds_the_code_of_a_merged_one_goes_on_with_it(
    app: Flask, team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    asker = Asker(app.test_client()).answer_all()
    assert asker.send().status_code == 303
    first = vault_session.scalars(select(Referral)).one()
    second = a_request(vault_session, ring, story="What somebody else wrote.")
    address = f"/staff/requests/{first.reference}/merge/{second.reference}"
    html = Reader(team)(address).html
    assert team.post(f"{address}/do", data=carried(html)).status_code == 303
    browser, read = asker.client, Reader(asker.client)
    form = re.search(
        r'/follow/sent">\s*<input type="hidden" name="form" value="([^"]*)"', read("/ask/sent").html
    )
    assert form
    assert browser.post("/follow/sent", data={"form": form[1]}).status_code == 303
    page = read(f"/follow/{first.reference}")
    assert "We have your request." in page.text
    assert "more than one request" not in page.text
    assert "What somebody else wrote." not in page.text
    token = re.search(r'name="form" value="([^"]*)"', page.html)
    assert token
    said = {"form": token[1], "words": "He reads my telephone.", "once": "1"}
    assert browser.post(f"/follow/{first.reference}/add", data=said).status_code == 303
    assert f"in {first.reference}, which is part of it" in seen(team, second).section("What has happened")
    assert "He reads my telephone." in seen(team, first).section("What has happened")
    assert browser.post(f"/follow/{first.reference}/withdraw", data={"form": token[1]}).status_code == 303
    assert "You took your request back." in read(f"/follow/{first.reference}").text
    vault_session.rollback()
    assert vault_session.get(Referral, second.id, populate_existing=True) is not None
    assert second.state is ReferralState.RECEIVED
