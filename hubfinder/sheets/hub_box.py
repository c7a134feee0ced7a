"""The family hub at the top of a sheet."""

from datetime import date, timedelta

from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.days_off import changes_of
from hubfinder.display.timetables import slots_of_card
from hubfinder.display.words import gettext
from hubfinder.places.values import Place
from hubfinder.search.days_off import days_off_of_card
from hubfinder.search.school_year import SchoolYears
from hubfinder.search.values import Found
from hubfinder.settings import Settings
from hubfinder.sheets.furniture import page_address, short_address
from hubfinder.sheets.lines import site_of
from hubfinder.sheets.opening import opening_in_week
from hubfinder.sheets.orders import ScopeKind, SheetOrder
from hubfinder.sheets.values import CHANGES_AHEAD, HubBox, Text
from hubfinder.vocab import FootprintKind


def hub_box(found: Found, order: SheetOrder, settings: Settings, place: Place | None, day: date) -> HubBox:
    """Name, address, telephone and the opening times of this week. ``place`` is where the sheet is for."""
    card, site = found.card, site_of(found)
    years = SchoolYears(settings.seeds_dir)
    slots, days_off = slots_of_card(card["sessions"]), days_off_of_card(card)
    council = council_of(found, place)
    usual = opening_in_week(slots, day, years, council)
    opening = opening_in_week(slots, day, years, council, days_off)
    changes = changes_of(slots, days_off, day, day + timedelta(CHANGES_AHEAD))
    is_drawn = site is not None and site["lat"] is not None and site["lon"] is not None
    return HubBox(
        key=card["key"],
        name=Text(card["name"]),
        heading=_heading(order),
        address=Text(address_line("", site["address"], site["postcode"]) if site else ""),
        distance=_distance(found, order),
        telephone=card["telephone"],
        week=opening.week,
        days=opening.days,
        note=" ".join((*(f"{_upper(one.words)}." for one in changes), opening.note)).strip(),
        usual=usual.days,
        usual_note=usual.note,
        changes=changes,
        href=page_address(settings, order, f"/hub/{card['key']}"),
        qr=short_address(settings, "H", card["key"]),
        point=(site["lat"], site["lon"]) if site and is_drawn else None,  # type: ignore[arg-type]
    )


def council_of(found: Found | None, place: Place | None) -> str:
    """Code of the council that the hub is in, or that the place is in; empty where that is not known."""
    if found and found.border:
        return found.border.code
    councils = place.of_kind(FootprintKind.LOCAL_AUTHORITY) if place else ()
    return councils[0].code if councils else ""


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _heading(order: SheetOrder) -> str:
    if order.scope.kind is ScopeKind.HUB:
        return gettext("This family hub")
    if order.scope.kind is ScopeKind.FOOTPRINT:
        return gettext("A family hub near you")
    return gettext("Your family hub")


def _distance(found: Found, order: SheetOrder) -> str:
    """From the school or surgery; from the middle of an area it would say nothing."""
    if found.distance_m is None:
        return ""
    distance = formats.distance(found.distance_m)
    match order.scope.kind:
        case ScopeKind.SCHOOL:
            return gettext("%(distance)s from the school", distance=distance)
        case ScopeKind.SURGERY:
            return gettext("%(distance)s from the surgery", distance=distance)
    return ""
