"""Listings that are one and the same are found, with reasons; those that only look a little alike are not."""

import string
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Phone, Service, Url
from hubfinder.exchange.alikeness import (
    CERTAIN,
    MOST,
    Facts,
    Shared,
    compare,
    digits_of,
    page_of,
    plain_name,
)
from hubfinder.exchange.duplicates import Known, duplicates_of
from hubfinder.exchange.models import NotDuplicate
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.recording import record_services
from hubfinder.staff_vocab import ListingState, Origin
from tests.support.factories import location, organization, service

TEXTS = st.text(alphabet=string.ascii_lowercase + " &'é", max_size=25)
SOME = st.frozensets(st.sampled_from(["a", "b", "c", "example.org/a", "01632960001"]), max_size=2)
FACTS = st.builds(
    Facts,
    key=st.sampled_from(["one", "two", "three"]),
    name=TEXTS,
    organization=st.sampled_from(["", "council", "charity"]),
    telephones=SOME,
    pages=SOME,
    emails=SOME,
    places=SOME,
    postcodes=SOME,
    times=SOME,
)


def facts(name: str, key: str = "one", **more: Any) -> Facts:
    return Facts(key=key, name=name, **more)


def score(one: Facts, other: Facts) -> float:
    return compare(one, other, Shared())[0]


@given(FACTS, FACTS)
def test_how_alike_two_are_is_the_same_from_either_side(one: Facts, other: Facts) -> None:
    assert compare(one, other, Shared()) == compare(other, one, Shared())
    assert 0 <= score(one, other) <= MOST


@given(FACTS)
def test_a_listing_with_a_name_is_like_itself(one: Facts) -> None:
    assert not one.plain_name or score(one, one) >= CERTAIN


@settings(deadline=None, max_examples=60)
@given(st.lists(FACTS, max_size=12))
def test_pairs_are_those_that_each_listing_finds(some: list[Facts]) -> None:
    """However they are blocked: what one side finds the other finds too, and nothing is its own duplicate."""
    different = {f"{number}": one for number, one in enumerate(some)}
    known = Known.made_of(
        Facts(key, *(getattr(one, name) for name in Facts.__slots__[1:])) for key, one in different.items()
    )
    pairs = {(pair.first.key, pair.second.key) for pair in known.pairs()}
    found = {
        (min(key, alike.key), max(key, alike.key))
        for key, one in known.facts.items()
        for alike in known.alike(one)
    }
    assert found == pairs
    assert all(one < other for one, other in pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stay & Play, Wendbridge", "the stay and play wendbridge"),
        ("Café Bébé", "cafe bebe"),
        ("Dads' group", "Dads group"),
    ],
)
def test_names_are_compared_without_what_says_nothing(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    "number", ["01632 960 123", "+44 (0)1632 960123", "0044 1632-960123", "(01632) 960123"]
)
def test_a_number_is_one_however_it_is_written(number: str) -> None:
    assert digits_of(number) == "01632960123"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://www.Play.example.org/a/?x=1#y", "play.example.org/a"),
        ("play.example.org/a", "play.example.org/a"),
        ("nothing", ""),
        ("http://[", ""),
    ],
)
def test_a_page_is_one_however_its_address_is_written(address: str, page: str) -> None:
    assert page_of(address) == page


def test_groups_of_one_name_at_two_places_are_two() -> None:
    here = facts("Stay and play", organization="council", telephones=frozenset({"1"}), places=frozenset("a"))
    there = facts(
        "Stay and play", "two", organization="council", telephones=frozenset({"1"}), places=frozenset("b")
    )
    assert score(here, there) < CERTAIN


def test_numbered_groups_are_different_groups() -> None:
    one, other = facts("Story time 1", organization="a"), facts("Story time 2", "two", organization="a")
    assert score(one, other) < CERTAIN <= score(one, facts("Story time", "two", organization="a"))


def test_two_groups_of_one_library_are_two() -> None:
    shared: dict[str, Any] = {
        "organization": "library",
        "telephones": frozenset({"1"}),
        "places": frozenset("a"),
        "pages": frozenset({"library.example.org"}),
    }
    assert score(facts("Story time", **shared), facts("Homework club", "two", **shared)) < CERTAIN


def test_one_group_under_two_names_is_found_by_its_time_place_and_telephone() -> None:
    shared: dict[str, Any] = {
        "organization": "church",
        "telephones": frozenset({"1"}),
        "places": frozenset("a"),
        "times": frozenset({"Mon 10:00"}),
        "pages": frozenset({"church.example.org/babies"}),
    }
    found, why = compare(facts("Bumps and babies", **shared), facts("Tiny Tots", "two", **shared), Shared())
    assert found >= CERTAIN
    assert "The same place" in why


