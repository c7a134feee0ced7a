"""Every migration goes up and down again with data in the tables, on both databases."""

from collections.abc import Iterator

import pytest
import shapely
import sqlalchemy as sa
from alembic import command
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.database.upgrade import downgrade, upgrade
from hubfinder.extensions import db
from hubfinder.migrations import configuration
from hubfinder.places.outlines import LARGEST_STEP, outlines_for
from tests.support import factories as made

OURS_NEVER = {"alembic_version", "geometry_columns", "spatial_ref_sys", "topology", "layer_topology"}


@pytest.fixture
def engine(app: Flask) -> Iterator[sa.Engine]:
    assert app.testing
    upgrade(db.engine)
    yield db.engine
    upgrade(db.engine)


def tables(engine: sa.Engine) -> set[str]:
    return {name for name in sa.inspect(engine).get_table_names() if not name.startswith("idx_")} - OURS_NEVER


def test_the_models_and_the_migrated_tables_agree(engine: sa.Engine) -> None:
    with engine.connect() as connection, connection.begin():
        command.check(configuration(connection))


def test_upgrading_twice_changes_nothing(engine: sa.Engine) -> None:
    before = tables(engine)
    upgrade(engine)
    assert tables(engine) == before


def test_down_and_up_again_with_data(engine: sa.Engine, session: Session) -> None:
    harbour = made.footprint(session, geom="SRID=4326;MULTIPOLYGON(((2 54,3 54,3 55,2 55,2 54)))")
    made.service(session, at=(made.location(session),), areas=(harbour,), needs=("money",))
    made.entry(session, "Child Benefit")
    session.commit()
    downgrade(engine)
    assert tables(engine) == set()
    upgrade(engine)
    assert session.scalar(sa.select(sa.func.count()).select_from(sa.table("service"))) == 0
    made.footprint(session, geom="SRID=4326;MULTIPOLYGON(((2 54,3 54,3 55,2 55,2 54)))")


def test_a_migration_that_breaks_half_way_leaves_the_tables_as_they_were(engine: sa.Engine) -> None:
    before = tables(engine)
    with engine.connect() as connection:
        transaction = connection.begin()
        command.downgrade(configuration(connection), "base")
        transaction.rollback()  # as the database does by itself when the power goes
    assert tables(engine) == before


def test_outlines_of_older_versions_are_drawn_again(engine: sa.Engine, session: Session) -> None:
    turns = [(x / 100, 54 + (x % 2) / 10_000) for x in range(200, 301)]
    shape = shapely.MultiPolygon([shapely.Polygon([*turns, (3, 55), (2, 55)])])
    area = made.footprint(session, geom=f"SRID=4326;{shape.wkt}", outline=b"coarse")
    nowhere = made.footprint(session, outline=None)
    session.commit()
    downgrade(engine, "0001")
    upgrade(engine)
    session.expire_all()
    assert area.outline is not None
    drawn = shapely.from_wkb(bytes(area.outline))
    assert drawn.equals(outlines_for([shape])[0])
    assert shapely.hausdorff_distance(drawn, shape) < LARGEST_STEP
    assert nowhere.outline is None
