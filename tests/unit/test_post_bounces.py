"""Email that came back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.post.actions import queue
from hubfinder.post.bounces import LARGEST, Outcome, note_bounce
from hubfinder.post.models import BouncedAddress, OutgoingEmail
from hubfinder.post.values import Email
from hubfinder.staff_vocab import PostState

NOTIFICATION = """\
From: MAILER-DAEMON@mx.example.org
To: help@example.org
Subject: Undelivered mail returned to sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=-="

--=-=
Content-Type: text/plain

I could not deliver your message.

--=-=
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; somebody-else@example.org
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 no

--=-=
Content-Type: text/rfc822-headers

From: help@example.org
To: gone@example.org
Message-ID: <{message_id}@example.org>

--=-=--
"""


def _sent(session: Session) -> OutgoingEmail:
    begin_writing(session)
    queue(session, Email("gone@example.org", "A listing", "Text", "reminder"))
    [row] = session.scalars(select(OutgoingEmail))
    row.state = PostState.SENT
    session.flush()
    return row


def _notice(row: OutgoingEmail, status: str = "5.1.1") -> bytes:
    return NOTIFICATION.format(status=status, message_id=row.message_id).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.2.1", "5.4.4", "5.0.0"])
def test_nothing_more_goes_to_an_address_where_nobody_is(session: Session, status: str) -> None:
    row = _sent(session)
    noted = note_bounce(session, _notice(row, status))
    assert (noted.outcome, noted.address) == (Outcome.NOTED, "gone@example.org")
    assert row.state is PostState.BOUNCED
    assert session.get(BouncedAddress, "gone@example.org") is not None
    again = note_bounce(session, _notice(row, status))
    assert again.outcome is Outcome.NOTED, "read twice it does no harm"


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1"])
def test_a_full_mailbox_or_a_distrustful_server_is_not_the_end_of_an_address(
    session: Session, status: str
) -> None:
    row = _sent(session)
    assert note_bounce(session, _notice(row, status)).address == ""
    assert row.state is PostState.BOUNCED
    assert not session.scalars(select(BouncedAddress)).all()


@pytest.mark.parametrize("status", ["4.4.1", "2.0.0"])
def test_a_delay_is_no_bounce(session: Session, status: str) -> None:
    row = _sent(session)
    assert note_bounce(session, _notice(row, status)).outcome is Outcome.WAITING
    assert row.state is PostState.SENT


def test_nobody_can_make_up_that_an_address_is_dead(session: Session) -> None:
    row = _sent(session)
    made_up = NOTIFICATION.format(status="5.1.1", message_id="0" * 32).encode()
    assert note_bounce(session, made_up).outcome is Outcome.UNKNOWN
    assert row.state is PostState.SENT
    assert not session.scalars(select(BouncedAddress)).all()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Holiday\n\nI am away.",
        b"\xff\xfe\x00" * 100,
        (
            b"Content-Type: multipart/report; boundary=x\n\n"
            b"--x\nContent-Type: message/delivery-status\n\n\x00\n--x--"
        ),
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n" * 5000,
        b"x" * (LARGEST + 1),
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
            for number in range(2000)
        ),
        NOTIFICATION.format(status="five", message_id="x").encode(),
        NOTIFICATION.replace("text/rfc822-headers", "x; charset=nowhere")
        .format(status="", message_id="")
        .encode(),
    ],
)
def test_what_is_no_notification_does_nothing(session: Session, raw: bytes) -> None:
    _sent(session)
    assert note_bounce(session, raw).outcome is Outcome.NONE
