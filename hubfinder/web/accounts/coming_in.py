"""Between the password and the second factor, and through the door.

Nobody is signed in before both were shown. Meanwhile the session, on the server, says whose password it was.
"""

import time

from flask import redirect, session, url_for
from flask_security import login_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from hubfinder.clock import utc_now
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Person
from hubfinder.people.sessions import UNFINISHED
from hubfinder.web.accounts import devices
from hubfinder.web.shared import cookies
from hubfinder.web.shared.access import actor_of
from hubfinder.web.shared.fresh import own_address

WAITING, SINCE, NEXT = "waiting", "waiting_since", "next"


def begin(uniquifier: str, onward: str = "") -> None:
    """The password was right: what comes next is the second factor, in a session with another number."""
    session.clear()
    session[WAITING], session[SINCE], session[NEXT] = uniquifier, time.time(), own_address(onward)
    cookies.renew()


def waiting() -> Person | None:
    """Whoever has shown their password and nothing else yet; none once they took too long or are disabled."""
    if time.time() - session.get(SINCE, 0.0) > UNFINISHED.total_seconds():
        return None
    return person_of(session.get(WAITING, ""))


def person_of(uniquifier: str) -> Person | None:
    """Somebody who may sign in, by what stands in their sessions."""
    return db.session.scalar(select(Person).where(Person.fs_uniquifier == uniquifier, Person.active))


def locked(person_id: int) -> Person | None:
    """Somebody who may sign in, for whoever is about to change something of theirs: others wait."""
    return db.session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.active)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    )


def has_factor(person: Person) -> bool:
    """Whether somebody has a second factor; recovery codes alone are none."""
    return bool(person.tf_totp_secret or person.webauthn)


def enter(person: Person, shown: str) -> str:
    """Both were shown: sign in, in a session with another number. The address to go on to.

    In the caller's transaction, which has begun with ``begin_writing``; ends with its commit. ``shown`` is
    ``code``, ``recovery code`` or ``passkey``.
    """
    onward = session.get(NEXT, "")
    person.last_seen_at = utc_now()
    note(person, "person.signed_in", {"factor": shown})
    person_id, email, has_roles = person.id, person.email, bool(person.roles)
    db.session.commit()
    session.clear()
    login_user(person, remember=False, authn_via=["password", shown])
    session[cookies.PERSON], session[cookies.FACTOR_AT] = person_id, time.time()
    cookies.renew()
    devices.remember(email)
    return onward or url_for("staff.home" if has_roles else "accounts.account")


def note(person: Person, verb: str, facts: dict[str, object] | None = None) -> None:
    """One entry of the trail for each council they work for: each has an auditor who should see it."""
    who = actor_of(person)
    for council in who.councils or ("",):
        record(db.session, who, verb, Subject("person", str(person.id), council), facts=facts or {})


def to_sign_in() -> Response:
    """Whoever comes without having shown the password, or took too long, starts again."""
    return redirect(url_for("accounts.sign_in", ended=1), 303)
