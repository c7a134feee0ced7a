"""Asking websites of others without being led astray: only public addresses, only a little, only so long.

The name is resolved here, every address it has must be public, and the connection goes to exactly the
address that was looked at: a name that says something else a moment later gains nothing. Each redirect
begins anew.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
MOST_BYTES = 600_000
"""Of one answer, headers and all; robots.txt may be that long."""
SECONDS = 20.0
"""For one answer, from its first byte to its last."""
WAIT = 10.0
"""For each step on the way there."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
LONGEST = 2_000
"""Characters of an address."""
_ELSEWHERE = tuple(
    ip_network(text)
    for text in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
        "192.88.99.0/24",
        "168.63.129.16/32",
    )
)
"""Ways round to other addresses, and a cloud's own service behind an address that looks public."""
_NOBODYS = (
    "example",
    "invalid",
    "test",
    "localhost",
    "local",
    "internal",
    "example.org",
    "example.com",
    "example.net",
)
BROKEN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
    UnicodeError,
)
Resolve = Callable[[str, int], Sequence[str]]
"""Addresses of a host at a port; raises ``OSError`` where it has none."""


class NotThere(Exception):
    """There is no such name any more."""


class NotPublic(Exception):
    """The address leads to where a website of somebody else has no business."""


class NoAnswer(Exception):
    """Nothing, too much or something broken came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a website said."""

    status: int
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes = b""


def is_public(text: str) -> bool:
    """Whether an address of the internet is anybody's: not this machine, its network, or its provider's."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in _ELSEWHERE if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolved(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(one[4][0]) for one in found]


@dataclass
class Guarded(httpcore.NetworkBackend):
    """Connects to public addresses only, and to none that it has not just looked at.

    ``resolve`` and ``allow`` are for tests, which have servers on this machine. No setting reaches them.
    """

    resolve: Resolve = resolved
    allow: Callable[[str, int], bool] = lambda address, port: is_public(address) and port in PORTS.values()
    _sockets: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise _unresolved(error) from error
        if not addresses or not all(self.allow(address, port) for address in addresses):
            raise NotPublic
        stream = self._sockets.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return _Bounded(stream, time.monotonic() + SECONDS)

    def connect_unix_socket(self, *_args: Any, **_more: Any) -> httpcore.NetworkStream:
        raise NotPublic

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def _unresolved(error: OSError | UnicodeError) -> Exception:
    """A name that is known not to be there is another thing than a resolver that does not answer."""
    gone = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    if isinstance(error, UnicodeError) or (isinstance(error, socket.gaierror) and error.errno in gone):
        return NotThere()
    return NoAnswer("the name could not be looked up")


class _Bounded(httpcore.NetworkStream):
    """A connection that gives so much and lasts so long."""

    def __init__(self, stream: httpcore.NetworkStream, until: float, left: int = MOST_BYTES) -> None:
        self.stream, self.until, self.left = stream, until, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._check()
        read = self.stream.read(min(max_bytes, self.left), timeout)
        self.left -= len(read)
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._check()
        self.stream.write(buffer, timeout)

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Bounded(self.stream.start_tls(ssl_context, server_hostname, timeout), self.until, self.left)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore declares it
        return self.stream.get_extra_info(info)

    def _check(self) -> None:
        if time.monotonic() > self.until or self.left <= 0:
            raise httpcore.ReadTimeout


class SafeWeb:
    """Asks websites, saying who asks. Used with ``with``."""

    def __init__(
        self, agent: str, backend: Guarded | None = None, context: ssl.SSLContext | None = None
    ) -> None:
        self.agent = agent
        self._pool = httpcore.ConnectionPool(
            ssl_context=context or ssl.create_default_context(),
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=backend or Guarded(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.close()

    def ask(self, method: str, url: str, most: int = 0) -> Answer:
        """One answer, without following it further; at most ``most`` bytes of its body.

        Raises:
            NotThere, NotPublic, NoAnswer: there was none.
        """
        parts = split(url)
        headers: dict[bytes | str, bytes | str] = {
            "Host": parts.netloc,
            "User-Agent": self.agent,
            "Accept": "text/html,*/*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        waits = dict.fromkeys(("connect", "read", "write", "pool"), WAIT)
        try:
            with self._pool.stream(
                method, _target(parts), headers=headers, extensions={"timeout": waits}
            ) as response:
                named = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                return Answer(response.status, named, _beginning(response.iter_stream(), most))
        except BROKEN as error:
            raise NoAnswer(type(error).__name__) from error


def split(url: str) -> SplitResult:
    """The parts of a web address.

    Raises:
        NotPublic: it is none, or holds a password or a port that websites do not have.
    """
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise NotPublic from error
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or len(url) > LONGEST:
        raise NotPublic
    if any(sign.isspace() or not sign.isprintable() for sign in url.strip()):
        raise NotPublic
    return parts


def is_nobodys(host: str) -> bool:
    """Whether a name is set aside for examples: nobody will ever answer there."""
    host = host.lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in _NOBODYS)


def led_to(url: str, answer: Answer) -> str:
    """Where an answer sends whoever asked; empty where it does not."""
    place = answer.headers.get("location", "")
    return urljoin(url, place) if answer.status in REDIRECTS and place else ""


def _target(parts: SplitResult) -> httpcore.URL:
    host = parts.hostname or ""
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=host.encode("ascii" if host.isascii() else "idna"),
        port=parts.port,
        target=quote(target, safe="%/:=&?~#+!$,;'@()*[]-._").encode(),
    )


def _beginning(parts: Iterable[bytes], most: int) -> bytes:
    body = b""
    for part in parts:
        if not most:
            break
        body += part
        if len(body) >= most:
            break
    return body[:most]
