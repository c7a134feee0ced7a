"""Filling in the public's forms as a browser would, for tests."""

import re
from html import unescape

from flask.testing import FlaskClient

from tests.pages.reading import Page, words

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_REFERENCE = re.compile(r'<p class="code"><strong dir="ltr">([0-9A-Z-]+)</strong>')


def open_form(client: FlaskClient, address: str) -> dict[str, str]:
    """The hidden fields of the form at an address."""
    page = client.get(address).get_data(as_text=True)
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def send(client: FlaskClient, address: str, *, sent_from: str = "203.0.113.7", **fields: str) -> Page:
    """Open the form, fill it in and press its button; ``form`` sends a form that was opened before."""
    whole = {**open_form(client, address), **fields}
    answer = client.post(address, data=whole, environ_overrides={"REMOTE_ADDR": sent_from})
    return Page(answer.status_code, answer.get_data(as_text=True))


def reference_on(page: Page) -> str:
    found = _REFERENCE.search(page.html)
    assert found is not None, words(page.html)[-2000:]
    return found[1]
