"""What people call categories and national help besides their own names: translations and the thesaurus."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from hubfinder.display.language import KNOWN, locale
from hubfinder.display.words import translations
from hubfinder.search.sensitive import SENSITIVE, is_sensitive
from hubfinder.search.suggester import ENTRY
from hubfinder.search.suggesting import Name, Suggestions

Needs = tuple[tuple[str, str], ...]
"""Slug and English name of each."""
NEED, CATALOGUE = "need", "catalogue"
NAMING = frozenset({"official", "acronym", "everyday", "old", "regional"})
"""Phrases of the thesaurus that name a thing; the others say what has happened to somebody."""
_OWN_NAME, _PHRASE = 1, 0


ENGLISH = "en"
TELLING = 4
"""Letters from which words of other languages than English and that of the page are looked through."""


def other_names(needs: Needs, seeds: Path, text: str) -> Suggestions:
    """Where to look for other names than those of the listings, for what somebody has typed.

    A page in one language is read by families who type in another; but few letters are in many languages
    the beginning of something.
    """
    return _read(needs, seeds, "" if len(text) >= TELLING else locale())


@lru_cache(maxsize=8)
def _read(needs: Needs, seeds: Path, language: str) -> Suggestions:
    """Needs, and phrases that name a need or an entry, in English and a language, or in all for none."""
    return Suggestions.of(_names(needs, seeds, language), (NEED, ENTRY))


def _names(needs: Needs, seeds: Path, language: str) -> Iterator[Name]:
    for slug, name in needs:
        for known in KNOWN if not language else dict.fromkeys((ENGLISH, language)):
            yield Name(NEED, f"{NEED}:{slug}", translations(known).gettext(name), _OWN_NAME)
    kinds = {NEED: NEED, CATALOGUE: ENTRY}
    for phrase, concept in _phrases(seeds / "thesaurus", language):
        kind = kinds.get(concept.partition(":")[0])
        if kind and not is_sensitive(seeds / SENSITIVE, phrase):
            yield Name(kind, concept, phrase, _PHRASE)


def _phrases(thesaurus: Path, language: str) -> Iterator[tuple[str, str]]:
    """Phrases that name something, each with the first concept it means."""
    others = f"languages/{language or '*'}.csv"
    for table in sorted((*thesaurus.glob("*.csv"), *thesaurus.glob(others))):
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row.get("phrase") and row.get("kind") in NAMING:
                    yield row["phrase"], row["means"].partition(";")[0].strip()
