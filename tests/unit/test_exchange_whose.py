"""Whose listings and places a spreadsheet may name: nothing goes to others, and no secret is found out."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.listings.models import Listing
from hubfinder.settings import Settings
from hubfinder.staff_vocab import RowOutcome
from tests.support import factories
from tests.support.life import administrator, provider
from tests.support.people import NORTHSANDS, council
from tests.support.spreadsheets import Office


@pytest.fixture
def office(session: Session, settings: Settings) -> Office:
    begin_writing(session)
    council(session)
    session.commit()
    return Office(session, settings)


def test_a_provider_moves_no_listing_to_another_organization(office: Office) -> None:
    key, writer = office.published(), provider(office.session)
    office.published("theirs", organization="others")

    def edit(rows: list[dict[str, str]]) -> None:
        rows[0]["organization"] = "others"

    [(column, why)] = office.rows(office.send(writer, office.edited(writer, edit)))[key].why
    assert column == "organization"
    assert "is not yours" in why


def test_staff_move_a_listing_only_between_organizations_that_they_look_after(office: Office) -> None:
    key, boss = office.published(), administrator(office.session)
    office.published("theirs", organization="others")
    office.published("elsewhere", organization="far-away")
    begin_writing(office.session)
    far = office.session.scalars(select(Listing).where(Listing.key == "elsewhere")).one()
    far.council_code = council(office.session, NORTHSANDS).code
    office.session.commit()
    for organization, outcome in (("others", RowOutcome.CHANGED), ("far-away", RowOutcome.REFUSED)):

        def edit(rows: list[dict[str, str]], organization: str = organization) -> None:
            next(row for row in rows if row["key"] == key)["organization"] = organization

        row = office.rows(office.send(boss, office.edited(boss, edit)))[key]
        assert row.outcome is outcome, row.why


def test_a_provider_cannot_find_out_keys_of_confidential_places(office: Office) -> None:
    key, writer = office.published(), provider(office.session)
    office.session.commit()
    begin_writing(office.session)
    factories.location(office.session, key="safe-place-1", is_confidential=True)
    office.session.commit()
    said: set[tuple[str, str]] = set()
    for place in ("safe-place-1", "safe-place-2"):

        def edit(rows: list[dict[str, str]], place: str = place) -> None:
            rows[0]["locations"] = f"{rows[0]['locations']}; {place}".strip("; ")
            rows.append({**rows[0], "key": "", "version": "", "name": "Another one"})

        batch = office.send(writer, office.edited(writer, edit))
        assert batch.counts == {"refused": 2}
        said |= {(str(row.why).replace(place, "it"), row.key) for row in office.rows(batch).values()}
    assert len(said) == 2
    assert key in {name for _, name in said}
