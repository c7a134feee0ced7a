"""What the map that moves asks for: outlines, marks and words. Nothing of it is needed by a page as such."""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import shapely
from flask import Flask, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry.base import BaseGeometry

from hubfinder.directory.map_marks import marks_in
from hubfinder.extensions import db
from hubfinder.places.map_areas import areas_of, kinds_in
from hubfinder.places.queries import footprint_by_code
from hubfinder.places.revision import current_revision
from hubfinder.vocab import Basis, FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.map_words import kind_words, map_sentences
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing

MOST_KEPT = 64
"""Answers that each application keeps, packed: a few megabytes."""
MARGIN = 0.05
"""Degrees around an area whose places are marked too: a border does not hide help."""


@dataclass(slots=True)
class Packed:
    """Packed answers by what they answer, the ones asked for last; a newer revision replaces an older."""

    _answers: "OrderedDict[tuple[str, ...], tuple[int, bytes]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, asked: tuple[str, ...], revision: int, make: Callable[[], object]) -> bytes:
        """The answer as JSON packed with gzip, made where there is none of this revision."""
        with self._lock:
            known = self._answers.get(asked)
            if known and known[0] == revision:
                self._answers.move_to_end(asked)
                return known[1]
        packed = gzip.compress(json.dumps(make(), separators=(",", ":")).encode(), 9, mtime=0)
        with self._lock:
            self._answers[asked] = revision, packed
            while len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)
        return packed


def init_app(app: Flask) -> None:
    """Give the application its own store."""
    app.extensions["map_outlines"] = Packed()


@public_page(pages, "/map/footprints/<kind>/<code>.json", translated=False)
def map_footprints(kind: str, code: str) -> ResponseReturnValue:
    """TopoJSON of all footprints of the ``kinds`` asked for in an area; kept until places change."""
    kinds = sorted(existing(_kind(word)) for word in set(request.args.get("kinds", "").split(",")) if word)
    revision = current_revision(db.session)
    asked = (kind, code, *kinds)
    tag = f"{revision}-{hashlib.sha256(','.join(asked).encode()).hexdigest()[:16]}"
    if request.if_none_match.contains(tag):
        return _tagged(Response(status=304), tag)
    kept: Packed = current_app.extensions["map_outlines"]
    packed = kept.get(asked, revision, lambda: _outlines(ground(kind, code), kinds))
    return _tagged(_unpacked(packed), tag)


@public_page(pages, "/map/marks/<kind>/<code>.json", translated=False)
def map_marks(kind: str, code: str) -> ResponseReturnValue:
    """The places to mark in and around an area."""
    west, south, east, north = ground(kind, code).bounds
    return jsonify(marks_in(db.session, (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)))


@public_page(pages, "/map/words.json")
def map_words() -> ResponseReturnValue:
    """What the map says, in the language of the page; and the addresses of pages, ``KEY`` for the key."""
    return jsonify(
        sentences=map_sentences(),
        kinds=kind_words(),
        basis={basis.value: str(basis.label) for basis in Basis},
        pages={
            "hub": url_for("public.hub", key="KEY"),
            "service": url_for("public.service", key="KEY"),
            "footprint": url_for("public.footprint", kind="KIND", code="KEY"),
        },
    )


def ground(kind: str, code: str) -> BaseGeometry:
    """The outline of a footprint; a 404 where there is none."""
    found = existing(footprint_by_code(db.session, existing(_kind(kind)), code))
    return shapely.from_wkb(existing(found.outline))


def _outlines(area: BaseGeometry, kinds: list[FootprintKind]) -> dict[str, object]:
    counts = {kind.value: number for kind, number in kinds_in(db.session, area).items()}
    return {**areas_of(db.session, area, kinds), "kinds": counts}


def _kind(word: str) -> FootprintKind | None:
    return FootprintKind(word) if word in FootprintKind._value2member_map_ else None


def _unpacked(packed: bytes) -> Response:
    """Packed for whoever takes it so, which is every browser."""
    if not request.accept_encodings["gzip"]:
        return Response(gzip.decompress(packed), mimetype="application/json")
    response = Response(packed, mimetype="application/json")
    response.content_encoding = "gzip"
    return response


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.vary.add("Accept-Encoding")
    return response
