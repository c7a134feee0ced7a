"""What the law gives a family over its request: a copy of all that is kept, a legal hold, and an end of it.

For whoever answers for a council's requests. Each asks for the second factor again and for a reason. None of
it is opened here, but for the copy: that is an opening like any other.
"""

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading, begin_writing
from hubfinder.directory.models import Service
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.answers import told
from hubfinder.referrals.codes import read_reference
from hubfinder.referrals.colleagues import hub_names
from hubfinder.referrals.destroying import (
    ERASURE,
    Cause,
    OnHold,
    destroy,
    hold,
    is_on_hold,
    tombstone_of,
    wipe,
    with_services,
)
from hubfinder.referrals.leaving_out import Given, given, marked, tick_of
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.not_told import Untold, named
from hubfinder.referrals.reaching import reach_of
from hubfinder.referrals.reading import ChangedMeanwhile, events_of, locked
from hubfinder.referrals.retention_rules import Ending, Rules, kept_until, rule_of
from hubfinder.referrals.rights import MAY, Copy, archive, councils_of, find, note_copy, note_opened
from hubfinder.referrals.story import sections
from hubfinder.referrals.subject_access import Everything, Third, everything
from hubfinder.referrals.vocab import EventKind, Outcome
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.terms import needs_in_english
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.copy_words import standing_of, tables_of, untold_words
from hubfinder.web.triage.looking import is_fetched_ahead

