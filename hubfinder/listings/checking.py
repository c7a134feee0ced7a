"""What would make a listing better, worked out on the server while somebody writes it and before it is sent.

Advice never stops anybody: what a listing may not be, ``from_content`` refuses. Everything here works on the
content alone; nothing is asked of the database or of anybody else's computer.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from hubfinder.display.formats import listed
from hubfinder.display.words import gettext, ngettext
from hubfinder.listings.content_fields import Concern
from hubfinder.listings.reading_age import LONG_SENTENCE, Reading, reading, words_of
from hubfinder.listings.telephones import doubt_about
from hubfinder.vocab import Delivery, Weekday

Said = Mapping[str, Any]
"""The content of a listing, complete or not."""
PLAIN_WORDS = "plain_words.csv"
"""The file of hard words and plainer ones, among the seeds."""
CHECKED_TEXTS = ("name", "summary", "description", "eligibility", "how_to_apply", "hours")
OLDEST_READER = 12
"""Years: a text that asks for more is told of. Pages of hubfinder itself are written for nine."""
LONG_SUMMARY = 160
"""Characters that a card shows without cutting."""
MOST_NAMED = 5
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b(?:[\s,&-]+\b[A-Z]{2,}\b)+|[!?]{2,}")
_TELEPHONE = re.compile(r"(?<![\w.])(?:\+44|\(?0)[\d ()-]{8,}\d")
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[\w-]+\.[\w.-]+")
_WEB = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"\*\*\S|^#{1,6} |^\s*\* |\]\(|`\w|__\w", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to make better, and where."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that people need and nobody has said."""

    concern: Concern
    field: str
    words: str


def advice_on(said: Said, plainer: Mapping[str, str]) -> list[Advice]:
    """Everything that would make a listing better, in the order of its pages."""
    found = [one for name in CHECKED_TEXTS for one in advice_on_text(name, said.get(name) or "", plainer)]
    found += [Advice("schedule", words) for words in contradictions(said.get("schedule") or ())]
    if words := _other_hours(said):
        found.append(Advice("hours", words))
    if words := doubt_about(said.get("telephone") or ""):
        found.append(Advice("telephone", words))
    return found


def advice_on_text(field: str, text: str, plainer: Mapping[str, str]) -> list[Advice]:
    """What would make one text better."""
    checks: tuple[Callable[[str, str, Mapping[str, str]], str], ...] = (
        _hard_to_read, _long_sentence, _too_long, _hard_words, _shouting, _belongs_elsewhere, _markup,
    )  # fmt: skip
    words = (check(field, text, plainer) for check in checks) if text.strip() else ()
    return [Advice(field, one) for one in words if one]


def _hard_to_read(field: str, text: str, _plainer: Mapping[str, str]) -> str:
    age = None if field == "name" else reading(text).age
    if age is None or age <= OLDEST_READER:
        return ""
    shown = min(age, 22)
    return gettext(
        "This is hard to read: it needs the reading of somebody aged %(age)s. Use shorter sentences and "
        "everyday words.",
        age=shown,
    )


def _long_sentence(field: str, text: str, _plainer: Mapping[str, str]) -> str:
    counted: Reading = reading(text)
    if field == "name" or not counted.long_sentences:
        return ""
    first = " ".join(counted.long_sentences[0].split()[:6])
    return ngettext(
        "One sentence has more than %(most)s words. Make two of it: “%(first)s …”",
        "%(num)d sentences have more than %(most)s words. Make more of each; the first is “%(first)s …”",
        len(counted.long_sentences),
        most=LONG_SENTENCE,
        first=first,
    )


def _too_long(field: str, text: str, _plainer: Mapping[str, str]) -> str:
    if field != "summary" or len(text) <= LONG_SUMMARY:
        return ""
    return gettext("A summary is one short sentence. What is behind it belongs in “More about it”.")


def _hard_words(_field: str, text: str, plainer: Mapping[str, str]) -> str:
    found = hard_words(text, plainer)
    if not found:
        return ""
    said = listed(gettext("“%(plainer)s” for “%(word)s”", word=word, plainer=to) for word, to in found)
    return gettext("There are plainer words: %(words)s.", words=said)


def hard_words(text: str, plainer: Mapping[str, str]) -> list[tuple[str, str]]:
    """The first few hard words of a text, each with a plainer one; the longest that fits counts."""
    said = f" {' '.join(words_of(text))} "
    found = []
    for word in sorted(plainer, key=lambda one: (-len(one), one)):
        plain = f" {' '.join(words_of(word))} "
        if plain in said:
            found.append((said.index(plain), word))
            said = said.replace(plain, f" {'-' * (len(plain) - 2)} ")
    return [(word, plainer[word]) for _, word in sorted(found)[:MOST_NAMED]]


def _shouting(_field: str, text: str, _plainer: Mapping[str, str]) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    if _SHOUTED.search(text) or (len(letters) > 12 and capitals > len(letters) / 2):
        return gettext(
            "Capital letters and many exclamation marks look like shouting. Write as you would speak."
        )
    return ""


