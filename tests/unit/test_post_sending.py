"""Email: written down with what it is about, sent once, whatever the mail server does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.post.actions import address_bounced, address_put_right, forget_old, queue, retry
from hubfinder.post.models import BouncedAddress, OutgoingEmail
from hubfinder.post.outlets import MailServer, outlet_of
from hubfinder.post.sending import HELD, WAITS, Bounds, claim, send_due
from hubfinder.post.values import Email, EmailRefused, Priority
from hubfinder.settings import MailSecurity, Settings
from hubfinder.staff_vocab import PostState
from tests.support.mail_server import Behaviour, free_port, mail_server, settings_of

GOOD: dict[str, Any] = {
    "to": "anna@example.org",
    "subject": "A listing",
    "body": "Is it still right?",
    "purpose": "reminder",
}


def _queue(session: Session, to: str = "anna@example.org", **facts: object) -> bool:
    begin_writing(session)
    added = queue(session, Email(**GOOD | facts | {"to": to}))
    session.commit()
    return added


def _all(session: Session) -> list[OutgoingEmail]:
    session.expire_all()
    return list(session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id)))


def test_an_email_arrives_once_and_its_text_is_forgotten(session: Session, tmp_path: Path) -> None:
    server = Behaviour()
    _queue(session, subject="Żłobek – still right?", body="Zażółć\n" + "long " * 400)
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        assert send_due(session, outlet).sent == 1
        assert send_due(session, outlet).sent == 0
    [message] = server.taken
    assert message["Subject"] == "Żłobek – still right?"
    assert message.get_content().startswith("Zażółć")
    assert message["From"] == "Family help <help@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    [row] = _all(session)
    assert (row.state, row.body, row.error) == (PostState.SENT, "", "")


def test_an_email_is_not_there_when_what_it_is_about_is_not(session: Session) -> None:
    begin_writing(session)
    queue(session, Email("anna@example.org", "A listing", "Text", "reminder"))
    session.rollback()
    assert _all(session) == []


def test_once_is_once(session: Session) -> None:
    assert _queue(session, once="reminder:1")
    assert not _queue(session, once="reminder:1", to="other@example.org")
    assert _queue(session)
    assert _queue(session), "those without may come as often as they like"
    assert len(_all(session)) == 3


@pytest.mark.parametrize(
    "facts",
    [
        {"to": "anna@example.org\nBcc: all@example.org"},
        {"to": "anna@example.org, bob@example.org"},
        {"to": "Anna <anna@example.org>"},
        {"to": "nowhere"},
        {"to": ""},
        {"subject": "Hello\r\nBcc: all@example.org"},
        {"subject": "Hello\u2028there\u0085"},
        {"subject": " "},
        {"subject": "x" * 201},
        {"body": " \n"},
    ],
)
def test_what_cannot_be_an_email_is_refused(facts: dict[str, str]) -> None:
    with pytest.raises(EmailRefused) as refused:
        Email(**GOOD | facts)
    assert "anna" not in str(refused.value)


def test_a_server_that_is_down_costs_no_email_a_try(session: Session, tmp_path: Path) -> None:
    """Down for a day: all is sent within one round of its being back."""
    port = free_port()
    settings = settings_of(port, tmp_path)
    for number in range(5):
        _queue(session, f"p{number}@example.org")
    for hour in range(24):
        done = send_due(session, MailServer(settings), clock=_at(hours=hour))
        assert (done.sent, done.tried) == (0, 0)
        assert "cannot be reached" in done.trouble
    assert {row.tries for row in _all(session)} == {0}
    server = Behaviour()
    with mail_server(server, port):
        assert send_due(session, MailServer(settings), clock=_at(hours=24)).sent == 5
    assert sorted(server.recipients) == [f"p{number}@example.org" for number in range(5)]


def test_a_refusal_for_now_is_tried_again_after_growing_waits_and_then_given_up(
    session: Session, tmp_path: Path
) -> None:
    server = Behaviour(to_address={"anna@example.org": "451 4.7.1 <anna@example.org> come back later"})
    _queue(session)
    passed = timedelta()
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        for wait in WAITS:
            assert send_due(session, outlet, clock=_at(passed)).put_off == 1
            assert send_due(session, outlet, clock=_at(passed + wait / 2)).tried == 0
            passed += wait + timedelta(seconds=1)
        assert send_due(session, outlet, clock=_at(passed)).dead == 1
    [row] = _all(session)
    assert row.state is PostState.DEAD
    assert row.error == "451 4.7.1 … come back later"
    assert passed > timedelta(days=1)


def test_a_copy_after_a_lost_answer_has_the_same_id(session: Session, tmp_path: Path) -> None:
    """The server took it and the connection broke before it said so: nobody can know. The id tells."""
    server = Behaviour(drops_after={"anna@example.org"})
    _queue(session)
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        assert send_due(session, outlet).put_off == 1
        server.drops_after.clear()
        assert send_due(session, outlet, clock=_at(minutes=2)).sent == 1
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_connection_that_is_cut_holds_up_only_that_email(session: Session, tmp_path: Path) -> None:
    server = Behaviour(drops={"poison@example.org"})
    for to in ("poison@example.org", "anna@example.org", "bob@example.org"):
        _queue(session, to)
    with mail_server(server) as port:
        done = send_due(session, MailServer(settings_of(port, tmp_path)))
    assert (done.sent, done.put_off, done.trouble) == (2, 1, "")
    assert server.recipients == ["anna@example.org", "bob@example.org"]


def test_a_server_that_cuts_every_connection_ends_the_round(session: Session, tmp_path: Path) -> None:
    addresses = [f"p{number}@example.org" for number in range(9)]
    for to in addresses:
        _queue(session, to)
    with mail_server(Behaviour(drops=set(addresses))) as port:
        done = send_due(session, MailServer(settings_of(port, tmp_path)))
    assert (done.tried, done.trouble) == (3, "the connection broke off while it was being sent")


@pytest.mark.parametrize("answer", ["550 5.7.1 no", "554 never"])
def test_a_refusal_for_good_is_given_up_at_once(session: Session, tmp_path: Path, answer: str) -> None:
    _queue(session)
    with mail_server(Behaviour(to_text=answer)) as port:
        assert send_due(session, MailServer(settings_of(port, tmp_path))).dead == 1
    assert not session.scalars(select(BouncedAddress)).all(), "the address may be right"


def test_an_address_the_server_does_not_know_gets_nothing_more_until_put_right(
    session: Session, tmp_path: Path
) -> None:
    server = Behaviour(to_address={"gone@example.org": "550 5.1.1 no such user"})
    _queue(session, "Gone@Example.org")
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        assert send_due(session, outlet).bounced == ["gone@example.org"]
        server.to_address.clear()
        _queue(session, "gone@example.org")
        assert send_due(session, outlet).tried == 0
        second = _all(session)[1].id
        session.rollback()
        begin_writing(session)
        address_put_right(session, "gone@example.org")
        assert retry(session, second)
        session.commit()
        assert send_due(session, outlet).sent == 1


def test_what_waits_for_an_address_that_bounces_does_not_go(session: Session) -> None:
    _queue(session)
    begin_writing(session)
    assert address_bounced(session, "anna@example.org", "came back")
    assert not address_bounced(session, "ANNA@example.org")
    session.commit()
    assert [row.state for row in _all(session)] == [PostState.BOUNCED]


@pytest.mark.parametrize("answer", ["550 5.7.1 we do not know you", "421 too many"])
def test_a_server_that_will_have_nothing_from_us_counts_against_no_email(
    session: Session, tmp_path: Path, answer: str
) -> None:
    _queue(session)
    with mail_server(Behaviour(to_sender=answer)) as port:
        done = send_due(session, MailServer(settings_of(port, tmp_path)))
    assert done.trouble == answer
    assert [(row.state, row.tries) for row in _all(session)] == [(PostState.QUEUED, 0)]


def test_two_hundred_that_cannot_be_delivered_do_not_hold_up_a_later_one(
    session: Session, tmp_path: Path
) -> None:
    full = [f"full-{number}@example.org" for number in range(200)]
    server = Behaviour(to_address=dict.fromkeys(full, "452 4.2.2 mailbox full"))
    begin_writing(session)
    for to in full:
        queue(session, Email(to, "A listing", "Text", "reminder", priority=Priority.SOON))
    session.commit()
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        send_due(session, outlet, Bounds(most=100))
        _queue(session, "family@example.org", priority=Priority.SOON)
        _queue(session, "later@example.org", priority=Priority.LATER)
        done = send_due(session, outlet, Bounds(most=102), clock=_at(minutes=1, seconds=5))
    assert (done.sent, done.put_off) == (2, 100)
    assert server.recipients == ["family@example.org", "later@example.org"]


def test_the_urgent_goes_first(session: Session, tmp_path: Path) -> None:
    server = Behaviour()
    for to, priority in (("c", Priority.LATER), ("b", Priority.USUAL), ("a", Priority.SOON)):
        _queue(session, f"{to}@example.org", priority=priority)
    with mail_server(server) as port:
        send_due(session, MailServer(settings_of(port, tmp_path)), Bounds(most=2))
    assert server.recipients == ["a@example.org", "b@example.org"]


def test_a_worker_that_died_holding_an_email_does_not_keep_it(session: Session, tmp_path: Path) -> None:
    """Killed between claiming and sending: another worker sends it once its time is over, and not before."""
    _queue(session)
    assert claim(session, now().astimezone(UTC)) is not None
    server = Behaviour()
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        assert send_due(session, outlet, clock=_at(HELD / 2)).tried == 0
        assert send_due(session, outlet, clock=_at(HELD + timedelta(seconds=1))).sent == 1
    assert len(server.taken) == 1


@pytest.mark.parametrize("hours", [-1, -24 * 40, 24 * 40])
def test_a_clock_that_jumps_sends_everything_once(session: Session, tmp_path: Path, hours: int) -> None:
    """The rest goes at the next round, however far the clock went and came back."""
    server = Behaviour(to_address={"anna@example.org": "451 later"})
    _queue(session)
    _queue(session, "bob@example.org")
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path))
        send_due(session, outlet, clock=_at(hours=hours))
        server.to_address.clear()
        send_due(session, outlet, clock=_at(minutes=2))
        send_due(session, outlet, clock=_at(hours=hours, minutes=2))
        send_due(session, outlet, clock=_at(minutes=4))
    assert sorted(server.recipients) == ["anna@example.org", "bob@example.org"]


def test_without_encryption_nothing_is_sent(session: Session, tmp_path: Path) -> None:
    server = Behaviour()
    _queue(session)
    with mail_server(server) as port:
        outlet = MailServer(settings_of(port, tmp_path, smtp_security=MailSecurity.STARTTLS))
        done = send_due(session, outlet)
    assert done.trouble
    assert server.taken == []
    assert [row.tries for row in _all(session)] == [0]


def test_a_demonstration_writes_files_that_one_can_look_at(session: Session, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    _queue(session)
    assert send_due(session, outlet_of(settings)).sent == 1
    [file] = settings.post_dir.glob("*.eml")
    assert "Is it still right?" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_costs_no_email_a_try(session: Session, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.post_dir.mkdir()
    _queue(session)
    (settings.post_dir / f".{_all(session)[0].id:06}.new").mkdir()
    assert send_due(session, outlet_of(settings)).trouble
    assert [row.tries for row in _all(session)] == [0]


def test_only_what_was_given_up_and_has_its_text_can_be_tried_again(session: Session) -> None:
    _queue(session)
    number = _all(session)[0].id
    session.rollback()
    begin_writing(session)
    assert not retry(session, number)
    session.execute(update(OutgoingEmail).values(state=PostState.DEAD))
    assert forget_old(session, timedelta(days=14)) == 0
    assert forget_old(session, timedelta(days=14), now() + timedelta(days=15)) == 1
    assert not retry(session, number)


def _at(after: timedelta = timedelta(), **more: float) -> "_Clock":
    return _Clock(now() + after + timedelta(**more))


class _Clock:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def test_two_workers_at_once_never_send_one_twice(session: Session, tmp_path: Path) -> None:
    server = Behaviour()
    for number in range(40):
        _queue(session, f"p{number}@example.org")
    session.rollback()
    with mail_server(server) as port:
        settings = settings_of(port, tmp_path)

        def work() -> int:
            with Session(session.get_bind()) as own:
                return send_due(own, MailServer(settings)).sent

        with ThreadPoolExecutor(3) as workers:
            sent = [one.result() for one in [workers.submit(work) for _ in range(3)]]
    assert sum(sent) == len(server.taken) == len(set(server.recipients)) == 40
