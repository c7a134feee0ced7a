"""An outside list in three states: what is new, changed, gone and back is asked once, and remembered."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import Location, TaxonomyTerm
from hubfinder.exchange import working
from hubfinder.exchange.models import Batch, BatchRow, RegisterItem
from hubfinder.exchange.register_deciding import decide_rows
from hubfinder.exchange.registers import CHILDCARE, save_register
from hubfinder.listings import actions
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.reading import current_content
from hubfinder.people.values import Actor
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState, Decision, ListingState, Role, RowOutcome
from tests.support import factories
from tests.support.life import administrator
from tests.support.people import HARBOURMOUTH, council
from tests.support.spreadsheets import Office, as_csv

HEADING = [
    "Reference number", "Provider name", "Registered person", "Provider type", "Address", "Postcode",
    "Telephone", "Email", "Website", "Registration status", "Places", "Last inspection",
]  # fmt: skip
HOME = "17 Secret Lane"


@pytest.fixture
def office(session: Session, settings: Settings) -> Office:
    begin_writing(session)
    council(session).may_approve_own = frozenset({Role.COUNCIL_ADMINISTRATOR})
    factories.need(session, "childcare")
    session.commit()
    return Office(session, settings)


@pytest.fixture
def boss(office: Office) -> Actor:
    office.session.commit()
    begin_writing(office.session)
    found = administrator(office.session)
    save_register(office.session, found, HARBOURMOUTH, "Childcare register", CHILDCARE, "childcare")
    office.session.commit()
    return found


def nursery(number: str, name: str, **more: str) -> dict[str, str]:
    return {
        "Reference number": number,
        "Provider name": name,
        "Registered person": "",
        "Provider type": "Day nursery",
        "Address": "2 Fish Row",
        "Postcode": "ZA1 2AB",
        "Telephone": "01632 960401",
        "Registration status": "Active",
        "Places": "30",
        **more,
    }


def state(office: Office, boss: Actor, *rows: dict[str, str]) -> Batch:
    path: Path = office.settings.data_dir / "register.csv"
    path.write_text(as_csv(HEADING, list(rows)), "utf-8")
    return office.send(boss, path, "childcare")


def asked(office: Office, batch: Batch) -> dict[str, str]:
    """Outcome of each row, by number in the list."""
    rows = office.session.scalars(select(BatchRow).where(BatchRow.batch_id == batch.id))
    return {row.outside_id: row.outcome.value for row in rows}


def decide(office: Office, boss: Actor, batch: Batch, decision: Decision, outcome: RowOutcome) -> None:
    office.session.commit()
    begin_writing(office.session)
    assert decide_rows(office.session, boss, office.session.get_one(Batch, batch.id), decision, outcome)
    office.session.commit()
    working.work(office.session, office.settings, batch.id)
    refused = select(BatchRow.why).where(BatchRow.outcome == RowOutcome.REFUSED)
    assert office.session.scalars(refused).all() == []


def listing(office: Office, number: str) -> Listing:
    office.session.expire_all()
    return office.session.scalars(select(Listing).where(Listing.key == f"childcare-{number}")).one()


def test_three_states_of_a_list(office: Office, boss: Actor) -> None:
    first = state(office, boss, nursery("A1", "Ark"), nursery("B2", "Boat"), nursery("C3", "Cove"))
    assert asked(office, first) == {"A1": "new", "B2": "new", "C3": "new"}
    decide(office, boss, first, Decision.ACCEPTED, RowOutcome.NEW)
    ark = current_content(office.session, listing(office, "a1"))
    assert (ark["name"], ark["telephone"], ark["locations"]) == ("Ark", "01632 960401", ["childcare-a1"])
    assert {"label": "Places", "value": "30"} in ark["attributes"]
    assert listing(office, "a1").council_code == HARBOURMOUTH

    _improve(office, boss, "a1", summary="A small, warm nursery by the sea.", telephone="01632 960499")
    second = state(
        office, boss, nursery("A1", "Ark", Places="24"), nursery("B2", "Boat"), nursery("D4", "Dune")
    )
    assert asked(office, second) == {"A1": "changed", "B2": "unchanged", "C3": "gone", "D4": "new"}
    decide(office, boss, second, Decision.ACCEPTED, RowOutcome.CHANGED)
    decide(office, boss, second, Decision.ACCEPTED, RowOutcome.GONE)
    decide(office, boss, second, Decision.DECLINED, RowOutcome.NEW)
    ark = current_content(office.session, listing(office, "a1"))
    assert {"label": "Places", "value": "24"} in ark["attributes"]
    assert (ark["summary"], ark["telephone"]) == ("A small, warm nursery by the sea.", "01632 960499")
    assert listing(office, "c3").state is ListingState.RETIRED
    assert office.session.get_one(Batch, second.id, populate_existing=True).state is BatchState.APPLIED

    third = state(
        office, boss, nursery("A1", "Ark", Places="24"), nursery("C3", "Cove", Telephone="01632 960402"),
        nursery("D4", "Dune"), nursery("B2", "Boat", **{"Registration status": "Resigned"}),
    )  # fmt: skip
    assert asked(office, third) == {"A1": "unchanged", "C3": "back", "D4": "unchanged", "B2": "gone"}
    decide(office, boss, third, Decision.ACCEPTED, RowOutcome.BACK)
    decide(office, boss, third, Decision.DECLINED, RowOutcome.GONE)
    back = listing(office, "c3")
    assert back.state is ListingState.PUBLISHED
    assert current_content(office.session, back)["telephone"] == "01632 960402"
    assert listing(office, "b2").state is ListingState.PUBLISHED

    fourth = state(office, boss, nursery("A1", "Ark", Places="24"), nursery("D4", "Dune", Places="12"))
    assert asked(office, fourth) == {"A1": "unchanged", "D4": "new", "C3": "gone"}


def test_the_home_of_a_childminder_is_in_no_table(office: Office, boss: Actor) -> None:
    for number, kind in (("H1", "Childminder"), ("H2", "childminder"), ("H3", "")):
        batch = state(
            office, boss,
            nursery(number, "Kim", **{"Provider type": kind, "Address": HOME, "Postcode": "ZA1 4QT"}),
        )  # fmt: skip
        decide(office, boss, batch, Decision.ACCEPTED, RowOutcome.NEW)
    said = [
        *(str(row.content) + str(row.why) for row in office.session.scalars(select(BatchRow))),
        *(str(row.content) for row in office.session.scalars(select(RegisterItem))),
        *(str(row.content) for row in office.session.scalars(select(ListingVersion))),
    ]
    assert len(said) > 6
    assert not [text for text in said if HOME in text or "4QT" in text]
    assert office.session.scalars(select(Location.key)).all() == []
    assert {"label": "Where", "value": "ZA1"} in current_content(office.session, listing(office, "h1"))[
        "attributes"
    ]


def test_a_moved_nursery_moves_and_keeps_what_staff_know_of_its_place(office: Office, boss: Actor) -> None:
    first = state(office, boss, nursery("A1", "Ark"))
    decide(office, boss, first, Decision.ACCEPTED, RowOutcome.NEW)
    office.session.commit()
    begin_writing(office.session)
    office.session.scalars(select(Location)).one().description = "Ring twice."
    office.session.commit()
    second = state(office, boss, nursery("A1", "Ark", Address="9 Quay Street"))
    decide(office, boss, second, Decision.ACCEPTED, RowOutcome.CHANGED)
    office.session.expire_all()
    place = office.session.scalars(select(Location)).one()
    assert (place.address, place.description) == ("9 Quay Street", "Ring twice.")


def test_a_list_whose_columns_are_called_otherwise_says_which(office: Office, boss: Actor) -> None:
    path = office.settings.data_dir / "register.csv"
    path.write_text("Ref number,Provider name\nA1,Ark\n", "utf-8")
    batch = office.send(boss, path, "childcare")
    assert batch.state is BatchState.FAILED
    assert "no column “Reference number”" in batch.why
    assert "“ref number”" in batch.why
    assert "“provider name”" not in batch.why
    assert "no column “Provider type”" in batch.why, "else homes would be shown"
    assert "Last inspection" not in batch.why


def test_columns_that_a_list_does_not_have_are_told_and_say_nothing(office: Office, boss: Actor) -> None:
    whole = nursery("A1", "Ark", Email="ark@example.org")
    decide(office, boss, state(office, boss, whole), Decision.ACCEPTED, RowOutcome.NEW)
    path = office.settings.data_dir / "register.csv"
    fewer = [name for name in HEADING if name not in ("Email", "Last inspection", "Website")]
    path.write_text(as_csv(fewer, [{name: whole.get(name, "") for name in fewer}]), "utf-8")
    batch = office.send(boss, path, "childcare")
    assert batch.counts == {"unchanged": 1}
    assert len(batch.notes) == 3
    assert batch.notes[2] == "It has no column “Last inspection”. What it said before stays as it was."


def test_a_nursery_that_becomes_a_home_is_hidden_though_no_column_has_its_address(
    office: Office, boss: Actor
) -> None:
    decide(office, boss, state(office, boss, nursery("A1", "Ark")), Decision.ACCEPTED, RowOutcome.NEW)
    path = office.settings.data_dir / "register.csv"
    path.write_text("Reference number,Provider name,Provider type\nA1,Ark,Childminder\n", "utf-8")
    batch = office.send(boss, path, "childcare")
    [row] = office.session.scalars(select(BatchRow).where(BatchRow.batch_id == batch.id))
    assert (row.outcome, row.content["locations"]) == (RowOutcome.CHANGED, [])
    assert (row.content["said"]["address"], row.content["said"]["postcode"]) == ("", "ZA1")


def test_a_row_without_number_or_name_and_one_twice_are_refused(office: Office, boss: Actor) -> None:
    batch = state(
        office, boss, nursery("A1", "Ark"), nursery("", "Nobody"), nursery("C3", ""), nursery("A1", "Again"),
        nursery("E5", "Eel", Telephone="ask", Email="nobody"),
    )  # fmt: skip
    assert batch.counts == {"new": 2, "refused": 3}
    assert office.session.scalar(select(TaxonomyTerm.key)) == "need:childcare"


def _improve(office: Office, boss: Actor, number: str, **changes: str) -> None:
    office.session.commit()
    begin_writing(office.session)
    update = actions.begin_update(office.session, boss, listing(office, number))
    actions.save_update(office.session, boss, update, changes, 0)
    actions.submit(office.session, boss, update)
    actions.approve(office.session, boss, update)
    office.session.commit()
