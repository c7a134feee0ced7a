"""An administrator writes down a joint threshold; the front door notes a decision and sees what it opens."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.listings.recording import record_services
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.staff_vocab import Origin, Role
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.web.shared.settings import settings
from tests.pages.passing import Desk
from tests.support.people import NORTHSANDS, signed_in
from tests.support.requests import a_request

PAGE = "/staff/thresholds"
OPENS = "A service: Sleep clinic for babies and toddlers"
RIGHT = {
    "agency": "Social care",
    "decision": "A plan",
    "opens": OPENS,
    "for_whom": "The mother",
    "do": "save",
}


@pytest.fixture
def council(app: Flask) -> Iterator[Desk]:
    desk = Desk(signed_in(app))
    with app.app_context():
        begin_writing(db.session)
        record_services(db.session, db.session.scalars(select(Service.id)).all(), Origin.IMPORT, "tests")
        db.session.commit()
    yield desk
    with app.app_context():
        begin_writing(db.session)
        for row in db.session.scalars(select(JointThreshold)):
            db.session.delete(row)
        db.session.commit()


def number_of(desk: Desk) -> str:
    found = re.search(rf'href="({PAGE}/\d+)"', desk.get(PAGE).html)
    assert found is not None
    return found[1]


def test_what_is_agreed_shows_at_a_request(app: Flask, council: Desk) -> None:
    assert council.post(f"{PAGE}/new", **RIGHT).status == 303
    number = number_of(council).rpartition("/")[2]
    door = Desk(signed_in(app, Role.FRONT_DOOR))
    with app.app_context():
        engine, ring = db.get_engine(VAULT), read_keys(settings().vault_keys, is_own_folder=True)
    with Session(engine) as vault:
        request = f"/staff/requests/{a_request(vault, ring).reference}"
    assert "This opens besides" not in door.get(request).text
    assert door.post(f"{request}/decision", threshold="").status == 303
    assert door.post(f"{request}/decision", threshold="x").status == 404
    assert door.post(f"{request}/decision", threshold=number).status == 303
    page = door.get(request)
    assert "This opens besides Sleep clinic for babies" in page.text
    assert "The mother" in page.section("Decisions of other agencies")
    door.post(f"{request}/decision", threshold=number, do="undo")
    assert "This opens besides" not in door.get(request).text


def test_it_is_changed_and_removed_and_nobody_elses(app: Flask, council: Desk) -> None:
    council.post(f"{PAGE}/new", **RIGHT)
    address = number_of(council)
    changed = {**RIGHT, "decision": "Another plan"}
    assert council.post(address, **changed, revision=1).status == 303
    stale = council.post(address, **RIGHT, revision=1)
    assert stale.status == 409
    assert "Somebody else changed it" in stale.text
    assert "Another plan" in council.get(PAGE).text
    outside = Desk(signed_in(app, Role.COUNCIL_ADMINISTRATOR, NORTHSANDS))
    assert outside.get(address).status == 404
    assert outside.post(address, **RIGHT, revision=2).status == 404
    assert outside.post(f"{address}/remove").status == 404
    assert outside.get(f"{PAGE}/new?council=Z06000001").status == 404
    assert council.post(f"{address}/remove").status == 303
    assert "Another plan" not in council.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agency": " "}, "Say which agency decides"),
        ({"decision": "\x00"}, "Say what it decides"),
        ({"opens": ""}, "Choose one from the list"),
        ({"opens": "", "for_whom": ""}, "Say what it opens besides"),
        ({"opens": "<b>nothing</b>"}, "Choose one from the list: <b>nothing</b>"),
        ({"note": "x" * 2_001}, "Use fewer words"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(council: Desk, wrong: dict[str, str], words: str) -> None:
    page = council.post(f"{PAGE}/new", **{**RIGHT, **wrong})
    assert page.status == 400
    assert words in page.text
    assert "<b>nothing" not in page.html
    assert "Nothing is agreed yet." in council.get(PAGE).text


def test_more_lines_keep_what_was_typed(council: Desk) -> None:
    page = council.post(f"{PAGE}/new", **{**RIGHT, "do": "more"})
    assert page.status == 200
    assert page.html.count('name="opens"') > 4
    assert OPENS in page.html


def test_an_example_fills_the_form_and_holds_nowhere_by_itself(council: Desk) -> None:
    assert "Nothing is agreed yet." in council.get(PAGE).text
    page = council.get(f"{PAGE}/new?example=mother-mental-health")
    assert "because of their mother" in page.html
    assert council.get(f"{PAGE}/new?example=%00").status == 200
