"""The search command: many searches in one go, and what a score is made of."""

import json
from pathlib import Path

import pytest
from flask import Flask

from hubfinder.search.ranking import total
from hubfinder.search.values import Part


def answers(app: Flask, lines: bytes, tmp_path: Path) -> list[list[dict[str, object]]]:
    file = tmp_path / "batch.txt"
    file.write_bytes(lines)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["search", "--batch", str(file), "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.parametrize("odd", [b'"', b"((((", b"a", b"\xf0\x9f\x98\x80", b'""', b"what is it"])
def test_signs_and_small_words_alone_find_nothing_for_sure(app: Flask, tmp_path: Path, odd: bytes) -> None:
    for found in answers(app, odd, tmp_path):
        assert not any(one["confident"] for one in found)


def test_whatever_stands_in_a_line_it_gets_one_answer(app: Flask, tmp_path: Path) -> None:
    lines = [
        b"sleep",
        b"",
        b"   ",
        b"caf\xff\xfe",
        b"nul\x00here",
        b"one\rtwo",
        "a\u2028b\x85c\x0bd".encode(),
        b"sleep " * 5000,
        b"x" * 50000,
        b"sleep",
    ]
    found = answers(app, b"\n".join(lines), tmp_path)
    assert len(found) == len(lines)
    assert found[1] == found[2] == []
    assert found[0] == found[-1] != []


def test_a_mark_at_the_beginning_and_other_line_ends_change_nothing(app: Flask, tmp_path: Path) -> None:
    plain = answers(app, b"sleep\nsplash\n", tmp_path)
    assert answers(app, b"\xef\xbb\xbfsleep\r\nsplash\r\n", tmp_path) == plain


def test_the_nearest_hub_s_parts_make_its_score_where_it_hardly_matches(app: Flask) -> None:
    with app.app_context():
        asked = ["search", "baby not sleeping", "--near", "ZA1 4QT", "--explain", "--json"]
        found = json.loads(app.test_cli_runner().invoke(args=asked).output)
    assert any(one["group"] == "hub" for one in found)
    for one in found:
        parts = [Part(**part) for part in one["explain"]]
        assert total(parts) == pytest.approx(one["score"], abs=1e-4), one["id"]
