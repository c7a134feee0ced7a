"""What a service says where nobody signs in, noted on the page of the request by whoever rang it."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.report_words import plain_words
from hubfinder.referrals import by_hand, receiving
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Passing
from hubfinder.referrals.passing import LONGEST_NOTE
from hubfinder.referrals.reading import ChangedMeanwhile, Opened
from hubfinder.referrals.receiving import OUTCOMES, Answer, WordsTooLong
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.vocab import DeclineReason, Outcome
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import found, is_id, opening
from hubfinder.web.triage.not_lost import nothing_is_lost, too_long
from hubfinder.web.triage.request import page_with
from hubfinder.web.triage.view import Typed


class _NotChosen(Exception):
    """No reason, or no outcome, was chosen."""


@staff_page(pages, "/staff/requests/<reference>/by-hand/<id_>", *TEAM, methods=("POST",))
def answer_by_hand(reference: str, id_: str) -> ResponseReturnValue:
    """They take it, they said no, they have finished, or they know what is new."""
    do = request.form.get("do", "")
    verb = existing(_VERBS.get(do))
    begin_reading(db.session)
    session = vault()
    begin_writing(session)
    row = found(reference)
    passing = existing(by_hand.by_hand_of(session, row, id_) if is_id(id_) else None)
    try:
        one = receiving.taken(session, keys(), passing, _revision())
        verb(one, passing, opening(row.council_code))
    except (_NotChosen, WordsTooLong, WrongState, ChangedMeanwhile) as why:
        session.rollback()
        return _refused(reference, why)
    session.commit()
    return redirect(url_for("triage.request_page", reference=reference, done="by-hand"), 303)


def _accept(one: Opened, passing: Passing, hours: Opening) -> None:
    receiving.accept(vault(), actor(), one, passing, hours)


def _decline(one: Opened, passing: Passing, hours: Opening) -> None:
    because = request.form.get("because", "")
    if because not in tuple(DeclineReason):
        raise _NotChosen
    receiving.decline(vault(), actor(), one, passing, Answer(DeclineReason(because), _words()), hours)


def _finish(one: Opened, passing: Passing, hours: Opening) -> None:
    because = request.form.get("because", "")
    if because not in OUTCOMES:
        raise _NotChosen
    receiving.finish(vault(), actor(), one, passing, Answer(Outcome(because), _words()), hours)


def _told(one: Opened, passing: Passing, hours: Opening) -> None:
    by_hand.they_know(vault(), actor(), one, passing, hours)


_VERBS: dict[str, Callable[[Opened, Passing, Opening], None]] = {
    "accept": _accept,
    "decline": _decline,
    "finish": _finish,
    "told": _told,
}


def _words() -> str:
    return plain_words(request.form.get("words", ""), LONGEST_NOTE + 1)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _typed(errors: dict[str, str]) -> Typed:
    """What was chosen and typed, under the name of its form."""
    values = {name: request.form.get(name, "")[: LONGEST_NOTE + 1] for name in ("because", "words")}
    return Typed(_form(), values, errors)


def _form() -> str:
    """Ids of the fields begin with it: there is one such form for each service."""
    return f"{request.form.get('do', '')}-{(request.view_args or {}).get('id_', '')}"


def _refused(reference: str, why: Exception) -> ResponseReturnValue:
    if isinstance(why, _NotChosen):
        errors = {f"{_form()}-because": gettext("Choose one from the list.")}
    elif isinstance(why, WordsTooLong):
        errors = {f"{_form()}-words": gettext("Use at most %(most)s characters.", most=f"{LONGEST_NOTE:,}")}
    else:
        errors = {"do": gettext("Somebody else has changed this request while you were looking at it.")}
        return page_with(reference, _typed(errors)), 409
    return page_with(reference, _typed(errors)), 400


def _stale() -> ResponseReturnValue:
    reference = str((request.view_args or {}).get("reference", ""))
    return page_with(reference, _typed({"do": too_long()})), 400


nothing_is_lost(_stale, "answer_by_hand")
