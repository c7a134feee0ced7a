"""An email on its way out: claimed from the queue, and put into the form that mail servers know."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr


@dataclass(frozen=True, slots=True)
class Letter:
    """One that this worker, and no other, is sending now."""

    id: int
    to: str
    subject: str
    body: str
    message_id: str
    """The part before the @; the same at every try, so that a second copy is known as one."""
    made_at: datetime
    tries: int
    """Counts this one."""
    held_until: datetime
    """Afterwards another worker may try."""
    also: tuple[str, ...] = ()
    """Further addresses of the same team."""
    sender: str = ""
    """From whom it is; empty for the usual sender."""


def written(letter: Letter, sender: str) -> EmailMessage:
    """Plain text in UTF-8, from ``Family help <help@example.org>``."""
    message = EmailMessage(policy=SMTP)
    sender = letter.sender or sender
    message["From"] = sender
    message["To"] = ", ".join((letter.to, *letter.also))
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = f"<{letter.message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    return message
