"""What staff do about a report of the public: one verb each, and one word to whoever told us.

Whoever calls has begun with ``begin_writing``, and commits. Each verb is one entry of the trail, without a
word of what was told.
"""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.directory.models import Organization, Phone
from hubfinder.listings.models import Content, Listing, ListingUpdate, Report
from hubfinder.listings.prefill import beginning_of, prefill
from hubfinder.listings.report_mail import outcome_email
from hubfinder.listings.report_scope import OF_LISTINGS, hidden_by, may, moderated_by, reports_for
from hubfinder.listings.report_words import LONGEST, plain_words
from hubfinder.listings.scope import may_edit
from hubfinder.listings.standing import pause
from hubfinder.listings.states import NotAllowed, WrongState
from hubfinder.listings.steps import WordsNeeded, allow
from hubfinder.listings.telling import SAME_FOR, count_open, doubted_by_several, subject_of
from hubfinder.listings.updates import begin_listing, begin_update
from hubfinder.people.audit import record
from hubfinder.people.models import Council
from hubfinder.people.values import Actor
from hubfinder.post.actions import queue
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ReportKind, ReportState

ANSWERED_BY = "update"
"""In what a report suggests: the number of the change that puts it right; one may answer several."""


class Then(StrEnum):
    """What is done about a report that is right."""

    EDIT = "edit"
    """A change of the listing is begun, or a new one."""
    DOUBT = "doubt"
    """Families are told that the telephone may not work."""
    LINK = "link"
    PAUSE = "pause"
    NOTHING = "nothing"
    """It has been put right already, or elsewhere."""


def accept(
    session: Session, actor: Actor, report: Report, then: Then, words: str, settings: Settings
) -> ListingUpdate | None:
    """It was right: do something about it, and tell whoever told us, in ``words``; the change to write on.

    Of what is paused, ``words`` are what families read.

    Raises:
        NotAllowed, WrongState, WordsNeeded: not theirs; decided already; words are missing or too long.
    """
    _lock(session, report)
    allow(may(session, report, reports_for(actor)))
    if report.kind in (ReportKind.FEEDBACK, ReportKind.COMPLAINT) and then is not Then.NOTHING:
        raise WrongState(f"{then}: {report.kind}")
    said = _words(words)
    update = _do(session, actor, report, then, said)
    if update is not None:
        session.flush()
        report.suggestion = {**report.suggestion, ANSWERED_BY: update.id}
    _decide(session, actor, report, ReportState.ACCEPTED, said)
    _finish(session, actor, report, "report.accepted", settings, {"then": then.value})
    return update


def decline(session: Session, actor: Actor, report: Report, words: str, settings: Settings) -> None:
    """It was not right, or nothing can be done: ``words`` say why, to whoever told us.

    A telephone that only this report made doubtful is no longer doubted.
    """
    _lock(session, report)
    allow(may(session, report, reports_for(actor)))
    _decide(session, actor, report, ReportState.DECLINED, _words(words, is_needed=True))
    if report.kind is ReportKind.DEAD_TELEPHONE and report.listing_id is not None:
        session.flush()
        since = as_utc(report.made_at) - SAME_FOR
        if not doubted_by_several(session, report.listing_id, since):
            session.get_one(Listing, report.listing_id).is_telephone_doubted = False
    _finish(session, actor, report, "report.declined", settings)


def publish_feedback(session: Session, actor: Actor, report: Report, words: str, settings: Settings) -> None:
    """Let everybody read what somebody said of a service."""
    _lock(session, report)
    allow(may(session, report, moderated_by(actor)))
    _check_feedback(report)
    if report.is_urgent:
        raise NotAllowed("danger")
    _decide(session, actor, report, ReportState.ACCEPTED, _words(words))
    report.is_public = True
    _finish(session, actor, report, "feedback.published", settings)


def hide_feedback(session: Session, actor: Actor, report: Report) -> None:
    """Take it from the page again, with its answer."""
    _lock(session, report, ReportState.ACCEPTED)
    allow(may(session, report, moderated_by(actor)))
    _check_feedback(report)
    report.is_public = False
    record(session, actor, "feedback.hidden", subject_of(report))


def show_feedback(session: Session, actor: Actor, report: Report) -> None:
    """Put it back."""
    _lock(session, report, ReportState.ACCEPTED)
    allow(may(session, report, moderated_by(actor)))
    _check_feedback(report)
    report.is_public = True
    record(session, actor, "feedback.shown", subject_of(report))


