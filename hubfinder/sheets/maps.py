"""The locator map of a sheet: drawn after it was cut to its paper, as its numbers change with that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from hubfinder.display import formats
from hubfinder.display.language import speaking
from hubfinder.display.projection import METRES_A_DEGREE, Frame, box_of, path_of
from hubfinder.display.words import gettext, ngettext
from hubfinder.places.queries import outlines_of
from hubfinder.places.sources import layers_of
from hubfinder.places.values import METRES_PER_MILE, Point
from hubfinder.sheets.map_drawing import HEIGHT, Place, drawing, together
from hubfinder.sheets.orders import ScopeKind
from hubfinder.sheets.scopes import Scope
from hubfinder.sheets.values import HubBox, Line, Section, Sheet, SheetMap
from hubfinder.vocab import FootprintKind

LAND, AREA = "land", "area"
AROUND = 1.15
"""Places this many times as far from the middle as the area reaches are still on the map."""
LEAST_METRES = 2_500.0
"""What is nearer than this is on the map of every school."""
BARS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Miles that the bar can stand for."""
LONGEST_BAR = 75.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What a map is drawn on: fetched once, used for as many sheets as are made for one scope."""

    outlines: tuple[tuple[str, BaseGeometry], ...] = ()
    """``land`` or ``area``, and its shape in degrees."""
    point: Point | None = None
    """The school, surgery or hub itself."""
    kind: ScopeKind = ScopeKind.LIST
    name: str = ""
    sources: tuple[str, ...] = ()
    """Whom to thank for the areas."""


def ground_of(session: Session, scope: Scope) -> Ground:
    """The shapes under a scope's map: two statements."""
    area = scope.footprint
    land = scope.place.of_kind(FootprintKind.LOCAL_AUTHORITY) if scope.place else ()
    ids = {one.footprint_id: LAND for one in land}
    if area:
        ids[area.id] = AREA
    shapes = {id_: shapely.from_wkb(wkb) for id_, wkb in outlines_of(session, ids).items()}
    layers = layers_of(session, list(shapes))
    thanks = (layer.attribution or layer.source for layer in layers.values())
    return Ground(
        outlines=tuple((style, shapes[id_]) for id_, style in ids.items() if id_ in shapes),
        point=scope.point,
        kind=scope.kind,
        name=scope.title,
        sources=tuple(dict.fromkeys(one for one in thanks if one)),
    )


def planned(hub: HubBox | None, sections: Sequence[Section]) -> SheetMap | None:
    """A map still to be drawn, so that the fitting leaves room; none where there is nothing to show."""
    lines = (line for section in sections for line in section.lines)
    is_wanted = (hub and hub.point) or any(line.point for line in lines)
    return SheetMap("", "") if is_wanted else None


def drawn(session: Session, sheet: Sheet, scope: Scope) -> Sheet:
    """The sheet of a scope with its map drawn: two statements."""
    return with_map(sheet, ground_of(session, scope)) if sheet.map else sheet


def with_map(sheet: Sheet, ground: Ground) -> Sheet:
    """The sheet with its map drawn, numbers as they now stand on it; unchanged if it is to have none."""
    if sheet.map is None:
        return sheet
    with speaking(sheet.language):
        return replace(sheet, map=sheet_map(sheet.hub, sheet.lines, ground))


def with_sources(sheet: Sheet, ground: Ground) -> Sheet:
    """The sheet with the words under its map, which take room, before the map is drawn."""
    if sheet.map is None:
        return sheet
    with speaking(sheet.language):
        return replace(sheet, map=replace(sheet.map, sources=_sources(ground)))