def test_what_many_share_says_little() -> None:
    one, other = (
        facts(name, name, telephones=frozenset({"1"}), emails=frozenset({"hello@example.org"}))
        for name in ("Baby massage", "Baby message board")
    )
    few = compare(one, other, Shared())[0]
    many = compare(one, other, Shared({("telephone", "1"): 50, ("email", "hello@example.org"): 50}))[0]
    assert many < few


def listed(session: Session, name: str, **more: object) -> Service:
    made = service(session, name, **more)  # type: ignore[arg-type]
    session.flush()
    return made


def test_a_published_listing_is_found_by_name_and_number(session: Session) -> None:
    begin_writing(session)
    made = listed(session, "Wendbridge stay and play")
    made.phones = [Phone(number="01632 960 123")]
    listed(session, "Knitting circle")
    session.flush()
    [found] = duplicates_of(session, {"name": "Stay & play Wendbridge", "telephone": "+44 1632 960123"})
    assert (found.key, found.score) == (made.key, 70)
    assert found.why == ("The same name", "The same telephone")
    assert duplicates_of(session, {"name": "Stay & play Wendbridge"}, but=made.key) == []
    assert duplicates_of(session, {"name": ""}) == []
    assert duplicates_of(session, {}) == []


def test_drafts_are_found_and_what_is_over_is_not(session: Session) -> None:
    begin_writing(session)
    over = listed(session, "Toy library")
    record_services(session, [over.id], Origin.IMPORT, "a test")
    listing = session.query(Listing).one()
    listing.state = ListingState.RETIRED
    draft = Listing(
        key="toy-library-2",
        council_code="Z06000001",
        organization_key="",
        name="Toy library",
        state=ListingState.DRAFT,
        changed_at=utc_now(),
    )
    session.add(draft)
    session.flush()
    session.add(
        ListingUpdate(
            listing_id=draft.id,
            council_code="Z06000001",
            content={"name": "Toy library", "email": "toys@example.org"},
            made_at=utc_now(),
            saved_at=utc_now(),
        )
    )
    session.flush()
    [found] = duplicates_of(session, {"name": "Toy library", "email": "Toys@example.org"})
    assert found.key == "toy-library-2"
    assert "The same email address" in found.why
    assert Known.of(session).facts.keys() == {"toy-library-2"}


def test_what_was_said_to_be_two_is_not_shown_again(session: Session) -> None:
    begin_writing(session)
    one, other = sorted((listed(session, "Toy library").key, listed(session, "Toy library").key))
    for made in session.query(Service):
        made.organization_id = session.query(Service).first().organization_id  # type: ignore[union-attr]
    session.flush()
    assert [(pair.first.key, pair.second.key) for pair in Known.of(session).pairs()] == [(one, other)]
    session.add(NotDuplicate(first_key=one, second_key=other, at=utc_now()))
    session.flush()
    assert Known.of(session).pairs() == []
    assert duplicates_of(session, {"key": one, "name": "Toy library"}) == []


def test_a_confidential_place_is_no_reason(session: Session) -> None:
    begin_writing(session)
    refuge = location(session, postcode="ZA9 9ZZ", is_confidential=True)
    made = listed(session, "Safe home", at=(refuge,))
    content = {"name": "Safe home", "locations": [refuge.key], "postcode": "ZA9 9ZZ"}
    [found] = duplicates_of(session, content)
    assert found.key == made.key
    assert found.why == ("The same name",)
    assert not Known.of(session).facts[made.key].places


def test_one_of_many_and_many_at_once_say_the_same(session: Session) -> None:
    begin_writing(session)
    hall, owner = location(session), organization(session)
    for number, name in enumerate(("Baby massage", "Baby massage", "Babies massage", "Chess", "Chess club")):
        made = listed(session, name, at=(hall,), organization_id=owner.id)
        made.phones = [Phone(number=f"01632 96000{number % 2}")]
        made.urls = [Url(url=f"https://www.example.org/{number % 3}")]
    session.flush()
    known = Known.of(session)
    found = 0
    for key, one in known.facts.items():
        content = {
            "key": key,
            "name": one.name,
            "organization": one.organization,
            "telephone": next(iter(one.telephones)),
            "website": next(iter(one.pages)),
            "locations": [hall.key],
        }
        asked = {(alike.key, alike.score) for alike in duplicates_of(session, content)}
        assert asked == {(alike.key, alike.score) for alike in known.alike(one)}
        found += len(asked)
    assert found >= 4
