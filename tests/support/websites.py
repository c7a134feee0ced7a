"""Websites of others, for tests: one real server on this machine that answers under many names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hubfinder.listings.safe_web import Guarded, SafeWeb

HERE = "127.0.0.1"


@dataclass
class Says:
    """One answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<p>Hello</p>"
    slow: float = 0.0
    """Seconds before each byte of the body."""
    head: int = 0
    """Status for HEAD, where it is another."""


@dataclass
class Websites:
    """What the server says by name and path; what is not there is a 404. ``asked`` is what it was asked."""

    port: int = 0
    pages: dict[str, Says] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    names: dict[str, list[str]] = field(default_factory=dict)
    """Addresses of a name, where they are not this machine's."""
    looked_up: list[str] = field(default_factory=list)

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def resolve(self, host: str, _port: int) -> list[str]:
        self.looked_up.append(host)
        return self.names.get(host, [HERE])

    def web(self) -> SafeWeb:
        """What hubfinder asks with, let through to this server and to nothing else of this machine."""
        allow = Guarded(self.resolve, lambda address, port: (address, port) == (HERE, self.port))
        return SafeWeb("hubfinder/test (+https://help.example.org/about)", allow)


@contextmanager
def websites() -> Iterator[Websites]:
    """The server, at a free port, until the end of the test."""
    sites = Websites()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            address = f"{self.headers['Host'].partition(':')[0]}{self.path}"
            sites.asked.append(f"{self.command} {address}")
            sites.agents.add(self.headers["User-Agent"])
            missing = Says(404, body=b"")
            says = sites.pages.get(address, missing)
            is_head = self.command == "HEAD"
            self.send_response(says.head if is_head and says.head else says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            if not is_head:
                _write(self, says)

        do_GET = do_HEAD = _answer  # noqa: N815 - the names the library calls

        def log_message(self, *_args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer((HERE, 0), Handler)
    sites.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield sites
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _write(handler: BaseHTTPRequestHandler, says: Says) -> None:
    try:
        if not says.slow:
            handler.wfile.write(says.body)
            return
        for byte in says.body:
            handler.wfile.write(bytes([byte]))
            threading.Event().wait(says.slow)
    except OSError:
        handler.close_connection = True
