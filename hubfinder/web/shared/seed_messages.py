"""Finds the words of the seed data that pages translate, for Babel: see ``translations/babel.cfg``."""

import csv
import io
from collections.abc import Collection, Iterator
from typing import IO

import yaml

Message = tuple[int, str, str, list[str]]
"""Line, the function it is as if called with, the sentence, comments for translators."""


def extract(
    file: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], options: dict[str, str]
) -> Iterator[Message]:
    """The cells of the columns that the option ``columns`` names."""
    columns = [name.strip() for name in options["columns"].split(",")]
    reader = csv.DictReader(io.StringIO(file.read().decode(), newline=""))
    for row in reader:
        for column in columns:
            if row[column]:
                yield reader.line_num, "gettext", row[column], []


def extract_yaml(
    file: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], options: dict[str, str]
) -> Iterator[Message]:
    """The sentences of the fields that the option ``fields`` names, wherever in the file they stand.

    A field that says its sentence in several languages brings its own translations.
    """
    fields = frozenset(name.strip() for name in options["fields"].split(","))
    root = yaml.compose(file.read().decode(), yaml.SafeLoader)
    return _sentences(root, fields) if root else iter(())


def _sentences(node: yaml.Node, fields: Collection[str]) -> Iterator[Message]:
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _sentences(part, fields)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in fields and isinstance(value, yaml.ScalarNode):
                yield value.start_mark.line + 1, "gettext", value.value, []
            yield from _sentences(value, fields)
