"""The front door's desk and a service's, over one vault, for tests of pages."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import Passing, Referral
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Page
from tests.support.requests import a_request

CLINIC = "sleep-clinic"


@dataclass(frozen=True)
class Desk:
    """Somebody signed in."""

    client: FlaskClient

    def get(self, address: str) -> Page:
        return _page(self.client.get(address))

    def post(self, address: str, **fields: object) -> Page:
        return _page(self.client.post(address, data={"csrf_token": self.token, **fields}))

    @property
    def token(self) -> str:
        """Of the session: from the form to sign out, which stands on every staff page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/staff").text)
        assert found is not None
        return found[1]


def _page(answer: TestResponse) -> Page:
    assert answer.headers["Cache-Control"] == "no-store"
    return Page(answer.status_code, answer.headers.get("Location", "") or answer.text)


@dataclass(frozen=True)
class Room:
    """The vault, and the people who work with it."""

    vault: Session
    ring: Keyring
    door: Desk
    clinic: Desk

    def request(self, **answers: object) -> str:
        """A request; its reference."""
        self.vault.rollback()
        reference = a_request(self.vault, self.ring, **answers).reference  # type: ignore[arg-type]
        self.vault.rollback()
        return reference

    def passing(self, reference: str) -> Passing:
        row = self.row(reference)
        return self.vault.scalars(select(Passing).where(Passing.referral_id == row.id)).one()

    def recalled(self, reference: str, **fields: object) -> Page:
        """Take it back from the clinic, by the button of the request's page as it is now."""
        passing = self.passing(reference)
        address = f"/staff/requests/{reference}/recall/{passing.id}"
        return self.door.post(address, **{"revision": passing.revision, **fields})

    def row(self, reference: str) -> Referral:
        self.vault.rollback()
        return self.vault.scalars(select(Referral).where(Referral.reference == reference)).one()

    def verbs(self) -> list[str]:
        self.vault.rollback()
        found = list(self.vault.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))
        self.vault.rollback()
        return found

    def passed(self, reference: str, **fields: object) -> Page:
        """Pass it on to the clinic, by the second page."""
        check = self.door.post(pass_address(reference), do="check", to=CLINIC)
        revision = re.search(r'name="revision" value="(\d+)"', check.html)
        assert revision is not None, check.text
        given = {"to": CLINIC, "checked": "1", "groups": ["people", "story"], "revision": revision[1]}
        return self.door.post(pass_address(reference), do="pass", **{**given, **fields})

    def arrived(self, reference: str) -> str:
        """Passed on; the address in the inbox."""
        assert self.passed(reference).status == 303
        return f"/staff/inbox/{self.passing(reference).id}"


def pass_address(reference: str) -> str:
    return f"/staff/requests/{reference}/pass"
