"""Families at their browsers: they fill in forms and send them over real connections, and try again."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.referrals import drafts
from hubfinder.referrals.form import journey
from hubfinder.referrals.form.seals import seal_of_all
from hubfinder.referrals.form.steps import OF_KEY, STEPS
from hubfinder.vault.keys import Keyring
from tests.faults.tally import Log
from tests.support.requests import LASTS, SAID

HIDDEN = re.compile(r'<input type="hidden" name="(form|was)" value="([^"]*)"')
REFERENCE = re.compile(r"\b[0-9A-Z]{5}[  -][0-9A-Z]{5}[  -][0-9A-Z]{5}\b")
PATIENCE = 60.0
"""Seconds that somebody tries again."""
PAUSE = 0.05
BROKEN = (OSError, http.client.HTTPException)
"""What somebody sees whose worker was killed."""


class GaveUp(Exception):
    """Somebody has tried for a minute."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass
class Browser:
    """A browser without scripts: it keeps cookies, and opens a connection for each page."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 60.0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, typed: Mapping[str, object]) -> Answer:
        return self._ask("POST", path, urlencode(typed, doseq=True))

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body or None, headers)
            said = connection.getresponse()
            text = said.read().decode()
        finally:
            connection.close()
        for line in said.headers.get_all("Set-Cookie") or ():
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return Answer(said.status, text, dict(said.headers.items()))


@dataclass(frozen=True)
class Form:
    """A form that lacks nothing but its story, in a browser."""

    browser: Browser
    draft: str
    story: str
    check: Mapping[str, object]
    """What the last page sends once the story is told."""


def a_form(engine: Engine, ring: Keyring, port: int, story: str, *, is_whole: bool = False) -> Form:
    """Filled in up to the story: the many steps before it cost a trial much, and tell it nothing."""
    with Session(engine) as session:
        begin_writing(session)
        draft, number = drafts.start(session, ring, LASTS)
        said = {**SAID, "postcode": "", "no_address": "yes", "ways": ["telephone", "email"]}
        said["story"] = story
        said["done"] = sorted(step.key for step in STEPS if is_whole or step.key != "story")
        if not is_whole:
            del said["story"]
        drafts.save(session, draft, lambda answers: answers.update(said), LASTS)
        id_ = draft.row.id
        session.commit()
    journey.note(said, OF_KEY["story"], {**(SAID if is_whole else {}), "story": story})
    check = {"form": ring.mark("form", number).hex(), "was": seal_of_all(ring, said)}
    return Form(Browser(port, {"request": number}), id_, story, check)


def tell_story(form: Form) -> Answer:
    """Type the story and save it."""
    page = form.browser.get("/ask/story")
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    return form.browser.post("/ask/story", {**hidden, "story": form.story})


def reference_in(text: str) -> str:
    """The reference on the page that confirms; empty if there is none."""
    found = REFERENCE.search(text)
    return re.sub(r"[^0-9A-Z]", "", found[0]) if found else ""


class Visitors:
    """So many at once, each sending one form after the other, until they are told to stop."""

    def __init__(self, engine: Engine, ring: Keyring, port: int, log: Log) -> None:
        self.engine, self.ring, self.port, self.log = engine, ring, port, log
        self.gave_up: list[str] = []
        self.refused: list[int] = []
        """Statuses that were neither an answer nor a broken connection."""
        self.broken: list[str] = []
        """What went wrong with connections; each was tried again."""
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, number: int, name: str = "") -> None:
        for one in range(number):
            thread = threading.Thread(target=self._send_many, args=(f"{name}{one}",))
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Each finishes what it is at."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send_many(self, name: str) -> None:
        for turn in count():
            if self._stop.is_set():
                return
            story = f"{name}-{turn}"
            try:
                self._send_one(a_form(self.engine, self.ring, self.port, story), is_impatient=turn % 3 == 0)
            except GaveUp:
                self.gave_up.append(story)

    def _send_one(self, form: Form, *, is_impatient: bool) -> None:
        self._until_done(lambda: tell_story(form))
        self.log.saved(form.draft, 2)
        for _ in range(2 if is_impatient else 1):
            self._until_done(lambda: form.browser.post("/ask/check", form.check))
            self.log.sent(form.story, "")
        page = self._until_done(lambda: form.browser.get("/ask/sent"), 200)
        reference = reference_in(page.text)
        assert reference, "the confirmation says the reference"
        self.log.sent(form.story, reference)

    def _until_done(self, ask: Callable[[], Answer], wanted: int = 303) -> Answer:
        """Try until it works, as people do whose page did not come."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = ask()
            except BROKEN as error:
                self.broken.append(type(error).__name__)
                time.sleep(PAUSE)
                continue
            if answer.status == wanted:
                return answer
            self.refused.append(answer.status)
            time.sleep(PAUSE)
        raise GaveUp
