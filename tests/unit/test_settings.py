"""Settings: sensible by default, refused when production lacks something."""

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


def test_an_error_does_not_show_what_was_set() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**{**COMPLETE, "secret_key": "hunter2"})
    assert "hunter2" not in str(caught.value)
