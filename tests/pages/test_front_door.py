"""The form at the front door: step by step, without scripts, sent once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.display.language import KNOWN
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import Draft, Lookup, Referral
from hubfinder.referrals.reading import Opened, opened
from hubfinder.referrals.vocab import Flag, Urgency
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.vault import keys
from tests.pages.reading import Page
from tests.support.asking import CHILD, HIDDEN, ME, STEPS, STORY, Asker

TRAIL = VaultBase.metadata.tables[AuditEntry.__tablename__]
MOST_BYTES = 60 * 1024


@pytest.fixture
def asker(app: Flask) -> Iterator[Asker]:
    yield Asker(app.test_client())
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        for table in reversed(VaultBase.metadata.sorted_tables):
            session.execute(table.delete())
        session.commit()


@pytest.fixture
def another(app: Flask, asker: Asker) -> Asker:
    """The same person in another browser."""
    assert asker.client is not None
    return Asker(app.test_client())


def sent_ones(app: Flask) -> list[Opened]:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return [opened(keys(), row) for row in session.scalars(select(Referral))]


def drafts_there(app: Flask) -> int:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


def page_of(asker: Asker, key: str = "") -> Page:
    response = asker.get(key)
    return Page(response.status_code, response.get_data(as_text=True))


def test_a_family_asks_for_help_and_is_told_what_happens_next(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    checked = page_of(asker, "check").text
    for words in (
        STORY,
        "Ash Example, 27 March 2021",
        "I like the blue lamp.",
        "robin@example.org",
        "Polish",
    ):
        assert words in checked
    assert asker.send().headers["Location"] == "/ask/sent"
    [request] = sent_ones(app)
    confirmed = page_of(asker, "sent")
    assert request.row.reference in confirmed.text.replace("-", "")
    assert "It goes to the team of your family hub: Quayside Family Hub." in confirmed.text
    assert re.search(r"Somebody reads it by \d+ \w+ \d{4}, \d\d:\d\d at the latest\.", confirmed.text)
    assert request.told.story == STORY
    assert request.row.hub_key == "quayside-family-hub"
    assert request.row.urgency is Urgency.USUAL
    assert request.answers["language"] == "en"


def test_from_the_confirmation_one_press_leads_to_what_happens_with_it(app: Flask, asker: Asker) -> None:
    asker.answer_all().send()
    response = asker.client.post("/follow/sent", data=asker.hidden("sent"), follow_redirects=True)
    assert response.status_code == 200
    assert sent_ones(app)[0].row.reference in response.request.path


def test_danger_is_answered_first_and_the_form_goes_on_flagged(app: Flask, asker: Asker) -> None:
    assert "999" in page_of(asker).text
    assert asker.begin("yes").headers["Location"] == "/ask/now"
    now = page_of(asker, "now")
    assert now.links["999"] == "tel:999"
    asker.post("now", {})
    asker.add("people", ME)
    for key, typed in STEPS.items():
        if key != "child":
            asker.post(key, typed)
    asker.send()
    [request] = sent_ones(app)
    assert request.row.urgency is Urgency.DANGER
    assert Flag.SAFEGUARDING in request.head.flags


def test_a_professional_without_agreement_is_not_stopped_and_says_why(app: Flask, asker: Asker) -> None:
    about = {
        "pro_name": "Jo Sample",
        "pro_role": "midwife",
        "pro_organization": "Wend NHS",
        "pro_telephone": "01632 960001",
        "family_knows": "no",
        "family_not_told_why": "It is not safe to tell them.",
    }
    asker.begin("unsure")
    asker.post("now", {})
    asker.post("who", {"who": "professional"})
    asker.post("professional", about)
    assert "This is me" not in page_of(asker, "people/new").text
    asker.add("people", CHILD)
    for key, typed in STEPS.items():
        asker.post(key, typed if key not in ("who", "sharing", "contact") else {})
    asker.post("contact", {"contact_ok": "no"})
    assert asker.post("sharing", {}).status_code == 400
    asker.post("sharing", {"no_consent_why": "A baby may be hurt."})
    asker.send()
    [request] = sent_ones(app)
    flags = {Flag.PROFESSIONAL, Flag.FAMILY_NOT_TOLD, Flag.NO_CONSENT, Flag.NO_SAFE_CONTACT}
    assert flags <= request.head.flags
    assert request.told.no_consent_why == "A baby may be hurt."
    assert "We do not get in touch" in page_of(asker, "sent").text


def test_whoever_comes_from_a_service_has_it_noted_and_need_not_choose(app: Flask, asker: Asker) -> None:
    service = Page(200, asker.client.get("/service/sleep-clinic").get_data(as_text=True))
    assert service.links["Ask for this"] == "/ask?service=sleep-clinic"
    first = asker.client.get("/ask?service=sleep-clinic").get_data(as_text=True)
    assert "Sleep clinic" in first
    asker.begin(service="sleep-clinic")
    asker.begin = lambda *_a, **_k: asker.get()  # type: ignore[method-assign]
    asker.answer_all().send()
    assert sent_ones(app)[0].told.service == "sleep-clinic"


def test_a_service_that_is_none_is_not_noted(app: Flask, asker: Asker) -> None:
    asker.begin(service="no-such-thing")
    with app.app_context():
        assert drafts_there(app) == 1
    assert "You asked for" not in page_of(asker).text


def test_people_are_changed_and_taken_off_without_a_script(asker: Asker) -> None:
    asker.begin()
    asker.post("who", {"who": "family"})
    asker.add("people", ME)
    asker.add("people", {**CHILD, "name": "Ashe Example"})
    listed = page_of(asker, "people")
    assert listed.links["Change Ashe Example"].startswith("/ask/people/")
    ids = re.findall(r'name="remove" value="([0-9a-f]{8})"', listed.html)
    changed = asker.client.post(
        f"/ask/people/{ids[1]}", data={**asker.hidden(f"people/{ids[1]}"), **CHILD}, follow_redirects=True
    )
    assert "Ashe Example" not in changed.get_data(as_text=True)
    asker.post("people", {"remove": ids[0]})
    left = page_of(asker, "people").text
    assert "Ash Example" in left
    assert "Robin Example" not in left


def test_nobody_is_added_twice_by_pressing_twice(asker: Asker) -> None:
    asker.begin()
    page = asker.get("people/new").get_data(as_text=True)
    action = re.search(r'action="(/ask/people/[0-9a-f]{8})"', page)
    assert action
    for _ in range(2):
        asker.client.post(action[1], data={**dict(HIDDEN.findall(page)), **CHILD})
    assert page_of(asker, "people").html.count('name="remove"') == 1


@pytest.mark.parametrize(
    ("key", "typed", "error"),
    [
        ("who", {"who": "<script>"}, "Choose an answer"),
        ("home", {"postcode": "'; DROP TABLE draft"}, "Type a whole postcode like ZA1 4QT"),
        ("story", {"story": "x" * 3_001}, "Use at most 3,000 characters"),
        ("story", {"story": "\u202e\x00 "}, "Say in a few words what is happening"),
        ("contact", {"contact_ok": "yes"}, "Tick at least one way, or say no above"),
    ],
)
def test_what_is_wrong_is_said_over_the_page_and_at_the_field(
    asker: Asker, key: str, typed: dict[str, str], error: str
) -> None:
    asker.begin()
    response = asker.post(key, typed)
    page = Page(response.status_code, response.get_data(as_text=True))
    assert page.status == 400
    assert page.links[error] == f"#{'ways' if key == 'contact' else key if key != 'home' else 'postcode'}"
    assert page.html.count(f'id="{page.links[error][1:]}"') == 1
    assert "<title>Error:" in page.html


def test_words_of_all_kinds_come_back_as_they_were_typed_and_never_as_code(app: Flask, asker: Asker) -> None:
    words = "<script>alert(1)</script> 'quoted' 👩‍👧 שלום {{ 7*7 }} %(name)s"
    asker.answer_all(story={"story": words})
    page = asker.get("check").get_data(as_text=True)
    assert "<script>alert" not in page
    assert words in Page(200, page.replace("&lt;", "‹").replace("&gt;", "›")).text.replace("‹", "<").replace(
        "›", ">"
    )
    asker.send()
    assert sent_ones(app)[0].told.story == words


def test_a_step_that_does_not_apply_and_one_that_is_none_lead_on(asker: Asker) -> None:
    asker.begin()
    for key in ("professional", "nothing", "email", "people/00000000", "helpers/zz"):
        assert asker.get(key).status_code == 303
    assert asker.client.get("/ask/check").headers["Location"] == "/ask/who"
    assert asker.client.post("/ask/check", data=asker.hidden("who")).headers["Location"] == "/ask/who"


# Sent once


def test_pressed_twice_refreshed_and_answered_late_it_is_one_request(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("check")
    told = set()
    for _ in range(3):
        assert asker.client.post("/ask/check", data=hidden).headers["Location"] == "/ask/sent"
        told |= set(re.findall(r'class="code" dir="ltr">([^<]+)<', asker.get("sent").get_data(as_text=True)))
    assert len(told) == 2, "one reference and one code"
    assert len(sent_ones(app)) == 1


def test_fifty_at_the_same_moment_are_one_request_and_one_reference(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("check")
    cookie = asker.client.get_cookie("request")
    assert cookie

    def press(_number: int) -> tuple[int, str]:
        client = app.test_client()
        client.set_cookie("request", cookie.value)
        answer = client.post("/ask/check", data=hidden)
        return answer.status_code, client.get("/ask/sent").get_data(as_text=True)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(press, range(50)))
    assert {status for status, _ in answers} == {303}
    assert len({re.findall(r'class="code" dir="ltr">([^<]+)<', page)[0] for _, page in answers}) == 1
    assert len(sent_ones(app)) == 1
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        verbs = session.scalars(select(TRAIL.c.verb)).all()
    assert verbs.count("request.received") == 1


def test_what_was_sent_is_not_changed_by_an_old_page(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("story")
    asker.send()
    answer = asker.client.post("/ask/story", data={**hidden, "story": "Something else"})
    assert answer.headers["Location"] == "/ask/sent"
    assert sent_ones(app)[0].told.story == STORY
    assert asker.get("story").headers["Location"] == "/ask/sent"


def test_another_request_can_be_begun_after_one_was_sent(app: Flask, asker: Asker) -> None:
    asker.answer_all().send()
    asker.answer_all().send()
    assert len(sent_ones(app)) == 2


# Two windows, other sites, other browsers


def test_an_answer_changed_in_another_window_is_not_undone_unseen(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("story")
    asker.post("story", {"story": "From the second window"})
    answer = asker.client.post("/ask/story", data={**old, "story": "From the first window"})
    page = Page(answer.status_code, answer.get_data(as_text=True))
    assert page.status == 409
    assert "These answers were changed in another window." in page.text
    assert "From the first window" in page.text
    again = asker.client.post("/ask/story", data={**dict(HIDDEN.findall(page.html)), "story": "Both"})
    assert again.status_code == 303


def test_two_windows_on_different_steps_do_not_disturb_each_other(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("home")
    asker.post("story", {"story": STORY})
    assert asker.client.post("/ask/home", data={**old, "postcode": "ZA1 4QT"}).status_code == 303
    assert STORY in asker.get("story").get_data(as_text=True)


@pytest.mark.parametrize("token", ["", "0" * 32, "é"])
def test_a_form_without_its_token_is_shown_again_with_all_that_was_typed(asker: Asker, token: str) -> None:
    asker.begin()
    answer = asker.client.post("/ask/story", data={"form": token, "story": STORY})
    assert answer.status_code == 409
    assert STORY in answer.get_data(as_text=True)
    assert STORY not in asker.get("story").get_data(as_text=True)


def test_what_another_site_sends_is_refused(app: Flask, asker: Asker) -> None:
    asker.begin()
    for key in ("", "who", "people/0123abcd", "check", "keep", "continue", "stay"):
        answer = asker.client.post(
            asker.address(key), data=asker.hidden("who"), headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 400, key
    assert drafts_there(app) == 1


def test_one_browser_never_sees_the_form_of_another(asker: Asker, another: Asker) -> None:
    asker.answer_all()
    another.begin()
    for key in ("people", "story", "check", "sent"):
        assert STORY not in another.client.get(f"/ask/{key}", follow_redirects=True).get_data(as_text=True)
    stolen = another.client.post("/ask/story", data={**asker.hidden("story"), "story": "x"})
    assert stolen.status_code == 409


# Leaving, going on, expiring


def test_leaving_in_a_hurry_leaves_nothing(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    answer = asker.client.get("/exit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://www.bbc.co.uk/weather")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert asker.client.get_cookie("request") is None
    assert drafts_there(app) == 0
    for key in ("story", "check", "sent"):
        assert asker.client.get(f"/ask/{key}").headers["Location"] == "/ask"


def test_a_cookie_from_before_leaving_opens_nothing(app: Flask, asker: Asker) -> None:
    cookie = asker.answer_all().client.get_cookie("request")
    assert cookie
    asker.client.get("/exit")
    asker.client.set_cookie("request", cookie.value)
    assert asker.client.get("/ask/story").headers["Location"] == "/ask?ended=1"
    assert "We have no answers of yours any more." in asker.client.get("/ask?ended=1").get_data(as_text=True)
    assert drafts_there(app) == 0


def test_a_code_leads_on_in_another_browser_and_out_of_the_first(asker: Asker, another: Asker) -> None:
    asker.begin()
    asker.post("story", {"story": STORY})
    page = Page(200, asker.post("keep", {}).get_data(as_text=True))
    code = re.search(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", page.text)
    assert code
    asker.client.get("/exit")
    answer = another.post("continue", {"code": f" {code[0].lower()} "})
    assert answer.headers["Location"] == "/ask/who"
    assert STORY in another.get("story").get_data(as_text=True)
    assert asker.client.get("/ask/story").headers["Location"] == "/ask"


def test_a_wrong_code_is_told_so_and_counted(app: Flask, asker: Asker) -> None:
    assert asker.post("continue", {"code": "no"}).status_code == 400
    answers = [
        asker.client.post(
            "/ask/continue",
            data={**asker.hidden("continue"), "code": "K7QX 2M9P 4TRD"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        ).status_code
        for _ in range(31)
    ]
    assert (answers[0], answers[-1]) == (404, 429)
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        assert session.scalar(select(func.count()).select_from(Lookup)) == 60


def test_what_is_typed_after_a_form_has_expired_begins_a_new_one(app: Flask, asker: Asker) -> None:
    asker.begin()
    hidden = asker.hidden("story")
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        session.execute(update(Draft).values(ends_at=utc_now() - timedelta(seconds=1)))
        session.commit()
    answer = asker.client.post("/ask/story", data={**hidden, "story": STORY})
    assert answer.headers["Location"] == "/ask?ended=1"
    asker.begin()
    assert STORY in asker.get("story").get_data(as_text=True)


def test_staying_makes_the_answers_last_and_says_how_long(asker: Asker) -> None:
    asker.begin()
    answer = asker.client.post("/ask/stay", data=asker.hidden("who"))
    assert answer.get_json() == {"seconds": 24 * 3_600}


def test_the_confirmation_can_be_taken_off_the_device(asker: Asker) -> None:
    asker.answer_all().send()
    asker.client.post("/ask/sent/forget", data=asker.hidden("sent"))
    assert asker.client.get("/ask/sent").headers["Location"] == "/ask"


# Every page


def test_every_page_has_the_numbers_is_kept_by_nobody_and_is_small(asker: Asker) -> None:
    asker.answer_all(story={"story": "অ" * 3_000, "wanted": "ব" * 1_500})
    names = ["", "continue", "keep", "check", "people/new", "helpers/new", *STEPS]
    for name in names:
        response = asker.get(name)
        html = response.get_data(as_text=True)
        assert response.status_code == 200, name
        assert response.headers["Cache-Control"] == "no-store"
        assert "tel:999" in html or "/safety" in html
        assert "01632 960999" in html
        assert "data-exit" in html
        assert len(response.get_data()) <= MOST_BYTES, name
    asker.send()
    assert "01632 960999" in page_of(asker, "sent").text


@pytest.mark.parametrize("language", [code for code in KNOWN if code != "en"])
def test_the_form_is_there_in_every_language_of_the_sheets(app: Flask, asker: Asker, language: str) -> None:
    asker.at = f"/{language}"
    page = page_of(asker)
    assert f'<html lang="{language}" dir="{KNOWN[language].direction}">' in page.html
    assert {KNOWN[code].name for code in KNOWN} <= set(page.links)
    asker.answer_all().send()
    assert page_of(asker, "sent").status == 200
    assert sent_ones(app)[0].told.language == language


def test_links_from_a_language_that_has_no_other_pages_lead_to_english_ones(client: FlaskClient) -> None:
    links = Page(200, client.get("/so/ask").get_data(as_text=True)).links
    own = {href for href in links.values() if href.startswith("/so/")}
    assert own
    assert all(href.startswith(("/so/ask", "/so/follow")) for href in own)
    assert "/safety" in links.values()


def test_whoever_would_rather_ring_or_go_there_finds_whom_and_where(client: FlaskClient) -> None:
    page = Page(200, client.get("/ask?place=ZA1+4QT").get_data(as_text=True))
    assert page.links["01632 960100"] == "tel:01632960100"
    assert page.links["Quayside Family Hub"] == "/hub/quayside-family-hub"
