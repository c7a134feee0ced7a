"""Neighbourhoods composed of other footprints: drafts, versions, what drifts, and two people at once."""

from collections.abc import Iterator
from datetime import date
from threading import Thread

import pytest
from flask import Flask
from geoalchemy2.shape import to_shape
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.ingest.neighbourhoods import ChangedMeanwhile, publish
from hubfinder.ingest.soundness import as_multipolygon
from hubfinder.ingest.undoing import undo_layer
from hubfinder.places.layers import Area, LayerFacts, TakesAgreed, put_layer
from hubfinder.places.lookups import place_of_postcode
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Footprint, Layer, Postcode
from hubfinder.places.neighbourhoods import Moves, draft, drift, published, recipe_of, version_of
from hubfinder.places.recipes import Fault, Part, Recipe, RecipeRefused
from hubfinder.places.values import Postcode as PostcodeValue
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made
from tests.support.application import empty_tables
from tests.support.shapes import square

AGREED = date(2026, 10, 3)
WEST, EAST, NORTH = "ward:Z1", "ward:Z2", "school_catchment_primary:990001"


def part(text: str) -> Part:
    kind, _, code = text.partition(":")
    return Part(FootprintKind(kind), code)


def recipe(
    *add: str, without: tuple[str, ...] = (), name: str = "Old Quay", code: str = "old-quay"
) -> Recipe:
    return Recipe(
        name=name,
        code=code,
        add=tuple(part(one) for one in add),
        without=tuple(part(one) for one in without),
        agreed_by=("Harbourmouth Council", "Quayside network"),
        agreed_on=AGREED,
    )


def layer(session: Session, kind: FootprintKind, basis: Basis, areas: dict[str, tuple[float, float]]) -> None:
    """Squares of a tenth of a degree, by the corner each begins at."""
    facts = LayerFacts(
        f"{kind.value}:test",
        kind,
        basis,
        source=f"{basis.value.capitalize()} office.",
        licence="Open Government Licence v3.0",
        attribution="Contains made-up data",
    )
    squares = [
        Area(code, f"Place {code}", as_multipolygon(square(*at))) for code, at in sorted(areas.items())
    ]
    put_layer(session, facts, squares)


@pytest.fixture
def ground(session: Session) -> Iterator[Session]:
    """Two wards side by side, a catchment over the north of both, and a postcode in each corner."""
    begin_writing(session)
    layer(session, FootprintKind.WARD, Basis.OFFICIAL, {"Z1": (2.0, 54.0), "Z2": (2.1, 54.0)})
    layer(session, FootprintKind.SCHOOL_CATCHMENT_PRIMARY, Basis.TRACED, {"990001": (2.05, 54.05)})
    for code, lon, lat in (
        ("ZA11AA", 2.01, 54.01),
        ("ZA11AB", 2.07, 54.07),
        ("ZA12AA", 2.19, 54.01),
        ("ZA12AB", 2.12, 54.07),
    ):
        session.add(Postcode(code=code, lon=lon, lat=lat, country="E"))
    session.add(Postcode(code="ZA19ZZ", lon=2.011, lat=54.011, country="E", terminated="201903"))
    rebuild_memberships(session)
    session.commit()
    yield session
    session.rollback()
    empty_tables(session)


def neighbourhoods_of(session: Session, code: str) -> list[str]:
    value = PostcodeValue.parse(code)
    assert value is not None
    return [one.name for one in place_of_postcode(session, value).of_kind(FootprintKind.NEIGHBOURHOOD)]


def test_a_draft_says_where_it_comes_from_and_is_no_better_than_its_worst_line(ground: Session) -> None:
    made_of = draft(ground, recipe(WEST, EAST, without=(NORTH,)))
    facts = made_of.facts()
    assert facts.basis is Basis.TRACED
    assert facts.source == "Official office; Traced office"
    assert facts.licence == "Open Government Licence v3.0"
    assert facts.attribution == "Contains made-up data"
    assert facts.method == (
        "Composed of Place Z1 (ward Z1) and Place Z2 (ward Z2), "
        "without Place 990001 (primary school catchment 990001)"
    )
    assert (facts.as_of, facts.agreed_by) == (AGREED, "Harbourmouth Council; Quayside network")


@pytest.mark.parametrize(
    ("bases", "weakest"),
    [
        ((Basis.OFFICIAL, Basis.BEST_FIT), Basis.BEST_FIT),
        ((Basis.BEST_FIT, Basis.MODELLED), Basis.MODELLED),
        ((Basis.TRACED, Basis.BEST_FIT), Basis.BEST_FIT),
        ((Basis.OFFICIAL, Basis.OFFICIAL), Basis.OFFICIAL),
    ],
)
def test_the_basis_is_the_weakest(session: Session, bases: tuple[Basis, Basis], weakest: Basis) -> None:
    begin_writing(session)
    layer(session, FootprintKind.WARD, bases[0], {"Z1": (2.0, 54.0)})
    layer(session, FootprintKind.MSOA, bases[1], {"Z1": (2.1, 54.0)})
    assert draft(session, recipe("ward:Z1", "msoa:Z1")).basis is weakest


