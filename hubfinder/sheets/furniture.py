"""The words that stand on every sheet, whatever is offered: all of them in the language of the sheet."""

from collections.abc import Mapping
from datetime import date

from flask_babel import LazyString, lazy_gettext

from hubfinder.display import formats
from hubfinder.display.language import current
from hubfinder.display.words import gettext, ngettext
from hubfinder.settings import Settings
from hubfinder.sheets.orders import SheetOrder
from hubfinder.sheets.values import LABELS, FrontDoor

NBSP = "\u00a0"

CRISIS: Mapping[str, LazyString] = {
    "nhs-111-mental-health": lazy_gettext("A mental health crisis, any age. Ring and choose option 2."),
    "childline": lazy_gettext("For children and teenagers, about anything. Not on the bill."),
    "nspcc-helpline": lazy_gettext("For adults who are worried about a child."),
    "national-domestic-abuse": lazy_gettext("For women who are hurt or scared at home."),
    "mens-advice-line": lazy_gettext("For men who are hurt or scared at home."),
    "galop": lazy_gettext("For LGBT+ people who are hurt or scared."),
    "karma-nirvana": lazy_gettext("Forced marriage, or abuse because of “honour”."),
    "forced-marriage-unit": lazy_gettext("To stop a forced marriage, or to leave one."),
    "rape-crisis": lazy_gettext("After rape or sexual abuse, from age 16. Day and night."),
    "modern-slavery": lazy_gettext("For people who are forced to work or controlled by others."),
    "safecall": lazy_gettext("For under-26s who are missing or used by gangs, and their families."),
    "missing-people": lazy_gettext("For families of someone who is missing, and for people away from home."),
    "samaritans": lazy_gettext("When it is hard to cope. Day and night. Not on the bill."),
    "shout": lazy_gettext("Help by text message, day and night."),
    "papyrus": lazy_gettext("For under-35s who think of suicide, and people who worry about them."),
    "calm": lazy_gettext("From age 15, for anyone who struggles or thinks of suicide."),
}
"""What crisis lines are for, in few words, by the key of the line. Of others the listing says it."""


def danger(settings: Settings) -> str:
    """What to do in danger and when it cannot wait, in four sentences."""
    return " ".join(
        (
            gettext("Is someone in danger now? Ring 999."),
            gettext("If you cannot speak: ring from a mobile and press 55 when asked."),
            gettext("Ill, and it cannot wait? Ring 111. For a mental health crisis choose option 2."),
            gettext(
                "Evenings, nights and weekends, when a child cannot wait: ring %(council)s on %(number)s.",
                council=settings.council_name,
                number=unbroken(settings.out_of_hours_telephone),
            ),
        )
    )


def unbroken(number: str) -> str:
    """A telephone number for the middle of a sentence: on one line, and in order in right-to-left ones."""
    return number.replace(" ", NBSP)


def front_door(settings: Settings) -> FrontDoor:
    """Where to ask without choosing a service."""
    return FrontDoor(
        heading=gettext("Not sure what you need?"),
        words=gettext("Ring us or scan the code. Say what is going on, and we find the right help with you."),
        telephone=settings.front_door_telephone,
        href=f"{settings.site_address}/ask",
        qr=short_address(settings, "ASK"),
    )


def short_address(settings: Settings, *parts: str) -> str:
    """What a small QR code says: the site's address and a few letters, in capitals."""
    return "/".join((settings.site_address, *parts)).upper()


def page_address(settings: Settings, order: SheetOrder, path: str) -> str:
    """The whole address of a page, in the language of the sheet where the site has that."""
    has_pages = order.language in settings.languages and current().has_pages and order.language != "en"
    return f"{settings.site_address}{f'/{order.language}' if has_pages else ''}{path}"


def labels() -> dict[str, str]:
    """The small words."""
    said = {
        "when": gettext("When"),
        "where": gettext("Where"),
        "cost": gettext("Cost"),
        "telephone": gettext("Telephone"),
        "text": gettext("Text message"),
        "who": gettext("Who for"),
        "website": gettext("Website"),
        "how": gettext("How to refer"),
        "languages": gettext("Languages spoken"),
        "map": gettext("Map"),
        "national": gettext("Help from anywhere in England"),
        "helplines": gettext("Someone to talk to"),
        "in_english": gettext("in English"),
        "page": gettext("Page"),
        "contents": gettext("What is in it"),
        "more": gettext("More help"),
        "qr": gettext("QR code: opens the page of {name}"),
    }
    return {key: said[key] for key in LABELS}


def more_words(count: int) -> str:
    """What did not fit: ``and 12 more``. To be said in the language of the sheet; empty for nothing."""
    if not count:
        return ""
    return ngettext("and %(num)d more. Scan to see it.", "and %(num)d more. Scan to see them all.", count)


def more_beside(count: int) -> str:
    """The same where an address stands beside it, and there is nothing to scan."""
    return ngettext("And %(num)d more", "And %(num)d more", count) if count else ""


def nothing() -> str:
    """For a sheet on which nothing is listed: there still are the hub, the front door and numbers to ring."""
    return gettext("We know of nothing that fits this. Ring us: we look with you.")


def correct_on(day: date) -> str:
    return gettext("Correct on %(day)s", day=formats.day(day))


def published_by(settings: Settings) -> str:
    return gettext("Published by %(council)s", council=settings.council_name)


def notes(settings: Settings, *, has_english: bool, all_checked: bool) -> tuple[str, ...]:
    """What must be said of the sheet itself."""
    language = current()
    said = (
        gettext("Demonstration: the places and local services on this sheet are made up.")
        if settings.is_demonstration
        else "",
        gettext("No native speaker has checked this translation yet.")
        if not (language.checked and all_checked)
        else "",
        gettext("Some words are in English, because nobody has translated them yet.") if has_english else "",
    )
    return tuple(one for one in said if one)
