"""A mail server (aiosmtpd) as a process of its own: ``python -m tests.support.mail_process PORT FOLDER``.

It behaves as ``behaviour.json`` says: ``answers`` to recipients, ``answer`` to all, ``drops_after`` taking,
``stalls`` so many seconds before taking.
"""

import asyncio
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.mail_server import cut
from tests.support.processes import Served, behaviour, keep


class Handler:
    """Takes email and writes it down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        how = behaviour(self.folder)
        answer = how.get("answers", {}).get(address) or how.get("answer")
        if answer:
            return str(answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        seconds = behaviour(self.folder).get("stalls", 0)
        if seconds:
            keep(self.folder, {"to": [], "is_stalling": True})
            await asyncio.sleep(seconds)
        message = message_from_bytes(envelope.content, policy=policy.default)
        headers = {name: str(value) for name, value in message.items()}
        keep(self.folder, {"to": envelope.rcpt_tos, "headers": headers, "text": message.get_content()})
        return cut(server) if behaviour(self.folder).get("drops_after") else "250 OK"


def mail_process(folder: Path) -> Served:
    """One that is not running yet."""
    return Served("tests.support.mail_process", folder)


def main(port: int, folder: Path) -> None:
    """Serve until killed."""
    Controller(Handler(folder), hostname="127.0.0.1", port=port).start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
