"""The blueprint of the face for machines, and the form of its answers."""

import json

from flask import Blueprint, Response

pages = Blueprint("api", __name__)

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any site may read the answers: they are open data, and no cookie changes them."""
FOUND = {**HEADERS, "Cache-Control": "private, max-age=60"}
"""``private``: no cache on the way keeps which postcode was asked for."""
FAILED = {**HEADERS, "Cache-Control": "no-store"}
JSON = "application/json"


def answer(body: bytes) -> Response:
    """A ready JSON text as an answer."""
    return Response(body, content_type=JSON, headers=FOUND)


def failure(status: int, found: dict[str, object]) -> Response:
    """What is the matter, as an object."""
    body = json.dumps(found, ensure_ascii=False) + "\n"
    return Response(body, status, content_type=JSON, headers=FAILED)
