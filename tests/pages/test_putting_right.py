"""Staff put a request right for a family: the questions and the checks of the form, and why."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, today, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.answers import Told
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.reading import events_of, opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import EventKind, Flag, Point, Urgency
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Reader
from tests.pages.test_requests_of_hubs import do, seen
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import SAID, a_request

WHY = "they asked on paper"
CHILD = {"kind": "child", "name": "Ash Example", "relation": "child"}


class Putter:
    """Puts one request right, page by page."""

    def __init__(self, client: FlaskClient, session: Session, ring: Keyring, row: Referral) -> None:
        self.client, self.session, self.ring, self.row = client, session, ring, row

    def address(self, more: str = "") -> str:
        return f"/staff/requests/{self.row.reference}/rights/correct{more}"

    def post(self, more: str, **typed: object) -> tuple[int, str]:
        self.session.rollback()
        self.session.refresh(self.row)
        data = {"reason": WHY, "revision": self.row.revision, **typed}
        answer = self.client.post(self.address(more), data=data)
        self.session.rollback()
        self.session.expire_all()
        return answer.status_code, answer.get_data(as_text=True)

    @property
    def told(self) -> Told:
        return opened(self.ring, self.row).told

    @property
    def flags(self) -> frozenset[Flag]:
        return opened(self.ring, self.row).head.flags

    def verbs(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.number)))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A council administrator; forms need no token here."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield signed_in(app, Role.COUNCIL_ADMINISTRATOR)
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def putter(client: FlaskClient, vault_session: Session, ring: Keyring) -> Putter:
    row = a_request(vault_session, ring, route=Route(HARBOURMOUTH, "", HARBOURMOUTH, "Harbourmouth"))
    return Putter(client, vault_session, ring, row)


def test_all_that_was_told_is_shown_with_a_way_to_each_part(putter: Putter) -> None:
    before = putter.verbs()
    page = Reader(putter.client)(putter.address())
    for words in ("Robin Example", "Ash Example", "Sam Sample", str(SAID["story"]), "ZA1 4QT"):
        assert words in page.text
    for part in ("danger", "people/0", "people/1", "people/new", "home", "language", "helpers/0", "story"):
        assert f'href="{putter.address(f"/{part}")}"' in page.html
    assert "professional" not in page.html, "nobody wrote for them"
    assert putter.verbs()[len(before) :] == ["request.opened"]
    assert putter.client.head(putter.address()).status_code == 200
    assert putter.verbs()[len(before) :] == ["request.opened"]


def test_a_new_number_counts_as_not_safe(putter: Putter) -> None:
    typed = {"telephone": "01632 960555", "email": "robin@example.org"}
    assert putter.post("/reach", **typed)[0] == 303
    said = putter.told
    assert said.telephone.number == "01632 960555"
    assert (said.telephone.text, said.telephone.call) == (None, None), "nobody said that the new one is safe"
    assert said.email.write is True
    assert putter.row.version == 2
    assert putter.verbs()[-1] == "request.corrected"
    again = putter.client.post(putter.address("/reach"), data={"reason": WHY, "revision": 1, **typed})
    assert again.status_code == 400, "changed meanwhile"


def test_somebody_named_by_mistake_is_taken_off_and_somebody_else_added(putter: Putter) -> None:
    added = {"kind": "unborn", "born_day": "1", "born_month": "1", "born_year": str(today().year + 1)}
    if (today() + timedelta(290)).year == today().year:
        added["born_year"] = str(today().year)
    assert putter.post("/people/new", **added)[0] == 303
    assert [one.kind.value for one in putter.told.people] == ["adult", "child", "unborn"]
    assert putter.post("/people/1", **CHILD, remove="yes")[0] == 303
    assert [one.kind.value for one in putter.told.people] == ["adult", "unborn"]
    assert Flag.UNBORN in putter.flags
    assert putter.post("/helpers/0", remove="yes")[0] == 303
    assert putter.told.helpers == ()
    assert putter.post("/people/2", **CHILD)[0] == 404
    assert putter.post("/people/1", remove="yes")[0] == 303
    assert "Take this person off the list" not in Reader(putter.client)(putter.address("/people/0")).text
    assert putter.post("/people/0", kind="adult", name="Robin Sample", remove="yes")[0] == 303
    assert len(putter.told.people) == 1, "somebody it is about stays"


def test_what_only_the_family_says_stays_with_a_person_who_is_put_right(putter: Putter) -> None:
    typed = {**CHILD, "born_day": "6", "born_month": "5", "born_year": "2020"}
    assert putter.post("/people/1", **typed)[0] == 303
    assert str(putter.told.people[1].born) == "2020-05-06"
    assert putter.told.people[0].is_asking
    row = opened(putter.ring, putter.row).answers["people"][1]
    assert row["id"] == "p2"


def test_languages_and_an_interpreter_are_put_right_and_the_queue_says_so(putter: Putter) -> None:
    assert putter.post("/language", languages=["pl", "uk"], interpreter="yes")[0] == 303
    assert list(putter.told.languages) == ["pl", "uk"]
    assert Flag.INTERPRETER in putter.flags


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("home", {"postcode": "somewhere"}, "postcode"),
        ("home", {"postcode": ""}, "postcode"),
        ("reach", {"telephone": "12"}, "telephone"),
        ("reach", {"email": "robin"}, "email"),
        ("people/1", {**CHILD, "name": " "}, "name"),
        ("people/1", {**CHILD, "born_day": "x", "born_month": "y", "born_year": "z"}, "born"),
        ("people/1", {**CHILD, "born_day": "1", "born_month": "1", "born_year": "1700"}, "born"),
        ("people/0", {**CHILD, "born_day": "1", "born_month": "1", "born_year": "2090"}, "born"),
        ("people/new", {"name": "Kim"}, "kind"),
        ("helpers/new", {"name": ""}, "name"),
        ("story", {"story": "a" * 3_001}, "story"),
        ("story", {"story": " "}, "story"),
        ("danger", {"danger": "perhaps"}, "danger"),
        ("language", {"interpreter": "", "languages": ["en"]}, "interpreter"),
        ("story", {"story": "Another.", "reason": ""}, "reason"),
        ("story", {"story": "Another.", "reason": "lost"}, "reason"),
        ("story", {"story": SAID["story"], "wanted": SAID["wanted"]}, "do"),
        ("story", {"story": "Another.", "revision": "0"}, "do"),
    ],
)
def test_what_the_form_refuses_is_refused_beside_its_field(
    putter: Putter, part: str, typed: dict[str, str], field: str
) -> None:
    status, page = putter.post(f"/{part}", **typed)
    assert status == 400
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert "request.corrected" not in putter.verbs()


@pytest.mark.parametrize("part", ["sharing", "who", "contact", "telephone", "professional", "people", "x"])
def test_nothing_else_is_put_right_by_staff(putter: Putter, part: str) -> None:
    assert putter.post(f"/{part}", share_with="services", who="professional")[0] == 404
    assert putter.post(f"/people/{part}", **CHILD)[0] == 404
    assert putter.client.get(putter.address("/people/-1")).status_code == 404


def test_of_a_professional_the_details_are_put_right(
    client: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    row = a_request(vault_session, ring, who="professional", pro_name="Kim Sample", family_knows="yes")
    putter = Putter(client, vault_session, ring, row)
    page = Reader(client)(putter.address("/professional"))
    assert 'autocomplete="email"' not in page.html, "nothing of whoever is signed in"
    typed = {
        "pro_name": "Kim Sample",
        "pro_role": "health_visitor",
        "pro_organization": "Wend NHS",
        "pro_telephone": "01632 960222",
        "pro_email": "kim@example.org",
        "family_knows": "no",
        "family_not_told_why": "It is not safe.",
    }
    assert putter.post("/professional", **typed)[0] == 303
    assert putter.told.professional.email == "kim@example.org"
    assert Flag.FAMILY_NOT_TOLD in putter.flags
    assert "is_asking" not in Reader(client)(putter.address("/people/0")).html


def test_danger_after_all_goes_first_and_less_of_it_is_for_a_person_to_say(putter: Putter) -> None:
    assert putter.post("/danger", danger="yes")[0] == 303
    row = putter.row
    assert (row.urgency, row.urgency_rank) == (Urgency.DANGER, Urgency.DANGER.rank)
    assert row.due_at is not None
    assert as_utc(row.due_at) < utc_now() + timedelta(days=4)
    assert Flag.DANGER in putter.flags
    told = putter.session.scalars(sa.select(Notice.wording).where(Notice.referral_id == row.id)).all()
    assert "team_danger" in told
    assert putter.post("/danger", danger="no")[0] == 303
    assert putter.row.urgency is Urgency.DANGER
    assert Flag.DANGER not in putter.flags


@pytest.mark.parametrize(
    ("typed", "is_outside", "near"),
    [
        ({"postcode": "CF10 1AA"}, True, ""),
        ({"postcode": "ZA1 2AB"}, False, "quayside-family-hub"),
    ],
)
def test_where_they_live_is_worked_out_anew_and_the_team_is_told(
    app: Flask, putter: Putter, typed: dict[str, str], is_outside: bool, near: str
) -> None:
    had = (putter.row.council_code, putter.row.hub_key)
    assert putter.post("/home", **typed)[0] == 303
    one = opened(putter.ring, putter.row)
    assert (Flag.OUTSIDE in one.head.flags, one.head.hub_there) == (is_outside, near)
    assert (putter.row.council_code, putter.row.hub_key) == had, "a person moves it"
    assert putter.row.points == [Point.MOVED]
    corrected = events_of(putter.session, putter.row)[-1]
    assert (corrected.kind, corrected.facts["near"]) == (EventKind.CORRECTED, near)
    told = putter.session.scalars(sa.select(Notice.wording).where(Notice.wording == "team_added"))
    assert len(told.all()) == 1
    team = signed_in(app, Role.FRONT_DOOR, HARBOURMOUTH)
    ask = "They live somewhere else now. Move it to the team that is right for them"
    assert ask in seen(team, putter.row).text
    do(team, putter.row, "note", words="Rang at ten, nobody answered.")
    do(team, putter.row, "ask", words="How long do you stay there?")
    assert ask in seen(team, putter.row).text, "neither says that it is right here"
    again = do(team, putter.row, "note", words="", stays="1")
    assert (again.status, 'name="stays" value="1" checked' in again.html) == (400, True)
    do(team, putter.row, "note", words="They asked to stay with us.", stays="1")
    page = seen(team, putter.row)
    assert (ask in page.text, 'name="stays"' in page.html) == (False, False)
    assert "It stays with the team that has it" in page.section("What has happened")


def test_a_tick_that_it_stays_says_nothing_of_a_family_that_did_not_move(app: Flask, putter: Putter) -> None:
    team = signed_in(app, Role.FRONT_DOOR, HARBOURMOUTH)
    assert 'name="stays"' not in seen(team, putter.row).html
    do(team, putter.row, "note", words="Rang at ten.", stays="1")
    assert events_of(putter.session, putter.row)[-1].facts == {}


def test_nobody_of_another_council_gets_there(app: Flask, putter: Putter) -> None:
    theirs = signed_in(app, Role.FRONT_DOOR, NORTHSANDS)
    for more in ("", "/story", "/people/0"):
        assert theirs.get(putter.address(more)).status_code == 404
        ahead = putter.client.get(putter.address(more), headers={"Sec-Purpose": "prefetch"})
        assert ahead.status_code == 503
