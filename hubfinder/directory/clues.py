"""What would give away where a confidential place is, and how to find it in a text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

GAP = r"[\W_]*"
LONG_WORD = 8
"""Letters of a word that is specific by itself."""
MOST_NUMBERS = 100
"""Houses that one address may stand for: ``33 to 39``."""
STREETS = {
    "avenue": "avenue|ave|av", "close": "close|cl", "court": "court|ct", "crescent": "crescent|cres",
    "drive": "drive|dr", "gardens": "gardens|gdns", "grove": "grove|gr", "lane": "lane|ln",
    "place": "place|pl", "road": "road|rd", "square": "square|sq", "street": "street|str|st",
    "terrace": "terrace|terr|ter", "walk": "walk", "way": "way", "row": "row", "mews": "mews", "hill": "hill",
    "wynd": "wynd", "house": "house|hse", "cottage": "cottage|cott", "lodge": "lodge", "flats": "flats",
}  # fmt: skip
SAYS_NOTHING = frozenset(
    "a an and the of at for our house home place refuge safe shelter hostel women womens womans mens family "
    "families domestic abuse confidential address location accommodation flat flats unit room rooms".split()
)
"""Words that, alone or together, are the name of no one place."""
ONES = (
    "nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBERED = re.compile(
    r"(?:^|.*\s)(\d{1,4})\s?[a-z]?(?:\s?(?:-|–|/|to|and|&)\s?(\d{1,4})\s?[a-z]?)?\s+([^\d]+)"
)
_ALONE = re.compile(r"(^|[,\n])\s*(\d{1,4}[a-z]?)\s*[,\n]\s*")
"""A house number with a comma behind it: ``7, Secret Lane``."""
_UNSEEN = re.compile(r"['’‘`´ʼ]")


class Secret(Protocol):
    """What must not be told of a confidential location."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that tells of a place."""

    what: str
    """For a message: ``name``, ``street``."""
    anchor: str
    """Squeezed; a text without it does not hold the clue. Looking for it is quick."""
    words: re.Pattern[str]
    """In a text."""
    joined: re.Pattern[str]
    """In a web address, where words run into each other."""


def clues_of(place: Secret, public: str) -> Iterator[Clue]:
    """What tells of a place.

    ``public`` holds the addresses of places that may be known, normal: a street or a postcode that is there
    too tells nothing by itself, only number and street together do. Nor does a town, whose name a place has.
    """
    name = _words(place.name)
    if (known_as := _specific("name", name)) and len(name) > 1:
        yield known_as
        known_as = None
    alone = [known_as]
    if postcode := squeeze(normal(place.postcode)):
        alone.append(_clue("postcode", postcode, r"[\W_]{0,2}".join(postcode)))
    for number, line in _lines(place.address):
        if number and line:
            yield _numbered(number, line)
        alone.append(_specific("street", line))
    yield from (clue for clue in alone if clue and not clue.words.search(public))


def normal(text: str) -> str:
    """Small letters without accents, apostrophes and letters that cannot be seen."""
    if "%" in text:
        text = unquote(text)
    if not text.isascii():
        seen = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in seen if unicodedata.category(letter) not in {"Mn", "Cf"})
    return _UNSEEN.sub("", text.casefold())


def squeeze(text: str) -> str:
    """Letters and digits of a normal text alone."""
    return re.sub(r"[\W_]+", "", text)


def in_words(number: int) -> str:
    """A pattern for a number below a thousand as people write it; digits alone for a larger one."""
    if number < 20:
        return ONES[number]
    if number < 100:
        rest = number % 10
        return TENS[number // 10 - 2] + (f"{GAP}{ONES[rest]}" if rest else "")
    if number < 1_000:
        rest = number % 100
        more = f"{GAP}(?:and)?{GAP}{in_words(rest)}" if rest else ""
        return f"(?:{ONES[number // 100]}|a){GAP}hundred{more}"
    return str(number)


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", normal(text))
    return words[1:] if words[:1] == ["the"] else words


def _lines(address: str) -> Iterator[tuple[str, list[str]]]:
    """A pattern of house numbers (may be empty) and the words of each line that is a street or a building."""
    whole = _ALONE.sub(r"\1\2 ", normal(address))
    parts = [part.strip() for part in re.split(r"[,\n]", whole) if part.strip()]
    for at, part in enumerate(parts):
        words = _words(part)
        if numbered := _NUMBERED.fullmatch(part):
            yield _numbers(int(numbered[1]), int(numbered[2] or numbered[1])), _words(numbered[3])
        elif words and (words[-1] in STREETS or (at == 0 and len(parts) > 1)):
            yield "", words


def _numbers(first: int, last: int) -> str:
    spans = range(first, last + 1) if first <= last < first + MOST_NUMBERS else (first, last)
    return "|".join(f"{number}|{in_words(number)}" for number in spans)


def _street(words: list[str]) -> str:
    """A pattern for a street whose last word may be short: ``Secret Ln``."""
    last = STREETS.get(words[-1], words[-1])
    return GAP.join([*words[:-1], f"(?:{last})"])


def _specific(what: str, words: list[str]) -> Clue | None:
    """The clue in these words, unless they could mean any place."""
    telling = [word for word in words if word not in SAYS_NOTHING and not word.isdigit()]
    if not telling or (len(words) < 2 and len(words[0]) < LONG_WORD):
        return None
    return _clue(what, _anchor(words), _street(words))


def _anchor(words: list[str]) -> str:
    return "".join(words[:-1] if len(words) > 1 and words[-1] in STREETS else words)


def _numbered(number: str, words: list[str]) -> Clue:
    """``7 Secret Lane``, ``number seven on Secret Lane``, ``Secret Lane 7``."""
    street, little = _street(words), r"(?:[\W_]|on\b|in\b|of\b|the\b)*"
    before = rf"(?:{number}){GAP}[a-z]?{little}{street}"
    after = rf"{street}{GAP}(?:(?:number|no|nr){GAP})?(?:{number})"
    return _clue("address", _anchor(words), f"(?:{before}|{after})")


def _clue(what: str, anchor: str, pattern: str) -> Clue:
    whole = re.compile(rf"(?<![^\W_])(?:{pattern})s?(?![^\W_])")
    return Clue(what, anchor, whole, re.compile(rf"(?<![0-9])(?:{pattern})(?![0-9])"))
