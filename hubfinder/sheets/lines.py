"""One listing as a line of a sheet, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hubfinder.directory.availability import Area, AreaReason, Code
from hubfinder.directory.closures import at_site
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.days_off import changes_of
from hubfinder.display.language import language_name, locale
from hubfinder.display.words import gettext, ngettext
from hubfinder.search.days_off import days_off_of_card
from hubfinder.search.values import Card, Found, Site
from hubfinder.settings import Settings
from hubfinder.sheets import line_times
from hubfinder.sheets.furniture import page_address, short_address
from hubfinder.sheets.orders import Readers, SheetOrder
from hubfinder.sheets.texts import (
    ENGLISH,
    Extras,
    Referral,
    first_sentence,
    listed_text,
    seed_text,
    sentences,
)
from hubfinder.sheets.values import CHANGES_AHEAD, Line, Text
from hubfinder.vocab import Access, Circumstance, Delivery, FootprintKind

WHAT, EASY_WHAT = 160, 140
"""Letters of a sentence about what something is; hardly any is longer."""
WHO = 130
REFER = 260
WEBSITE = 36
PAGES = {"service": ("service", "S"), "hub": ("hub", "H"), "catalogue": ("catalogue", "C")}
MAYBE = frozenset(
    {Code.LIKELY, Code.EDGE, Code.EDGE_OUTSIDE, Code.SURGERY_ELSEWHERE, Code.MIDDLE, Code.MIDDLE_OUTSIDE}
)
"""Reasons that some families of the place, or all, are not in the area it is for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every line of a sheet is written with."""

    order: SheetOrder
    settings: Settings
    extras: Extras
    day: date
    hub: str = ""
    """Key of the hub at the top of the sheet: its address stands there."""

    @property
    def is_for_staff(self) -> bool:
        return self.order.readers is Readers.STAFF


def line_of(found: Found, number: int, desk: Desk) -> Line:
    """A result as a line; ``number`` is its place on the sheet, 0 for national help."""
    card, site = found.card, site_of(found)
    texts = desk.extras.texts_of(card)
    slots = line_times.slots_here(card, site)
    days_off = at_site(days_off_of_card(card), site["key"] if site else "")
    name, also = _names(card, texts.name)
    return Line(
        kind=card["kind"],
        key=card["key"],
        number=number,
        name=name,
        also=also,
        what=listed_text(card["summary"], texts.summary, EASY_WHAT if desk.order.easy else WHAT),
        tag="" if card["kind"] == "hub" else str(Access(card["access"]).label),
        some=card["access"] == Access.TARGETED,
        who=_who(card, texts.eligibility),
        when=line_times.when(card, slots, texts.hours),
        where=_where(card, site, desk),
        cost=_cost(card, texts.cost, desk),
        telephone=card["telephone"],
        text_number=card["text"],
        website=_website(card, desk),
        note=Text(_note(found)),
        apply=_apply(card, desk) if desk.is_for_staff else Text(),
        languages=_spoken(card),
        checked="" if desk.order.easy else _checked(card, desk.day),
        href=page_address(desk.settings, desk.order, f"/{PAGES[card['kind']][0]}/{card['key']}"),
        qr=short_address(desk.settings, PAGES[card["kind"]][1], card["key"]),
        topics=tuple(card["needs"]),
        point=_point(site),
        sessions=line_times.sessions(slots),
        changes=changes_of(slots, days_off, desk.day, desk.day + timedelta(CHANGES_AHEAD)),
        days_off=tuple(days_off),
    )


def site_of(found: Found) -> Site | None:
    """The nearest of its places; the first where there was nothing to measure from."""
    return found.site or next(iter(found.card["sites"]), None)


def _point(site: Site | None) -> tuple[float, float] | None:
    if site is None or site["lat"] is None or site["lon"] is None:
        return None
    return site["lat"], site["lon"]


def _names(card: Card, translated: str) -> tuple[Text, Text]:
    """The name, and the English one beside a translated one."""
    english = card.get("current_name") or card["name"]
    if card["kind"] == "catalogue":
        name = seed_text(english)
    elif card["kind"] == "hub":
        name = Text(english)  # the name of a building is the same in all languages
    else:
        name = listed_text(english, translated)
    return name, Text(english, ENGLISH) if name.words != english else Text()


def _who(card: Card, translated: str) -> Text:
    """Ages, and which families: in the sheet's language, or only that one has to ask."""
    ages = formats.ages(card["minimum_age"], card["maximum_age"])
    parts = [gettext("Ages: %(ages)s", ages=ages) if ages else ""]
    if card["access"] == Access.TARGETED:
        parts.append(_families(card, translated))
    return Text(". ".join(part.rstrip(".") for part in parts if part))


