"""What a request could be passed on to: for somebody of the family's ages, and nothing by chance."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from hubfinder.clock import today
from hubfinder.referrals.routing import Route
from hubfinder.staff_vocab import Role
from tests.pages.passing import CLINIC, Desk, Room, pass_address
from tests.pages.reading import Page
from tests.support.people import HARBOURMOUTH, signed_in
from tests.support.requests import a_request

PERINATAL, SPLASH = "perinatal-support", "splash-swimming"
"""For pregnancy and the first two years; from one year to 17. The clinic is for the first two."""
ABOUT = ["pregnancy-and-babies", "send"]
HUB = "quayside-family-hub"
BY_AGE = "Only what is for somebody as old as the people in this family."
NOTHING_TICKED = "is ticked under “What it is about”"
GROWN_UP = {"id": "g", "name": "Robin Example", "kind": "adult", "is_asking": "yes"}


def child(months: int, kind: str = "child") -> dict[str, str]:
    """Somebody of that age today; below 0 expected in so many months."""
    born = today() - timedelta(days=30 * months + 15 if months >= 0 else 30 * months)
    return {"id": f"c{months}", "name": "Ash Example", "kind": kind, "born": born.isoformat()}


def offered(page: Page) -> set[str]:
    return set(re.findall(r'name="to" type="checkbox" value="([^"]+)"', page.html))


def choosing(room: Room, **answers: object) -> Page:
    return room.door.get(pass_address(room.request(**answers)))


def test_a_child_of_six_is_offered_nothing_for_babies(room: Room) -> None:
    page = choosing(room, needs=ABOUT, people=[GROWN_UP, child(72)])
    assert offered(page) >= {SPLASH}
    assert not offered(page) & {CLINIC, PERINATAL}
    assert BY_AGE in page.text


@pytest.mark.parametrize(
    ("people", "fits", "does_not"),
    [
        ([child(3)], {CLINIC, PERINATAL}, {SPLASH}),
        ([child(-4, "unborn")], {PERINATAL}, {CLINIC, SPLASH}),
        ([child(-4, "unborn"), child(50)], {PERINATAL, SPLASH}, {CLINIC}),
        ([child(3), child(180)], {CLINIC, PERINATAL, SPLASH}, set()),
        ([child(240)], {CLINIC, PERINATAL, SPLASH}, set()),
    ],
)
def test_every_one_of_the_family_counts_and_no_age_between_them(
    room: Room, people: list[dict[str, str]], fits: set[str], does_not: set[str]
) -> None:
    """Of a young adult alone nobody knows which children there are."""
    found = offered(choosing(room, needs=ABOUT, people=[GROWN_UP, *people]))
    assert found >= fits
    assert not found & does_not


def test_where_no_age_is_known_none_is_left_out(room: Room) -> None:
    page = choosing(room, needs=ABOUT, people=[])
    assert offered(page) >= {CLINIC, PERINATAL, SPLASH}
    assert BY_AGE not in page.text


def test_where_nothing_is_ticked_nothing_is_offered_but_the_search(room: Room) -> None:
    reference = room.request(needs=[], people=[GROWN_UP, child(72)])
    page = room.door.get(pass_address(reference))
    assert (page.status, offered(page)) == (200, set())
    assert NOTHING_TICKED in page.text
    found = room.door.post(pass_address(reference), do="find", words="sleep clinic")
    assert CLINIC in offered(found), "by its name staff find what is for any age"
    assert NOTHING_TICKED in found.text


def test_the_service_from_whose_page_they_came_is_offered(room: Room) -> None:
    page = choosing(room, needs=[], service=CLINIC)
    assert offered(page) == {CLINIC}
    assert "They came from the page of" in page.text
    gone = choosing(room, needs=[], service="gone-long-ago")
    assert offered(gone) == set()
    assert "They came from the page of" not in gone.text


def test_what_fits_nobody_is_said_so(room: Room) -> None:
    page = choosing(room, needs=["send"], people=[child(3)])
    assert offered(page) == set()
    assert "Nothing here fits what they asked for." in page.text
    assert NOTHING_TICKED not in page.text


def test_a_hub_is_offered_nothing_by_what_it_may_not_read(app: Flask, room: Room) -> None:
    """An offer by age would tell the age."""
    room.vault.rollback()
    people = [GROWN_UP, child(72)]
    of_the_hub = Desk(signed_in(app, Role.HUB_STAFF, HARBOURMOUTH, hub_key=HUB))

    def seen(*groups: str) -> Page:
        reference = a_request(
            room.vault,
            room.ring,
            route=Route(HARBOURMOUTH, HUB),
            needs=ABOUT,
            people=people,
            share_with=["hub"],
            share_what=list(groups),
        ).reference
        room.vault.rollback()
        return of_the_hub.get(pass_address(reference))

    assert not offered(seen("story", "people", "place")) & {CLINIC, PERINATAL}
    assert offered(seen("story", "place")) >= {CLINIC, PERINATAL}
    without_story = seen("people", "place")
    assert offered(without_story) == set()
    assert NOTHING_TICKED in without_story.text


@pytest.mark.parametrize(
    "needs", [["no-such-need"], ["<script>"], ["x" * 300]], ids=["unknown", "markup", "long"]
)
def test_a_need_that_is_gone_offers_nothing_and_breaks_nothing(room: Room, needs: list[str]) -> None:
    page = choosing(room, needs=needs, people=[GROWN_UP, child(72)])
    assert (page.status, offered(page)) == (200, set())


def test_a_malformed_day_of_birth_is_any_age_of_a_child(room: Room) -> None:
    rows = [{**child(0), "born": born} for born in ("2020-13-45", "soon", str(date.max))]
    assert offered(choosing(room, needs=ABOUT, people=rows)) >= {CLINIC, PERINATAL, SPLASH}
