"""Asking a server as fast as it answers: bare sockets, that cost the machine little."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hubfinder.settings import PROJECT

CLIENTS = 4


@contextmanager
def server(arguments: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """Gunicorn with these arguments on a free port; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", *arguments, f"--bind=127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **environment}) as running:
        try:
            _wait_for(port)
            yield port
        finally:
            running.send_signal(signal.SIGTERM)


def requests_per_second(port: int, addresses: Sequence[str], seconds: float) -> float:
    """How many answers all clients got in a second, each on a connection that stays open."""
    with multiprocessing.get_context("fork").Pool(CLIENTS) as clients:
        work = [(port, addresses[number::CLIENTS], seconds) for number in range(CLIENTS)]
        return sum(clients.starmap(_ask, work))


def _ask(port: int, addresses: Sequence[str], seconds: float) -> float:
    requests = [f"GET {one} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii") for one in addresses]
    answered, started = 0, time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while time.perf_counter() - started < seconds:
            connection.sendall(requests[answered % len(requests)])
            read_answer(connection)
            answered += 1
    return answered / (time.perf_counter() - started)


def read_answer(connection: socket.socket) -> None:
    """Read one whole answer that says its length; it must be a good one."""
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("ascii", "replace"))
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    missing = int(head[start:].split(b"\r\n", 1)[0]) - len(body)
    while missing > 0:
        missing -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server on port {port}")
