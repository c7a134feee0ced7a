"""What a page says of the map that moves, for the script that makes it when somebody asks for it.

The page itself holds the drawing by the server; these attributes of its ``figure`` are all that is added.
They are explained at the top of ``static/src/map/map.js``.
"""

from collections.abc import Collection
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from hubfinder.display.words import gettext
from hubfinder.places.values import Point
from hubfinder.settings import Settings
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.assets import address
from hubfinder.web.shared.settings import settings

Key = tuple[FootprintKind, str]
"""Kind and code of a footprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMap:
    """The map that a page offers to open: what ground it shows, and what is special on this page."""

    area: Key
    """The footprint whose ground is shown; mostly a council."""
    kinds: Collection[FootprintKind] = ()
    """Kinds of footprint that are shown at first."""
    own: Collection[Key] = ()
    """The footprints that the page is about, or in which the place asked for lies."""
    you: Point | None = None
    picks: str = ""
    """Name of the checkboxes (value ``kind:code``) that a click on an area ticks."""
    place: str = ""
    """What to call the ground in an address that can be shared; the area itself unless given."""
    at: str = ""
    """Where to look first: latitude, longitude, zoom."""
    opens: bool = False
    """Opens by itself and keeps what it shows in the address: only where a page is nothing but the map."""

    @property
    def attributes(self) -> Markup:
        """The attributes of the ``figure``, each with a space before it."""
        told = {**self._what(), **_where(self.area), **_tiles(settings())}
        return Markup("").join(
            Markup(' data-map{}="{}"').format(name, value) for name, value in told.items() if value
        )

    def _what(self) -> dict[str, str]:
        return {
            "": _joined(self.area),
            "-kinds": ",".join(kind.value for kind in self.kinds),
            "-own": " ".join(_joined(key) for key in self.own),
            "-you": f"{self.you.lat:.5f},{self.you.lon:.5f}" if self.you else "",
            "-picks": self.picks,
            "-place": self.place or _joined(self.area),
            "-at": self.at,
            "-opens": "yes" if self.opens else "",
            "-button": gettext("Open the map you can move"),
            "-failed": gettext("The map could not be loaded. The drawing and the list still hold."),
        }


def _where(area: Key) -> dict[str, str]:
    kind, code = area
    return {
        "-script": address("map.js"),
        "-style": address("map.css"),
        "-licences": address("map-licences.txt"),
        "-words": url_for("public.map_words"),
        "-footprints": url_for("public.map_footprints", kind=kind.value, code=code),
        "-marks": url_for("public.map_marks", kind=kind.value, code=code),
        "-page": url_for("public.map_page"),
    }


def _tiles(chosen: Settings) -> dict[str, str]:
    return {"-tiles": chosen.tile_url, "-tiles-thanks": chosen.tile_attribution}


def _joined(key: Key) -> str:
    return f"{key[0].value}:{key[1]}"
