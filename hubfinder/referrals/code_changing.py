"""Another code for a request: with the one before nobody reads it any more.

Whoever calls has begun with ``begin_writing`` on the vault, and commits.
"""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.codes import code_digest, new_code
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.holding import Holder
from hubfinder.referrals.models import Draft, Referral
from hubfinder.referrals.reading import box_of, touched
from hubfinder.referrals.visits import end_others
from hubfinder.referrals.vocab import EventKind
from hubfinder.vault.keys import Keyring


def changed_code(session: Session, ring: Keyring, row: Referral, but: str = "") -> str:
    """Another code. Every visit to the request ends but the one with this digest; so does what the browser
    that sent it was shown, which says the code before.
    """
    code = new_code()
    row.code_digest = code_digest(ring, code, row.reference)
    end_others(session, row.id, but)
    session.execute(delete(Draft).where(Draft.referral_id == row.id))
    return code


def code_by_staff(
    session: Session, ring: Keyring, actor: Actor, row: Referral, given: tuple[Holder, str]
) -> str:
    """Another code for whoever has lost theirs, or for a family for which somebody else asked: to be read out
    to them, and kept nowhere. ``given`` is to whom, and the reason.

    They see that there is one; nothing that they told us is opened. The caller has ``locked`` the row.
    """
    code = changed_code(session, ring, row)
    touched(row, utc_now())
    to, reason = given
    facts = {"to": to.value}
    said = Said(EventKind.NEW_CODE, facts=facts, is_for_family=True)
    note_event(session, row, box_of(ring, row), actor, said)
    subject = Subject("request", row.reference, row.council_code)
    record(session, actor, "request.code_given", subject, reason, facts)
    return code
