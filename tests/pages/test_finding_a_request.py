"""A family rings and says its reference: the team finds the request, and nobody finds somebody else's."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from tests.pages.passing import Desk, Room
from tests.pages.reading import Page
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

FIND = "/staff/requests/find"
HUB = "quayside-family-hub"
NONE = "There is no request with this reference that you may open."
MALFORMED = "A reference has 15 letters and figures"


def told_apart(page: Page) -> str:
    """The page without what was typed and what is of one answer alone."""
    main = page.html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'value="[^"]*"', "", main)


def test_a_reference_leads_to_its_request_and_opening_is_the_one_entry(room: Room) -> None:
    reference = room.request()
    queue = room.door.get("/staff/requests")
    assert f'method="post" action="{FIND}"' in queue.html
    before = room.verbs()
    found = room.door.post(FIND, reference=spaced(reference))
    assert (found.status, found.html) == (303, f"/staff/requests/{reference}")
    assert room.door.get(found.html).status == 200
    assert room.verbs()[len(before) :] == ["request.opened"]


def test_it_is_found_however_it_was_written_down(room: Room) -> None:
    """In small letters, with spaces, and with letters that people read for figures."""
    reference = room.request()
    misread = reference.replace("0", "O").replace("1", "I")
    for written in (reference.lower(), " ".join(spaced(misread).split("-")), f"  {spaced(reference)}. "):
        assert room.door.post(FIND, reference=written).html == f"/staff/requests/{reference}"


def test_it_is_found_once_it_has_ended_too(room: Room) -> None:
    reference = room.request()
    row = room.row(reference)
    room.vault.rollback()
    begin_writing(room.vault)
    row.state, row.due_at = ReferralState.FINISHED, None
    room.vault.commit()
    assert reference not in room.door.get("/staff/requests").html
    assert room.door.post(FIND, reference=reference).status == 303


@pytest.mark.parametrize("written", ["", "   ", "7KXQ9-3MAP4", "x" * 500, "\x00", "Robin Example"])
def test_what_is_no_reference_is_said_so_by_its_field(room: Room, written: str) -> None:
    page = room.door.post(FIND, reference=written)
    assert (page.status, MALFORMED in page.text) == (400, True)
    assert 'href="#reference"' in page.html
    assert "<title>Error: " in page.html


def test_what_was_typed_is_shown_again_and_is_never_markup(room: Room) -> None:
    page = room.door.post(FIND, reference='"><script>alert(1)</script>')
    assert page.status == 400
    assert "&gt;&lt;script&gt;alert(1)" in page.html
    assert "<script>alert" not in page.html


def test_somebody_elses_is_as_if_there_were_none(app: Flask, room: Room) -> None:
    reference = room.request()
    room.vault.rollback()
    of_a_hub = a_request(room.vault, room.ring, route=Route(HARBOURMOUTH, HUB)).reference
    nowhere = "7KXQ93MAP4T2WHB"
    others = {
        "another council": (Role.FRONT_DOOR, NORTHSANDS, "", (reference, of_a_hub)),
        "another hub": (Role.HUB_STAFF, HARBOURMOUTH, "saltings-family-hub", (reference, of_a_hub)),
        "a hub that does not have it": (Role.HUB_STAFF, HARBOURMOUTH, HUB, (reference,)),
    }
    for role, council, hub, theirs in others.values():
        desk = Desk(signed_in(app, role, council, hub_key=hub))
        unknown = desk.post(FIND, reference=nowhere)
        assert (unknown.status, NONE in unknown.text) == (404, True)
        for one in theirs:
            page = desk.post(FIND, reference=one)
            assert page.status == 404
            assert told_apart(page) == told_apart(unknown)
    own = Desk(signed_in(app, Role.HUB_STAFF, HARBOURMOUTH, hub_key=HUB))
    assert own.post(FIND, reference=of_a_hub).status == 303


def test_looking_in_vain_is_an_entry_without_what_was_typed(room: Room) -> None:
    room.request()
    before = len(room.verbs())
    room.door.post(FIND, reference="7KXQ9-3MAP4-T2WHB")
    rows = room.vault.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()[before:]
    assert [(row.verb, row.subject_kind, row.subject_key) for row in rows] == [
        ("request.not_found", "requests", "reference")
    ]
    assert "7KXQ" not in str([(row.facts, row.reason, row.subject_key) for row in rows])
    room.vault.rollback()


def test_the_form_does_nothing_by_its_address(room: Room) -> None:
    """A reference in an address would stand in histories and logs of what was looked for."""
    reference = room.request()
    page = room.door.get(f"{FIND}?reference={reference}")
    assert page.status == 200
    assert reference not in page.html.partition("<main")[2].partition("</main>")[0]


def test_a_page_that_was_open_for_too_long_keeps_what_was_typed(app: Flask, room: Room) -> None:
    reference = room.request()
    stale = room.door.post(FIND, reference=spaced(reference), csrf_token="old")
    assert (stale.status, "open for too long" in stale.text) == (400, True)
    assert f'value="{spaced(reference)}"' in stale.html
    out = app.test_client().post(FIND, data={"reference": spaced(reference)})
    assert (out.status_code, out.headers["Cache-Control"]) == (401, "no-store")
    assert spaced(reference) in out.text
    assert f'action="{FIND}"' in out.text


def test_who_has_no_requests_finds_no_such_page(app: Flask, room: Room) -> None:
    assert room.clinic.get(FIND).status == 404
    assert Desk(signed_in(app, Role.COUNCIL_ADMINISTRATOR)).post(FIND, reference="x").status == 404
