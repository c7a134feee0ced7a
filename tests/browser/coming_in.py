"""A browser of somebody who has signed in: it holds the cookie of a test client that has."""

from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext

from tests.support.browser import NewContext

COOKIE = "hubfinder"


def cookie_of(client: FlaskClient) -> str:
    """What the browser of whoever this client is would hold, after the first page."""
    client.get("/staff")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def come_in(context: BrowserContext, address: str, cookie: str) -> BrowserContext:
    """The same window, signed in at an address."""
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return context


def signed_in_windows(new_context: NewContext, address: str, cookie: str) -> NewContext:
    """As ``new_context``, but every window is that of somebody signed in."""

    def make(**options: Any) -> BrowserContext:
        return come_in(new_context(**options), address, cookie)

    return make
