"""Areas made of whole smaller ones: by a lookup file, or by the largest overlap with areas that are here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace as changed
from pathlib import Path

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from hubfinder.ingest.deriving import Common, listed, many, refuse_over_real, telling
from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.footprints import save
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.labels import code_in
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.report import KEPT, Report
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.deriving.facts import derived_facts, layers_of, least_sure
from hubfinder.places.deriving.joining import Drawn, Plan, bridged, by_overlap, draw
from hubfinder.places.deriving.land import shapes_of
from hubfinder.places.models import Footprint, Layer
from hubfinder.vocab import Basis, FootprintKind

WORDS = {
    FootprintKind.SMALL_AREA: "small areas",
    FootprintKind.MSOA: "middle areas",
    FootprintKind.WARD: "wards",
    FootprintKind.LOCAL_AUTHORITY: "council areas",
}

BEST = "best-fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Common):
    """Options of everything that is made of whole smaller areas."""

    footprint_kind: FootprintKind = option("What kind of area to make.")
    of: FootprintKind = option("Of which kind the parts are.", default=FootprintKind.SMALL_AREA)
    replace: bool = option("Even where official or traced areas have the same codes.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Joined):
    """Options where a file says which part belongs to which area."""

    part_field: str = option("The column with the code of a part.")
    code_field: str = option("The column with the code of the area it belongs to.")
    name_field: str = option("The column with that area's name.")
    bridge: Path | None = option(
        "A second file, where the parts here have codes of another year than those of the lookup.",
        default=None,
    )
    bridge_part: str = option("Its column with the codes of the parts here.", default="")
    bridge_code: str = option("Its column with the codes of the lookup.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap(Joined):
    """Options of the largest overlap."""

    like: FootprintKind = option("The kind of area to follow: its shapes must be here.")


@dataclass(slots=True)
class _Reader:
    """Reads the rows of a lookup into a plan."""

    loading: Loading
    columns: tuple[str, str, str]
    """Of the part's code, the area's code and the area's name."""
    plan: Plan
    rows: dict[str, int]

    def read(self, row: Row) -> bool:
        part, code = (code_in(row, column) for column in self.columns[:2])
        for column, value in zip(self.columns, (part, code), strict=False):
            if not value:
                raise RowRefused(column, "is empty")
        name = sentence(row, self.columns[2], required=True)
        if (other := self.plan.area_of.setdefault(part, code)) != code:
            why = f"{part} is in {code} here, and in {other} in row {self.rows[part]:,}"
            raise RowRefused(self.columns[1], why)
        if (known := self.plan.names.setdefault(code, name)) != name:
            raise RowRefused(self.columns[2], f"{code} has two names: {known} and {name}")
        self.rows.setdefault(part, row.number)
        return True


def load_best_fit(loading: Loading, options: Lookup) -> None:
    """Areas that are no exact sum of their parts: each part goes whole to the one the list gives it to."""
    _load_lookup(loading, options, BEST, "Best fit of whole {parts} by the list {file}.")


def load_dissolve(loading: Loading, options: Lookup) -> None:
    """Areas that are an exact sum of their parts, and so as sure as these."""
    _load_lookup(loading, options, "dissolved", "{Parts} joined by the list {file}.")


def _load_lookup(loading: Loading, options: Lookup, how: str, method: str) -> None:
    shapes = _parts(loading, options)
    plan, rows = _read(loading, options)
    if options.bridge:
        plan = bridged(plan, sorted(shapes), _bridge(loading, options))
        if plan.split:
            parts = many(len(plan.split), "part is", "parts are")
            loading.report.note(
                f"{parts} in several areas by the bridge, and went to the one with most of its codes there: "
                f"{_split(plan)}."
            )
        method += f" Codes of another year were found by the list {_name(options.bridge)}."
    else:
        _tell_unknown(loading, options, plan, shapes, rows)
    text = method.format(
        parts=_word(options.of), Parts=_word(options.of).capitalize(), file=_name(loading.path)
    )
    _save(loading, options, how, plan, shapes, text)


def load_overlap(loading: Loading, options: Overlap) -> None:
    """Whole parts, each with the area it has most ground in common with."""
    shapes = _parts(loading, options)
    targets = shapes_of(loading.session, options.like)
    if not targets:
        raise FileRefused(f"There are no shapes of the kind {options.like.value} here to follow.")
    rows = loading.session.execute(
        select(Footprint.code, Footprint.name).where(Footprint.kind == options.like)
    )
    names = {row.code: row.name for row in rows}
    plan = by_overlap(shapes, targets, names, telling(loading, "overlaps"))
    if plan.split:
        loading.report.note(
            f"{many(len(plan.split), 'part lies', 'parts lie')} in several areas and went to the one with "
            f"most of their ground: {_split(plan)}."
        )
    method = (
        f"Best fit of whole {_word(options.of)}: each is in the {options.like.value} that has most of it."
    )
    _save(loading, options, BEST, plan, shapes, method)


def _parts(loading: Loading, options: Joined) -> dict[str, BaseGeometry]:
    shapes = shapes_of(loading.session, options.of)
    if not shapes:
        raise FileRefused(f"There are no shapes of the kind {options.of.value} here: import them first.")
    return shapes


