"""A backup while requests come in holds all that was acknowledged, and comes back on an empty machine."""

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry, Council
from hubfinder.people.trail import verify
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import opened
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, new_keyring, read_keys, write_file
from tests.support.people import council, person
from tests.support.postgres import postgresql_database
from tests.support.requests import SAID, a_request

Run = Callable[..., Result]
BETWEEN = 0.005
"""Seconds from one request to the next: without any, each backup takes longer by what came meanwhile."""


@pytest.fixture
def ring(settings: Settings) -> Keyring:
    return read_keys(settings.vault_keys, is_own_folder=True)


@pytest.fixture
def run(app: Flask, session: Session, vault_session: Session, ring: Keyring) -> Run:
    """A command on an instance with a council, a person and two requests."""
    begin_writing(session)
    council(session, name="Wend\tand \\ Tabs\nCouncil")
    person(session)
    session.commit()
    for _ in range(2):
        a_request(vault_session, ring)
    vault_session.rollback()
    return running(app)


def running(app: Flask) -> Run:
    def invoke(*words: object) -> Result:
        with app.app_context():  # else the command runs in that of the other application
            return app.test_cli_runner().invoke(args=[str(word) for word in words])

    return invoke


@contextmanager
def empty_machine(settings: Settings, folder: Path) -> Iterator[Flask]:
    """Another instance without anything, of the same kind of database."""
    if settings.is_on_postgresql:
        with postgresql_database() as url, instance(Settings(data_dir=folder, database_url=url)) as app:
            yield app
    else:
        with instance(Settings(data_dir=folder)) as app:
            yield app


