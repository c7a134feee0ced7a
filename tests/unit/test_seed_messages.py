"""The sentences of seed files are found for translators."""

import io

from hubfinder.settings import PROJECT
from hubfinder.web.shared.seed_messages import extract, extract_yaml

FILE = b"""
title: A title
key: not-this
sections:
  - heading: A heading
    search: nor this
  - heading: {en: Said, pl: Powiedziane}
    intro: An intro
"""


def test_the_named_fields_of_a_yaml_file_are_found_with_their_lines() -> None:
    found = extract_yaml(io.BytesIO(FILE), (), (), {"fields": "title, heading, intro"})
    assert [(line, sentence) for line, _, sentence, _ in found] == [
        (2, "A title"),
        (5, "A heading"),
        (8, "An intro"),
    ]


def test_an_empty_yaml_file_has_none() -> None:
    assert list(extract_yaml(io.BytesIO(b""), (), (), {"fields": "title"})) == []


def test_every_sentence_of_the_guided_route_is_found() -> None:
    with (PROJECT / "seeds" / "guide.yaml").open("rb") as file:
        found = {sentence for _, _, sentence, _ in extract_yaml(file, (), (), {"fields": "question, words"})}
    assert {"What is happening?", "Money is short", "Where do you live?"} <= found


def test_the_named_columns_of_a_table_are_found() -> None:
    found = extract(io.BytesIO(b"key,name\nx,A name\n"), (), (), {"columns": "name"})
    assert [(line, sentence) for line, _, sentence, _ in found] == [(2, "A name")]
