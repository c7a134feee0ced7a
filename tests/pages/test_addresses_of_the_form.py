"""What a family types stands in no address: a browser keeps those, and whatever is on the way logs them."""

import re
from html import unescape
from urllib.parse import unquote_plus

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.asking import CHILD, ME, STEPS, Asker
from tests.support.following import Follower

TYPED = (
    "za1 4qt",
    "za14qt",
    "robin",
    "ash",
    "example.org",
    "960123",
    "sleeps",
    "blue lamp",
    "2021",
    "polish",
)
"""Of what ``STEPS`` and the rows hold, in lower case."""
_LINK = re.compile(r'(?:href|action|formaction|src)="([^"]*)"')
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_TEXT = re.compile(r'<textarea|<input(?![^>]*type="(?:hidden|radio|checkbox|submit)")')


class Seen:
    """Every address that a browser meets, and every form that would make one of what is typed."""

    def __init__(self) -> None:
        self.addresses: set[str] = set()
        self.asking: list[str] = []

    def look(self, response: TestResponse) -> TestResponse:
        html = response.get_data(as_text=True)
        found = {response.request.url, response.headers.get("Location", ""), *_LINK.findall(html)}
        plain = {unquote_plus(unescape(address)).lower() for address in found}
        self.addresses |= {address for address in plain if not address.startswith(("data:", "tel:"))}
        for form in _FORM.findall(html):
            if 'method="post"' not in form.partition(">")[0] and _TEXT.search(form):
                self.asking.append(f"{response.request.path}: {form.partition('>')[0]}")
        return response


def test_nothing_that_a_family_types_stands_in_an_address(app: Flask, asker: Asker) -> None:
    seen = Seen()
    seen.look(asker.client.post("/ask", data={"place": "ZA1 4QT"}))
    seen.look(asker.client.post("/ask", data={"place": "ZA1 4Q"}))
    seen.look(asker.begin())
    for person in (ME, CHILD):
        seen.look(asker.add("people", person))
    for key, typed in STEPS.items():
        seen.look(asker.get(key))
        seen.look(asker.post(key, typed))
    for key in ("", "people", "people/new", "check", "keep"):
        seen.look(asker.get(key))
    seen.look(asker.send())
    seen.look(asker.get("sent"))
    follower = Follower(app)
    seen.look(follower.enter())
    for page in ("", "/withdraw", "/code", "/change/home", "/change/people", "/change/people/new"):
        assert seen.look(follower.get(page)).status_code == 200, page
    assert len(seen.addresses) > 40
    assert [one for one in sorted(seen.addresses) for words in TYPED if words in one] == []
    assert seen.asking == []


def test_the_trial_would_find_it(app: Flask) -> None:
    seen = Seen()
    seen.look(app.test_client().get("/results?place=ZA1+4QT"))
    assert any("za1 4qt" in address for address in seen.addresses)
    assert seen.asking
