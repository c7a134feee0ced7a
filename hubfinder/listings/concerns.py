"""The journey of editing as data: one page for each concern of a listing, one router of what comes next."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString, lazy_gettext

from hubfinder.listings import written_facts as facts, written_times as times
from hubfinder.listings.checking import Missing, Said
from hubfinder.listings.content import SUGGESTED, Concern, Content, fields_of
from hubfinder.listings.written import Around, Form, Written
from hubfinder.vocab import Labelled


@dataclass(frozen=True, slots=True)
class Help:
    """What stands under a label: what to write, and an example of it."""

    hint: LazyString | str = ""
    example: LazyString | str = ""


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """One page of editing."""

    concern: Concern
    heading: LazyString
    lead: LazyString
    show: Callable[[Content, Around], dict[str, list[str]]]
    """Its form, out of a content."""
    read: Callable[[Form, Around], Written]
    """A form that somebody sent, back into fields of the content."""
    help: Mapping[str, Help] = field(default_factory=dict)
    """By the name of the field of the form."""

    @property
    def slug(self) -> str:
        return self.concern.value

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the content that it is about."""
        return tuple(name for name in fields_of(self.concern) if name not in ("organization", "status"))


class Progress(Labelled):
    """How far a page is."""

    DONE = "done", lazy_gettext("Done")
    MISSING = "missing", lazy_gettext("Something is missing")
    OPTIONAL = "optional", lazy_gettext("If it applies")


@dataclass(frozen=True, slots=True)
class Step:
    """A page in the list of what is done and what is missing."""

    page: ConcernPage
    progress: Progress
    missing: tuple[str, ...] = ()
    """What nobody has said yet, in words."""


