"""An email before it is written down: refused where it could not be sent as it is meant."""

import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from email_validator import EmailNotValidError, validate_email

LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 254


class EmailRefused(ValueError):
    """This cannot be an email: the message says why, without the address."""


class Priority(IntEnum):
    """What goes first where much is waiting."""

    SOON = 0
    """Somebody is waiting for it: an invitation, a link to sign in, word for a family."""
    USUAL = 1
    LATER = 2
    """Reminders and digests."""


@dataclass(frozen=True, slots=True)
class Email:
    """One email to one address: plain text, neutral words.

    Raises:
        EmailRefused: the address is none, or a line break stands in the address or the subject.
    """

    to: str
    subject: str
    body: str
    purpose: str
    """``invitation``, ``reminder``: a word for staff and statistics."""
    once: str = ""
    """Two emails with the same text here are one: ``digest:2026-11-16:quayside-hub``. At most 255."""
    council: str = ""
    """Code of the council whose staff see what became of it."""
    priority: Priority = Priority.USUAL

    def __post_init__(self) -> None:
        if any(unicodedata.category(sign).startswith("C") for sign in self.to + self.subject):
            raise EmailRefused("no line break or other control sign may stand in an address or a subject")
        if not self.subject.strip() or len(self.subject) > LONGEST_SUBJECT:
            raise EmailRefused(f"a subject has 1 to {LONGEST_SUBJECT} characters")
        if not self.body.strip():
            raise EmailRefused("an email needs a text")
        object.__setattr__(self, "to", plain_address(self.to))


def plain_address(text: str) -> str:
    """An email address in small letters, as it is compared and sent to.

    Raises:
        EmailRefused: it is none, or only a mail server of a newer kind would know it.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise EmailRefused("this is not an email address") from None
    address = (found.ascii_email or found.normalized).lower()
    if len(address) > LONGEST_ADDRESS:
        raise EmailRefused("this is not an email address")
    return address


def is_address(text: str) -> bool:
    """Whether email can be sent there at all."""
    try:
        plain_address(text)
    except EmailRefused:
        return False
    return True
