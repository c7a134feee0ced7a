"""The form at the front door as data: how what is typed is read, and which step comes next."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings as trying, strategies as st

from hubfinder.display.language import KNOWN, speaking
from hubfinder.referrals.answers import Is, told
from hubfinder.referrals.form import journey
from hubfinder.referrals.form.days import day_words
from hubfinder.referrals.form.fields import Kind, Step
from hubfinder.referrals.form.reading import Reading, line_of, read, words_of
from hubfinder.referrals.form.steps import HELPER, MEMBER, OF_KEY, STEPS
from hubfinder.referrals.routing import Route, flags_of
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.sharing import FIELDS, SAFETY, WORDING, copy_for
from hubfinder.referrals.story import member_words
from hubfinder.referrals.vocab import Channel, Flag

TODAY = date(2026, 11, 2)
AGREED = {"2026-11": "67134af8c9d9bad3", "2026-11b": "4293785ad18c9c40", "2026-11c": "29d754623a4a890b"}
"""Version of the words people agree to: the hash of them. Whoever changes the words names a new version."""


def read_in(key: str, answers: Mapping[str, Any] | None = None, /, **typed: str | list[str]) -> Reading:
    step = {"member": MEMBER, "helper": HELPER}.get(key) or OF_KEY[key]
    raw = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return read(step, raw, answers or {}, ["money", "food"])


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubfinder.referrals.form.reading.today", lambda: TODAY)


def answers_of(**typed: Any) -> dict[str, Any]:
    """What somebody has said, as the steps note it."""
    answers: dict[str, Any] = {}
    for key in ("danger", "who", "people", "home"):
        journey.is_done(answers, key)
    return answers | typed


def test_the_steps_ask_for_nothing_that_is_not_known_and_for_all_that_may_be_shared() -> None:
    asked = {one.name for step in STEPS for one in step.fields}
    assert set().union(*FIELDS.values()) <= asked
    assert asked | {"language"} >= SAFETY
    assert len({step.key for step in STEPS}) == len(STEPS)
    for step in (*STEPS, MEMBER, HELPER):
        for one in step.fields:
            assert bool(one.options) is (one.kind in (Kind.CHOICE, Kind.SELECT, Kind.MANY)), one.name


def test_whoever_changes_the_words_people_agree_to_names_a_new_version() -> None:
    sharing, contact = OF_KEY["sharing"], OF_KEY["contact"]
    words = [str(part) for step in (sharing, contact) for part in step.intro]
    words += [str(part) for other in sharing.other for part in other.intro]
    for one in (*sharing.fields, *contact.fields):
        words += [str(one.label), str(one.hint), *(str(label) for label in (one.options or {}).values())]
    assert AGREED[WORDING] == sha256("\n".join(words).encode()).hexdigest()[:16]


def test_an_answer_that_is_needed_is_asked_for() -> None:
    assert read_in("who").errors == {"who": "Choose an answer"}
    assert read_in("who", who="queen").errors == {"who": "Choose an answer"}
    assert read_in("who", who="family").errors == {}
    assert read_in("story", story="  \u200b \n ").errors == {"story": "Say in a few words what is happening"}


def test_a_reason_is_asked_for_only_where_the_family_does_not_know() -> None:
    typed: dict[str, Any] = {
        "pro_name": "Jo Sample",
        "pro_role": "midwife",
        "pro_organization": "Wend NHS",
        "pro_telephone": "01632 960001",
    }
    assert read_in("professional", **typed, family_knows="yes").errors == {}
    assert set(read_in("professional", **typed, family_knows="no").errors) == {"family_not_told_why"}


def test_without_agreement_a_professional_says_why_and_a_family_is_not_asked() -> None:
    why = "no_consent_why"
    knows = {"who": "professional", "family_knows": "yes"}
    assert set(read_in("sharing", knows).errors) == {why}
    assert read_in("sharing", knows, no_consent_why="Worried about a baby").errors == {}
    assert read_in("sharing", knows, share_with=["hub"], share_what=["story"]).errors == {}
    assert read_in("sharing", {"who": "family"}).errors == {}
    assert why not in read_in("sharing", {"who": "family"}, no_consent_why="x").values
    assert set(read_in("sharing", share_with="hub").errors) == {"share_what"}


@pytest.mark.parametrize("knows", ["no", "partly", ""])
def test_of_a_family_that_does_not_know_nobody_can_agree_and_the_reason_is_asked(knows: str) -> None:
    """A tick that comes all the same, from an older page or from before the answer was changed, is none."""
    about = {"who": "professional", "family_knows": knows}
    before = about | {"share_with": ["hub"], "share_what": ["people"]}
    found = read_in("sharing", before, share_with=["hub"], share_what=["people"])
    assert (set(found.values), set(found.errors)) == ({"no_consent_why"}, {"no_consent_why"})
    assert not journey.is_finished(OF_KEY["sharing"], before | {journey.DONE: ["sharing"]})
    assert journey.said(before) == about
    assert told(before).share_with == told(before).share_what == ()
    flags = flags_of(told(before), Route("Z07000001"))
    assert {Flag.NO_CONSENT, Flag.FAMILY_NOT_TOLD} <= flags


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("  a \t b\r\nc", "a b c"),
        ("Zo\u0065\u0308", "Zo\u00eb"),
        ("\u202eevil\u202c", "evil"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("\ud800half", "half"),
        (
            "<script>alert('x')</script>'; DROP TABLE draft;--",
            "<script>alert('x')</script>'; DROP TABLE draft;--",
        ),
        ("👩‍👧 ok", "👩‍👧 ok"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_text_keeps_what_people_see_and_nothing_else(typed: str, read_as: str) -> None:
    assert line_of(typed) == read_as


def test_lines_are_kept_as_typed_with_one_empty_line_at_most() -> None:
    assert words_of("one\r\n\r\n\r\n\r\ntwo  \r three\n") == "one\n\ntwo\nthree"


def test_what_is_too_long_is_said_and_shown_again_whole() -> None:
    found = read_in("story", story="ä" * 3_001)
    assert found.errors == {"story": "Use at most 3,000 characters"}
    assert len(found.values["story"]) == 3_001
    assert read_in("story", story="ä" * 3_000).errors == {}


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (("27", "3", "2019"), None),
        (("٢٧", "٣", "٢٠١٩"), None),
        (("", "", ""), None),
        (("29", "2", "2026"), "Type a date like 27 3 2019"),
        (("27", "", "2019"), "Type a date like 27 3 2019"),
        (("27", "3", ""), "Type a date like 27 3 2019"),
        (("", "13", "2019"), "Type a date like 27 3 2019"),
        (("0", "3", "2019"), "Type a date like 27 3 2019"),
        (("", "0", "2019"), "Type a date like 27 3 2019"),
        (("", "", "0"), "Type a date like 27 3 2019"),
        (("", "", "1899"), "Type a date like 27 3 2019"),
        (("", "", "19"), "Type a date like 27 3 2019"),
        (("", "", "2019"), None),
        (("", "", "2026"), None),
        (("", "11", "2026"), None),
        (("", "", "2027"), "This date is still to come"),
        (("", "12", "2026"), "This date is still to come"),
        (("1", "March", "2019"), None),
        (("", "Sept.", "2019"), None),
        (("1", "Marchember", "2019"), "Type a date like 27 3 2019"),
        (("x", "y", "z"), "Type a date like 27 3 2019"),
        (("1", "1", "9" * 30), "Type a date like 27 3 2019"),
        (("-1", "1", "2019"), "Type a date like 27 3 2019"),
        (("1", "1", "0019"), "Type a date like 27 3 2019"),
        (("3", "11", "2026"), "This date is still to come"),
    ],
)
def test_a_date_of_birth(day: tuple[str, str, str], error: str | None) -> None:
    typed: dict[str, Any] = dict(zip(("born_day", "born_month", "born_year"), day, strict=True))
    assert read_in("member", kind="child", name="Ash", **typed).errors.get("born") == error


def test_what_is_known_of_a_day_is_kept_and_nothing_is_made_up() -> None:
    for typed, kept, words in (
        ({"born_year": "2019"}, "2019", "born in 2019"),
        ({"born_month": "march", "born_year": "2019"}, "2019-03", "born in March 2019"),
        (
            {"born_day": "1", "born_month": "3", "born_year": "2019"},
            "2019-03-01",
            "born 1 March 2019 (7 years)",
        ),
    ):
        found = read_in("member", kind="child", name="Ash", **typed)
        assert (found.values["born"], found.errors) == (kept, {})
        (member,) = told({"people": [{"id": "1", **found.values}]}).people
        assert words in member_words(member, TODAY)
        assert (member.born is None) is (len(kept) < 10), "nobody is told a day that nobody said"
    year = read_in("member", kind="unborn", born_year="2027").values
    assert "expected in 2027" in member_words(told({"people": [{"id": "1", **year}]}).people[0], TODAY)


def test_a_month_is_understood_in_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context(), speaking(KNOWN["pl"]):
        found = read_in("member", kind="child", name="Ash", born_month="marca", born_year="2019")
        assert found.values["born"] == "2019-03"
        assert day_words("2019-03") == "marzec 2019"


def test_a_baby_who_is_not_born_needs_no_name_and_a_date_that_can_be() -> None:
    due: dict[str, Any] = {"born_day": "1", "born_month": "6", "born_year": "2027"}
    assert read_in("member", kind="unborn", **due).errors == {}
    late = read_in("member", kind="unborn", **{**due, "born_year": "2029"})
    assert late.errors == {"born": "This is not when a baby can be due"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("01632 960123", "01632 960123"),
        ("+44 1632 960123 ext 4", "+44 1632 960123 ext 4"),
        ("٠١٦٣٢ ٩٦٠١٢٣", "01632 960123"),
        ("(01632) 960-123", "(01632) 960-123"),
        ("12", None),
        ("ring my mother", None),
        ("01632960123<b>", None),
        ("0" * 40, None),
    ],
)
def test_a_telephone_number(typed: str, number: str | None) -> None:
    found = read_in("telephone", telephone=typed)
    assert found.errors.get("telephone") == (None if number else "Type a telephone number like 01632 960001")
    assert found.values["telephone"] == (number or typed)


@pytest.mark.parametrize("typed", ["za14qt", " ZA1  4QT ", "ＺＡ１ ４ＱＴ"])
def test_a_postcode_however_it_is_typed(typed: str) -> None:
    assert read_in("home", postcode=typed).values["postcode"] == "ZA1 4QT"


def test_a_postcode_that_is_none_and_a_family_without_one() -> None:
    assert read_in("home", postcode="ZA1").errors == {"postcode": "Type a whole postcode like ZA1 4QT"}
    assert set(read_in("home").errors) == {"postcode"}
    assert read_in("home", no_address="yes").errors == {}


@pytest.mark.parametrize(
    "typed",
    ["\u200d", "\u200c \u200d", "\n\u200d\n", "\u0301", "\ufe0f", "\u3164", "\u2800 \u2800", "\u034f\u200b"],
)
def test_what_nobody_can_see_is_no_answer(typed: str) -> None:
    assert set(read_in("story", story=typed).errors) == {"story"}
    assert set(read(MEMBER, {"kind": ["adult"], "name": [typed]}, {}).errors) == {"name"}


@pytest.mark.parametrize("typed", ["می\u200cخواهم", "👩\u200d👧", "?", "हिं", "नि", "5", "❤\ufe0f", "e\u0301"])
def test_what_can_be_seen_is_kept_with_what_joins_it(typed: str) -> None:
    assert read_in("story", story=typed).values["story"] == unicodedata.normalize("NFC", typed)


@pytest.mark.parametrize(
    "typed", ["robin", "a@b", "a b@example.org", "robin@example.org\nbcc: x@example.org"]
)
def test_an_email_address_that_is_none(typed: str) -> None:
    assert "email" in read_in("email", email=typed).errors


def test_languages_and_choices_take_only_what_there_is() -> None:
    found = read_in("language", languages=["pl", "xx1", "../", "pl"], languages_other="cy", interpreter="no")
    assert found.values["languages"] == ["pl", "cy"]
    found = read_in("language", languages=["ckb", "xyz"], languages_other="syl", interpreter="no")
    assert found.values["languages"] == ["ckb", "syl"]
    assert read_in("needs", needs=["food", "nothing", "money"]).values["needs"] == ["money", "food"]


@trying(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(STEPS))
def test_nothing_that_can_be_typed_breaks_a_step(text: str, step: Step) -> None:
    names = [one.name for one in step.fields] + ["born_day", "languages_other"]
    found = read(step, {name: [text] for name in names}, {}, ["money"])
    told(found.values)


def test_the_way_leads_through_what_applies() -> None:
    family = answers_of(danger="no", who="family", people=[{"kind": "adult"}], contact_ok="no")
    keys = [step.key for step in journey.steps_of(family)]
    assert not {"now", "professional", "child", "telephone", "email", "letter"} & set(keys)
    worried = [step.key for step in journey.steps_of({"danger": "unsure", "who": "professional"})]
    assert worried[:4] == ["danger", "now", "who", "professional"]
    assert "child" in [step.key for step in journey.steps_of({"who": "young_person"})]
    assert journey.key_before(family, "home") == "people"
    assert journey.key_before(family, journey.CHECK) == "sharing"
    assert journey.key_before(family, "danger") == ""


def labels_in(key: str, answers: Mapping[str, Any]) -> list[str]:
    return [str(one.label) for one in OF_KEY[key].asked(answers)]


def test_each_is_asked_about_themselves() -> None:
    you, family = (
        "May we get in touch with you about this?",
        "May we get in touch with the family about this?",
    )
    at_home = ["Does somebody at home know that you ask?", "May we talk to somebody at home about it?"]
    assert labels_in("contact", {}) == labels_in("contact", {"who": "family"}) == [you, "How?"]
    assert labels_in("contact", {"who": "young_person"}) == [you, "How?", *at_home]
    assert labels_in("contact", {"who": "professional"}) == [family, "How?"]
    for who, school in (
        ("family", "Your child's school or nursery"),
        ("young_person", "Your school or college"),
    ):
        [partners] = [one for one in OF_KEY["sharing"].asked({"who": who}) if one.name == "share_with"]
        assert school in map(str, (partners.options or {}).values())


def test_whoever_works_with_a_family_is_asked_about_the_family() -> None:
    knows = {"who": "professional", "family_knows": "yes"}
    for key, own, other in (
        ("language", "Do you need an interpreter?", "Does the family need an interpreter?"),
        ("child", "What matters most to them?", "What matters most to them?"),
    ):
        assert own in labels_in(key, {"who": "family"})
        assert other in labels_in(key, knows)
        assert len(labels_in(key, {"who": "family"})) == len(labels_in(key, knows))
    for key in ("home", "sharing"):
        assert "your" in said_in(key, {"who": "family"})
        assert "your" not in said_in(key, knows)
    unknown = said_in("sharing", knows | {"family_knows": "partly"})
    assert "nobody has agreed" in unknown
    assert "Tick" not in unknown


def test_a_young_person_is_asked_what_matters_to_them_alone() -> None:
    young = {"who": "young_person"}
    assert labels_in("child", young) == ["What matters most to you?"]
    step = journey.step_of(young, "child")
    assert step is not None
    assert str(step.title) == "What matters most to you?"
    assert str(OF_KEY["child"].title) == "What matters most to the child or young person"


def said_in(key: str, answers: Mapping[str, Any]) -> str:
    """All that a step says."""
    step = OF_KEY[key].worded(answers)
    words = [str(step.title), *map(str, step.intro)]
    for one in step.asked(answers):
        words += [str(one.label), str(one.hint or ""), *map(str, (one.options or {}).values())]
    return " ".join(words)


def test_who_asks_for_their_family_says_nothing_of_those_at_home() -> None:
    typed = {"contact_ok": "no", "home_ok": "yes", "home_knows": "yes"}
    assert set(read_in("contact", {"who": "family"}, **typed).values) == {"contact_ok", "ways"}
    young = read_in("contact", {"who": "young_person"}, **typed)
    assert (young.values["home_ok"], young.errors) == ("yes", {})
    assert "home_ok" not in journey.said({"who": "family", **young.values})


@pytest.mark.parametrize(
    ("said", "is_kept"),
    [
        ({"who": "family"}, False),
        ({"who": "young_person"}, True),
        ({"who": "young_person", "home_knows": "yes"}, True),
        ({"who": "young_person", "home_ok": "no"}, True),
        ({"who": "young_person", "home_ok": "certainly"}, True),
        ({"who": "young_person", "home_ok": "yes"}, False),
    ],
)
def test_unless_a_young_person_says_that_we_may_nobody_at_home_is_told(
    said: dict[str, str], *, is_kept: bool
) -> None:
    assert told(said).is_kept_from_home is is_kept
    assert told(copy_for(said, ())).is_kept_from_home is is_kept, "a service is told as much"
    assert (Flag.HOME_NOT_TOLD in flags_of(told(said), Route("E06000901"))) is is_kept


def test_what_an_answer_changes_later_is_asked_again() -> None:
    answers = answers_of(danger="no", who="family", people=[{"id": "1"}], postcode="ZA1 4QT")
    assert journey.next_key(answers) == "language"
    assert journey.next_key({**answers, "who": "professional"}) == "professional"
    assert journey.next_key({**answers, "people": []}) == "people"


def test_a_number_that_may_not_be_used_any_more_was_never_said() -> None:
    answers = answers_of(
        contact_ok="yes", ways=["telephone"], telephone="01632 960123", telephone_call="yes", service="play"
    )
    assert safe_channels(told(journey.said(answers))) == {Channel.CALL}
    answers["ways"] = ["letter"]
    said = journey.said(answers)
    assert "telephone" not in said
    assert "done" not in said
    assert said["service"] == "play"
    answers["contact_ok"] = "no"
    assert safe_channels(told(journey.said(answers))) == set()


def test_whoever_is_in_the_family_is_read_back_as_they_were_told() -> None:
    found = read_in("member", kind="child", name="Ash", born_day="1", born_month="2", born_year="2020")
    [member] = told({"people": [{"id": "a", **found.values}]}).people
    assert (member.kind, member.born, member.name) == (Is.CHILD, date(2020, 2, 1), "Ash")
