"""What comes with hubfinder is in the database as the files say: at once, again, and after they changed."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.database import Base
from hubfinder.directory import queries
from hubfinder.directory.models import Organization, Phone, Service
from hubfinder.ingest.seeds import SeedsRefused, load_seeds
from hubfinder.places.models import Arrangement, Footprint
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import Confidence, FootprintKind, PhoneType
from tests.support import factories

SEEDS = Path(__file__).parents[2] / "seeds"
Row = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seed files that a test may change."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(path: Path, edit: Callable[[list[Row]], list[Row]]) -> None:
    """Write a file again after an edit of its rows."""
    there = rows(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, there[0])
        writer.writeheader()
        writer.writerows(edit(there))


def everything(session: Session) -> dict[str, list[str]]:
    """Every row of every table."""
    session.commit()
    return {
        table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
        for table in Base.metadata.sorted_tables
    }


def help_(session: Session, key: str) -> Service:
    found = queries.service_by_key(session, key)
    assert found is not None
    return found


def test_the_second_time_changes_nothing(session: Session) -> None:
    seeds = load_seeds(session, SEEDS)
    assert seeds.changed
    assert seeds.counts == {
        "needs": 14,
        "domains": 8,
        "catalogue entries": 70,
        "arrangements": 11,
        "national services": 110,
    }
    before = everything(session)
    assert not load_seeds(session, SEEDS).changed
    assert everything(session) == before


def test_no_number_that_nobody_is_sure_of_is_stored(session: Session, folder: Path) -> None:
    def add_numbers(there: list[Row]) -> list[Row]:
        return [
            {**row, "telephone": "01632 960999", "text_or_webchat": "Text HELP to 60999"} for row in there
        ]

    change(folder / "national_help.csv", add_numbers)
    load_seeds(session, folder)
    with_number = select(Service).where(Service.phones.any()).order_by(Service.key)
    for service in session.scalars(with_number):
        assert service.confidence is not Confidence.UNSURE
        doubts = service.to_confirm.split("; ")
        kinds = {phone.type for phone in service.phones}
        assert not ("telephone" in doubts and PhoneType.VOICE in kinds)
        assert not ("text_or_webchat" in doubts and PhoneType.TEXT in kinds)
    assert session.scalar(select(func.count()).select_from(Phone)) > 100  # type: ignore[operator]


def test_an_unsure_entry_shows_no_number(session: Session, folder: Path) -> None:
    change(
        folder / "catalogue.csv",
        lambda there: [{**row, "confidence": "unsure", "telephone": "01632 960999"} for row in there],
    )
    load_seeds(session, folder)
    assert {entry.telephone for entry in queries.catalogue(session)} == {""}


def test_what_left_the_files_leaves_the_database(session: Session, folder: Path) -> None:
    load_seeds(session, SEEDS)
    change(folder / "national_help.csv", lambda there: [row for row in there if row["key"] != "childline"])
    change(
        folder / "catalogue.csv",
        lambda there: [row for row in there if row["key"] != "healthy-start-vouchers-digital-cards"],
    )
    change(
        folder / "national_help.csv",
        lambda there: [
            {**row, "catalogue": row["catalogue"].replace("healthy-start-vouchers-digital-cards", "")}
            for row in there
        ],
    )
    change(folder / "arrangements.csv", lambda there: there[1:])
    assert load_seeds(session, folder).changed
    assert queries.service_by_key(session, "childline") is None
    assert queries.entry_by_key(session, "healthy-start-vouchers-digital-cards") is None
    assert session.scalar(select(func.count()).select_from(Arrangement)) == 10
    documents = set(session.scalars(select(SearchDocument.key)))
    assert documents.isdisjoint({"childline", "healthy-start-vouchers-digital-cards"})
    assert (
        session.scalar(select(Organization).where(Organization.key == "nspcc")) is not None
    )  # has other lines


def test_an_organization_that_offers_nothing_any_more_leaves_too(session: Session, folder: Path) -> None:
    load_seeds(session, SEEDS)
    change(
        folder / "national_help.csv", lambda there: [row for row in there if row["organization"] != "NSPCC"]
    )
    load_seeds(session, folder)
    assert session.scalar(select(Organization).where(Organization.key == "nspcc")) is None


def test_a_change_of_a_word_changes_the_cards(session: Session, folder: Path) -> None:
    load_seeds(session, SEEDS)
    change(
        folder / "national_help.csv",
        lambda there: [{**row, "hours": "Never"} if row["key"] == "childline" else row for row in there],
    )
    assert load_seeds(session, folder).changed
    card = session.scalars(select(SearchDocument.card).where(SearchDocument.key == "childline")).one()
    assert card["hours"] == "Never"


def test_what_came_from_other_files_stays(session: Session) -> None:
    load_seeds(session, SEEDS)
    nspcc = session.scalars(select(Organization).where(Organization.key == "nspcc")).one()
    nspcc.source, nspcc.name = "import", "NSPCC Harbourmouth"
    factories.service(session, "Local help", key="local-help", organization_id=nspcc.id)
    session.commit()
    load_seeds(session, SEEDS)
    assert queries.service_by_key(session, "local-help") is not None
    assert help_(session, "childline").organization.name == "NSPCC Harbourmouth"


def test_a_nation_with_a_layer_of_its_own_keeps_it(session: Session) -> None:
    factories.footprint(session, "England!", FootprintKind.NATION, code="E92000001")
    session.commit()
    load_seeds(session, SEEDS)
    nations = select(Footprint.code, Footprint.name).where(Footprint.kind == FootprintKind.NATION)
    found = dict(session.execute(nations).tuples().all())
    assert found["E92000001"] == "England!"
    assert len(found) == 6


@pytest.mark.parametrize(
    ("name", "column", "cell", "message"),
    [
        ("catalogue", "status", "ajar", "catalogue.csv, row 2, status"),
        ("catalogue", "domain", "nonsense", "there is no nonsense"),
        ("catalogue", "needs", "luck", "there is no luck"),
        ("catalogue", "replaced_by", "nothing-here", "there is no nothing-here"),
        ("national_help", "coverage", "Mars", "national_help.csv, row 2, coverage"),
        ("national_help", "catalogue", "nothing-here", "nothing here has the key “nothing-here”"),
        ("national_help", "cost", "dear", "national_help.csv, row 2, cost"),
        ("arrangements", "footprint_kind", "parish", "arrangements.csv, row 2, footprint_kind"),
        ("needs", "name", "", "needs.csv, row 2, name"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(
    session: Session, folder: Path, name: str, column: str, cell: str, message: str
) -> None:
    before = everything(session)
    change(folder / f"{name}.csv", lambda there: [{**there[0], column: cell}, *there[1:]])
    with pytest.raises(SeedsRefused, match=message):
        load_seeds(session, folder)
    assert everything(session) == before


def test_a_file_that_is_wrong_leaves_what_was_loaded(session: Session, folder: Path) -> None:
    load_seeds(session, SEEDS)
    before = everything(session)
    change(folder / "national_help.csv", lambda there: [*there[1:-1], {**there[-1], "catalogue": "nothing"}])
    with pytest.raises(SeedsRefused):
        load_seeds(session, folder)
    assert everything(session) == before


def test_a_file_that_is_missing_is_named(session: Session, folder: Path) -> None:
    (folder / "needs.csv").unlink()
    with pytest.raises(SeedsRefused, match=r"needs\.csv"):
        load_seeds(session, folder)


def test_a_local_service_of_the_same_key_is_not_overwritten(session: Session) -> None:
    factories.service(session, "Our childline", key="childline")
    session.commit()
    with pytest.raises(SeedsRefused, match="the key childline is that of a local service"):
        load_seeds(session, SEEDS)
    assert help_(session, "childline").name == "Our childline"
