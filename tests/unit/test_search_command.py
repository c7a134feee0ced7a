"""`hubfinder search`: one search or a file of them, for people and for machines."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.places.values import Place, PlaceUnknown
from hubfinder.search import documents, engines
from hubfinder.search.place_said import take_place
from hubfinder.settings import Settings
from tests.support import factories as made


@pytest.fixture
def listed(session: Session, settings: Settings) -> None:
    made.service(session, "Sleep clinic", summary="For babies who do not sleep.")
    made.service(session, "Toy library", summary="Borrow toys.")
    documents.rebuild_documents(session)
    session.commit()
    engines.catch_up(session, settings)


def search(app: Flask, *arguments: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["search", *arguments], input=typed)


@pytest.mark.usefixtures("listed")
def test_a_batch_answers_every_line_in_one_array(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "searches.txt"
    file.write_text("toy library\n\nbaby wont sleep\nquantum chess \U0001f9e9\n", "utf-8")
    answer = search(app, "--batch", str(file), "--json")
    assert answer.exit_code == 0
    toys, nothing, sleep, chess = map(json.loads, answer.stdout.splitlines())
    assert (toys[0]["name"], toys[0]["confident"]) == ("Toy library", True)
    assert nothing == []
    assert sleep[0]["name"] == "Sleep clinic"
    assert not any(one["confident"] for one in chess)


@pytest.mark.usefixtures("listed")
def test_a_batch_is_read_from_standard_input_too(app: Flask) -> None:
    answer = search(app, "--batch", "-", "--json", typed="toy library\ntoys")
    assert len(answer.stdout.splitlines()) == 2


@pytest.mark.usefixtures("listed")
def test_the_parts_of_a_score_make_the_score(app: Flask) -> None:
    for found in json.loads(search(app, "baby wont sleep", "--explain", "--json").stdout):
        added = math.fsum(part["value"] for part in found["explain"] if not part["is_factor"])
        factor = math.prod(part["value"] for part in found["explain"] if part["is_factor"])
        assert added * factor == pytest.approx(found["score"], abs=1e-3)


@pytest.mark.usefixtures("listed")
def test_people_read_what_was_understood_and_what_a_score_is_made_of(app: Flask) -> None:
    answer = search(app, "toy libary", "--explain")
    assert "Showing results for toy library. As typed: --as-typed" in answer.stdout
    assert "% of what was asked" in answer.stdout
    assert "Showing results" not in search(app, "toy libary", "--as-typed").stdout


@pytest.mark.usefixtures("listed")
def test_harm_is_answered_with_whom_to_ring_first(app: Flask) -> None:
    answer = search(app, "my partner hits me")
    assert answer.stdout.startswith("If somebody at home hurts or frightens you.")
    assert "In danger now? Ring 999." in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say what to look for, or give --batch FILE."),
        (["toys", "--batch", "-"], "Give either TEXT or --batch FILE, not both."),
        (["--batch", "no-such-file.txt"], "no-such-file.txt"),
    ],
)
def test_it_says_what_it_needs(app: Flask, arguments: list[str], says: str) -> None:
    answer = search(app, *arguments)
    assert answer.exit_code == 2
    assert says in answer.stderr


def known(text: str) -> Place:
    """Knows one postcode and one town."""
    if text not in ("ZA1 4QT", "Sandmere", "sandmere", "reading"):
        raise PlaceUnknown(text)
    return replace(made.place(), label=text)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("food bank ZA1 4QT", ("food bank", "ZA1 4QT")),
        ("food bank near ZA1 4QT", ("food bank", "ZA1 4QT")),
        ("stay and play in Sandmere", ("stay and play", "Sandmere")),
        ("stay and play in sandmere", ("stay and play", "sandmere")),
        ("help in school in Sandmere", ("help in school", "Sandmere")),
        ("bullying in school", ("bullying in school", "")),
        ("struggling in reading", ("struggling in reading", "")),
        ("food bank near me", ("food bank near me", "")),
        ("food bank ZA9 9ZZ", ("food bank ZA9 9ZZ", "")),
    ],
)
def test_a_place_among_the_words(text: str, split: tuple[str, str]) -> None:
    assert take_place(text, known) == split
