"""What the database says once the seed files are loaded."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.directory import queries
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.ingest.seeds import load_seeds
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import CatalogueStatus, Delivery, FootprintKind, PhoneType

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def seeded(app: Flask) -> Iterator[Session]:
    """A session over the loaded seed data; nothing here writes."""
    assert app.testing
    load_seeds(db.session, SEEDS)
    yield db.session
    db.session.rollback()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def help_(session: Session, key: str) -> Service:
    found = queries.service_by_key(session, key)
    assert found is not None
    return found


def test_everything_is_there(seeded: Session) -> None:
    assert len(queries.needs(seeded)) == 14
    assert Counter(entry.access.value for entry in queries.catalogue(seeded)) == {
        "universal": 23,
        "targeted": 47,
    }
    assert len(queries.arrangements(seeded)) == 11
    assert len(queries.national_help(seeded)) == 110
    assert len(queries.departments(seeded)) == 10
    kinds = seeded.execute(select(SearchDocument.kind, func.count()).group_by(SearchDocument.kind))
    assert dict(kinds.tuples().all()) == {"catalogue": 70, "service": 110}


def test_an_entry_is_as_its_row_says(seeded: Session) -> None:
    entries = {entry.key: entry for entry in queries.catalogue(seeded)}
    for position, row in enumerate(rows(SEEDS / "catalogue.csv"), 1):
        entry = entries[row["key"]]
        assert entry.position == position
        assert entry.domain.key == f"domain:{row['domain']}"
        assert (entry.replaced_by_key or "") == row["replaced_by"]
        assert entry.status is CatalogueStatus(row["status"])
        assert {term.key for term in entry.needs} == {f"need:{need}" for need in row["needs"].split("; ")}
        assert (entry.department, entry.printed) == (row["department"], row["printed"])


def test_table_2_keeps_its_order(seeded: Session) -> None:
    assert [body.key for body in queries.arrangements(seeded)] == [
        row["key"] for row in rows(SEEDS / "arrangements.csv")
    ]


def test_crisis_lines_can_be_rung_or_texted(seeded: Session) -> None:
    lines = {line.key: line for line in queries.crisis_lines(seeded)}
    assert {"emergency-999", "childline", "samaritans", "shout", "national-domestic-abuse"} <= lines.keys()
    assert "signhealth-da" not in lines  # unsure
    assert "ceop" not in lines  # a form on a website
    [shout] = lines["shout"].phones
    assert (shout.type, shout.number, shout.description) == (PhoneType.TEXT, "85258", "Text SHOUT to 85258")


def test_the_last_age_served_is_inside(seeded: Session) -> None:
    ages = {
        row["key"]: int(row["max_age_years"])
        for row in rows(SEEDS / "national_help.csv")
        if row["max_age_years"]
    }
    assert ages
    stored = dict(seeded.execute(select(Service.key, Service.maximum_age)).tuples().all())
    assert {key: stored[key] for key in ages} == {key: (years + 1) * 12 for key, years in ages.items()}


def test_help_reaches_the_nations_it_is_for(seeded: Session) -> None:
    codes = {"UK": "K02000001", "GB": "K03000001", "England": "E92000001"}
    areas = {
        line.key: [(area.footprint.kind, area.footprint.code) for area in line.areas]
        for line in queries.national_help(seeded)
    }
    assert areas == {
        row["key"]: [(FootprintKind.NATION, codes[row["coverage"]])]
        for row in rows(SEEDS / "national_help.csv")
    }


def test_delivery_is_by_what_there_is(seeded: Session) -> None:
    assert help_(seeded, "police-101").delivery == {Delivery.TELEPHONE}
    assert help_(seeded, "childline").delivery == {Delivery.TELEPHONE, Delivery.ONLINE}
    assert help_(seeded, "ceop").delivery == {Delivery.ONLINE}
