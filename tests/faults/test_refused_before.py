"""What the server refuses before hubfinder sees it still says whom to ring, in every language of the form."""

import socket

import pytest

from hubfinder.display.language import KNOWN
from hubfinder.settings import DEMONSTRATION_FRONT_DOOR, DEMONSTRATION_OUT_OF_HOURS
from tests.faults.conftest import House

HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /ask?x=" + b"x" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /ask HTTP/1.1\r\n" + HOST + b"Cookie: request=" + b"x" * 9_000 + b"\r\n\r\n", 431),
        (b"PLEASE HELP\r\n\r\n", 400),
    ],
)
def test_what_gunicorn_refuses_says_whom_to_ring(house: House, sent: bytes, status: int) -> None:
    with house.server() as server:
        said = answer(server.port, sent)
    head, _, page = said.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Cache-Control: no-store" in head
    assert f"Content-Length: {len(page.encode())}\r\n" in head
    for number in ("999", DEMONSTRATION_FRONT_DOOR, DEMONSTRATION_OUT_OF_HOURS):
        link = f'href="tel:{number.replace(" ", "")}"'
        assert page.count(link) == len(KNOWN), "once in each language"
    assert "xxx" not in page, "nothing that was sent comes back"
    assert "PLEASE" not in page


def answer(port: int, sent: bytes) -> str:
    """All that comes back on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        sock.sendall(sent)
        parts = []
        while part := sock.recv(65536):
            parts.append(part)
    return b"".join(parts).decode()
