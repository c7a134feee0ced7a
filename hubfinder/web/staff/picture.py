"""The map of a draft: the council's ground, the chosen footprints, and what comes of them."""

from hubfinder.directory.previewing import Preview
from hubfinder.display.map import LocatorMap, Mark, Outline, draw
from hubfinder.display.words import gettext
from hubfinder.places.choosing import COUNCIL
from hubfinder.places.recipes import Part, Recipe
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.live_map import LiveMap
from hubfinder.web.staff.chooser import Chooser

PICKED_FROM = FootprintKind.WARD
"""The kind that the map shows first to pick from."""


def picture(recipe: Recipe, found: Preview | None, offered: Chooser) -> LocatorMap | None:
    """Drawn by the server; before anything is chosen, the council with its wards."""
    if not offered.parts:
        return draw(None, (), _ground(offered, as_area=True))
    taken = [_outline(offered, part, "taken") for part in recipe.without if part in offered.parts]
    added = [part for part in recipe.add if part in offered.parts]
    if found is None:
        parts = [_outline(offered, part, "area") for part in added]
        return draw(None, (), [*_ground(offered, as_area=not parts), *parts, *taken])
    chosen = [*(_outline(offered, part, "part") for part in added), *taken]
    name = recipe.name or gettext("The new neighbourhood")
    result = Outline(found.draft.composed.shape, "area", name)
    marks = [
        Mark(Point(hub.lat, hub.lon), hub.name, key=hub.key)
        for hub in found.inside.hubs
        if hub.lat is not None and hub.lon is not None
    ]
    return draw(None, marks, [*_ground(offered, as_area=False), result, *chosen])


def live_map(offered: Chooser) -> LiveMap | None:
    """The map that moves: a click on a footprint adds it to the draft."""
    if not offered.council:
        return None
    kinds = (PICKED_FROM,) if PICKED_FROM in offered.kinds else tuple(offered.kinds[:1])
    return LiveMap(
        area=(COUNCIL, offered.council),
        kinds=kinds,
        own=[(part.kind, part.code) for part in offered.parts],
        picks="add",
    )


def _ground(offered: Chooser, *, as_area: bool) -> list[Outline]:
    """The council's own outline; while nothing is chosen its wards too, to find one's way by."""
    lines = [Outline(one.outline, "area" if as_area else "land", "", one.id) for one in offered.ground]
    if as_area:
        wards = [one for group in offered.groups if group.kind is PICKED_FROM for one in group.ones]
        lines += [Outline(one.outline, "part", one.name, one.id) for one in wards]
    return lines


def _outline(offered: Chooser, part: Part, style: str) -> Outline:
    one = offered.parts[part]
    return Outline(one.outline, style, "", one.id)
