"""Everything once more, and sending it: once, whatever happens."""

import hmac
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable

from hubfinder.clock import utc_now
from hubfinder.display.words import gettext
from hubfinder.referrals import drafts
from hubfinder.referrals.answers import told
from hubfinder.referrals.drafts import OpenDraft
from hubfinder.referrals.form import journey, seals
from hubfinder.referrals.routing import urgency_of
from hubfinder.referrals.sending import DraftGone, Sending, send
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.sender import organization_noted, sender_of
from hubfinder.web.front_door.start import known_service
from hubfinder.web.front_door.steps import around, onward, to_the_beginning
from hubfinder.web.front_door.where import opening_for, route_of
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.answers_shown import parts_of
from hubfinder.web.shared.vault import keys, vault


@desk.own_token
@family_page(pages, "/ask/check", methods=("GET", "POST"))
def check() -> ResponseReturnValue:
    form = desk.my_form()
    if form is None:
        return to_the_beginning()
    if request.method == "POST":
        desk.from_here()
        try:
            return _sent(form)
        except OperationalError as error:
            desk.note_busy(error)
            return _page(desk.my_form() or form, desk.busy(), 503)
    return _to_confirmation() if form.receipt else _page(form)


def _page(form: OpenDraft, error: str = "", status: int = 400) -> ResponseReturnValue:
    if journey.next_key(form.answers) != journey.CHECK:
        return onward(form.answers)
    page = render_template(
        "front_door/check.html",
        parts=parts_of(journey.steps_of(form.answers), form.answers),
        service=service_name(form.answers),
        sends_for=organization_noted(form.answers),
        before=journey.key_before(form.answers, journey.CHECK),
        was=seals.seal_of_all(keys(), form.answers),
        council=route_of(told(journey.said(form.answers))).council,
        errors={"send": error} if error else {},
        **around(form, form.answers),
    )
    return page, status if error else 200


def service_name(answers: dict[str, Any]) -> str:
    """The service from whose page somebody came; empty where it does not run any more."""
    known = known_service(str(answers.get("service", "")))
    return known[1] if known else ""


def _to_confirmation() -> ResponseReturnValue:
    return redirect(url_for("front_door.sent"), 303)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A form as it was when its way was found."""

    revision: int
    sending: Sending


def _sent(form: OpenDraft) -> ResponseReturnValue:
    """Send it. Where it goes is found out first, so that nobody else waits for that."""
    if form.receipt:
        return _to_confirmation()
    if not desk.is_token_right():
        return _page(form, gettext("This page was open for a long time. Press “Send” once more."))
    for _ in range(desk.TRIES):
        not_yet = _not_yet(form)
        if not_yet is not None:
            return not_yet
        ready = _Ready(form.revision, _sending(form.answers))
        session = desk.writing()
        newest = drafts.of_browser(session, keys(), desk.number())
        if newest is None:
            return to_the_beginning()
        if newest.receipt is None and newest.revision != ready.revision:
            form = newest  # another window has changed an answer a moment ago: its way may be another
            continue
        try:
            send(vault(), keys(), newest, ready.sending)
        except DraftGone:
            return to_the_beginning()
        session.commit()
        return _to_confirmation()
    raise ServiceUnavailable


def _not_yet(form: OpenDraft) -> ResponseReturnValue | None:
    """What stands in the way: something is missing, or the page that was sent shows other answers."""
    if journey.next_key(form.answers) != journey.CHECK:
        return onward(form.answers)
    seen = request.form.get("was", "").encode()
    is_seen = hmac.compare_digest(seen, seals.seal_of_all(keys(), form.answers).encode())
    return None if is_seen else _once_more()


def _once_more() -> ResponseReturnValue:
    """The page with the answers as they are now: nobody sends what they have not seen."""
    vault().rollback()
    form = desk.my_form()
    if form is None:
        return to_the_beginning()
    if form.receipt:
        return _to_confirmation()
    why = gettext("This was changed in another window. Check it, then send it once more.")
    return _page(form, why, 409)


def _sending(answers: dict[str, Any]) -> Sending:
    said = journey.said(answers)
    understood = told(said)
    route = route_of(understood)
    due_at = opening_for(route.council).look(utc_now(), urgency_of(understood))
    return Sending(said, route, due_at, sender_of(answers, route.council))
