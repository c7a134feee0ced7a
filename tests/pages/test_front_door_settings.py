"""A council says how its front door is reached; what is late is numbers, and told once somebody looked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Location
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.chasing import Chasing, chase
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_door_models import FrontDoor, HubTeam
from hubfinder.referrals.models import Notice, Referral, VaultWork
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import NoticeState
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import new_keyring
from tests.pages.reading import Page
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

PAGE = "/staff/front-door"
FORM = {
    "name": "Family Front Door",
    "telephone": "01632 960100",
    "out_of_hours_telephone": "01632 960999",
    "email": "door@example.org",
    "website": "https://families.example.org/door",
    "opens": "8:30",
    "closes": "18:00",
    "days": ["0", "1", "5"],
    "procedure": "Ring 01632 960190.",
    "reason": "New hours since October.",
}
HUB = f"{PAGE}/hubs/{HARBOURMOUTH}/quayside-family-hub"


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """Somebody who runs the council of the small world, in which nobody has said anything yet."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        begin_writing(db.session)
        for model in (FrontDoor, HubTeam):
            db.session.execute(delete(model))
        db.session.commit()
    yield signed_in(app)
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """To look at what was written: begins anew at each statement."""
    with app.app_context(), Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:
        yield looking


@pytest.fixture
def vault(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engine = db.get_engine(VAULT)
    with Session(engine) as opened:
        begin_writing(opened)
        for model in (Notice, Referral, VaultWork):
            opened.execute(delete(model))
        opened.commit()
        yield opened


def test_what_is_saved_stands_there_and_in_the_trail(client: FlaskClient, session: Session) -> None:
    assert client.post(PAGE, data=FORM).status_code == 303
    row = session.get_one(FrontDoor, HARBOURMOUTH)
    assert (row.telephone, row.opens.hour, row.days) == ("01632 960100", 8, [0, 1, 5])
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "front_door.changed")).one()
    assert entry.reason == "New hours since October."
    assert "Ring" not in str(entry.facts), "names of fields alone"
    page = client.get(PAGE).text
    assert "8:30" in page
    assert "Ring 01632 960190." in page


