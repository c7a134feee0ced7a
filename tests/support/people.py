"""Somebody signed in, for tests: with a second factor behind them, as if a moment ago."""

import secrets
import time
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.staff_vocab import Role

HARBOURMOUTH, NORTHSANDS = "Z06000001", "Z06000002"
_number = count(1)


def council(session: Session, code: str = HARBOURMOUTH, **facts: object) -> Council:
    """A council; the one that is there, if it is."""
    there = session.scalar(select(Council).where(Council.code == code))
    if there is None:
        there = Council(**{"code": code, "name": f"Council {code}", "email": "listings@example.org", **facts})
        session.add(there)
        session.flush()
    return there


def person(
    session: Session, role: Role = Role.COUNCIL_ADMINISTRATOR, in_council: str = HARBOURMOUTH, **scope: str
) -> Person:
    """Somebody with one role; ``scope`` is ``organization_key``, ``hub_key`` or ``area``."""
    council(session, in_council)
    number = next(_number)
    made = Person(
        email=f"person-{number}@example.org",
        name=f"Person {number}",
        fs_uniquifier=secrets.token_hex(16),
        active=True,
        made_at=now(),
    )
    made.roles = [RoleGrant(role=role, council_code=in_council, given_at=now(), **scope)]
    session.add(made)
    session.flush()
    return made


def sign_in(client: FlaskClient, who: Person, base_url: str = "http://localhost") -> FlaskClient:
    """The same client, from now on signed in, the second factor shown a moment ago; ``who`` is committed."""
    there = object_session(who)
    if there is not None:
        there.commit()
    with client.session_transaction(base_url=base_url) as session:
        session.update(_user_id=who.fs_uniquifier, _fresh=True, person=who.id, factor_at=time.time())
    return client


def signed_in(
    app: Flask, role: Role = Role.COUNCIL_ADMINISTRATOR, in_council: str = HARBOURMOUTH, **scope: str
) -> FlaskClient:
    """A client of somebody new with one role, signed in."""
    with app.app_context():
        begin_writing(db.session)
        return sign_in(app.test_client(), person(db.session, role, in_council, **scope))
