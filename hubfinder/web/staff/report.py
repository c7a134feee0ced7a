"""One report of the public: read it, do something about it, and tell whoever told us."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import LONDON, as_utc
from hubfinder.database import begin_writing
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.exchange.duplicates import Alike, duplicates_of
from hubfinder.extensions import db
from hubfinder.listings.answering import (
    Then,
    accept,
    decline,
    hide_feedback,
    hide_reply,
    may_act_on_listing,
    publish_feedback,
    reply,
    show_feedback,
)
from hubfinder.listings.models import Report
from hubfinder.listings.report_queue import others_like, update_of
from hubfinder.listings.report_scope import OF_LISTINGS, READERS, hidden_by, may, moderated_by, report_for
from hubfinder.listings.report_words import LONGEST, plain_words
from hubfinder.listings.states import NotAllowed, Refused, WrongState
from hubfinder.listings.steps import WordsNeeded
from hubfinder.listings.telling import subject_of
from hubfinder.staff_vocab import KnownFrom, ReportKind, ReportState, Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.seen import seen
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.blueprint import pages
from hubfinder.web.staff.due import listing_address
from hubfinder.web.staff.reports import about_words

DECISIONS = (*Then, "decline", "publish")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed and chose, and what is wrong with it."""

    then: str = ""
    words: str = ""
    answer: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@staff_page(pages, "/staff/reports/<int:number>", *READERS)
def report(number: int) -> ResponseReturnValue:
    found = existing(report_for(db.session, actor(), number))
    if found.email or found.kind is ReportKind.COMPLAINT:
        seen("report.seen", subject_of(found))
    return _page(found, Typed())


@staff_page(pages, "/staff/reports/<int:number>/decide", *READERS, methods=("POST",))
def decide_report(number: int) -> ResponseReturnValue:
    """Accept it and do something, publish it, or decline it."""
    typed = Typed(request.form.get("then", ""), plain_words(request.form.get("words", ""), LONGEST + 1))
    if typed.then not in DECISIONS:
        return _again(number, typed, "then", gettext("Choose what to do"))
    begin_writing(db.session)
    found = existing(report_for(db.session, actor(), number))
    try:
        to = _decided(found, typed)
    except Refused as refused:
        return _refused(number, typed, refused)
    db.session.commit()
    return redirect(to, 303)


@staff_page(pages, "/staff/reports/<int:number>/answer", *READERS, methods=("POST",))
def answer_report(number: int) -> ResponseReturnValue:
    """The organization's public answer to feedback; and what the council hides or shows."""
    typed = Typed(answer=plain_words(request.form.get("answer", ""), LONGEST + 1))
    do = existing(_answers(typed.answer).get(request.form.get("do", "")))
    begin_writing(db.session)
    found = existing(report_for(db.session, actor(), number))
    try:
        do(found)
    except Refused as refused:
        return _refused(number, typed, refused)
    db.session.commit()
    return redirect(url_for("staff.report", number=number), 303)


def _answers(words: str) -> dict[str, Callable[[Report], None]]:
    session, who = db.session, actor()
    return {
        "reply": lambda one: reply(session, who, one, words),
        "hide-reply": lambda one: hide_reply(session, who, one, hidden=True),
        "show-reply": lambda one: hide_reply(session, who, one, hidden=False),
        "hide": lambda one: hide_feedback(session, who, one),
        "show": lambda one: show_feedback(session, who, one),
    }


def _decided(found: Report, typed: Typed) -> str:
    """Do it; where to go on."""
    session, who = db.session, actor()
    here = url_for("staff.report", number=found.id)
    if typed.then == "decline":
        decline(session, who, found, typed.words, settings())
        return here
    if typed.then == "publish":
        publish_feedback(session, who, found, typed.words, settings())
        return here
    update = accept(session, who, found, Then(typed.then), typed.words, settings())
    return f"{listing_address(update.listing.key)}/edit" if update else here


