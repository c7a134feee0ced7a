"""A front-door worker passes a request on with consent; a service answers; nobody else sees a word of it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.passing import LONGEST_NOTE
from hubfinder.referrals.reading import opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import PassState, ReferralState
from hubfinder.staff_vocab import ListingState, Role
from tests.pages.passing import CLINIC, Desk, Room, pass_address
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in

SECRETS = ("I like the blue lamp", "Sam Sample", "stay until she is asleep")
"""What the family of the request did not agree to share."""
HOSTILE = "<script>alert(1)</script> {{ 7*7 }}"


def test_a_request_goes_from_the_front_door_to_a_service_and_back(room: Room) -> None:
    reference = room.request()
    page = room.door.get(pass_address(reference))
    assert page.status == 200
    found = room.door.post(pass_address(reference), do="find", words="sleep clinic")
    assert f'value="{CLINIC}"' in found.html
    assert "sleep" not in (found.links.get("Look") or "")
    check = room.door.post(pass_address(reference), do="check", to=CLINIC)
    assert "They did not agree to this" in check.text
    assert all(words in check.text for words in SECRETS)
    assert room.passed(reference, note="They like mornings.").html.endswith("?done=passed")
    row, passing = room.row(reference), room.passing(reference)
    assert (row.state, passing.groups) == (ReferralState.PASSED_ON, ["people", "story"])
    inbox = room.clinic.get("/staff/inbox")
    assert "Robin" not in inbox.text
    assert reference not in inbox.html
    address = inbox.links[next(words for words in inbox.links if "Sleep clinic" in words)]
    seen = room.clinic.get(address)
    assert "Nobody in our house sleeps." in seen.text
    assert "They like mornings." in seen.text
    assert "You may send a text message" in seen.text
    assert "Do not call" in seen.text
    assert not any(words in seen.html for words in SECRETS)
    assert reference not in seen.html
    assert spaced(reference) not in seen.html
    assert room.clinic.post(f"{address}/answer", do="accept", revision=1).status == 303
    assert spaced(reference) in room.clinic.get(address).text
    done = room.clinic.post(f"{address}/answer", do="finish", because="helped", revision=2, words="Well.")
    assert done.html.endswith("/staff/inbox?done=finish")
    assert room.row(reference).state is ReferralState.LOOKED_AT
    ended = room.clinic.get(address)
    assert "story is not shown any more" in ended.text
    assert "Nobody in our house" not in ended.text
    assert "Finished by a service" in room.door.get(f"/staff/requests/{reference}").text


def test_nothing_of_the_family_stands_in_an_address(room: Room) -> None:
    reference = room.request()
    for page in (
        room.door.get(pass_address(reference)),
        room.door.post(pass_address(reference), do="find", words="sleep"),
        room.door.post(pass_address(reference), do="check", to=CLINIC),
    ):
        assert 'method="post"' in page.html
        assert not re.search(r'href="[^"]*(sleep|Robin|ZA1)', page.html.partition("<main")[2])


def test_a_decline_returns_it_to_the_front_door(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    assert room.clinic.post(f"{address}/answer", do="decline", revision=1).status == 400
    assert room.clinic.post(f"{address}/answer", do="decline", because="bogus", revision=1).status == 400
    given_back = room.clinic.post(f"{address}/answer", do="decline", because="full", revision=1)
    assert given_back.status == 303
    assert room.row(reference).state is ReferralState.LOOKED_AT
    page = room.door.get(f"/staff/requests/{reference}")
    assert "No room at the moment" in page.text
    assert room.passed(reference).status == 303, "another try is possible"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "fly"}, 404),
        ({"do": ""}, 404),
        ({"do": "accept", "revision": "7"}, 409),
        ({"do": "accept", "revision": "x" * 50}, 409),
        ({"do": "finish", "because": "helped", "revision": "1"}, 409),
        ({"do": "finish", "because": "withdrawn", "revision": "1"}, 400),
        ({"do": "decline", "because": "full", "revision": "1", "words": "x" * (LONGEST_NOTE + 1)}, 400),
    ],
)
def test_an_answer_that_cannot_be_is_refused(room: Room, fields: dict[str, str], status: int) -> None:
    reference = room.request()
    address = room.arrived(reference)
    assert room.clinic.post(f"{address}/answer", **fields).status == status
    assert room.passing(reference).state is PassState.WAITING


def test_what_was_not_agreed_goes_only_for_somebodys_safety(room: Room) -> None:
    reference = room.request()
    refused = room.passed(reference, groups=["story", "child"], note=HOSTILE)
    assert refused.status == 400
    assert "Say for whose safety" in refused.text
    assert HOSTILE in refused.text
    assert "<script>alert" not in refused.html
    assert room.row(reference).state is ReferralState.RECEIVED
    done = room.passed(reference, groups=["story", "child"], safety="XREASONX", note=HOSTILE)
    assert done.status == 303
    passing = room.passing(reference)
    assert passing.without_consent == ["child"]
    seen = room.clinic.get(f"/staff/inbox/{passing.id}")
    assert "I like the blue lamp." in seen.text
    assert "XREASONX" not in seen.html
    assert "<script>alert" not in seen.html
    assert "Sam Sample" not in seen.html
    own = room.door.get(f"/staff/requests/{reference}")
    assert "Went without their consent" in own.text
    assert "XREASONX" in own.text


def test_staff_of_a_hub_pass_on_only_what_they_may_read(app: Flask, room: Room) -> None:
    hub = "quayside-family-hub"
    theirs = Desk(signed_in(app, Role.HUB_STAFF, HARBOURMOUTH, hub_key=hub))
    reference = room.request(route=Route(HARBOURMOUTH, hub), share_with=["hub"], share_what=["people"])
    given = {"to": CLINIC, "partner": "services", "checked": "1", "safety": "Somebody is afraid."}
    check = theirs.post(pass_address(reference), do="check", **given)
    assert 'value="people"' in check.html
    assert 'value="story"' not in check.html
    revision = re.search(r'name="revision" value="(\d+)"', check.html)
    assert revision is not None
    given["revision"] = revision[1]
    refused = theirs.post(pass_address(reference), do="pass", groups=["people", "story", "child"], **given)
    assert refused.status == 400
    assert room.row(reference).state is ReferralState.RECEIVED
    assert theirs.post(pass_address(reference), do="pass", groups=["people"], **given).status == 303
    assert room.passing(reference).groups == ["people"]


def test_services_the_family_did_not_name_hear_nothing_without_a_reason(room: Room) -> None:
    reference = room.request(share_with=[], share_what=[])
    check = room.door.post(pass_address(reference), do="check", to=CLINIC)
    assert "did not agree that services like these hear of them" in check.text
    assert room.passed(reference, groups=[]).status == 400
    assert room.passed(reference, groups=[], safety="Somebody may come to harm.").status == 303
    assert "01632 960123" in room.clinic.get(f"/staff/inbox/{room.passing(reference).id}").text


def test_numbers_that_are_not_safe_never_reach_a_service(room: Room) -> None:
    reference = room.request(telephone_text="no", email_write="", letter_address="1 Hidden Lane")
    seen = room.clinic.get(room.arrived(reference))
    assert "No way is safe" in seen.text
    assert "Do not call" not in seen.text
    for hidden in ("960123", "robin@example.org", "Hidden Lane"):
        assert hidden not in seen.html


@pytest.mark.parametrize("number", ["0" * 32, "x", "a" * 31, "a" * 33, "%00" * 32, "../requests"])
def test_what_is_not_there_is_not_found(room: Room, number: str) -> None:
    assert room.clinic.get(f"/staff/inbox/{number}").status == 404
    assert room.clinic.post(f"/staff/inbox/{number}/answer", do="accept", revision=1).status == 404


def test_other_organizations_and_councils_find_nothing(app: Flask, room: Room, organization: str) -> None:
    reference = room.request()
    address = room.arrived(reference)
    others = (
        signed_in(app, Role.PROVIDER, organization_key="port-youth"),
        signed_in(app, Role.PROVIDER, NORTHSANDS, organization_key=organization),
        signed_in(app, Role.FRONT_DOOR),
        signed_in(app, Role.HUB_STAFF, hub_key="quayside-family-hub"),
    )
    for other in map(Desk, others):
        assert other.get(address).status == 404
        assert other.post(f"{address}/answer", do="accept", revision=1).status == 404
        assert address not in other.get("/staff/inbox").html
    for outside in (Desk(signed_in(app, Role.FRONT_DOOR, NORTHSANDS)), room.clinic, Desk(others[3])):
        assert outside.get(pass_address(reference)).status == 404
        recall = f"/staff/requests/{reference}/recall/{room.passing(reference).id}"
        assert outside.post(recall).status == 404
        assert outside.post(f"/staff/requests/{reference}/decision", threshold="1").status == 404
    assert room.passing(reference).state is PassState.WAITING


def test_the_front_door_takes_it_back_and_the_service_reads_no_more(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    taken = room.recalled(reference)
    assert taken.html.endswith("?done=recalled")
    assert room.row(reference).state is ReferralState.LOOKED_AT
    assert "Nobody in our house" not in room.clinic.get(address).text
    assert room.clinic.post(f"{address}/answer", do="accept", revision=2).status == 409
    assert room.door.post(f"/staff/requests/{reference}/recall/{'%00' * 32}").status == 404
    again = room.recalled(reference)
    assert (again.status, "Something has changed with this service" in again.text) == (409, True)
    assert room.verbs().count("request.recalled") == 1
    assert room.door.post(f"/staff/requests/{reference}/recall/{'0' * 32}").status == 404


def test_what_a_service_has_taken_meanwhile_is_not_taken_back_by_an_old_page(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    page = room.door.get(f"/staff/requests/{reference}").html
    form = page[page.index("/recall/") : page.index("Take it back")]
    shown = re.search(r'name="revision" value="(\d+)"', form)
    assert shown is not None
    room.clinic.post(f"{address}/answer", do="accept", revision=1)
    for revision in (shown[1], "", "0", "-1", "x" * 50, "9" * 30):
        refused = room.recalled(reference, revision=revision)
        assert (refused.status, "Something has changed with this service" in refused.text) == (409, True)
        assert "Accepted by a service" in refused.text
        shown_at = f"recall-{room.passing(reference).id}"
        assert (f'href="#{shown_at}"' in refused.html, f'id="{shown_at}"' in refused.html) == (True, True)
    assert room.passing(reference).state is PassState.ACCEPTED
    assert room.verbs().count("request.recalled") == 0
    assert room.recalled(reference).status == 303
    assert room.passing(reference).state is PassState.RECALLED


def test_somebody_else_changed_it_meanwhile(room: Room) -> None:
    reference = room.request()
    stale = room.passed(reference, revision="77", note="Kept.")
    assert stale.status == 409
    assert "Somebody changed this request since you opened it" in stale.text
    assert "Kept." in stale.html
    assert room.row(reference).state is ReferralState.RECEIVED


@pytest.mark.parametrize("to", [[], ["gone"], ["x" * 500], ["\x00\n"]])
def test_to_nobody_is_refused(room: Room, to: list[str]) -> None:
    reference = room.request()
    for do in ("check", "pass"):
        page = room.door.post(pass_address(reference), do=do, to=to)
        assert page.status == 400
        assert "Choose at least one service" in page.text
    assert room.row(reference).state is ReferralState.RECEIVED


def test_a_paused_listing_is_not_offered(app: Flask, room: Room) -> None:
    reference = room.request()
    for state, status in ((ListingState.PAUSED, 400), (ListingState.PUBLISHED, 200)):
        with app.app_context():
            begin_writing(db.session)
            listing = db.session.scalars(select(Listing).where(Listing.key == CLINIC)).one()
            listing.state = state
            db.session.commit()
        assert room.door.post(pass_address(reference), do="check", to=CLINIC).status == status


def test_twice_to_the_same_is_refused(room: Room) -> None:
    reference = room.request()
    room.arrived(reference)
    page = room.door.post(pass_address(reference), do="check", to=CLINIC)
    assert page.status == 400
    assert "has it already" in page.text


def test_every_look_is_one_entry_of_the_trail(room: Room) -> None:
    reference = room.request()
    before = room.verbs().count("request.opened")
    room.door.get(pass_address(reference))
    room.door.post(pass_address(reference), do="check", to=CLINIC)
    assert room.verbs().count("request.opened") == before + 2
    room.passed(reference)
    assert room.verbs().count("request.passed") == 1
    address = f"/staff/inbox/{room.passing(reference).id}"
    room.clinic.get("/staff/inbox")
    assert room.verbs().count("request.seen_by_service") == 0
    room.clinic.get(address)
    room.clinic.client.head(address)
    room.clinic.client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert room.verbs().count("request.seen_by_service") == 1


def test_consent_taken_back_closes_it_for_the_service(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    row = room.row(reference)
    room.vault.rollback()
    begin_writing(room.vault)
    one = opened(room.ring, row)
    row.version += 1
    row.head = one.box.seal("head", row.version, one.box.open("head", row.version - 1, row.head))
    row.body = one.box.seal("body", row.version, {**one.answers, "share_with": ["hub"]})
    room.vault.commit()
    seen = room.clinic.get(address)
    assert "does not agree any more that you read this" in seen.text
    assert "Nobody in our house" not in seen.text
    assert "960123" not in seen.html
    assert "Take it on" not in seen.text
    assert "Give it back" in seen.text


TYPED = {
    "to": CLINIC,
    "checked": "1",
    "groups": ["people", "place"],
    "note": "Typed at length.",
    "revision": "1",
}


def test_what_was_to_be_passed_on_from_an_old_page_is_still_there(room: Room) -> None:
    reference = room.request()
    checked = room.door.post(pass_address(reference), **TYPED, do="pass", safety="For Ash.", csrf_token="old")
    assert checked.status == 400
    assert "open for too long" in checked.text
    assert "Typed at length.</textarea>" in checked.html
    assert "For Ash.</textarea>" in checked.html
    assert 'value="place" checked' in checked.html
    assert 'value="story" checked' not in checked.html
    chosen = room.door.post(pass_address(reference), do="find", to=CLINIC, words="sleep", csrf_token="old")
    assert (chosen.status, "open for too long" in chosen.text) == (400, True)
    assert f'value="{CLINIC}" checked' in chosen.html
    assert 'value="sleep"' in chosen.html
    assert room.row(reference).state is ReferralState.RECEIVED


def test_an_answer_from_an_old_page_is_still_there(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    answer = {"do": "decline", "because": "full", "words": "Typed at length.", "revision": 1}
    again = room.clinic.post(f"{address}/answer", **answer, csrf_token="old")
    assert (again.status, "open for too long" in again.text) == (400, True)
    assert "Typed at length.</textarea>" in again.html
    assert '<option value="full" selected>' in again.html
    assert room.passing(reference).state is PassState.WAITING
    assert room.clinic.post(f"/staff/inbox/{'0' * 32}/answer", **answer, csrf_token="old").status == 404


def test_buttons_on_an_old_page_do_nothing_and_say_so(room: Room) -> None:
    reference = room.request()
    room.arrived(reference)
    for address in (f"recall/{room.passing(reference).id}", "decision", "merge/X/do"):
        again = room.door.post(f"/staff/requests/{reference}/{address}", threshold="1", csrf_token="old")
        assert (again.status, "open for too long" in again.text) == (400, True)
    assert room.passing(reference).state is PassState.WAITING


@pytest.mark.parametrize("which", ["pass", "answer"])
def test_an_old_page_shows_nothing_to_others(app: Flask, room: Room, which: str) -> None:
    reference = room.request()
    inbox = room.arrived(reference)
    address = pass_address(reference) if which == "pass" else f"{inbox}/answer"
    role = Role.FRONT_DOOR if which == "pass" else Role.PROVIDER
    other = Desk(signed_in(app, role, in_council=NORTHSANDS, organization_key="elsewhere"))
    answer = other.post(address, do="decline", words="No.", csrf_token="old")
    assert answer.status == 404
    assert "Robin" not in answer.html


@pytest.mark.parametrize("which", ["pass", "answer"])
def test_who_was_signed_out_while_typing_gets_it_back(app: Flask, room: Room, which: str) -> None:
    reference = room.request()
    inbox = room.arrived(reference)
    address = pass_address(reference) if which == "pass" else f"{inbox}/answer"
    answer = app.test_client().post(address, data={**TYPED, "do": "pass", "words": "More typed.\nTwo lines."})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")
    kept = re.findall(r'<textarea hidden name="(\w+)">\n([^<]*)</textarea>', answer.text)
    assert ("note", "Typed at length.") in kept
    assert ("words", "More typed.\nTwo lines.") in kept
    assert [text for name, text in kept if name == "groups"] == ["people", "place"]
    assert "Robin" not in answer.text
    assert f'action="{address}"' in answer.text
