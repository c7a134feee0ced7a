"""Which listings are whose, by council, organization, hub and area; asked one by one and in a list alike."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.actions import save_location
from hubfinder.directory.values import LocationDetails
from hubfinder.listings.models import Listing
from hubfinder.listings.reading import listing_for
from hubfinder.listings.scope import approvable_by, editable_by, may_edit, visible_to
from hubfinder.people.values import A_COMMAND, Actor, Grant
from hubfinder.places.models import FootprintSet, FootprintSetMember, Postcode
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind
from tests.support import factories
from tests.support.life import published
from tests.support.people import HARBOURMOUTH, NORTHSANDS

ELSEWHERE, OTHER_HUB = "elsewhere", "second-hub"


@pytest.fixture
def listings(session: Session) -> Session:
    """One at a hub (its second place), one for a ward, one in the ward, one of others, one anywhere."""
    ward = factories.footprint(session, kind=FootprintKind.WARD, code="Z05000001")
    members = FootprintSet()
    session.add(members)
    session.flush()
    session.add(FootprintSetMember(set_id=members.id, footprint_id=ward.id, share=1.0))
    session.add(Postcode(code="ZA14QT", lat=54.75, lon=2.1, country="E", set_id=members.id))
    for key, postcode in (("hub", ""), (OTHER_HUB, ""), ("hall", "ZA1 4QT")):
        place = LocationDetails(
            key, key, lat=54.75, lon=2.1, postcode=postcode, is_family_hub=key.endswith("hub")
        )
        save_location(session, place)
    session.commit()
    published(session, "at-hub", locations=[OTHER_HUB, "hub"])
    published(session, "for-ward", areas=["ward:Z05000001"])
    published(session, "in-ward", locations=["hall"])
    published(session, "theirs", organization="others")
    published(session, "anywhere")
    return session


def actor(role: Role, council: str = HARBOURMOUTH, **scope: str) -> Actor:
    return Actor("Somebody", 1, (Grant(role, council, **scope),))


ALL = {"at-hub", "for-ward", "in-ward", "theirs", "anywhere"}
CASES = [
    (actor(Role.COUNCIL_ADMINISTRATOR), ALL, ALL),
    (actor(Role.FRONT_DOOR), ALL, set()),
    (actor(Role.AUDITOR), set(), set()),
    (actor(Role.COUNCIL_ADMINISTRATOR, NORTHSANDS), set(), set()),
    (actor(Role.PROVIDER, organization="others"), {"theirs"}, {"theirs"}),
    (actor(Role.PROVIDER, NORTHSANDS, organization="others"), set(), set()),
    (actor(Role.PROVIDER), set(), set()),
    (actor(Role.HUB_STAFF, hub="hub"), {"at-hub"}, {"at-hub"}),
    (actor(Role.HUB_STAFF, hub=OTHER_HUB), {"at-hub"}, {"at-hub"}),
    (actor(Role.HUB_STAFF, hub=ELSEWHERE), set(), set()),
    (actor(Role.HUB_STAFF, area="ward:Z05000001"), {"for-ward", "in-ward"}, {"for-ward", "in-ward"}),
    (actor(Role.HUB_STAFF, NORTHSANDS, area="ward:Z05000001"), set(), set()),
    (A_COMMAND, set(), set()),
]


@pytest.mark.parametrize(("who", "seen", "edited"), CASES)
def test_everybody_has_their_own(listings: Session, who: Actor, seen: set[str], edited: set[str]) -> None:
    every = listings.scalars(select(Listing)).all()
    assert set(listings.scalars(select(Listing.key).where(visible_to(who)))) == seen
    assert {key for key in ALL if listing_for(listings, who, key)} == seen
    assert set(listings.scalars(select(Listing.key).where(editable_by(who)))) == edited
    assert {one.key for one in every if may_edit(who, one)} == edited
    is_provider = who.has(Role.PROVIDER)
    approvable = set(listings.scalars(select(Listing.key).where(approvable_by(who))))
    assert approvable == (set() if is_provider else edited)
