"""GOV.UK Notify: what it is sent, and what becomes of what it does not take."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.holding import THE_FAMILY
from hubfinder.referrals.models import Referral
from hubfinder.referrals.notices import Wanted, tell_family
from hubfinder.referrals.notify import Notify
from hubfinder.referrals.reachable import unreachable
from hubfinder.referrals.reading import opened
from hubfinder.referrals.vocab import Channel, EventKind
from hubfinder.settings import Settings
from hubfinder.vault.keys import new_keyring
from tests.support.mail_process import mail_process
from tests.support.notices import TOPICS, Desk, settings_for
from tests.support.notify_process import KEY, SECRET, TEMPLATES, forget, notify_process, settings_of, times
from tests.support.people import HARBOURMOUTH, council
from tests.support.processes import Served
from tests.support.requests import a_request

RING = new_keyring()
TEXT = {"email": "", "telephone_text": "yes"}
LETTER = {
    "email": "",
    "telephone_text": "no",
    "letter_address": "12 Sea Road\nHarbourmouth",
    "letter_postcode": "ZA1 4QT",
    "letter_write": "yes",
}


@pytest.fixture(scope="module")
def notify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Notify's stand-in, in a process of its own."""
    served = notify_process(tmp_path_factory.mktemp("notify"))
    with served.running():
        yield served


@pytest.fixture
def desk(session: Session, vault_session: Session, notify: Served, tmp_path: Path) -> Desk:
    forget(notify)
    begin_writing(session)
    council(session, name="Harbourmouth Council", email="")
    session.commit()
    more: dict[str, Any] = dict(settings_of(notify, "email", "sms", "letter"))
    return Desk(vault_session, session, RING, settings_for(tmp_path, **more))


def _ask(desk: Desk, **answers: Any) -> Referral:
    referral = a_request(desk.rooms.vault, RING, **answers)
    desk.rooms.vault.commit()
    return referral


def _said(notify: Served) -> dict[str, Any]:
    [one] = notify.taken
    return one


@pytest.mark.parametrize(
    ("answers", "kind", "address"),
    [({}, "email", "robin@example.org"), (TEXT, "sms", "01632 960123"), (LETTER, "letter", "")],
)
def test_each_way_with_its_template_and_nothing_that_gives_anything_away(
    desk: Desk, notify: Served, answers: dict[str, str], kind: str, address: str
) -> None:
    reference = _ask(desk, **answers).reference
    desk.send()
    one = _said(notify)
    [row] = desk.rows(to="")
    assert row.state.value == "sent"
    assert (one["kind"], one["address"], one["template_id"]) == (kind, address, TEMPLATES[kind])
    assert one["reference"] == row.message_id, "ours, by which Notify can be asked again"
    told = " ".join(one["personalisation"].values())
    assert reference in told.replace("-", "")
    assert [word for word in (*TOPICS, "Council", "http") if word.lower() in told.lower()] == []


def test_a_letter_goes_to_all_lines_of_the_address(desk: Desk, notify: Served) -> None:
    _ask(desk, **LETTER)
    desk.send()
    said = _said(notify)["personalisation"]
    lines = [said[f"address_line_{number}"] for number in (1, 2, 3)]
    assert lines == ["12 Sea Road", "Harbourmouth", "ZA1 4QT"]


def test_what_notify_will_never_take_is_for_staff_to_see(desk: Desk, notify: Served) -> None:
    _ask(desk, **LETTER | {"letter_address": "12 Sea Road"})
    desk.send()
    assert desk.state("received") == ("dead", 1, "400 Address must be at least 3 lines")
    assert notify.taken == []


def test_nothing_that_notify_says_of_an_address_is_kept_or_logged(
    desk: Desk, notify: Served, caplog: pytest.LogCaptureFixture
) -> None:
    notify.behave(answer=[400, "01632 960123 and robin@example.org are not on your list"])
    _ask(desk, **TEXT)
    desk.send()
    state, _, error = desk.state("received")
    assert (state, "960123" in error, "robin" in error) == ("dead", False, False)
    assert [word for word in ("960123", "robin") if word in caplog.text] == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_told_to_those_who_can_mend_it_and_tried_now_and_then(
    desk: Desk, notify: Served, status: int
) -> None:
    """A key that was changed, or a clock that is wrong: it does not pass by itself."""
    notify.behave(answer=[status, "Invalid token"])
    _ask(desk)
    for minutes in range(0, 30, 5):
        assert desk.send(minutes=minutes).trouble == f"{status} Invalid token"
    assert desk.state("received")[:2] == ("queued", 0), "it counts against no message"
    assert times(notify, "sent") == 2, "at once, and a quarter of an hour later"
    [told] = desk.rows(wording="notify_refused")
    assert told.to == f"administrators:{HARBOURMOUTH}", "once a day, not at every round"
    notify.behave()
    desk.send(minutes=46)
    assert desk.state("received")[0] == "sent"
    assert desk.send(minutes=50).trouble == ""


