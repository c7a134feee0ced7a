"""Sending a form: once, whatever happens. One transaction holds the request, its trail and its messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import THE_PUBLIC
from hubfinder.referrals.answers import Told, told
from hubfinder.referrals.codes import code_digest, new_code, new_id, new_reference
from hubfinder.referrals.consents import consents_of
from hubfinder.referrals.drafts import OpenDraft, Receipt
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.marks import marks_of
from hubfinder.referrals.models import Draft, FamilyMark, Referral
from hubfinder.referrals.notices import tell_about_new
from hubfinder.referrals.routing import Route, flags_of, urgency_of
from hubfinder.referrals.sharing import Partner, may_share
from hubfinder.referrals.vocab import EventKind, ReferralState
from hubfinder.vault.keys import Keyring
from hubfinder.vault.sealing import Box, Owner, new_box

KIND = "referral"
RECEIPT_LASTS = timedelta(hours=24)
"""So long the browser that sent it can look at the confirmation again."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The organization that sent a request for a family, as somebody signed in for it."""

    council: str = ""
    """Code of the council that lets it sign in."""
    organization: str = ""
    """Key; empty for whoever is not signed in."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A form that is sent: what was said, where it goes and by when somebody has to look at it."""

    answers: Mapping[str, Any]
    route: Route
    due_at: datetime
    """UTC."""
    sender: Sender = Sender()


def send(session: Session, ring: Keyring, draft: OpenDraft, sending: Sending) -> Receipt:
    """Make the request of a form; of one that was sent already, what its sender was told then.

    The caller has begun with ``begin_writing`` on the vault, and commits; only then is it acknowledged.
    Whoever sends the same form at the same moment waits for the row of the draft, and finds it sent.

    Raises:
        DraftGone: the form has expired or was thrown away meanwhile.
    """
    newest = select(Draft).where(Draft.id == draft.row.id).with_for_update()
    row = session.scalar(newest, execution_options={"populate_existing": True})
    if row is None:
        raise DraftGone
    if row.referral_id is not None:
        return _receipt_of(draft.box, row)
    receipt = Receipt(new_reference(), new_code())
    referral, box = _referral(session, ring, row.id, sending, receipt)
    said = told(sending.answers)
    session.add_all(consents_of(referral.id, said))
    session.add_all(
        FamilyMark(referral_id=referral.id, kind=kind, mark=mark) for kind, mark in marks_of(ring, said)
    )
    note_event(session, referral, box, THE_PUBLIC, Said(EventKind.RECEIVED, is_for_family=True))
    tell_about_new(session, referral, said)
    _settle(row, draft.box, referral, receipt)
    record(
        session, THE_PUBLIC, "request.received", Subject("request", receipt.reference, referral.council_code)
    )
    return receipt


class DraftGone(Exception):
    """The form has expired or was thrown away."""


def head_of(said: Told, route: Route) -> dict[str, Any]:
    """What the queue shows of a request before anybody opens it."""
    return {
        "name": said.name,
        "flags": sorted(flag.value for flag in flags_of(said, route)),
        "language": said.languages[0] if said.languages else said.language,
        "children": sum(one.kind.value != "adult" for one in said.people),
        "lives_in": route.lives_in,
        "lives_in_name": route.lives_in_name,
        "footprints": list(route.footprints),
        "hub_there": route.hub_there,
        "from_merged": [],
        "hub_reads": sorted(group.value for group in may_share(said, Partner.HUB)),
    }


def _referral(
    session: Session, ring: Keyring, submission: str, sending: Sending, receipt: Receipt
) -> tuple[Referral, Box]:
    said, route, moment, id_ = told(sending.answers), sending.route, utc_now(), new_id()
    box, wrapped = new_box(ring, Owner(KIND, id_, route.council))
    urgency = urgency_of(said)
    referral = Referral(
        id=id_,
        reference=receipt.reference,
        submission=submission,
        code_digest=code_digest(ring, receipt.code, receipt.reference),
        council_code=route.council,
        hub_key=route.hub,
        sender_organization=sending.sender.organization,
        sender_council=sending.sender.council,
        urgency=urgency,
        urgency_rank=urgency.rank,
        state=ReferralState.RECEIVED,
        revision=1,
        version=1,
        received_at=moment,
        changed_at=moment,
        due_at=sending.due_at,
        head=box.seal("head", 1, head_of(said, route)),
        body=box.seal("body", 1, dict(sending.answers)),
    )
    referral.wrapped = wrapped
    session.add(referral)
    session.flush()
    return referral, box


def _settle(row: Draft, box: Box, referral: Referral, receipt: Receipt) -> None:
    """Of the form only the receipt is left, for a day."""
    row.revision += 1
    row.referral_id = referral.id
    row.answers = box.seal("receipt", row.revision, {"reference": receipt.reference, "code": receipt.code})
    row.code_digest = None
    row.ends_at = utc_now() + RECEIPT_LASTS


def _receipt_of(box: Box, row: Draft) -> Receipt:
    said = box.open("receipt", row.revision, row.answers)
    return Receipt(said["reference"], said["code"])
