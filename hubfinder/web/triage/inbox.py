"""The inbox of a service: what was passed on to it, how to reach each family safely, and what comes of it.

The list names nobody and opens nothing. One of them shows what the family agreed to, and no more; what came
to another organization is not there at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.database import begin_reading, begin_writing
from hubfinder.directory.models import Service
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals import receiving
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_doors import details_of
from hubfinder.referrals.models import GonePassing, Passing
from hubfinder.referrals.passing import LONGEST_NOTE
from hubfinder.referrals.reaching import reach_of
from hubfinder.referrals.reading import ChangedMeanwhile
from hubfinder.referrals.receiving import OUTCOMES, Answer, Seen, WordsTooLong
from hubfinder.referrals.states import PASS_MOVES, WrongState
from hubfinder.referrals.story import sections
from hubfinder.referrals.vocab import DeclineReason, Outcome, Urgency
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.terms import all_needs
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import pages
from hubfinder.web.triage.looking import is_fetched_ahead, is_id, opening
from hubfinder.web.triage.not_lost import nothing_is_lost, too_long

RECEIVERS = (Role.PROVIDER,)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody chose and typed, and what is wrong with it."""

    do: str = ""
    because: str = ""
    words: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the inbox."""

    passing: Passing
    service: str
    reference: str
    """Empty where it was not taken."""
    urgency: Urgency = Urgency.USUAL


@staff_page(pages, "/staff/inbox", *RECEIVERS)
def inbox() -> ResponseReturnValue:
    """What waits, what was taken, and the last that ended."""
    begin_reading(vault())
    begin_reading(db.session)
    open_ones = receiving.inbox_of(vault(), actor())
    ended = receiving.ended_of(vault(), actor())
    gone = receiving.gone_of(vault(), actor())
    names = _names([*(one for one, *_ in open_ones), *ended, *gone])
    return render_template(
        "triage/inbox.html",
        lines=[
            Line(one, names.get(one.service_key, ""), spaced(text), urgency)
            for one, text, urgency in open_ones
        ],
        ended=[Line(one, names.get(one.service_key, ""), "") for one in ended],
        gone=[(one, names.get(one.service_key, "")) for one in gone],
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/inbox/<id_>", *RECEIVERS)
def received(id_: str) -> ResponseReturnValue:
    """One of them, as the service may see it; the trail says that it was looked at."""
    if (left := _gone(id_)) is not None:
        return _gone_page(left), 410
    if request.method == "HEAD" or is_fetched_ahead():
        begin_reading(vault())
        existing(_passing(id_))
        return "", 200 if request.method == "HEAD" else 503
    return _page(id_, Typed())


@staff_page(pages, "/staff/inbox/<id_>/answer", *RECEIVERS, methods=("POST",))
def answer(id_: str) -> ResponseReturnValue:
    """Take it, say why not, or say how it ended."""
    if (left := _gone(id_)) is not None:
        return _gone_page(left), 410
    typed = _typed()
    verb = existing(_VERBS.get(typed.do))
    begin_reading(db.session)
    hours = opening(_council(id_))
    begin_writing(vault())
    passing = existing(_passing(id_))
    try:
        verb(passing, typed, hours)
    except (_NotChosen, WordsTooLong, WrongState, ChangedMeanwhile) as why:
        vault().rollback()
        return _refused(id_, typed, why)
    vault().commit()
    if typed.do == "accept":
        return redirect(url_for("triage.received", id_=id_, done="accept"), 303)
    return redirect(url_for("triage.inbox", done=typed.do), 303)


def _typed() -> Typed:
    form = request.form
    return Typed(
        form.get("do", ""),
        form.get("because", ""),
        form.get("words", "").replace("\r\n", "\n").replace("\x00", "")[: LONGEST_NOTE + 1],
    )


class _NotChosen(Exception):
    """No reason, or no outcome, was chosen."""


def _accept(passing: Passing, _typed: Typed, hours: Opening) -> None:
    one = receiving.taken(vault(), keys(), passing, _revision())
    receiving.accept(vault(), actor(), one, passing, hours)


def _decline(passing: Passing, typed: Typed, hours: Opening) -> None:
    if typed.because not in tuple(DeclineReason):
        raise _NotChosen
    one = receiving.taken(vault(), keys(), passing, _revision())
    because = Answer(DeclineReason(typed.because), typed.words)
    receiving.decline(vault(), actor(), one, passing, because, hours)


def _finish(passing: Passing, typed: Typed, hours: Opening) -> None:
    if typed.because not in OUTCOMES:
        raise _NotChosen
    one = receiving.taken(vault(), keys(), passing, _revision())
    because = Answer(Outcome(typed.because), typed.words)
    receiving.finish(vault(), actor(), one, passing, because, hours)


_VERBS: dict[str, Callable[[Passing, Typed, Opening], None]] = {
    "accept": _accept,
    "decline": _decline,
    "finish": _finish,
}


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _passing(id_: str) -> Passing | None:
    return receiving.received(vault(), actor(), id_) if is_id(id_) else None


def _gone(id_: str) -> GonePassing | None:
    """What is left of one whose request was destroyed."""
    begin_reading(vault())
    left = receiving.gone(vault(), actor(), id_) if is_id(id_) else None
    if left is None:
        vault().rollback()
    return left


def _gone_page(left: GonePassing) -> str:
    begin_reading(db.session)
    return render_template(
        "triage/received_gone.html",
        left=left,
        service=_names([left]).get(left.service_key, ""),
        door=details_of(db.session, left.council_code, settings()),
    )


def _council(id_: str) -> str:
    begin_reading(vault())
    council = existing(_passing(id_)).council_code
    vault().rollback()
    return council


def _refused(id_: str, typed: Typed, why: Exception) -> ResponseReturnValue:
    if isinstance(why, _NotChosen):
        errors = {f"{typed.do}-because": gettext("Choose one from the list.")}
    elif isinstance(why, WordsTooLong):
        errors = {f"{typed.do}-words": gettext("Use at most %(most)s characters.", most=f"{LONGEST_NOTE:,}")}
    else:
        changed = gettext("Somebody else was quicker, or it was taken back. Look at it again.")
        return _page(id_, replace(typed, errors={"do": changed}, status=409))
    return _page(id_, replace(typed, errors=errors, status=400))


def _page(id_: str, typed: Typed) -> ResponseReturnValue:
    seen = _see(id_)
    passing = seen.passing
    begin_reading(db.session)
    page = render_template(
        "triage/received.html",
        seen=seen,
        passing=passing,
        service=_names([passing]).get(passing.service_key, ""),
        reference=spaced(seen.reference),
        story=sections(seen.answers, {term.slug: term.name for term in all_needs()}),
        reach=reach_of(seen.told),
        note=[line for line in seen.note.splitlines() if line.strip()],
        door=details_of(db.session, passing.council_code, settings()),
        may=frozenset(verb for verb, (before, _) in PASS_MOVES.items() if passing.state in before),
        reasons=[("", gettext("Choose one")), *((one.value, one.label) for one in DeclineReason)],
        outcomes=[("", gettext("Choose one")), *((one.value, one.label) for one in OUTCOMES)],
        typed=typed,
        done=request.args.get("done", "") if not typed.errors else "",
    )
    return page, typed.status


def _see(id_: str) -> Seen:
    """Open what may be seen, and commit that somebody looked; nothing is loaded any more after that."""
    session = vault()
    begin_writing(session)
    seen = receiving.see(session, keys(), actor(), existing(_passing(id_)))
    session.flush()
    session.expunge_all()
    session.commit()
    return seen


def _names(ones: Sequence[Passing | GonePassing]) -> dict[str, str]:
    """Names of the services, by key."""
    wanted = {one.service_key for one in ones}
    if not wanted:
        return {}
    rows = db.session.execute(select(Service.key, Service.name).where(Service.key.in_(wanted)))
    return dict(rows.tuples().all())


def _stale() -> ResponseReturnValue:
    id_ = str((request.view_args or {}).get("id_", ""))
    if (left := _gone(id_)) is not None:
        return _gone_page(left), 410
    return _page(id_, replace(_typed(), errors={"do": too_long()}, status=400))


nothing_is_lost(_stale, "answer")
