"""Versions of layers: every state is kept, what moved is said, and the newest can be taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask import Flask
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.network_patients import NETWORK_PATIENTS
from hubfinder.ingest.report import Report
from hubfinder.ingest.running import How, import_files
from hubfinder.ingest.undoing import Undone, undo_layer
from hubfinder.places import states, versions
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import (
    Footprint,
    FootprintShare,
    KeptFootprint,
    KeptShare,
    Layer,
    LayerVersion,
    Postcode,
)
from hubfinder.places.revision import current_revision
from hubfinder.places.undoing import UndoRefused
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import FootprintKind, VersionState
from tests.support import factories as made
from tests.support.files import csv_file, load
from tests.support.shapes import Area, geojson, square

WEST: Area = ("A", "West", square(2.0, 54.0))
EAST: Area = ("B", "East", square(2.1, 54.0))
NORTH: Area = ("C", "North", square(2.0, 54.1))
IN_FORCE, REPLACED, TAKEN_BACK = VersionState.IN_FORCE, VersionState.REPLACED, VersionState.TAKEN_BACK


def bring(session: Session, folder: Path, areas: list[Area], name: str = "wards", **options: Any) -> Report:
    chosen = {
        "footprint_kind": FootprintKind.WARD,
        "code_field": "code",
        "name_field": "name",
        "layer": name,
        **options,
    }
    session.commit()
    path = geojson(folder / f"{name}.geojson", areas)
    how = How(memberships=True)
    [report] = import_files(session, FOOTPRINTS, [path], FOOTPRINTS.options(**chosen), how)
    assert report.saved, report
    session.expire_all()
    return report


def take_back(session: Session, name: str = "wards") -> Undone:
    session.commit()
    undone = undo_layer(session, name)
    session.expire_all()
    return undone


def layer(session: Session, name: str = "wards") -> Layer:
    found = versions.layer_by_key(session, name)
    assert found is not None
    return found


def history(session: Session, name: str = "wards") -> list[tuple[int, VersionState]]:
    return [(one.number, one.state) for one in reversed(versions.versions_of(session, layer(session, name)))]


def version(session: Session, number: int, name: str = "wards") -> LayerVersion:
    found = versions.version_of(session, layer(session, name), number)
    assert found is not None
    return found


def areas(session: Session, number: int, name: str = "wards") -> dict[str, str]:
    return {row.code: row.name for row in versions.areas_of(session, version(session, number, name))}


def footprints(session: Session, name: str = "wards") -> dict[str, tuple[int, str]]:
    rows = session.execute(
        select(Footprint.code, Footprint.id, Footprint.name).join(Footprint.layer).where(Layer.key == name)
    )
    return {code: (id_, title) for code, id_, title in rows}


def multi(shape: BaseGeometry) -> str:
    return str(shapely.to_wkt(shapely.multipolygons([shape]), rounding_precision=-1))


def postcodes(session: Session) -> None:
    for number, (lon, lat) in enumerate(((2.05, 54.05), (2.05, 54.06), (2.15, 54.05), (2.05, 54.15))):
        session.add(Postcode(code=f"ZA11A{'ABDE'[number]}", lon=lon, lat=lat, country="E"))
    session.add(Postcode(code="ZA19ZZ", lon=2.05, lat=54.05, country="E", terminated="201903"))
    session.commit()


def test_every_state_is_kept_and_can_be_read(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST], source="First")
    bring(session, tmp_path, [("A", "Far West", square(1.9, 54.0)), NORTH], source="Second")
    assert history(session) == [(1, REPLACED), (2, IN_FORCE)]
    assert areas(session, 1) == {"A": "West", "B": "East"}
    assert areas(session, 2) == {"A": "Far West", "C": "North"}
    assert (version(session, 1).source, version(session, 2).source) == ("First", "Second")
    assert version(session, 2).saved_at is not None
    [old] = [area for area in states.kept_areas(session, version(session, 1)) if area.code == "A"]
    assert old.shape is not None
    assert shapely.equals(old.shape, WEST[2])
    assert shapely.get_srid(old.shape) == 4326


def test_the_same_file_again_is_no_new_version(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST])
    before = current_revision(session)
    assert before > 0
    session.commit()
    path = geojson(tmp_path / "wards.geojson", [EAST, WEST])
    chosen = FOOTPRINTS.options(FootprintKind.WARD, "code", "name", layer="wards")
    assert import_files(session, FOOTPRINTS, [path], chosen)[0].saved
    assert history(session) == [(1, IN_FORCE)]
    assert current_revision(session) == before


def test_new_facts_are_a_version_that_shares_its_areas(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST], source="First")
    bring(session, tmp_path, [WEST, EAST], source="Second")
    assert history(session) == [(1, REPLACED), (2, IN_FORCE)]
    assert session.scalar(select(func.count()).select_from(KeptFootprint)) == 0
    assert areas(session, 1) == areas(session, 2) == {"A": "West", "B": "East"}
    bring(session, tmp_path, [WEST], source="Third")
    assert session.scalar(select(func.count()).select_from(KeptFootprint)) == 2
    assert areas(session, 1) == areas(session, 2) == {"A": "West", "B": "East"}
    take_back(session)
    assert (layer(session).source, areas(session, 2), areas(session, 3)) == (
        "Second",
        {"A": "West", "B": "East"},
        {"A": "West"},
    )
    take_back(session)
    assert (layer(session).source, layer(session).version) == ("First", 1)
    assert history(session) == [(1, IN_FORCE), (2, TAKEN_BACK), (3, TAKEN_BACK)]


def test_undoing_puts_areas_facts_and_memberships_back_and_keeps_ids(
    session: Session, tmp_path: Path
) -> None:
    postcodes(session)
    bring(session, tmp_path, [WEST, EAST], source="First")
    before = footprints(session)
    bring(session, tmp_path, [("A", "Far West", square(1.9, 54.0, 0.12)), NORTH], source="Second")
    undone = take_back(session)
    assert (undone.taken_back, undone.in_force, undone.going) == (2, 1, 1)
    assert footprints(session)["A"] == before["A"]
    assert set(footprints(session)) == {"A", "B"}
    assert (layer(session).version, layer(session).source) == (1, "First")
    assert areas(session, 2) == {"A": "Far West", "C": "North"}
    assert undone.moves is not None
    assert {code: (gained, lost) for code, gained, lost in undone.moves["areas"]} == {
        "A": (2, 0),
        "B": (1, 0),
        "C": (0, 1),
    }
    back = version(session, 2).report["taken_back"]
    assert back["moves"]["moved"] == undone.moves["moved"] == 4


def test_undoing_twice_goes_back_two_and_then_to_nothing(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST])
    bring(session, tmp_path, [WEST, EAST])
    bring(session, tmp_path, [WEST, EAST, NORTH])
    take_back(session)
    take_back(session)
    assert set(footprints(session)) == {"A"}
    assert take_back(session).in_force == 0
    assert footprints(session) == {}
    assert [areas(session, number) for number in (1, 2, 3)] == [
        {"A": "West"},
        {"A": "West", "B": "East"},
        {"A": "West", "B": "East", "C": "North"},
    ]
    with pytest.raises(UndoRefused, match="taken back already"):
        take_back(session)
    bring(session, tmp_path, [WEST])
    assert history(session)[-1] == (4, IN_FORCE)
    assert take_back(session).in_force == 0


def test_what_was_taken_over_is_given_back(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST], "old")
    before = footprints(session, "old")
    report = bring(session, tmp_path, [("A", "New West", WEST[2]), NORTH], "new")
    assert report.findings["taken_over"] == {"old": {"count": 1, "first": ["A"]}}
    assert version(session, 1, "new").took_over == [[layer(session, "old").id, 1]]
    assert history(session, "old") == [(1, REPLACED), (2, IN_FORCE)]
    assert (areas(session, 1, "old"), areas(session, 2, "old")) == ({"A": "West", "B": "East"}, {"B": "East"})
    assert version(session, 2, "old").report["taken_over_by"]["layer"] == "new"
    with pytest.raises(UndoRefused, match="hubfinder layers undo new"):
        take_back(session, "old")
    undone = take_back(session, "new")
    assert (undone.in_force, undone.given_back) == (0, {"old": 1})
    assert footprints(session, "old") == before
    assert history(session, "old") == [(1, IN_FORCE), (2, TAKEN_BACK)]
    assert areas(session, 2, "old") == {"B": "East"}


def test_what_has_changed_since_is_not_overwritten(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST], "old")
    bring(session, tmp_path, [WEST], "new")
    bring(session, tmp_path, [EAST, NORTH], "old")
    with pytest.raises(UndoRefused, match="The layer old has changed since"):
        take_back(session, "new")
    take_back(session, "old")
    take_back(session, "new")
    assert set(footprints(session, "old")) == {"A", "B"}


def test_an_area_that_another_layer_has_meanwhile_does_not_come_back(
    session: Session, tmp_path: Path
) -> None:
    bring(session, tmp_path, [WEST, EAST])
    bring(session, tmp_path, [WEST])
    bring(session, tmp_path, [EAST], "other")
    with pytest.raises(UndoRefused, match=r"B \(in the layer other\)"):
        take_back(session)
    assert history(session) == [(1, REPLACED), (2, IN_FORCE)]


def test_taking_codes_to_and_fro_can_be_undone_all_the_way(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST, EAST], "old")
    first = footprints(session, "old")
    bring(session, tmp_path, [WEST], "new")
    bring(session, tmp_path, [("A", "West again", WEST[2]), EAST], "old")
    assert footprints(session, "new") == {}
    take_back(session, "old")
    assert (set(footprints(session, "old")), set(footprints(session, "new"))) == ({"B"}, {"A"})
    take_back(session, "new")
    assert footprints(session, "old") == first


def test_services_hold_an_area_in_place(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST])
    bring(session, tmp_path, [WEST, EAST])
    east = session.get_one(Footprint, footprints(session)["B"][0])
    made.service(session, "Stay and play", areas=(east,))
    with pytest.raises(UndoRefused, match=r"B East \(1 service\)"):
        take_back(session)
    assert set(footprints(session)) == {"A", "B"}


def test_an_undo_that_fails_in_the_middle_changes_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(session, tmp_path, [WEST])
    bring(session, tmp_path, [WEST, EAST])

    def fail(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("hubfinder.ingest.undoing.rebuild_memberships", fail)
    with pytest.raises(KeyboardInterrupt):
        take_back(session)
    assert (history(session), set(footprints(session))) == ([(1, REPLACED), (2, IN_FORCE)], {"A", "B"})


def test_shares_of_networks_are_part_of_their_version(session: Session, tmp_path: Path) -> None:
    for code, west in (("Z1", 2.0), ("Z2", 2.1)):
        shape = f"SRID=4326;{multi(square(west, 54.0))}"
        made.footprint(session, code, FootprintKind.SMALL_AREA, code=code, geom=shape)

    def patients(number: int) -> Report:
        rows = [
            {"lsoa21_code": "Z1", "pcn_code": "P", "pcn_name": "Quay", "patients": "60"},
            {"lsoa21_code": "Z1", "pcn_code": "Q", "pcn_name": "Hill", "patients": str(number)},
            {"lsoa21_code": "Z2", "pcn_code": "Q", "pcn_name": "Hill", "patients": "10"},
        ]
        return load(session, NETWORK_PATIENTS, csv_file(tmp_path, "patients", rows))

    def shares() -> list[tuple[str, int]]:
        rows = select(FootprintShare.small_area_code, FootprintShare.patients)
        return [(area, number) for area, number in session.execute(rows.order_by(FootprintShare.patients))]

    assert patients(20).saved
    first = shares()
    assert patients(30).saved  # the same shapes: only the numbers are new
    assert history(session, states.SHARES_LAYER) == [(1, REPLACED), (2, IN_FORCE)]
    assert session.scalar(select(func.count()).select_from(KeptShare)) == 3
    take_back(session, states.SHARES_LAYER)
    assert shares() == first
    assert session.scalar(select(func.count()).select_from(KeptShare)) == 3  # those taken back now
    take_back(session, states.SHARES_LAYER)
    assert shares() == []


def test_postcodes_gained_and_lost_are_counted_with_examples(session: Session, tmp_path: Path) -> None:
    postcodes(session)
    first = bring(session, tmp_path, [WEST, EAST])
    assert first.moves is not None
    assert first.moves["areas"] == [["A", 2, 0], ["B", 1, 0]]
    assert first.moves["moved"] == 3  # one of the postcodes there is not live any more
    wide = ("A", "West", shapely.box(2.0, 54.0, 2.17, 54.1))
    small = ("B", "East", shapely.box(2.17, 54.0, 2.2, 54.1))
    moves = bring(session, tmp_path, [wide, small, NORTH]).moves
    assert moves is not None
    assert moves["areas"] == [["A", 1, 0], ["B", 0, 1], ["C", 1, 0]]
    assert moves["examples"] == {
        "A": [["ZA1 1AD"], []],
        "B": [[], ["ZA1 1AD"]],
        "C": [["ZA1 1AE"], []],
    }
    assert version(session, 2).moves == {**moves, "also": {}}
    assert bring(session, tmp_path, [wide, small, ("C", "Northern", NORTH[2])]).moves["areas"] == []  # type: ignore[index]


def test_a_change_of_small_areas_moves_networks_too(session: Session, tmp_path: Path) -> None:
    postcodes(session)
    how = {"footprint_kind": FootprintKind.SMALL_AREA}
    bring(session, tmp_path, [WEST, EAST], "small", **how)
    rows = [
        {"lsoa21_code": code, "pcn_code": f"P{code}", "pcn_name": code, "patients": "60"} for code in "AB"
    ]
    assert load(session, NETWORK_PATIENTS, csv_file(tmp_path, "patients", rows)).saved
    rebuild_memberships(session)
    session.commit()
    moves = bring(session, tmp_path, [("A", "West", shapely.box(2, 54, 2.2, 54.1))], "small", **how).moves
    assert moves is not None
    assert moves["areas"] == [["A", 1, 0], ["B", 0, 1]]
    assert moves["also"]["primary_care_network"]["areas"] == [["PA", 1, 0], ["PB", 0, 1]]


def test_a_renamed_area_says_its_new_name_on_cards_at_once(session: Session, tmp_path: Path) -> None:
    bring(session, tmp_path, [WEST])
    west = session.get_one(Footprint, footprints(session)["A"][0])
    service = made.service(session, "Stay and play", areas=(west,))
    key = service.key

    def card() -> str:
        found = session.scalars(select(SearchDocument.card).where(SearchDocument.key == key)).one()
        return json.dumps(found)

    bring(session, tmp_path, [("A", "West End", WEST[2])])
    assert "West End" in card()
    take_back(session)
    assert "West End" not in card()
    assert session.scalars(select(Footprint.plain_name)).one() == "west"


def test_a_layer_from_before_versions_were_kept_becomes_version_one(session: Session, tmp_path: Path) -> None:
    old = made.footprint(session, "West", code="A", geom=f"SRID=4326;{multi(square(2.0, 54.0))}")
    old.layer.key = "wards"
    bring(session, tmp_path, [WEST, EAST])
    assert history(session) == [(1, REPLACED), (2, IN_FORCE)]
    assert (version(session, 1).saved_at, areas(session, 1)) == (None, {"A": "West"})
    take_back(session)
    assert footprints(session) == {"A": (old.id, "West")}


def run(app: Flask, *arguments: str, given: str = "") -> Any:  # noqa: ANN401 - click's result
    return app.test_cli_runner().invoke(args=["layers", *arguments], input=given)


def test_the_commands_list_show_and_undo(app: Flask, session: Session, tmp_path: Path) -> None:
    assert "no layers yet" in run(app, "list").output
    postcodes(session)
    bring(session, tmp_path, [WEST, EAST], source="The council")
    bring(session, tmp_path, [WEST, NORTH], source="The council")
    assert "wards: ward, official, 2 areas, version 2. The council" in run(app, "list").output
    assert json.loads(run(app, "list", "--json").output)[0]["version"] == 2
    shown = run(app, "show", "wards").output
    assert "version 1: replaced by a later version" in shown
    assert "1 area is gone: B East." in shown
    assert "C: 1 gained (ZA1 1AE), 0 lost." in shown
    found = json.loads(run(app, "show", "wards", "--version", "1", "--json").output)
    assert found["shown"]["areas"] == [["A", "West"], ["B", "East"]]
    assert run(app, "show", "wards", "--version", "7").exit_code == 1
    assert run(app, "show", "nothing").exit_code == 1
    asked = run(app, "undo", "wards", given="n\n")
    assert "version 1 would be in force again, 1 footprint would go" in asked.output
    assert (asked.exit_code, history(session)[-1]) == (1, (2, IN_FORCE))
    undone = run(app, "undo", "wards", given="y\n").output
    assert "version 2 was taken back; version 1 is in force again" in undone
    assert "B: 1 gained" in undone
    assert json.loads(run(app, "undo", "wards", "--yes", "--json").output)["in_force"] == 0
    again = run(app, "undo", "wards", "--yes")
    assert (again.exit_code, "taken back already" in again.output) == (1, True)
    assert "There is no layer nothing" in run(app, "undo", "nothing", "--yes").output
