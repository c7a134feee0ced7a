"""What Gunicorn itself refuses, before hubfinder sees it, says whom to ring too.

An address or a head that is too long, a request that is none: Gunicorn answers in bare English. Here the same
status comes with a page made beforehand, in all languages of the form.
"""

import socket
from http import HTTPStatus
from typing import Protocol

from flask import Flask
from gunicorn import util

from hubfinder.web.shared.standing_alone import page_alone

WHOLE_HEAD = (
    "HTTP/1.1 {status} {reason}\r\n"
    "Connection: close\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; style-src data:; img-src data:; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "\r\n"
)


class Says(Protocol):
    """How Gunicorn says that it refuses."""

    def __call__(self, sock: socket.socket, status_int: int, reason: str, mesg: str) -> None: ...


def with_numbers(app: Flask) -> Says:
    """What to say instead. Gunicorn's own message is left out: it holds what the visitor sent."""
    with app.app_context():
        ours = page_alone(HTTPStatus.INTERNAL_SERVER_ERROR).encode()
        theirs = page_alone(HTTPStatus.BAD_REQUEST).encode()

    def say(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:  # noqa: ARG001 - Gunicorn's
        page = ours if status_int >= HTTPStatus.INTERNAL_SERVER_ERROR else theirs
        head = WHOLE_HEAD.format(status=status_int, reason=reason, length=len(page))
        util.write_nonblock(sock, head.encode("latin1") + page)

    return say


def take_over_refusals(app: Flask) -> None:
    """From now on this process of Gunicorn's refuses so."""
    util.write_error = with_numbers(app)
