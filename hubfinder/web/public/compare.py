"""Two kinds of footprints over each other: which fit together, which straddle, as picture, table and file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import shapely
from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hubfinder.display.map import LocatorMap, Outline, draw
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places.fitting import (
    FIT,
    Fit,
    Summary,
    Verdict,
    along_the_diagonal,
    fits,
    fitting_first,
    summary,
)
from hubfinder.places.models import Layer
from hubfinder.places.overlap import Cell, Overlap, Side, areas_of_kind, loaded_kinds, overlap
from hubfinder.places.overlap_export import as_csv, as_object, export_of, people_layer
from hubfinder.places.queries import outlines_of
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.compare_question import BY_SHARE, Asked, read_asked
from hubfinder.web.shared import matrix
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.fitting import fit_sentence
from hubfinder.web.shared.kept import kept
from hubfinder.web.shared.sources import AreaSource, area_sources

COUNCIL, NETWORK = FootprintKind.LOCAL_AUTHORITY, FootprintKind.PRIMARY_CARE_NETWORK
FIRST_KINDS = (FootprintKind.SCHOOL_CATCHMENT_PRIMARY, FootprintKind.WARD, FootprintKind.SMALL_AREA)
"""What most people compare with networks, the best first."""
MOST_LINES = 300
"""Lines of a list or table on the page; the file has all."""
MOST_LABELS = 8
MOST_OUTLINES = 150
WHOLE = 0.95
"""Of a footprint that has less than this share of its postcodes in the area compared, a part is missing."""


@dataclass(frozen=True)
class Comparison:
    """What the page shows of a comparison, worked out as it is written."""

    asked: Asked
    found: Overlap

    @cached_property
    def fits(self) -> list[Fit]:
        return fitting_first(fits(self.found))

    @cached_property
    def turned(self) -> list[Fit]:
        """The other way round."""
        return fitting_first(fits(self.found.turned()))

    @property
    def summary(self) -> Summary:
        return summary(self.fits)

    @property
    def turned_summary(self) -> Summary:
        return summary(self.turned)

    @property
    def picture(self) -> Markup | None:
        """The matrix; none where it would be too large to read."""
        if not self.is_small:
            return None
        rows = along_the_diagonal(self.fits, self.found.columns)
        title = gettext(
            "Matrix: how much of each area of the kind %(of)s lies in each of the kind %(with)s. "
            "The table below it says the same.",
            **{"of": self.found.of.label, "with": self.found.with_.label},
        )
        return matrix.draw(self.found, rows, title)

    @property
    def is_small(self) -> bool:
        return matrix.is_drawable(self.found)

    @property
    def pairs(self) -> list[tuple[Fit, Side, Cell]]:
        """Every two that have something in common, those that fit first."""
        return [
            (fit, part.side, self.found.cell(fit.side, part.side)) for fit in self.fits for part in fit.parts
        ]

    @property
    def cut(self) -> list[Side]:
        """Footprints of which only a part lies in the area compared."""
        sides = (*self.found.rows, *self.found.columns)
        return [side for side in sides if side.everywhere and side.postcodes < WHOLE * side.everywhere]

    @cached_property
    def ids(self) -> list[int]:
        return [side.id for side in (*self.found.rows, *self.found.columns)]

    @property
    def sources(self) -> list[AreaSource]:
        return area_sources(db.session, self.ids) if self.is_small or len(self.ids) < MOST_LINES else []

    @property
    def map(self) -> LocatorMap | None:
        """The outlines of both kinds over each other; none where there are too many to tell apart."""
        if not self.ids or len(self.ids) > MOST_OUTLINES:
            return None
        shapes = outlines_of(db.session, self.ids)
        columns = self.found.columns
        labels = matrix.short_names([side.name for side in columns], matrix.LONGEST_COLUMN)
        if len(columns) > MOST_LABELS:
            labels = [""] * len(columns)
        outlines = [_outline(side, shapes, "area") for side in self.found.rows]
        outlines += [
            _outline(side, shapes, "over", label) for side, label in zip(columns, labels, strict=True)
        ]
        return draw(None, (), [outline for outline in outlines if outline])

    @cached_property
    def people(self) -> Layer | None:
        """Where the patients come from that are counted as people."""
        return people_layer(db.session)


@public_page(pages, "/compare")
def compare() -> ResponseReturnValue:
    numbers = loaded_kinds(db.session)
    asked = read_asked(db.session, request.args, numbers)
    ready = not asked.is_empty and not asked.errors
    page = render_template(
        "public/compare.html",
        asked=asked,
        kinds=[(kind.value, kind.label) for kind in numbers],
        chosen=_chosen(asked, list(numbers)),
        areas=_areas(asked),
        counts=_counts() if NETWORK in numbers else [],
        shown=Comparison(asked, _found(asked)) if ready else None,
        **_words(asked),
    )
    return page, 400 if asked.errors else 200


@public_page(pages, "/compare.csv", translated=False)
def compare_csv() -> ResponseReturnValue:
    return _file(_csv)


@public_page(pages, "/compare.json", translated=False)
def compare_json() -> ResponseReturnValue:
    return _file(_json)


def compare_address(kind: FootprintKind, council: str | None) -> str:
    """The page that compares a kind with the one that most would compare it with, in a council."""
    other = NETWORK if kind is not NETWORK else FIRST_KINDS[0]
    within = (COUNCIL, council) if council and kind is not COUNCIL else None
    return _address("public.compare", Asked(kind, other, within))


def _found(asked: Asked) -> Overlap:
    assert asked.of is not None and asked.with_ is not None  # noqa: S101, PT018 - it has no errors
    of, with_ = asked.of, asked.with_
    return kept(  # a large area takes seconds
        ("overlap", *asked.address.values(), asked.by_share),
        lambda: overlap(db.session, of, with_, asked.within, likeliest=not asked.by_share),
    )


def _file(write: Callable[[Overlap], Response]) -> ResponseReturnValue:
    """The file that was asked for, or what is wrong in plain text."""
    asked = read_asked(db.session, request.args, loaded_kinds(db.session))
    if asked.errors or asked.is_empty:
        words = list(asked.errors.values()) or [gettext("Choose a kind of area from the list.")]
        return Response("\n".join(words) + "\n", 400, mimetype="text/plain")
    response = write(_found(asked))
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(asked)}"'
    return response


def _csv(found: Overlap) -> Response:
    """With a byte order mark: without it, spreadsheets take UTF-8 for something else."""
    return Response("\ufeff" + "".join(as_csv(export_of(db.session, found))), mimetype="text/csv")


def _json(found: Overlap) -> Response:
    return jsonify(as_object(export_of(db.session, found)))


def _file_name(asked: Asked) -> str:
    ending = request.path.rpartition(".")[2]
    kinds = [kind.value.replace("_", "-") for kind in (asked.of, asked.with_) if kind]
    return f"{'-and-'.join(kinds)}.{ending}"


def _outline(side: Side, shapes: dict[int, bytes], style: str, label: str = "") -> Outline | None:
    if side.id not in shapes:
        return None
    return Outline(shapely.from_wkb(shapes[side.id]), style, label, side.id)


def _chosen(asked: Asked, kinds: Sequence[FootprintKind]) -> dict[str, str]:
    """What the form has chosen: what was asked for, or what most people would."""
    first = next((kind for kind in (*FIRST_KINDS, *kinds) if kind in kinds and kind is not NETWORK), None)
    preset = {"of": first.value if first else "", "with": NETWORK.value if NETWORK in kinds else ""}
    return {**preset, **asked.address} if asked.is_empty else {"of": "", "with": "", **asked.address}


def _areas(asked: Asked) -> list[tuple[str, str]]:
    """The areas to choose from: every council, and the area asked for if it is another."""
    councils = [(f"{COUNCIL.value}:{code}", name) for code, name in areas_of_kind(db.session, COUNCIL)]
    here = asked.address.get("within", "")
    other = [(here, asked.area)] if here and here not in dict(councils) else []
    return [("", gettext("Everywhere")), *councils, *other]


def _counts() -> list[tuple[str, str]]:
    return [
        ("", gettext("Only for the network that most people are with")),
        (BY_SHARE, gettext("For each network by its share of the people")),
    ]


def _address(endpoint: str, asked: Asked) -> str:
    values: dict[str, Any] = dict(asked.address)
    return url_for(endpoint, **values)


def _words(asked: Asked) -> dict[str, object]:
    """What the template needs to put a comparison into words."""
    turned = replace(asked, by_share=not asked.by_share)
    return {
        "sentence": fit_sentence,
        "verdicts": _verdicts(),
        "scale": _scale(),
        "most": MOST_LINES,
        "fit_from": FIT,
        "with_networks": NETWORK in (asked.of, asked.with_),
        "other_count": _address("public.compare", turned),
        "places": 1 if asked.by_share and NETWORK in (asked.of, asked.with_) else 0,
    }


def _verdicts() -> dict[Verdict, str]:
    return {
        Verdict.FITS: gettext("Fit inside one"),
        Verdict.PARTLY: gettext("Partly in one, otherwise in none"),
        Verdict.STRADDLES: gettext("Straddle several"),
        Verdict.OUTSIDE: gettext("Outside all of them"),
    }


def _scale() -> list[tuple[int, str]]:
    """How dark a field is, and what that means."""
    edges = [*matrix.STEPS, 1.0]
    return [
        (0, gettext("nothing")),
        *(
            (
                step,
                gettext("%(low)s to %(high)s", low=_per_cent(low, up=True), high=_per_cent(high, up=False)),
            )
            for step, (low, high) in enumerate(pairwise(edges), 1)
        ),
    ]


def _per_cent(share: float, *, up: bool) -> str:
    """Where a step begins, or where the one below it ends."""
    whole = max(1, round(share * 100))
    return f"{whole if up or whole == 100 else whole - 1}%"
