"""Watching a page while it loads: what it breaks, what it weighs."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

_LISTEN = """
window.brokenRules = [];
document.addEventListener('securitypolicyviolation', event =>
  window.brokenRules.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""


@dataclass
class Watched:
    """A page, and what the browser said about it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def broken_rules(self) -> list[str]:
        """What the Content-Security-Policy stopped since the page began to load."""
        found: list[str] = self.page.evaluate("window.brokenRules")
        return found

    def is_wider_than_its_window(self) -> bool:
        """Whether it must be scrolled sideways, once it is drawn at the size it has now."""
        drawn = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
        root = "document.documentElement"
        return bool(self.page.evaluate(f"{drawn}.then(() => {root}.scrollWidth > {root}.clientWidth)"))


def watch(context: BrowserContext) -> Watched:
    """A new page whose errors and warnings are written down."""
    context.add_init_script(_LISTEN)
    watched = Watched(context.new_page())
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on(
        "console",
        lambda message: watched.complaints.append(message.text) if message.type != "log" else None,
    )
    return watched


def weigh(page: Page, address: str) -> int:
    """Bytes over the wire, headers included, for a page and all it needs."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3, "the page, its style and its script"
    return sum(sizes)
