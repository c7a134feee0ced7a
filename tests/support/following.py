"""Following a request as a browser without scripts does: reference, code, and then page by page."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.extensions import db
from hubfinder.referrals.drafts import Receipt
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import Opened, opened
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.vault import keys
from tests.support.requests import SAID, of_reference, sent

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Follower:
    """A browser, and a request that was sent from elsewhere a moment ago."""

    def __init__(self, app: Flask, client: FlaskClient | None = None, **answers: object) -> None:
        self.app, self.client = app, client or app.test_client()
        with app.app_context(), Session(db.get_engine(VAULT)) as session:
            self.receipt: Receipt = sent(session, keys(), {**SAID, "ways": ["telephone", "email"], **answers})
        self.reference, self.code = self.receipt.reference, self.receipt.code

    def address(self, more: str = "", at: str = "") -> str:
        return f"{at}/follow/{self.reference}{more}"

    def enter(self, reference: str = "", code: str = "", at: str = "") -> TestResponse:
        """Type reference and code."""
        page = self.client.get(f"{at}/follow?reference=")
        typed = {"reference": reference or self.reference, "code": code or self.code}
        return self.client.post(f"{at}/follow", data={**hidden(page), **typed})

    def get(self, more: str = "") -> TestResponse:
        return self.client.get(self.address(more))

    def post(self, more: str, page: TestResponse | None = None, /, **typed: object) -> TestResponse:
        """Open a page and send its form; ``page`` is one that was opened before."""
        found = page or self.get(more)
        return self.client.post(self.address(more), data={**hidden(found), **typed})

    def write(self, words: str) -> TestResponse:
        return self.post("/add", self.get(), words=words)

    def found(self) -> Opened:
        """The request as it is now, open."""
        with self.app.app_context(), Session(db.get_engine(VAULT), expire_on_commit=False) as session:
            row: Referral = of_reference(session, self.reference)
            one = opened(keys(), row)
            session.expunge_all()
            return one


def hidden(page: TestResponse) -> dict[str, str]:
    """What the first form of a page carries along."""
    whole = page.get_data(as_text=True)
    form = re.search(r"<form.*?</form>", whole[whole.index("<main") :], re.DOTALL)
    assert form, whole
    return {name: unescape(value) for name, value in HIDDEN.findall(form[0])}