def _belongs_elsewhere(field: str, text: str, _plainer: Mapping[str, str]) -> str:
    if _EMAIL.search(text):
        return gettext("There is an email address in this text. It has its own place, under “Get in touch”.")
    if _TELEPHONE.search(text):
        return gettext(
            "There is a telephone number in this text. It has its own place, under “Get in touch”."
        )
    if field != "how_to_apply" and _WEB.search(text):
        return gettext("There is a web address in this text. It has its own place, under “Get in touch”.")
    return ""


def _markup(_field: str, text: str, _plainer: Mapping[str, str]) -> str:
    if _MARKUP.search(text):
        return gettext("Signs such as ** or # are shown as they are. Write plain sentences.")
    return ""


def contradictions(sessions: Sequence[Said]) -> list[str]:
    """Sessions of one place that cannot both be: on one day, at the same time, in the same weeks."""
    ordered = sorted(
        sessions, key=lambda one: (one["weekday"], one["site"], one["opens_at"], one["closes_at"])
    )
    return list(dict.fromkeys(words for one, other in pairwise(ordered) if (words := _clash(one, other))))


def _clash(one: Said, other: Said) -> str:
    same_place = (one["weekday"], one["site"]) == (other["weekday"], other["site"])
    apart = {one["season"], other["season"]} == {"term", "holidays"}
    if not same_place or apart or other["opens_at"] >= one["closes_at"]:
        return ""
    gaps = {"day": Weekday(one["weekday"]).label, "one": one["opens_at"], "other": other["opens_at"]}
    if one["opens_at"] == other["opens_at"] and one["closes_at"] == other["closes_at"]:
        return gettext("%(day)s at %(one)s stands there twice.", **gaps)
    return gettext(
        "On %(day)s, the session at %(one)s has not ended when the one at %(other)s begins.", **gaps
    )


def _other_hours(said: Said) -> str:
    """Days that the words name and the sessions do not."""
    sessions, words = said.get("schedule") or (), set(words_of(said.get("hours") or ""))
    if not sessions or not words:
        return ""
    known = {one["weekday"] for one in sessions}
    named = [day for day in Weekday if {_in_english(day), f"{_in_english(day)}s"} & words]
    other = [str(day.label) for day in named if day.value not in known]
    if not other:
        return ""
    return gettext("The words name %(days)s, but there is no session on that day.", days=listed(other))


def _in_english(day: Weekday) -> str:
    return (
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    )[tuple(Weekday).index(day)]  # fmt: skip


def missing_from(said: Said, settled: Collection[str] = ()) -> list[Missing]:
    """The facts that people need before they can come or ring, and that nobody has said, in order.

    ``settled`` are fields that something else answers, as its place does for how one gets in.
    """
    return [
        Missing(concern, field, str(words))
        for concern, field, is_missing, words in _needed()
        if field not in settled and is_missing(said)
    ]


def _needed() -> Iterator[tuple[Concern, str, Callable[[Said], bool], str]]:
    yield Concern.ABOUT, "name", _lacks("name"), gettext("What it is called")
    yield Concern.ABOUT, "summary", _lacks("summary"), gettext("What it is, in one sentence")
    yield Concern.WHO_FOR, "minimum_age", _has_no_ages, gettext("Which ages it is for")
    yield Concern.WHERE, "delivery", _lacks("delivery"), gettext("How families get it")
    yield Concern.WHERE, "locations", _is_nowhere, gettext("The place where it happens")
    yield Concern.WHEN, "schedule", _has_no_times, gettext("When it is on")
    yield Concern.COST, "costs", _lacks("costs"), gettext("What it costs, or that it is free")
    yield Concern.CONTACT, "telephone", _has_no_contact, gettext("How to get in touch")
    yield (
        Concern.CONTACT,
        "how_to_apply",
        _lacks("how_to_apply"),
        gettext("How to book, or that nobody needs to"),
    )
    yield (
        Concern.ACCESS,
        "accessibility",
        _has_no_access,
        gettext("Whether people with a disability can get in"),
    )
    yield Concern.CATEGORIES, "needs", _has_no_needs, gettext("What it helps with")


def _lacks(field: str) -> Callable[[Said], bool]:
    return lambda said: not said.get(field)


def _has_no_ages(said: Said) -> bool:
    return said.get("minimum_age") is None and said.get("maximum_age") is None and not said.get("eligibility")


def _is_in_person(said: Said) -> bool:
    return Delivery.IN_PERSON.value in (said.get("delivery") or ())


def _is_nowhere(said: Said) -> bool:
    return _is_in_person(said) and not said.get("locations")


def _has_no_times(said: Said) -> bool:
    return not said.get("schedule") and not said.get("hours")


def _has_no_contact(said: Said) -> bool:
    return not any(said.get(field) for field in ("telephone", "text", "email", "website"))


def _has_no_access(said: Said) -> bool:
    return _is_in_person(said) and not said.get("accessibility")


def _has_no_needs(said: Said) -> bool:
    return not said.get("needs") and not said.get("suggested_needs")


def plain_words(seeds: Path) -> Mapping[str, str]:
    """Hard words and what is plainer, as ``seeds/plain_words.csv`` has them."""
    return _plain_words(seeds / PLAIN_WORDS)


@lru_cache(maxsize=4)
def _plain_words(file: Path) -> Mapping[str, str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["word"]: row["plainer"] for row in csv.DictReader(lines)}
