"""The form at the front door: step by step, without scripts, in every language of the sheets."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubfinder.display.language import KNOWN
from hubfinder.referrals.form.steps import MOST_ROWS
from hubfinder.referrals.vocab import Flag, Urgency
from tests.pages.reading import Page
from tests.support.asking import (
    CHILD,
    HIDDEN,
    ME,
    STEPS,
    STORY,
    Asker,
    Typed,
    drafts_there,
    page_of,
    sent_ones,
)

MOST_BYTES = 60 * 1024


def test_a_family_asks_for_help_and_is_told_what_happens_next(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    checked = page_of(asker, "check").text
    for words in (
        STORY,
        "Ash Example , 27 March 2021",  # each in its own direction
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
    assert asker.begin("yes").headers["Location"] == "/ask/now?begun=1"
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
    assert "look here, with your reference and code" in page_of(asker, "sent").text


def test_a_young_person_is_asked_about_home_and_sees_it_once_more(app: Flask, asker: Asker) -> None:
    contact: Typed = {"contact_ok": "yes", "ways": ["telephone"], "home_knows": "no"}
    asker.answer_all(who={"who": "young_person"}, contact=contact)
    assert "Does somebody at home know that you ask?" in page_of(asker, "contact").text
    assert "No" in page_of(asker, "check").section("How we can get in touch")
    asker.send()
    [request] = sent_ones(app)
    assert request.told.contact_ok is True
    assert (request.told.home_knows, request.told.home_ok) == (False, None)
    assert {Flag.YOUNG_PERSON, Flag.HOME_NOT_TOLD} <= request.head.flags


def test_whoever_comes_from_a_service_has_it_noted_and_need_not_choose(app: Flask, asker: Asker) -> None:
    service = Page(200, asker.client.get("/service/sleep-clinic").get_data(as_text=True))
    assert service.links["Ask for this"] == "/ask?service=sleep-clinic"
    first = asker.client.get("/ask?service=sleep-clinic").get_data(as_text=True)
    assert "Sleep clinic" in first
    asker.begin(service="sleep-clinic")
    asker.begin = lambda *_a, **_k: asker.get()  # type: ignore[method-assign]
    asker.answer_all().send()
    assert sent_ones(app)[0].told.service == "sleep-clinic"


def test_after_the_first_page_the_languages_are_folded_and_still_there(asker: Asker) -> None:
    assert "<details" not in asker.get().get_data(as_text=True).partition("</header>")[0]
    asker.begin()
    header = asker.get("who").get_data(as_text=True).partition("</header>")[0]
    assert "<summary>Languages: English</summary>" in header
    assert 'href="/ar/ask/who"' in header.partition("<details")[2]


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


def test_every_page_has_the_numbers_is_kept_by_nobody_and_is_small(asker: Asker) -> None:
    asker.answer_all(story={"story": "অ" * 3_000, "wanted": "ব" * 1_500})
    names = ["", "continue", "keep", "check", "people/new", "helpers/new", *STEPS]
    for name in names:
        _has_all_a_page_needs(asker.get(name))
    _has_all_a_page_needs(asker.post("home", {"postcode": "nowhere"}), status=400)
    asker.send()
    _has_all_a_page_needs(asker.get("sent"))


def _has_all_a_page_needs(response: TestResponse, status: int = 200) -> None:
    """Both numbers can be pressed and are read out, the way off is there; nobody keeps it; it is small."""
    where = response.request.path
    page = Page(response.status_code, response.get_data(as_text=True))
    assert page.status == status, where
    assert response.headers["Cache-Control"] == "no-store", where
    assert page.links["999"] == "tel:999", where
    assert page.links["01632 960999"] == "tel:01632960999", where
    assert page.links["Exit this page"] == "/exit", where
    assert len(response.get_data()) <= MOST_BYTES, where


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
    assert all(href.startswith(("/so/ask", "/so/follow", "/so/safety", "/so/privacy")) for href in own)
    assert "/catalogue" in links.values()


def test_whoever_would_rather_ring_or_go_there_finds_whom_and_where(client: FlaskClient) -> None:
    page = Page(200, client.post("/ask", data={"place": "ZA1 4QT"}).get_data(as_text=True))
    assert page.links["01632 960100"] == "tel:01632960100"
    assert page.links["Quayside Family Hub"] == "/hub/quayside-family-hub"


def test_which_of_several_places_is_meant_is_sent_too(client: FlaskClient) -> None:
    html = client.post("/ask", data={"place": "Eelby", "service": "sleep-clinic"}).get_data(as_text=True)
    named = re.findall(r'<button [^>]*name="place" value="([^"]+)"', html)
    assert len(named) > 1
    assert html.count('name="service" value="sleep-clinic"') == 3, "it is not forgotten on the way"
    chosen = client.post("/ask", data={"place": unescape(named[0])})
    assert chosen.status_code == 200
    assert 'name="place"' not in chosen.get_data(as_text=True), "its hub stands there instead"


@pytest.mark.parametrize("language", list(KNOWN))
def test_a_family_finds_its_own_language_in_the_list_under_every_language(
    asker: Asker, language: str
) -> None:
    asker.at = f"/{language}" if language != "en" else ""
    asker.begin()
    html = asker.get("language").get_data(as_text=True)
    offered = dict(re.findall(r'<option value="([a-z]{2,3})">([^<]+)</option>', html))
    assert {"syl", "ckb", "kmr", "prs", "rom", "yue", "cy"} <= offered.keys()
    assert not {"ae", "cu", "ia", "vo", "en", "pl"} & offered.keys()
    assert all(name.strip() and name != code for code, name in offered.items())
    assert len(set(offered.values())) == len(offered), "no two are called the same"


def test_a_language_without_a_code_of_two_letters_is_said_to_whoever_reads_it(
    app: Flask, asker: Asker
) -> None:
    asker.answer_all(language={"languages": ["bn"], "languages_other": "syl", "interpreter": "yes"})
    assert "Sylheti" in page_of(asker, "check").text
    assert 'value="syl" selected' in asker.get("language").get_data(as_text=True)
    asker.send()
    assert sent_ones(app)[0].told.languages == ("bn", "syl")


def test_where_no_more_people_can_be_told_of_the_page_says_so(asker: Asker) -> None:
    asker.begin()
    for number in range(MOST_ROWS):
        assert "This list is full." not in page_of(asker, "people").text
        asker.add("people", {"kind": "adult", "name": f"Robin Example {number}"})
    shown = page_of(asker, "people").text
    assert "This list is full. You can tell us about more people in your own words." in shown
    assert "Add a person" not in shown
    assert asker.get("people/new").headers["Location"] == "/ask/people"


def test_a_name_of_another_direction_turns_nothing_around(asker: Asker) -> None:
    typed = {"kind": "child", "name": "مريم العربية", "born_day": "1", "born_month": "2", "born_year": "2020"}
    asker.answer_all()
    asker.add("people", typed)
    for key in ("check", "people"):
        html = asker.get(key).get_data(as_text=True)
        assert "<bdi>مريم العربية</bdi>" in html
        assert "<bdi>1 February 2020</bdi>" in html
