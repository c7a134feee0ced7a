"""What the public tells us, written down: once for each who tells it, what speaks of danger first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.listings.models import Content, Listing, Report
from hubfinder.listings.report_subjects import About
from hubfinder.listings.report_words import digest_of, new_reference
from hubfinder.listings.throttle import EVERYBODY, OF_A_CLIENT, OF_A_SUBJECT, OF_ALL, Sender, Throttle
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import THE_PUBLIC
from hubfinder.search.concerns import Concern, read_concerns
from hubfinder.search.sensitive import SENSITIVE, is_sensitive
from hubfinder.staff_vocab import ReportKind, ReportState

SAME_FOR = timedelta(days=30)
"""For so long the same words about the same thing are one report, and a sender's number is kept."""
ENOUGH = 2
"""Senders who must tell us of a dead telephone before staff are shown it as doubted."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody has told us, checked."""

    kind: ReportKind
    reference: str
    """Made when the form was: the form sent twice is one report."""
    about: About = field(default_factory=About)
    part: str = ""
    text: str = ""
    suggestion: Content = field(default_factory=dict)
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever told us is given."""

    reference: str
    concerns: tuple[Concern, ...]
    """What the words may speak of: whom to ring is said first."""
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Danger:
    """How words that tell of danger are known: the lists of searches."""

    seeds: Path

    def of(self, told: Told) -> tuple[Concern, ...]:
        return read_concerns(self.seeds / "concerns").of(*_texts(told))

    def is_told_of(self, told: Told) -> bool:
        words = is_sensitive.__wrapped__  # it remembers what it was asked: nothing of this is to be
        return bool(self.of(told)) or words(self.seeds / SENSITIVE, *_texts(told))


def tell(session: Session, told: Told, sender: Sender, danger: Danger) -> Receipt:
    """Write a report down, in the caller's transaction, begun with ``begin_writing``; the caller commits.

    The same once more (the form sent again, the same words from the same sender) is answered with the
    reference of the first.

    Raises:
        TooMuch: this sender, or all of them, told us more than anybody could read.
    """
    concerns = danger.of(told)
    digest = digest_of(told.kind, told.part, told.text, told.suggestion)
    number = sender.number("report", told.about.subject, str(told.kind))
    there = _same(session, told, digest, number)
    if there is not None:
        there.email = there.email or told.email
        return Receipt(there.reference, concerns, is_new=False)
    Throttle(session, sender).take(
        (OF_A_CLIENT, ""), (OF_A_SUBJECT, told.about.subject or told.kind), (OF_ALL, EVERYBODY)
    )
    report = _report(session, told, digest, number)
    report.concern = concerns[0].key if concerns else ""
    report.is_urgent = danger.is_told_of(told)
    session.add(report)
    session.flush()
    facts = {"kind": report.kind.value, "about": report.about, "urgent": report.is_urgent}
    record(session, THE_PUBLIC, "report.made", subject_of(report), facts=facts)
    _note_on_listing(session, report)
    return Receipt(report.reference, concerns)


def subject_of(report: Report) -> Subject:
    """What the trail calls a report: by its number, for its reference lets anybody follow it."""
    return Subject("report", str(report.id), report.council_code)


def count_open(session: Session, listing_id: int | None) -> None:
    """Set right how many open reports a listing has, complaints apart: those are not for its editors."""
    if listing_id is None:
        return
    session.flush()
    number = select(func.count(Report.id)).where(
        Report.listing_id == listing_id,
        Report.state == ReportState.OPEN,
        Report.kind != ReportKind.COMPLAINT,
    )
    session.execute(
        update(Listing).where(Listing.id == listing_id).values(open_reports=number.scalar_subquery())
    )


def doubted_by_several(session: Session, listing_id: int, since: datetime) -> bool:
    """Whether different senders told us that its telephone is dead, in reports that nobody declined."""
    senders = select(func.count(func.distinct(Report.sender))).where(
        Report.listing_id == listing_id,
        Report.kind == ReportKind.DEAD_TELEPHONE,
        Report.state != ReportState.DECLINED,
        Report.sender != "",
        Report.made_at >= since,
    )
    return (session.scalar(senders) or 0) >= ENOUGH


def _same(session: Session, told: Told, digest: str, number: str) -> Report | None:
    """The report that this is once more. Two who say in the same words that a number is dead are two."""
    same = select(Report).where(Report.subject == told.about.subject, Report.digest == digest)
    for report in session.scalars(
        same.where(Report.made_at >= utc_now() - SAME_FOR, Report.state == ReportState.OPEN).order_by(
            Report.id
        )
    ):
        is_form_again = report.reference == told.reference
        is_said_again = report.sender == number or told.kind is not ReportKind.DEAD_TELEPHONE
        is_one_address = not (report.email and told.email) or report.email == told.email
        if is_form_again or (is_said_again and is_one_address):
            return report
    return None


def _report(session: Session, told: Told, digest: str, number: str) -> Report:
    taken = session.scalar(select(Report.id).where(Report.reference == told.reference))
    return Report(
        reference=new_reference() if taken else told.reference,
        kind=told.kind,
        council_code=told.about.council,
        listing_id=told.about.listing_id,
        subject=told.about.subject,
        name=told.about.name[:255],
        about=told.part,
        text=told.text,
        suggestion=told.suggestion,
        digest=digest,
        sender=number,
        email=told.email,
        language=told.language,
        made_at=utc_now(),
        state=ReportState.OPEN,
    )


def _note_on_listing(session: Session, report: Report) -> None:
    if report.listing_id is None:
        return
    count_open(session, report.listing_id)
    since = as_utc(report.made_at) - SAME_FOR
    if report.kind is ReportKind.DEAD_TELEPHONE and doubted_by_several(session, report.listing_id, since):
        doubted = update(Listing).where(Listing.id == report.listing_id)
        session.execute(doubted.values(is_telephone_doubted=True))


def _texts(told: Told) -> tuple[str, ...]:
    return (told.text, *_strings(told.suggestion))


def _strings(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(value for value in content.values() if isinstance(value, str))
