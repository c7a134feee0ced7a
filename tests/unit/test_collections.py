"""Files of collections: those that ship, a council's own, and those that cannot be used."""

import csv
from pathlib import Path

import pytest

from hubfinder.collections.reading import read_collections
from hubfinder.settings import PROJECT
from hubfinder.yaml_files import MOST_BYTES, FileRefused

SEEDS = PROJECT / "seeds"
OWN = """
key: twins
title: Help for families with twins
intro: For whoever has two at once.
last_checked: 2026-11-01
sections:
  - heading: Groups
    find:
      - search: twins
"""


def own(folder: Path, text: str = OWN, name: str = "twins.yaml") -> Path:
    (folder / name).write_text(text)
    return folder


def test_the_collections_that_ship_are_in_order() -> None:
    assert [one.key for one in read_collections(SEEDS)] == [
        "start-for-life",
        "send-local-offer",
        "young-carers",
        "kinship-carers",
        "care-leavers",
        "parent-in-prison",
    ]


def test_the_start_for_life_offer_names_its_essentials() -> None:
    start = next(one for one in read_collections(SEEDS) if one.key == "start-for-life")
    headings = " ".join(section.heading["en"] for section in start.sections)
    for essential in ("Midwives", "Health visitors", "Feeding", "How you feel", "safe", "SEND"):
        assert essential in headings
    assert start.ages is not None
    assert (start.ages.first, start.ages.end) == (-9, 24)


def test_the_send_local_offer_names_its_areas() -> None:
    offer = next(one for one in read_collections(SEEDS) if one.key == "send-local-offer")
    headings = " ".join(section.heading["en"] for section in offer.sections)
    for area in ("Education", "Health", "Care", "Travel", "Leisure", "Money", "adulthood", "Information"):
        assert area in headings
    assert offer.ages is not None
    assert (offer.ages.first, offer.ages.end) == (0, 312)


def test_the_services_they_name_are_all_over_england() -> None:
    """So that no council's instance lacks one."""
    with (SEEDS / "national_help.csv").open(encoding="utf-8", newline="") as file:
        national = {row["key"] for row in csv.DictReader(file)}
    sections = [section for one in read_collections(SEEDS) for section in one.sections]
    assert {key for section in sections for key in section.services} <= national
    assert not any(section.hubs or section.leave_out for section in sections)


def test_a_council_adds_its_own(tmp_path: Path) -> None:
    found = read_collections(SEEDS, own(tmp_path))
    assert [one.key for one in found][-1] == "twins"
    assert len(found) == 7


def test_a_council_puts_its_own_in_place_of_one_that_ships(tmp_path: Path) -> None:
    found = read_collections(SEEDS, own(tmp_path, OWN.replace("key: twins", "key: young-carers")))
    assert [one.title["en"] for one in found if one.key == "young-carers"] == ["Help for families with twins"]
    assert len(found) == 6


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("key: twins", "key: Twins!", "twins.yaml: key: "),
        ("title: Help for families with twins\n", "", "twins.yaml: title: Field required"),
        ("2026-11-01", "soon", "twins.yaml: last_checked: "),
        ("search: twins", "serch: twins", "twins.yaml: sections[1].find[1].serch: Extra inputs"),
        ("search: twins", "needs: [gold]", "sections[1].find[1].needs: there is no gold"),
        ("search: twins", "entries: [x, child-benefit]", "sections[1].find[1].entries: there is no x"),
        ("search: twins", "ages: {from: 5, to: 9}", "needs one of search, needs, entries"),
        ("search: twins", "{search: twins, ages: {from: 9, to: 5}}", "find[1].ages: from must be below to"),
        ("search: twins", "{search: twins, circumstances: [rich]}", "find[1].circumstances[1]: "),
        ("    find:\n      - search: twins\n", "", "sections[1]: needs one of find, services and hubs"),
        ("key: twins", "key: twins\nkey: twins", "twins.yaml: line 2: key is given twice"),
        ("key: twins", "- twins", "twins.yaml: line "),
        (OWN, "", "twins.yaml: "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_field(
    tmp_path: Path, was: str, now: str, said: str
) -> None:
    assert was in OWN
    with pytest.raises(FileRefused) as refused:
        read_collections(SEEDS, own(tmp_path, OWN.replace(was, now)))
    assert said in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    own(tmp_path, OWN.replace("search: twins", "needs: [gold]"))
    own(tmp_path, OWN.replace("title:", "titel:"), "b.yaml")
    with pytest.raises(FileRefused) as refused:
        read_collections(SEEDS, tmp_path)
    assert len(refused.value.problems) == 3


def test_two_files_cannot_be_the_same_collection(tmp_path: Path) -> None:
    own(tmp_path)
    with pytest.raises(FileRefused, match="two files have the key twins"):
        read_collections(SEEDS, own(tmp_path, OWN, "again.yaml"))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="there is no such folder"):
        read_collections(SEEDS, tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00key", b"#" * (MOST_BYTES + 1)])
def test_a_file_that_is_no_text_or_too_large_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    with pytest.raises(FileRefused, match=r"odd\.yaml: it "):
        read_collections(SEEDS, tmp_path)
