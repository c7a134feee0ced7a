"""Messages about requests: neutral words, by safe ways only, sent once, whatever the servers do."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.post.actions import address_bounced
from hubfinder.post.rounds import HELD, WAITS, Bounds, Desk as Table, take
from hubfinder.referrals import notice_words, staff_notice_words
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_sending import STATES, Claimed, Rooms, _taken, send_notices
from hubfinder.referrals.notices import Wanted, tell_service, tell_team
from hubfinder.referrals.routing import Route
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import new_keyring
from tests.support.mail_process import mail_process
from tests.support.notices import NEUTRAL, TOPICS, Desk, front_door, settings_for
from tests.support.people import HARBOURMOUTH, council, person
from tests.support.processes import Served
from tests.support.requests import a_request

RING = new_keyring()
HUB = "quayside-family-hub"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(session: Session, vault_session: Session, mail: Served, tmp_path: Path) -> Desk:
    """A front door with one member of staff, and a mail server that behaves."""
    return front_door(vault_session, session, RING, mail, tmp_path)


def _ask(desk: Desk, **answers: Any) -> Referral:
    referral = a_request(desk.rooms.vault, RING, route=Route(HARBOURMOUTH, HUB), **answers)
    desk.rooms.vault.commit()
    return referral


def _to(mail: Served, address: str) -> list[dict[str, str]]:
    return [{**one["headers"], "text": one["text"]} for one in mail.taken if address in one["to"]]


def test_a_family_is_told_in_words_that_give_nothing_away(desk: Desk, mail: Served) -> None:
    reference = _ask(desk).reference
    assert desk.send().sent == 2
    [message] = _to(mail, "robin@example.org")
    whole = message["text"] + message["Subject"] + message["From"]
    assert message["Subject"] == "A message for you"
    assert re.sub("-", "", message["text"]).count(reference) == 1
    assert message["From"] == NEUTRAL, "they did not say that we may say who we are"
    assert message["Message-ID"].endswith("@messages.example.org>"), "its domain says it too"
    named = (*TOPICS, "Council", "http", "01632", "ring", "help@")
    assert [word for word in named if word.lower() in whole.replace(NEUTRAL, "").lower()] == []
    [row] = desk.rows(to="")
    assert row.message_id in message["Message-ID"]
    assert "@" not in str(vars(row))


def test_who_may_be_said_is_said_in_the_language_of_the_family(desk: Desk, mail: Served) -> None:
    _ask(desk, email_say_who="yes", language="pl")
    desk.send()
    [message] = _to(mail, "robin@example.org")
    assert message["From"] == "Family help <help@example.org>"
    assert "http://127.0.0.1:8000/pl/follow " in message["text"]
    assert "?" not in message["text"], "no reference in an address"
    assert "Harbourmouth Council" in message["text"]


def test_what_is_not_safe_any_more_is_not_sent(desk: Desk, mail: Served) -> None:
    for more in ({"email_write": "no"}, {"email_write": ""}, {"contact_ok": "no"}):
        desk.say(_ask(desk), **more)
    done = desk.send()
    assert done.withheld == 3
    assert _to(mail, "robin@example.org") == []
    assert {row.state.value for row in desk.rows(to="")} == {"unsafe"}


def test_without_a_sender_that_names_nobody_no_email_goes_that_must_not(
    session: Session, vault_session: Session, mail: Served, tmp_path: Path
) -> None:
    mail.behave()
    (mail.folder / "taken.jsonl").unlink(missing_ok=True)
    desk = Desk(vault_session, session, RING, settings_for(tmp_path, mail, smtp_neutral_from=""))
    _ask(desk)
    _ask(desk, email="sam@example.org", email_say_who="yes")
    desk.send()
    assert sorted(row.state.value for row in desk.rows(to="")) == ["dead", "sent"]
    assert _to(mail, "robin@example.org") == []
    [named] = _to(mail, "sam@example.org")
    assert "01632 960100" in named["text"]


def test_a_new_address_is_where_it_goes(desk: Desk, mail: Served) -> None:
    desk.say(_ask(desk), email="new@example.org")
    desk.send()
    assert len(_to(mail, "new@example.org")) == 1
    assert _to(mail, "robin@example.org") == []


def test_a_team_is_whoever_works_there_when_it_is_sent(desk: Desk, mail: Served) -> None:
    referral = _ask(desk)
    session = desk.rooms.directory
    begin_writing(session)
    here = [person(session, Role.HUB_STAFF, hub_key=HUB).email for _ in range(2)]
    gone = person(session, Role.HUB_STAFF, hub_key=HUB)
    gone.active = False
    person(session, Role.HUB_STAFF, hub_key="another-hub")
    session.commit()
    desk.send()
    [message] = [one for one in mail.taken if one["to"] != ["robin@example.org"]]
    assert sorted(message["to"]) == sorted(here)
    assert message["headers"]["Subject"] == "A request needs you"
    assert f"/staff/requests/{referral.reference}" in message["text"]
    assert [word for word in TOPICS if word.lower() in message["text"].lower()] == []


def test_without_staff_the_council_hears_of_it_and_without_anybody_it_waits(desk: Desk, mail: Served) -> None:
    session = desk.rooms.directory
    _ask(desk, contact_ok="no")
    begin_writing(session)
    council(session).email = ""
    session.commit()
    assert desk.send().put_off == 1
    assert desk.state("team_new") == ("queued", 1, "nobody of them has an address for email")
    begin_writing(session)
    council(session).email = "council@example.org"
    session.commit()
    assert desk.send(minutes=2).sent == 1
    assert mail.taken[0]["to"] == ["council@example.org"]


def test_a_service_learns_no_reference(desk: Desk, mail: Served) -> None:
    referral = _ask(desk, contact_ok="no")
    session = desk.rooms.directory
    begin_writing(session)
    provider = person(session, Role.PROVIDER, organization_key="wend-sleep").email
    session.commit()
    begin_writing(desk.rooms.vault)
    row = desk.rooms.vault.get_one(Referral, referral.id)
    tell_service(desk.rooms.vault, row, "wend-sleep", Wanted("service_new", "passed:1"))
    desk.rooms.vault.commit()
    reference = referral.reference
    desk.send()
    [message] = _to(mail, provider)
    assert reference not in message["text"].replace("-", "")
    assert "/staff/inbox" in message["text"]
    assert [word for word in TOPICS if word.lower() in message["text"].lower()] == []


def test_an_address_that_email_comes_back_from_gets_no_more(desk: Desk, mail: Served) -> None:
    _ask(desk, contact_ok="no")
    session = desk.rooms.directory
    begin_writing(session)
    address_bounced(session, "council@example.org", "5.1.1")
    session.commit()
    assert desk.send().put_off == 1
    assert mail.taken == []


def test_the_mail_server_is_down_for_a_day_and_nothing_is_lost(
    session: Session, vault_session: Session, tmp_path: Path
) -> None:
    mail = mail_process(tmp_path / "mail")
    desk = Desk(vault_session, session, RING, settings_for(tmp_path, mail))
    begin_writing(session)
    council(session)
    session.commit()
    for number in range(5):
        _ask(desk, email=f"robin-{number}@example.org")
    for hour in range(24):
        done = desk.send(hours=hour)
        assert (done.tried, bool(done.trouble)) == (0, True)
    assert {row.tries for row in desk.rows()} == {0}
    with mail.running():
        assert desk.send(hours=24).sent == 10
    assert len(mail.taken) == 10


def test_two_hundred_that_cannot_be_delivered_keep_nobody_waiting(desk: Desk, mail: Served) -> None:
    vault = desk.rooms.vault
    row = _ask(desk, contact_ok="no")
    begin_writing(vault)
    row = vault.get_one(Referral, row.id)
    vault.execute(delete(Notice))
    for number in range(200):
        tell_team(vault, row, Wanted("team_new", f"full:{number}"), f"full-{number}@example.org")
    vault.commit()
    full = {f"full-{number}@example.org": "452 4.2.2 mailbox full" for number in range(200)}
    mail.behave(answers=full)
    begins = time.monotonic()
    assert desk.send(Bounds(most=150)).put_off == 150
    _ask(desk)
    while not _to(mail, "robin@example.org"):
        assert desk.send(seconds=time.monotonic() - begins).tried <= 200
        assert time.monotonic() - begins < 60
    mail.behave()
    desk.send(minutes=5)
    assert {row.state.value for row in desk.rows()} == {"sent"}


def test_the_connection_breaks_off_and_it_comes_twice_under_one_id(desk: Desk, mail: Served) -> None:
    """At least once: the server had it and could not say so. The second has the same id."""
    _ask(desk)
    mail.behave(drops_after=True)
    assert desk.send().put_off == 2
    mail.behave()
    assert desk.send(minutes=2).sent == 2
    first, second = _to(mail, "robin@example.org")
    assert first["Message-ID"] == second["Message-ID"]
    assert desk.send(hours=30).tried == 0


def _claim(rooms: Rooms) -> Claimed | None:
    table = Table(Notice, STATES, _taken, lambda _one: None)
    return take(rooms.vault, table, utc_now())


def test_whoever_dies_between_claiming_and_sending_keeps_nothing(desk: Desk, mail: Served) -> None:
    _ask(desk, contact_ok="no")
    assert _claim(desk.rooms) is not None
    assert desk.send(seconds=HELD.total_seconds() / 2).tried == 0
    assert desk.send(seconds=HELD.total_seconds() + 1).sent == 1
    assert len(mail.taken) == 1


def test_one_that_breaks_whoever_sends_it_is_given_up(desk: Desk, mail: Served) -> None:
    _ask(desk, contact_ok="no")
    begin_writing(desk.rooms.vault)
    desk.rooms.vault.execute(update(Notice).values(tries=len(WAITS) + 1, next_try_at=utc_now()))
    desk.rooms.vault.commit()
    assert desk.send(minutes=1).tried == 0
    assert desk.state("team_new") == ("dead", 8, "whoever sent it was broken off each time")
    assert mail.taken == []


def test_a_round_is_bounded_and_stops_when_it_is_told_to(desk: Desk) -> None:
    for _ in range(3):
        _ask(desk)
    assert desk.send(Bounds(most=2)).tried == 2
    assert desk.send(Bounds(is_stopped=lambda: True)).tried == 0
    assert desk.send(Bounds(seconds=0.0)).tried == 0
    assert desk.send().sent == 4


def test_two_workers_at_once_send_nothing_twice(desk: Desk, mail: Served) -> None:
    for number in range(8):
        _ask(desk, email=f"robin-{number}@example.org")
    rooms = desk.rooms

    def work() -> int:
        with Session(rooms.vault.get_bind()) as vault, Session(rooms.directory.get_bind()) as directory:
            return send_notices(Rooms(vault, directory, RING, rooms.settings)).sent

    rooms.directory.rollback()
    with ThreadPoolExecutor(3) as workers:
        sent = [one.result() for one in [workers.submit(work) for _ in range(3)]]
    assert sum(sent) == len(mail.taken) == 16


@pytest.mark.parametrize("days", [-1, 40])
def test_a_clock_that_jumps_sends_everything_once(desk: Desk, mail: Served, days: int) -> None:
    mail.behave(answer="451 later")
    _ask(desk)
    desk.send(days=days)
    mail.behave()
    desk.send(minutes=2)
    desk.send(days=days, minutes=2)
    desk.send(minutes=4)
    assert len(mail.taken) == 2


def test_a_demonstration_writes_files_without_the_address(
    session: Session, vault_session: Session, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path)
    desk = Desk(vault_session, session, RING, settings)
    _ask(desk)
    _ask(desk, email="", telephone_text="yes")
    assert desk.send().sent == 2
    texts = [file.read_text("utf-8") for file in sorted(settings.post_dir.glob("notice-*.eml"))]
    assert re.findall(r"To: \"?([\w ]+)", "\n".join(texts)) == ["The family by email", "The family by text"]
    assert [word for text in texts for word in ("robin@", "960123", "Robin", "sleep") if word in text] == []


def test_a_way_that_is_not_set_up_is_told_to_staff_and_not_forgotten(desk: Desk) -> None:
    _ask(desk, email="")
    assert desk.send().dead == 1
    assert desk.state("received") == ("dead", 1, "this installation has no way to send a text")


def test_a_request_that_does_not_open_is_tried_again(desk: Desk) -> None:
    _ask(desk)
    others = Desk(desk.rooms.vault, desk.rooms.directory, new_keyring(), desk.rooms.settings)
    assert others.send().put_off == 1
    assert desk.state("received") == ("queued", 1, "the request cannot be opened")
    assert desk.send(minutes=2).sent == 1


def test_every_wording_that_is_queued_has_words() -> None:
    """A new one without words would only say that something happened."""
    sources = "\n".join(file.read_text("utf-8") for file in (ROOT / "hubfinder" / "referrals").glob("*.py"))
    queued = set(re.findall(r'[wW]anted\(\s*"([a-z_]+)"', sources))
    assert queued - notice_words.WORDINGS - staff_notice_words.WORDINGS == set()
    assert len(queued) > 10
