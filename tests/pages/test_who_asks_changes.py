"""Somebody says later that they ask as somebody else: what that asks anew is asked, and nothing else."""

from flask import Flask

from tests.pages.test_asking_for_a_family import HETTIE, TICKS
from tests.support.asking import STEPS, STORY, Asker, page_of, sent_ones

KNOWS = {**HETTIE, "family_knows": "yes"}


def test_what_a_family_agreed_to_is_no_answer_of_somebody_at_work(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    assert asker.post("who", {"who": "professional"}).headers["Location"] == "/ask/professional"
    assert asker.post("professional", KNOWS).headers["Location"] == "/ask/language"
    assert asker.post("language", STEPS["language"]).headers["Location"] == "/ask/contact"
    contact = page_of(asker, "contact")
    assert "May we get in touch with the family about this?" in contact.text
    assert 'value="yes" checked' not in contact.html
    assert asker.get("check").headers["Location"] == "/ask/contact"
    for key, then in (("contact", "telephone"), ("telephone", "email"), ("email", "sharing")):
        assert asker.post(key, STEPS[key]).headers["Location"] == f"/ask/{then}"
    assert "checked" not in page_of(asker, "sharing").html
    assert asker.post("sharing", TICKS).headers["Location"] == "/ask/check"
    assert "This is me" not in page_of(asker, "check").text
    asker.send()
    [request] = sent_ones(app)
    assert not any(one.is_asking for one in request.told.people)
    assert request.told.story == STORY


def test_what_somebody_at_work_said_for_a_family_is_no_agreement_of_the_family(asker: Asker) -> None:
    asker.begin()
    asker.post("who", {"who": "professional"})
    asker.post("professional", KNOWS)
    asker.begin = lambda *_a, **_k: asker.get()  # type: ignore[method-assign]
    asker.answer_all(who={"who": "professional"}, sharing=TICKS)
    assert asker.get("check").status_code == 200
    asker.post("who", {"who": "family"})
    asker.post("language", STEPS["language"])
    assert asker.get("check").headers["Location"] == "/ask/contact"
    for key in ("contact", "sharing"):
        page = page_of(asker, key).html
        assert 'id="contact_ok" name="contact_ok" type="radio" value="yes" checked' not in page
        assert 'name="share_with" type="checkbox" value="hub" checked' not in page


def test_a_young_person_is_asked_about_home_and_keeps_all_other_answers(asker: Asker) -> None:
    asker.answer_all()
    asker.post("who", {"who": "young_person"})
    assert asker.get("check").headers["Location"] == "/ask/child"
    asker.post("child", {"child_matters": "That I can sleep."})
    assert asker.get("check").headers["Location"] == "/ask/contact"
    asker.post("contact", {**STEPS["contact"], "home_knows": "no"})
    assert asker.get("check").headers["Location"] == "/ask/sharing"
    assert 'value="hub" checked' in page_of(asker, "sharing").html, "it is the same person who agreed"
    asker.post("sharing", STEPS["sharing"])
    assert STORY in page_of(asker, "check").text


def test_the_same_answer_once_more_asks_nothing_again(asker: Asker) -> None:
    asker.answer_all()
    assert asker.post("who", {"who": "family"}).headers["Location"] == "/ask/check"
    assert "This is me" in page_of(asker, "check").text
