"""Somebody of the front door rings a service where nobody signs in, and notes what it says."""

import re

import pytest

from hubfinder.referrals.passing import LONGEST_NOTE
from hubfinder.referrals.vocab import PassState, Point, ReferralState
from tests.pages.passing import CLINIC, Room, pass_address
from tests.pages.reading import Page

RUNG = "story-time-1"
"""A service of an organization for which nobody signs in."""


def rung(room: Room, reference: str, **fields: object) -> Page:
    """Pass it on there, by the second page."""
    check = room.door.post(pass_address(reference), do="check", to=RUNG)
    revision = re.search(r'name="revision" value="(\d+)"', check.html)
    assert revision is not None, check.text
    given = {"to": RUNG, "by_hand": RUNG, "checked": "1", "groups": ["story"], "revision": revision[1]}
    return room.door.post(pass_address(reference), do="pass", **{**given, **fields})


def noted(room: Room, reference: str, **fields: object) -> Page:
    passing = room.passing(reference)
    address = f"/staff/requests/{reference}/by-hand/{passing.id}"
    return room.door.post(address, **{"revision": passing.revision, **fields})


def test_it_is_rung_and_what_it_says_is_noted(room: Room) -> None:
    reference = room.request()
    found = room.door.post(pass_address(reference), do="find", words="story time")
    assert f'value="{RUNG}"' in found.html
    assert "Nobody signs in there. You ring them or write to them." in found.text
    check = room.door.post(pass_address(reference), do="check", to=RUNG)
    assert "Tell them what you tick below" in check.text
    assert "They did not agree to this" in check.text
    assert rung(room, reference).html.endswith("?done=passed")
    passing = room.passing(reference)
    assert (passing.is_by_hand, passing.state) == (True, PassState.WAITING)
    page = room.door.get(f"/staff/requests/{reference}")
    assert "They take it on" in page.text
    assert "Write to the services that have it" not in page.text
    assert "Nothing has to be done" not in page.text
    assert "To do by" in room.door.get("/staff/requests").text
    assert noted(room, reference, do="accept").html.endswith("?done=by-hand")
    assert "Accepted by a service" in room.door.get(f"/staff/requests/{reference}").text
    assert noted(room, reference, do="finish", because="helped", words="They met twice.").status == 303
    page = room.door.get(f"/staff/requests/{reference}")
    assert "They met twice." in page.text
    assert room.row(reference).state is ReferralState.LOOKED_AT
    assert room.verbs().count("request.passed") == 1
    assert room.verbs().count("request.pass_accepted") == 1
    assert room.verbs().count("request.pass_finished") == 1


def test_what_nobody_would_read_is_not_asked(room: Room) -> None:
    reference = room.request()
    asked = room.door.post(pass_address(reference), do="check", to=RUNG)
    assert 'name="note"' not in asked.html
    mixed = room.door.post(pass_address(reference), do="check", to=[RUNG, CLINIC])
    assert "Where nobody signs in, nobody reads it: tell those services yourself." in mixed.text
    theirs = room.door.post(pass_address(reference), do="check", to=CLINIC)
    assert 'name="note"' in theirs.html
    assert "Where nobody signs in" not in theirs.text
    rung(room, reference, note="They like mornings.")
    assert room.passing(reference).note is None, "else it would look as if it had been said"


def test_a_no_comes_back_and_is_pointed_out(room: Room) -> None:
    reference = room.request()
    rung(room, reference)
    assert noted(room, reference, do="decline", because="full").status == 303
    row = room.row(reference)
    assert (row.state, row.points) == (ReferralState.LOOKED_AT, [Point.DECLINED])
    assert row.due_at is not None


def test_one_that_was_taken_back_is_told_so_by_the_team(room: Room) -> None:
    reference = room.request()
    rung(room, reference)
    assert room.recalled(reference).status == 303
    address = f"/staff/requests/{reference}"
    flag, ask = (
        "A service has to be rung",
        "A service where nobody signs in does not know the newest. Ring it.",
    )
    page = room.door.get(address)
    assert "They do not know the newest yet: ring them" in page.text
    assert (ask in page.text, flag in page.text, "It is seen to" in page.text) == (True, True, False)
    assert flag in room.door.get("/staff/requests").text
    ended = room.door.post(
        f"{address}/do/finish", outcome="advised", revision=room.row(reference).revision, words=""
    )
    assert ended.status == 303
    assert flag in room.door.get("/staff/requests").text, "it has ended, and they mean to ring all the same"
    page = room.door.get(address)
    assert (ask in page.text, "To do by" in page.text) == (True, True)
    assert noted(room, reference, do="told").status == 303
    page = room.door.get(address)
    assert "They do not know the newest yet" not in page.text
    assert (ask in page.text, "Nothing has to be done" in page.text) == (False, True)
    assert reference not in room.door.get("/staff/requests").html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "fly"}, 404),
        ({}, 404),
        ({"do": "decline"}, 400),
        ({"do": "decline", "because": "bogus"}, 400),
        ({"do": "decline", "because": "full", "words": "x" * (LONGEST_NOTE + 1)}, 400),
        ({"do": "finish", "because": "helped"}, 409),
        ({"do": "told"}, 409),
        ({"do": "accept", "revision": "9"}, 409),
        ({"do": "accept", "revision": "x" * 50}, 409),
    ],
)
def test_what_cannot_be_is_refused(room: Room, fields: dict[str, str], status: int) -> None:
    reference = room.request()
    rung(room, reference)
    page = noted(room, reference, **fields)
    assert page.status == status
    assert room.passing(reference).state is PassState.WAITING


def test_what_was_typed_is_given_back(room: Room) -> None:
    reference = room.request()
    rung(room, reference)
    page = noted(room, reference, do="decline", because="", words="They are <b>full</b>.")
    assert "They are &lt;b&gt;full&lt;/b&gt;." in page.html
    assert "Choose one from the list." in page.text


def test_what_was_not_agreed_needs_a_reason_here_too(room: Room) -> None:
    reference = room.request(share_with=[], share_what=[])
    assert rung(room, reference).status == 400
    assert rung(room, reference, safety="Somebody may come to harm.").status == 303
    assert room.passing(reference).without_consent == ["contact", "story"]


def test_whoever_thought_that_somebody_signs_in_there_is_told_first(room: Room) -> None:
    reference = room.request()
    page = rung(room, reference, by_hand=[])
    assert page.status == 409
    assert "Whether somebody signs in for these services has changed" in page.text
    assert room.row(reference).state is ReferralState.RECEIVED


def test_for_a_service_that_signs_in_nobody_answers(room: Room) -> None:
    reference = room.request()
    room.arrived(reference)
    assert noted(room, reference, do="accept").status == 404
    assert room.clinic.get("/staff/inbox").status == 200
