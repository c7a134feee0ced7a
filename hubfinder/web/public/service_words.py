"""What the page of a service says of when it is on, what it costs and whether there is room, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hubfinder.clock import today
from hubfinder.directory.closures import DayOff, days_off_at, days_off_of, is_undone
from hubfinder.directory.costs import pounds
from hubfinder.directory.models import CostOption, Location, Service
from hubfinder.display.days_off import Said, said_of_place, said_of_service
from hubfinder.display.timetables import in_words, slots_of
from hubfinder.display.words import gettext

SOON = timedelta(weeks=8)
"""How far ahead days are told that are not as in other weeks."""


@dataclass(frozen=True, slots=True)
class Times:
    """The sessions at one place; ``place`` is empty where nobody has said at which of several."""

    place: str
    lines: list[str]


def times_of(found: Service, sites: Sequence[Location]) -> list[Times]:
    """The sessions of a week, by place where a service at several says which.

    One at a confidential place stands at no place, and never beside the name of another.
    """
    rows = list(found.schedules)
    known = {site.id: site.name for site in sites}
    is_elsewhere = any(row.site_id is not None and row.site_id not in known for row in rows)
    names = known if len(known) > 1 or is_elsewhere else {}
    apart = [(name, [row for row in rows if row.site_id == id_]) for id_, name in names.items()]
    rest = [row for row in rows if row.site_id not in names]
    return [Times(name, in_words(slots_of(some))) for name, some in (("", rest), *apart) if some]


def other_days_of(found: Service, sites: Sequence[Location]) -> list[Said]:
    """Days of the next weeks on which it, or a place of it, is not as in other weeks."""
    own = days_off_of(found, (), today())
    of_places = [(site.name, days_off_at(site, today())) for site in sites]
    everywhere = [(*own, *there) for _, there in of_places] or [own]
    return [
        *(said_of_service(off) for off in own if _is_told(off, everywhere)),
        *(said_of_place(off, name) for name, there in of_places for off in there if _is_told(off, [there])),
    ]


def _is_told(off: DayOff, everywhere: Iterable[Sequence[DayOff]]) -> bool:
    """Whether it is soon, and holds somewhere: no other hours of days on which every place is shut."""
    is_soon = off.meets(today(), today() + SOON)
    return is_soon and not all(is_undone(off, there) for there in everywhere)


@dataclass(frozen=True, slots=True)
class Price:
    """A price: what we say of it, and what is in the words of the listing."""

    amount: str
    words: str
    condition: str


def prices_of(found: Service) -> list[Price]:
    """Every price that says more than that all of it is free."""
    free = "" if is_free(found) else gettext("Free")
    prices = [_price(option, free) for option in found.cost_options]
    return [one for one in prices if one.words or one.condition or one.amount]


def is_free(found: Service) -> bool:
    """Whether it costs nothing, for everybody."""
    return bool(found.cost_options) and all(option.amount == 0 for option in found.cost_options)


def _price(option: CostOption, free: str) -> Price:
    amount = pounds(option.amount) if option.amount else free if option.amount == 0 else ""
    return Price(amount, option.description, option.condition)
