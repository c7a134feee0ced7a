"""Looking at what families wrote: only where somebody really looks, and never without an entry of the trail.

Pages that open a request write in a GET: that they were looked at. So what asks without looking, a HEAD or a
browser that fetches ahead, opens nothing.
"""

from functools import wraps

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading, begin_writing
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.codes import read_reference
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_doors import opening_of
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import find
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import View, actor
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import TEAM

AHEAD = ("prefetch", "prerender", "preview")
ID_LENGTH = 32
_ASKED_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


def only_when_looked_at(view: View) -> View:
    """For a page that opens requests, under ``@staff_page``: nothing is opened unless somebody looks."""

    @wraps(view)
    def looked_at(**address: str) -> ResponseReturnValue:
        if is_fetched_ahead():
            return Response(status=503)  # browsers throw that away, and ask again once somebody looks
        if request.method == "HEAD":
            if "reference" in address:
                begin_reading(vault())
                found(address["reference"])
            return Response()
        return view(**address)

    return looked_at


def is_fetched_ahead() -> bool:
    """Whether a browser asks because somebody might want to look soon."""
    said = " ".join(request.headers.get(name, "") for name in _ASKED_AHEAD).lower()
    return any(word in said for word in AHEAD)


def found(reference: str) -> Referral:
    """The request of an address, if whoever is signed in may see it; for everybody else there is none."""
    known = read_reference(reference)
    if not known or known != reference:
        raise NotFound
    return existing(find(vault(), actor(), known))


def is_id(text: str) -> bool:
    """Whether something in an address can be the id of a row of the vault."""
    return len(text) == ID_LENGTH and all(sign in "0123456789abcdef" for sign in text)


def opening(council: str) -> Opening:
    """When the front door of a council is open."""
    return opening_of(db.session, council, settings().seeds_dir)


def note_look(verb: str, subject: str, roles: tuple[Role, ...] = TEAM, **facts: int | str) -> None:
    """One entry for each council whose requests somebody looks at, before anything is shown."""
    who = actor()
    begin_writing(vault())
    for council in councils_of(who, roles):
        record(vault(), who, verb, Subject("requests", subject, council), facts=facts)
    vault().commit()


def councils_of(who: Actor, roles: tuple[Role, ...] = TEAM) -> tuple[str, ...]:
    """Codes of the councils whose requests somebody may see, by one of these roles."""
    return tuple(dict.fromkeys(grant.council for grant in who.grants if grant.role in roles))
