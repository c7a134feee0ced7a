"""Messages about requests, for tests: queued by the real verbs, sent to servers in processes of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.post.rounds import USUAL, Bounds, Round
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_sending import Rooms, send_notices
from hubfinder.referrals.reading import opened
from hubfinder.settings import MailSecurity, Settings
from hubfinder.vault.keys import Keyring
from tests.support.people import council
from tests.support.processes import Served

NEUTRAL = "post@messages.example.org"
TOPICS = ("sleep", "nights", "Robin", "Ash", "Example", "lamp", "health", "hub", "help")
"""Words of ``requests.SAID``, and others from which somebody could tell what it is about."""


def settings_for(folder: Path, mail: Served | None = None, /, **more: Any) -> Settings:
    """Settings of an instance that sends email there; into files without any."""
    facts: dict[str, object] = {
        "data_dir": folder,
        "smtp_from": "Family help <help@example.org>",
        "smtp_neutral_from": NEUTRAL,
    }
    if mail is not None:
        facts |= {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": MailSecurity.NONE}
    return Settings.model_validate({**facts, **more})


class Desk:
    """Both databases, the keys and the settings: what a round of sending needs."""

    def __init__(self, vault: Session, directory: Session, ring: Keyring, settings: Settings) -> None:
        self.rooms = Rooms(vault, directory, ring, settings)

    def send(self, bounds: Bounds = USUAL, **later: float) -> Round:
        """A round, so much later."""
        self.rooms.vault.rollback()
        self.rooms.directory.rollback()
        return send_notices(self.rooms, bounds, at(**later))

    def rows(self, **facts: object) -> list[Notice]:
        """All notices in their order, or those with these facts."""
        self.rooms.vault.rollback()
        self.rooms.vault.expire_all()
        found = self.rooms.vault.scalars(select(Notice).filter_by(**facts).order_by(Notice.id)).all()
        return list(found)

    def state(self, wording: str) -> tuple[str, int, str]:
        """State, tries and error of the only notice with this wording."""
        [row] = self.rows(wording=wording)
        return row.state.value, row.tries, row.error

    def say(self, referral: Referral, **answers: object) -> None:
        """The family says something else than it said."""
        vault = self.rooms.vault
        vault.rollback()
        begin_writing(vault)
        row = vault.get_one(Referral, referral.id)
        one = opened(self.rooms.ring, row)
        row.body = one.box.seal("body", row.version, {**one.answers, **answers})
        vault.commit()


def at(**later: float) -> Callable[[], datetime]:
    """A clock that stands still."""
    moment = now() + timedelta(**later)
    return lambda: moment


def front_door(vault: Session, directory: Session, ring: Keyring, mail: Served, folder: Path) -> Desk:
    """That of a council with an address for email, and a mail server that behaves and has taken nothing."""
    mail.behave()
    (mail.folder / "taken.jsonl").unlink(missing_ok=True)
    begin_writing(directory)
    council(directory, name="Harbourmouth Council", email="council@example.org")
    directory.commit()
    return Desk(vault, directory, ring, settings_for(folder, mail))