def test_another_key_is_tried_at_once(desk: Desk, notify: Served, tmp_path: Path) -> None:
    facts: dict[str, Any] = settings_of(notify, "sms", "email", "letter") | {
        "notify_api_key": "x-" + "-".join([TEMPLATES["sms"]] * 2)
    }
    rooms = desk.rooms
    others = Desk(rooms.vault, rooms.directory, RING, settings_for(tmp_path, **facts))
    _ask(desk)
    assert others.send().trouble.startswith("403 ")
    assert desk.send(seconds=1).trouble == ""
    assert desk.state("received")[0] == "sent"


@pytest.mark.parametrize(
    ("said", "minutes"), [("Exceeded rate limit", 1), ("Exceeded send limits for today", 60)]
)
def test_what_is_too_much_for_notify_waits_and_no_longer_than_it_has_to(
    desk: Desk, notify: Served, said: str, minutes: int
) -> None:
    notify.behave(answer=[429, said])
    _ask(desk)
    assert desk.send().trouble == f"429 {said}"
    notify.behave()
    assert desk.send(minutes=minutes - 0.5).trouble == f"429 {said}"
    assert (times(notify, "sent"), desk.rows(wording="notify_refused")) == (1, [])
    desk.send(minutes=minutes + 0.1)
    assert desk.state("received")[0] == "sent"


def test_a_pause_that_was_written_when_the_clock_was_wrong_does_not_last(desk: Desk, notify: Served) -> None:
    notify.behave(answer=[403, "Your system clock must be accurate"])
    _ask(desk)
    desk.send(days=40)
    notify.behave()
    assert desk.send(minutes=1).trouble == ""
    assert desk.state("received")[0] == "sent"


def test_what_arrived_is_asked_for_until_it_is_known(desk: Desk, notify: Served) -> None:
    _ask(desk)
    desk.send()
    for minutes, status in ((5, ""), (11, "sending"), (22, "delivered"), (90, "delivered")):
        desk.send(minutes=minutes)
        [row] = desk.rows(to="")
        assert (row.state.value, row.receipt) == ("sent", status)
        notify.behave(status="delivered" if minutes == 11 else "sending")
    assert times(notify, "looked") == 2, "neither before ten minutes nor once it is known"


def test_a_number_that_is_none_is_not_used_again_until_it_is_put_right(desk: Desk, notify: Served) -> None:
    row = _ask(desk, telephone_text="yes", email="", letter_address="")
    desk.send()
    notify.behave(status="permanent-failure")
    desk.send(minutes=11)
    assert desk.state("received") == ("dead", 1, "it did not arrive: permanent-failure")
    assert [one.to for one in desk.rows(wording="team_not_delivered")] == [f"team:{HARBOURMOUTH}:"]
    vault = desk.rooms.vault
    assert unreachable(vault, row.id) == {Channel.TEXT}
    vault.rollback()
    begin_writing(vault)
    there = vault.get_one(Referral, row.id)
    one = opened(RING, there)
    assert tell_family(vault, there, one.told, Wanted("message", "m:1")) is None
    note_event(vault, there, one.box, THE_FAMILY, Said(EventKind.CORRECTED, "", {"fields": ["telephone"]}))
    assert tell_family(vault, there, one.told, Wanted("message", "m:2")) is Channel.TEXT
    vault.rollback()


@pytest.mark.parametrize("status", ["temporary-failure", "technical-failure"])
def test_what_may_arrive_another_time_is_for_staff_to_send_again(
    desk: Desk, notify: Served, status: str
) -> None:
    row = _ask(desk)
    desk.send()
    notify.behave(status=status)
    desk.send(minutes=11)
    assert desk.state("received")[0] == "dead"
    assert unreachable(desk.rooms.vault, row.id) == frozenset()