def _refused(number: int, typed: Typed, refused: Refused) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(refused, WordsNeeded):
        words = gettext("Say something, in at most %(most)s characters", most=f"{LONGEST:,}")
        return _again(number, typed, "answer" if typed.answer else "words", words)
    if isinstance(refused, NotAllowed):
        return _again(number, typed, "then", gettext("This is for the council’s administrator to decide"))
    if isinstance(refused, WrongState):
        return _again(
            number, typed, "then", gettext("Somebody else was quicker, or this cannot be done to it")
        )
    raise refused


def _again(number: int, typed: Typed, name: str, why: str) -> ResponseReturnValue:
    found = existing(report_for(db.session, actor(), number))
    return _page(found, Typed(typed.then, typed.words, typed.answer, {name: why})), 400


def _page(found: Report, typed: Typed) -> str:
    who, session = actor(), db.session
    is_staff = may(session, found, moderated_by(who))
    return render_template(
        "staff/report.html",
        report=found,
        what=about_words(found.kind, found.about),
        told_on=_day(found),
        known_from=_known_from(found),
        listing=listing_address(found.listing.key) if found.listing else "",
        public=_public_address(found),
        choices=_choices(found, is_staff=is_staff),
        update=update_of(session, found),
        alike=_alike(found),
        others=others_like(session, who, found),
        shows_email=bool(found.email) and is_staff,
        may_moderate=is_staff,
        may_hide_reply=bool(found.reply) and may(session, found, hidden_by(who)),
        typed=typed,
    )


def _choices(found: Report, *, is_staff: bool) -> list[tuple[str, str]]:
    """What can be done about it, the likeliest first."""
    if found.state is not ReportState.OPEN:
        return []
    no = [("decline", gettext("Nothing: say why"))]
    if found.kind is ReportKind.COMPLAINT:
        return [(Then.NOTHING, gettext("We have taken it up")), *no]
    if found.kind is ReportKind.FEEDBACK:
        public = [("publish", gettext("Put it on the page of the service"))]
        private = [(Then.NOTHING, gettext("Keep it for ourselves: we have acted on it"))]
        return [*(public if is_staff and not found.is_urgent else ()), *private, *no]
    if found.kind is ReportKind.NEW_SERVICE:
        return [(Then.EDIT, gettext("Begin a new listing with it")), (Then.NOTHING, _done_already()), *no]
    mine = may_act_on_listing(db.session, actor(), found)
    return [*(_on_listing(found) if mine else ()), (Then.NOTHING, _done_already()), *no]


def _done_already() -> str:
    return gettext("It is right, and has been put right elsewhere")


def _on_listing(found: Report) -> list[tuple[str, str]]:
    known: list[tuple[str, str]] = [(Then.EDIT, gettext("Change the listing"))]
    if found.kind is ReportKind.DEAD_TELEPHONE:
        known.append((Then.DOUBT, gettext("Tell families that this number may not work")))
    if found.kind is ReportKind.DEAD_LINK:
        known.append((Then.LINK, gettext("Note that the web address does not work")))
    if found.kind in OF_LISTINGS:
        known.append((Then.PAUSE, gettext("Pause the listing: families read what you write below")))
    return known


def _alike(found: Report) -> list[Alike]:
    """What may be listed already, of a service that somebody says is missing."""
    if found.kind is not ReportKind.NEW_SERVICE or found.state is not ReportState.OPEN:
        return []
    if not actor().has(Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR):
        return []
    return duplicates_of(db.session, {**found.suggestion, "name": found.name})


def _known_from(found: Report) -> str:
    value = str(found.suggestion.get("known_from") or "")
    return str(KnownFrom(value).label) if value in tuple(KnownFrom) else ""


def _public_address(found: Report) -> str:
    kind, _, key = found.subject.partition(":")
    endpoints = {"service": "public.service", "hub": "public.hub", "catalogue": "public.entry"}
    return url_for(endpoints[kind], key=key) if kind in endpoints else ""


def _day(found: Report) -> str:
    return formats.day(as_utc(found.made_at).astimezone(LONDON).date())
