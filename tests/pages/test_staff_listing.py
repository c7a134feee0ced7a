"""The page of a listing for staff, its versions, and what waits for approval: as each of them sees it."""

import re
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.people.models import AuditEntry, Person
from hubfinder.staff_vocab import ListingState, Role, UpdateState
from tests.pages.reading import Page
from tests.support import life
from tests.support.people import NORTHSANDS, council, person, sign_in

MOST_QUERIES = 12
ASKED, MARKED = "Zebrafinch", "Quokkaland"
"""Words that stand in drafts only; the first is asked for."""
_number = count(1)


class Story:
    """A listing of the helpers, its provider and an administrator, each with a browser."""

    def __init__(self, app: Flask, **facts: Any) -> None:
        self.app = app
        with app.app_context():
            self.key = f"stay-and-play-{next(_number)}"
            life.published(db.session, self.key, **facts)
            council(db.session).may_approve_own = frozenset()
            self.writer_id = person(db.session, Role.PROVIDER, organization_key=life.HELPERS).id
            self.boss_id = person(db.session, Role.COUNCIL_ADMINISTRATOR).id
            db.session.commit()
        self.writer, self.boss = self.browser(self.writer_id), self.browser(self.boss_id)

    def browser(self, person_id: int) -> FlaskClient:
        with self.app.app_context():
            return sign_in(self.app.test_client(), db.session.get_one(Person, person_id))

    @property
    def address(self) -> str:
        return f"/staff/listings/{self.key}"

    def change(self, submit: bool = True, **facts: Any) -> int:
        """The provider changes it; the number of the change."""
        with self.app.app_context():
            begin_writing(db.session)
            writer = life.as_actor(db.session.get_one(Person, self.writer_id))
            update = actions.begin_update(db.session, writer, self.listing())
            actions.save_update(db.session, writer, update, facts, update.revision)
            if submit:
                actions.submit(db.session, writer, update, "Please look")
            db.session.commit()
            return update.id

    def overtake(self, **facts: Any) -> None:
        """Somebody else's change is published meanwhile."""
        with self.app.app_context():
            life.published(db.session, self.key, **facts)
            db.session.commit()

    def listing(self) -> Listing:
        return db.session.scalars(select(Listing).where(Listing.key == self.key)).one()

    def state(self) -> ListingState:
        with self.app.app_context():
            return self.listing().state

    def update_state(self, number: int) -> UpdateState:
        with self.app.app_context():
            return db.session.get_one(ListingUpdate, number).state


def read(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    return Page(response.status_code, response.get_data(as_text=True))


def send(client: FlaskClient, page: str, to: str, **fields: Any) -> Page:
    """Open a page, and press a button on it; hidden fields come along."""
    opened = read(client, page)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', opened.html))
    form = {name: unescape(value) for name, value in hidden.items()}
    response = client.post(to, data={**form, **fields})
    return Page(response.status_code, response.get_data(as_text=True))


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app)


def test_the_page_says_how_it_stands_and_who_changes_it(story: Story) -> None:
    number = story.change(submit=False, summary="New words.")

    page = read(story.boss, story.address)

    assert page.status == 200
    assert "Published: May be out of date" in page.text
    assert "Version 1" in page.text
    assert f"/staff/approvals/{number}" in page.html
    assert "Being changed" in page.text
    assert f'href="/service/{story.key}"' in page.html


def test_nobody_else_finds_it(story: Story) -> None:
    with story.app.app_context():
        begin_writing(db.session)
        others = [
            person(db.session, Role.PROVIDER, organization_key="somebody-else").id,
            person(db.session, Role.COUNCIL_ADMINISTRATOR, NORTHSANDS).id,
        ]
        db.session.commit()
    number = story.change(summary="New words.")
    for other in others:
        client = story.browser(other)
        for address in (story.address, f"{story.address}/versions/1", f"/staff/approvals/{number}"):
            assert read(client, address).status == 404
    assert read(story.boss, f"{story.address}/versions/9").status == 404
    assert read(story.boss, "/staff/approvals/999999").status == 404


def test_it_is_said_to_be_still_right_on_its_own_page(story: Story) -> None:
    """At once, twice harmless, with an entry of the trail; then the button has gone."""
    button = 'value="still_right"'
    assert button in read(story.writer, story.address).html
    for _ in range(2):
        page = send(story.writer, story.address, f"{story.address}/change", do="still_right")
        assert page.status == 303
    told = read(story.writer, f"{story.address}?done=still_right")
    assert "Families can see that you checked it today." in told.text
    assert "Published: Checked" in told.text
    assert button not in told.html
    with story.app.app_context():
        told_of = AuditEntry.subject_key == story.key, AuditEntry.verb == "listing.assured"
        assert [entry.facts["how"] for entry in db.session.scalars(select(AuditEntry).where(*told_of))] == [
            "page"
        ]


