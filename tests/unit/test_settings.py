"""Settings: sensible by default, refused when production lacks something."""

import secrets
from pathlib import Path

import pytest
from pydantic import ValidationError

from hubfinder.settings import Settings
from tests.support.production import COMPLETE


def test_the_default_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/directory.sqlite3"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBFINDER_DATABASE_URL", "postgresql+psycopg://example.org/x")
    monkeypatch.setenv("HUBFINDER_LANGUAGES", "en, ur")
    settings = Settings()
    assert settings.database == "postgresql+psycopg://example.org/x"
    assert settings.languages == ("en", "ur")


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        Settings().site_name = "Another"  # type: ignore[misc]


def test_a_complete_production_starts() -> None:
    assert Settings(**COMPLETE).trusted_hosts == ("help.example.org",)


@pytest.mark.parametrize("missing", sorted(set(COMPLETE) - {"environment"}))
def test_production_refuses_to_start_without(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"HUBFINDER_{missing.upper()}"):
        Settings(**{name: value for name, value in COMPLETE.items() if name != missing})


@pytest.mark.parametrize("code", ["", "e06000021", "E06 000 021", "E0", "E" * 21])
def test_the_code_of_a_council_is_as_in_the_boundaries(code: str) -> None:
    with pytest.raises(ValidationError, match="council_code"):
        Settings(council_code=code)


def test_a_secret_does_not_show_in_print() -> None:
    assert COMPLETE["secret_key"] not in repr(Settings(**COMPLETE))


def test_a_demonstration_keeps_its_key_in_the_data_folder(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path).session_key
    assert len(first) > 40
    assert Settings(data_dir=tmp_path).session_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", ["01632 960123", " 01632960999", "(01632) 960 000", ""])
def test_production_refuses_a_telephone_number_that_is_nobodys(number: str) -> None:
    with pytest.raises(ValidationError, match="OUT_OF_HOURS"):
        Settings(**{**COMPLETE, "out_of_hours_telephone": number})


def test_production_refuses_to_trust_every_host() -> None:
    with pytest.raises(ValidationError, match="TRUSTED_HOSTS"):
        Settings(**{**COMPLETE, "trusted_hosts": "*"})


@pytest.mark.parametrize(
    "key",
    [
        "a" * 40,
        "changeme" * 5,
        "0123456789" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "help.example.org help.example.org",
        "ab" * 15 + "cdefgh1",
        "f3a9c1" * 5,
    ],
)
def test_production_refuses_a_key_that_nobody_drew_at_random(key: str) -> None:
    with pytest.raises(ValidationError, match="HUBFINDER_SECRET_KEY"):
        Settings(**{**COMPLETE, "secret_key": key})


def test_a_key_that_was_drawn_at_random_is_taken() -> None:
    for _ in range(200):
        for key in (secrets.token_hex(16), secrets.token_urlsafe(24), secrets.token_hex(32)):
            assert Settings(**{**COMPLETE, "secret_key": key}).session_key == key


@pytest.mark.parametrize("number", ["to be agreed", "-", "  ", "12"])
@pytest.mark.parametrize("setting", ["out_of_hours_telephone", "front_door_telephone"])
def test_production_refuses_a_telephone_number_without_digits(setting: str, number: str) -> None:
    with pytest.raises(ValidationError, match=f"HUBFINDER_{setting.upper()}"):
        Settings(**{**COMPLETE, setting: number})


@pytest.mark.parametrize("setting", ["site_name", "council_name"])
@pytest.mark.parametrize("name", ["", "  "])
def test_no_instance_is_without_a_name(setting: str, name: str) -> None:
    with pytest.raises(ValidationError, match=setting):
        Settings(**{setting: name})  # type: ignore[arg-type]


def test_production_never_prints_statements() -> None:
    with pytest.raises(ValidationError, match="HUBFINDER_ECHO_SQL"):
        Settings(**{**COMPLETE, "echo_sql": True})


def test_production_names_a_setting_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBFINDER_SMTP_NEUTRAL_FORM", "post@example.com")
    with pytest.raises(ValidationError, match="no settings of hubfinder: HUBFINDER_SMTP_NEUTRAL_FORM"):
        Settings(**COMPLETE)
    assert Settings().is_demonstration


@pytest.mark.parametrize(
    ("hosts", "begins"),
    [("help.example.org", "help.example.org"), (".example.org, x.example.net", "example.org")],
)
def test_addresses_on_paper_begin_with_a_name_and_no_dot(hosts: str, begins: str) -> None:
    assert Settings(**{**COMPLETE, "trusted_hosts": hosts}).site_address == f"https://{begins}"


def test_an_error_does_not_show_what_was_set() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**{**COMPLETE, "secret_key": "hunter2"})
    assert "hunter2" not in str(caught.value)
