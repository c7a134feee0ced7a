"""Seventy who send a letter at a time keep nobody waiting, and hear after a while whom to ring."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

import pytest

from hubfinder.cli.gathering import LARGE, LASTS
from hubfinder.cli.serve import THREADS
from hubfinder.settings import DEMONSTRATION_FRONT_DOOR
from tests.faults.conftest import House
from tests.faults.server import WORKERS, Server

MANY = THREADS * WORKERS + 6
"""More than there are threads."""
SOON = 5.0
"""Seconds in which a page is there, on a busy machine."""
HEAD = b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@contextmanager
def slow(port: int, begin: bytes) -> Iterator[list[socket.socket]]:
    """Many connections that have sent so much, and send no more by themselves."""
    there = [socket.create_connection(("127.0.0.1", port), timeout=LASTS * 3) for _ in range(MANY)]
    for one in there:
        one.sendall(begin)
    try:
        yield there
    finally:
        for one in there:
            one.close()


def took(port: int, path: str) -> float:
    begun = time.monotonic()
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=LASTS * 2) as answer:
        assert answer.status == 200
        assert b"999" in answer.read()
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"POST /ask HT",
        HEAD + b"Content-Length: 100\r\n\r\nd",
        HEAD + b"Content-Length: %d\r\n\r\nd" % (LARGE * 4),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n",
    ],
    ids=["nothing", "part of the head", "part of a form", "part of much", "in parts"],
)
def test_pages_are_there_while_many_send_slowly(house: House, server: Server, begin: bytes) -> None:
    assert house.settings.is_demonstration
    with slow(server.port, begin) as there:
        for _ in range(3):
            for one in there:
                with suppress(OSError):
                    one.sendall(b"d" if begin else b"")
            assert took(server.port, "/ask") < SOON
            assert took(server.port, "/safety") < SOON


def test_whoever_is_too_slow_hears_whom_to_ring(house: House, server: Server) -> None:
    assert house.settings.is_demonstration
    with slow(server.port, HEAD + b"Content-Length: 100\r\n\r\nd") as there:
        begun = time.monotonic()
        answers = [_all_of(one) for one in there]
        assert time.monotonic() - begun < LASTS * 2
    assert all(answer.startswith(b"HTTP/1.1 408") for answer in answers)
    assert all(DEMONSTRATION_FRONT_DOOR.encode() in answer and b"999" in answer for answer in answers)


def test_a_form_that_comes_in_pieces_is_taken(house: House, server: Server) -> None:
    assert house.settings.is_demonstration
    with socket.create_connection(("127.0.0.1", server.port), timeout=LASTS) as one:
        body = b"reference=7KQ2&code=1"
        head = HEAD.replace(b"/ask", b"/follow") + b"Connection: close\r\n"
        one.sendall(head[:40])
        time.sleep(0.3)
        one.sendall(head[40:] + b"Content-Length: %d\r\n\r\n" % len(body) + body[:4])
        time.sleep(0.3)
        one.sendall(body[4:])
        said = _all_of(one)
    assert not said.startswith(b"HTTP/1.1 408")
    assert b"7KQ2" in said, "what was typed is given back"


def _all_of(one: socket.socket) -> bytes:
    parts = []
    with suppress(ConnectionResetError):
        while part := one.recv(65536):
            parts.append(part)
    return b"".join(parts)
