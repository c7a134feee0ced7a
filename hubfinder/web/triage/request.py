"""One request: the story as it was told, how to reach the family safely, and what can be done."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.merging import merge, safe_for_both
from hubfinder.referrals.parts import take_together
from hubfinder.referrals.reaching import reach_of
from hubfinder.referrals.reading import ChangedMeanwhile, find, locked
from hubfinder.referrals.rights import councils_of
from hubfinder.referrals.safe_contact import UnsafeChannel
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.triage import LONGEST, LONGEST_NAME, Refused, Why, take
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.actions import ACTIONS, Action, Sent
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.event_words import alike_words, scope_words
from hubfinder.web.triage.looking import found, only_when_looked_at, opening
from hubfinder.web.triage.not_lost import nothing_is_lost, too_long
from hubfinder.web.triage.view import Typed, gather, view_of

FIELDS = ("words", "to", "channel", "hub", "council", "urgency", "outcome", "key_worker", "safety", "stays")

NAMES = frozenset({"key_worker", "council"})
"""Fields in which a name is typed."""


@staff_page(pages, "/staff/requests/<reference>", *TEAM)
@only_when_looked_at
def request_page(reference: str) -> ResponseReturnValue:
    return page_with(reference, Typed())


@staff_page(pages, "/staff/requests/<reference>/print", *TEAM)
@only_when_looked_at
def printed(reference: str) -> ResponseReturnValue:
    """The same on paper; the trail says that it was printed."""
    view = view_of(gather(reference, "request.printed"))
    return render_template("triage/printed.html", view=view, by=actor().name)


@staff_page(pages, "/staff/requests/<reference>/do/<action>", *TEAM, methods=("POST",))
def act(reference: str, action: str) -> ResponseReturnValue:
    """Do one thing, if nobody else changed the request meanwhile."""
    chosen = existing(ACTIONS.get(action))
    try:
        is_still_ours = _act(reference, chosen)
    except (Refused, UnsafeChannel, WrongState, ChangedMeanwhile) as why:
        vault().rollback()
        return _refused(reference, action, why)
    if not is_still_ours:
        return redirect(url_for("triage.requests", done="moved"), 303)
    return redirect(url_for("triage.request_page", reference=reference, done=action), 303)


@staff_page(pages, "/staff/requests/<reference>/merge/<other>", *TEAM)
@only_when_looked_at
def compare(reference: str, other: str) -> ResponseReturnValue:
    """Two requests side by side, so that a person decides whether they are of one family."""
    both = [gather(one) for one in (reference, other)]
    this, into = (view_of(one) for one in both)
    after = reach_of(safe_for_both(both[1].one.told, both[0].one.told))
    return render_template("triage/compare.html", this=this, other=into, after=after)


@staff_page(pages, "/staff/requests/<reference>/merge/<other>/do", *TEAM, methods=("POST",))
def merge_requests(reference: str, other: str) -> ResponseReturnValue:
    """Make the first a part of the second."""
    begin_reading(db.session)
    session = vault()
    begin_writing(session)
    row, into = found(reference), found(other)
    try:
        revisions = {row.id: _number("revision"), into.id: _number("other_revision")}
        take_together(session, row.id, into.id)
        for one in (row, into):
            locked(session, one, revisions[one.id])
        hours = opening(row.council_code)
        case = take(session, keys(), actor(), row, revisions[row.id], hours)
        merge(case, take(session, keys(), actor(), into, revisions[into.id], hours).one, keys())
        session.commit()
    except (Refused, WrongState, ChangedMeanwhile) as why:
        session.rollback()
        return _refused(reference, "merge", why)
    return redirect(url_for("triage.request_page", reference=other, done="merge"), 303)


def _act(reference: str, chosen: Action) -> bool:
    """Do it and commit; whether whoever did it may still see the request."""
    begin_reading(db.session)
    session = vault()
    begin_writing(session)
    row = found(reference)
    hours = opening(row.council_code)
    take_together(session, row.id)
    case = take(session, keys(), actor(), row, _number("revision"), hours)
    chosen.run(case, Sent(request.form))
    session.commit()
    return find(session, actor(), reference) is not None


def _refused(reference: str, action: str, why: Exception) -> ResponseReturnValue:
    """The page again, with what was typed and why it was not done."""
    seen, status = 0, 400
    if isinstance(why, Refused):
        errors = {"do" if action == "merge" else f"{action}-{why.field}": _words_of(why)}
    elif isinstance(why, UnsafeChannel):
        unsafe = gettext("Nobody said that this way is safe. Choose another one, or leave it to us.")
        errors = {f"{action}-channel": unsafe}
    elif isinstance(why, ChangedMeanwhile):
        errors = {"do": gettext("Somebody else has changed this request while you were looking at it.")}
        seen, status = _number("seen"), 409
    else:
        errors, status = {"do": gettext("This cannot be done where the request stands now.")}, 409
    return page_with(reference, Typed(action, _typed(), errors, seen)), status


def _words_of(refused: Refused) -> str:
    longest = LONGEST_NAME if refused.field in NAMES else LONGEST
    words = {
        Why.EMPTY: gettext("Write something here."),
        Why.TOO_LONG: gettext("Use at most %(most)s characters.", most=f"{longest:,}"),
        Why.WITH_SERVICES: gettext("A service still has it. Let it finish, or take it back first."),
        Why.SAME: gettext("It is so already. Choose something else."),
        Why.NOT_ONE_OF_THEM: gettext("Choose one from the list."),
        Why.NOT_AGREED: gettext("Say for whose safety it goes there without their consent."),
        Why.HAS_PARTS: gettext(
            "Requests that are part of this one would stay behind. Open each of them again first."
        ),
        Why.TO_BE_RUNG: gettext("A service where nobody signs in does not know the newest. Ring it."),
        Why.FRONT_DOOR_ONLY: gettext(
            "Only the front door gives a request to another council. Move it there first."
        ),
        Why.OURS: gettext("This is the council that has it now. Name another one."),
        Why.WORKS_HERE: gettext("Their front door is here too. Use “Move it to another council”."),
    }
    return words[refused.why]


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "")[: LONGEST + 1] for name in FIELDS}


def _number(name: str) -> int:
    """A number that the page carried along; one that is none is never that of a request."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def page_with(reference: str, typed: Typed) -> str:
    """The page of a request, with what somebody typed there."""
    gathered = gather(reference)
    pass_on = "triage.pass_on" in current_app.view_functions
    return render_template(
        "triage/request.html",
        view=view_of(gathered, typed.seen),
        typed=typed,
        done=request.args.get("done", "") if not typed.errors else "",
        pass_on=url_for("triage.pass_on", reference=reference) if pass_on else "",
        me=actor().id,
        answers_for=councils_of(actor()),
        scope_words=scope_words,
        alike_words=alike_words,
    )


def _stale() -> ResponseReturnValue:
    values = request.view_args or {}
    reference, action = str(values.get("reference", "")), str(values.get("action", ""))
    return page_with(reference, Typed(action, _typed(), {"do": too_long()})), 400


nothing_is_lost(_stale, "act", "merge_requests", "recall_passing", "note_a_decision")
