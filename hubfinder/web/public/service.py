"""One service: what it is, who it is for, when, where, and whom to ask."""

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import today
from hubfinder.directory.availability import Offer
from hubfinder.directory.confidential import public_sites
from hubfinder.directory.freshness import is_part_doubted, is_stale
from hubfinder.directory.models import Location, Service
from hubfinder.directory.offers import offer_of_service
from hubfinder.directory.queries import service_by_key
from hubfinder.directory.translations import Texts, translations_of
from hubfinder.display import formats
from hubfinder.display.days_off import Said
from hubfinder.display.language import DEFAULT, language_name, locale
from hubfinder.display.map import LocatorMap
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.doubted import doubted_numbers
from hubfinder.listings.feedback import feedback_on
from hubfinder.listings.moved import taken_over
from hubfinder.search.cards import translatable
from hubfinder.vocab import Confidence, Delivery, PhoneType, ServiceStatus
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.family import Family, ForFamily, council_of, read_family
from hubfinder.web.public.hidden import hidden_page
from hubfinder.web.public.service_words import (
    Price,
    Times,
    is_free,
    other_days_of,
    prices_of,
    times_of,
)
from hubfinder.web.public.sites import map_of, surroundings
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.ages import AgeBar, age_bar
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.sources import AreaSource, area_sources

SHOWN = 3
"""Of what people say, here; a page of its own has all."""


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service in words; ``service`` itself for its own texts."""

    service: Service
    said: Texts
    """Its own texts in the language of the page; empty ones where nobody has translated them."""
    is_checked: bool
    """Whether somebody who speaks that language has read them."""
    running: bool
    ages: str
    bar: AgeBar | None
    times: list[Times]
    notes: list[str]
    closed: list[Said]
    """Days of the next weeks on which it, or a place of it, is closed or has other hours."""
    costs: list[Price]
    free: bool
    delivery: list[str]
    languages: str
    sites: tuple[Location, ...]
    map: LocatorMap | None
    sources: list[AreaSource]
    telephones: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    """Numbers with what is said of them."""
    checked: str
    stale: bool
    times_doubted: bool
    places_doubted: bool
    """Its times, and whether there are free places, were checked longer ago than such things keep."""
    for_family: ForFamily | None
    """Whether it is for the family that the page is asked for; none where nobody said anything."""


@public_page(pages, "/service/<key>")
def service(key: str) -> ResponseReturnValue:
    found = service_by_key(db.session, key)
    family, query = read_family()
    if found is None or found.status is not ServiceStatus.ACTIVE:
        if to := taken_over(db.session, [key]).get(key):
            return redirect(url_for("public.service", key=to) + query, 301)
        if hidden := hidden_page(existing(found), query):
            return hidden
    found = existing(found)
    return render_template(
        "public/service.html",
        view=service_view(found, family),
        family=query,
        feedback=feedback_on(db.session, f"service:{key}", SHOWN + 1),
        doubted=doubted_numbers(db.session, key),
    )


def service_view(found: Service, family: Family | None = None) -> ServiceView:
    """Everything the page says of a service. A number nobody is sure of is left out."""
    sites = public_sites(found)
    drawn = map_of(sites, surroundings(db.session, sites))
    sure = found.confidence is not Confidence.UNSURE
    stale = is_stale(found.assured_date, today(), settings().stale_after_days)
    shown_in = locale()
    said, is_checked = _translation(found)
    return ServiceView(
        service=found,
        said=said,
        is_checked=is_checked,
        running=found.status is ServiceStatus.ACTIVE,
        ages=formats.ages(found.minimum_age, found.maximum_age),
        bar=age_bar(found.minimum_age, found.maximum_age),
        times=times_of(found, sites),
        notes=list(dict.fromkeys(row.note for row in found.schedules if row.note)),
        closed=other_days_of(found, sites),
        costs=prices_of(found),
        free=is_free(found),
        delivery=[str(member.label) for member in Delivery if member in found.delivery],
        languages=formats.listed(
            language_name(row.code, shown_in) for row in found.languages if row.code != "en"
        ),
        sites=sites,
        map=drawn,
        sources=_sources(found, drawn),
        telephones=_numbers(found, PhoneType.VOICE) if sure else [],
        texts=_numbers(found, PhoneType.TEXT) if sure else [],
        checked=_checked(found, stale),
        stale=stale,
        times_doubted=_is_doubted(found, settings().cadence_session_times_days),
        places_doubted=_is_doubted(found, settings().cadence_vacancies_days),
        for_family=family.answer(_offer(found, sites, family)) if family else None,
    )


def _translation(found: Service) -> tuple[Texts, bool]:
    language = locale()
    known = translations_of(db.session, [found.key], language) if language != DEFAULT else {}
    translated = known.get(found.key)
    return (translated.of(translatable(found)), translated.is_checked) if translated else (Texts(), True)


def _offer(found: Service, sites: tuple[Location, ...], family: Family) -> Offer:
    council = council_of(sites, family.place) if family.place and not found.areas else None
    return offer_of_service(found, council)


def _sources(found: Service, drawn: LocatorMap | None) -> list[AreaSource]:
    """Where the areas it is for, and those on its map, come from."""
    named = () if found.is_national else (area.footprint_id for area in found.areas)
    return area_sources(db.session, (*named, *(drawn.footprint_ids if drawn else ())))


def _numbers(found: Service, kind: PhoneType) -> list[tuple[str, str]]:
    return [(phone.number, phone.description) for phone in found.phones if phone.type is kind]


def _is_doubted(found: Service, days: int) -> bool:
    return is_part_doubted(found.assured_date, today(), days)


def _checked(found: Service, stale: bool) -> str:
    if found.assured_date is None:
        return gettext("Nobody has checked this yet. Ring before you go.")
    if stale:
        age = formats.unchecked_for(found.assured_date, today())
        return gettext("Not checked for %(age)s: ring before you go", age=age)
    ago = formats.ago(found.assured_date, today())
    if found.assured_by:
        return gettext("Checked %(ago)s by %(who)s", ago=ago, who=found.assured_by)
    return gettext("Checked %(ago)s", ago=ago)
