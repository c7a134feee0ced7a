"""Things to keep on one's own list: their place in addresses, and the link that adds or takes away each.

The list is in the address, so that it can be sent and works without scripts; with them, the browser keeps it.
Nothing of it is kept here. docs/decisions/0016 says why.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from flask import current_app, g, has_request_context, request, url_for

from hubfinder.search.suggester import Suggester
from hubfinder.web.public.blueprint import pages

MOST = 40
"""Things on a list: its address stays shorter than any browser or message cuts it."""
LONGEST = 180
_ITEM = re.compile(r"(service|hub|catalogue):([a-z0-9]+(?:-[a-z0-9]+)*)")


class Item(NamedTuple):
    """One thing on a list."""

    kind: str
    """``service``, ``hub`` or ``catalogue``."""
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """The link that puts a thing on the list, or takes it off."""

    item: Item
    name: str
    on: bool
    """It is on the list that the address of this page holds."""
    href: str
    """The list with it, or without it."""
    ask: bool
    """Before the browser keeps it, somebody should be told that others may see it."""


def read_items(values: Iterable[str]) -> tuple[Item, ...]:
    """The things in an address, each once, at most ``MOST``; what is none is left out."""
    found = (_ITEM.fullmatch(value) for value in values if len(value) <= LONGEST)
    return tuple(dict.fromkeys(Item(match[1], match[2]) for match in found if match))[:MOST]


def items_here() -> tuple[Item, ...]:
    """The things in the address of this page."""
    if not has_request_context():
        return ()
    if "items" not in g:
        g.items = read_items(request.args.getlist("item"))
    here: tuple[Item, ...] = g.items
    return here


@pages.app_template_global()
def saved_address(items: Iterable[Item] | None = None, *, whole: bool = False) -> str:
    """Where a list is shown: that of this page unless another is given; ``whole`` with the site's own name.

    Colons stay as they are, which every browser allows and keeps it readable.
    """
    there = items_here() if items is None else items
    query = urlencode([("item", str(item)) for item in there], safe=":")
    return url_for("public.saved", _external=whole) + (f"?{query}" if query else "")


@pages.app_template_global()
def saved_number() -> int:
    """How many things are on the list of this page's address."""
    return len(items_here())


@pages.app_template_global()
def saved_most() -> int:
    """How many things a list holds."""
    return MOST


@pages.app_template_global()
def keeping(kind: str, key: str, name: str, *texts: str) -> Keeping:
    """The link for one thing; ``texts`` besides its name say whether it is one to be careful with."""
    item, here = Item(kind, key), items_here()
    suggester: Suggester = current_app.extensions["suggester"]
    on = item in here
    rest = tuple(other for other in here if other != item)
    href = saved_address(rest if on else (*rest[: MOST - 1], item))
    return Keeping(item, name, on, href, suggester.is_sensitive(name, *texts))
