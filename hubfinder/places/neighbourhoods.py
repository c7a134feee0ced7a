"""Neighbourhoods that partners composed of other footprints: drafts, what is published, and what drifts.

Each is a layer of its own with one area, so that its versions, its agreement and its recipe are kept like
those of any other layer. A published neighbourhood stays as it was agreed when its parts change later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, undefer

from hubfinder.places.composing import SLIVER_METRES, Composed, NothingLeft, compose, ground_km2
from hubfinder.places.layers import Area, LayerFacts
from hubfinder.places.models import Footprint, Layer, LayerVersion, Postcode
from hubfinder.places.recipes import Fault, Part, Problem, Recipe, RecipeRefused, read_recipe
from hubfinder.vocab import Basis, FootprintKind, VersionState

KIND = FootprintKind.NEIGHBOURHOOD
WEAKEST_LAST = (Basis.OFFICIAL, Basis.TRACED, Basis.BEST_FIT, Basis.MODELLED)
SEVERAL = "; "
"""Stands between partners, sources and licences where a column holds several."""


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A footprint of a recipe, as it is now."""

    part: Part
    id: int
    name: str
    layer: Layer
    shape: BaseGeometry

    @property
    def kept(self) -> dict[str, Any]:
        """What the version keeps of it."""
        return {
            "part": str(self.part),
            "name": self.name,
            "layer": self.layer.key,
            "version": self.layer.version,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A recipe with its parts found and composed: ready to be looked at, or published."""

    recipe: Recipe
    adds: tuple[FoundPart, ...]
    takes: tuple[FoundPart, ...]
    composed: Composed

    @property
    def area(self) -> Area:
        return Area(self.recipe.code, self.recipe.name, self.composed.shape)

    @property
    def basis(self) -> Basis:
        """That of the weakest part: a shape is no better than its worst line."""
        return max((one.layer.basis for one in (*self.adds, *self.takes)), key=WEAKEST_LAST.index)

    def facts(self) -> LayerFacts:
        """What the layer says of itself and keeps."""
        layers = [one.layer for one in (*self.adds, *self.takes)]
        return LayerFacts(
            key=layer_key(self.recipe.code),
            kind=KIND,
            basis=self.basis,
            source=_once(layer.source for layer in layers),
            as_of=self.recipe.agreed_on,
            licence=_once(layer.licence for layer in layers),
            attribution=_once(layer.attribution for layer in layers),
            method=self.method,
            agreed_by=SEVERAL.join(self.recipe.agreed_by),
            agreed_on=self.recipe.agreed_on,
            recipe=self.kept,
        )

    @property
    def method(self) -> str:
        """How it was made, in English words."""
        made = f"Composed of {_listed(_in_words(one) for one in self.adds)}"
        return f"{made}, without {_listed(_in_words(one) for one in self.takes)}" if self.takes else made

    @property
    def kept(self) -> dict[str, Any]:
        """The recipe as its version keeps it: each part with its name and its layer's version of that day."""
        return {
            "name": self.recipe.name,
            "code": self.recipe.code,
            "add": [one.kept for one in self.adds],
            "without": [one.kept for one in self.takes],
            "note": self.recipe.note,
            "published_by": self.recipe.published_by,
        }


@dataclass(frozen=True, slots=True)
class Moves:
    """Live postcodes that a neighbourhood gains and loses when another shape takes the place of its own."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


NOBODY = Moves()


@dataclass(frozen=True, slots=True)
class Drift:
    """What composing a published neighbourhood again, of its parts as they are now, would come to."""

    code: str
    problems: tuple[Problem, ...] = ()
    """Why it cannot be composed again, if it cannot: a part is gone."""
    moves: Moves = NOBODY
    differs_km2: float = 0.0
    """Ground that would belong to one of the two only."""

    @property
    def is_there(self) -> bool:
        """True if the shape would be another; a difference smaller than a sliver is none."""
        moved = self.moves.gained or self.moves.lost or self.differs_km2 * 1e6 > SLIVER_METRES**2
        return bool(self.problems or moved)


def layer_key(code: str) -> str:
    return f"{KIND.value}:{code}"


def draft(session: Session, recipe: Recipe) -> Draft:
    """The recipe with its parts found and composed.

    Raises:
        RecipeRefused: a part is not there or not drawn, nothing is left, or the code is another's.
    """
    found = find_parts(session, (*recipe.add, *recipe.without))
    problems = [
        *_missing("add", recipe.add, found),
        *_missing("without", recipe.without, found),
        *code_problems(session, recipe.code),
    ]
    if problems:
        raise RecipeRefused(problems)
    adds = tuple(one for part in recipe.add if (one := found[part]))
    takes = tuple(one for part in recipe.without if (one := found[part]))
    try:
        composed = compose([one.shape for one in adds], [one.shape for one in takes])
    except NothingLeft as error:
        raise RecipeRefused([Problem("without" if takes else "add", "", Fault.EMPTY)]) from error
    return Draft(recipe, adds, takes, composed)


def find_parts(session: Session, parts: Sequence[Part]) -> dict[Part, FoundPart | None]:
    """The footprints of a recipe; none for one that nobody has drawn. Unknown ones are left out."""
    kinds = {part.kind for part in parts}
    rows = session.execute(
        select(Footprint, Layer)
        .join(Layer, Layer.id == Footprint.layer_id)
        .where(Footprint.kind.in_(kinds), Footprint.code.in_({part.code for part in parts}))
        .options(undefer(Footprint.geom))
    ).all()
    found: dict[Part, FoundPart | None] = {}
    for footprint, layer in rows:
        part = Part(footprint.kind, footprint.code)
        shape = None if footprint.geom is None else shapely.from_wkb(bytes(footprint.geom.data))
        found[part] = None if shape is None else FoundPart(part, footprint.id, footprint.name, layer, shape)
    return {part: found[part] for part in parts if part in found}


def code_problems(session: Session, code: str) -> list[Problem]:
    """Whether a code belongs to a neighbourhood, or its key to a layer, that came from a file."""
    holds = select(Footprint.layer_id).where(Footprint.kind == KIND, Footprint.code == code)
    rows = session.execute(
        select(Layer.key, LayerVersion.agreed_on)
        .outerjoin(
            LayerVersion,
            (LayerVersion.layer_id == Layer.id) & (LayerVersion.state == VersionState.IN_FORCE),
        )
        .where((Layer.key == layer_key(code)) | Layer.id.in_(holds))
    ).all()
    theirs = any(key != layer_key(code) or agreed_on is None for key, agreed_on in rows)
    return [Problem("code", code, Fault.CODE_TAKEN)] if theirs else []


def published(session: Session) -> list[LayerVersion]:
    """The composed neighbourhoods in force, by the name of their layer."""
    rows = session.scalars(_composed().where(LayerVersion.state == VersionState.IN_FORCE))
    return sorted(rows, key=lambda version: (str((version.recipe or {}).get("name")), version.layer.key))


def version_of(session: Session, code: str, number: int | None = None) -> LayerVersion | None:
    """A version of a composed neighbourhood: the one in force, or the one of that number."""
    chosen = _composed().where(Layer.key == layer_key(code))
    if number is None:
        return session.scalar(chosen.where(LayerVersion.state == VersionState.IN_FORCE))
    return session.scalar(chosen.where(LayerVersion.number == number))


def version_in_force(session: Session, code: str) -> int:
    """The number of the version in force; 0 where there is none."""
    version = version_of(session, code)
    return version.number if version else 0


def recipe_of(version: LayerVersion) -> Recipe:
    """The recipe a version was made by, to be edited and published again."""
    kept = version.recipe or {}
    fields: dict[str, object] = {name: kept.get(name) for name in ("name", "code", "note", "published_by")}
    for name in ("add", "without"):
        fields[name] = [one["part"] for one in kept.get(name, ())]
    fields["agreed_by"] = version.agreed_by.split(SEVERAL)
    fields["agreed_on"] = version.agreed_on
    recipe, _ = read_recipe(fields, date.max)
    return recipe


def moves(session: Session, old: BaseGeometry | None, new: BaseGeometry) -> Moves:
    """Who moves when a shape takes the place of another; of none if there was none."""
    lost = postcodes_within(session, old, outside=new) if old is not None else ()
    return Moves(postcodes_within(session, new, outside=old), lost)


def shape_in_force(session: Session, version: LayerVersion) -> BaseGeometry | None:
    """The shape of the neighbourhood of a version in force."""
    geom = session.scalar(
        select(Footprint.geom).where(Footprint.layer_id == version.layer_id, Footprint.geom.is_not(None))
    )
    return None if geom is None else shapely.from_wkb(bytes(geom.data))


def drift(session: Session, version: LayerVersion) -> Drift:
    """Whether composing a neighbourhood again would give what is published, and whom it would move."""
    recipe = recipe_of(version)
    try:
        again = draft(session, recipe).composed.shape
    except RecipeRefused as refused:
        return Drift(recipe.code, refused.problems)
    old = shape_in_force(session, version)
    if old is None:
        return Drift(recipe.code)
    differs = ground_km2(shapely.difference(again, old)) + ground_km2(shapely.difference(old, again))
    return Drift(recipe.code, moves=moves(session, old, again), differs_km2=differs)


def postcodes_within(
    session: Session, shape: BaseGeometry, outside: BaseGeometry | None = None
) -> tuple[str, ...]:
    """Live postcodes (``ZA1 4QT``) inside a shape and not inside another, in order."""
    west, south, east, north = shape.bounds
    rows = session.execute(
        select(Postcode.code, Postcode.lon, Postcode.lat)
        .where(
            Postcode.lon.between(west, east),
            Postcode.lat.between(south, north),
            Postcode.terminated.is_(None),
        )
        .order_by(Postcode.code)
    ).all()
    points = shapely.points([(row.lon, row.lat) for row in rows]) if rows else []
    inside = shapely.covers(shape, points)
    if outside is not None:
        inside &= ~shapely.covers(outside, points)
    return tuple(f"{row.code[:-3]} {row.code[-3:]}" for row, is_in in zip(rows, inside, strict=True) if is_in)


def _composed() -> Select[tuple[LayerVersion]]:
    """Versions of layers that were composed: only these say when they were agreed."""
    return (
        select(LayerVersion)
        .join(Layer, Layer.id == LayerVersion.layer_id)
        .where(Layer.kind == KIND, LayerVersion.agreed_on.is_not(None))
        .options(contains_eager(LayerVersion.layer))
    )


def _missing(field: str, parts: Iterable[Part], found: dict[Part, FoundPart | None]) -> list[Problem]:
    return [
        Problem(field, str(part), Fault.NO_SHAPE if part in found else Fault.NO_SUCH)
        for part in parts
        if found.get(part) is None
    ]


def _once(texts: Iterable[str]) -> str:
    return SEVERAL.join(dict.fromkeys(text.strip().rstrip(".") for text in texts if text.strip()))


def _in_words(one: FoundPart) -> str:
    """``Harbour (ward Z05000001)``."""
    kind = one.part.kind
    words = kind.value.removeprefix("school_catchment_") + " school catchment" if kind.is_catchment else kind
    return f"{one.name} ({words.replace('_', ' ')} {one.part.code})"


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