def test_what_cannot_be_composed_is_said_all_at_once(ground: Session) -> None:
    begin_writing(ground)
    made.footprint(ground, "Undrawn", FootprintKind.PRIMARY_CARE_NETWORK, code="ZPCN9")
    with pytest.raises(RecipeRefused) as refused:
        draft(ground, recipe(WEST, "ward:Z9", without=("primary_care_network:ZPCN9",)))
    assert [(one.field, one.value, one.fault) for one in refused.value.problems] == [
        ("add", "ward:Z9", Fault.NO_SUCH),
        ("without", "primary_care_network:ZPCN9", Fault.NO_SHAPE),
    ]


def test_a_neighbourhood_of_nothing_is_refused(ground: Session) -> None:
    with pytest.raises(RecipeRefused, match="Nothing is left"):
        draft(ground, recipe(WEST, without=("ward:Z1",)))


def test_publishing_puts_postcodes_in_at_once(ground: Session) -> None:
    done = publish(ground, recipe(WEST))
    assert (done.number, done.is_new) == (1, True)
    assert done.moves.gained == ("ZA1 1AA", "ZA1 1AB")
    assert neighbourhoods_of(ground, "ZA1 1AA") == ["Old Quay"]
    assert neighbourhoods_of(ground, "ZA1 2AA") == []


def test_publishing_again_with_changes_is_the_next_version_and_keeps_the_first(ground: Session) -> None:
    publish(ground, recipe(WEST))
    done = publish(ground, recipe(WEST, EAST, without=(NORTH,), name="Quay"))
    assert (done.number, done.moves) == (2, Moves(("ZA1 2AA",), ("ZA1 1AB",)))
    first, second = version_of(ground, "old-quay", 1), version_of(ground, "old-quay")
    assert first is not None
    assert second is not None
    assert (recipe_of(first), second.number) == (recipe(WEST), 2)
    assert recipe_of(second) == recipe(WEST, EAST, without=(NORTH,), name="Quay")
    assert neighbourhoods_of(ground, "ZA1 2AA") == ["Quay"]
    assert neighbourhoods_of(ground, "ZA1 1AB") == []


def test_the_same_again_publishes_nothing(ground: Session) -> None:
    publish(ground, recipe(WEST))
    again = publish(ground, recipe(WEST))
    assert (again.number, again.is_new, again.moves) == (1, False, Moves())


def test_agreeing_the_same_ground_anew_is_a_version_of_its_own(ground: Session) -> None:
    publish(ground, recipe(WEST))
    renewed = Recipe(
        name="Old Quay", code="old-quay", add=(part(WEST),), agreed_by=("All",), agreed_on=AGREED
    )
    assert publish(ground, renewed).number == 2


def test_somebody_who_looked_at_an_older_version_is_told(ground: Session) -> None:
    publish(ground, recipe(WEST), expected=0)
    publish(ground, recipe(EAST), expected=1)
    with pytest.raises(ChangedMeanwhile) as changed:
        publish(ground, recipe(WEST, EAST), expected=1)
    assert changed.value.version is not None
    assert changed.value.version.number == 2
    assert neighbourhoods_of(ground, "ZA1 1AA") == []


def test_a_button_pressed_twice_publishes_once(ground: Session) -> None:
    first = publish(ground, recipe(WEST), expected=0)
    second = publish(ground, recipe(WEST), expected=0)
    assert (first.number, second.number, second.is_new) == (1, 1, False)


@pytest.mark.parametrize("key", ["neighbourhood:file", "neighbourhood:old-quay"])
def test_the_code_of_an_imported_neighbourhood_is_not_taken_over(ground: Session, key: str) -> None:
    begin_writing(ground)
    area = Area("old-quay", "From a file", as_multipolygon(square(2.0, 54.0)))
    put_layer(ground, LayerFacts(key, FootprintKind.NEIGHBOURHOOD, Basis.OFFICIAL), [area])
    ground.commit()
    with pytest.raises(RecipeRefused) as refused:
        publish(ground, recipe(WEST))
    assert [one.fault for one in refused.value.problems] == [Fault.CODE_TAKEN]


