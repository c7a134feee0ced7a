"""Who may change at once what listings of several people stand on."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_location, save_organization
from hubfinder.directory.models import Organization
from hubfinder.directory.values import LocationDetails, OrganizationDetails
from hubfinder.listings.actions import begin_listing
from hubfinder.listings.basics import Typed, keep_location, keep_organization, make_organization
from hubfinder.listings.keeping import Kept, location_for, organization_for
from hubfinder.listings.models import Listing
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind
from tests.support import factories
from tests.support.factories import HERE as HOME, around, north_of
from tests.support.life import HELPERS, published
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council

OTHERS = "others"
FAR = north_of(HOME, 20_000)


def actor(role: Role, code: str = HARBOURMOUTH, **scope: str) -> Actor:
    return Actor("Somebody", None, (Grant(role, code, **scope),))


HERE, THERE = (actor(Role.COUNCIL_ADMINISTRATOR, code) for code in (HARBOURMOUTH, NORTHSANDS))
BOTH = Actor("Both", None, HERE.grants + THERE.grants)
AT_HUB, IN_WARD = actor(Role.HUB_STAFF, hub="hub"), actor(Role.HUB_STAFF, area="ward:Z05000001")
OF_COUNCIL = actor(Role.HUB_STAFF)


@pytest.fixture
def world(session: Session) -> Session:
    """Two councils, a hub and a hall on the ground of the first, and a listing at the hub."""
    for code, point in ((HARBOURMOUTH, HOME), (NORTHSANDS, FAR)):
        kind = FootprintKind.LOCAL_AUTHORITY
        factories.footprint(session, kind=kind, code=code, geom=around(point, 5_000))
        council(session, code)
    factories.footprint(session, kind=FootprintKind.WARD, code="Z05000001")
    save_location(session, LocationDetails("hub", "Hub", lat=HOME.lat, lon=HOME.lon, is_family_hub=True))
    save_location(session, LocationDetails("hall", "Hall", postcode="ZA1 4QT", lat=HOME.lat, lon=HOME.lon))
    session.commit()
    published(session, "at-hub", locations=["hub"])
    session.commit()
    begin_writing(session)
    return session


def move(session: Session, key: str, code: str) -> None:
    """As if a listing were another council's."""
    session.scalars(select(Listing).where(Listing.key == key)).one().council_code = code
    session.flush()


def standing(kept: Kept[Organization] | None) -> str:
    return "none" if kept is None else "change" if kept.may_change else "read"


def of_helpers(session: Session, *actors: Actor) -> list[str]:
    return [standing(organization_for(session, who, HELPERS)) for who in actors]


def test_an_organization_is_theirs_who_look_after_all_of_it(world: Session) -> None:
    everybody = (HERE, OF_COUNCIL, AT_HUB, IN_WARD, THERE)
    assert of_helpers(world, *everybody) == ["change", "change", "change", "none", "none"]
    published(world, "at-hall", locations=["hall"])
    assert of_helpers(world, *everybody) == ["change", "change", "read", "none", "none"]
    move(world, "at-hall", NORTHSANDS)
    assert of_helpers(world, *everybody, BOTH) == ["read", "read", "read", "none", "read", "change"]


def test_a_draft_gives_no_right_and_takes_none_away(world: Session) -> None:
    begin_listing(world, THERE, NORTHSANDS, {"name": "Shadow club", "organization": HELPERS})
    assert of_helpers(world, THERE, HERE) == ["read", "change"]
    save_organization(world, OrganizationDetails(OTHERS, "Others"))
    begin_listing(world, THERE, NORTHSANDS, {"name": "Shadow chess", "organization": OTHERS})
    assert standing(organization_for(world, THERE, OTHERS)) == "read"


def test_an_organization_made_on_these_pages_is_theirs_from_its_first_draft(world: Session) -> None:
    key = make_organization(world, HERE, HARBOURMOUTH, "Dig Together")
    begin_listing(world, HERE, HARBOURMOUTH, {"name": "Digging", "organization": key})
    assert standing(organization_for(world, HERE, key)) == "change"
    assert standing(organization_for(world, THERE, key)) == "none"
    begin_listing(world, THERE, NORTHSANDS, {"name": "Digging there", "organization": key})
    assert [standing(organization_for(world, who, key)) for who in (HERE, THERE)] == ["read", "read"]


def test_an_organization_with_a_place_elsewhere_is_only_read(world: Session) -> None:
    save_location(world, LocationDetails("far", "Far", lat=FAR.lat, lon=FAR.lon, organization=HELPERS))
    assert of_helpers(world, HERE, BOTH) == ["read", "change"]


def test_the_trail_of_every_council_has_a_change(world: Session) -> None:
    published(world, "far", locations=["hall"])
    move(world, "far", NORTHSANDS)
    kept = organization_for(world, BOTH, HELPERS)
    assert kept is not None
    keep_organization(world, BOTH, kept, Typed({"telephone": "01632 960123", "email": ""}))
    entries = world.scalars(select(AuditEntry).where(AuditEntry.verb == "organization.changed")).all()
    assert {one.council_code for one in entries} == {HARBOURMOUTH, NORTHSANDS}
    assert [one.facts for one in entries] == [{"fields": ["telephone"]}] * 2


def test_a_place_is_theirs_on_whose_ground_it_is(world: Session) -> None:
    def of(key: str) -> list[str]:
        found = (location_for(world, who, key) for who in (HERE, OF_COUNCIL, AT_HUB, IN_WARD, THERE))
        return ["none" if one is None else "change" if one.may_change else "read" for one in found]

    assert of("hub") == ["change", "change", "change", "none", "none"]
    assert of("hall") == ["change", "change", "none", "none", "none"]
    published(world, "guests", locations=["hall"])
    move(world, "guests", NORTHSANDS)
    assert of("hall") == ["change", "change", "none", "none", "read"]
    kept = location_for(world, HERE, "hall")
    assert kept is not None
    keep_location(world, HERE, kept, Typed({"telephone": "01632 960124"}))
    entries = world.scalars(select(AuditEntry).where(AuditEntry.verb == "location.changed")).all()
    assert {one.council_code for one in entries} == {HARBOURMOUTH, NORTHSANDS}


def test_a_confidential_place_is_read_by_nobody_elsewhere(world: Session) -> None:
    save_location(
        world, LocationDetails("refuge", "Refuge", lat=HOME.lat, lon=HOME.lon, is_confidential=True)
    )
    published(world, "guests", locations=["refuge"])
    move(world, "guests", NORTHSANDS)
    assert location_for(world, THERE, "refuge") is None
    assert location_for(world, OF_COUNCIL, "refuge") is None
    assert location_for(world, HERE, "refuge") is not None
