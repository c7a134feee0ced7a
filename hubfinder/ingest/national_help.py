"""Rows of ``seeds/national_help.csv``: help for the whole nation by telephone, text and online."""

import re

from hubfinder.directory.keys import make_key
from hubfinder.directory.values import SEED, Cost, OrganizationDetails, ServiceDetails, TextNumber
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.listings import keys, own_key, telephone
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.vocab import AccessibilityFeature, Audience, Confidence, Delivery, FootprintKind

NATIONS = {
    "K02000001": "United Kingdom",
    "K03000001": "Great Britain",
    "E92000001": "England",
    "N92000002": "Northern Ireland",
    "S92000003": "Scotland",
    "W92000004": "Wales",
}
"""Codes of the Office for National Statistics."""
COVERAGE = {"UK": "K02000001", "GB": "K03000001", "England": "E92000001"}
COSTS = {
    "free": (Cost(0.0),),
    "standard": (Cost(None, "the same as a call to a landline"),),
    "unknown": (),
}
ONLINE = "text_or_webchat"
"""Column, and the label of the attribute that keeps its words."""
_TEXT_NUMBER = re.compile(r"\btext\b[^;]*?\b(\d{5,6})\b", re.IGNORECASE)


def organization_of(row: Row) -> OrganizationDetails:
    name = sentence(row, "organization", required=True)
    return OrganizationDetails(key=make_key(name), name=name, source=SEED)


def service_of(row: Row) -> ServiceDetails:
    """A national service. A number that nobody is sure of is left out, whatever the row says."""
    confidence = row.one_of("confidence", Confidence) or Confidence.UNSURE
    doubtful = set(row.items("to_confirm"))
    unsure = confidence is Confidence.UNSURE
    number = "" if unsure or "telephone" in doubtful else telephone(row)
    words = sentence(row, ONLINE)
    text = None if unsure or ONLINE in doubtful else _text_number(words)
    return ServiceDetails(
        key=own_key(row),
        name=sentence(row, "name", required=True),
        organization=organization_of(row).key,
        summary=sentence(row, "summary", required=True, longest=500),
        delivery=_delivery(row, telephone=bool(number or text), words=words),
        minimum_age=_months(row.whole_number("min_age_years", 0, 99)),
        maximum_age=_months(row.whole_number("max_age_years", 0, 99), after=1),
        needs=keys(row, "needs"),
        catalogue=keys(row, "catalogue"),
        areas=((FootprintKind.NATION, _nation(row)),),
        hours=sentence(row, "hours"),
        costs=_costs(row) if number or text else (),
        interpretation=sentence(row, "languages"),
        languages=("cy",) if "Welsh" in row.text("languages") else (),
        deaf_access=sentence(row, "deaf_access"),
        accessibility=(AccessibilityFeature.BSL,) if _signs(row) else (),
        telephone=number,
        text=text,
        email=row.email(),
        website=row.website(),
        audience=row.one_of("audience", Audience) or Audience.EVERYONE,
        is_national=True,
        is_crisis=row.yes("crisis"),
        confidence=confidence,
        to_confirm="; ".join(sorted(doubtful)),
        assured_date=row.day("last_checked"),
        attributes=((ONLINE, words),) if words and ONLINE not in doubtful else (),
    )


def _text_number(words: str) -> TextNumber | None:
    """The number in "Text SHOUT to 85258; live chat", with the words about texting."""
    found = _TEXT_NUMBER.search(words)
    if not found:
        return None
    about = next(part.strip() for part in words.split(";") if found[1] in part)
    return TextNumber(found[1], about)


def _delivery(row: Row, *, telephone: bool, words: str) -> frozenset[Delivery]:
    """By telephone where there is a number; online where there is a chat, e-mail or nothing but a website."""
    ways = {Delivery.TELEPHONE} if telephone else set()
    only_texts = words.lower().startswith("text") and ";" not in words
    if row.text("email") or (words and not only_texts) or not telephone:
        ways.add(Delivery.ONLINE)
    return frozenset(ways)


def _months(years: int | None, after: int = 0) -> int | None:
    """Years in months; ``after=1`` turns the last age served into the first that is not."""
    return None if years is None else (years + after) * 12


def _nation(row: Row) -> str:
    coverage = row.text("coverage")
    if coverage not in COVERAGE:
        raise RowRefused("coverage", f"is none of {', '.join(COVERAGE)}")
    return COVERAGE[coverage]


def _costs(row: Row) -> tuple[Cost, ...]:
    cost = row.text("cost")
    if cost not in COSTS:
        raise RowRefused("cost", f"is none of {', '.join(COSTS)}")
    return COSTS[cost]


def _signs(row: Row) -> bool:
    return bool(re.search(r"\bBSL\b|SignVideo", row.text("deaf_access")))
