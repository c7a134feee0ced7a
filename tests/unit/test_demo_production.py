"""A council's own instance never gets the made-up area."""

import csv
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.directory.models import Organization
from hubfinder.ingest.demonstration import ORGANIZATIONS, SOURCE, holds_demonstration
from hubfinder.places.models import Layer
from hubfinder.settings import Settings
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories
from tests.support.production import COMPLETE

GEODATA = Path(__file__).parents[2] / "geodata"


@pytest.mark.sqlite_only  # the command stops before it looks at a database
def test_production_has_no_made_up_help(database_url: str, tmp_path: Path) -> None:
    settings = Settings(**COMPLETE, data_dir=tmp_path, database_url=database_url)
    app = create_app(settings)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "nothing was loaded" in result.output


def test_a_council_of_its_own_holds_nothing_made_up(session: Session) -> None:
    assert not holds_demonstration(session)
    factories.organization(session, "Somewhere Council")
    factories.footprint(session)
    assert not holds_demonstration(session)


def test_one_layer_that_is_made_up_is_noticed(session: Session) -> None:
    layer = Layer(key="wards", kind=FootprintKind.WARD, basis=Basis.OFFICIAL, source=f"{SOURCE}.")
    session.add(layer)
    session.flush()
    assert holds_demonstration(session)


@pytest.mark.parametrize("key", ORGANIZATIONS)
def test_an_organization_of_the_area_is_noticed(session: Session, key: str) -> None:
    session.add(Organization(key=key, name="Made up"))
    session.flush()
    assert holds_demonstration(session)


def test_the_organizations_that_are_looked_for_are_those_of_the_area() -> None:
    with (GEODATA / "listings" / "organizations.csv").open(encoding="utf-8", newline="") as file:
        assert set(ORGANIZATIONS) <= {row["key"] for row in csv.DictReader(file)}
