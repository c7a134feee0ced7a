"""The headers of every answer, and what tells the browser to fetch nothing from anywhere else."""

from collections.abc import Mapping
from functools import partial

from flask import Flask, Response, request

from hubfinder.settings import Settings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:{tiles}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600
ONLY_HTTPS = ("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer."""
    app.after_request(partial(protect, headers_of(settings)))


def headers_of(settings: Settings) -> dict[str, str]:
    """The headers of every answer. Only the host of a council's own map tiles may add an image."""
    tiles = f" {settings.tile_host}" if settings.tile_host else ""
    return {"Content-Security-Policy": POLICY.format(tiles=tiles), **HEADERS}


def protect(headers: Mapping[str, str], response: Response) -> Response:
    """Add what is missing; a page that set its own ``Cache-Control`` keeps it.

    ``no-cache``: a page is asked for anew when somebody follows a link to it, but Back still works where
    the signal does not. ``private``: no cache on the way keeps what somebody searched for.
    """
    there = {name.lower() for name, _ in response.headers}  # asking for each takes five times as long
    response.headers.extend([(name, value) for name, value in headers.items() if name.lower() not in there])
    if "cache-control" not in there:
        response.headers.add("Cache-Control", "private, no-cache")
    if request.is_secure:
        response.headers.set(*ONLY_HTTPS)
    return response
