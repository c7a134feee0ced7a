"""Whether two listings are one and the same: what each says of itself, compared, with the reasons in words.

The weights are worked out in ``docs/decisions/0031``. Nothing here asks the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from hubfinder.display.words import gettext
from hubfinder.places.values import Postcode
from hubfinder.search.text import fold, words_of

SAYS_NOTHING = frozenset("a an and at by for in of on or our s the to with".split())
"""Words that names are told apart by too seldom."""
LEAST_NAME = 70.0
"""Names less alike than this (of 100) are different names."""
CERTAIN = 45.0
"""From this score on, two listings are shown as alike."""
MOST = 100.0
SEVERAL = 4
"""What more listings than this share, a switchboard's number or the address of a hub, says little of each."""
_TELEPHONE = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a listing is known by, written one way. Places that are confidential are not in it."""

    key: str
    name: str
    organization: str = ""
    telephones: frozenset[str] = frozenset()
    """Digits alone, without the code of the country."""
    pages: frozenset[str] = frozenset()
    """Host and path of web addresses."""
    emails: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    """Keys of locations."""
    postcodes: frozenset[str] = frozenset()
    """Without the space."""
    times: frozenset[str] = frozenset()
    """``Mon 10:00`` for each session."""

    @property
    def plain_name(self) -> str:
        return plain_name(self.name)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(page.partition("/")[0] for page in self.pages)


@dataclass(frozen=True, slots=True)
class Shared:
    """How many listings share a telephone number, a page and a place; what is missing, one has."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def weight(self, kind: str, values: frozenset[str], full: float) -> float:
        """All of the weight for something few listings have, a quarter of it for what many share."""
        if not values:
            return 0.0
        fewest = min(self.counts.get((kind, value), 1) for value in values)
        return full if fewest <= SEVERAL else full / 4


@lru_cache(maxsize=50_000)
def plain_name(name: str) -> str:
    """``The Stay & Play group, Wendbridge`` and ``Wendbridge stay and play group`` are nearly the same."""
    words = [fold(word) for word in words_of(name)]
    return " ".join(sorted(word for word in words if word not in SAYS_NOTHING) or sorted(words))


def digits_of(number: str) -> str:
    """``+44 (0)1632 960 123`` and ``01632 960123`` are one number."""
    digits = "".join(_TELEPHONE.findall(number))
    if number.strip().startswith("+44") or digits.startswith("0044"):
        digits = "0" + digits.removeprefix("00").removeprefix("44").lstrip("0")
    return digits


def page_of(address: str) -> str:
    """Host and path: ``example.org/play`` for ``https://www.Example.org/play/?from=here``; else empty."""
    text = address.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:  # an opened bracket
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" if "." in host else ""


def postcode_of(text: str) -> str:
    found = Postcode.parse(text)
    return found.compact if found else ""


def facts_of(content: Mapping[str, Any], postcodes: frozenset[str] = frozenset()) -> Facts:
    """Of a listing's content (see ``listings/content.py``); ``postcodes`` are those of its places."""
    typed = postcode_of(str(content.get("postcode") or ""))
    return Facts(
        key=str(content.get("key") or ""),
        name=str(content.get("name") or ""),
        organization=str(content.get("organization") or ""),
        telephones=_some(digits_of(str(content.get("telephone") or ""))),
        pages=_some(page_of(str(content.get("website") or ""))),
        emails=_some(str(content.get("email") or "").strip().casefold()),
        places=frozenset(map(str, content.get("locations") or ())),
        postcodes=postcodes | _some(typed),
        times=frozenset(_time_of(one) for one in content.get("schedule") or () if isinstance(one, Mapping)),
    )


def _some(value: str) -> frozenset[str]:
    return frozenset((value,)) if value else frozenset()


def _time_of(session: Mapping[str, Any]) -> str:
    return f"{session.get('weekday')} {str(session.get('opens_at'))[:5]}"


def names_alike(one: Facts, other: Facts) -> float:
    """0 to 100; 0 for names that are less alike than ``LEAST_NAME``, and for ``Group 1`` and ``Group 2``."""
    if _differ(_numbers(one.plain_name), _numbers(other.plain_name)):
        return 0.0
    return fuzz.ratio(one.plain_name, other.plain_name, score_cutoff=LEAST_NAME)


def _numbers(name: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(name))


def compare(one: Facts, other: Facts, shared: Shared) -> tuple[float, tuple[str, ...]]:
    """How surely two listings are one (0 to 100), and why, the strongest reason first.

    From ``CERTAIN`` on somebody should look at them.
    """
    name = names_alike(one, other)
    found = [*_name_says(name), *_same(one, other, shared)]
    score = sum(weight for weight, _ in found) - _against(one, other)
    if not name and not _surely_one_thing(one, other):
        score /= 2
    reasons = sorted(found, key=lambda reason: -reason[0])
    return max(0.0, min(score, MOST)), tuple(words for _, words in reasons)


def _name_says(name: float) -> list[tuple[float, str]]:
    if name >= 97:
        return [(50.0, gettext("The same name"))]
    if name >= 85:
        return [(35.0, gettext("Nearly the same name"))]
    return [(18.0, gettext("Names that are alike"))] if name else []


def _same(one: Facts, other: Facts, shared: Shared) -> list[tuple[float, str]]:
    places, pages = one.places & other.places, one.pages & other.pages
    hosts, codes = one.hosts & other.hosts, one.postcodes & other.postcodes
    found = [
        (shared.weight("telephone", one.telephones & other.telephones, 20), gettext("The same telephone")),
        (shared.weight("email", one.emails & other.emails, 15), gettext("The same email address")),
        (shared.weight("page", pages, 20), gettext("The same web page")),
        (0 if pages else shared.weight("host", hosts, 8), gettext("The same website")),
        (shared.weight("place", places, 20), gettext("The same place")),
        (0 if places else shared.weight("postcode", codes, 14), gettext("The same postcode")),
        (15 if one.organization and one.organization == other.organization else 0,
         gettext("The same organization")),
        (10 if one.times & other.times else 0, gettext("The same day and time")),
    ]  # fmt: skip
    return [reason for reason in found if reason[0]]


def _against(one: Facts, other: Facts) -> float:
    """What speaks for two: groups of one name at two places are most often two groups."""
    against = 0.0
    if _differ(one.places, other.places) and not one.postcodes & other.postcodes:
        against += 50
    elif one.places & other.places and _differ(one.times, other.times):
        against += 10
    if _differ(one.telephones, other.telephones):
        against += 5
    if one.organization and other.organization and one.organization != other.organization:
        against += 6
    return against


def _differ(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some and others and not some & others)


def _surely_one_thing(one: Facts, other: Facts) -> bool:
    """Under two names, but at the same place at the same time, and one rings the same number."""
    return bool(
        one.places & other.places
        and one.times
        and one.times == other.times
        and (one.telephones & other.telephones or one.pages & other.pages)
    )
