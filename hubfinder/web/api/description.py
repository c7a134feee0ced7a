"""What this face offers, in the form that programs read: OpenAPI 3.1."""

import json
from typing import Any

from flask import Response

from hubfinder.vocab import Basis, FootprintKind
from hubfinder.web.api.blueprint import answer, pages
from hubfinder.web.shared.access import public_page

Object = dict[str, Any]
_TEXT: Object = {"type": "string"}
_NUMBER: Object = {"type": "number"}
_MAYBE: Object = {"type": ["string", "null"]}
_FOOTPRINT: Object = {
    "kind": {"enum": [kind.value for kind in FootprintKind]},
    "code": _TEXT,
    "name": _TEXT,
    "basis": {"enum": [basis.value for basis in Basis]},
    "layer": {**_TEXT, "description": "Its key among the layers of the answer."},
    "share": {
        **_NUMBER,
        "description": "1 where the point is inside; else how many of the people around belong to it.",
    },
}
_LAYER: Object = {
    **dict.fromkeys(("kind", "basis", "source", "licence", "attribution", "method"), _TEXT),
    "as_of": {**_MAYBE, "format": "date"},
    "version": {"type": "integer"},
}
_PLACE: Object = {
    "postcode": _MAYBE,
    "name": _MAYBE,
    "point": {"type": "object", "properties": {"lat": _NUMBER, "lon": _NUMBER}, "required": ["lat", "lon"]},
    "terminated": {**_MAYBE, "description": "Year and month (yyyymm) in which it was taken out of use."},
    "footprints": {"type": "array", "items": {"$ref": "#/components/schemas/Footprint"}},
    "layers": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Layer"}},
}
_PROBLEM: Object = {"error": _TEXT, "message": _TEXT, "what_to_do": _TEXT}


def _schema(properties: Object) -> Object:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _content(name: str, description: str) -> Object:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _asked(summary: str, *parameters: Object) -> Object:
    answers = {
        "200": _content("Place", "Where it is, and its footprints"),
        "default": _content("Problem", "What is the matter, and what to do"),
    }
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _parameter(name: str, schema: Object, place: str = "query") -> Object:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


_BODY = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {
            "title": "Places",
            "version": "1",
            "description": "Which footprints an address in England is in, how sure that is, and who says so.",
        },
        "paths": {
            "/api/places/{postcode}": _asked("A postcode", _parameter("postcode", _TEXT, "path")),
            "/api/places": _asked(
                "A point, or a place by name",
                *(_parameter(name, _NUMBER) for name in ("lat", "lon")),
                _parameter("place", _TEXT),
            ),
        },
        "components": {
            "schemas": {
                "Place": _schema(_PLACE),
                "Footprint": _schema(_FOOTPRINT),
                "Layer": _schema(_LAYER),
                "Problem": {**_schema(_PROBLEM), "required": ["error", "message"]},
            }
        },
    },
    ensure_ascii=False,
).encode("utf-8")


@public_page(pages, "/api", translated=False)
def describe() -> Response:
    """The description of all there is under this address."""
    return answer(_BODY)
