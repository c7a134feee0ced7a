"""Putting a request right for a family that asks staff to: on paper, by telephone, at a hub."""

from collections.abc import Mapping

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.answers import Told
from hubfinder.referrals.reading import ChangedMeanwhile, Opened, locked, opened
from hubfinder.referrals.rights import MAY, find, note_opened
from hubfinder.referrals.routing import Route, route as find_route
from hubfinder.referrals.staff_correcting import (
    LINES,
    WORDS,
    Righting,
    plain,
    put_right,
    typed_of,
    wrong_in,
)
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import ask_again, asked_reason, is_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import pages
from hubfinder.web.triage.looking import is_fetched_ahead
from hubfinder.web.triage.not_lost import needs_fresh_and_keeps, nothing_is_lost, too_long
from hubfinder.web.triage.rights import ADDRESS, known, number


@staff_page(pages, ADDRESS + "/correct", *MAY, methods=("GET", "POST"))
@needs_fresh_and_keeps
def correct_request(reference: str) -> ResponseReturnValue:
    """What they told us, to be put right."""
    if is_fetched_ahead():
        return Response(status=503)  # browsers throw that away, and ask again once somebody looks
    route = _route() if request.method == "POST" else None
    session = vault()
    begin_writing(session)
    row = existing(find(session, actor(), known(reference)))
    one = opened(keys(), row)
    before = typed_of(one.answers)
    if request.method == "GET":
        return _page(one, before, "", {})
    typed = _typed(before)
    reason, errors = asked_reason()
    errors |= {wrong.field: _words_of(wrong.why) for wrong in wrong_in(before, typed)}
    if typed == before:
        errors["do"] = gettext("Nothing is different. Change what is wrong.")
    try:
        locked(session, row, number("revision"))
    except ChangedMeanwhile:
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if errors:
        return _page(one, typed, reason, errors), 400
    put_right(session, keys(), actor(), one, Righting(typed, reason, route))
    session.commit()
    return redirect(url_for("triage.rights", reference=reference, done="corrected"), 303)


def _route() -> Route:
    """Where the postcode would lead that was typed; the directory is asked before anybody waits."""
    begin_reading(db.session)
    told = Told(postcode=plain(request.form.get("postcode", "")))
    return find_route(db.session, current_app.extensions["places"], told, settings().council_code)


def _typed(before: Mapping[str, str]) -> dict[str, str]:
    return {name: plain(request.form.get(name, text)) for name, text in before.items()}


def _page(one: Opened, typed: Mapping[str, str], reason: str, errors: dict[str, str]) -> str:
    """That it was opened is written down before it is shown."""
    session, row = vault(), one.row
    note_opened(session, actor(), row)
    session.commit()
    labels = {
        "postcode": gettext("Postcode"),
        "telephone": gettext("Telephone"),
        "email": gettext("Email"),
        "letter_address": gettext("Address for letters"),
        "story": gettext("What is happening"),
        "wanted": gettext("What would help"),
        "tried": gettext("What they have tried"),
        "child_matters": gettext("What matters most to the child"),
        "child_words": gettext("In the child’s own words"),
        "access_more": gettext("More about what they need to take part"),
    }
    return render_template(
        "triage/correct.html",
        row=row,
        lines=[(name, labels[name], typed[name]) for name in LINES],
        words=[(name, labels[name], typed[name]) for name in WORDS],
        people=[place for place in range(len(typed)) if f"name-{place}" in typed],
        typed=typed,
        reason=reason,
        errors=errors,
    )


def _words_of(why: str) -> str:
    match why:
        case "long":
            return gettext("Say it in fewer words.")
        case "name":
            return gettext("Type a name.")
        case "day":
            return gettext("Type a day such as 2026-11-30.")
        case "email":
            return gettext("Type an email address such as name@example.org.")
        case "postcode":
            return gettext("Type a whole postcode.")
        case _:
            return gettext("Type a telephone number.")


def _stale() -> ResponseReturnValue:
    if not is_fresh():
        return ask_again()
    session = vault()
    begin_writing(session)
    row = existing(find(session, actor(), known(str((request.view_args or {}).get("reference", "")))))
    one = opened(keys(), row)
    return _page(one, _typed(typed_of(one.answers)), asked_reason()[0], {"do": too_long()}), 400


nothing_is_lost(_stale, "correct_request")
