"""The pages of the front door about requests for help: what is shown, written down and refused."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import Referral
from hubfinder.referrals.queue import PAGE
from hubfinder.referrals.reading import events_of
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import EventKind, ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.vault import keys
from tests.pages.reading import Reader
from tests.support.many_requests import counting, many_requests
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

HUB = "quayside-family-hub"
STORY = "Nobody in our house sleeps."
SLOWEST = 1.0
"""Seconds of a page of the queue with a thousand requests; a tenth of that with the machine alone."""
RING = "ring"
MANY = 1_000


@pytest.fixture
def in_vault(app: Flask) -> Iterator[Session]:
    """A session on the vault, which is empty again afterwards; it is none of the application's own."""
    with app.app_context():
        engine, ring = db.get_engine(VAULT), keys()
    with Session(engine, info={RING: ring}) as session:
        yield session
        session.rollback()
        begin_writing(session)
        for table in reversed(VaultBase.metadata.sorted_tables):
            session.execute(table.delete())
        session.commit()


@pytest.fixture
def team(app: Flask) -> FlaskClient:
    """Somebody of Harbourmouth's front door; Northsands has one too."""
    worker(app, in_council=NORTHSANDS)
    return worker(app)


def worker(
    app: Flask, role: Role = Role.FRONT_DOOR, in_council: str = HARBOURMOUTH, **scope: str
) -> FlaskClient:
    """Somebody of the front door, signed in; forms need their token."""
    return signed_in(app, role, in_council, **scope)


def sent(session: Session, **facts: Any) -> str:
    """A request; its reference. ``hub`` is whose team has it."""
    route = Route(str(facts.pop("council", HARBOURMOUTH)), str(facts.pop("hub", "")))
    due_at = facts.pop("due_at", None)
    assert due_at is None or isinstance(due_at, datetime)
    reference = a_request(session, session.info[RING], route=route, due_at=due_at, **facts).reference
    session.rollback()
    return reference


def row_of(session: Session, reference: str) -> Referral:
    session.rollback()
    return session.scalars(
        select(Referral).where(Referral.reference == reference).execution_options(populate_existing=True)
    ).one()


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def form_of(client: FlaskClient, reference: str) -> dict[str, str]:
    """What a form of the page carries along."""
    html = Reader(client)(f"/staff/requests/{reference}").html
    names = ("csrf_token", "revision", "seen")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', html) for name in names}
    return {name: match.group(1) for name, match in found.items() if match}


def do(client: FlaskClient, reference: str, action: str, **typed: str) -> tuple[int, str]:
    """Look at the page, fill one of its forms in and send it; the status, and where it leads or the page."""
    return send(client, reference, action, {**form_of(client, reference), **typed})


def send(client: FlaskClient, reference: str, action: str, form: dict[str, str]) -> tuple[int, str]:
    answer = client.post(f"/staff/requests/{reference}/do/{action}", data=form)
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def test_the_queue_shows_the_head_of_each_and_opens_none(in_vault: Session, team: FlaskClient) -> None:
    sent(in_vault, languages=["pl"], interpreter="yes")
    before = verbs(in_vault)
    page = Reader(team)("/staff/requests")
    assert team.head("/staff/requests").headers["Cache-Control"] == "no-store"
    for words in ("Robin Example", "Needs an interpreter", "speaks Polish", "given to nobody", "just now"):
        assert words in page.text
    assert STORY not in page.html
    assert "01632 960123" not in page.html
    assert verbs(in_vault)[len(before) :] == ["request.queue_seen"]


def test_the_most_urgent_is_first_then_what_is_due_first(in_vault: Session, team: FlaskClient) -> None:
    now = utc_now()
    told = (("Later", "no", 9), ("Sooner", "no", 2), ("Unsure", "unsure", 30), ("Danger", "yes", 40))
    for name, danger, hours in told:
        people = [{"id": "p", "name": name, "kind": "adult", "is_asking": "yes"}]
        sent(in_vault, people=people, danger=danger, due_at=now + timedelta(hours=hours))
    page = Reader(team)("/staff/requests").html
    assert re.findall(r"<bdi>(Danger|Unsure|Sooner|Later)</bdi></a></h2>", page) == [
        "Danger",
        "Unsure",
        "Sooner",
        "Later",
    ]


