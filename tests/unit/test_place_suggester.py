"""Places that are suggested: towns, areas, schools and surgeries that there are now."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.places.models import PlaceName, PlacesState, Practice, School
from hubfinder.places.revision import places_changed
from hubfinder.search import place_suggester
from hubfinder.search.place_suggester import PlaceSuggester, write_names
from hubfinder.vocab import FootprintKind
from tests.support import factories as made


@pytest.fixture
def area(session: Session) -> Session:
    """A town, two villages of one name, a ward, schools, a surgery."""
    drawn = shapely.to_wkb(shapely.from_wkt(made.around(made.HERE, 900)))
    made.footprint(session, "Wend", code="W1", outline=drawn)
    made.footprint(session, "Wend Nowhere", code="W2")
    made.footprint(session, "Wendland", FootprintKind.ICB, code="I1", outline=drawn)
    point: dict[str, Any] = {"lat": 54.75, "lon": 2.1}
    session.add_all(
        (
            PlaceName(key="wendbridge", name="Wendbridge", kind="town", lat=54.75, lon=2.0),
            PlaceName(key="eelby-1", name="Eelby", kind="village", lat=54.75, lon=2.0),
            PlaceName(key="eelby-2", name="Eelby", kind="village", lat=54.8, lon=2.0),
            School(urn="1", name="St Anne's School, Wend", status="Open", **point, postcode="ZA1 4HY"),
            School(urn="2", name="Old Wend School", status="Closed", **point),
            Practice(code="Z1", name="Upper Wend Surgery", postcode="ZA1 2FJ", **point),
            Practice(code="Z2", name="Wend Nowhere", postcode=""),
        )
    )
    places_changed(session)
    session.commit()
    return session


def texts(suggester: PlaceSuggester, session: Session, text: str) -> list[str]:
    return [one.place.text for one in suggester.find(session, text, 6)]


@pytest.mark.parametrize("with_files", [True, False])
def test_places_are_found_by_any_word_of_their_name(area: Session, tmp_path: Path, with_files: bool) -> None:
    if with_files:
        assert write_names(area, tmp_path)
        assert not write_names(area, tmp_path)
    suggester = PlaceSuggester(tmp_path)
    assert texts(suggester, area, "wend") == ["town:wendbridge", "ward:W1", "surgery:Z1", "school:1"]
    assert texts(suggester, area, "saint annes") == ["school:1"]
    assert texts(suggester, area, "surg upp") == ["surgery:Z1"]
    assert texts(suggester, area, "xyz") == []


def test_two_places_of_one_name_are_two_lines(area: Session, tmp_path: Path) -> None:
    found = PlaceSuggester(tmp_path).find(area, "eel", 6)
    assert [(one.place.text, one.alone) for one in found] == [
        ("town:eelby-1", False),
        ("town:eelby-2", False),
    ]
    (town,) = PlaceSuggester(tmp_path).find(area, "wendb", 6)
    assert (town.place.name, town.place.kind, town.alone) == ("Wendbridge", "town", True)


@pytest.mark.parametrize("few", [0, place_suggester.FEW])
def test_what_is_gone_is_not_suggested(
    area: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(place_suggester, "FEW", few)
    write_names(area, tmp_path)
    suggester = PlaceSuggester(tmp_path)
    assert texts(suggester, area, "wendbr") == ["town:wendbridge"]
    area.execute(delete(PlaceName).where(PlaceName.key == "wendbridge"))
    area.add(PlaceName(key="wendford", name="Wendford", kind="town", lat=54.75, lon=2.0))
    places_changed(area)
    area.commit()
    new = ["town:wendford"] if few else []  # many names wait for the files
    assert texts(suggester, area, "wendbr") == []
    assert texts(suggester, area, "wendf") == new
    assert write_names(area, tmp_path)
    assert texts(suggester, area, "wendf") == ["town:wendford"]
    assert len(list(tmp_path.glob("names-*"))) == 1


def test_damaged_files_are_done_without(area: Session, tmp_path: Path) -> None:
    write_names(area, tmp_path)
    (folder,) = tmp_path.glob("names-*")
    (folder / "words.npy").write_bytes(b"")
    assert texts(PlaceSuggester(tmp_path), area, "wendb") == ["town:wendbridge"]


def test_before_anything_is_imported_there_is_nothing_to_write(session: Session, tmp_path: Path) -> None:
    session.execute(delete(PlacesState))
    assert not write_names(session, tmp_path)
    assert list(tmp_path.glob("names-*")) == []
