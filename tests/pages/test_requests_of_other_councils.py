"""Requests that belong to another council: where they can go, and what the family reads of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.front_door_models import FrontDoor
from hubfinder.referrals.models import Referral
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Page, Reader
from tests.pages.test_requests_of_hubs import HUB, do, seen
from tests.support.following import Follower
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

TOLD = "Rang them, spoke to Alex Example."
FAR = "Z06000077"


@pytest.fixture
def team(app: Flask) -> FlaskClient:
    return signed_in(app, Role.FRONT_DOOR, HARBOURMOUTH)


@pytest.fixture
def neighbour(app: Flask) -> None:
    """Northsands has a front door here too."""
    signed_in(app, Role.FRONT_DOOR, NORTHSANDS)


@pytest.fixture
def far(app: Flask) -> Iterator[None]:
    """A council without staff here, of whose front door somebody has told us."""
    with app.app_context():
        begin_writing(db.session)
        made = FrontDoor(council_code=FAR, council_name="Far Borough", telephone="01632 960777")
        db.session.add(made)
        db.session.commit()
    yield
    with app.app_context():
        begin_writing(db.session)
        db.session.delete(db.session.get_one(FrontDoor, FAR))
        db.session.commit()


def ours(session: Session, ring: Keyring) -> Referral:
    """A request of a family that lives in the council that has it."""
    return a_request(session, ring, route=Route(HARBOURMOUTH, "", HARBOURMOUTH, "Harbourmouth"))


def outside(session: Session, ring: Keyring, code: str, name: str) -> Referral:
    return a_request(session, ring, route=Route(HARBOURMOUTH, "", code, name, is_outside=True))


def prefilled(page: Page) -> str:
    return page.html.partition('id="elsewhere-council" name="council" value="')[2].partition('"')[0]


def test_where_they_live_here_no_council_is_proposed(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    page = seen(team, ours(vault_session, ring))
    assert "Which council has it now?" in page.text
    assert "They live in Harbourmouth" not in page.text
    assert prefilled(page) == ""


@pytest.mark.usefixtures("far")
def test_where_they_live_outside_their_council_is_proposed_with_its_front_door(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    page = seen(team, outside(vault_session, ring, FAR, "Far Borough"))
    assert "01632 960777" in page.text
    assert prefilled(page) == "Far Borough"
    unknown = seen(team, outside(vault_session, ring, "Z06000088", "Nowhere"))
    assert "They live in Nowhere. We do not know how its front door is reached." in unknown.text
    assert prefilled(unknown) == "Nowhere"


@pytest.mark.usefixtures("neighbour")
def test_a_council_with_a_front_door_here_is_proposed_where_the_request_itself_goes(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    page = seen(team, outside(vault_session, ring, NORTHSANDS, "Northsands"))
    assert prefilled(page) == ""
    assert "We do not know how its front door" not in page.text
    assert f'<option value="{NORTHSANDS}" selected>' in page.html


@pytest.mark.parametrize(
    "council", ["Harbourmouth", "HARBOURMOUTH  council", "The City of Harbourmouth", HARBOURMOUTH.lower()]
)
def test_the_council_that_has_it_is_no_other_council(
    team: FlaskClient, vault_session: Session, ring: Keyring, council: str
) -> None:
    row = ours(vault_session, ring)
    page = do(team, row, "elsewhere", council=council, words=TOLD)
    assert (page.status, "Name another one." in page.text) == (400, True)
    assert 'id="elsewhere-council-error"' in page.html
    assert f"{TOLD}</textarea>" in page.html
    vault_session.refresh(row)
    assert (row.state, row.revision) == (ReferralState.RECEIVED, 1)


@pytest.mark.usefixtures("neighbour")
def test_to_a_council_that_works_here_the_request_itself_goes(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    row = outside(vault_session, ring, NORTHSANDS, "Northsands")
    page = do(team, row, "elsewhere", council="Northsands Borough Council", words=TOLD)
    assert (page.status, "Use “Move it to another council”." in page.text) == (400, True)
    vault_session.refresh(row)
    assert row.state is ReferralState.RECEIVED


@pytest.mark.usefixtures("neighbour")
def test_with_parts_it_does_not_go_to_another_council_and_the_page_says_what_to_do(
    team: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    row, part = ours(vault_session, ring), ours(vault_session, ring)
    vault_session.rollback()
    begin_writing(vault_session)
    part.state, part.merged_into, part.finished_at = ReferralState.MERGED, row.id, part.received_at
    vault_session.commit()
    assert "Other requests are part of this one." in seen(team, row).text
    page = do(team, row, "move-council", council=NORTHSANDS, words=TOLD)
    assert (page.status, "would stay behind. Open each of them again first." in page.text) == (400, True)
    assert 'id="move-council-council-error"' in page.html
    assert f"{TOLD}</textarea>" in page.html
    vault_session.rollback()
    assert do(team, part, "reopen", words="To move it.").status == 303
    for one in (row, part):
        assert "Other requests are part of this one." not in seen(team, one).text
        assert do(team, one, "move-council", council=NORTHSANDS, words=TOLD).status == 303
    vault_session.rollback()
    assert (row.council_code, part.council_code) == (NORTHSANDS, NORTHSANDS)
    vault_session.rollback()


@pytest.mark.usefixtures("far", "vault_session")
def test_the_family_reads_which_council_has_it_and_its_number(app: Flask, team: FlaskClient) -> None:
    family = Follower(app, share_with=["hub"])
    row = family.found().row
    do(team, row, "accept", hub=HUB)
    assert do(team, row, "elsewhere", council="The Far Borough Council", words=TOLD).status in {200, 303}
    family.enter()
    page = Page(200, family.get().get_data(as_text=True))
    assert "Another council has your request." in page.text
    assert "Who has it: The Far Borough Council , 01632 960777" in page.text
    assert "Quayside" not in page.text
    assert TOLD not in page.html


@pytest.mark.usefixtures("vault_session")
def test_of_a_council_nobody_told_us_of_the_name_stands_alone(app: Flask, team: FlaskClient) -> None:
    family = Follower(app)
    do(team, family.found().row, "elsewhere", council="Farther <b>Shore</b>", words=TOLD)
    family.enter()
    html = family.get().get_data(as_text=True)
    assert "<strong>Farther &lt;b&gt;Shore&lt;/b&gt;</strong></p>" in html


@pytest.mark.usefixtures("vault_session")
def test_once_it_is_finished_nobody_has_it(app: Flask, team: FlaskClient) -> None:
    family = Follower(app, share_with=["hub"])
    row = family.found().row
    do(team, row, "accept", hub=HUB)
    family.enter()
    assert "Who has it" in family.get().get_data(as_text=True)
    do(team, row, "finish", outcome="helped", words="")
    page = Reader(family.client)(family.address())
    assert "Your request is finished." in page.text
    assert "Who has it" not in page.text
    assert "Quayside Family Hub" not in page.text
