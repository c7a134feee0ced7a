"""A new code for a family that has lost its own: shown once, to be read out to them on a safe telephone.

Whoever holds the code reads all that the family told us. So only the front door gives one, with the second
factor and a reason, and the page says first how to make sure who asks. Of the
request nothing is opened here but whether a professional sent it: then staff say who gets the code.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.referrals.code_changing import code_by_staff
from hubfinder.referrals.codes import spaced, spaced_code
from hubfinder.referrals.holding import Holder
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import ChangedMeanwhile, box_of, head_in, locked
from hubfinder.referrals.rights import councils_of, find
from hubfinder.referrals.vocab import Flag
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import ask_again, asked_reason, is_fresh
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import pages
from hubfinder.web.triage.not_lost import needs_fresh_and_keeps, nothing_is_lost, too_long
from hubfinder.web.triage.rights import ADDRESS, Sent, known, number


@staff_page(pages, ADDRESS + "/code", Role.FRONT_DOOR, methods=("GET", "POST"))
@needs_fresh_and_keeps
def new_code(reference: str) -> ResponseReturnValue:
    """How to make sure who it is; then the code."""
    if request.method != "POST":
        return _page(_found(reference), Sent("", {}))
    session = vault()
    begin_writing(session)
    row = _found(reference)
    reason, errors = asked_reason()
    if request.form.get("sure") != "yes":
        errors["sure"] = gettext("Tick that you have made sure who it is.")
    to = _to(row)
    if to is None:
        errors["to"] = gettext("Choose who gets the code.")
    try:
        locked(session, row, number("revision"))
    except ChangedMeanwhile:
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if errors or to is None:
        return _page(row, Sent(reason, errors)), 400
    code = code_by_staff(session, keys(), actor(), row, (to, reason))
    session.commit()
    return _page(row, Sent("", {}), code)


def _found(reference: str) -> Referral:
    """A request of a council for which somebody is at the front door; whoever runs the council is not."""
    row = existing(find(vault(), actor(), known(reference)))
    if row.council_code not in councils_of(actor(), Role.FRONT_DOOR):
        raise NotFound
    return row


def _is_by_professional(row: Referral) -> bool:
    return Flag.PROFESSIONAL in head_in(box_of(keys(), row), row).flags


def _to(row: Referral) -> Holder | None:
    """Who gets the code; none where that has to be said, and was not."""
    if not _is_by_professional(row):
        return Holder.FAMILY
    value = request.form.get("to", "")
    return Holder(value) if value in tuple(Holder) else None


def _page(row: Referral, sent: Sent, code: str = "") -> str:
    return render_template(
        "triage/new_code.html",
        row=row,
        spaced=spaced(row.reference),
        code=spaced_code(code),
        reason=sent.reason,
        to=request.form.get("to", ""),
        asks_to_whom=_is_by_professional(row),
        errors=sent.errors,
    )


def _stale() -> ResponseReturnValue:
    if not is_fresh():
        return ask_again()
    row = _found(str((request.view_args or {}).get("reference", "")))
    return _page(row, Sent(asked_reason()[0], {"do": too_long()})), 400


nothing_is_lost(_stale, "new_code")
