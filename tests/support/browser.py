"""A real browser for tests: Debian's Chromium, driven by Playwright, kept off the network.

``page`` is a fresh, private window of desktop size. Whatever a page asks of another machine is refused, and
fails the test when it ends. ``axe`` finds faults of accessibility; ``live_server`` serves the application.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
HOME = "127.0.0.1"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HOME}",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Violation = dict[str, Any]
Axe = Callable[[Page], list[Violation]]
NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run; its windows are made and closed for each test."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail(
            "This test needs Chromium. Run `make test`, or install the Debian package.", pytrace=False
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def outside_requests() -> Iterator[list[str]]:
    """The addresses on other machines that the pages of this test asked for. There must be none."""
    asked: list[str] = []
    yield asked
    assert asked == [], "a page asked another machine for something"


@pytest.fixture
def new_context(browser: Browser, outside_requests: list[str]) -> Iterator[NewContext]:
    """Make a private window, with Playwright's options: ``new_context(viewport=PHONE)``."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": DESKTOP, "service_workers": "block", **options})
        context.on("request", lambda request: _note(request.url, outside_requests))
        context.add_init_script(path=AXE)  # needs no room in the page's Content-Security-Policy
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A fresh page of desktop size with scripts on."""
    return new_context().new_page()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The faults that axe finds on a page as it stands: rule, help and elements. Empty is good."""
    return violations


def violations(page: Page) -> list[Violation]:
    """Run axe with every rule of WCAG 2.2 up to AA and axe's own good practice."""
    found: list[Violation] = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(result => result.violations)", WCAG
    )
    return [
        {"id": one["id"], "help": one["help"], "nodes": [node["html"] for node in one["nodes"]]}
        for one in found
    ]


@pytest.fixture(scope="module")
def live_server(app: Flask) -> Iterator[str]:
    """The address at which the module's application is served, without a slash at its end."""
    with served(app) as address:
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port from a thread of this process."""
    server = make_server(HOME, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOME}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _note(url: str, asked: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"about", "blob", "data"} and parts.hostname != HOME:
        asked.append(url)