def reply(session: Session, actor: Actor, report: Report, words: str) -> None:
    """The organization's public answer to feedback: at once on the page, until the council hides it."""
    _lock(session, report, ReportState.ACCEPTED)
    allow(may(session, report, reports_for(actor)))
    _check_feedback(report)
    if not report.is_public:
        raise WrongState("reply: hidden")
    report.reply = _words(words, is_needed=True)
    report.replied_at, report.replied_by = utc_now(), _organization(session, actor, report)
    record(session, actor, "feedback.answered", subject_of(report))


def hide_reply(session: Session, actor: Actor, report: Report, *, hidden: bool) -> None:
    """The council takes an answer from the page, or puts it back."""
    _lock(session, report, ReportState.ACCEPTED)
    allow(may(session, report, hidden_by(actor)))
    if not report.reply:
        raise WrongState("no answer")
    report.is_reply_hidden = hidden
    record(session, actor, "answer.hidden" if hidden else "answer.shown", subject_of(report))


def may_act_on_listing(session: Session, actor: Actor, report: Report) -> bool:
    """Whether somebody may change the listing that a report is about."""
    listing = session.get(Listing, report.listing_id) if report.listing_id is not None else None
    return listing is not None and may_edit(actor, listing)


def _do(session: Session, actor: Actor, report: Report, then: Then, said: str) -> ListingUpdate | None:
    if then is Then.NOTHING:
        return None
    if report.kind is ReportKind.NEW_SERVICE:
        if then is not Then.EDIT:
            raise WrongState(then)
        return begin_listing(session, actor, report.council_code, beginning_of(report), report.id)
    if report.listing_id is None or report.kind not in OF_LISTINGS:
        raise WrongState(f"{then}: no listing")
    listing = session.get_one(Listing, report.listing_id)
    allow(may_edit(actor, listing))
    if then is Then.EDIT:
        return _edit(session, actor, listing, report)
    if then is Then.PAUSE:
        pause(session, actor, listing, said)
    elif then is Then.LINK:
        listing.is_link_dead = True
    else:
        listing.is_telephone_doubted = True
        report.suggestion = {**report.suggestion, "doubted": _telephones(session, listing)}
    return None


def _edit(session: Session, actor: Actor, listing: Listing, report: Report) -> ListingUpdate:
    update = begin_update(session, actor, listing, report.id)
    update.report_id = update.report_id or report.id
    prefill(session, actor, update, report)
    return update


def _telephones(session: Session, listing: Listing) -> list[str]:
    """The numbers families are told not to rely on: when the listing says another, nothing more is said."""
    numbers = select(Phone.number).where(Phone.service_id == listing.service_id).order_by(Phone.id)
    return list(session.scalars(numbers))


def _decide(session: Session, actor: Actor, report: Report, state: ReportState, words: str) -> None:
    report.state, report.outcome = state, words
    report.decided_at, report.decided_by = utc_now(), actor.name
    count_open(session, report.listing_id)


def _finish(
    session: Session,
    actor: Actor,
    report: Report,
    verb: str,
    settings: Settings,
    facts: Content | None = None,
) -> None:
    """The entry of the trail, and the one email; its address is forgotten here with it."""
    is_told = bool(report.email)
    if is_told:
        queue(session, outcome_email(report, settings))
        report.email = ""
    told = {"kind": report.kind.value, "told": is_told, **(facts or {})}
    record(session, actor, verb, subject_of(report), facts=told)


def _lock(session: Session, report: Report, state: ReportState = ReportState.OPEN) -> None:
    """The report as it is now, and nobody else's until the end of the transaction."""
    session.refresh(report, with_for_update=True)
    if report.state is not state:
        raise WrongState(f"report: {report.state}")


def _check_feedback(report: Report) -> None:
    if report.kind is not ReportKind.FEEDBACK:
        raise WrongState(report.kind)


def _words(text: str, *, is_needed: bool = False) -> str:
    said = plain_words(text, LONGEST + 1)
    if len(said) > LONGEST or (is_needed and not said):
        raise WordsNeeded
    return said


def _organization(session: Session, actor: Actor, report: Report) -> str:
    """Who answers: the organization, or the council where its staff do. Never the name of a person."""
    listing = session.get(Listing, report.listing_id) if report.listing_id is not None else None
    if listing is not None and any(grant.organization == listing.organization_key for grant in actor.grants):
        name = session.scalar(select(Organization.name).where(Organization.key == listing.organization_key))
        if name:
            return name
    council = session.get(Council, report.council_code)
    return council.name if council is not None else report.council_code
