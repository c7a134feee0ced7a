"""Email of the council that did not arrive, what waits, and addresses that email comes back from."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from hubfinder.clock import LONDON, as_utc
from hubfinder.database import begin_writing
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.contacts import note_dead_emails
from hubfinder.people.audit import Subject, record
from hubfinder.people.queries import looked_after
from hubfinder.post.actions import address_put_right, retry
from hubfinder.post.models import OutgoingEmail
from hubfinder.post.queries import backlog, bounced_address, bounced_addresses, email_of, emails
from hubfinder.staff_vocab import PostState, Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.seen import seen
from hubfinder.web.staff.blueprint import pages, when_stale

NOT_ARRIVED = (PostState.DEAD, PostState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Line:
    """One email that did not arrive."""

    number: int
    to: str
    what: str
    day: str
    why: str
    can_retry: bool


@staff_page(pages, "/staff/post", Role.COUNCIL_ADMINISTRATOR)
def post() -> str:
    councils = looked_after(actor())
    for code in councils:
        seen("post.seen", Subject("post", code, code))
    standing = backlog(db.session, councils)
    return render_template(
        "staff/post.html",
        standing=standing,
        queued=standing.numbers.get(PostState.QUEUED, 0),
        lines=[_line(row) for row in emails(db.session, NOT_ARRIVED, councils)],
        addresses=[(row.address, _day(row.at)) for row in bounced_addresses(db.session, councils)],
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/post/change", Role.COUNCIL_ADMINISTRATOR, methods=("POST",))
def change_post() -> ResponseReturnValue:
    begin_writing(db.session)
    if request.form.get("do") == "retry":
        done = _retry(request.form.get("number", ""))
    elif request.form.get("do") == "right":
        done = _put_right(request.form.get("address", ""))
    else:
        raise BadRequest
    db.session.commit()
    return redirect(url_for("staff.post", done=done), 303)


def _retry(number: str) -> str:
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    found = existing(email_of(db.session, wanted, looked_after(actor())))
    if not retry(db.session, found.id):
        return "gone"
    subject = Subject("email", str(found.id), found.council_code)
    record(db.session, actor(), "email.retried", subject)
    return "retried"


def _put_right(address: str) -> str:
    """Only an address that email of theirs came back from: of others they learn nothing."""
    councils = looked_after(actor())
    found = existing(bounced_address(db.session, address, councils))
    number = min(row.id for row in found)
    address_put_right(db.session, address)
    note_dead_emails(db.session)
    record(db.session, actor(), "address.put_right", Subject("email", str(number), found[0].council_code))
    return "right"


def _line(row: OutgoingEmail) -> Line:
    why = row.error or gettext("The mail server did not say why")
    return Line(row.id, row.to, row.subject, _day(row.made_at), why, bool(row.body))


def _day(moment: datetime) -> str:
    return formats.day(as_utc(moment).astimezone(LONDON).date())


def _stale() -> ResponseReturnValue:
    return redirect(url_for("staff.post", done="stale"), 303)


when_stale(_stale, "change_post")
