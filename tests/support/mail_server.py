"""A real mail server for tests, in a thread of its own, that can be told to behave badly."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hubfinder.settings import MailSecurity, Settings

LONG = 60.0


@dataclass
class Behaviour:
    """What the server says, and what it took."""

    to_address: dict[str, str] = field(default_factory=dict)
    """Answers to recipients: ``{"full@example.org": "452 mailbox full"}``."""
    to_sender: str = ""
    to_text: str = ""
    """Answer to the text of every email; empty takes it."""
    drops: set[str] = field(default_factory=set)
    """Recipients at whose text the connection is cut."""
    drops_after: set[str] = field(default_factory=set)
    """Recipients whose text is taken, and the connection cut before that is said."""
    stalls: set[str] = field(default_factory=set)
    """Recipients at whose text the server says nothing for a long time."""
    taken: list[EmailMessage] = field(default_factory=list)

    is_stalling: threading.Event = field(default_factory=threading.Event)

    @property
    def recipients(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.to_address:
            return self.to_address[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        recipient = envelope.rcpt_tos[0]
        if recipient in self.stalls:
            self.is_stalling.set()
            await asyncio.sleep(LONG)
        if recipient in self.drops:
            return cut(server)
        if self.to_text:
            return self.to_text
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return cut(server) if recipient in self.drops_after else "250 OK"


def cut(server: SMTP) -> str:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
    return "250 nobody hears this"


@contextmanager
def mail_server(behaviour: Behaviour, port: int = 0, **options: Any) -> Iterator[int]:
    """Serve on 127.0.0.1 at a free port, or this one; gives the port."""
    port = port or free_port()
    controller = Controller(behaviour, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(port: int, folder: Path, **more: object) -> Settings:
    """Settings that send to a server of this machine."""
    return Settings.model_validate(
        {
            "data_dir": folder,
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": MailSecurity.NONE,
            "smtp_from": "Family help <help@example.org>",
            **more,
        }
    )