def test_who_only_reads_or_what_is_paused_is_not_said_to_be_still_right(story: Story) -> None:
    with story.app.app_context():
        begin_writing(db.session)
        reader = person(db.session, Role.FRONT_DOOR).id
        db.session.commit()
    client = story.browser(reader)
    assert "still_right" not in read(client, story.address).html
    assert send(client, story.address, f"{story.address}/change", do="still_right").status == 404
    send(story.boss, story.address, f"{story.address}/change", do="pause", reason="The hall is closed.")
    assert "still_right" not in read(story.boss, story.address).html
    assert send(story.boss, story.address, f"{story.address}/change", do="still_right").status == 404


def test_what_speaks_against_it_stands_at_the_top_and_leads_to_where_it_is_put_right(story: Story) -> None:
    assert "Look into this" not in read(story.writer, story.address).text
    with story.app.app_context():
        begin_writing(db.session)
        listing = story.listing()
        listing.is_link_dead = listing.is_email_dead = listing.is_telephone_doubted = True
        listing.open_reports = 1
        reader = person(db.session, Role.FRONT_DOOR).id
        db.session.commit()
    page = read(story.writer, story.address)
    contact = f'href="{story.address}/edit/contact">'
    for words in ("Email comes back", "The web address does not work"):
        assert f"{contact}{words}" in page.html
    assert f"{contact}Somebody says that the telephone number" in page.html
    assert 'href="/staff/reports">The public has told us something' in page.html
    assert page.html.index("Look into this") < page.html.index("How it stands")
    looked = read(story.browser(reader), story.address)
    assert "Email comes back" in looked.text
    assert contact not in looked.html


def test_pausing_asks_why_and_families_read_it(story: Story) -> None:
    to = f"{story.address}/change"
    refused = send(story.writer, story.address, to, do="pause", reason="", until="")
    assert refused.status == 400
    assert 'href="#reason"' in refused.html
    past = send(story.writer, story.address, to, do="pause", reason="Builders", until="2020-01-01")
    assert past.status == 400
    assert "Builders" in past.html
    assert send(story.writer, story.address, to, do="pause", reason="Builders", until="soon").status == 400

    done = send(story.writer, story.address, to, do="pause", reason="The builders are here.", until="")

    assert done.status == 303
    assert story.state() is ListingState.PAUSED
    public = read(story.app.test_client(), f"/service/{story.key}")
    assert public.status == 200
    assert "This service is paused." in public.text
    assert "The builders are here." in public.text
    assert "Play with your baby." not in public.text
    assert 'name="robots" content="noindex"' in public.html
    assert send(story.writer, story.address, to, do="resume").status == 303
    assert "Play with your baby." in read(story.app.test_client(), f"/service/{story.key}").text


def test_ending_and_bringing_back(story: Story) -> None:
    to = f"{story.address}/change"
    assert send(story.writer, story.address, to, do="retire", ending="It has stopped.").status == 303
    assert "This service has ended." in read(story.app.test_client(), f"/service/{story.key}").text
    assert send(story.writer, story.address, to, do="bring_back").status == 404
    assert send(story.boss, story.address, to, do="bring_back").status == 303
    again = send(story.boss, story.address, to, do="bring_back")
    assert again.status == 409
    assert "Somebody else was quicker" in again.text


def test_comments_are_for_staff(story: Story) -> None:
    to = f"{story.address}/change"
    assert send(story.writer, story.address, to, do="comment", comment=" ").status == 400
    assert send(story.writer, story.address, to, do="comment", comment="Which <b>room</b>?").status == 303
    assert "Which room?" in read(story.boss, story.address).text
    assert "Which room?" not in read(story.app.test_client(), f"/service/{story.key}").text


def test_only_what_is_meant_can_be_done(story: Story) -> None:
    to = f"{story.address}/change"
    assert send(story.boss, story.address, to, do="explode").status == 404
    assert send(story.boss, story.address, to, do="withdraw", update="7777").status == 404
    assert story.boss.post(to, data={"do": "pause", "reason": "No token"}).status_code == 400
    assert story.state() is ListingState.PUBLISHED


def test_the_queue_is_in_order_and_leads_to_both_sides(story: Story) -> None:
    number = story.change(summary="Play, sing and talk.")

    queue = read(story.boss, "/staff/approvals")
    assert "Please look" in queue.text
    page = read(story.boss, f"/staff/approvals/{number}")

    assert page.status == 200
    assert "<del>" in page.html
    assert "<ins>" in page.html
    assert "added:" in page.text
    assert "Approve and publish" in page.text
    preview = read(story.boss, f"/staff/approvals/{number}/preview")
    assert "Play, sing and talk." in preview.text
    assert "Play with your baby." in read(story.app.test_client(), f"/service/{story.key}").text


def test_approving_publishes_and_sends_back_to_the_queue(story: Story) -> None:
    number = story.change(summary="Play, sing and talk.")
    page = f"/staff/approvals/{number}"

    assert send(story.boss, page, f"{page}/decide", do="approve").status == 303

    assert story.update_state(number) is UpdateState.APPROVED
    assert "Play, sing and talk." in read(story.app.test_client(), f"/service/{story.key}").text
    assert send(story.boss, page, f"{page}/decide", do="approve").status == 409


