"""Compressing answers, where that gets them to the reader sooner."""

from flask import Flask, Response

from hubfinder.extensions import compress

ONE_TRIP = 14_000
"""Bytes that the first round trip of a connection carries: to compress less only costs time."""


def init_app(app: Flask) -> None:
    """Compress pages and what is large. Registered first, so that it comes last."""
    app.config["COMPRESS_REGISTER"] = False
    compress.init_app(app)
    app.after_request(squeeze)


def squeeze(response: Response) -> Response:
    """Compress an answer, unless it is data that arrives at once anyway."""
    response.headers.setdefault("Vary", "Accept-Encoding")
    if response.mimetype == "application/json" and (response.content_length or ONE_TRIP) < ONE_TRIP:
        return response
    return compress.after_request(response)
