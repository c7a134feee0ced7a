"""What the security policy does in a real browser, not what it says: what somebody put into a page is dead.

Each is tried on our page with our policy, and with the policy taken away: then it must happen, else nothing
would be proved.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.watching import watch
from tests.support.browser import NewContext, served

ELSEWHERE = "https://example.org/"
POLICY = "content-security-policy"
PUT_IN = {
    "a script": "<script>document.title = 'taken'</script>",
    "an event": "<img src=data:, onerror=\"document.title = 'taken'\">",
    "a link that is a script": "<a id=try href=\"javascript:void(document.title = 'taken')\">x</a>",
    "a style": "<style>h1 { display: none }</style><p id=styled style='display: none'>x</p>",
    "another beginning of addresses": f"<base href={ELSEWHERE}><a id=based href=x>x</a>",
}
IS_TAKEN = """() => document.title === 'taken'
  || getComputedStyle(document.querySelector('h1')).display === 'none'
  || !!document.querySelector('#based')?.href.startsWith('https://example.org')"""


def put_in(context: BrowserContext, address: str, what: str, *, has_policy: bool) -> Page:
    """Our page with something in it that an attacker found a way to put there."""

    def changed(route: Route) -> None:
        answer = route.fetch()
        headers = {name: text for name, text in answer.headers.items() if has_policy or name != POLICY}
        headers.pop("content-encoding", None)
        headers.pop("content-length", None)
        body = re.sub("(<main[^>]*>)", lambda found: found[1] + what, answer.text(), count=1)
        assert what in body
        route.fulfill(response=answer, headers=headers, body=body)

    page = context.new_page()
    page.route(address, changed)
    page.goto(address)
    return page


@pytest.mark.parametrize("path", ["/ask"])
@pytest.mark.parametrize("name", PUT_IN)
def test_what_is_put_into_a_page_does_nothing(
    new_context: NewContext, live_server: str, outside_requests: list[str], name: str, path: str
) -> None:
    for has_policy in (True, False):
        page = put_in(new_context(), live_server + path, PUT_IN[name], has_policy=has_policy)
        if page.locator("#try").count():
            page.locator("#try").click()
        page.wait_for_timeout(150)
        assert page.evaluate(IS_TAKEN) is not has_policy
    outside_requests.clear()  # those without the policy


def test_no_form_goes_to_another_site(
    new_context: NewContext, live_server: str, outside_requests: list[str]
) -> None:
    form = f"<form action={ELSEWHERE} method=post><button id=try>x</button></form>"
    for has_policy in (True, False):
        page = put_in(new_context(), f"{live_server}/safety", form, has_policy=has_policy)
        page.locator("#try").click(no_wait_after=True)
        page.wait_for_timeout(200)
        assert bool(outside_requests) is not has_policy
    outside_requests.clear()


@pytest.fixture(scope="module")
def another_site() -> Iterator[str]:
    """A site that shows the page it is told in a frame of its own."""
    app = Flask(__name__)

    @app.get("/")
    def start() -> str:
        return "<!doctype html><title>Another</title>"

    @app.get("/<path:address>")
    def frame(address: str) -> str:
        return f"<!doctype html><title>Around</title><iframe src='http://{address}' width=500></iframe>"

    with served(app) as address:
        yield address


@pytest.mark.parametrize("path", ["/ask", "/safety", "/account/login", "/follow", "/staff"])
def test_no_other_site_shows_our_pages_in_a_frame(
    new_context: NewContext, live_server: str, another_site: str, path: str
) -> None:
    page = new_context().new_page()
    page.goto(f"{another_site}/{live_server.removeprefix('http://')}{path}")
    page.wait_for_load_state("networkidle")
    _, framed = page.frames
    assert framed.url.startswith("chrome-error:"), "the browser says that it may not show it"


def test_another_site_that_shows_itself_in_a_frame_is_seen(
    new_context: NewContext, another_site: str
) -> None:
    """So that the frames above are empty because of us."""
    page = new_context().new_page()
    page.goto(f"{another_site}/{another_site.removeprefix('http://')}/")
    assert page.frames[1].title() == "Another"


def test_what_the_policy_stops_is_noticed_by_the_tests_of_every_page(
    new_context: NewContext, live_server: str
) -> None:
    """``broken_rules`` and ``complaints`` are empty there: here they are not."""
    context = new_context()
    watched = watch(context)
    watched.page.goto(f"{live_server}/safety")
    assert watched.broken_rules() == []
    script = (
        "const put = document.createElement('style'); put.textContent = 'h1 {}'; document.body.append(put)"
    )
    watched.page.evaluate(script)
    watched.page.wait_for_timeout(100)
    assert watched.broken_rules() == ["style-src-elem: inline"]
    assert watched.complaints
