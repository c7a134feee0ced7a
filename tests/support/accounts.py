"""Somebody with a password and an authenticator app, and a browser that fills in forms."""

import re
import secrets
import time
from dataclasses import dataclass, field
from html import unescape
from itertools import count

import pyotp
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_security import hash_password
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import Role
from hubfinder.web.accounts import factors
from tests.support.people import HARBOURMOUTH, council

PASSWORD = "walrus teapot orbit lemon"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_number = count(1)


@dataclass
class Someone:
    """Somebody as they know themselves."""

    id: int
    email: str
    app: pyotp.TOTP
    recovery_codes: list[str]
    password: str = PASSWORD
    used: "count[int]" = field(default_factory=lambda: count(0))

    def code(self) -> str:
        """A one-time code that was not used yet; two of them within half a minute."""
        return self.app.at(int(time.time()) + 30 * next(self.used))


class Browser:
    """A client that opens the page of a form before it sends it, as people do."""

    def __init__(self, app: Flask, address: str = "192.0.2.1", base: str = "http://localhost") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.base = base

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, base_url=self.base)

    def post(self, address: str, page: str = "", **fields: str) -> TestResponse:
        """Send a form that stands on ``page``, or at the same address."""
        found = _TOKEN.search(self.get(page or address).text)
        token = found.group(1) if found else ""
        return self.client.post(address, base_url=self.base, data={"csrf_token": token, **fields})

    def password(self, who: Someone, **more: str) -> TestResponse:
        return self.post("/account/login", email=who.email, password=who.password, **more)

    def sign_in(self, who: Someone, onward: str = "") -> TestResponse:
        """Both steps."""
        self.password(who, next=onward)
        return self.post("/account/second-factor", code=who.code())

    @property
    def cookie(self) -> str:
        """What the session's cookie says."""
        there = self.client.get_cookie("hubfinder") or self.client.get_cookie("__Host-hubfinder")
        return there.value if there else ""


def someone(app: Flask, *, has_factor: bool = True, role: Role = Role.COUNCIL_ADMINISTRATOR) -> Someone:
    """A person with a password, and unless told otherwise with an authenticator app and recovery codes."""
    with app.app_context():
        begin_writing(db.session)
        council(db.session)
        email = f"somebody-{next(_number)}-{secrets.token_hex(3)}@example.org"
        person = Person(
            email=email,
            name="Somebody Else",
            password=_hash(app),
            active=True,
            fs_uniquifier=secrets.token_hex(32),
            made_at=utc_now(),
        )
        person.roles = [RoleGrant(role=role, council_code=HARBOURMOUTH, given_at=utc_now())]
        db.session.add(person)
        secret, codes = factors.new_secret(), []
        if has_factor:
            factors.keep_app(person, secret)
            codes = factors.new_recovery_codes(person)
        db.session.commit()
        made: TOTP = current_app.extensions["security"].totp_factory._totp.from_source(secret)
        return Someone(person.id, email, pyotp.TOTP(made.base32_key), codes)


def _hash(app: Flask) -> str:
    """Of the password that they all have: made once for each application, since it takes its time."""
    if "a_hash" not in app.extensions:
        app.extensions["a_hash"] = hash_password(PASSWORD)
    made: str = app.extensions["a_hash"]
    return made


def emails_to(app: Flask, address: str) -> list[str]:
    """What was queued for somebody, the latest first."""
    with app.app_context():
        rows = db.session.scalars(
            select(OutgoingEmail).where(OutgoingEmail.to == address).order_by(OutgoingEmail.id.desc())
        )
        return [f"{row.subject}\n\n{row.body}" for row in rows]


def link_in(text: str) -> str:
    """The path of the address in an email."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def words_of(response: TestResponse) -> str:
    """A page as plain words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def council_of(app: Flask) -> str:
    """The code of a council that is there."""
    with app.app_context():
        begin_writing(db.session)
        made: Council = council(db.session)
        db.session.commit()
        return made.code