CONCERNS: tuple[ConcernPage, ...] = (
    ConcernPage(
        Concern.ABOUT,
        lazy_gettext("What it is"),
        lazy_gettext("Write as you would tell a parent at the school gate."),
        facts.show_about,
        facts.read_about,
        {
            "name": Help(lazy_gettext("The name on the door or the leaflet."), lazy_gettext("Stay and play")),
            "summary": Help(
                lazy_gettext("One sentence. It stands in lists, under the name."),
                lazy_gettext("Toys, songs and a cup of tea for parents with babies and toddlers."),
            ),
            "description": Help(
                lazy_gettext("What happens there, and what to bring. Short sentences."),
                lazy_gettext(
                    "Children play while you meet other parents. We sing at 11. Bring a drink and socks."
                ),
            ),
        },
    ),
    ConcernPage(
        Concern.WHO_FOR,
        lazy_gettext("Who it is for"),
        lazy_gettext("Families only see help that fits the age of their child and what they told us."),
        facts.show_who,
        facts.read_who,
        {
            "youngest": Help(lazy_gettext("From this age on. Leave it empty if there is no lower age.")),
            "oldest": Help(
                lazy_gettext("Until the child turns this age. For “under 5s” write 5 years."),
            ),
            "eligibility": Help(
                lazy_gettext("In your own words, if there is more to say."),
                lazy_gettext("For families in the first year after a new baby."),
            ),
            "circumstances": Help(
                lazy_gettext(
                    "Tick one only if it is enough by itself. Leave all empty if it is for everyone."
                )
            ),
        },
    ),
    ConcernPage(
        Concern.WHERE,
        lazy_gettext("Where it happens"),
        lazy_gettext("First how families get it, then the places."),
        facts.show_where,
        facts.read_where,
        {
            "find": Help(
                lazy_gettext("Part of its name, its street or its postcode."), lazy_gettext("Mill Lane")
            ),
            "new_name": Help(lazy_gettext("As on the door."), lazy_gettext("Mill Lane Hall")),
            "new_address": Help(
                lazy_gettext("Number and street, then the town."), lazy_gettext("7 Mill Lane, Harbourmouth")
            ),
            "new_postcode": Help(lazy_gettext("We look up where it is and draw it."), "ZA1 2AB"),
        },
    ),
    ConcernPage(
        Concern.WHEN,
        lazy_gettext("When it is on"),
        lazy_gettext("Sessions in a usual week, then days that are different."),
        times.show,
        times.read,
        {
            "from": Help("", lazy_gettext("9:30am")),
            "first": Help("", "22/12/2026"),
            "hours": Help(
                lazy_gettext("Only what the rows above cannot say."),
                lazy_gettext("The first Saturday of the month."),
            ),
            "vacancies_note": Help(
                lazy_gettext("One sentence, if there is more to say."),
                lazy_gettext("Two places for babies on Tuesdays."),
            ),
        },
    ),
    ConcernPage(
        Concern.COST,
        lazy_gettext("What it costs"),
        lazy_gettext("Families do not come where they fear a price. If it is free, say so."),
        facts.show_cost,
        facts.read_cost,
        {
            "amount": Help("", "2.50"),
            "price_for": Help("", lazy_gettext("per session")),
            "condition": Help("", lazy_gettext("families on benefits")),
        },
    ),
    ConcernPage(
        Concern.CONTACT,
        lazy_gettext("Get in touch"),
        lazy_gettext("How families reach you, and what they have to do before they come."),
        facts.show_contact,
        facts.read_contact,
        {
            "telephone": Help("", "01632 960001"),
            "text_words": Help(
                lazy_gettext("What to write in the message."), lazy_gettext("Text PLAY to 60001")
            ),
            "email": Help(lazy_gettext("Everybody can see it."), "hello@example.org"),
            "website": Help("", "https://www.example.org"),
            "how_to_apply": Help(
                lazy_gettext("What to do first. If nobody needs to book, say that."),
                lazy_gettext("Just come along. You do not need to book."),
            ),
            "contact_email": Help(
                lazy_gettext(
                    "Families do not see this one. We write to it when the listing must be checked."
                ),
                "manager@example.org",
            ),
        },
    ),
    ConcernPage(
        Concern.ACCESS,
        lazy_gettext("Languages and access"),
        lazy_gettext("What makes it easy to use for everyone."),
        facts.show_access,
        facts.read_access,
        {
            "interpretation": Help("", lazy_gettext("We can book an interpreter if you ring a week before.")),
            "deaf_access": Help("", lazy_gettext("Text us on 01632 960002, or use Relay UK.")),
        },
    ),
    ConcernPage(
        Concern.AREA,
        lazy_gettext("Which area it serves"),
        lazy_gettext("Leave this empty if everyone who can get there may come."),
        facts.show_area,
        facts.read_area,
    ),
    ConcernPage(
        Concern.CATEGORIES,
        lazy_gettext("What it helps with"),
        lazy_gettext("Families choose from these on the first page."),
        facts.show_categories,
        facts.read_categories,
    ),
)
"""Every page, in the order in which one goes through them."""
BY_SLUG: Mapping[str, ConcernPage] = {page.slug: page for page in CONCERNS}
CHECK = "check"
"""What comes after the last page."""
OPTIONAL = frozenset({Concern.AREA})


def next_of(slug: str) -> str:
    """The slug of what comes after a page: another one, or ``check``."""
    slugs = [*BY_SLUG, CHECK]
    return slugs[min(slugs.index(slug) + 1, len(slugs) - 1)]


def back_of(slug: str) -> str:
    """The slug of what comes before; empty before the first."""
    slugs = [*BY_SLUG, CHECK]
    return slugs[slugs.index(slug) - 1] if slugs.index(slug) else ""


def steps(said: Said, missing: Collection[Missing]) -> list[Step]:
    """Every page with how far it is."""
    return [
        _step(page, said, [one.words for one in missing if one.concern is page.concern]) for page in CONCERNS
    ]


def _step(page: ConcernPage, said: Said, missing: list[str]) -> Step:
    if missing:
        return Step(page, Progress.MISSING, tuple(missing))
    is_empty = not any(said.get(name) for name in page.fields)
    return Step(page, Progress.OPTIONAL if is_empty and page.concern in OPTIONAL else Progress.DONE)


def reader_of(page: ConcernPage, *, may_confirm: bool) -> Callable[[Form, Around], Written]:
    """How a form of the page is read: whoever may not confirm categories only suggests them."""
    if page.concern is Concern.CATEGORIES and not may_confirm:
        return facts.read_suggestions
    return page.read


def writable(page: ConcernPage, *, may_confirm: bool) -> tuple[str, ...]:
    """The fields of the content that somebody may change on a page."""
    if page.concern is Concern.CATEGORIES and not may_confirm:
        return SUGGESTED
    return page.fields
