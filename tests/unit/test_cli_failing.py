"""What the command line says when something under it fails: a sentence, never a traceback or a secret."""

import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    values = {name: value for name, value in os.environ.items() if not name.startswith("HUBFINDER_")}
    values |= {"HUBFINDER_DATA_DIR": str(folder), **environment}
    command = [sys.executable, "-c", "from hubfinder.cli import main; main()", *words]
    return subprocess.run(command, env=values, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words", [("where", "ZA1 4QT"), ("search", "sleep"), ("index", "status"), ("serve",)]
)
def test_without_tables_it_says_what_to_run(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = run(tmp_path, *words)
    assert ended.returncode == 1
    assert ended.stderr == "Error: There are no tables yet. Run `hubfinder init` first.\n"


def test_tables_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "directory.sqlite3") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    for words in (("where", "ZA1 4QT"), ("init",)):
        ended = run(tmp_path, *words)
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert "9999" in ended.stderr


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "directory.sqlite3").write_bytes(b"not a database at all" * 100)
    ended = run(tmp_path, "init")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "file is not a database" in ended.stderr


@pytest.mark.parametrize(
    "address", ["rubbish", "mysql://example.org/x", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_cannot_be_used(tmp_path: Path, address: str) -> None:
    ended = run(tmp_path, "init", HUBFINDER_DATABASE_URL=address)
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "HUBFINDER_DATABASE_URL" in ended.stderr


def test_a_malformed_setting_is_named_as_it_is_written(tmp_path: Path) -> None:
    ended = run(tmp_path, "init", HUBFINDER_NEAR_METRES="abc")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "HUBFINDER_NEAR_METRES" in ended.stderr


def test_an_empty_name_is_said_to_be_one(tmp_path: Path) -> None:
    ended = run(tmp_path, "init", HUBFINDER_SITE_NAME="")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "HUBFINDER_SITE_NAME: must not be empty" in ended.stderr


def test_an_incomplete_production_shows_no_secret(tmp_path: Path) -> None:
    ended = run(tmp_path, "init", HUBFINDER_ENVIRONMENT="production", HUBFINDER_SECRET_KEY="hunter2")
    assert ended.returncode == 1
    assert "HUBFINDER_SECRET_KEY" in ended.stderr
    assert "hunter2" not in ended.stderr


def test_production_does_not_serve_the_made_up_area(tmp_path: Path) -> None:
    assert run(tmp_path, "demo").returncode == 0
    complete = {
        "HUBFINDER_ENVIRONMENT": "production",
        "HUBFINDER_SECRET_KEY": secrets.token_urlsafe(48),
        "HUBFINDER_TRUSTED_HOSTS": "help.example.org",
        "HUBFINDER_PROXY_HOPS": "1",
        "HUBFINDER_OUT_OF_HOURS_TELEPHONE": "020 7946 0000",
        "HUBFINDER_FRONT_DOOR_TELEPHONE": "020 7946 0001",
        "HUBFINDER_SITE_NAME": "Somewhere family help",
        "HUBFINDER_COUNCIL_NAME": "Somewhere Council",
        "HUBFINDER_COUNCIL_CODE": "E06000001",
        "HUBFINDER_VAULT_KEY_FILE": str(tmp_path.parent / "vault.json"),
        "HUBFINDER_SMTP_HOST": "mail.example.org",
        "HUBFINDER_SMTP_FROM": "help@example.org",
    }
    ended = run(tmp_path, "serve", **complete)
    assert ended.returncode == 1
    assert "made-up demonstration area" in ended.stderr
