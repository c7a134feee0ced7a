"""The headers of every answer, and what tells the browser to fetch nothing from anywhere else."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(protect)


def protect(response: Response) -> Response:
    """Add what is missing; a page that set its own ``Cache-Control`` keeps it.

    ``no-cache``: a page is asked for anew when somebody follows a link to it, but Back still works where
    the signal does not. ``private``: no cache on the way keeps what somebody searched for.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    return response