def test_the_queue_is_narrowed_by_state_hub_mine_and_late(in_vault: Session, team: FlaskClient) -> None:
    late = sent(in_vault, due_at=utc_now() - timedelta(hours=1))
    hub = sent(in_vault, hub=HUB)
    done = sent(in_vault)
    assert do(team, done, "finish", outcome="advised")[0] == 303
    assert do(team, hub, "assign", to="me")[0] == 303

    def shown(asked: str) -> set[str]:
        html = Reader(team)(f"/staff/requests?{asked}").html
        return {one for one in (late, hub, done) if f"/staff/requests/{one}" in html}

    assert shown("") == {late, hub}
    assert shown("state=received") == {late}
    assert shown("state=ended") == shown("state=finished") == {done}
    assert shown("state=all") == {late, hub, done}
    assert shown(f"hub={HUB}") == {hub}
    assert shown("hub=front-door") == {late}
    assert shown("mine=1") == {hub}
    assert shown("late=1") == {late}
    assert shown("state=nonsense&page=x") == {late, hub}
    assert shown("hub=nonsense") == set()
    assert "There is no such page." in Reader(team)("/staff/requests?page=99").text


def test_the_queue_asks_few_questions_and_is_quick_with_a_thousand(
    app: Flask, in_vault: Session, team: FlaskClient
) -> None:
    many_requests(in_vault, in_vault.info[RING], sent(in_vault), MANY)
    taken, asked = [], []
    for _ in range(20):
        with counting(app) as statements:
            begun = time.perf_counter()
            page = Reader(team)("/staff/requests?page=2")
            taken.append(time.perf_counter() - begun)
        asked.append([one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))])
        assert page.html.count('<li class="request') == PAGE
    assert len(asked[-1]) <= 12, asked[-1]
    assert sorted(taken)[-2] < SLOWEST


def test_one_opening_is_one_entry_however_soon_it_is_opened_again(
    in_vault: Session, team: FlaskClient
) -> None:
    reference = sent(in_vault)
    pages = [Reader(team)(f"/staff/requests/{reference}") for _ in range(3)]
    assert all(STORY in page.text for page in pages)
    assert verbs(in_vault) == ["request.received", *["request.opened"] * 3]
    title = re.search(r"<title>(.*?)</title>", pages[0].html)
    assert title is not None
    assert "Robin" not in title.group(1)


@pytest.mark.parametrize("path", ["", "/print", "/merge/{other}"])
def test_who_does_not_look_opens_nothing(in_vault: Session, team: FlaskClient, path: str) -> None:
    reference, other = sent(in_vault), sent(in_vault)
    before = verbs(in_vault)
    address = f"/staff/requests/{reference}{path.format(other=other)}"
    assert team.head(address).status_code == 200
    assert team.head("/staff/requests/000000000000000").status_code == 404
    for headers in (
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Moz": "prefetch"},
    ):
        answer = team.get(address, headers=headers)
        assert (answer.status_code, answer.get_data()) == (503, b"")
        assert answer.headers["Cache-Control"] == "no-store"
    assert team.head("/staff/requests").status_code == 200
    assert verbs(in_vault) == before


def test_what_is_safe_stands_before_any_number(in_vault: Session, team: FlaskClient) -> None:
    page = Reader(team)(f"/staff/requests/{sent(in_vault)}")
    box = page.section("How to reach them safely")
    assert box.index("You may send a text message") < box.index("01632 960123")
    assert "Do not say who you are, or what it is about" in box
    assert "Do not call" in box
    assert box.count("01632 960123") == 1


def test_a_number_that_is_not_safe_is_folded_away(in_vault: Session, team: FlaskClient) -> None:
    page = Reader(team)(f"/staff/requests/{sent(in_vault, telephone_text='no', email_write='')}")
    box = page.section("How to reach them safely")
    assert "No way is safe" in box
    assert box.index("Using these may put somebody in danger") < box.index("01632 960123")
    assert "<details" in page.html[: page.html.index("01632 960123")]
    young = Reader(team)(f"/staff/requests/{sent(in_vault, who='young_person', home_knows='yes')}")
    assert "Do not tell anybody at home" in young.section("How to reach them safely")
    assert "They did not say, so the answer is no" in young.section("Who asks")
    assert "anybody at home" not in page.text
    never = Reader(team)(f"/staff/requests/{sent(in_vault, contact_ok='no')}")
    assert "They did not agree to be contacted" in never.text


