"""Recipes: what may stand in one, what is said of the rest, and files that can be read again."""

from datetime import date

import pytest

from hubfinder.places.recipe_files import as_file, read_fields
from hubfinder.places.recipes import Fault, Part, Problem, Recipe, RecipeRefused, code_from, read_recipe
from hubfinder.vocab import FootprintKind

TODAY = date(2026, 11, 22)
WARD = Part(FootprintKind.WARD, "Z05000001")
WHOLE: dict[str, object] = {
    "name": "Old Quay",
    "code": "old-quay",
    "add": ["ward:Z05000001", "school_catchment_primary:990001"],
    "without": ["small_area:Z01000001"],
    "note": "Up to the river",
    "agreed_by": ["Harbourmouth Council", "Quayside network"],
    "agreed_on": "2026-10-03",
    "published_by": "Partnership office",
}


def wrong(**changes: object) -> list[tuple[str, str, Fault]]:
    """What is said of the whole recipe with these changes."""
    _, problems = read_recipe({**WHOLE, **changes}, TODAY)
    return [(one.field, one.value, one.fault) for one in problems]


def test_a_whole_recipe_is_read() -> None:
    recipe, problems = read_recipe(WHOLE, TODAY)
    assert problems == []
    assert recipe == Recipe(
        name="Old Quay",
        code="old-quay",
        add=(WARD, Part(FootprintKind.SCHOOL_CATCHMENT_PRIMARY, "990001")),
        without=(Part(FootprintKind.SMALL_AREA, "Z01000001"),),
        note="Up to the river",
        agreed_by=("Harbourmouth Council", "Quayside network"),
        agreed_on=date(2026, 10, 3),
        published_by="Partnership office",
    )


def test_a_recipe_written_to_a_file_is_the_same_when_read() -> None:
    recipe, _ = read_recipe({**WHOLE, "name": "St Anne’s: “the hill”", "note": "no"}, TODAY)
    again, problems = read_recipe(read_fields(as_file(recipe).encode()), TODAY)
    assert (again, problems) == (recipe, [])


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("name", "", Fault.MISSING),
        ("name", "N" * 121, Fault.LONG),
        ("name", ["Old", "Quay"], Fault.NOT_TEXT),
        ("name", False, Fault.NOT_TEXT),
        ("code", "Old Quay", Fault.CODE_FORM),
        ("code", "../up", Fault.CODE_FORM),
        ("add", [], Fault.MISSING),
        ("add", ["Harbour ward"], Fault.MALFORMED),
        ("add", [{"ward": "Z05000001"}], Fault.MALFORMED),
        ("add", ["parish:Z04000001"], Fault.UNKNOWN_KIND),
        ("add", ["ward:Z05000001", "ward:Z05000001"], Fault.TWICE),
        ("add", ["neighbourhood:old-quay"], Fault.ITSELF),
        ("add", [f"ward:Z{n}" for n in range(201)], Fault.MANY),
        ("without", ["ward:Z05000001"], Fault.TWICE),
        ("agreed_by", [], Fault.MISSING),
        ("agreed_by", ["ann@example.org"], Fault.CONTACT),
        ("agreed_by", ["Ann, 01632 960101"], Fault.CONTACT),
        ("published_by", "ann@example.org", Fault.CONTACT),
        ("agreed_on", "", Fault.MISSING),
        ("agreed_on", "3 October", Fault.NOT_DATE),
        ("agreed_on", "2026-11-23", Fault.FUTURE),
        ("colour", "red", Fault.UNKNOWN_FIELD),
    ],
)
def test_what_is_wrong_is_said_with_its_field(field: str, value: object, fault: Fault) -> None:
    assert (field, fault) in [(one, what) for one, _, what in wrong(**{field: value})]


def test_a_problem_names_the_value() -> None:
    problem = Problem("add", "ward:Z99", Fault.NO_SUCH)
    assert str(problem) == "add: There is no footprint “ward:Z99” here. Check its code."


def test_a_draft_needs_only_what_is_asked_of_it() -> None:
    recipe, problems = read_recipe({"add": "ward:Z05000001"}, TODAY, needed=("add",))
    assert (recipe.add, problems) == ((WARD,), [])


def test_without_a_code_the_name_makes_one() -> None:
    recipe, _ = read_recipe({**WHOLE, "code": ""}, TODAY)
    assert recipe.code == "old-quay"
    assert code_from("Świętego Jana & St Anne's / Hill") == "swietego-jana-st-annes-hill"
    assert code_from("پرانی بندرگاہ") == ""


def test_partners_may_stand_on_lines_or_between_semicolons() -> None:
    recipe, _ = read_recipe({**WHOLE, "agreed_by": "Council; School\n\nNetwork\nSchool"}, TODAY)
    assert recipe.agreed_by == ("Council", "School", "Network")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no fields"),
        (b"- ward:Z05000001", "no fields"),
        (b"just words", "no fields"),
        (b"name: [1", "line 1"),
        (b"name: \xff\xfe", "not UTF-8"),
        (b"name: a\x00b", "unacceptable character"),
        (b"agreed_on: 2026-13-45", "month"),
        (b"name: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        (b"a: &a [x]\nb: *a", "anchors"),
        (b"add: " + b"[" * 5000, "deeper"),
        (b"add: [" + b"x, " * 3000 + b"x]", "further"),
        (b"note: " + b"x" * 70_000, "more than 64 KB"),
        (b"name: A\nname: B", "stands in the file twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_recipe_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(RecipeRefused, match=says):
        read_fields(content)
