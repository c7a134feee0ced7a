"""A family puts right what it told us: the same questions as in the form, sealed anew."""

import pytest
from flask import Flask

from hubfinder.referrals.vocab import Flag
from tests.support.following import Follower


@pytest.fixture
def family(app: Flask) -> Follower:
    return Follower(app)


def test_people_are_put_right_one_by_one(family: Follower) -> None:
    family.enter()
    child = {"kind": "child", "name": "Ash Sample", "born_day": "5", "born_month": "4", "born_year": "2021"}
    assert family.post("/change/people/p2", **child).status_code == 303
    assert (
        family.post("/change/people/0123abcd", family.get("/change/people/new"), kind="unborn").status_code
        == 303
    )
    names = [(one.kind.value, one.name) for one in family.found().told.people]
    assert names == [("adult", "Robin Example"), ("child", "Ash Sample"), ("unborn", "")]
    assert family.post("/change/people", remove="p2").status_code == 303
    assert [one.id for one in family.found().told.people] == ["p1", "0123abcd"]
    wrong = family.post("/change/people/p1", **{**child, "born_year": "2999"})
    assert wrong.status_code == 400
    assert "This date is still to come" in wrong.get_data(as_text=True)


def test_the_last_person_stays(family: Follower) -> None:
    family.enter()
    for id_ in ("p1", "p2"):
        family.post("/change/people", remove=id_)
    assert [one.id for one in family.found().told.people] == ["p2"]


def test_a_way_that_is_not_wanted_any_more_is_forgotten_and_a_new_one_is_asked_for(family: Follower) -> None:
    family.enter()
    answer = family.post("/change/contact", contact_ok="yes", ways=["email", "letter"])
    assert answer.headers["Location"] == family.address("/change/letter")
    told = family.found().told
    assert (told.telephone.number, told.telephone.text) == ("", None)
    assert told.email.write is True
    typed = {"letter_address": "Robin Example\n1 Quay", "letter_postcode": "za14qt", "letter_write": "yes"}
    assert family.post("/change/letter", **typed).headers["Location"] == family.address() + "?done=changed"
    assert family.found().told.letters.lines == ("Robin Example", "1 Quay")
    assert family.get("/change/telephone").status_code == 404


def test_of_an_older_form_the_ways_are_those_it_says_something_about(app: Flask) -> None:
    family = Follower(app, ways=None)
    family.enter()
    assert family.get("/change/telephone").status_code == 200
    family.post("/change/language", languages=["pl"], interpreter="yes")
    told = family.found().told
    assert told.telephone.number == "01632 960123"
    assert (told.languages, told.interpreter) == (("pl",), True)


def test_an_agreement_is_taken_back(family: Follower) -> None:
    family.enter()
    assert family.post("/change/sharing", share_with=["hub"], share_what=["people"]).status_code == 303
    assert family.found().told.share_with == ("hub",)


@pytest.mark.parametrize("step", ["danger", "story", "needs", "who", "nothing", "letter"])
def test_only_what_can_be_put_right_here_is_there(family: Follower, step: str) -> None:
    family.enter()
    answer = family.get(f"/change/{step}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_where_they_live_is_asked_anew_and_not_shown(family: Follower) -> None:
    """Whoever reads along learns no address; a wrong postcode is put right, and another team proposed."""
    family.enter()
    before = family.found()
    page = family.get().get_data(as_text=True)
    assert "/change/home" in page
    assert "ZA1" not in page
    assert "ZA1" not in family.get("/change/home").get_data(as_text=True)
    wrong = family.post("/change/home", postcode="nowhere")
    assert wrong.status_code == 400
    assert "nowhere" in wrong.get_data(as_text=True)
    assert family.post("/change/home", postcode="za1 2ab").headers["Location"].endswith("?done=changed")
    after = family.found()
    assert after.told.postcode == "ZA1 2AB"
    assert after.head.lives_in == after.row.council_code == before.row.council_code
    assert (after.head.hub_there, after.row.hub_key) == ("quayside-family-hub", before.row.hub_key), (
        "a person moves it"
    )


def test_who_lives_in_another_council_is_shown_to_staff_as_outside(family: Follower) -> None:
    family.enter()
    family.post("/change/home", postcode="CF10 1AA")
    one = family.found()
    assert Flag.OUTSIDE in one.head.flags
    family.post("/change/home", no_address="yes")
    assert family.found().told.no_address
    assert Flag.OUTSIDE not in family.found().head.flags


def test_two_windows_do_not_undo_each_other(family: Follower) -> None:
    family.enter()
    old = family.get("/change/language")
    family.post("/change/language", languages=["pl"], interpreter="no")
    answer = family.post("/change/language", old, languages=["ur"], interpreter="no")
    assert answer.status_code == 409
    assert "changed in another window" in answer.get_data(as_text=True)
    assert family.found().told.languages == ("pl",)
