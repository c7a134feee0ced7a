"""Which council a service belongs to: where it is, else whom it serves, else whose hubfinder this is."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.listings.councils import councils_of
from hubfinder.places.models import Footprint, FootprintSet, FootprintSetMember, Postcode
from hubfinder.vocab import FootprintKind
from tests.support import factories
from tests.support.factories import HERE, around, north_of

OURS, THEIRS, FALLBACK = "Z06000001", "Z06000002", "Z06000009"
FAR = north_of(HERE, 20_000)
NOWHERE = north_of(HERE, 200_000)


@pytest.fixture
def councils(session: Session) -> tuple[Footprint, Footprint]:
    """Ours around here, theirs 20 kilometres to the north."""
    kind = FootprintKind.LOCAL_AUTHORITY
    return (
        factories.footprint(session, "Harbourmouth", kind, code=OURS, geom=around(HERE, 5_000)),
        factories.footprint(session, "Northsands", kind, code=THEIRS, geom=around(FAR, 5_000)),
    )


def belongs(
    session: Session, *at: Location, areas: tuple[Footprint, ...] = (), is_national: bool = False
) -> str:
    made = factories.service(session, at=at, areas=areas, is_national=is_national)
    return councils_of(session, [made.id], fallback=FALLBACK)[made.id]


def test_a_service_belongs_to_the_council_around_its_point(session: Session, councils: object) -> None:
    assert councils
    assert belongs(session, factories.location(session)) == OURS
    assert belongs(session, factories.location(session, FAR)) == THEIRS


def test_a_postcode_says_it_before_the_point(session: Session, councils: tuple[Footprint, Footprint]) -> None:
    both = FootprintSet()
    session.add(both)
    session.flush()
    session.add(FootprintSetMember(set_id=both.id, footprint_id=councils[1].id, share=1.0))
    session.add(Postcode(code="ZA12AB", country="E", set_id=both.id))
    session.flush()
    assert belongs(session, factories.location(session, postcode="ZA1 2AB")) == THEIRS


def test_the_first_location_that_lies_in_a_council_counts(session: Session, councils: object) -> None:
    assert councils
    nowhere, far, here = (factories.location(session, point) for point in (NOWHERE, FAR, HERE))
    assert belongs(session, nowhere, far, here) == THEIRS


def test_a_confidential_location_says_nothing(session: Session, councils: object) -> None:
    assert councils
    refuge = factories.location(session, FAR, is_confidential=True)
    assert belongs(session, refuge) == FALLBACK
    assert belongs(session, refuge, factories.location(session)) == OURS


def test_without_a_location_it_is_the_council_it_serves(
    session: Session, councils: tuple[Footprint, Footprint]
) -> None:
    ward = factories.footprint(session, "Harbour", geom=around(HERE, 500))
    assert belongs(session, areas=(councils[1],)) == THEIRS
    assert belongs(session, areas=(ward,)) == OURS
    assert belongs(session, areas=(ward, councils[1])) == THEIRS
    assert belongs(session, areas=councils) == OURS


def test_what_nothing_says_is_the_installations_own(session: Session, councils: object) -> None:
    assert councils
    nation = factories.footprint(session, "England", FootprintKind.NATION, geom=around(HERE, 90_000))
    undrawn = factories.footprint(session, "Network", FootprintKind.PRIMARY_CARE_NETWORK)
    assert belongs(session) == FALLBACK
    assert belongs(session, areas=(nation,)) == FALLBACK
    assert belongs(session, areas=(undrawn,)) == FALLBACK
    assert belongs(session, factories.location(session, None)) == FALLBACK


def test_national_help_belongs_to_no_council(session: Session, councils: object) -> None:
    assert councils
    assert belongs(session, factories.location(session), is_national=True) == ""


def test_one_that_is_gone_is_left_out(session: Session) -> None:
    assert councils_of(session, [], fallback=FALLBACK) == {}
    assert councils_of(session, [999_999], fallback=FALLBACK) == {}


def test_many_are_asked_about_in_few_statements(session: Session, councils: object) -> None:
    assert councils
    place = factories.location(session)
    ward = factories.footprint(session, geom=around(HERE, 500))
    helpers = factories.organization(session).id
    made = [factories.service(session, at=(place,), organization_id=helpers).id for _ in range(20)]
    made += [factories.service(session, areas=(ward,), organization_id=helpers).id for _ in range(20)]
    asked: list[str] = []
    engine = session.get_bind()
    note = lambda *args: asked.append(args[2])  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        found = councils_of(session, made, fallback=FALLBACK)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert set(found.values()) == {OURS}
    assert len(asked) <= 7
