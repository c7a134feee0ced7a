"""The form while it is filled in: saved step by step, sealed, gone when it expires.

A browser holds a random number and nothing else; with a code that somebody noted down they go on elsewhere.
Whoever calls what writes has begun with ``begin_writing`` on the vault, and commits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.referrals.codes import code_digest, cookie_digest, new_code, new_id, new_token
from hubfinder.referrals.models import Draft
from hubfinder.vault.keys import Keyring
from hubfinder.vault.sealing import Box, Owner, new_box, open_box

KIND = "draft"


class ChangedMeanwhile(Exception):
    """The same form was saved in another window since this page was opened."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever sent a form is told: shown to them alone, while their browser still holds the form."""

    reference: str
    code: str


@dataclass(slots=True)
class OpenDraft:
    """A form that somebody is filling in, open."""

    row: Draft
    box: Box
    answers: dict[str, Any]
    """Empty once it was sent."""
    receipt: Receipt | None = None
    """Once it was sent."""

    @property
    def revision(self) -> int:
        """What a page carries along, so that two windows do not undo each other's answers."""
        return self.row.revision


def start(session: Session, ring: Keyring, lasts: timedelta, language: str = "en") -> tuple[OpenDraft, str]:
    """An empty form, and the number for the browser."""
    token, id_, moment = new_token(), new_id(), utc_now()
    box, wrapped = new_box(ring, Owner(KIND, id_))
    row = Draft(
        id=id_,
        cookie_digest=cookie_digest(ring, token),
        revision=0,
        answers=box.seal("answers", 0, {}),
        language=language,
        made_at=moment,
        seen_at=moment,
        ends_at=moment + lasts,
    )
    row.wrapped = wrapped
    session.add(row)
    session.flush()
    return OpenDraft(row, box, {}), token


def of_browser(session: Session, ring: Keyring, token: str) -> OpenDraft | None:
    """The form whose number a browser holds; none if there is none, or it has expired."""
    if not token:
        return None
    return _opened(ring, session.scalar(_where(Draft.cookie_digest == cookie_digest(ring, token))))


def of_code(session: Session, ring: Keyring, code: str) -> OpenDraft | None:
    """The form somebody noted the code of. The caller has counted the try (``lookups``)."""
    if not code:
        return None
    return _opened(ring, session.scalar(_where(Draft.code_digest == code_digest(ring, code))))


def save(
    session: Session, draft: OpenDraft, change: Callable[[dict[str, Any]], None], lasts: timedelta
) -> None:
    """Change the answers, and let it last as long again.

    Raises:
        ChangedMeanwhile: it was saved since it was read; read it anew.
    """
    newest = select(Draft).where(Draft.id == draft.row.id).with_for_update()
    row = session.scalar(newest, execution_options={"populate_existing": True})
    if row is None or row.revision != draft.revision or row.referral_id is not None:
        raise ChangedMeanwhile
    change(draft.answers)
    row.revision += 1
    row.answers = draft.box.seal("answers", row.revision, draft.answers)
    row.seen_at, row.ends_at = utc_now(), utc_now() + lasts
    session.flush()


def give_code(session: Session, ring: Keyring, draft: OpenDraft) -> str:
    """A code to go on with, elsewhere or later; an earlier one ends."""
    code = new_code()
    draft.row.code_digest = code_digest(ring, code)
    session.flush()
    return code


def move_to_browser(session: Session, ring: Keyring, draft: OpenDraft) -> str:
    """Another browser goes on with it; the one that held it does not any more. The number for the new one."""
    token = new_token()
    draft.row.cookie_digest = cookie_digest(ring, token)
    draft.row.seen_at = utc_now()
    session.flush()
    return token


def leave(session: Session, ring: Keyring, token: str) -> None:
    """Somebody leaves in a hurry: the browser's number opens nothing any more.

    Without a code that was noted down nobody could go on: then all of it is gone at once.
    """
    row = session.scalar(select(Draft).where(Draft.cookie_digest == cookie_digest(ring, token)))
    if row is None:
        return
    if row.code_digest is None or row.referral_id is not None:
        session.delete(row)
    else:
        row.cookie_digest = None
    session.flush()


def forget_expired(session: Session, moment: datetime | None = None) -> int:
    """Destroy what has expired; how many."""
    gone = session.scalars(delete(Draft).where(Draft.ends_at < (moment or utc_now())).returning(Draft.id))
    return len(gone.all())


def _where(condition: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own types
    return select(Draft).where(condition).execution_options(populate_existing=True)


def _opened(ring: Keyring, row: Draft | None) -> OpenDraft | None:
    if row is None or as_utc(row.ends_at) < utc_now():
        return None
    box = open_box(ring, Owner(KIND, row.id), row.wrapped)
    if row.referral_id is None:
        return OpenDraft(row, box, box.open("answers", row.revision, row.answers))
    said = box.open("receipt", row.revision, row.answers)
    return OpenDraft(row, box, {}, Receipt(said["reference"], said["code"]))
