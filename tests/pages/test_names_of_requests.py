"""Names that staff type on the page of a request: of a key worker, or of another council."""

import pytest

from tests.pages.passing import Room
from tests.pages.reading import Page


def do(room: Room, reference: str, action: str, **typed: str) -> Page:
    address = f"/staff/requests/{reference}/do/{action}"
    return room.door.post(address, revision=room.row(reference).revision, **typed)


@pytest.mark.parametrize(
    ("action", "typed", "most"),
    [
        ("key-worker", {"key_worker": "a" * 121}, "120"),
        ("elsewhere", {"council": "a" * 121, "words": "Rang."}, "120"),
        ("note", {"words": "a" * 4_001}, "4,000"),
    ],
)
def test_what_is_too_long_says_how_much_is_enough(
    room: Room, action: str, typed: dict[str, str], most: str
) -> None:
    page = do(room, room.request(), action, **typed)
    assert (page.status, f"Use at most {most} characters." in page.text) == (400, True)


def test_a_key_worker_is_taken_off_by_leaving_the_name_empty(room: Room) -> None:
    reference = room.request()
    assert do(room, reference, "key-worker", key_worker="Ann Example").status == 303
    page = room.door.get(f"/staff/requests/{reference}")
    assert "Leave it empty where there is nobody any more." in page.text
    assert do(room, reference, "key-worker", key_worker="").status == 303
    assert room.row(reference).key_worker == ""
    page = room.door.get(f"/staff/requests/{reference}")
    assert "Key worker named nobody any more" in page.text
    assert room.verbs().count("request.key_worker_gone") == 1