LONGEST_NAMES = 2_000
"""Characters of further names to leave out."""
FREE_TEXTS = ("story", "wanted", "tried", "child_matters", "child_words", "access_more", "no_consent_why")
"""Answers in somebody's own words."""
HOLD = {"reason": "hold-reason"}
"""Two forms on one page ask why: the field of this one has another id."""
ADDRESS = "/staff/requests/<reference>/rights"


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent from one of these pages."""

    reason: str
    errors: dict[str, str]


@staff_page(pages, ADDRESS, *MAY)
@needs_fresh
def rights(reference: str) -> ResponseReturnValue:
    """How long it is kept, whether a hold is on it, and what can be done. Nothing of it is opened."""
    row = find(vault(), actor(), known(reference))
    return _page(row, Sent("", {})) if row is not None else _destroyed(reference)


@staff_page(pages, ADDRESS + "/hold", *MAY, methods=("POST",))
@needs_fresh
def hold_request(reference: str) -> ResponseReturnValue:
    """Put a legal hold on it, or take it off."""
    session = vault()
    begin_writing(session)
    row = existing(find(session, actor(), known(reference)))
    reason, errors = asked_reason()
    wanted = request.form.get("hold") == "on"
    if wanted == row.is_held:
        errors["do"] = gettext("It is so already. Choose something else.")
    try:
        locked(session, row, number("revision"))
    except ChangedMeanwhile:
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if errors:
        return _page(row, Sent(reason, {HOLD.get(name, name): text for name, text in errors.items()})), 400
    hold(session, keys(), actor(), row, reason, is_held=wanted)
    session.commit()
    return redirect(url_for("triage.rights", reference=reference, done="held" if wanted else "released"), 303)


@staff_page(pages, ADDRESS + "/erase", *MAY, methods=("POST",))
@needs_fresh
def erase(reference: str) -> ResponseReturnValue:
    """Destroy it for good."""
    session = vault()
    row = existing(find(session, actor(), known(reference)))
    reason, errors = asked_reason()
    if request.form.get("sure") != "yes":
        errors["sure"] = gettext("Tick that you are sure. It cannot be undone.")
    elif is_on_hold(session, row):
        errors["do"] = gettext("A legal hold is on it, so it stays.")
    elif row.revision != number("revision"):
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if errors:
        return _page(row, Sent(reason, errors)), 400
    return _erased(row, reason)


@staff_page(pages, ADDRESS + "/copy", *MAY, methods=("GET", "POST"))
@needs_fresh
def copy_request(reference: str) -> ResponseReturnValue:
    """All that is kept, to look through for others' names; then as a file for whoever asked."""
    if is_fetched_ahead():
        return Response(status=503)  # browsers throw that away, and ask again once somebody looks
    session = vault()
    begin_writing(session)
    row = existing(find(session, actor(), known(reference)))
    found = everything(session, keys(), row)
    if request.method == "GET":
        note_opened(session, actor(), row)
        session.commit()
        return _review(found, Sent("", {}))
    reason, errors = asked_reason()
    if row.revision != number("revision"):
        errors["do"] = gettext("Somebody else has changed this request while you were looking at it.")
    if errors:
        note_opened(session, actor(), row)
        session.commit()
        return _review(found, Sent(reason, errors)), 400
    chosen = given(found, request.form.getlist("tick"), _more_names())
    note_copy(session, actor(), row, reason, chosen)
    session.commit()
    answer = Response(archive(Copy(chosen, _copy_page(chosen))), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="request.zip"'
    return answer


def _copy_page(chosen: Given) -> str:
    """The same to be read."""
    begin_reading(db.session)
    one, tables = chosen.tables["referral"][0], chosen.tables
    keys_of = {row["service_key"] for row in tables["passing"]}
    services = db.session.execute(select(Service.key, Service.name).where(Service.key.in_(keys_of)))
    return render_template(
        "triage/copy_given.html",
        sections=sections(chosen.answers, {term.slug: term.name for term in needs_in_english()}),
        reach=reach_of(told(chosen.answers)),
        standing=standing_of(one, hub_names(db.session, {one["hub_key"]} - {""})),
        tables=tables_of(tables, dict(services.tuples().all())),
        given=chosen,
        one=one,
    )


def _erased(row: Referral, reason: str) -> ResponseReturnValue:
    """Destroy it as it was looked at; whoever changed it meanwhile is told of first."""
    reference, cause = row.reference, Cause(ERASURE, reason, row.revision)
    try:
        is_done = destroy(vault(), keys(), actor(), row.id, cause)
    except OnHold:
        is_done = False
    vault().rollback()
    if not is_done:
        errors = {"do": gettext("Somebody else has changed this request while you were looking at it.")}
        again = existing(find(vault(), actor(), reference))
        return _page(again, Sent(reason, errors)), 409
    wipe(db.get_engine(VAULT))
    return redirect(url_for("triage.rights", reference=reference), 303)


def _page(row: Referral, sent: Sent) -> str:
    is_to_do = row.due_at is not None and bool(row.points)
    ending = Ending(row.state, row.outcome, row.changed_at, row.finished_at, is_to_do)
    rule = rule_of(ending)
    session = vault()
    merged = session.scalars(select(Referral.reference).where(Referral.merged_into == row.id)).all()
    return render_template(
        "triage/rights.html",
        row=row,
        until=kept_until(ending, Rules.of(settings())),
        outcome=Outcome(rule).label if rule in list(Outcome) else "",
        is_on_hold=is_on_hold(session, row),
        merged=merged,
        services=_services(row),
        holds=[event for event in events_of(session, row) if event.kind is EventKind.HELD],
        may_read=actor().has(*TEAM, council=row.council_code),
        may_give_code=row.council_code in councils_of(actor(), Role.FRONT_DOOR),
        done=request.args.get("done", "") if not sent.errors else "",
        reason=sent.reason,
        errors=sent.errors,
    )


def _services(row: Referral) -> list[tuple[str, Passing]]:
    """The services that have it, or what was merged into it, with their names."""
    there = with_services(vault(), row)
    begin_reading(db.session)
    asked = select(Service.key, Service.name).where(Service.key.in_([one.service_key for one in there]))
    names = dict(db.session.execute(asked).tuples().all())
    return [(names.get(one.service_key, one.service_key), one) for one in there]


def _destroyed(reference: str) -> str:
    """That there was one, for whoever answers for the council it was in."""
    grave = tombstone_of(vault(), keys(), known(reference))
    if grave is None or grave.council_code not in councils_of(actor()):
        raise NotFound
    return render_template(
        "triage/destroyed.html", grave=grave, reference=reference, is_erasure=grave.why == ERASURE
    )


def _review(found: Everything, sent: Sent) -> str:
    names = [third.name for third in found.thirds if third.name]
    texts = [str(found.opened.answers.get(name, "")) for name in FREE_TEXTS]
    letters = [row["text"] for row in found.tables["referral_event"] if row["is_for_family"]]
    return render_template(
        "triage/copy.html",
        row=found.opened.row,
        untold=_untold(found),
        groups=_groups(found.thirds),
        texts=[marked(text, names) for text in (*texts, *letters) if text],
        ticked=request.form.getlist("tick"),
        names=request.form.get("names", "")[:LONGEST_NAMES],
        reason=sent.reason,
        errors=sent.errors,
    )


def _untold(found: Everything) -> list[tuple[str, str]]:
    """What the family is not told, to be ticked: key and words of each."""
    about = named(found.tables)
    begin_reading(db.session)
    services = select(Service.key, Service.name).where(Service.key.in_(about.services))
    names = hub_names(db.session, set(about.hubs)) | dict(db.session.execute(services).tuples().all())
    return [(tick_of(one), untold_words(one, about, names)) for one in Untold if one in found.untold]


def _groups(thirds: tuple[Third, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be ticked: a heading, and key and words of each."""
    headings = {
        "person": gettext("Others of the family"),
        "helper": gettext("Who helps them"),
        "professional": gettext("Who wrote for the family"),
        "staff": gettext("Staff"),
        "note": gettext("Notes"),
    }
    rows = {
        kind: [
            (one.key, one.words or one.name or gettext("Name not given"))
            for one in thirds
            if one.kind == kind
        ]
        for kind in headings
    }
    return [(headings[kind], found) for kind, found in rows.items() if found]


def _more_names() -> list[str]:
    lines = request.form.get("names", "")[:LONGEST_NAMES].splitlines()
    return [line.strip() for line in lines if line.strip()]


def known(reference: str) -> str:
    """The reference of an address, as it is written; for any other there is no page."""
    if read_reference(reference) != reference:
        raise NotFound
    return reference


def number(name: str) -> int:
    """A number that the page carried along; one that is none is never that of a request."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
