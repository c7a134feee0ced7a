"""New keys while requests come in: nothing is lost, it goes on after a kill, no key goes too early."""

import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.cli.serve import refuse_to_start
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.trail import verify
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals import rotation
from hubfinder.referrals.models import Referral, VaultWork
from hubfinder.referrals.reading import opened
from hubfinder.referrals.right_keys import require_right
from hubfinder.settings import Settings
from hubfinder.vault.base import Sealed, VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, KeysRefused, NotOpened, new_keyring, read_keys, write_file
from hubfinder.web.shared.vault import keys
from tests.support.requests import SAID, a_request


@pytest.fixture
def file(settings: Settings) -> Path:
    """The file of keys of the instance, as old as one that has been there for a while."""
    write_file(settings.vault_keys, new_keyring())
    return aged(settings.vault_keys)


def aged(file: Path, seconds: float = 4_000) -> Path:
    then = time.time() - seconds
    os.utime(file, (then, then))
    return file


def begin(session: Session) -> None:
    session.rollback()
    begin_writing(session)


def new_key(session: Session, file: Path) -> Keyring:
    begin(session)
    ring = rotation.add_key(session, A_COMMAND, file)
    session.commit()
    return ring


def open_all(session: Session, ring: Keyring) -> list[str]:
    session.rollback()
    session.expire_all()
    return [
        opened(ring, row).told.story for row in session.scalars(sa.select(Referral).order_by(Referral.id))
    ]


def first_file(session: Session, file: Path) -> Keyring:
    begin(session)
    ring = rotation.make_first(session, A_COMMAND, file)
    session.commit()
    return ring


def test_a_new_instance_makes_its_first_file_of_keys_once(vault_session: Session, tmp_path: Path) -> None:
    missing = tmp_path / "elsewhere" / "vault.json"
    with pytest.raises(KeysRefused, match=r"vault new-file"):
        read_keys(missing)
    ring = first_file(vault_session, missing)
    assert read_keys(missing) == ring
    assert missing.stat().st_mode & 0o077 == 0
    with pytest.raises(KeysRefused, match="there is a file of keys already"):
        first_file(vault_session, missing)
    assert read_keys(missing) == ring


def test_where_there_are_requests_no_other_file_of_keys_is_made(vault_session: Session, file: Path) -> None:
    a_request(vault_session, read_keys(file))
    file.unlink()
    with pytest.raises(KeysRefused, match="put its copy back"):
        first_file(vault_session, file)
    assert not file.exists()


def test_a_file_of_keys_of_other_requests_is_noticed_before_anything_is_sealed(
    app: Flask, vault_session: Session, file: Path
) -> None:
    """The first key of every installation has the same name."""
    settings = Settings(data_dir=app.extensions["settings"].data_dir, vault_key_file=file)
    right = file.read_bytes()
    a_request(vault_session, read_keys(file))
    with app.app_context():
        refuse_to_start(settings)
        write_file(file, new_keyring())
        with pytest.raises(KeysRefused, match="not that of these requests"):
            refuse_to_start(settings)
        file.write_bytes(right)
        aged(file, 5_000)
        refuse_to_start(settings)


def test_one_broken_row_says_nothing_of_the_file_of_keys(vault_session: Session, file: Path) -> None:
    ring = read_keys(file)
    broken, _ = (a_request(vault_session, ring) for _ in range(2))
    begin(vault_session)
    broken.wrapped_key = broken.wrapped_key[:-1] + bytes([broken.wrapped_key[-1] ^ 1])
    vault_session.commit()
    require_right(vault_session, ring)
    with pytest.raises(KeysRefused, match="which is not in the file"):
        require_right(vault_session, Keyring("k9", {"k9": ring.keys["k1"]}, ring.marks))


def test_keys_that_are_exchanged_while_pages_are_served_are_looked_at(
    app: Flask, vault_session: Session
) -> None:
    file = app.extensions["settings"].vault_keys
    with app.app_context():
        a_request(vault_session, keys())
        right = file.read_bytes()
        write_file(file, new_keyring())
        with pytest.raises(KeysRefused, match="not that of these requests"):
            keys()
        file.write_bytes(right)
        aged(file, 9_000)
        assert keys() == read_keys(file)


def test_every_table_whose_rows_have_keys_is_rotated() -> None:
    sealed = {mapper.class_ for mapper in VaultBase.registry.mappers if issubclass(mapper.class_, Sealed)}
    assert {kind.model for kind in rotation.SEALED} == sealed


def test_all_is_wrapped_anew_and_the_old_key_goes(vault_session: Session, file: Path) -> None:
    for _ in range(3):
        a_request(vault_session, read_keys(file))
    ring = new_key(vault_session, file)
    assert rotation.status(vault_session, ring).left == 6, "three requests and the forms they were"
    done = rotation.rotate(vault_session, ring, A_COMMAND)
    assert (done.done, done.refused) == (6, 0)
    assert open_all(vault_session, ring) == [SAID["story"]] * 3
    aged(file)
    begin(vault_session)
    ring = rotation.drop_key(vault_session, A_COMMAND, file, "k1")
    vault_session.commit()
    assert set(read_keys(file).keys) == {"k2"} == set(ring.keys)
    assert open_all(vault_session, ring) == [SAID["story"]] * 3
    assert verify(vault_session) is None


