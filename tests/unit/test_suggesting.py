"""Names that begin as somebody types: which are found, in what order, from memory and from files."""

import os
from pathlib import Path

import pytest

from hubfinder.search.sensitive import SENSITIVE, is_sensitive
from hubfinder.search.suggesting import ARRAYS, MOST_KEYS, Name, Suggestions, SuggestionsUnusable, simple
from hubfinder.settings import PROJECT

NAMES = (
    Name("listing", "service:stay", "Stay and play at Quayside"),
    Name("listing", "service:sleep", "Sleep clinic for babies and toddlers"),
    Name("listing", "service:baby", "Baby massage by the sea"),
    Name("listing", "service:bank", "Food bank"),
    Name("listing", "hub:quayside", "Quayside Family Hub", 1),
    Name("listing", "service:lodz", "Łódź Café (Polish mothers' group)"),
    Name("entry", "catalogue:benefit", "Child Benefit", 1),
    Name("entry", "catalogue:benefit", "Zasiłek na dziecko", 0),
    Name("entry", "catalogue:credit", "Child Tax Credit", 0),
)


@pytest.fixture(params=["in memory", "from files"])
def suggestions(request: pytest.FixtureRequest, tmp_path: Path) -> Suggestions:
    if request.param == "in memory":
        return Suggestions.of(NAMES, ("entry", "listing"))
    Suggestions.write(tmp_path / "names", NAMES, ("entry", "listing"))
    return Suggestions.open(tmp_path / "names")


def keys(suggestions: Suggestions, text: str, most: int = 5) -> list[str]:
    return [key for hit in suggestions.find(text, most) for key in hit.keys]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sta", ["service:stay"]),
        ("quay", ["hub:quayside", "service:stay"]),
        ("play", ["service:stay"]),
        ("play stay", ["service:stay"]),
        ("clinic ba", ["service:sleep"]),
        ("STAY  &  PLAY", ["service:stay"]),
        ("lodz", ["service:lodz"]),
        ("łódź c", ["service:lodz"]),
        ("mothers", ["service:lodz"]),
        ("zasilek", ["catalogue:benefit"]),
        ("clinic for my babies", ["service:sleep"]),
        ("b", []),
        ("", []),
        ("  ", []),
        ("xyz", []),
        ("baby xyz", []),
        ("for", ["service:sleep"]),
        ("\x00\ud83d", []),
    ],
)
def test_a_name_is_found_by_the_beginning_of_any_of_its_words(
    suggestions: Suggestions, typed: str, found: list[str]
) -> None:
    assert keys(suggestions, typed) == found


def test_names_that_begin_so_come_first_and_kinds_stand_in_their_order(suggestions: Suggestions) -> None:
    assert keys(suggestions, "ba") == ["service:baby", "service:bank", "service:sleep"]
    assert keys(suggestions, "chi") == ["catalogue:benefit", "catalogue:credit"]
    assert [hit.kind for hit in suggestions.find("c", 5) + suggestions.find("cl", 5)] == ["listing"]


def test_there_are_at_most_so_many_of_each_kind(suggestions: Suggestions) -> None:
    assert keys(suggestions, "ba", 2) == ["service:baby", "service:bank"]
    assert len(suggestions.find("ch", 1)) == 1


def test_listings_of_one_name_are_one_line() -> None:
    many = [Name("listing", f"service:{number}", "Story time") for number in range(30)]
    (hit,) = Suggestions.of([*many, Name("listing", "service:1", "story TIME")]).find("story", 5)
    assert hit.name == "story time"
    assert hit.keys == tuple(f"service:{number}" for number in range(MOST_KEYS))


def test_among_many_the_best_are_found() -> None:
    many = [Name("listing", f"service:{number}", f"Stay stay stay {number}") for number in range(3_000)]
    some = Suggestions.of([*many, Name("listing", "hub:one", "The stay", 1)])
    assert keys(some, "stay", 2) == ["service:0", "service:1"]  # these begin so
    assert keys(some, "stay th", 2) == ["hub:one"]
    assert keys(some, "sta", 5) == keys(some, "st", 5)


def test_there_may_be_no_names_at_all(tmp_path: Path) -> None:
    assert Suggestions.of(()).find("baby", 5) == []
    Suggestions.write(tmp_path, ())
    assert Suggestions.open(tmp_path).find("baby", 5) == []


def test_what_happens_to_the_files_later_changes_nothing(tmp_path: Path) -> None:
    Suggestions.write(tmp_path, NAMES)
    opened = Suggestions.open(tmp_path)
    found = opened.find("ba", 5)
    for file in tmp_path.iterdir():
        os.truncate(file, 0)  # where it were mapped, the next look would end the process
    assert opened.find("ba", 5) == found


@pytest.mark.parametrize("name", [*(f"{name}.npy" for name in ARRAYS), "sums.json"])
def test_damaged_files_are_not_used(tmp_path: Path, name: str) -> None:
    Suggestions.write(tmp_path, NAMES)
    (tmp_path / name).write_bytes(os.urandom(40))
    with pytest.raises(SuggestionsUnusable):
        Suggestions.open(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(SuggestionsUnusable):
        Suggestions.open(tmp_path)


def test_files_of_another_version_are_not_used(tmp_path: Path) -> None:
    Suggestions.write(tmp_path, NAMES)
    state = (tmp_path / "sums.json").read_text().replace('"format": 1', '"format": 0')
    (tmp_path / "sums.json").write_text(state)
    with pytest.raises(SuggestionsUnusable, match="another version"):
        Suggestions.open(tmp_path)


def test_names_are_compared_without_capitals_accents_and_signs() -> None:
    assert simple("Łódź, Saint Anne's") == "lodz st annes"
    assert simple("Éire – ÆØ") == "eire aeo"


@pytest.mark.parametrize(
    "text",
    [
        "Domestic abuse support",
        "violence",
        "violen",
        "FGM clinic",
        "self-harm",
        "he HITS me",
        "LGBT+ youth group",
        "A refuge for women",
        "forced marriages unit",
        f"{'Help. ' * 60}For survivors.",
        f"{'x' * 190} women’s aid",
    ],
)
def test_what_is_sensitive_is_known_by_its_words(text: str) -> None:
    assert is_sensitive(PROJECT / "seeds" / SENSITIVE, "Something else", text)


@pytest.mark.parametrize(
    "text", ["", "Refugee welcome group", "Baby massage", "Skills for work", "Grape picking", "dom", "sexton"]
)
def test_other_words_are_not_sensitive(text: str) -> None:
    assert not is_sensitive(PROJECT / "seeds" / SENSITIVE, text)