def test_a_receipt_that_cannot_be_had_is_asked_for_later(desk: Desk, notify: Served) -> None:
    _ask(desk)
    desk.send()
    notify.behave(answer_to_looks=[404, "No result found"])
    desk.send(minutes=11)
    assert desk.state("received")[0] == "sent"
    notify.behave(status="delivered")
    desk.send(minutes=22)
    assert desk.rows(to="")[0].receipt == "delivered"


@pytest.mark.parametrize("status", [500, 503])
def test_trouble_at_notify_makes_it_wait_longer_and_longer(desk: Desk, notify: Served, status: int) -> None:
    notify.behave(answer=[status, "Internal server error"])
    _ask(desk)
    desk.send()
    desk.send(seconds=30)
    assert desk.state("received")[:2] == ("queued", 1)
    desk.send(minutes=2)
    assert desk.state("received")[:2] == ("queued", 2)
    notify.behave()
    desk.send(minutes=10)
    assert len(notify.taken) == 1


def test_what_notify_took_without_saying_so_is_not_sent_twice(desk: Desk, notify: Served) -> None:
    notify.behave(drops_after=True)
    _ask(desk, **TEXT)
    desk.send()
    assert desk.state("received") == ("queued", 1, "GOV.UK Notify did not answer")
    notify.behave()
    desk.send(minutes=2)
    assert desk.state("received")[0] == "sent"
    assert len(notify.taken) == 1


def test_notify_that_says_nothing_does_not_keep_us_for_long(
    desk: Desk, notify: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Notify.__init__, "__defaults__", (0.5,))
    notify.behave(stalls=3)
    for number in range(5):
        _ask(desk, email=f"robin-{number}@example.org")
    done = desk.send()
    assert (done.tried, "did not answer" in done.trouble) == (8, True), "three, and five to the team"


def test_notify_that_cannot_be_reached_counts_against_nothing_and_keeps_no_email_waiting(
    session: Session, vault_session: Session, tmp_path: Path
) -> None:
    notify, mail = notify_process(tmp_path / "notify"), mail_process(tmp_path / "mail")
    desk = Desk(vault_session, session, RING, settings_for(tmp_path, mail, **settings_of(notify, "sms")))
    begin_writing(session)
    council(session, email="")
    session.commit()
    _ask(desk)
    _ask(desk, **TEXT)
    with mail.running():
        done = desk.send()
    assert "GOV.UK Notify cannot be reached" in done.trouble
    assert [one["to"] for one in mail.taken] == [["robin@example.org"]]
    assert [(row.state.value, row.tries) for row in desk.rows(to="")] == [("sent", 1), ("queued", 0)]
    with notify.running():
        desk.send()
    assert len(notify.taken) == 1


def test_a_mail_server_that_is_down_keeps_no_text_message_waiting(
    session: Session, vault_session: Session, notify: Served, tmp_path: Path
) -> None:
    forget(notify)
    mail = mail_process(tmp_path / "mail")
    desk = Desk(vault_session, session, RING, settings_for(tmp_path, mail, **settings_of(notify, "sms")))
    begin_writing(session)
    council(session)
    session.commit()
    _ask(desk, **TEXT)
    assert "cannot be reached" in desk.send().trouble
    assert len(notify.taken) == 1


def test_a_wrong_key_sends_nothing(desk: Desk, notify: Served, tmp_path: Path) -> None:
    facts: dict[str, Any] = settings_of(notify, "sms") | {
        "notify_api_key": "x-" + "-".join([TEMPLATES["sms"]] * 2)
    }
    rooms = desk.rooms
    others = Desk(rooms.vault, rooms.directory, RING, settings_for(tmp_path, **facts))
    _ask(desk, **TEXT)
    assert others.send().trouble.startswith("403 ")
    assert notify.taken == []


@pytest.mark.parametrize(
    "facts",
    [
        {"notify_api_key": KEY},
        {"notify_text_template": TEMPLATES["sms"]},
        {"notify_api_key": "too-short", "notify_text_template": TEMPLATES["sms"]},
        {"notify_api_key": KEY, "notify_text_template": "the welcome one"},
        {"notify_address": "http://notify.example.org"},
        {"notify_address": "https://notify.example.org/v2"},
    ],
)
def test_settings_that_could_send_nothing_or_in_the_open_are_refused(facts: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"(?i)notify") as refused:
        Settings.model_validate(facts)
    assert SECRET not in str(refused.value)