def test_whoever_wrote_it_is_told_that_somebody_else_approves(story: Story) -> None:
    number = story.change(summary="Play, sing and talk.")
    page = f"/staff/approvals/{number}"
    mine = read(story.writer, page)
    assert "somebody else approves it" in mine.text
    assert "Approve and publish" not in mine.text
    assert send(story.writer, page, f"{page}/decide", do="approve").status == 404


def test_sending_back_needs_a_message(story: Story) -> None:
    number = story.change(summary="Play, sing and talk.")
    page = f"/staff/approvals/{number}"
    assert send(story.boss, page, f"{page}/decide", do="send_back", message="").status == 400
    assert send(story.boss, page, f"{page}/decide", do="send_back", message="Which room?").status == 303
    assert "Which room?" in read(story.writer, page).text


def test_two_who_changed_the_same_are_shown_and_nothing_is_overwritten(story: Story) -> None:
    number = story.change(summary="Ours.")
    story.overtake(summary="Theirs.")
    page = f"/staff/approvals/{number}"

    shown = read(story.boss, page)
    assert "Two people changed the same" in shown.text
    assert "Approve and publish" not in shown.text
    assert send(story.boss, page, f"{page}/decide", do="approve").status == 409
    assert send(story.boss, page, f"{page}/decide", do="settle").status == 409
    assert "Theirs." in read(story.app.test_client(), f"/service/{story.key}").text

    assert send(story.boss, page, f"{page}/decide", do="settle", **{"side-summary": "ours"}).status == 303
    assert send(story.boss, page, f"{page}/decide", do="approve").status == 303
    assert "Ours." in read(story.app.test_client(), f"/service/{story.key}").text


def test_what_changed_since_it_was_read_is_not_approved(story: Story) -> None:
    number = story.change(summary="Ours.")
    page = f"/staff/approvals/{number}"
    stale = send(story.boss, page, f"{page}/decide", do="approve", revision="0")
    assert stale.status == 409
    assert "changed since you opened this page" in stale.text
    assert story.update_state(number) is UpdateState.SUBMITTED


def test_staff_confirm_what_was_suggested_and_nothing_else(story: Story) -> None:
    number = story.change(suggested_needs=["money", "food"])
    page = f"/staff/approvals/{number}"
    form = {"confirm-needs": ["money", "housing"]}
    assert send(story.boss, page, f"{page}/decide", do="approve", **form).status == 303
    with story.app.app_context():
        update = db.session.get_one(ListingUpdate, number)
        assert update.content["needs"] == ["money"]


def test_an_earlier_version_is_shown_and_restored(story: Story) -> None:
    story.overtake(summary="Worse.")
    page = f"{story.address}/versions/1"
    assert "What is different now" in read(story.writer, page).text

    assert send(story.writer, page, f"{page}/restore").status == 303
    again = send(story.writer, page, f"{page}/restore")

    assert again.status == 409
    assert "changing this listing already" in again.text
    edit = read(story.writer, f"{story.address}/edit")
    assert "Play with your baby." in edit.text


def test_a_draft_never_leaves(story: Story) -> None:
    """Its marked words are on no public page and in no file, whatever one asks for."""
    marked = f"{ASKED} {MARKED}"
    story.change(name=marked, summary=marked, description=marked)
    with story.app.app_context():
        begin_writing(db.session)
        boss = life.as_actor(db.session.get_one(Person, story.boss_id))
        start = {"name": marked, "organization": life.HELPERS, "summary": marked}
        fresh = actions.begin_listing(db.session, boss, "Z06000001", start)
        key = db.session.get_one(Listing, fresh.listing_id).key
        db.session.commit()
    anybody = story.app.test_client()
    asked = [
        f"/service/{story.key}", f"/service/{key}", f"/results?place=ZA1+4QT&q={ASKED}",
        f"/suggest?q={ASKED[:5]}", f"/saved?item=service:{story.key}&item=service:{key}",
        f"/sheet?for=list&item=service:{story.key}&item=service:{key}", "/collections/start-for-life",
        f"/sheet/print?for=list&item=service:{story.key}&item=service:{key}&in=en",
        f"/service/{story.key}/wrong", "/area?place=ZA1+4QT", "/hub/quayside-family-hub",
        "/map/marks/local_authority/Z06000001.json", "/staff/approvals", story.address,
    ]  # fmt: skip
    for address in asked:
        html = anybody.get(address).get_data(as_text=True)
        assert MARKED not in html, address
    for file in Path(story.app.extensions["settings"].index_dir).rglob("*"):
        if file.is_file():
            assert MARKED.lower().encode() not in file.read_bytes().lower(), file


def test_pages_ask_few_questions(story: Story) -> None:
    number = story.change(summary="Play, sing and talk.")
    story.overtake(telephone="01632 960001")
    for address in (
        story.address,
        f"{story.address}/versions/1",
        "/staff/approvals",
        f"/staff/approvals/{number}",
    ):
        read(story.boss, address)
        asked = queries(story, address)
        assert len(asked) <= MOST_QUERIES + 12 * (address.count("/") > 2), (address, len(asked))


def queries(story: Story, address: str) -> list[str]:
    found: list[str] = []
    with story.app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert read(story.boss, address).status == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return found
