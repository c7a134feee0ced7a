"""To whom a message goes, when, and how often: to whoever can read on, at a safe time, not without end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.database import begin_writing
from hubfinder.people.values import Actor
from hubfinder.referrals.code_changing import code_by_staff
from hubfinder.referrals.holding import Holder
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_queries import notice_backlog
from hubfinder.referrals.notice_sending import send_notices
from hubfinder.referrals.notices import Wanted, tell_family
from hubfinder.referrals.reading import opened
from hubfinder.referrals.safe_contact import UnsafeChannel
from hubfinder.referrals.vocab import Channel, NoticeState
from hubfinder.vault.keys import new_keyring
from tests.support.notices import TOPICS, Desk, front_door, settings_for
from tests.support.processes import Served
from tests.support.requests import a_request

RING = new_keyring()
HETTIE = {"who": "professional", "pro_name": "Hettie Visitor", "pro_email": "hettie@example.org"}
TEXT = {"email": "", "telephone_text": "yes"}
EVENING = datetime(2026, 11, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def desk(session: Session, vault_session: Session, mail: Served, tmp_path: Path) -> Desk:
    """A front door with an address, and a mail server that behaves."""
    return front_door(vault_session, session, RING, mail, tmp_path)


@pytest.fixture
def post(session: Session, vault_session: Session, tmp_path: Path) -> Desk:
    """A front door of a demonstration, which writes every message into a file."""
    return Desk(vault_session, session, RING, settings_for(tmp_path))


def _ask(desk: Desk, **answers: Any) -> Referral:
    referral = a_request(desk.rooms.vault, RING, **answers)
    desk.rooms.vault.commit()
    return referral


def _to(mail: Served, address: str) -> list[dict[str, str]]:
    return [{**one["headers"], "text": one["text"]} for one in mail.taken if address in one["to"]]


@pytest.mark.parametrize("knows", ["yes", "no", "partly", ""])
def test_word_goes_to_whoever_asked_for_a_family_and_never_to_the_family(
    desk: Desk, mail: Served, knows: str
) -> None:
    """It has sent nothing and holds no code: somebody else may read what it is sent."""
    reference = _ask(desk, **HETTIE, family_knows=knows).reference
    desk.send()
    assert desk.rows(to="") == []
    assert _to(mail, "robin@example.org") == []
    [message] = _to(mail, "hettie@example.org")
    assert message["Subject"] == "A message for you"
    assert reference in message["text"].replace("-", "")
    assert "/follow " in message["text"]
    assert [word for word in (*TOPICS, "Hettie") if word.lower() in message["text"].lower()] == []
    [row] = desk.rows(to="sender")
    assert "@" not in str(vars(row)), "her address stands in the request alone"


def test_whoever_asks_for_a_family_without_an_email_address_looks_for_themselves(desk: Desk) -> None:
    _ask(desk, **HETTIE | {"pro_email": ""})
    desk.send()
    assert [row.wording for row in desk.rows()] == ["team_new"]


def test_a_family_that_was_given_a_code_of_its_own_is_told_and_nobody_else_any_more(
    desk: Desk, mail: Served
) -> None:
    row = _ask(desk, **HETTIE, family_knows="yes")
    vault = desk.rooms.vault
    begin_writing(vault)
    row = vault.get_one(Referral, row.id)
    code_by_staff(vault, RING, Actor("Jo Sample"), row, (Holder.FAMILY, "they asked for it"))
    vault.flush()
    assert tell_family(vault, row, opened(RING, row).told, Wanted("message", "m:1")) is Channel.EMAIL
    vault.commit()
    desk.send()
    assert len(_to(mail, "robin@example.org")) == 1
    assert desk.state("received")[0] == "unsafe", "what waited for her code is of no use to her now"
    assert _to(mail, "hettie@example.org") == []


def test_nobody_can_write_to_a_family_that_has_no_code(desk: Desk) -> None:
    row = _ask(desk, **HETTIE, family_knows="yes")
    vault = desk.rooms.vault
    begin_writing(vault)
    row = vault.get_one(Referral, row.id)
    with pytest.raises(UnsafeChannel):
        tell_family(vault, row, opened(RING, row).told, Wanted("ask", "a:1"), Channel.EMAIL)


def test_a_text_message_waits_for_a_time_that_is_safe(post: Desk) -> None:
    _ask(post, **TEXT, telephone_when=["evening"])
    rooms = post.rooms
    night, afternoon = EVENING.replace(hour=3), EVENING.replace(hour=16)
    for moment in (night, afternoon):
        send_notices(rooms, clock=lambda: moment)  # noqa: B023 - it is called at once
        [row] = post.rows(wording="received")
        assert (row.state.value, row.tries, as_utc(row.not_before or night)) == ("queued", 0, EVENING)
    assert send_notices(rooms, clock=lambda: EVENING).sent == 1
    assert post.state("received")[0] == "sent"


def test_what_waits_for_a_safe_time_is_no_backlog(post: Desk) -> None:
    _ask(post, **TEXT, telephone_when=["evening"])
    send_notices(post.rooms, clock=lambda: EVENING.replace(hour=3))
    hour_later = EVENING.replace(hour=4)
    begin_writing(post.rooms.vault)
    post.rooms.vault.execute(delete(Notice).where(Notice.to != ""))
    post.rooms.vault.execute(update(Notice).values(made_at=EVENING.replace(hour=3)))
    post.rooms.vault.commit()
    assert not notice_backlog(post.rooms.vault, moment=hour_later).late
    post.rooms.vault.rollback()
    assert notice_backlog(post.rooms.vault, moment=EVENING + timedelta(hours=1)).late == 1


def test_a_time_that_was_changed_meanwhile_counts(post: Desk) -> None:
    row = _ask(post, **TEXT, telephone_when=["evening"])
    send_notices(post.rooms, clock=lambda: EVENING.replace(hour=3))
    post.say(row, telephone_when=["morning"])
    send_notices(post.rooms, clock=lambda: EVENING)
    [notice] = post.rows(wording="received")
    assert as_utc(notice.not_before or EVENING) == EVENING.replace(day=5, hour=9)


def test_without_any_safe_time_it_is_not_sent_and_staff_see_it(post: Desk) -> None:
    _ask(post, **TEXT, telephone_when=["whenever"])
    post.send()
    assert post.state("received") == ("unsafe", 1, "there is no time at which it is safe")


def test_nobody_has_one_number_written_to_as_often_as_they_like(post: Desk) -> None:
    for number in ("01632 960123", "+44 1632 960123", "01632960123", "01632 960 123", "01632 960123"):
        _ask(post, **TEXT, telephone=number)
    _ask(post, **TEXT, telephone="01632 960124")
    post.send()
    states = [row.state.value for row in post.rows(wording="received")]
    assert states == ["sent", "sent", "sent", "too_many", "too_many", "sent"]
    _ask(post, **TEXT)
    post.send(hours=25)
    assert post.rows(wording="received")[-1].state is NoticeState.SENT, "the next day"


def test_whoever_asks_at_work_for_many_families_is_told_of_more(post: Desk) -> None:
    for _ in range(11):
        _ask(post, **HETTIE)
    post.send()
    states = [row.state.value for row in post.rows(wording="received")]
    assert states == ["sent"] * 10 + ["too_many"]


def test_what_a_person_writes_is_not_counted(post: Desk) -> None:
    row = _ask(post, **TEXT)
    vault = post.rooms.vault
    begin_writing(vault)
    row = vault.get_one(Referral, row.id)
    for number in range(5):
        tell_family(vault, row, opened(RING, row).told, Wanted("message", f"m:{number}"))
    vault.commit()
    post.send()
    assert {row.state.value for row in post.rows(wording="message")} == {"sent"}