@pytest.fixture(scope="module")
def nowhere(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An empty machine with the keys of the other. Nothing is put back there, so that tests can share it."""
    with empty_machine(settings, tmp_path_factory.mktemp("nowhere") / "new") as app:
        key_file(app)
        yield app


@contextmanager
def instance(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()
        db.get_engine(VAULT).dispose()


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    """What it says, alone or as the whole program would say it."""
    assert result.exit_code == 1
    return result.output + str(result.exception)


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_it_comes_back_on_an_empty_machine(
    run: Run, settings: Settings, tmp_path: Path, ring: Keyring
) -> None:
    folder = tmp_path / "backup"
    assert "keys is not in it" in done(run("backup", folder))
    assert "the file of keys opens it" in done(run("verify", folder))
    keys = json.loads(settings.vault_keys.read_bytes())
    for secret in (*keys["keys"].values(), keys["marks"], settings.session_key):
        assert secret.encode() not in contents(folder)
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir() if file.suffix != ".json")
    with empty_machine(settings, tmp_path / "new") as new:
        shutil.copy(settings.vault_keys, key_file(new))
        assert "All tables are as they were" in done(running(new)("restore", folder))
        with new.app_context(), Session(db.get_engine(VAULT)) as vault:
            rows = vault.scalars(sa.select(Referral)).all()
            assert [opened(ring, row).told.story for row in rows] == [SAID["story"]] * 2
            assert verify(vault) is None
            vault.rollback()
            a_request(vault, ring)  # numbers of rows go on where they were
            assert db.session.scalars(sa.select(Council.name)).one() == "Wend\tand \\ Tabs\nCouncil"
            begin_again = db.session
            begin_again.rollback()
            begin_writing(begin_again)
            person(begin_again)
            begin_again.commit()
        again = running(new)("restore", folder)
        assert "Nothing was put back: there is a database already, and it is as it was." in refused(again)


def key_file(app: Flask) -> Path:
    file: Path = app.extensions["settings"].vault_keys
    file.parent.mkdir(parents=True)
    return file


def test_without_its_keys_it_fails_loudly_and_puts_nothing_back(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    done(run("backup", folder))
    with empty_machine(settings, tmp_path / "new") as new:
        again = running(new)
        assert "there is no file of keys" in refused(again("restore", folder))
        assert "there is no file of keys" in refused(again("verify", folder))
        assert "was not looked at" in done(again("verify", folder, "--without-keys"))
        file = key_file(new)
        write_file(file, new_keyring())
        assert "k1 of this backup is not in the file of keys" in refused(again("restore", folder))
        assert "k1 of this backup" in refused(again("verify", folder))
        assert_nothing_was_put_back(new)


def test_while_requests_come_in_it_holds_all_that_were_acknowledged(
    run: Run, app: Flask, settings: Settings, tmp_path: Path, ring: Keyring
) -> None:
    assert app.testing
    engine, stop = db.get_engine(VAULT), threading.Event()
    sent: list[str] = []
    failures: list[BaseException] = []

    def send() -> None:
        try:
            with Session(engine) as own:
                while not stop.wait(BETWEEN):
                    sent.append(a_request(own, ring).reference)
        except BaseException as failure:
            failures.append(failure)
            raise

    sender = threading.Thread(target=send)
    sender.start()
    before: list[set[str]] = []
    try:
        for number in range(3):
            before.append(set(sent))
            done(run("backup", tmp_path / str(number)))
    finally:
        stop.set()
        sender.join()
    assert not failures
    assert len(before[2]) > 0
    for number in range(3):
        done(run("verify", tmp_path / str(number)))
        assert requests_in(tmp_path / str(number)) >= len(before[number])
    with empty_machine(settings, tmp_path / "new") as new:
        shutil.copy(settings.vault_keys, key_file(new))
        done(running(new)("restore", tmp_path / "2"))
        with new.app_context(), Session(db.get_engine(VAULT)) as vault:
            there = set(vault.scalars(sa.select(Referral.reference)))
            assert before[2] <= there
            assert verify(vault) is None


def requests_in(folder: Path) -> int:
    """How many a backup says that it has, which ``verify`` has counted."""
    said = json.loads((folder / "manifest.json").read_text())["databases"][0]["tables"]
    return next(int(table["rows"]) for table in said if table["name"] == "referral")


@pytest.mark.parametrize("harm", ["a bit", "the end", "a file", "the manifest", "a number"])
def test_a_backup_that_is_not_whole_is_refused(
    run: Run, settings: Settings, nowhere: Flask, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "backup"
    done(run("backup", folder))
    name = "requests.referral.copy.gz" if settings.is_on_postgresql else "requests.sqlite3"
    file, manifest = folder / name, folder / "manifest.json"
    content = bytearray(file.read_bytes())
    match harm:
        case "a bit":
            at = content.index(b"Z06000001") if b"Z06000001" in content else len(content) // 2
            content[at] ^= 4
            file.write_bytes(content)
        case "the end":
            file.write_bytes(content[: len(content) * 2 // 3])
        case "a file":
            file.unlink()
        case "the manifest":
            manifest.write_text(manifest.read_text()[:-20])
        case "a number":
            said = json.loads(manifest.read_text())
            said["databases"][0]["tables"][1]["rows"] += 1
            manifest.write_text(json.dumps(said))
    refused(run("verify", folder))
    shutil.copy(settings.vault_keys, nowhere.extensions["settings"].vault_keys)
    refused(running(nowhere)("restore", folder))
    assert_nothing_was_put_back(nowhere)


def assert_nothing_was_put_back(app: Flask) -> None:
    with app.app_context():
        for engine in (db.engine, db.get_engine(VAULT)):
            assert not sa.inspect(engine).has_table("alembic_version")
            assert not sa.inspect(engine).has_table("referral")


def test_a_folder_that_is_there_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("mine")
    assert "already" in refused(run("backup", tmp_path))
    assert "no whole backup" in refused(run("verify", tmp_path))
    assert (tmp_path / "note").read_text() == "mine"


def test_one_that_was_broken_off_is_begun_anew(run: Run, tmp_path: Path, vault_session: Session) -> None:
    part = tmp_path / "backup.part"
    part.mkdir()
    (part / "requests.sqlite3").write_bytes(b"half")
    done(run("backup", tmp_path / "backup"))
    done(run("verify", tmp_path / "backup"))
    assert "vault.backed_up" in vault_session.scalars(sa.select(AuditEntry.verb)).all()


def test_where_the_folder_cannot_be_written_to_it_says_so_and_leaves_no_half(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    assert "file cannot be written to (Not a directory)" in refused(
        run("backup", tmp_path / "file" / "backup")
    )

    def is_full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hubfinder.cli.backup.sync", is_full)
    said = refused(run("backup", tmp_path / "backup"))
    assert "cannot be written to (No space left on device). Nothing of it was left." in said
    assert "HUBFINDER_DATABASE_URL" not in said
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("backup")] == []
