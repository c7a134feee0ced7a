"""A place as JSON: the one form in which machines get it, put together from ready pieces."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hubfinder.places.models import Layer
from hubfinder.places.values import Place
from hubfinder.vocab import Basis, FootprintKind

Piece = tuple[bytes, float]
"""A footprint without its share, and the share."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer says before the footprints."""

    lat: float
    lon: float
    postcode: str | None = None
    name: str | None = None
    """What was looked for, where it was a name."""
    terminated: str | None = None

    @classmethod
    def of(cls, place: Place) -> "Head":
        """The head of a place that is known."""
        postcode = str(place.postcode) if place.postcode else None
        name = None if place.postcode else place.label or None
        return cls(place.point.lat, place.point.lon, postcode, name, place.terminated)


def footprint_text(kind: FootprintKind, code: str, name: str, basis: Basis, layer: str) -> bytes:
    """A footprint as JSON, but for its share and the end."""
    return _json({"kind": kind.value, "code": code, "name": name, "basis": basis.value, "layer": layer})[:-1]


def layer_text(layer: Layer) -> bytes:
    """A layer by its key, as it stands in an object: what has to be said wherever it is used."""
    said = {
        "kind": layer.kind.value,
        "basis": layer.basis.value,
        "source": layer.source,
        "as_of": _day(layer.as_of),
        "licence": layer.licence,
        "attribution": layer.attribution,
        "method": layer.method,
        "version": layer.version,
    }
    return _json(layer.key) + b":" + _json(said)


def answer_text(head: Head, footprints: Iterable[Piece], layers: bytes) -> bytes:
    """The whole answer. ``layers``: the texts of all layers of the footprints, with commas between."""
    postcode = f'"{head.postcode}"' if head.postcode else "null"
    name = json.dumps(head.name, ensure_ascii=False) if head.name else "null"
    terminated = f'"{head.terminated}"' if head.terminated else "null"
    return b"".join(
        (
            f'{{"postcode":{postcode},"name":{name},"point":{{"lat":{head.lat!r},"lon":{head.lon!r}}},'
            f'"terminated":{terminated},"footprints":['.encode(),
            b",".join([b'%b,"share":%b}' % (text, _share(share)) for text, share in footprints]),
            b'],"layers":{',
            layers,
            b"}}",
        )
    )


def _share(share: float) -> bytes:
    return b"1" if share == 1.0 else repr(round(share, 4)).encode("ascii")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
