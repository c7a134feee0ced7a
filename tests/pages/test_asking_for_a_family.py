"""Whoever works with a family asks for it: whether it agreed, and in words that they can answer."""

import pytest
from flask import Flask

from hubfinder.referrals.front_doors import FrontDoorDetails
from hubfinder.referrals.vocab import Flag, Urgency
from tests.support.asking import CHILD, STEPS, Asker, Typed, page_of, sent_ones

HETTIE: Typed = {
    "pro_name": "Hettie Visitor",
    "pro_role": "health_visitor",
    "pro_organization": "Wend NHS",
    "pro_telephone": "01632 960001",
}
WHY = "The baby may not be safe."
TICKS: Typed = {"share_with": ["hub", "services"], "share_what": ["people", "story"]}


def filled_in(asker: Asker, knows: str, **instead: Typed) -> None:
    """All of the form but the step about sharing."""
    asker.begin()
    asker.post("who", {"who": "professional"})
    about = {**HETTIE, "family_knows": knows, "family_not_told_why": "He reads her telephone."}
    assert asker.post("professional", about).status_code == 303
    asker.add("people", CHILD)
    for key, typed in {**STEPS, **instead}.items():
        if key not in ("who", "sharing"):
            assert asker.post(key, typed).status_code == 303, key


@pytest.mark.parametrize("knows", ["no", "partly"])
def test_of_a_family_that_does_not_know_only_the_front_door_reads(
    app: Flask, asker: Asker, knows: str
) -> None:
    filled_in(asker, knows)
    page = page_of(asker, "sharing")
    assert "nobody has agreed to share" in page.text
    assert "share_with" not in page.html
    refused = asker.post("sharing", TICKS)
    assert refused.status_code == 400
    assert 'href="#no_consent_why"' in refused.get_data(as_text=True)
    assert asker.post("sharing", {**TICKS, "no_consent_why": WHY}).status_code == 303
    assert "Their family hub reads it only if the family agreed." in page_of(asker, "check").text
    asker.send()
    [request] = sent_ones(app)
    assert (request.row.hub_key, request.row.urgency) == ("", Urgency.URGENT)
    assert {Flag.NO_CONSENT, Flag.SAFEGUARDING, Flag.FAMILY_NOT_TOLD} <= request.head.flags
    assert not {"share_with", "share_what"} & request.answers.keys()
    assert request.told.no_consent_why == WHY
    confirmed = page_of(asker, "sent").text
    assert "Yours goes first." in confirmed
    assert "family hub: " not in confirmed


def test_whoever_says_that_the_family_knows_speaks_for_it(app: Flask, asker: Asker) -> None:
    filled_in(asker, "yes")
    page = page_of(asker, "sharing").text
    assert "Tick only what the family agreed to." in page
    assert "Their doctor, midwife or health visitor" in page
    assert "our child" not in page
    assert asker.post("sharing", {}).status_code == 400
    assert asker.post("sharing", TICKS).status_code == 303
    asker.send()
    [request] = sent_ones(app)
    assert (request.row.hub_key, request.row.urgency) == ("quayside-family-hub", Urgency.USUAL)
    assert request.told.share_with == ("hub", "services")
    confirmed = page_of(asker, "sent").text
    assert "It goes to the team of their family hub: Quayside Family Hub." in confirmed
    assert "Your family hub" not in confirmed
    assert "your family hub" not in confirmed


def test_whoever_says_later_that_the_family_does_not_know_is_asked_for_the_reason(
    app: Flask, asker: Asker
) -> None:
    filled_in(asker, "yes")
    asker.post("sharing", TICKS)
    told = {**HETTIE, "family_knows": "no", "family_not_told_why": "He reads her telephone."}
    assert asker.post("professional", told).headers["Location"] == "/ask/sharing"
    assert asker.get("check").headers["Location"] == "/ask/sharing"
    asker.post("sharing", {"no_consent_why": WHY})
    asker.send()
    [request] = sent_ones(app)
    assert request.row.hub_key == ""
    assert request.told.share_with == ()


def test_the_interpreter_is_the_familys(app: Flask, asker: Asker) -> None:
    filled_in(asker, "yes", language={"languages": ["pl"], "interpreter": "yes"})
    page = page_of(asker, "language").text
    assert "Does the family need an interpreter?" in page
    assert "Do you need" not in page
    assert "We use it to find their family hub." in page_of(asker, "home").text
    asker.post("sharing", TICKS)
    assert "Does the family need an interpreter?" in page_of(asker, "check").text
    asker.send()
    [request] = sent_ones(app)
    assert Flag.INTERPRETER in request.head.flags


def test_a_professional_does_not_live_there(asker: Asker) -> None:
    filled_in(asker, "yes", home={"postcode": "EH1 1AA"})
    asker.post("sharing", TICKS)
    asker.send()
    confirmed = page_of(asker, "sent").text
    assert "This home is in another area: Scotland. We find out who helps there," in confirmed
    assert "You live" not in confirmed


def test_where_another_front_door_is_known_its_number_is_said(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = FrontDoorDetails("Z1", "Northsands Council", "Northsands Families", "01632 960200")
    asker.answer_all(home={"postcode": "EH1 1AA"}).send()
    monkeypatch.setattr("hubfinder.web.front_door.sent.elsewhere", lambda _code: door)
    confirmed = page_of(asker, "sent").text
    assert "We make sure that your request gets there. Northsands Families: 01632 960200" in confirmed
    assert "We find out who helps there" not in confirmed


def test_a_young_person_is_asked_what_matters_to_them(app: Flask, asker: Asker) -> None:
    child: Typed = {"child_matters": "That I can sleep.", "child_words": "not asked"}
    asker.answer_all(who={"who": "young_person"}, child=child)
    page = page_of(asker, "child")
    assert page.html.count("What matters most to you?") >= 1
    assert "to them" not in page.text
    assert "That I can sleep." in page_of(asker, "check").section("What matters most to you?")
    asker.send()
    [request] = sent_ones(app)
    assert (request.told.child_matters, request.told.child_words) == ("That I can sleep.", "")
