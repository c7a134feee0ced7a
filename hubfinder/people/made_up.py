"""The people of the demonstration: one for each role. None of them exists, and none has a password."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.councils import ensure_council
from hubfinder.people.invitations import granted
from hubfinder.people.models import Person
from hubfinder.people.values import A_COMMAND, Grant
from hubfinder.staff_vocab import Role

HARBOURMOUTH, NORTHSANDS = "Z06000001", "Z06000002"
COUNCILS = ((HARBOURMOUTH, "Harbourmouth Council", ""), (NORTHSANDS, "Northsands Council", "01632 960200"))
"""Code, name and telephone: Harbourmouth is the installation's own, whose number the settings say."""
TEAM = "listings@example.org"
PEOPLE: Sequence[tuple[str, str, Grant]] = (
    (
        "provider@example.org",
        "Marek Dunn",
        Grant(Role.PROVIDER, HARBOURMOUTH, organization="port-youth"),
    ),
    (
        "hub@example.org",
        "Priya Marsh",
        Grant(Role.HUB_STAFF, HARBOURMOUTH, hub="quayside-family-hub"),
    ),
    ("front-door@example.org", "Tom Akintola", Grant(Role.FRONT_DOOR, HARBOURMOUTH)),
    ("administrator@example.org", "Sunita Holm", Grant(Role.COUNCIL_ADMINISTRATOR, HARBOURMOUTH)),
    ("auditor@example.org", "Owen Fairley", Grant(Role.AUDITOR, HARBOURMOUTH)),
    ("northsands@example.org", "Bea Castell", Grant(Role.COUNCIL_ADMINISTRATOR, NORTHSANDS)),
)


def make_people(session: Session) -> int:
    """Both councils and everybody in them who is not there yet; how many were made. Never commits."""
    for code, name, telephone in COUNCILS:
        council = ensure_council(session, code, name, TEAM, telephone)
        council.email = council.email or TEAM
        council.telephone = council.telephone or telephone
    there = set(session.scalars(select(Person.email)))
    made = [_person(*one) for one in PEOPLE if one[0] not in there]
    session.add_all(made)
    session.flush()
    for person in made:
        subject = Subject("person", str(person.id), person.roles[0].council_code)
        record(session, A_COMMAND, "person.made_up", subject, "For the demonstration")
    return len(made)


def _person(email: str, name: str, grant: Grant) -> Person:
    return Person(
        email=email,
        name=name,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        made_at=utc_now(),
        roles=[granted(grant, A_COMMAND.name)],
    )