def test_until_somebody_says_something_the_settings_stand_there(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert "01632 960100" in page
    assert "0 requests are open" in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("telephone", ""),
        ("telephone", "ring us"),
        ("out_of_hours_telephone", "<b>1</b>"),
        ("email", "somebody"),
        ("website", "javascript:alert(1)"),
        ("website", "https://user:word@example.org/"),
        ("website", "https://[half"),
        ("opens", "nine"),
        ("opens", "3:00"),
        ("closes", "8:00"),
        ("closes", "25:00"),
        ("days", []),
        ("days", ["7", "-1", "x"]),
        ("procedure", "x" * 4_001),
        ("reason", ""),
        ("reason", "lost"),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field(
    client: FlaskClient, session: Session, field: str, typed: object
) -> None:
    answer = client.post(PAGE, data={**FORM, field: typed})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert session.scalars(select(FrontDoor)).all() == []


def test_a_hub_gets_areas_of_its_council_and_no_others(client: FlaskClient, session: Session) -> None:
    page = client.get(HUB).text
    assert 'value="ward:Z05000001"' in page
    assert page.count('name="areas"') == 1
    typed = {"email": "quayside@example.org", "areas": ["ward:Z05000001"], "reason": "As agreed."}
    assert client.post(HUB, data=typed).status_code == 303
    assert session.get_one(HubTeam, (HARBOURMOUTH, "quayside-family-hub")).areas == ["ward:Z05000001"]
    assert "quayside@example.org" in client.get(PAGE).text
    for wrong in ("ward:W2", "ward", "planet:1", "ward:'; drop"):
        assert client.post(HUB, data={**typed, "areas": [wrong]}).status_code == 400
    assert session.get_one(HubTeam, (HARBOURMOUTH, "quayside-family-hub")).areas == ["ward:Z05000001"]


def test_an_area_has_one_hub_and_the_page_says_which(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    areas = ["ward:Z05000001"]
    with app.app_context():
        begin_writing(db.session)
        db.session.add(Location(key="mill-lane", name="Mill Lane Hub", is_family_hub=True))
        for key in ("mill-lane", "a-hub-that-is-gone"):
            db.session.add(HubTeam(council_code=HARBOURMOUTH, hub_key=key, areas=areas))
        db.session.commit()
    assert "Harbour: Mill Lane Hub has it" in client.get(HUB).text
    typed = {"areas": areas, "reason": "As agreed."}
    refused = client.post(HUB, data=typed)
    assert (refused.status_code, 'href="#areas"' in refused.text) == (400, True)
    assert "Another hub has one of these. Take it away from that one first." in refused.text
    assert session.get(HubTeam, (HARBOURMOUTH, "quayside-family-hub")) is None
    session.rollback()
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(HubTeam).where(HubTeam.hub_key == "mill-lane"))
        db.session.execute(delete(Location).where(Location.key == "mill-lane"))
        db.session.commit()
    assert client.post(HUB, data=typed).status_code == 303
    assert session.get_one(HubTeam, (HARBOURMOUTH, "quayside-family-hub")).areas == areas


@pytest.mark.parametrize(
    "address", [f"{PAGE}/hubs/{HARBOURMOUTH}/nowhere", f"{PAGE}/hubs/{NORTHSANDS}/quayside-family-hub"]
)
def test_no_other_hub_and_no_other_council(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, data={"reason": "Because."}).status_code == 404
    assert client.get(f"{PAGE}?council={NORTHSANDS}").status_code == 404


def test_who_runs_the_council_sees_what_is_late_and_what_was_not_sent_as_soon_as_they_sign_in(
    client: FlaskClient, vault: Session
) -> None:
    quiet = Page(200, client.get("/staff").text).links
    assert quiet["0 late requests for help"] == f"{PAGE}"
    assert not any("messages" in name for name in quiet)
    ring, late = new_keyring(), utc_now() - timedelta(hours=1)
    for _ in range(2):
        a_request(vault, ring, route=Route(HARBOURMOUTH), due_at=late)
    a_request(vault, ring, route=Route(NORTHSANDS), due_at=late)
    vault.rollback()
    begin_writing(vault)
    dead = {"state": NoticeState.DEAD, "made_at": utc_now() - timedelta(days=1)}
    vault.execute(update(Notice).where(Notice.council_code == HARBOURMOUTH).values(**dead))
    number = vault.scalar(select(func.count()).where(Notice.state == NoticeState.DEAD))
    vault.commit()
    page = Page(200, client.get("/staff").text)
    assert page.links["2 late requests for help"] == f"{PAGE}?council={HARBOURMOUTH}"
    assert "2 requests are open." in page.text
    assert page.links[f"{number} messages about requests to see to"] == "/staff/requests/messages"


def test_what_was_held_back_is_told_once_a_person_has_looked(
    app: Flask, client: FlaskClient, vault: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told of a week at once, until somebody who runs the council says that the clock is right."""
    few = app.extensions["settings"].model_copy(update={"chase_at_most": 2})
    monkeypatch.setitem(app.extensions, "settings", few)
    ring, late = new_keyring(), utc_now() - timedelta(days=7)
    for _ in range(3):
        a_request(vault, ring, route=Route(HARBOURMOUTH), due_at=late)
    theirs = a_request(vault, ring, route=Route(NORTHSANDS), due_at=late)
    assert chase(Chasing(vault, lambda _council: Opening(), at_most=2)).held == 4
    page = client.get(PAGE).text
    assert "3 requests are open" in page
    assert "3 of them are late" in page
    assert "Nobody is being told of what is late." in page
    assert client.post(f"{PAGE}/go-on", data={"council": HARBOURMOUTH}).status_code == 400
    said = {"council": HARBOURMOUTH, "reason": "The server was off for a week."}
    assert client.post(f"{PAGE}/go-on", data=said).status_code == 303
    vault.rollback()
    told = vault.scalars(select(Notice.council_code).where(Notice.wording == "team_escalated")).all()
    assert told == [HARBOURMOUTH] * 3
    assert theirs.chased == 0, "the other council has to look itself"
    assert vault.get_one(VaultWork, "chasing").done == 1
    confirmed = select(AuditEntry.reason).where(AuditEntry.verb == "request.chasing_confirmed")
    assert vault.scalars(confirmed).all() == ["The server was off for a week."]
    assert client.post(f"{PAGE}/go-on", data={**said, "council": NORTHSANDS}).status_code == 404
