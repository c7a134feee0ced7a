"""Gunicorn's worker of threads, but a thread takes a connection only once the whole request has come.

Gunicorn gives a connection to a thread as soon as somebody connects, and the thread reads what comes. Whoever
sends a letter at a time keeps it as long as they like: seventy of them stopped everything. Here the worker's
own loop looks at what has come without taking it, and waits with all of them at once, for so long as
``LASTS`` says. Few may send more than it looks at, so that nobody else waits for them.
"""

import re
import selectors
import socket
import time
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from gunicorn.workers.gthread import TConn, ThreadWorker

LASTS = 15.0
"""Seconds in which a request has to come, of one that is not large."""
LARGE = 32 * 1024
"""Bytes that are looked at; what is larger is read by a thread."""
LARGE_LASTS = 60.0
"""Seconds in which a large one has to come."""
LARGE_SHARE = 4
"""So many of a worker's threads read large ones: one in four."""
OFTEN, SELDOM = 0.01, 0.1
"""Seconds between two looks at those that are coming: while one of them has just begun, and later."""
JUST = 0.5
"""Seconds in which one has just begun."""
_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_IN_PARTS = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


class Come(Enum):
    """How much of a request is there."""

    NOTHING = 1
    PART = 2
    WHOLE = 3
    LARGE = 4
    """Somebody has to read it to get the rest."""
    GONE = 5


def come(data: bytes) -> Come:
    """How much of a request is there, of which ``data`` is what has come, up to ``LARGE`` bytes."""
    if not data:
        return Come.NOTHING
    end = data.find(_HEAD_ENDS)
    if end < 0:
        return Come.WHOLE if len(data) >= LARGE else Come.PART  # no head is as long: it is refused at once
    head = data[: end + len(_HEAD_ENDS)]
    if _IN_PARTS.search(head):
        return Come.LARGE
    length = _LENGTH.search(head)
    whole = len(head) + (int(length.group(1)) if length else 0)
    if len(data) >= whole:
        return Come.WHOLE
    return Come.LARGE if whole > LARGE else Come.PART


@dataclass(slots=True)
class Coming:
    """A connection whose request is not there yet."""

    conn: TConn
    since: float
    """By the monotonic clock."""
    is_awaited: bool = False
    """Nothing has come yet."""


class GatheringWorker(ThreadWorker):  # type: ignore[misc]  # Gunicorn has no types
    """See above. Made of a worker that is there already: ``take_over``."""

    coming: dict[int, Coming]
    """By the ``id`` of the connection; the oldest first."""
    large: dict[int, Coming]
    """Those that a thread reads, in the same way."""
    too_slow: bytes
    """What is said to whoever sent too slowly."""

    def enqueue_req(self, conn: TConn) -> None:
        """Give it to a thread if all is there, else wait for it."""
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            super().enqueue_req(conn)  # the rest of what was read with the request before
        elif not self._begin(conn):
            conn.sock.setblocking(False)
            one = self.coming[id(conn)] = Coming(conn, time.monotonic())
            if come_of(conn.sock) is Come.NOTHING:
                self._await_first(one)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than until the next look at those that are coming."""
        super().wait_for_and_dispatch_events(min(timeout, self._until_next_look()))
        for one in list(self.coming.values()):
            if not one.is_awaited and self._begin(one.conn):
                del self.coming[id(one.conn)]

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """A thread is done with it."""
        self.large.pop(id(conn), None)
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """End what takes too long."""
        super().murder_pending()
        moment = time.monotonic()
        for one in list(self.coming.values()):
            if moment - one.since > LASTS or not self.alive:
                self._end(one)
        for one in self.large.values():
            if moment - one.since > LARGE_LASTS:
                _stop_reading(one.conn.sock)

    def _begin(self, conn: TConn) -> bool:
        """Give it to a thread; not if it has to wait."""
        state = come_of(conn.sock)
        if state in (Come.NOTHING, Come.PART):
            return False
        if state is Come.LARGE:
            if len(self.large) >= max(1, self.cfg.threads // LARGE_SHARE):
                return False
            self.large[id(conn)] = Coming(conn, time.monotonic())
        conn.data_ready = True
        super().enqueue_req(conn)
        return True

    def _await_first(self, one: Coming) -> None:
        """Nothing has come yet: the loop wakes up when something does."""
        one.is_awaited = True

        def begins(sock: socket.socket) -> None:
            self.poller.unregister(sock)
            one.is_awaited = False  # the look after this one

        self.poller.register(one.conn.sock, selectors.EVENT_READ, begins)

    def _until_next_look(self) -> float:
        newest = next((one for one in reversed(self.coming.values()) if not one.is_awaited), None)
        if newest is None:
            return 1.0
        return OFTEN if time.monotonic() - newest.since < JUST else SELDOM

    def _end(self, one: Coming) -> None:
        del self.coming[id(one.conn)]
        if one.is_awaited:
            self.poller.unregister(one.conn.sock)
        else:
            _say(one.conn.sock, self.too_slow)
        self.nr_conns -= 1
        one.conn.close()


def come_of(sock: socket.socket) -> Come:
    """How much of a request has come, without taking it."""
    try:
        data = sock.recv(LARGE, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return Come.NOTHING
    except OSError:
        return Come.GONE
    return come(data) if data else Come.GONE


def take_over(worker: ThreadWorker, telephone: str) -> None:
    """Make a worker of Gunicorn's one of these, before it takes the first connection."""
    worker.__class__ = GatheringWorker
    made = cast(GatheringWorker, worker)
    made.coming, made.large, made.too_slow = {}, {}, _page(telephone)


def _page(telephone: str) -> bytes:
    """Whoever is this slow may be a family on a bad line: whom to ring."""
    words = (
        "This took too long, and did not arrive. Go back and try again, or ring us: "
        f"{telephone}. If somebody is in danger, ring 999.\n"
    ).encode()
    head = (
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(words)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + words


def _say(sock: socket.socket, words: bytes) -> None:
    try:
        sock.send(words, socket.MSG_DONTWAIT)
    except OSError:
        return


def _stop_reading(sock: socket.socket) -> None:
    """Whatever reads it is told that there is no more; what is written goes on."""
    try:
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        return
