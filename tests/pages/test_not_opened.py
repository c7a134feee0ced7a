"""A request that does not open takes no page down but its own, which says what to do."""

import pytest
from sqlalchemy import select

from hubfinder.database import begin_writing
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.models import Notice
from tests.pages.passing import Room, pass_address

SORRY = "This request cannot be opened"


def spoil(room: Room, reference: str, name: str) -> None:
    """Another bit in what is sealed."""
    row = room.row(reference)
    room.vault.rollback()
    begin_writing(room.vault)
    sealed = getattr(row, name)
    setattr(row, name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    room.vault.commit()


@pytest.mark.parametrize("name", ["head", "wrapped_key"])
def test_the_queue_shows_it_in_its_place_with_its_clock(room: Room, name: str) -> None:
    reference, other = room.request(), room.request()
    spoil(room, reference, name)
    for _ in range(2):
        page = room.door.get("/staff/requests")
        assert page.status == 200
        assert SORRY in page.text
        assert spaced(reference) in page.text
        assert other in page.html
        assert "Robin Example" in page.text
        assert page.text.count("To do by") == 2
    room.vault.rollback()
    told = room.vault.scalars(select(Notice).where(Notice.wording == "not_opened")).all()
    assert [(one.to.partition(":")[0], one.facts["reference"]) for one in told] == [
        ("administrators", reference)
    ]


def test_its_own_pages_say_what_to_do_and_change_nothing(room: Room) -> None:
    reference = room.request()
    spoil(room, reference, "body")
    before = room.verbs()
    for page in (
        room.door.get(f"/staff/requests/{reference}"),
        room.door.get(pass_address(reference)),
        room.door.post(f"/staff/requests/{reference}/do/note", words="Look.", revision="1"),
    ):
        assert page.status == 500
        assert SORRY in page.text
        assert "Tell whoever looks after this website now" in page.text
    assert room.verbs() == before
    assert room.row(reference).revision == 1


@pytest.mark.parametrize("address", ["/staff", "/staff/requests", "/staff/requests/messages"])
def test_every_other_page_goes_on(room: Room, address: str) -> None:
    reference = room.request()
    spoil(room, reference, "wrapped_key")
    assert room.door.get(address).status == 200
