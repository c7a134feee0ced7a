"""Asking a website whether a page is still there: as its robots.txt allows, seldom, and never in a hurry."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from urllib.parse import urlsplit

from protego import Protego

from hubfinder.clock import now
from hubfinder.listings.safe_web import (
    FOR_GOOD,
    MOST_REDIRECTS,
    Answer,
    NoAnswer,
    NotPublic,
    NotThere,
    SafeWeb,
    led_to,
    split,
)

ROBOT = "hubfinder"
"""The name by which a robots.txt can speak to us."""
BETWEEN = 2.0
"""Seconds between two requests to one host."""
LONGEST_BETWEEN = 30.0
"""So long we wait where a site asks for it."""
A_BIT, MOST_ROBOTS = 4_096, 500_000
"""Bytes of a page, and of a robots.txt."""
GONE = frozenset({404, 410})
TOO_OFTEN = frozenset({429, 503})


class Verdict(Enum):
    """What came of asking."""

    THERE = auto()
    GONE = auto()
    UNSURE = auto()
    """The site does not say: busy, closed to programs, broken for now."""
    NOT_ASKED = auto()
    """Its robots.txt asks not to, or the address leads where no website is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a web address now."""

    verdict: Verdict
    status: int | None = None
    why: str = ""
    moved_to: str = ""
    """Where the page says it has moved for good."""
    wait: float = 0.0
    """Seconds for which the site asks to be left alone."""


@dataclass
class Links:
    """Asks websites, one after the other; remembers their robots.txt and when each was last asked."""

    web: SafeWeb
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _robots: dict[str, Protego | None] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    def look(self, url: str) -> Found:
        """Whether a page is there, following at most ``MOST_REDIRECTS``. Never raises what a website does."""
        try:
            return self._followed(url)
        except NotThere:
            return Found(Verdict.GONE, why="the name is not there any more")
        except NotPublic:
            return Found(Verdict.NOT_ASKED, why="this is no public web address")
        except NoAnswer as error:
            return Found(Verdict.UNSURE, why=f"no answer ({error})")

    def _followed(self, url: str) -> Found:
        at, moved_to, is_for_good = url, "", True
        for _ in range(MOST_REDIRECTS + 1):
            rules = self._rules(at)
            if rules is None:
                return Found(Verdict.UNSURE, why="its robots.txt cannot be read")
            if not rules.can_fetch(at, ROBOT):
                return Found(Verdict.NOT_ASKED, why="its robots.txt asks not to be looked at by programs")
            answer = self._asked_for(at, rules)
            onward = led_to(at, answer)
            if not onward:
                return _found(answer, moved_to)
            is_for_good = is_for_good and answer.status in FOR_GOOD
            at = onward
            moved_to = at if is_for_good else moved_to
        return Found(Verdict.UNSURE, why="it sends visitors in a circle")

    def _asked_for(self, url: str, rules: Protego) -> Answer:
        """By HEAD; what answers that with an error may answer a reader otherwise."""
        answer = self._polite("HEAD", url, rules)
        if answer.status < 400 or answer.status in TOO_OFTEN:
            return answer
        return self._polite("GET", url, rules, A_BIT)

    def _polite(self, method: str, url: str, rules: Protego | None, most: int = 0) -> Answer:
        host = urlsplit(url).netloc
        asks = float((rules.crawl_delay(ROBOT) if rules else None) or 0.0)
        between = min(max(BETWEEN, asks), LONGEST_BETWEEN)
        if host in self._asked:
            self.sleep(max(0.0, self._asked[host] + between - self.clock()))
        try:
            return self.web.ask(method, url, most)
        finally:
            self._asked[host] = self.clock()

    def _rules(self, url: str) -> Protego | None:
        """The robots.txt of a site; none while it cannot be read: then nothing is asked (RFC 9309)."""
        parts = split(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._read_rules(f"{site}/robots.txt")
        return self._robots[site]

    def _read_rules(self, url: str) -> Protego | None:
        """What a site itself says, or what it sends us to; no rules at all where that has none.

        Raises:
            NotThere, NotPublic: the site itself is nowhere, or where no website is.
        """
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            try:
                answer = self._polite("GET", at, None, MOST_ROBOTS)
            except NoAnswer:
                return None
            except (NotThere, NotPublic):
                if at == url:
                    raise
                return None
            onward = led_to(at, answer)
            if not onward:
                return _rules_of(answer)
            at = onward
        return Protego.parse("")


def _rules_of(answer: Answer) -> Protego | None:
    if answer.status >= 500 or answer.status == 429:
        return None
    return Protego.parse(answer.body.decode("utf-8", "replace") if answer.status == 200 else "")


def _found(answer: Answer, moved_to: str) -> Found:
    status = answer.status
    if status < 400:
        return Found(Verdict.THERE, status, moved_to=moved_to)
    if status in GONE:
        return Found(Verdict.GONE, status, "the page is not there any more")
    wait = _wait_of(answer.headers.get("retry-after", "")) if status in TOO_OFTEN else 0.0
    return Found(Verdict.UNSURE, status, "the site would not say", wait=wait)


def _wait_of(said: str) -> float:
    """Seconds of a ``Retry-After``, which is a number or a date; 0 for anything else."""
    if said.strip().isdigit():
        return float(said.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - now()).total_seconds())
    except (TypeError, ValueError):
        return 0.0
