"""When something is, in one line: its sessions, with what is said of them, or its hours."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hubfinder.display import formats
from hubfinder.display.language import locale
from hubfinder.display.timetables import Slot, in_words, slots_of_card
from hubfinder.display.words import gettext, ngettext
from hubfinder.search.values import Card, Session as Weekly, Site
from hubfinder.sheets.texts import ENGLISH, listed_text
from hubfinder.sheets.values import Session, Text

MOST = 3
"""Times of day that a line has room for."""
_RARER = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|other|alternate|fortnight\w*|month\w*|weeks|closed|except|not|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
"""Words of a note that say that something does not happen every week."""


def slots_here(card: Card, site: Site | None) -> list[Slot]:
    """The sessions at the place that the line names, without the name of the place in their notes.

    Where a service goes to several places, a note says which: ``Quayside, first Thursday``.
    """
    slots = slots_of_card(one for one in card["sessions"] if _may_be_at(one, site))
    own = [replace(slot, note=_rest(slot.note, site)) for slot in slots if _is_here(slot, card, site)]
    return own or slots


def _may_be_at(one: Weekly, site: Site | None) -> bool:
    """True unless somebody has said that it is at another place."""
    at = one.get("site")
    return not at or site is None or at == site["key"]


def _is_here(slot: Slot, card: Card, site: Site | None) -> bool:
    """False where the note names another of its places, and not this one."""
    here = [part for part in _parts(slot.note) if site and _names(site, part)]
    others = [one for one in card["sites"] if site and one["key"] != site["key"]]
    return bool(here) or not any(_names(other, part) for part in _parts(slot.note) for other in others)


def _rest(note: str, site: Site | None) -> str:
    """What a note says besides the name of the place."""
    return ", ".join(part for part in _parts(note) if not (site and _names(site, part)))


def _parts(note: str) -> list[str]:
    return [part.strip() for part in note.split(",") if part.strip()]


def _names(site: Site, part: str) -> bool:
    return part.casefold() in site["name"].casefold()


def when(card: Card, slots: Sequence[Slot], hours: str = "") -> Text:
    """``Wednesdays 10am to noon (first Wednesday)``. ``hours`` is the translation of the hours in words."""
    if not slots:
        return listed_text(card["hours"], hours)
    notes = list(dict.fromkeys(slot.note for slot in slots))
    phrases = [
        phrase for note in notes for phrase in _phrases([slot for slot in slots if slot.note == note], note)
    ]
    words = formats.listed(phrases[:MOST])
    more = len(phrases) - MOST
    if more > 0:
        words = ngettext(
            "%(times)s, and %(num)d more time", "%(times)s, and %(num)d more times", more, times=words
        )
    if locale() != ENGLISH and any(map(is_rarer, notes)):
        words = gettext("%(times)s (not every week: ask first)", times=words)
    return Text(words)


def _phrases(slots: Sequence[Slot], note: str) -> list[str]:
    """In other languages the English note is left out; ``when`` says to ask where that matters."""
    said = in_words(slots)
    return [f"{phrase} ({note})" for phrase in said] if note and locale() == ENGLISH else said


def is_rarer(note: str) -> bool:
    """Whether a note says that a session does not happen every week."""
    return bool(_RARER.search(note))


def sessions(slots: Sequence[Slot]) -> tuple[Session, ...]:
    """Those that happen every week, or every week of their season, for the calendar."""
    return tuple(
        Session(slot.day, slot.opens, slot.closes, slot.season.value, slot.note)
        for slot in slots
        if not is_rarer(slot.note)
    )