def test_it_says_what_may_be_passed_on_and_what_not(in_vault: Session, team: FlaskClient) -> None:
    text = Reader(team)(f"/staff/requests/{sent(in_vault)}").section("What may be passed on")
    services = text[text.index("Services that could help you") : text.index("Your doctor")]
    assert "Names and dates of birth" in services
    assert "Languages" not in services
    assert "Nothing, without asking them" in text[text.index("Your doctor") :]
    assert "wording 2026-11" in text


def test_something_is_done_once_and_stands_there(in_vault: Session, team: FlaskClient) -> None:
    reference = sent(in_vault)
    status, to = do(team, reference, "note", words="Rang the school.\r\nNobody there.")
    assert (status, to) == (303, f"/staff/requests/{reference}?done=note")
    page = Reader(team)(to)
    assert "It stands below" in page.text
    assert "Nobody there." in page.section("What has happened")
    done = [verb for verb in verbs(in_vault) if verb == "request.noted"]
    assert len(done) == 1


def test_who_was_slower_is_told_who_changed_what_and_keeps_what_they_typed(
    app: Flask, in_vault: Session, team: FlaskClient
) -> None:
    reference = sent(in_vault)
    form = form_of(team, reference)
    assert do(worker(app), reference, "note", words="The first note.")[0] == 303
    status, page = send(team, reference, "note", {**form, "words": "The second note."})
    assert status == 409
    since = page[page.index('id="since"') : page.index("</section>", page.index('id="since"'))]
    assert "The first note." in since
    assert "Person" in since
    assert "The second note.</textarea>" in page
    assert len(events_of(in_vault, row_of(in_vault, reference))) == 2