def test_stopped_midway_it_goes_on_where_it_stopped(
    vault_session: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    for _ in range(5):
        a_request(vault_session, read_keys(file))
    ring = new_key(vault_session, file)
    rounds = iter(range(100))
    half = rotation.rotate(vault_session, ring, A_COMMAND, is_stopped=lambda: next(rounds) >= 2)
    assert half.is_stopped
    state = rotation.status(vault_session, ring)
    assert (state.left, state.work is not None and state.work.ended_at) == (6, None)
    told: list[tuple[int, int]] = []
    whole = rotation.rotate(vault_session, ring, A_COMMAND, lambda done, all_: told.append((done, all_)))
    assert whole.done == 10
    assert told[-1] == (10, 10)
    assert told[0][0] > 4, "it did not begin anew"
    assert rotation.status(vault_session, ring).left == 0
    assert len(open_all(vault_session, ring)) == 5


def test_requests_that_come_meanwhile_are_kept(vault_session: Session, file: Path) -> None:
    for _ in range(20):
        a_request(vault_session, read_keys(file))
    engine, stop, sent = db.get_engine(VAULT), threading.Event(), []
    vault_session.rollback()

    def send() -> None:
        with Session(engine) as own:
            while not stop.is_set():
                sent.append(a_request(own, read_keys(file)).reference)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with Session(engine) as own:
            for _ in range(3):
                rotation.rotate(own, new_key(own, file), A_COMMAND)
    finally:
        stop.set()
        sender.join()
    with Session(engine) as own:
        ring = read_keys(file)
        rotation.rotate(own, ring, A_COMMAND)
        assert rotation.status(own, ring).left == 0
        assert len(open_all(own, ring)) == 20 + len(sent)
        assert verify(own) is None


def test_a_key_that_is_needed_stays(vault_session: Session, file: Path) -> None:
    a_request(vault_session, read_keys(file))
    new_key(vault_session, file)
    aged(file)
    for name, why in (("k1", "wrapped with the key k1"), ("k2", "current"), ("k7", "no key k7")):
        begin(vault_session)
        with pytest.raises(KeysRefused, match=why):
            rotation.drop_key(vault_session, A_COMMAND, file, name)
        vault_session.rollback()
    assert set(read_keys(file).keys) == {"k1", "k2"}


def test_a_key_goes_only_once_nobody_can_be_using_it(vault_session: Session, file: Path) -> None:
    new_key(vault_session, file)
    begin(vault_session)
    with pytest.raises(KeysRefused, match="less than an hour"):
        rotation.drop_key(vault_session, A_COMMAND, file, "k1")
    vault_session.rollback()


def test_a_row_that_does_not_open_is_told_and_left(vault_session: Session, file: Path) -> None:
    bad, good = a_request(vault_session, read_keys(file)), a_request(vault_session, read_keys(file))
    begin(vault_session)
    bad.wrapped_key = bytes([bad.wrapped_key[0] ^ 1]) + bad.wrapped_key[1:]
    vault_session.commit()
    ids, ring = (bad.id, good.id), new_key(vault_session, file)
    assert rotation.rotate(vault_session, ring, A_COMMAND).refused == 1
    with pytest.raises(NotOpened):
        opened(ring, vault_session.get_one(Referral, ids[0]))
    assert opened(ring, vault_session.get_one(Referral, ids[1])).told.story == SAID["story"]
    assert rotation.status(vault_session, ring).rows["k1"] == 1


def test_the_commands_say_what_they_did(app: Flask, vault_session: Session, file: Path) -> None:
    a_request(vault_session, read_keys(file))
    vault_session.rollback()
    run = app.test_cli_runner().invoke
    assert "k1  2 rows  current" in run(args=["vault", "status"]).output
    assert "current key is k2" in run(args=["vault", "new-key"]).output
    assert "2 rows are wrapped with k2" in run(args=["vault", "rotate"]).output
    refused = run(args=["vault", "drop-key", "k1", "--yes"])
    assert refused.exit_code == 1
    aged(file)
    assert "k1 is not in the file" in run(args=["vault", "drop-key", "k1", "--yes"]).output
    said = run(args=["vault", "status"])
    assert "k1" not in said.output.splitlines()[0]
    assert said.exit_code == 0
    assert "The trail is whole: 5 entries" in run(args=["trail", "verify", "--requests"]).output
    write_file(file, new_keyring())
    lost = run(args=["vault", "status"])
    assert lost.exit_code == 1, "the key of the rows is not in the file"
    assert "k2" in lost.output
    assert isinstance(run(args=["vault", "rotate"]).exception, KeysRefused), "nothing is wrapped with them"
    vault_session.expire_all()
    assert vault_session.get_one(VaultWork, "rotation").ended_at is not None