@pytest.mark.parametrize("key", ["neighbourhood:file", "neighbourhood:old-quay"])
def test_a_file_does_not_take_over_what_partners_agreed(ground: Session, key: str) -> None:
    publish(ground, recipe(WEST))
    begin_writing(ground)
    facts = LayerFacts(key, FootprintKind.NEIGHBOURHOOD, Basis.OFFICIAL)
    with pytest.raises(TakesAgreed, match="old-quay Old Quay"):
        put_layer(ground, facts, [Area("old-quay", "Another", square(2.0, 54.0, 0.1))])
    ground.rollback()
    assert published(ground)[0].number == 1


def test_a_layer_from_a_file_is_not_emptied_because_its_name_is_the_same(ground: Session) -> None:
    begin_writing(ground)
    area = Area("Z9", "From a file", as_multipolygon(square(2.0, 54.0)))
    facts = LayerFacts("neighbourhood:old-quay", FootprintKind.NEIGHBOURHOOD, Basis.OFFICIAL)
    put_layer(ground, facts, [area])
    ground.commit()
    with pytest.raises(RecipeRefused):
        publish(ground, recipe(WEST))


def test_a_published_neighbourhood_stays_when_its_parts_change_and_the_check_says_so(ground: Session) -> None:
    publish(ground, recipe(WEST))
    version = version_of(ground, "old-quay")
    assert version is not None
    assert not drift(ground, version).is_there
    ground.rollback()
    begin_writing(ground)
    layer(ground, FootprintKind.WARD, Basis.OFFICIAL, {"Z1": (2.05, 54.0), "Z2": (2.15, 54.0)})
    rebuild_memberships(ground)
    ground.commit()
    assert neighbourhoods_of(ground, "ZA1 1AA") == ["Old Quay"]
    version = version_of(ground, "old-quay")
    assert version is not None
    found = drift(ground, version)
    assert (found.is_there, found.moves) == (True, Moves(("ZA1 2AB",), ("ZA1 1AA",)))


def test_the_check_says_when_a_part_is_gone(ground: Session) -> None:
    publish(ground, recipe(WEST, EAST))
    begin_writing(ground)
    layer(ground, FootprintKind.WARD, Basis.OFFICIAL, {"Z2": (2.1, 54.0)})
    ground.commit()
    version = version_of(ground, "old-quay")
    assert version is not None
    assert [(one.value, one.fault) for one in drift(ground, version).problems] == [("ward:Z1", Fault.NO_SUCH)]


def test_a_neighbourhood_may_be_made_of_another(ground: Session) -> None:
    publish(ground, recipe(WEST))
    publish(ground, recipe("neighbourhood:old-quay", EAST, name="Both", code="both"))
    assert neighbourhoods_of(ground, "ZA1 1AA") == ["Both", "Old Quay"]
    assert [one.layer.key for one in published(ground)] == ["neighbourhood:both", "neighbourhood:old-quay"]


def test_services_for_a_renamed_neighbourhood_say_its_new_name(ground: Session) -> None:
    publish(ground, recipe(WEST))
    begin_writing(ground)
    own = ground.scalars(select(Footprint).where(Footprint.code == "old-quay")).one()
    service = made.service(ground, areas=(own,))
    key = service.key
    ground.commit()
    publish(ground, recipe(WEST, name="New Quay"))
    document = ground.scalars(select(SearchDocument).where(SearchDocument.key == key)).one()
    assert "New Quay" in str(document.card)


def test_the_stored_shape_is_a_valid_multipolygon(ground: Session) -> None:
    publish(ground, recipe(WEST, EAST, without=(NORTH,)))
    own = ground.scalars(
        select(Footprint).join(Layer).where(Footprint.code == "old-quay").options(undefer(Footprint.geom))
    ).one()
    assert own.geom is not None
    shape = to_shape(own.geom)
    assert (shape.geom_type, shape.is_valid) == ("MultiPolygon", True)


@pytest.mark.usefixtures("ground")
def test_of_two_who_publish_at_the_same_moment_one_is_told(app: Flask) -> None:
    """Whoever waits for the other then sees what is in force, on both databases."""
    came_of: list[str] = []

    def press(wanted: Recipe) -> None:
        with app.app_context():
            try:
                came_of.append(f"version {publish(db.session, wanted, expected=0).number}")
            except ChangedMeanwhile:
                came_of.append("told")
            finally:
                db.session.close()

    people = [Thread(target=press, args=(recipe(part),)) for part in (WEST, EAST)]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=60)
    assert sorted(came_of) == ["told", "version 1"]


def test_taking_a_version_back_puts_the_one_before_in_force(ground: Session) -> None:
    publish(ground, recipe(WEST))
    publish(ground, recipe(EAST), expected=1)
    undo_layer(ground, "neighbourhood:old-quay")
    assert neighbourhoods_of(ground, "ZA1 1AA") == ["Old Quay"]
    version = version_of(ground, "old-quay")
    assert version is not None
    assert recipe_of(version) == recipe(WEST)
    assert publish(ground, recipe(EAST), expected=version.number).number == version.number + 2
