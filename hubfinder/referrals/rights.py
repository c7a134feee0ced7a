"""What the law gives a family over what they told us, done by staff: a copy, a hold, and an end."""

import io
import json
import zipfile
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.leaving_out import Given
from hubfinder.referrals.models import Referral
from hubfinder.staff_vocab import Role

MAY = (Role.FRONT_DOOR, Role.COUNCIL_ADMINISTRATOR)
"""Who answers for the requests of a council."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy for whoever asked, as it goes out."""

    given: Given
    page: str
    """The same to be read: a whole HTML document."""


def answerable_for(actor: Actor) -> ColumnElement[bool]:
    """Over ``Referral``: those of the councils somebody answers for."""
    codes = councils_of(actor)
    return or_(false(), *(Referral.council_code == code for code in codes))


def councils_of(actor: Actor, *roles: Role) -> tuple[str, ...]:
    """Codes of the councils for whose requests somebody answers, in one of these roles."""
    wanted = roles or MAY
    return tuple(dict.fromkeys(grant.council for grant in actor.grants if grant.role in wanted))


def find(session: Session, actor: Actor, reference: str) -> Referral | None:
    """A request somebody answers for; none if there is none, or it is another council's."""
    return session.scalar(select(Referral).where(Referral.reference == reference, answerable_for(actor)))


def note_opened(session: Session, actor: Actor, row: Referral) -> None:
    """That somebody is shown what the family said: one entry, before it is."""
    record(session, actor, "request.opened", Subject("request", row.reference, row.council_code))


def note_copy(session: Session, actor: Actor, row: Referral, reason: str, given: Given) -> None:
    """That a copy was given out: one entry, before it goes."""
    not_told = {"not_told": list(given.not_told)} if given.not_told else {}
    facts = {"left_out": given.left_out, **not_told}
    record(
        session, actor, "request.exported", Subject("request", row.reference, row.council_code), reason, facts
    )


def archive(copy: Copy) -> bytes:
    """The copy as a ZIP of a page to read and of JSON for programs: made in memory, never written to disk."""
    said = {"made_at": utc_now().isoformat(), "left_out": copy.given.left_out, **copy.given.tables}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("request.html", copy.page)
        folder.writestr("request.json", json.dumps(said, ensure_ascii=False, indent=2))
    return whole.getvalue()