@pytest.mark.parametrize(
    ("action", "typed", "field"),
    [
        ("note", {"words": " "}, "note-words"),
        ("note", {"words": "a" * 4_001}, "note-words"),
        ("assign", {"to": "999999"}, "assign-to"),
        ("accept", {"hub": "nowhere"}, "accept-hub"),
        ("move", {"hub": "nowhere", "words": "Why."}, "move-hub"),
        ("move-council", {"council": "E06000001", "words": "Why."}, "move-council-council"),
        ("urgency", {"urgency": "very", "words": "Why."}, "urgency-urgency"),
        ("message", {"words": "News.", "channel": "call"}, "message-channel"),
        ("message", {"words": "News.", "channel": "pigeon"}, "message-channel"),
        ("finish", {"outcome": "statutory"}, "finish-outcome"),
        ("key-worker", {"key_worker": ""}, "key-worker-key_worker"),
        ("elsewhere", {"council": "", "words": "Rang."}, "elsewhere-council"),
        ("hand-over", {"words": ""}, "hand-over-words"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_done(
    in_vault: Session, team: FlaskClient, action: str, typed: dict[str, str], field: str
) -> None:
    reference = sent(in_vault)
    status, page = do(team, reference, action, **typed)
    assert status == 400
    assert f'<a href="#{field}">' in page
    assert f'id="{field}"' in page
    assert f'id="{field}-error"' in page
    row = row_of(in_vault, reference)
    assert (row.revision, row.state) == (1, ReferralState.RECEIVED)


def test_what_cannot_be_done_there_is_refused(in_vault: Session, team: FlaskClient) -> None:
    reference = sent(in_vault)
    assert do(team, reference, "finish", outcome="helped")[0] == 303
    status, page = do(team, reference, "ask", words="More?")
    assert (status, "This cannot be done where the request stands now." in page) == (409, True)
    assert (
        team.post(f"/staff/requests/{reference}/do/nothing", data=form_of(team, reference)).status_code == 404
    )


def test_a_form_without_its_token_does_nothing_and_loses_nothing(
    app: Flask, in_vault: Session, team: FlaskClient
) -> None:
    reference = sent(in_vault)
    status, page = send(team, reference, "note", {"revision": "1", "words": "Typed at length."})
    assert (status, "Typed at length.</textarea>" in page) == (400, True)
    assert row_of(in_vault, reference).revision == 1
    other = worker(app, in_council=NORTHSANDS)
    answer = other.post(f"/staff/requests/{reference}/do/note", data={"words": "Not mine."})
    assert answer.status_code in {400, 404}
    assert "Robin" not in answer.get_data(as_text=True)


def test_who_was_signed_out_while_typing_loses_nothing(app: Flask, in_vault: Session) -> None:
    reference = sent(in_vault)
    answer = app.test_client().post(
        f"/staff/requests/{reference}/do/note", data={"words": "Typed at length."}
    )
    assert answer.status_code == 401
    assert "Typed at length." in answer.get_data(as_text=True)
    assert "Robin" not in answer.get_data(as_text=True)


def test_hub_staff_see_their_hubs_requests_and_no_others(app: Flask, in_vault: Session) -> None:
    ours, theirs = sent(in_vault, hub=HUB), sent(in_vault, hub="mill-lane")
    client = worker(app, Role.HUB_STAFF, hub_key=HUB)
    assert do(client, ours, "note", words="Ours.")[0] == 303
    for address in (f"/staff/requests/{theirs}", f"/staff/requests/{theirs}/print"):
        assert client.get(address).status_code == 404
    assert client.get(f"/staff/requests/{ours}/merge/{theirs}").status_code == 404
    token = form_of(client, ours)
    assert client.post(f"/staff/requests/{theirs}/do/note", data={**token, "words": "No."}).status_code == 404
    html = Reader(client)("/staff/requests").html
    assert (ours in html, theirs in html) == (True, False)


def test_who_moves_it_to_another_council_cannot_see_it_any_more(
    app: Flask, in_vault: Session, team: FlaskClient
) -> None:
    there = worker(app, in_council=NORTHSANDS)
    reference = sent(in_vault)
    status, to = do(team, reference, "move-council", council=NORTHSANDS, words="They live there.")
    assert (status, to) == (303, "/staff/requests?done=moved")
    assert "Another team has it now." in Reader(team)(to).text
    assert team.get(f"/staff/requests/{reference}").status_code == 404
    assert STORY in Reader(there)(f"/staff/requests/{reference}").text


def test_two_requests_are_compared_and_merged_by_a_person(in_vault: Session, team: FlaskClient) -> None:
    first, second = sent(in_vault, story="The first story."), sent(in_vault, story="The second story.")
    page = Reader(team)(f"/staff/requests/{first}")
    assert "somebody with the same name and date of birth" in page.text
    address = f"/staff/requests/{first}/merge/{second}"
    both = Reader(team)(address)
    assert "The first story." in both.text
    assert "The second story." in both.text
    form = {**form_of(team, first), "other_revision": "1"}
    answer = team.post(f"{address}/do", data=form)
    assert answer.headers["Location"] == f"/staff/requests/{second}?done=merge"
    assert row_of(in_vault, first).state is ReferralState.MERGED
    assert first in Reader(team)(f"/staff/requests/{second}").html
    again = team.post(f"{address}/do", data=form)
    assert again.status_code == 409
    assert team.post(f"/staff/requests/{second}/merge/{second}/do", data=form).status_code in {400, 409}


def test_paper_is_said_to_be_confidential_and_is_in_the_trail(in_vault: Session, team: FlaskClient) -> None:
    reference = sent(in_vault)
    page = Reader(team)(f"/staff/requests/{reference}/print")
    for words in ("Confidential", STORY, "You may send a text message", "999"):
        assert words in page.text
    assert verbs(in_vault)[1:] == ["request.printed"]


def test_the_first_page_counts_and_shows_nothing(in_vault: Session, team: FlaskClient) -> None:
    sent(in_vault)
    sent(in_vault, due_at=utc_now() - timedelta(hours=1))
    before = verbs(in_vault)
    page = Reader(team)("/staff")
    assert "2 new requests for help" in page.text
    assert "1 is late" in page.text
    assert "Robin" not in page.html
    assert verbs(in_vault) == before


def test_the_family_hub_and_its_name_stand_where_it_was_taken_on(
    in_vault: Session, team: FlaskClient
) -> None:
    reference, now = sent(in_vault), ReferralState
    for state, kind in ((now.RECEIVED, EventKind.ROUTED), (now.ACCEPTED, EventKind.ACCEPTED)):
        assert do(team, reference, "accept", hub=HUB)[0] == 303
        page = Reader(team)(f"/staff/requests/{reference}")
        assert "Quayside Family Hub" in page.section("What has happened")
        row = row_of(in_vault, reference)
        assert (row.state, row.hub_key, events_of(in_vault, row)[-1].kind) == (state, HUB, kind)
