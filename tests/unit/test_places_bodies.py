"""The bodies of Table 2 by name: from a file, to the addresses they answer for."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.ingest.bodies import BODIES
from hubfinder.ingest.seeds import load_seeds
from hubfinder.places.bodies import bodies_for
from hubfinder.places.models import ArrangementBody
from hubfinder.places.values import Membership, Place
from hubfinder.settings import PROJECT
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made
from tests.support.files import csv_file, load

COUNCIL, NETWORK = FootprintKind.LOCAL_AUTHORITY, FootprintKind.PRIMARY_CARE_NETWORK
BOARD = {
    "arrangement": "health-and-wellbeing-boards",
    "footprint": "local_authority:L1",
    "name": "Harbourmouth Health and Wellbeing Board",
    "website": "board.example.org",
    "telephone": "01632 960751",
    "email": "board@example.org",
    "source": "The council's list of committees",
    "as_of": "2026-11-01",
}


@pytest.fixture
def area(session: Session) -> Session:
    """Table 2, a council area and two networks."""
    load_seeds(session, PROJECT / "seeds")
    made.footprint(session, "Harbourmouth", COUNCIL, code="L1")
    made.footprint(session, "Quayside", NETWORK, code="N1")
    made.footprint(session, "Wendbridge", NETWORK, code="N2")
    session.commit()
    return session


def address(*areas: tuple[FootprintKind, str, str, float]) -> Place:
    """An address in footprints of these kinds, codes, names and shares."""
    members = tuple(
        Membership(number, kind, code, name, Basis.OFFICIAL, share)
        for number, (kind, code, name, share) in enumerate(areas)
    )
    return Place("ZA1 4QT", made.HERE, members)


HOME = address(
    (NETWORK, "N1", "Quayside", 0.62), (NETWORK, "N2", "Wendbridge", 0.21), (COUNCIL, "L1", "Harbourmouth", 1)
)


def test_the_eleven_answer_for_an_address_each_over_its_own_footprint(area: Session, tmp_path: Path) -> None:
    assert load(area, BODIES, csv_file(tmp_path, "bodies", [BOARD])).counts == {"bodies": 1}
    found = {one.arrangement.key: one for one in bodies_for(area, HOME)}
    assert len(found) == 11
    [board] = found["health-and-wellbeing-boards"].areas
    assert (board.member.code, board.name) == ("L1", "Harbourmouth Health and Wellbeing Board")
    assert board.details is not None
    assert board.details.website == "https://board.example.org"
    assert (board.details.telephone, board.details.as_of) == ("01632 960751", date(2026, 11, 1))
    [unnamed] = found["adult-safeguarding-boards"].areas
    assert (unnamed.member.name, unnamed.name, unnamed.details) == ("Harbourmouth", "", None)
    assert found["police-fire-and-crime-panels"].areas == ()


def test_a_network_is_itself_the_body_and_may_be_one_of_several(area: Session, tmp_path: Path) -> None:
    row = {"arrangement": "primary-care-networks", "footprint": "primary_care_network:N2", "name": "Wend PCN"}
    assert load(area, BODIES, csv_file(tmp_path, "bodies", [row])).saved
    [networks] = [one for one in bodies_for(area, HOME) if one.arrangement.key == "primary-care-networks"]
    assert [(one.name, one.member.share) for one in networks.areas] == [
        ("Quayside", 0.62),
        ("Wend PCN", 0.21),
    ]


def test_an_address_outside_every_footprint_has_the_arrangements_but_no_bodies(area: Session) -> None:
    found = bodies_for(area, address())
    assert [one.arrangement.position for one in found] == sorted(one.arrangement.position for one in found)
    assert [one.areas for one in found] == [()] * 11


def test_the_same_file_again_changes_a_body_and_replace_forgets_the_others(
    area: Session, tmp_path: Path
) -> None:
    other = {**BOARD, "arrangement": "adult-safeguarding-boards", "name": "Adults Board"}
    load(area, BODIES, csv_file(tmp_path, "both", [BOARD, other]))
    load(area, BODIES, csv_file(tmp_path, "one", [{**BOARD, "name": "New Board", "telephone": ""}]))
    assert area.scalar(select(func.count()).select_from(ArrangementBody)) == 2
    load(area, BODIES, csv_file(tmp_path, "one", [{**BOARD, "name": "New Board"}]), replace=True)
    [left] = area.scalars(select(ArrangementBody))
    assert (left.name, left.code) == ("New Board", "L1")


@pytest.mark.parametrize(
    ("cells", "field", "why"),
    [
        (
            {"arrangement": "town-council"},
            "arrangement",
            "'town-council' is not known; use one of: childrens",
        ),
        ({"arrangement": ""}, "arrangement", "is empty"),
        ({"footprint": "Harbourmouth"}, "footprint", "is not a footprint such as local_authority:E06000021"),
        ({"footprint": "local_authority:"}, "footprint", "is not a footprint"),
        (
            {"footprint": "primary_care_network:N1"},
            "footprint",
            "health-and-wellbeing-boards covers a local_authority, not a primary_care_network",
        ),
        ({"footprint": "local_authority:L9"}, "footprint", "there is no local_authority:L9 here"),
        ({"name": ""}, "name", "is empty"),
        ({"website": "javascript:alert(1)"}, "website", "is not a web address"),
        ({"telephone": "ring us"}, "telephone", "is not a telephone number"),
        ({"telephone": "0" * 41}, "telephone", "at most 40 fit"),
        ({"email": "nobody"}, "email", "is not an e-mail address"),
        ({"as_of": "May"}, "as_of", "is not a date"),
    ],
)
def test_a_row_that_is_wrong_says_where_and_why(
    area: Session, tmp_path: Path, cells: dict[str, str], field: str, why: str
) -> None:
    report = load(area, BODIES, csv_file(tmp_path, "bodies", [{**BOARD, **cells}]))
    assert not report.saved
    [problem] = report.problems
    assert (problem.file, problem.row, problem.field) == ("bodies.csv", 2, field)
    assert why in problem.why


def test_one_body_for_one_footprint(area: Session, tmp_path: Path) -> None:
    report = load(area, BODIES, csv_file(tmp_path, "bodies", [BOARD, {**BOARD, "name": "Another"}]))
    assert [problem.row for problem in report.problems] == [3]
    assert "stands in the file twice, first in row 2" in report.problems[0].why
    assert not area.scalars(select(ArrangementBody)).all()


def test_a_file_without_bodies_replaces_nothing(area: Session, tmp_path: Path) -> None:
    load(area, BODIES, csv_file(tmp_path, "bodies", [BOARD]))
    path = tmp_path / "empty.csv"
    path.write_text("arrangement,footprint,name\n")
    assert load(area, BODIES, path, replace=True).refusal == "It has no rows, so nothing was taken from it."
    assert len(area.scalars(select(ArrangementBody)).all()) == 1
