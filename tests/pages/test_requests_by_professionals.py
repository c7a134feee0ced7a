"""What staff see of a request that somebody sent for a family: whom to ring first, and who said what."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.referrals.models import Notice
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Reader
from tests.support.people import signed_in
from tests.support.requests import SAID, sent

HETTIE = {
    "who": "professional",
    "pro_name": "Hettie Visitor",
    "pro_telephone": "01632 960777",
    "pro_email": "hettie@example.org",
    "family_knows": "no",
    "family_not_told_why": "He reads her telephone.",
    "telephone_call": "yes",
}


@pytest.fixture
def door(app: Flask) -> FlaskClient:
    return signed_in(app, Role.FRONT_DOOR)


def page_of(door: FlaskClient, session: Session, ring: Keyring, **answers: str) -> tuple[str, str]:
    """The reference of such a request, and its page."""
    reference = sent(session, ring, {**SAID, **HETTIE, **answers}).reference
    return reference, Reader(door)(f"/staff/requests/{reference}").html


def test_whom_to_ring_first_stands_above_the_numbers_of_the_family(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    reference, html = page_of(door, vault_session, ring)
    printed = Reader(door)(f"/staff/requests/{reference}/print").html
    for page in (html, printed):
        first = page.index("The family does not know of this request")
        assert "First ring whoever sent it: <bdi>Hettie Visitor</bdi>, <bdi>01632 960777</bdi>" in page
        assert first < page.index("You may call") < page.index("01632 960123")


def test_of_a_family_that_knows_nobody_is_rung_first(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    _, html = page_of(door, vault_session, ring, family_knows="yes")
    assert "First ring" not in html
    assert "Hettie Visitor said so, for the family." in html


def test_a_yes_of_a_professional_is_not_the_familys(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    said = "Hettie Visitor said so. The family does not know and was not asked."
    reference, html = page_of(door, vault_session, ring)
    assert html.partition("When they were asked")[2].count(said) == 11, "beside each answer"
    assert said in Reader(door)(f"/staff/requests/{reference}/print").html
    _, other = page_of(door, vault_session, ring, family_knows="partly")
    assert "Hettie Visitor said so. Not all of the family know." in other


def test_a_question_goes_to_whoever_can_read_it_and_no_way_to_the_family_is_offered(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    reference, html = page_of(door, vault_session, ring, family_knows="yes")
    assert "Ask Hettie Visitor for more" in html
    assert 'name="channel"' not in html
    form = {
        name: found[1]
        for name in ("csrf_token", "revision", "seen")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', html))
    }
    path = f"/staff/requests/{reference}/do/ask"
    forced = door.post(path, data={**form, "words": "Where are they?", "channel": "text"})
    assert forced.status_code == 400
    assert door.post(path, data={**form, "words": "Where are they?"}).status_code == 303
    vault_session.rollback()
    asked = vault_session.scalars(select(Notice).where(Notice.wording == "ask")).one()
    assert (asked.to, asked.channel.value) == ("sender", "email")
    after = Reader(door)(f"/staff/requests/{reference}").html
    assert "to the professional who sent it, not to the family" in after


def test_without_an_email_address_staff_are_told_to_ring(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    _, html = page_of(door, vault_session, ring, pro_email="")
    assert "They gave no email address: ring them." in html
