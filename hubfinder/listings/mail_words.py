"""What email about listings says: plain words, in English, nothing of a family."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hubfinder.clock import today
from hubfinder.display.formats import day
from hubfinder.display.language import DEFAULT, KNOWN, speaking
from hubfinder.display.words import gettext, ngettext
from hubfinder.listings.models import Listing
from hubfinder.listings.still_right import address_for
from hubfinder.people.models import Council
from hubfinder.people.reach import reach_of
from hubfinder.post.values import Email, Priority
from hubfinder.settings import Settings

MOST = 60
"""Listings in one email; of the others it says how many they are."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A listing as an email to staff names it."""

    name: str
    key: str
    organization: str
    assured: date | None
    due: date | None
    telephone: str = ""
    """Where somebody can ask; empty where they need not ring, or there is none."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the words of an email need beside its listings."""

    settings: Settings
    council: Council

    @property
    def board(self) -> str:
        return f"{self.settings.site_address}/staff/board"


def reminder(to: str, listings: Sequence[Listing], about: Sheet, once: str) -> Email:
    """To whoever keeps these listings: a link for each."""
    with speaking(KNOWN[DEFAULT]):
        number = len(listings)
        lines = [
            gettext("Hello,"),
            ngettext(
                "Families find this listing of yours at %(site)s. Please check that it is still right.",
                "Families find these %(num)s listings of yours at %(site)s. "
                "Please check that they are still right.",
                number,
                site=about.settings.site_name,
            ),
            *(_asked(listing, to, about) for listing in listings[:MOST]),
            *_more(number),
            _until(about),
            *_who_we_are(about),
        ]
        subject = ngettext("Is your listing still right?", "Are your %(num)s listings still right?", number)
    return Email(to, subject, "\n\n".join(lines), "reminder", once, about.council.code, Priority.LATER)


def new_link(to: str, listing: Listing, about: Sheet, once: str) -> Email:
    """To the address of a listing whose link was no longer good."""
    with speaking(KNOWN[DEFAULT]):
        lines = [
            gettext("Hello,"),
            gettext("Somebody asked for a new link to check this listing. If it was not you, do nothing."),
            _asked(listing, to, about),
            _until(about),
            *_who_we_are(about),
        ]
        subject = gettext("Your new link")
    return Email(to, subject, "\n\n".join(lines), "reminder-link", once, about.council.code, Priority.SOON)


def unanswered(to: str, kept: Sequence[Kept], about: Sheet, once: str) -> Email:
    """To the staff of a hub or the council: nobody answers for these."""
    with speaking(KNOWN[DEFAULT]):
        number = len(kept)
        lines = [
            gettext("Hello,"),
            ngettext(
                "Nobody has told us whether this listing is still right. Please ring and ask.",
                "Nobody has told us whether these %(num)s listings are still right. Please ring and ask.",
                number,
            ),
            "\n".join(_named(one, about) for one in kept[:MOST]),
            *_more(number),
            gettext("All that is due: %(address)s", address=about.board),
            about.council.name,
        ]
        subject = ngettext("A listing needs you", "%(num)s listings need you", number)
    return Email(to, subject, "\n\n".join(lines), "escalation", once, about.council.code)


def digest(to: str, kept: Sequence[Kept], due: int, reports: int, about: Sheet, once: str) -> Email:
    """To somebody of the staff, each week: what is due, by whom, and what the public told us.

    ``kept`` are the oldest of the ``due`` listings.
    """
    with speaking(KNOWN[DEFAULT]):
        lines = [gettext("Hello,"), *_due(kept, due, about), *_reports(reports)]
        lines += [gettext("Check them here: %(address)s", address=about.board), about.council.name]
        subject = gettext("Your week: listings to check")
    return Email(to, subject, "\n\n".join(lines), "digest", once, about.council.code, Priority.LATER)


def _due(kept: Sequence[Kept], due: int, about: Sheet) -> Iterable[str]:
    if due:
        yield ngettext(
            "%(num)s listing that you look after needs a check.",
            "%(num)s listings that you look after need a check.",
            due,
        )
        yield "\n".join(_named(one, about) for one in kept)
        yield from _more(due, len(kept))


def _reports(number: int) -> Iterable[str]:
    if number:
        yield ngettext(
            "%(num)s report of the public waits for an answer.",
            "%(num)s reports of the public wait for an answer.",
            number,
        )


def _asked(listing: Listing, to: str, about: Sheet) -> str:
    return "\n".join(
        (
            _line(listing.name, _last(listing.assured_date)),
            gettext("Families read: %(address)s", address=_page(listing.key, about)),
            gettext(
                "Still right, or not? Open this:\n%(address)s",
                address=address_for(listing, to, about.settings),
            ),
        )
    )


def _named(one: Kept, about: Sheet) -> str:
    """To staff: what it is, when it is due, whom to ring, and its page for them."""
    facts = (one.organization, _last(one.assured), one.why)
    lines = [f"- {_line(one.name, ', '.join(fact for fact in facts if fact))}"]
    if one.due:
        lines.append(gettext("Due on %(day)s", day=day(one.due)))
    if one.telephone:
        lines.append(gettext("Ring %(number)s and ask.", number=one.telephone))
    lines.append(f"{about.settings.site_address}/staff/listings/{one.key}")
    return "\n  ".join(lines)


def _line(name: str, facts: str) -> str:
    return f"{name} ({facts})"


def _last(assured: date | None) -> str:
    if assured is None:
        return gettext("never checked")
    return gettext("last checked on %(day)s", day=day(assured))


def _page(key: str, about: Sheet) -> str:
    return f"{about.settings.site_address}/service/{key}"


def _more(number: int, shown: int = MOST) -> Iterable[str]:
    if number > shown:
        yield ngettext("And %(num)s more.", "And %(num)s more.", number - shown)


def _until(about: Sheet) -> str:
    last = today() + timedelta(days=about.settings.still_right_days)
    return gettext(
        "The links work until %(day)s, without a password. Please do not pass this email on.", day=day(last)
    )


def _who_we_are(about: Sheet) -> Iterable[str]:
    yield gettext(
        "You get this because your address stands with the listing. If you are not the right person, "
        "or it has stopped, please tell us: %(ways)s.",
        ways=reach_of(about.council, about.settings).ways,
    )
    yield about.council.name
