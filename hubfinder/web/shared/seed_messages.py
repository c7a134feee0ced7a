"""Finds the words of the seed data that pages translate, for Babel: see ``translations/babel.cfg``."""

import csv
import io
from collections.abc import Collection, Iterator
from typing import IO

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