def _read(loading: Loading, options: Lookup) -> tuple[Plan, dict[str, int]]:
    """What the lookup says, and in which row it says so of each part."""
    columns = [one.lower() for one in (options.part_field, options.code_field, options.name_field)]
    reader = _Reader(loading, (columns[0], columns[1], columns[2]), Plan(), {})
    for _ in loading.each(reader.read, needs=columns):
        pass
    return reader.plan, reader.rows


def _bridge(loading: Loading, options: Lookup) -> dict[str, list[str]]:
    """The codes of the lookup for each code of the parts here. Its refused rows count in the one report."""
    if options.bridge is None or not options.bridge_part or not options.bridge_code:
        raise FileRefused("A bridge needs --bridge-part and --bridge-code: which columns to read.")
    theirs = Report(loading.report.kind, options.bridge.name)
    part, code = options.bridge_part.lower(), options.bridge_code.lower()
    reading = Loading(loading.session, options.bridge, theirs, loading.progress)
    found: dict[str, list[str]] = {}
    try:
        for here, there in reading.each(
            lambda row: (code_in(row, part), code_in(row, code)), needs=(part, code)
        ):
            if there not in found.setdefault(here, []):
                found[here].append(there)
    except FileRefused as error:
        raise FileRefused(f"{options.bridge.name}: {error}") from error
    loading.report.refused += theirs.refused
    loading.report.problems += theirs.problems[: max(KEPT - len(loading.report.problems), 0)]
    return found


def _tell_unknown(
    loading: Loading,
    options: Lookup,
    plan: Plan,
    shapes: Mapping[str, BaseGeometry],
    rows: Mapping[str, int],
) -> None:
    unknown = [part for part in plan.area_of if part not in shapes]
    if len(unknown) == len(plan.area_of):
        raise FileRefused(
            f"No {options.of.value} of the column {options.part_field} has a shape here "
            f"(row {rows[unknown[0]]:,}: {unknown[0]})."
        )
    if unknown:
        loading.report.note(
            f"{many(len(unknown), 'row names a part', 'rows name parts')} without a shape here; the first "
            f"is row {rows[unknown[0]]:,}, {options.part_field}: {unknown[0]}."
        )


def _save(
    loading: Loading,
    options: Joined,
    how: str,
    plan: Plan,
    shapes: Mapping[str, BaseGeometry],
    method: str,
) -> None:
    drawn = draw(plan, shapes, telling(loading, "joining parts"))
    if not drawn.areas:
        raise FileRefused("None of its areas has a part with a shape here.")
    layers = layers_of(loading.session, options.of, [])
    kind = options.footprint_kind
    key = options.layer or f"{kind.value}:{how}"
    least = [Basis.BEST_FIT] if how == BEST or plan.split else []
    basis = least_sure([*least, *(layer.basis for layer in layers)])
    refuse_over_real(loading, kind, key, [area.code for area in drawn.areas], replace=options.replace)
    _tell(loading, options, plan, shapes, drawn)
    facts = derived_facts(key, kind, basis, options.said, [*layers, *_followed(loading, options)])
    save(loading, changed(facts, method=method), drawn.areas)


def _followed(loading: Loading, options: Joined) -> list[Layer]:
    return layers_of(loading.session, options.like) if isinstance(options, Overlap) else []


def _tell(
    loading: Loading, options: Joined, plan: Plan, shapes: Mapping[str, BaseGeometry], drawn: Drawn
) -> None:
    """What did not fit together."""
    note = loading.report.note
    loading.report.count(_word(options.of), sum(part in shapes for part in plan.area_of))
    placeless = [part for part in shapes if part not in plan.area_of]
    if placeless:
        words = many(len(placeless), f"{options.of.value} is", f"{options.of.value}s are")
        note(f"{words} in no area: {listed(placeless)}.")
    if empty := sorted(plan.names.keys() - {area.code for area in drawn.areas}):
        note(f"{many(len(empty), 'area has', 'areas have')} no part here: {listed(empty)}.")
    if drawn.missing:
        words = many(len(drawn.missing), "area lacks", "areas lack")
        note(f"{words} parts that have no shape here, and are too small: {listed(sorted(drawn.missing))}.")
    if drawn.overlaid:
        words = many(len(drawn.overlaid), "area has", "areas have")
        note(f"{words} parts that do not share their borders; they were overlaid: {listed(drawn.overlaid)}.")


def _split(plan: Plan) -> str:
    first = [f"{part} ({', '.join(areas)})" for part, areas in sorted(plan.split.items())]
    return listed(first)


def _word(kind: FootprintKind) -> str:
    return WORDS.get(kind, f"areas of the kind {kind.value}")


def _name(path: Path) -> str:
    return path.name


BEST_FIT = Kind("best-fit", "Areas by a best-fit lookup.", load_best_fit, Lookup, moves_memberships=True)
DISSOLVE = Kind(
    "dissolve", "Areas that their parts add up to.", load_dissolve, Lookup, moves_memberships=True
)
OVERLAP = Kind("overlap", "Areas by the largest overlap.", load_overlap, Overlap, moves_memberships=True)
