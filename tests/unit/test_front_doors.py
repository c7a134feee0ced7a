"""How front doors are reached: from files, from the settings, and to whom word of a request goes."""

from datetime import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import A_COMMAND
from hubfinder.post.models import TimedWork
from hubfinder.referrals.front_door_changing import FrontDoorRefused, Why, of_cells
from hubfinder.referrals.front_door_files import FileUnreadable, import_front_doors
from hubfinder.referrals.front_door_models import FrontDoor, HubTeam
from hubfinder.referrals.front_doors import addresses_of, details_of, elsewhere_of
from hubfinder.settings import PROJECT, Settings
from hubfinder.staff_vocab import Role
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person

MADE_UP = PROJECT / "geodata" / "front_doors.csv"
HEADING = "council_code,council_name,telephone,opens,closes,days,procedure\n"


def a_file(folder: Path, *rows: str, heading: str = HEADING) -> Path:
    file = folder / "doors.csv"
    file.write_text(heading + "".join(f"{row}\n" for row in rows), encoding="utf-8-sig")
    return file


def test_the_made_up_ones_come_in_and_twice_is_once(session: Session) -> None:
    begin_writing(session)
    done = import_front_doors(session, A_COMMAND, MADE_UP)
    assert (done.changed, done.refused) == (2, [])
    again = import_front_doors(session, A_COMMAND, MADE_UP)
    assert (again.changed, again.same) == (0, 2)
    ours, theirs = session.get_one(FrontDoor, HARBOURMOUTH), session.get_one(FrontDoor, NORTHSANDS)
    assert ours.procedure.count("\n") == 3, "lines of a cell stay lines"
    assert (theirs.opens, theirs.days) == (time(8, 30), [0, 1, 2, 3, 4])
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.verb == "front_door.changed")).all()) == 2


def test_what_is_there_stays_where_only_new_ones_are_wanted(session: Session) -> None:
    begin_writing(session)
    session.add(FrontDoor(council_code=HARBOURMOUTH, council_name="Ours", telephone="01632 960111"))
    session.flush()
    done = import_front_doors(session, A_COMMAND, MADE_UP, only_new=True)
    assert (done.changed, done.same) == (1, 1)
    assert session.get_one(FrontDoor, HARBOURMOUTH).telephone == "01632 960111"


