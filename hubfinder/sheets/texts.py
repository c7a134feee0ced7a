"""Words out of listings: short enough for a line of a sheet, and in its language if translated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.directory.translations import Texts, Translated, translations_of
from hubfinder.display.language import DEFAULT, locale
from hubfinder.display.words import gettext
from hubfinder.search.values import Card
from hubfinder.sheets.values import Text

ENGLISH = DEFAULT
_END = re.compile(r"(?<=[.!?؟۔।])\s+")
QUESTIONS = ("?", "؟")
STOPS = ".۔।"
_CLAUSE = re.compile(r"(?:[;؛:]| [–—]| (?=\())\s*")
"""Where a sentence can end early and still be one."""
LEAST = 20
"""Letters of such a sentence, at least."""


@dataclass(frozen=True, slots=True)
class Referral:
    """How somebody who works with families gets one in."""

    how_to_apply: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Extras:
    """What the cards of a sheet do not hold, by key of the service."""

    translations: Mapping[str, Translated] = field(default_factory=dict)
    referrals: Mapping[str, Referral] = field(default_factory=dict)

    def texts_of(self, card: Card) -> Texts:
        """A service's texts in the language of the sheet; empty ones where there is no translation."""
        found = self.translations.get(card["key"]) if card["kind"] == "service" else None
        return found.of(english_texts(card)) if found else Texts()

    @property
    def all_checked(self) -> bool:
        """Whether somebody who speaks the language has read every translation of a listing."""
        return all(one.is_checked for one in self.translations.values())


def extras_of(session: Session, keys: list[str], language: str, *, for_staff: bool) -> Extras:
    """One statement for a language other than English, and one for the staff room."""
    return Extras(
        translations_of(session, keys, language) if language != ENGLISH else {},
        _referrals(session, keys) if for_staff and keys else {},
    )


def _referrals(session: Session, keys: list[str]) -> dict[str, Referral]:
    rows = session.execute(
        select(Service.key, Service.how_to_apply, Service.email).where(Service.key.in_(sorted(keys)))
    )
    return {key: Referral(how, email) for key, how, email in rows}


def english_texts(card: Card) -> Texts:
    """The English texts of a service, as an import of translations knows them too."""
    return Texts(card["name"], card["summary"], card["eligibility"], card["hours"], card["cost"])


def listed_text(english: str, translated: str = "", most: int = 0) -> Text:
    """A listing's own words: translated, or else in English and marked as that. ``most``: a sentence."""
    words = translated or english
    in_english = bool(english) and not translated and locale() != ENGLISH
    return Text(first_sentence(words, most) if most else words, ENGLISH if in_english else "")


def seed_text(english: str) -> Text:
    """Words that come with hubfinder, whose translation is among the messages."""
    words = gettext(english) if english else ""
    is_english = bool(words) and words == english and locale() != ENGLISH
    return Text(words, ENGLISH if is_english else "")


def first_sentence(words: str, most: int) -> str:
    """The first sentence of a text, and its answer if it is a question.

    One of more than ``most`` letters ends where a part of it ends that can stand alone. Nothing is cut off
    in the middle: where there is no such part, there is no sentence.
    """
    first, *rest = _END.split(" ".join(words.split()))
    if first.endswith(QUESTIONS) and rest:
        first = f"{first} {rest[0]}"
    if len(first) <= most:
        return first
    stop = first[-1] if first[-1] in STOPS else "."
    least = max(LEAST, *(first.rfind(mark) + 1 for mark in QUESTIONS))
    ends = [found.start() for found in _CLAUSE.finditer(first) if least <= found.start() < most]
    return f"{first[: ends[-1]].rstrip(' ,')}{stop}" if ends else ""


def sentences(words: str, most: int) -> str:
    """As many whole sentences from the beginning as have room in so many letters; the first one at least."""
    said = _END.split(" ".join(words.split()))
    kept = [one for n, one in enumerate(said) if len(" ".join(said[: n + 1])) <= most]
    return " ".join(kept) or first_sentence(words, most)