def _families(card: Card, translated: str) -> str:
    if translated or (card["eligibility"] and locale() == ENGLISH):
        said = first_sentence(translated or card["eligibility"], WHO)
        if said:
            return said
    circumstances = [str(Circumstance(one).label) for one in card["circumstances"]]
    return "; ".join(circumstances) or gettext("Ask if it is for you")


def _where(card: Card, site: Site | None, desk: Desk) -> Text:
    """The address of the nearest place, how many more there are, or how help comes without one."""
    if site is None:
        ways = [
            str(way.label) for way in Delivery if way in card["delivery"] and way is not Delivery.IN_PERSON
        ]
        return Text(formats.listed(ways))
    if site["hub"] and site["key"] == desk.hub:
        words = site["name"]  # the hub's address stands at the top
    else:
        words = address_line("" if card["kind"] == "hub" else site["name"], site["address"], site["postcode"])
    more = len(card["sites"]) - 1
    if more > 0 and not desk.order.easy:
        words = ngettext(
            "%(place)s, and %(num)d more place", "%(place)s, and %(num)d more places", more, place=words
        )
    return Text(words)


def _cost(card: Card, translated: str, desk: Desk) -> Text:
    if card["kind"] != "service":
        return Text()
    if card["free"]:
        return Text(gettext("Free"))
    if card["cost"]:
        return listed_text(card["cost"], translated)
    return Text() if desk.order.easy or card["national"] else Text(gettext("Ask what it costs"))


def _website(card: Card, desk: Desk) -> str:
    """Shown where nobody can ring, and to staff always. A long one nobody types: there the QR code leads."""
    if card["telephone"] and not desk.is_for_staff:
        return ""
    address = card["website"].removeprefix("https://").removeprefix("http://").rstrip("/")
    return address if len(address) <= WEBSITE or desk.is_for_staff else ""


def _note(found: Found) -> str:
    """In few words, where it may not be for every family of the place."""
    for reason in found.available.reasons:
        if reason.code is Code.HOME_VISIT:
            return gettext("Ask if they come to where you live")
        if reason.code in MAYBE and isinstance(reason, AreaReason) and reason.area:
            return _for_people_in(reason.area)
    return gettext("Across the border, in %(area)s", area=found.border.name) if found.border else ""


def _for_people_in(area: Area) -> str:
    if area.kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return gettext("For families with a surgery in %(area)s", area=area.name)
    if area.kind is FootprintKind.WARD:
        return gettext("For people in %(area)s ward", area=area.name)
    if area.kind.is_catchment:
        return gettext("For families in the catchment of %(school)s", school=area.name)
    return gettext("For people in %(area)s", area=area.name)


def _apply(card: Card, desk: Desk) -> Text:
    """For the staff room: who can use it and how to refer, in the listing's own words."""
    referral = desk.extras.referrals.get(card["key"], Referral())
    parts = (
        first_sentence(card["eligibility"], REFER),
        sentences(referral.how_to_apply, REFER),
        referral.email,
    )
    words = ". ".join(part.rstrip(".") for part in _told(parts))
    return Text(words, ENGLISH if locale() != ENGLISH and words else "")


def _told(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part]


def _spoken(card: Card) -> str:
    shown_in = locale()
    return formats.listed(language_name(code, shown_in) for code in card["languages"] if code != ENGLISH)


def _checked(card: Card, day: date) -> str:
    """``Checked on 13 November``; with the year where that is another."""
    if not card["assured_date"]:
        return ""
    checked = date.fromisoformat(card["assured_date"])
    words = formats.day_of_year(checked) if checked.year == day.year else formats.day(checked)
    return gettext("Checked on %(day)s", day=words)
