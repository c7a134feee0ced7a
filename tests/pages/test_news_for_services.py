"""What comes after a request was passed on: a service says no, the family writes, somebody destroys it."""

import re

from flask import Flask
from sqlalchemy import select

from hubfinder.referrals.models import GonePassing, Notice, Passing, Referral
from hubfinder.staff_vocab import Role
from tests.pages.passing import Room
from tests.support.following import Follower
from tests.support.people import signed_in

AFTER_SIX = "Please do not ring after six, he is home then."
FOR_THEM = "Ring before six in the evening only."


def told(room: Room, reference: str, words: str = FOR_THEM, **fields: object) -> int:
    """The front door writes to the services; the status."""
    revision = room.row(reference).revision
    address = f"/staff/requests/{reference}/do/tell-services"
    return room.door.post(address, words=words, revision=revision, **fields).status


def test_what_a_family_adds_is_seen_to_by_the_front_door_and_reaches_the_service(
    room: Room, app: Flask
) -> None:
    family = Follower(app)
    address = room.arrived(family.reference)
    room.clinic.post(f"{address}/answer", do="accept", revision=1)
    page = family.enter()
    assert page.status_code == 303
    assert family.write(AFTER_SIX).status_code == 303
    queue = room.door.get("/staff/requests")
    assert "Something new was written" in queue.text
    assert "Nothing has to be done" not in queue.text
    shown = room.door.get(f"/staff/requests/{family.reference}")
    assert "The services do not see it" in shown.text
    assert AFTER_SIX in shown.text
    assert AFTER_SIX not in room.clinic.get(address).text
    assert told(room, family.reference) == 303
    shown = room.door.get(f"/staff/requests/{family.reference}")
    assert "The services do not see it" not in shown.text
    assert "Nothing has to be done" in shown.text
    assert "Has not read the newest yet" in shown.text
    assert "Written to services Sleep clinic" in shown.text
    assert "Something is new" in room.clinic.get("/staff/inbox").text
    first = room.clinic.get(address)
    assert FOR_THEM in first.text
    assert "since you last looked" in first.text
    assert "since you last looked" not in room.clinic.get(address).text
    assert "Has not read the newest yet" not in room.door.get(f"/staff/requests/{family.reference}").text


def test_a_family_reads_that_a_service_said_no_until_somebody_has_seen_to_it(room: Room, app: Flask) -> None:
    family = Follower(app)
    address = room.arrived(family.reference)
    said_no = "We are looking for other help."
    assert family.enter().status_code == 303
    assert said_no not in family.get().text
    room.clinic.post(f"{address}/answer", do="decline", because="full", revision=1)
    assert said_no in family.get().text
    assert room.passed(family.reference).status == 303
    assert said_no not in family.get().text


def test_what_is_wrong_with_a_note_to_services_is_said_and_nothing_is_lost(room: Room) -> None:
    reference = room.request()
    assert told(room, reference) == 409, "no service has it"
    room.arrived(reference)
    assert told(room, reference, words=" ") == 400
    assert told(room, reference, to="f" * 32) == 400
    revision = room.row(reference).revision
    address = f"/staff/requests/{reference}/do/tell-services"
    hostile = "<script>alert(1)</script>"
    again = room.door.post(address, words=hostile, revision=revision, to="nobody")
    assert again.status == 400
    assert hostile not in again.html
    assert "alert(1)" in again.html, "what was typed is still there"


def test_a_service_reads_of_something_new_before_it_answers(room: Room) -> None:
    reference = room.request()
    address = room.arrived(reference)
    assert told(room, reference) == 303
    assert room.clinic.post(f"{address}/answer", do="accept", revision=1).status == 409


def test_what_a_service_had_and_was_destroyed_says_so(room: Room, app: Flask) -> None:
    reference = room.request()
    address = room.arrived(reference)
    id_ = room.passing(reference).id
    room.clinic.post(f"{address}/answer", do="accept", revision=1)
    rights = room.door.get(f"/staff/requests/{reference}/rights")
    assert "Sleep clinic" in rights.text
    assert "ring it first" in rights.text
    revision = re.search(r'name="revision" value="(\d+)"', rights.html)
    assert revision is not None
    fields = {"reason": "they asked on paper", "sure": "yes", "revision": revision[1]}
    assert room.door.post(f"/staff/requests/{reference}/rights/erase", **fields).status == 303
    room.vault.rollback()
    assert room.vault.scalars(select(Referral)).all() == []
    assert room.vault.scalars(select(Passing)).all() == []
    word = room.vault.scalars(select(Notice)).one()
    assert (word.wording, word.referral_id, word.facts["reference"]) == ("service_recalled", None, "")
    assert word.to.startswith("service:")
    left = room.vault.scalars(select(GonePassing)).one()
    assert left.id == id_
    room.vault.rollback()
    inbox = room.clinic.get("/staff/inbox")
    assert "Taken back, and destroyed" in inbox.text
    gone = room.clinic.get(address)
    assert gone.status == 410
    assert "Do not get in touch with the family" in gone.text
    assert room.clinic.post(f"{address}/answer", do="finish", because="helped", revision=2).status == 410
    others = signed_in(app, Role.PROVIDER, organization_key="another-one")
    assert others.get(address).status_code == 404
    assert "destroyed" not in others.get("/staff/inbox").text
