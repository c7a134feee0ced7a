"""The reviewed CSVs in seeds/ are whole, agree with each other and keep what is unsure away from families."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

Row = dict[str, str]

SEEDS = Path(__file__).parents[2] / "seeds"
FILES = sorted(path.stem for path in SEEDS.glob("*.csv"))
LONGEST_SENTENCE = 35

# Cells a family reads, by file.
FAMILY_CELLS = {
    "needs": ("name", "hint", "description"),
    "catalogue": ("summary", "what_changed", "who_for", "how_to_apply", "telephone_note"),
    "arrangements": ("summary", "what_changed"),
    "national_help": ("summary", "text_or_webchat", "hours", "languages", "deaf_access"),
}
# The second "Family Courts" of the appendix stands in another domain.
KEYS_NOT_FROM_NAMES = {"family-courts-parenting"}
UNIVERSAL, TARGETED = 23, 47


def rows(name: str) -> list[Row]:
    """The rows of seeds/NAME.csv, every cell a string."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def keys(name: str) -> set[str]:
    return {row["key"] for row in rows(name)}


def parts(cell: str) -> list[str]:
    """The values of a list cell ("a; b")."""
    return [part for part in cell.split("; ") if part]


def kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text)


def bad(name: str, wrong: Callable[[Row], object]) -> list[str]:
    """The keys of the rows of a file that are wrong."""
    return [row["key"] for row in rows(name) if wrong(row)]


@pytest.mark.parametrize(
    ("name", "count"),
    [("domains", 8), ("needs", 14), ("catalogue", 70), ("arrangements", 11), ("national_help", 110)],
)
def test_counts(name: str, count: int) -> None:
    assert len(rows(name)) == len(keys(name)) == count


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_every_cell_and_no_stray_space(name: str) -> None:
    for row in rows(name):
        assert None not in row
        for cell in row.values():
            assert cell == cell.strip()
            assert "\n" not in cell
            assert "  " not in cell


def test_catalogue_has_the_shape_of_the_appendix() -> None:
    catalogue = rows("catalogue")
    assert Counter(row["access"] for row in catalogue) == {"universal": UNIVERSAL, "targeted": TARGETED}
    assert Counter(row["status"] for row in catalogue) == {"open": 34, "changed": 30, "closed": 6}
    assert Counter(row["domain"] for row in catalogue) == {
        "financial-support": 9,
        "send": 8,
        "childcare": 8,
        "school-and-training": 15,
        "parental-relationships": 4,
        "parenting": 11,
        "health": 9,
        "food-provision": 6,
    }
    assert not bad("catalogue", lambda row: row["printed"] != f"{row['name']} ({row['department']})")
    order = [row["key"] for row in rows("domains")]
    assert [row["domain"] for row in catalogue] == sorted((r["domain"] for r in catalogue), key=order.index)


@pytest.mark.parametrize("name", ["catalogue", "arrangements"])
def test_keys_come_from_the_printed_names(name: str) -> None:
    strange = {row["key"] for row in rows(name) if row["key"] != kebab(row["name"])}
    assert strange == (KEYS_NOT_FROM_NAMES if name == "catalogue" else set())


@pytest.mark.parametrize("name", ["domains", "needs", "national_help"])
def test_keys_are_kebab_case(name: str) -> None:
    assert not bad(name, lambda row: row["key"] != kebab(row["key"]))


@pytest.mark.parametrize("name", ["domains", "needs"])
def test_positions_count_up_from_one(name: str) -> None:
    found = rows(name)
    assert [row["position"] for row in found] == [str(place) for place in range(1, len(found) + 1)]


def test_links_between_files_resolve() -> None:
    assert {row["domain"] for row in rows("catalogue")} == keys("domains")
    departments = {row["abbreviation"] for row in rows("departments")}
    for name in ("catalogue", "arrangements"):
        assert {row["department"] for row in rows(name)} <= departments
    for name in ("catalogue", "national_help"):
        assert not bad(name, lambda row: not row["needs"] or set(parts(row["needs"])) - keys("needs"))
    entries = keys("catalogue")
    assert not bad("national_help", lambda row: set(parts(row["catalogue"])) - entries)
    assert not bad(
        "catalogue", lambda row: row["replaced_by"] and row["replaced_by"] not in entries - {row["key"]}
    )


def test_every_need_has_something_in_the_catalogue_and_on_the_telephone() -> None:
    for name in ("catalogue", "national_help"):
        used = {need for row in rows(name) for need in parts(row["needs"])}
        assert used >= keys("needs") - {"mental-health", "activities"}


