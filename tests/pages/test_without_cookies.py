"""A browser that keeps no cookie is told so, with the number to ring: it is never led round in a circle."""

from flask import Flask

from tests.pages.reading import Page
from tests.support.asking import HIDDEN, STORY, Asker, drafts_there
from tests.support.following import Follower, hidden

WHY = "Your browser does not keep the cookie this page needs."
NUMBER = "01632 960"


def without_cookies(app: Flask) -> Asker:
    return Asker(app.test_client(use_cookies=False))


def test_the_first_page_says_why_the_form_does_not_go_on(app: Flask) -> None:
    asker = without_cookies(app)
    for danger in ("no", "yes"):
        told = asker.client.get(asker.begin(danger).headers["Location"])
        assert told.headers["Location"] == "/ask?ended=cookie"
        page = asker.client.get("/ask?ended=cookie")
        words = Page(page.status_code, page.get_data(as_text=True)).text
        assert WHY in words
        assert NUMBER in words.partition(WHY)[2][:120]


def test_whoever_keeps_it_sees_the_plain_address_of_the_step(asker: Asker) -> None:
    first = asker.begin()
    assert first.headers["Location"] == "/ask/who?begun=1"
    assert asker.client.get(first.headers["Location"]).headers["Location"] == "/ask/who"
    assert asker.get("who").status_code == 200
    assert WHY not in Page(200, asker.get().get_data(as_text=True)).text


def test_whoever_loses_it_half_way_keeps_what_stands_on_the_page(app: Flask, asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("story")
    answer = app.test_client().post("/ask/story", data={**old, "story": STORY})
    assert answer.status_code == 400
    page = Page(400, answer.get_data(as_text=True))
    assert WHY in page.text
    assert STORY in page.text
    assert drafts_there(app) == 1, "nothing was written for a browser that cannot come back to it"


def test_somebody_in_the_family_stays_on_the_page_too(app: Flask, asker: Asker) -> None:
    asker.begin()
    old = dict(HIDDEN.findall(asker.get("people/new").get_data(as_text=True)))
    typed = {"kind": "adult", "name": "Robin Example"}
    answer = app.test_client().post("/ask/people/0123abcd", data={**old, **typed})
    assert answer.status_code == 400
    assert WHY in answer.get_data(as_text=True)
    assert 'value="Robin Example"' in answer.get_data(as_text=True)
    foreign = app.test_client().post(
        "/ask/people/0123abcd", data={**old, **typed}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 400
    assert "Robin Example" not in foreign.get_data(as_text=True)


def test_whoever_follows_a_request_is_told_instead_of_asked_for_the_code_again(app: Flask) -> None:
    follower = Follower(app, app.test_client(use_cookies=False))
    answer = follower.enter()
    assert answer.status_code == 400
    assert WHY in Page(400, answer.get_data(as_text=True)).text
    page = follower.client.get("/follow")
    assert hidden(page)["form"]
    assert WHY not in page.get_data(as_text=True)