def test_bad_rows_are_told_by_line_and_good_ones_come_in(session: Session, tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        "E06000001,Good Council,01632 960001,9:00,17:00,1 2 3,",
        "not a code,Bad Council,01632 960002,,,,",
        "E06000003,,01632 960003,,,,",
        "E06000004,No Number,,,,,",
        "E06000005,Early,01632 960005,2:00,,,",
        "E06000006,Backwards,01632 960006,17:00,9:00,,",
        "E06000007,Eighth day,01632 960007,,,8,",
        "E06000008,Short",
        "E06000009,Long,01632 960009,,,,,more,cells",
    )
    begin_writing(session)
    done = import_front_doors(session, A_COMMAND, file)
    assert done.changed == 2
    assert done.refused == [
        (3, "council_code", Why.COUNCIL),
        (4, "council_name", Why.COUNCIL),
        (5, "telephone", Why.TELEPHONE),
        (6, "opens", Why.TIME),
        (7, "closes", Why.BACKWARDS),
        (8, "days", Why.DAYS),
        (9, "telephone", Why.TELEPHONE),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"council_code,telephone\n", b"\xff\xfe\x00", b'council_code,council_name,telephone\n"open\n'],
)
def test_a_file_that_is_none_is_refused_whole(session: Session, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "doors.csv"
    file.write_bytes(content)
    begin_writing(session)
    with pytest.raises(FileUnreadable):
        import_front_doors(session, A_COMMAND, file)


def test_a_file_that_is_too_large_is_not_read(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "doors.csv"
    file.write_bytes(b"x" * 2_000_001)
    with pytest.raises(FileUnreadable, match="2 MB"):
        import_front_doors(session, A_COMMAND, file)


def test_days_of_a_file_begin_with_monday() -> None:
    assert of_cells({"council_name": "A", "days": "1;3, 7"}).days == {0, 2, 6}
    assert of_cells({"council_name": "A"}).days == {0, 1, 2, 3, 4}
    with pytest.raises(FrontDoorRefused):
        of_cells({"days": "Monday"})


def test_the_commands_import_list_and_chase(app: Flask, session: Session, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    done = run(args=["front-doors", "import", str(MADE_UP)])
    assert (done.exit_code, done.output) == (0, "Front doors: 2 changed, 0 as they were, 0 refused.\n")
    assert "Z06000002  Northsands Council  01632 960200" in run(args=["front-doors", "list"]).output
    bad = run(args=["front-doors", "import", str(a_file(tmp_path, "x,y,z,,,,"))])
    assert bad.exit_code == 1
    assert "line 2, council_code" in bad.output
    assert run(args=["front-doors", "chase"]).output == "Nothing is late that was not told.\n"
    assert session.get_bind() is db.engine


def test_the_clock_of_requests_is_among_the_work_that_comes_round(app: Flask, session: Session) -> None:
    result = app.test_cli_runner().invoke(args=["work", "--once"])
    assert result.exit_code == 0, result.output
    assert session.scalars(select(TimedWork.name).where(TimedWork.name == "requests")).all() == ["requests"]


def test_settings_stand_in_for_what_our_own_council_has_not_said(session: Session) -> None:
    settings = Settings()
    council(session, HARBOURMOUTH, name="Harbourmouth Council")
    ours = details_of(session, HARBOURMOUTH, settings)
    assert (ours.name, ours.telephone) == ("Harbourmouth Council", settings.front_door_telephone)
    assert ours.out_of_hours_telephone == settings.out_of_hours_telephone
    council(session, NORTHSANDS, telephone="01632 960200")
    theirs = details_of(session, NORTHSANDS, settings)
    assert (theirs.telephone, theirs.out_of_hours_telephone) == ("01632 960200", ""), "ours is not theirs"
    assert elsewhere_of(session, "") is None
    assert elsewhere_of(session, "E06000001") is None


def test_word_for_a_team_finds_somebody_as_long_as_there_is_anybody(session: Session) -> None:
    team = f"team:{HARBOURMOUTH}:quayside"
    assert addresses_of(session, team) == ()
    council(session, email="")
    boss = person(session, Role.COUNCIL_ADMINISTRATOR)
    assert addresses_of(session, team) == (boss.email,)
    council(session).email = "listings@example.org"
    session.flush()
    assert addresses_of(session, team) == ("listings@example.org",)
    clerk = person(session, Role.FRONT_DOOR)
    assert addresses_of(session, team) == (clerk.email,)
    session.add(
        FrontDoor(
            council_code=HARBOURMOUTH, council_name="H", telephone="01632 960100", email="door@example.org"
        )
    )
    session.flush()
    assert addresses_of(session, team) == ("door@example.org",)
    at_the_hub = person(session, Role.HUB_STAFF, hub_key="quayside")
    person(session, Role.HUB_STAFF, hub_key="saltings")
    assert addresses_of(session, team) == (at_the_hub.email,)
    session.add(HubTeam(council_code=HARBOURMOUTH, hub_key="quayside", email="hub@example.org"))
    session.flush()
    assert addresses_of(session, team) == ("hub@example.org",)
    assert addresses_of(session, f"team:{HARBOURMOUTH}:") == ("door@example.org",)


def test_who_has_left_is_told_nothing(session: Session) -> None:
    boss = person(session, Role.COUNCIL_ADMINISTRATOR)
    somebody = person(session, Role.PROVIDER, organization_key="port-youth")
    assert addresses_of(session, f"administrators:{HARBOURMOUTH}") == (boss.email,)
    assert addresses_of(session, f"service:{HARBOURMOUTH}:port-youth") == (somebody.email,)
    assert addresses_of(session, f"service:{NORTHSANDS}:port-youth") == ()
    boss.active = somebody.active = False
    session.flush()
    assert addresses_of(session, f"administrators:{HARBOURMOUTH}") == ("listings@example.org",)
    assert addresses_of(session, f"service:{HARBOURMOUTH}:port-youth") == ()
    assert addresses_of(session, "one@example.org") == ("one@example.org",)