def test_a_closed_scheme_says_so_and_what_to_look_at_instead() -> None:
    closed = [row for row in rows("catalogue") if row["status"] == "closed"]
    for row in closed:
        assert "ended" in row["summary"], row["key"]
        assert "ended" in row["current_name"], row["key"]
        assert row["how_to_apply"].startswith("You can no longer"), row["key"]
        assert row["replaced_by"] or row["replaced_by_name"], row["key"]
    open_keys = {row["key"] for row in rows("catalogue") if row["status"] != "closed"}
    assert {row["replaced_by"] for row in rows("catalogue") if row["replaced_by"]} <= open_keys


@pytest.mark.parametrize("name", ["catalogue", "national_help"])
def test_no_unsure_number_and_only_digits(name: str) -> None:
    assert not bad(name, lambda row: row["confidence"] == "unsure" and row["telephone"])
    assert not bad(name, lambda row: not re.fullmatch(r"(\d[\d ]*\d)?", row["telephone"]))


@pytest.mark.parametrize("name", ["catalogue", "arrangements", "national_help"])
def test_confidence_and_date_of_the_check(name: str) -> None:
    assert {row["confidence"] for row in rows(name)} <= {"checked", "known", "unsure"}
    for row in rows(name):
        assert date(2024, 1, 1) <= date.fromisoformat(row["last_checked"]) <= date(2026, 11, 30), row["key"]


def test_pages_are_safe_addresses() -> None:
    for name, column in (
        ("catalogue", "official_page"),
        ("arrangements", "official_page"),
        ("national_help", "website"),
    ):
        empty_allowed = {"local-strategic-partnerships"}
        for row in rows(name):
            assert row["key"] in empty_allowed or re.fullmatch(r"https://[\w.-]+\.[a-z]+/\S*", row[column]), (
                row
            )


def test_ages() -> None:
    for row in rows("catalogue"):
        low, high = row["min_age_months"], row["max_age_months"]
        assert not (low and high) or -9 <= int(low) < int(high) <= 312, row["key"]
    for row in rows("national_help"):
        low, high = row["min_age_years"], row["max_age_years"]
        assert not (low and high) or 0 <= int(low) <= int(high), row["key"]


def test_arrangements_have_the_shape_of_table_2() -> None:
    found = rows("arrangements")
    groups = [row["group"] for row in found]
    assert groups == ["statutory body"] * 6 + ["other local arrangement"] * 5
    kinds = {
        "Local authority": "local_authority",
        "Other": "icb",
        "Police area": "police_area",
        "Neighbourhood": "primary_care_network",
        "Criminal justice area": "criminal_justice_area",
    }
    assert [row["footprint_kind"] for row in found] == [kinds[row["footprint"]] for row in found]
    assert not bad("arrangements", lambda row: not (row["membership"] and row["role"] and row["legal_basis"]))


def test_national_help_uses_its_own_words() -> None:
    allowed = {
        "audience": {"everyone", "parents", "children", "young people", "professionals"},
        "cost": {"free", "standard", "unknown"},
        "coverage": {"UK", "GB", "England"},
        "crisis": {"yes", "no"},
    }
    for column, words in allowed.items():
        assert {row[column] for row in rows("national_help")} <= words


def test_what_is_unconfirmed_is_named_and_stays_out_of_the_cells() -> None:
    for row in rows("national_help"):
        assert set(parts(row["to_confirm"])) <= set(row), row["key"]
        for column in set(row) - {"to_confirm", "evidence", "cost"}:
            assert "confirm" not in row[column].lower(), (row["key"], column)
            assert "unknown" not in row[column].lower(), (row["key"], column)
        if row["confidence"] == "unsure":
            assert "telephone" in parts(row["to_confirm"]), row["key"]


def test_a_crisis_line_can_be_reached() -> None:
    crisis = [row for row in rows("national_help") if row["crisis"] == "yes"]
    assert len(crisis) == 21
    for row in crisis:
        assert row["telephone"] or row["text_or_webchat"] or row["website"], row["key"]
    helpline = next(row for row in crisis if row["key"] == "national-domestic-abuse")
    entry = next(row for row in rows("catalogue") if row["key"] == "domestic-abuse-support")
    assert helpline["telephone"] == entry["telephone"]


@pytest.mark.parametrize("name", FAMILY_CELLS)
def test_sentences_for_families_are_short(name: str) -> None:
    for row in rows(name):
        for column in FAMILY_CELLS[name]:
            for sentence in sentences(row[column]):
                assert len(sentence.split()) < LONGEST_SENTENCE, (row["key"], sentence)


@pytest.mark.parametrize("name", ["catalogue", "arrangements", "national_help"])
def test_every_summary_is_one_or_two_whole_sentences(name: str) -> None:
    most = 2
    for row in rows(name):
        assert re.match(r"[A-Z0-9]", row["summary"]), row["key"]
        assert row["summary"].endswith((".", ".)")), row["key"]
        assert len(sentences(row["summary"])) <= most, row["key"]
