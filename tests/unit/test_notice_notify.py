"""GOV.UK Notify: what it is sent, and what becomes of what it does not take."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.referrals.models import Referral
from hubfinder.referrals.notify import Notify
from hubfinder.settings import Settings
from hubfinder.vault.keys import new_keyring
from tests.support.mail_process import mail_process
from tests.support.notices import TOPICS, Desk, settings_for
from tests.support.notify_process import KEY, SECRET, TEMPLATES, notify_process, settings_of
from tests.support.people import council
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
    notify.behave()
    (notify.folder / "taken.jsonl").unlink(missing_ok=True)
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


def test_nothing_that_notify_says_of_an_address_is_kept(desk: Desk, notify: Served) -> None:
    notify.behave(answer=[400, "01632 960123 and robin@example.org are not on your list"])
    _ask(desk, **TEXT)
    desk.send()
    state, _, error = desk.state("received")
    assert (state, "960123" in error, "robin" in error) == ("dead", False, False)


@pytest.mark.parametrize("status", [401, 403, 429])
def test_what_is_wrong_with_all_of_them_counts_against_none(desk: Desk, notify: Served, status: int) -> None:
    """A key that was changed, a clock that is wrong, or too much in a minute."""
    notify.behave(answer=[status, "Exceeded the limit"])
    _ask(desk)
    for minutes in range(0, 30, 5):
        assert desk.send(minutes=minutes).trouble == f"{status} Exceeded the limit"
    assert desk.state("received")[:2] == ("queued", 0)
    notify.behave()
    desk.send(minutes=31)
    assert desk.state("received")[0] == "sent"


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
    for _ in range(5):
        _ask(desk)
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
    notify.behave()
    (notify.folder / "taken.jsonl").unlink(missing_ok=True)
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
