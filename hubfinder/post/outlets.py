"""Where email goes: to a mail server, or as files into a folder while none is set."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from hubfinder.post.letters import Letter, written
from hubfinder.post.rounds import NotNow, Refused
from hubfinder.settings import MailSecurity, Settings

PATIENCE = 20.0
"""Seconds to wait for each answer of the mail server."""
DEMONSTRATION_SENDER = "Family help <help@example.org>"
_ADDRESS = re.compile(r"\S+@\S+")
_NO_SUCH_ADDRESS = re.compile(r"\b5\.(1\.[0-9]+|2\.1)\b")
_SERVER_LEAVES = 421


class Outlet(Protocol):
    """Takes letters; opened with ``with``."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, letter: Letter) -> None:
        """Hand one over.

        Raises:
            NotNow: nothing can be sent at the moment.
            Refused: this one was not taken.
        """
        ...


def outlet_of(settings: Settings) -> Outlet:
    """The mail server of the settings, or the folder of an instance that has none."""
    if settings.smtp_host:
        return MailServer(settings)
    return Folder(settings.post_dir, settings.smtp_from or DEMONSTRATION_SENDER)


@dataclass
class Folder:
    """Writes ``<id>.eml`` files that one can look at."""

    path: Path
    sender: str
    prefix: str = ""
    """How the names of its files begin, where several kinds of post go into one folder."""

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, letter: Letter) -> None:
        try:
            name = f"{self.prefix}{letter.id:06}"
            new = self.path / f".{name}.new"
            new.touch(0o600)
            new.write_bytes(written(letter, self.sender).as_bytes())
            new.replace(self.path / f"{name}.eml")
        except OSError as error:
            raise NotNow(error.strerror or type(error).__name__) from error


class MailServer:
    """Speaks SMTP, over one connection for as long as it holds. Never falls back to an open way."""

    def __init__(self, settings: Settings, context: ssl.SSLContext | None = None) -> None:
        self.settings = settings
        self.context = context or ssl.create_default_context()
        self.sender = settings.smtp_from or DEMONSTRATION_SENDER
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, letter: Letter) -> None:
        connection = self.connection or self._connected()
        try:
            connection.sendmail(
                parseaddr(letter.sender or self.sender)[1],
                [letter.to, *letter.also],
                written(letter, self.sender).as_bytes(),
            )
        except smtplib.SMTPSenderRefused as error:
            self._hang_up()
            raise NotNow(plain(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            # of several none was taken: it is tried again if only one of them may take it later
            raise self._refusal(*min(error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            why = "the connection broke off while it was being sent"
            raise Refused(why, for_good=False, lost=True) from error

    def _refusal(self, code: int, said: bytes | str) -> Refused:
        why = plain(code, said)
        lost = code == _SERVER_LEAVES
        if lost:
            self._hang_up()
        unknown = bool(_NO_SUCH_ADDRESS.search(why))
        return Refused(why, for_good=500 <= code < 600, no_such_address=unknown, lost=lost)

    def _connected(self) -> smtplib.SMTP:
        try:
            self.connection = self._opened()
            self._secured(self.connection)
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            raise NotNow(plain(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise NotNow(f"the mail server cannot be reached ({type(error).__name__})") from error
        return self.connection

    def _opened(self) -> smtplib.SMTP:
        host, port = self.settings.smtp_host, self.settings.smtp_port
        if self.settings.smtp_security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=self.context)
        return smtplib.SMTP(host, port, timeout=PATIENCE)

    def _secured(self, connection: smtplib.SMTP) -> None:
        if self.settings.smtp_security is MailSecurity.STARTTLS:
            connection.starttls(context=self.context)
        if self.settings.smtp_username:
            connection.login(self.settings.smtp_username, self.settings.smtp_password.get_secret_value())

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def plain(code: int, said: bytes | str) -> str:
    """What the mail server said, in one line without addresses, at most 255 signs."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return f"{code} {_ADDRESS.sub('…', clean)}"[:255]
