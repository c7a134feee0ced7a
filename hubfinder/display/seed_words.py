"""Sentences out of seed files, in the language of the page."""

from dataclasses import dataclass

from hubfinder.display.language import DEFAULT, locale
from hubfinder.display.words import gettext
from hubfinder.yaml_files import ENGLISH, Words


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence; ``is_english`` where the page is in another language and nobody has translated it."""

    words: str = ""
    is_english: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


def said(words: Words | None) -> Said:
    """The file's own translation if it has one, else that of the catalogue of messages."""
    if not words:
        return Said()
    language = locale()
    if language in words:
        return Said(words[language])
    found = gettext(words[ENGLISH])
    return Said(found, is_english=language != DEFAULT and found == words[ENGLISH])
