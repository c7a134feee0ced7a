"""Asking for help at the front door as a browser without scripts does: page by page."""

import re
from collections.abc import Mapping
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.models import Draft, Referral
from hubfinder.referrals.reading import Opened, opened
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.vault import keys
from tests.pages.reading import Page

Typed = Mapping[str, str | list[str]]
HIDDEN = re.compile(r'<input type="hidden" name="(form|was)" value="([^"]*)"')
STORY = "Nobody in our house sleeps."
STEPS: dict[str, Typed] = {
    "who": {"who": "family"},
    "people": {},
    "home": {"postcode": "za14qt"},
    "language": {"languages": ["pl"], "interpreter": "yes", "access": ["quiet"]},
    "helpers": {},
    "story": {"story": STORY, "wanted": "Somebody to talk to."},
    "needs": {"needs": ["parenting"]},
    "child": {"child_words": "I like the blue lamp."},
    "contact": {"contact_ok": "yes", "ways": ["telephone", "email"]},
    "telephone": {
        "telephone": "01632 960123",
        "telephone_call": "no",
        "telephone_text": "yes",
        "telephone_say_who": "no",
    },
    "email": {"email": "robin@example.org", "email_write": "yes"},
    "sharing": {"share_with": ["hub"], "share_what": ["people", "story"]},
}
"""What a family types, step by step."""
ME: Typed = {"kind": "adult", "name": "Robin Example", "relation": "mother", "is_asking": "yes"}
CHILD: Typed = {
    "kind": "child",
    "name": "Ash Example",
    "born_day": "27",
    "born_month": "3",
    "born_year": "2021",
    "relation": "son_or_daughter",
}


class Asker:
    """Somebody who fills in the form. ``at`` is what stands before each address: ``/ar``."""

    def __init__(self, client: FlaskClient, at: str = "") -> None:
        self.client = client
        self.at = at

    def get(self, key: str = "") -> TestResponse:
        return self.client.get(self.address(key))

    def address(self, key: str = "") -> str:
        return f"{self.at}/ask/{key}" if key else f"{self.at}/ask"

    def hidden(self, key: str = "") -> dict[str, str]:
        """What the form of a page carries along."""
        return dict(HIDDEN.findall(self.get(key).get_data(as_text=True)))

    def post(self, key: str, typed: Typed, **more: str) -> TestResponse:
        """Open a page and send it."""
        return self.client.post(self.address(key), data={**self.hidden(key), **typed, **more})

    def begin(self, danger: str = "no", **more: str) -> TestResponse:
        return self.post("", {"danger": danger}, **more)

    def add(self, which: str, typed: Typed) -> TestResponse:
        """Add somebody, as the page's form does: it is sent to an address of its own."""
        page = self.get(f"{which}/new").get_data(as_text=True)
        action = re.search(rf'action="([^"]*/{which}/[0-9a-f]{{8}})"', page)
        assert action, page
        return self.client.post(unescape(action[1]), data={**dict(HIDDEN.findall(page)), **typed})

    def answer_all(self, **instead: Typed) -> "Asker":
        """Fill in everything up to the last page."""
        self.begin()
        for person in (ME, CHILD):
            self.add("people", person)
        for key, typed in {**STEPS, **instead}.items():
            response = self.post(key, typed)
            assert response.status_code == 303, (key, response.get_data(as_text=True))
        return self

    def send(self) -> TestResponse:
        return self.post("check", {})


def page_of(asker: Asker, key: str = "") -> Page:
    """A page as somebody reads it."""
    response = asker.get(key)
    return Page(response.status_code, response.get_data(as_text=True))


def sent_ones(app: Flask) -> list[Opened]:
    """The requests there are, open."""
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return [opened(keys(), row) for row in session.scalars(select(Referral))]


def drafts_there(app: Flask) -> int:
    """How many forms are kept."""
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


def empty_vault(app: Flask) -> None:
    """Throw away all that was asked and begun."""
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        for table in reversed(VaultBase.metadata.sorted_tables):
            session.execute(table.delete())
        session.commit()
