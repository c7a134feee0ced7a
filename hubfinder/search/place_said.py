"""A place that stands among the words of a search: "food bank ZA1 4QT", "stay and play in Wendbridge"."""

import re
from collections.abc import Callable, Iterator

from hubfinder.places.plain import plain
from hubfinder.places.values import Place, PlaceProblem
from hubfinder.search.spelling import is_english

_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2})\b", re.IGNORECASE)
_NEAR = r"(?:in|near|around|at|by|close to|next to|nr)"
_BEFORE = re.compile(rf"\b{_NEAR}\s*$", re.IGNORECASE)
_NAMED = re.compile(rf"\b{_NEAR} (?!{_NEAR} |me\b|my\b|the\b|your\b)([\w'’. -]{{2,60}})$", re.IGNORECASE)
Ask = Callable[[str], Place]
"""Finds a place; raises PlaceProblem where there is none of that name, or several."""


def take_place(text: str, ask: Ask) -> tuple[str, str]:
    """A text without the place in it, and that place as typed; the text and nothing where there is none.

    A word that is an English word too ("reading", "struggling in maths") is a place only with a capital.
    """
    for rest, place in _candidates(text):
        try:
            found = ask(place)
        except PlaceProblem:
            continue
        if _POSTCODE.fullmatch(place) or plain(found.label).startswith(plain(place)):
            return rest, place
    return text, ""


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    postcode = _POSTCODE.search(text)
    if postcode:
        before = _BEFORE.sub("", text[: postcode.start()])
        yield " ".join(f"{before} {text[postcode.end() :]}".split()), postcode[1]
    start = 0
    while named := _NAMED.search(text, start):
        place = named[1].strip()
        if place[:1].isupper() or not is_english(plain(place)):
            yield text[: named.start()].strip(), place
        start = named.start() + 1
