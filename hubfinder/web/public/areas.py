"""Where our areas come from: every layer of footprints, and the versions of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for

from hubfinder.extensions import db
from hubfinder.places import versions
from hubfinder.places.models import Layer, LayerVersion
from hubfinder.places.sources import postcodes_origin
from hubfinder.vocab import FootprintKind, VersionState
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.layer_words import sentences_of
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing

AREAS_A_PAGE = 100
MOST_MOVES = 50
LARGEST = 9_999_999
"""Larger numbers in an address are nobody's."""


@dataclass(frozen=True, slots=True)
class Move:
    """What one area gained and lost: numbers of postcodes, and a few of them."""

    code: str
    name: str
    gained: int
    lost: int
    gained_examples: str
    lost_examples: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where among the areas of a large layer we are."""

    number: int
    last: int
    previous: str
    following: str


@public_page(pages, "/areas")
def areas() -> str:
    """All layers by kind of area. There are some dozens at most."""
    found = versions.layers(db.session)
    groups = groupby(found, key=lambda one: one[0].kind)
    return render_template(
        "public/areas.html",
        groups=[(kind, list(layers)) for kind, layers in groups],
        postcodes=postcodes_origin(db.session),
    )


@public_page(pages, "/areas/<int:number>")
def layer(number: int) -> str:
    """One layer, by its number: its key may hold signs that mean something in an address."""
    found = existing(versions.layer_by_id(db.session, number) if number <= LARGEST else None)
    every = versions.versions_of(db.session, found)
    shown = _chosen(found, every)
    return render_template(
        "public/layer.html",
        layer=found,
        versions=every,
        shown=shown,
        is_old=shown is not None and shown.state is not VersionState.IN_FORCE,
        report=sentences_of(shown.report) if shown else [],
        **_moves(found.kind, shown),
        **_areas(found, shown),
    )


@pages.app_template_filter()
def layer_name(found: Layer) -> str:
    """A layer's key as people read it: ``ward:wards_2024`` as ``Wards 2024``."""
    key = found.key.removeprefix(f"{found.kind.value}:").replace("_", " ").replace("-", " ").strip()
    return key[:1].upper() + key[1:] or found.key


def asked_number(name: str) -> int:
    """A small whole number of the address; 0 where there is none, or something else."""
    text = request.args.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _chosen(found: Layer, every: Sequence[LayerVersion]) -> LayerVersion | None:
    """The version of the address, or the one in force, or the newest; none where none was kept."""
    wanted = asked_number("version")
    if wanted:
        return existing(next((one for one in every if one.number == wanted), None))
    in_force = (one for one in every if one.number == found.version)
    return next(in_force, None) or next(iter(every), None)


def _moves(kind: FootprintKind, shown: LayerVersion | None) -> dict[str, object]:
    """The areas that gained or lost most; ``moves`` is none where it was not worked out."""
    moves = shown.moves if shown else None
    if moves is None:
        return {"moves": None}
    rows = moves["areas"][:MOST_MOVES]
    names = versions.names_of(db.session, kind, [row[0] for row in rows])
    gone = dict(_gone(shown))
    table = []
    for code, gained, lost in rows:
        examples = [", ".join(few) for few in moves["examples"].get(code, ([], []))]
        table.append(Move(code, names.get(code) or gone.get(code, code), gained, lost, *examples))
    return {"moves": table, "moved": moves["moved"], "more_moves": len(moves["areas"]) - len(table)}


def _gone(shown: LayerVersion | None) -> list[tuple[str, str]]:
    findings = shown.report.get("findings", {}) if shown else {}
    return [(code, name) for code, name in findings.get("gone", {}).get("first", [])]


def _areas(found: Layer, shown: LayerVersion | None) -> dict[str, object]:
    """One page of the areas, and how many there are."""
    if shown is None:
        return {"count": 0, "areas": [], "pages": None}
    count = versions.count_areas(db.session, shown)
    last = max(1, -(-count // AREAS_A_PAGE))
    number = min(max(asked_number("page"), 1), last)
    rows = versions.areas_of(db.session, shown, (number - 1) * AREAS_A_PAGE, AREAS_A_PAGE)
    old: dict[str, Any] = {}
    if shown.state is not VersionState.IN_FORCE:
        old = {"version": shown.number, "layer": found.id}
    links = [
        (row.name, url_for("public.footprint", kind=found.kind.value, code=row.code, **old)) for row in rows
    ]
    return {"count": count, "areas": links, "pages": _pages(found, shown, number, last)}


def _pages(found: Layer, shown: LayerVersion, number: int, last: int) -> Pages | None:
    if last == 1:
        return None

    def address(page: int) -> str:
        if not 1 <= page <= last:
            return ""
        chosen: dict[str, Any] = {}
        if shown.state is not VersionState.IN_FORCE:
            chosen["version"] = shown.number
        return url_for("public.layer", number=found.id, **chosen, page=page)

    return Pages(number, last, address(number - 1), address(number + 1))