def sheet_map(hub: HubBox | None, lines: Iterable[Line], ground: Ground) -> SheetMap | None:
    """The map of a hub and lines, in the language that is being spoken."""
    here = [(line, Point(*line.point)) for line in lines if line.point and line.number]
    frame = _frame(hub, [point for _, point in here], ground)
    if frame is None:
        return None
    seen = [(line, point) for line, point in here if _is_in(frame, point)]
    alt = _alt(hub, seen, len(here) - len(seen), ground)
    svg = drawing(
        paths=[(style, path_of(frame, shape)) for style, shape in ground.outlines],
        places=[*_places(hub, frame, ground)],
        numbers=together((line.number, *frame.at(point)) for line, point in seen),
        scale=_bar(frame),
        alt=alt,
    )
    return SheetMap(svg, alt, _sources(ground))


def _frame(hub: HubBox | None, points: Sequence[Point], ground: Ground) -> Frame | None:
    """Around the area, the hub and what is not far from them."""
    areas = [shape for style, shape in ground.outlines if style == AREA]
    fixed = [point for point in (ground.point, Point(*hub.point) if hub and hub.point else None) if point]
    if ground.kind is ScopeKind.LIST:
        fixed += points  # somebody chose each of them, wherever it is
    box = box_of(fixed or points, areas)
    if box is None:
        return None
    middle = Point((box[1] + box[3]) / 2, (box[0] + box[2]) / 2)
    reach = max(middle.metres_to(Point(box[3], box[2])) * AROUND, LEAST_METRES)
    near = [
        point for point, metres in zip(points, middle.metres_to_all(points), strict=True) if metres <= reach
    ]
    whole = box_of([*fixed, *near], areas)
    return Frame.holding(whole, HEIGHT, HEIGHT) if whole else None


def _is_in(frame: Frame, point: Point) -> bool:
    west, south, east, north = frame.box
    return west <= point.lon <= east and south <= point.lat <= north


def _places(hub: HubBox | None, frame: Frame, ground: Ground) -> Iterable[Place]:
    """The hub's pin, and the square of the school or surgery."""
    if hub and hub.point:
        yield Place(*frame.at(Point(*hub.point)), str(hub.name), is_hub=True)
    if ground.point and ground.kind in (ScopeKind.SCHOOL, ScopeKind.SURGERY):
        yield Place(*frame.at(ground.point), ground.name)


def _bar(frame: Frame) -> tuple[float, str]:
    """The longest distance that the bar has room for: its length on the drawing, and its name."""
    units_a_mile = frame.y_scale / METRES_A_DEGREE * METRES_PER_MILE
    miles = max((one for one in BARS if one * units_a_mile <= LONGEST_BAR), default=BARS[0])
    words = formats.figure(miles, 0 if miles >= 1 else 1)
    return miles * units_a_mile, gettext("1 mile") if miles == 1 else gettext(
        "%(number)s miles", number=words
    )


def _alt(hub: HubBox | None, seen: Sequence[tuple[Line, Point]], away: int, ground: Ground) -> str:
    """What the map shows, in a few sentences."""
    named = [name for name in (_own_name(ground), str(hub.name) if hub and hub.point else "") if name]
    parts = [
        gettext("Map of %(places)s.", places=formats.listed(dict.fromkeys(named)))
        if named
        else gettext("Map."),
        ngettext("One numbered place.", "%(num)d numbered places.", len(seen)) if seen else "",
        _nearest(seen, ground),
        ngettext("One place is further away.", "%(num)d places are further away.", away) if away else "",
    ]
    return " ".join(part for part in parts if part)


def _own_name(ground: Ground) -> str:
    return "" if ground.kind is ScopeKind.LIST else ground.name


def _nearest(seen: Sequence[tuple[Line, Point]], ground: Ground) -> str:
    if ground.point is None or not seen:
        return ""
    metres = ground.point.metres_to_all([point for _, point in seen])
    distance, line = min(zip(metres, (line for line, _ in seen), strict=True), key=lambda one: one[0])
    return gettext(
        "The nearest is number %(number)d, %(name)s: %(distance)s from %(place)s.",
        number=line.number,
        name=line.name,
        distance=formats.distance(distance),
        place=ground.name,
    )


def _sources(ground: Ground) -> str:
    if not ground.sources:
        return ""
    return gettext("Areas on the map: %(sources)s", sources=formats.sentence("; ".join(ground.sources)))
