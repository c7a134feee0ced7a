"""Whose a request is: by where the family lives, and nobody's is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.places.finding import Places
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Postcode
from hubfinder.places.values import Point
from hubfinder.referrals.answers import told
from hubfinder.referrals.front_door_models import HubTeam
from hubfinder.referrals.routing import Route, flags_of, home, route
from hubfinder.referrals.vocab import Flag
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind
from tests.support import factories as made
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person

HERE = made.HERE
FAR = made.north_of(HERE, 20_000)
Routing = Callable[..., Route]


@pytest.fixture
def routed(app: Flask, session: Session) -> Routing:
    """Two councils side by side; postcodes in one, the other and neither."""
    for code, middle in ((HARBOURMOUTH, HERE), (NORTHSANDS, FAR)):
        made.footprint(
            session,
            f"Council {code}",
            FootprintKind.LOCAL_AUTHORITY,
            code=code,
            geom=f"SRID=4326;{made.around(middle, 5_000)}",
        )
    beyond = made.north_of(HERE, 100_000)
    for code, point, country in (
        ("ZA11AA", HERE, "E"),
        ("ZA12AA", made.north_of(HERE, 3_000), "E"),
        ("ZA91AA", FAR, "E"),
        ("ZA99ZZ", beyond, "E"),
        ("CF101AA", beyond, "W"),
    ):
        session.add(Postcode(code=code, lat=point.lat, lon=point.lon, country=country))
    places: Places = app.extensions["places"]

    def ask(postcode: str, **answers: Any) -> Route:
        session.flush()
        rebuild_memberships(session)
        return route(
            session, places, told({"postcode": postcode, "share_with": ["hub"], **answers}), HARBOURMOUTH
        )

    return ask


def hub(session: Session, key: str, point: Point | None = HERE, **facts: Any) -> str:
    made.location(session, point, key=key, is_family_hub=True, **facts)
    return key


def ward(session: Session, code: str, middle: Point, metres: float = 1_000) -> None:
    shape = f"SRID=4326;{made.around(middle, metres)}"
    made.footprint(session, code, FootprintKind.WARD, code=code, geom=shape)


@pytest.mark.parametrize("postcode", ["", "  ", "not a postcode", "ZA1 9XX", "\0", "ZA1 1AA" * 50])
def test_whoever_says_no_place_that_is_known_is_looked_after_here(routed: Routing, postcode: str) -> None:
    assert routed(postcode) == home(HARBOURMOUTH)
    assert Flag.NO_PLACE in flags_of(told({"postcode": postcode}), home(HARBOURMOUTH))


def test_the_nearest_hub_of_the_council_has_whoever_lives_there(routed: Routing, session: Session) -> None:
    hub(session, "near", made.north_of(HERE, 400))
    hub(session, "far", made.north_of(HERE, 4_000))
    hub(session, "refuge", HERE, is_confidential=True)
    found = routed("ZA1 1AA")
    assert (found.council, found.hub, found.is_outside) == (HARBOURMOUTH, "near", False)
    assert found.lives_in == HARBOURMOUTH
    assert found.footprints == (f"local_authority:{HARBOURMOUTH}",)


def test_a_hub_across_the_border_has_nobody_of_ours(routed: Routing, session: Session) -> None:
    hub(session, "ours", made.north_of(HERE, -4_500))
    hub(session, "theirs", made.north_of(HERE, 5_200))
    assert routed("ZA1 2AA").hub == "ours"


def test_the_hub_of_the_ward_goes_before_one_that_is_nearer(routed: Routing, session: Session) -> None:
    ward(session, "W1", HERE)
    hub(session, "of-the-ward", made.north_of(HERE, 900))
    hub(session, "next-door", made.north_of(HERE, -1_010), lat=HERE.lat - 0.0001)
    assert routed("ZA1 1AA").hub == "of-the-ward"


def test_what_the_council_says_goes_first_and_of_that_the_smallest_area(
    routed: Routing, session: Session
) -> None:
    ward(session, "W1", HERE)
    for key in ("near", "said", "whole"):
        hub(session, key, made.north_of(HERE, 0 if key == "near" else 3_000))
    said = {"said": ["ward:W1"], "whole": [f"local_authority:{HARBOURMOUTH}"], "gone": ["ward:W1"]}
    session.add_all(HubTeam(council_code=HARBOURMOUTH, hub_key=key, areas=said[key]) for key in said)
    assert routed("ZA1 1AA").hub == "said"
    assert routed("ZA1 2AA").hub == "whole"


def test_without_a_hub_the_front_door_has_it(routed: Routing) -> None:
    assert routed("ZA1 1AA").hub == ""


@pytest.mark.parametrize("shared", [[], ["services"], ["gp", "school"]])
def test_a_hub_has_only_what_the_family_has_agreed_that_it_reads(
    routed: Routing, session: Session, shared: list[str]
) -> None:
    hub(session, "near")
    assert routed("ZA1 1AA").hub == "near"
    assert routed("ZA1 1AA", share_with=shared).hub == ""


def test_a_hub_that_nobody_has_put_on_the_map_is_never_the_nearest(routed: Routing, session: Session) -> None:
    hub(session, "nowhere", None)
    hub(session, "somewhere", made.north_of(HERE, 4_000))
    assert routed("ZA1 1AA").hub == "somewhere"


def test_a_neighbour_with_a_front_door_here_gets_it_at_once(routed: Routing, session: Session) -> None:
    person(session, Role.FRONT_DOOR, NORTHSANDS)
    hub(session, "theirs", FAR)
    found = routed("ZA9 1AA")
    assert (found.council, found.hub, found.is_outside) == (NORTHSANDS, "theirs", False)


@pytest.mark.parametrize("has_left", [True, False])
def test_from_where_nobody_looks_after_requests_it_stays_here(
    routed: Routing, session: Session, has_left: bool
) -> None:
    """Nobody of a council that only keeps listings here would ever see it."""
    somebody = person(session, Role.FRONT_DOOR if has_left else Role.COUNCIL_ADMINISTRATOR, NORTHSANDS)
    somebody.active = not has_left
    hub(session, "theirs", FAR)
    found = routed("ZA9 1AA")
    assert (found.council, found.hub, found.is_outside) == (HARBOURMOUTH, "", True)
    assert (found.lives_in, found.lives_in_name) == (NORTHSANDS, f"Council {NORTHSANDS}")
    flags = flags_of(told({"postcode": "ZA9 1AA"}), found)
    assert Flag.OUTSIDE in flags
    assert Flag.NO_PLACE not in flags


def test_from_where_no_council_is_known_it_stays_here(routed: Routing) -> None:
    found = routed("ZA9 9ZZ")
    assert (found.council, found.lives_in, found.is_outside) == (HARBOURMOUTH, "", True)


def test_from_another_nation_it_stays_here(routed: Routing) -> None:
    found = routed("CF10 1AA")
    assert (found.council, found.lives_in_name, found.is_outside) == (HARBOURMOUTH, "Wales", True)


def test_without_the_boundary_of_the_council_nobody_is_called_an_outsider(
    app: Flask, session: Session
) -> None:
    session.add(Postcode(code="ZA11AA", lat=HERE.lat, lon=HERE.lon, country="E"))
    session.flush()
    found = route(
        session, app.extensions["places"], told({"postcode": "ZA1 1AA", "share_with": ["hub"]}), HARBOURMOUTH
    )
    assert found == home(HARBOURMOUTH)
