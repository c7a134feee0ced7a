"""Processes that fill in forms and send them one after the other, until they are killed."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.referrals import drafts
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sending import Sending, send
from hubfinder.vault.keys import Keyring
from tests.faults.tally import Log, vault_at
from tests.support.people import HARBOURMOUTH
from tests.support.requests import LASTS, SAID


def start(url: str, ring: Keyring, log: Log, name: str) -> int:
    """A sender of its own process, for ever; its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _send_for_ever(url, ring, log, name)
            code = 0
        finally:
            os._exit(code)
    return child


def kill(*processes: int) -> None:
    for one in processes:
        os.kill(one, signal.SIGKILL)
    for one in processes:
        os.waitpid(one, 0)


def freeze(*processes: int) -> None:
    """Stop them where they are, all at once; they have stopped when this returns.

    Raises:
        RuntimeError: one of them had ended by itself.
    """
    for one in processes:
        os.kill(one, signal.SIGSTOP)
    for one in processes:
        _, status = os.waitpid(one, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            raise RuntimeError(f"a sender ended by itself: {status}")


def _send_for_ever(url: str, ring: Keyring, log: Log, name: str) -> None:
    engine = vault_at(url)
    for turn in count():
        with suppress(OperationalError), Session(engine) as session:  # others write: once more
            _send_one(session, ring, log, f"{name}-{turn}")


def _send_one(session: Session, ring: Keyring, log: Log, form: str) -> None:
    """One form: three steps, each acknowledged after its commit, and sent twice, as after a lost answer."""
    begin_writing(session)
    _, token = drafts.start(session, ring, LASTS)
    session.commit()
    for change in ({"danger": "no", "who": "family"}, {**SAID, "story": form}):
        _save(session, ring, log, token, change)
    for _ in range(2):
        begin_writing(session)
        found = drafts.of_browser(session, ring, token)
        assert found is not None
        receipt = send(session, ring, found, _sending(found.answers))
        session.commit()
        log.sent(form, receipt.reference)


def _save(session: Session, ring: Keyring, log: Log, token: str, change: Mapping[str, Any]) -> None:
    begin_writing(session)
    draft = drafts.of_browser(session, ring, token)
    assert draft is not None
    drafts.save(session, draft, lambda said: said.update(change), LASTS)
    id_, revision = draft.row.id, draft.revision
    session.commit()
    log.saved(id_, revision)


def _sending(answers: Mapping[str, Any]) -> Sending:
    return Sending(dict(answers), Route(HARBOURMOUTH), utc_now() + timedelta(days=1))
