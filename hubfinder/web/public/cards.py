"""What a result card shows, made out of what was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import url_for

from hubfinder.directory.closures import DayOff, at_site
from hubfinder.directory.freshness import is_part_doubted, is_stale
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.availability import Line
from hubfinder.display.days_off import changes_of
from hubfinder.display.language import language_name, locale
from hubfinder.display.timetables import Slot, brief, opening_now, slots_of_card
from hubfinder.display.words import gettext
from hubfinder.search.days_off import days_off_of_card
from hubfinder.search.values import Card, Found, Group, Site
from hubfinder.vocab import Access, CatalogueStatus, Confidence
from hubfinder.web.public.keeping import Keeping, keeping
from hubfinder.web.public.reasons import is_said, reason_for
from hubfinder.web.shared.settings import settings

ROOM = 150
"""Letters of a summary on a card."""
A_WEEK = timedelta(weeks=1)
VIEWS = {"service": "public.service", "hub": "public.hub", "catalogue": "public.entry"}


@dataclass(frozen=True, slots=True)
class CardView:
    """One card, in words. An empty part is not shown."""

    heading: str
    href: str
    summary: str
    number: int
    """On the map; 0 where it is not there."""
    distance: str
    reason: Line | None
    tag: str
    some: bool
    ended: bool
    facts: tuple[str, ...]
    hours: str
    cost: str
    """Hours and prices in the listing's own English words."""
    telephone: str
    address: str
    border: str
    """The council it is in, where that is not the family's own and the reason does not say it."""
    checked: str
    stale: bool
    replaced_by: tuple[str, str]
    """Address (may be empty) and name of what took its place."""
    keeping: Keeping
    """Puts it on one's own list."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What all cards of a page have in common."""

    today: date
    stale_after_days: int
    numbers: Mapping[str, int]
    """Numbers on the map, by key of the place."""
    family: str = ""
    """What links to single pages carry along of the family that asks: ``?place=ZA1+4QT&age=2``."""
    times_after_days: int = field(default_factory=lambda: settings().cadence_session_times_days)
    """Times that nobody has checked for longer may have changed."""


def card_view(found: Found, shelf: Shelf) -> CardView:
    """A result as a card."""
    card, site = found.card, found.site
    stale, checked = _checked(card, found.group, shelf)
    ended = card.get("status") == CatalogueStatus.CLOSED
    return CardView(
        heading=card.get("current_name") or card["name"],
        href=url_for(VIEWS[card["kind"]], key=card["key"]) + shelf.family,
        summary=shortened(card["summary"]),
        number=shelf.numbers.get(site["key"], 0) if site else 0,
        distance="" if found.distance_m is None else formats.distance(found.distance_m),
        reason=None if ended else reason_for(found),
        tag=_tag(card, ended),
        some=card["access"] == Access.TARGETED,
        ended=ended,
        facts=_facts(card, site),
        hours="" if card["sessions"] else card["hours"],
        cost=card["cost"],
        telephone="" if ended else card["telephone"],
        address=_address(found) if site else "",
        border=found.border.name if found.border and not is_said(found) else "",
        checked=checked,
        stale=stale,
        replaced_by=_replaced_by(card) if ended else ("", ""),
        keeping=_keeping(card),
    )


def _keeping(card: Card) -> Keeping:
    name = card.get("current_name") or card["name"]
    return keeping(card["kind"], card["key"], name, card["name"], card["summary"], card["organization"])


def _tag(card: Card, ended: bool) -> str:
    if ended:
        return gettext("Ended")
    return "" if card["kind"] == "hub" else str(Access(card["access"]).label)


def _soon(card: Card, slots: list[Slot], days_off: Sequence[DayOff], site: Site | None) -> Iterator[str]:
    """What is not as usual within a week at the place that the card shows."""
    own = "" if card["kind"] == "hub" or site is None else site["key"]
    if days_off:
        today = formats.now().date()
        yield from (one.words for one in changes_of(slots, at_site(days_off, own), today, today + A_WEEK))


def _facts(card: Card, site: Site | None) -> tuple[str, ...]:
    """When, ages, cost and languages, each a short phrase; none of what nobody has said."""
    slots, days_off = slots_of_card(card["sessions"]), days_off_of_card(card)
    is_hub = card["kind"] == "hub"
    ages = formats.ages(card["minimum_age"], card["maximum_age"])
    facts = (
        opening_now(slots, formats.now(), days_off) if is_hub else brief(slots),
        *_soon(card, slots, days_off, site),
        gettext("Ages: %(ages)s", ages=ages) if ages else "",
        gettext("Free") if card["free"] else "",
        _spoken(card["languages"]),
    )
    return tuple(fact for fact in facts if fact)


def _spoken(codes: list[str]) -> str:
    shown_in = locale()
    names = [language_name(code, shown_in) for code in codes if code != "en"]
    return gettext("%(languages)s spoken", languages=formats.listed(names)) if names else ""


def _address(found: Found) -> str:
    site = found.site
    if site is None:
        return ""
    if site["hub"] and found.card["kind"] != "hub":
        return site["name"]
    name = "" if found.card["kind"] == "hub" else site["name"]
    return address_line(name, site["address"], site["postcode"])


def _checked(card: Card, group: Group, shelf: Shelf) -> tuple[bool, str]:
    """Whether it is stale, and what the card says about when it was last checked."""
    if card["kind"] == "hub":
        return False, ""
    assured = date.fromisoformat(card["assured_date"]) if card["assured_date"] else None
    if is_stale(assured, shelf.today, shelf.stale_after_days):
        return True, _stale_words(card, assured, shelf.today)
    confidence = card["confidence"]
    if confidence in (Confidence.KNOWN, Confidence.UNSURE):
        return _not_sure(Confidence(confidence))
    if assured is None:
        return False, ""
    ago = formats.ago(assured, shelf.today)
    if card["sessions"] and is_part_doubted(assured, shelf.today, shelf.times_after_days):
        return True, gettext("Checked %(ago)s: its times may be out of date", ago=ago)
    by = card["assured_by"] if group is not Group.NATIONAL else ""
    return False, gettext("Checked %(ago)s by %(who)s", ago=ago, who=by) if by else gettext(
        "Checked %(ago)s", ago=ago
    )


def _not_sure(confidence: Confidence) -> tuple[bool, str]:
    if confidence is Confidence.UNSURE:
        return True, gettext("We are not sure of this: ask before you rely on it")
    return False, gettext("We have not checked this lately")


def shortened(text: str) -> str:
    """The first sentences of a text, as many as a card has room for; at least one."""
    kept: list[str] = []
    length = 0
    for sentence in text.split(". "):
        length += len(sentence) + 2
        if kept and length > ROOM:
            return ". ".join(kept) + "."
        kept.append(sentence)
    return text


def _stale_words(card: Card, assured: date | None, today: date) -> str:
    if assured is None:
        return gettext("Never checked: ring before you go") if card["telephone"] else gettext("Never checked")
    age = formats.unchecked_for(assured, today)
    if card["telephone"]:
        return gettext("Not checked for %(age)s: ring before you go", age=age)
    return gettext("Not checked for %(age)s: make sure before you go", age=age)


def _replaced_by(card: Card) -> tuple[str, str]:
    key, name = card.get("replaced_by") or ["", ""]
    return (url_for("public.entry", key=key) if key else "", name)
