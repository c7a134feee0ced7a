"""Settings of one instance, read once from the environment (``HUBFINDER_*``) and then frozen."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from email.utils import parseaddr
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hubfinder.production import missing_from, unknown_among

PROJECT = Path(__file__).resolve().parent.parent
DEMONSTRATION_OUT_OF_HOURS = "01632 960999"
DEMONSTRATION_FRONT_DOOR = "01632 960100"
DEMONSTRATION_COUNCIL = "Z06000001"
COUNCIL_CODE = r"[A-Z][A-Z0-9]{2,19}"
"""How the code of a council is written: as in the boundaries of local authorities."""

_HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?"
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})\.[A-Za-z]{2,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOTIFY_KEY = re.compile(rf".*{_UUID.pattern}-{_UUID.pattern}")
_PUBLIC = re.compile(rf"https?://{_HOST}")
_TILES = re.compile(rf"https://{_HOST}(?=/)(?=.*{{z}})(?=.*{{x}})(?=.*{{y}})(?:/|[\w.~@=&?%-]|{{[xyz]}})+")


class Environment(StrEnum):
    """Where this instance runs. Production refuses to start with demonstration values."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class SearchEngine(StrEnum):
    """What finds words."""

    AUTO = "auto"
    """PostgreSQL's full text where the database is PostgreSQL, else Whoosh."""
    WHOOSH = "whoosh"
    POSTGRESQL = "postgresql"


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a mail server on the same machine."""


class Settings(BaseSettings):
    """Everything that may differ between two instances of hubfinder.

    Raises:
        pydantic.ValidationError: a value is malformed, or production lacks one it needs.
    """

    model_config = SettingsConfigDict(
        env_prefix="HUBFINDER_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Environment = Environment.DEMONSTRATION
    data_dir: Path = PROJECT / "instance"
    database_url: str = ""
    vault_database_url: str = ""
    vault_key_file: Path | None = None
    search_engine: SearchEngine = SearchEngine.AUTO
    site_name: str = "Harbourmouth family help"
    council_name: str = "Harbourmouth Council"
    council_code: str = Field(default=DEMONSTRATION_COUNCIL, pattern=f"^{COUNCIL_CODE}$")
    out_of_hours_telephone: str = DEMONSTRATION_OUT_OF_HOURS
    front_door_telephone: str = DEMONSTRATION_FRONT_DOOR
    public_address: str = ""
    sheet_versions_kept_months: int = Field(default=24, ge=3, le=120)
    sheet_cache_megabytes: int = Field(default=200, ge=0, le=20_000)
    languages: Annotated[tuple[str, ...], NoDecode] = ("en", "pl", "ur")
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    proxy_hops: int = Field(default=0, ge=0, le=5)
    secret_key: SecretStr = SecretStr("")
    session_idle_minutes: int = Field(default=15, ge=1, le=60)
    session_hours: int = Field(default=8, ge=1, le=24)
    form_kept_hours: int = Field(default=24, ge=21, le=168)
    form_kept_days: int = Field(default=14, ge=1, le=60)
    security_contact: str = ""
    near_metres: int = Field(default=8_000, ge=500, le=50_000)
    stale_after_days: int = Field(default=182, ge=30)
    cadence_vacancies_days: int = Field(default=14, ge=1, le=730)
    cadence_session_times_days: int = Field(default=120, ge=1, le=730)
    cadence_other_days: int = Field(default=182, ge=1, le=730)
    due_before_days: int = Field(default=14, ge=0, le=182)
    reminder_every_days: int = Field(default=7, ge=1, le=60)
    escalate_after_days: int = Field(default=14, ge=1, le=182)
    still_right_days: int = Field(default=30, ge=1, le=90)
    link_checks: bool | None = None
    link_check_every_days: int = Field(default=7, ge=1, le=90)
    chase_at_most: int = Field(default=25, ge=1, le=10_000)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: MailSecurity = MailSecurity.STARTTLS
    smtp_from: str = ""
    smtp_neutral_from: str = ""
    """Whom email to a family is from that did not say that we may say who we are: its domain says nothing."""
    notify_api_key: SecretStr = SecretStr("")
    notify_address: str = "https://api.notifications.service.gov.uk"
    notify_email_template: str = ""
    notify_text_template: str = ""
    notify_letter_template: str = ""
    misses_shown_from: int = Field(default=3, ge=2)
    misses_kept_months: int = Field(default=13, ge=1, le=36)
    retention_helped_months: int = Field(default=24, ge=1, le=900)
    retention_advised_months: int = Field(default=12, ge=1, le=900)
    retention_statutory_months: int = Field(default=72, ge=1, le=900)
    retention_other_council_months: int = Field(default=12, ge=1, le=900)
    retention_declined_months: int = Field(default=12, ge=1, le=900)
    retention_not_reached_months: int = Field(default=12, ge=1, le=900)
    retention_withdrawn_months: int = Field(default=3, ge=1, le=900)
    retention_duplicate_months: int = Field(default=3, ge=1, le=900)
    retention_open_months: int = Field(default=24, ge=3, le=900)
    retention_tombstone_months: int = Field(default=84, ge=1, le=900)
    tile_url: str = ""
    tile_attribution: str = ""
    collections_dir: Path | None = None
    echo_sql: bool = False

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        """Lists come as comma-separated text, the way people write them in an environment file."""
        for name in ("languages", "trusted_hosts"):
            given = values.get(name)
            if isinstance(given, str):
                values[name] = tuple(part.strip() for part in given.split(",") if part.strip())
        return values

    @field_validator("tile_url")
    @classmethod
    def _is_of_tiles(cls, value: str) -> str:
        """One host, named in full, becomes part of the pages' security policy: nothing else may be in it."""
        if value and not _TILES.fullmatch(value):
            raise ValueError(
                "must begin with https:// and the name of one host, and hold {z}, {x} and {y} once each, "
                "such as https://tiles.example.org/{z}/{x}/{y}.png"
            )
        return value

    @field_validator("site_name", "council_name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        """It stands at the top of every page, and in messages."""
        if not value.strip():
            raise ValueError("must not be empty")
        return value

    @field_validator("public_address")
    @classmethod
    def _is_public(cls, value: str) -> str:
        """It is printed on paper, so it must be the whole beginning of an address and nothing else."""
        if value and not _PUBLIC.fullmatch(value):
            raise ValueError("must be like https://help.example.org, without a path and without a last /")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        """``Help for families <help@example.org>`` or the address alone, in one line."""
        name, address = parseaddr(value)
        if value and (not _ADDRESS.fullmatch(address) or not name.isprintable()):
            raise ValueError("must be an email address, such as Family help <help@example.org>")
        return value

    @field_validator("smtp_neutral_from")
    @classmethod
    def _is_bare_address(cls, value: str) -> str:
        """``messages@example.org`` without any name."""
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("must be an email address without a name, such as messages@example.org")
        return value

    @field_validator("notify_address")
    @classmethod
    def _is_of_notify(cls, value: str) -> str:
        """Families' addresses go there: never in the open, but for a stand-in on the same machine."""
        is_safe = value.startswith(("https://", "http://127.0.0.1:"))
        if not is_safe or not _PUBLIC.fullmatch(value):
            raise ValueError("must be like https://api.notifications.service.gov.uk, without a path")
        return value

    @model_validator(mode="after")
    def _notify_is_whole(self) -> "Settings":
        """A key without a template sends nothing, and so does a template without a key."""
        key = self.notify_api_key.get_secret_value()
        templates = [self.notify_email_template, self.notify_text_template, self.notify_letter_template]
        given = [template for template in templates if template]
        if any(not _UUID.fullmatch(template) for template in given):
            raise ValueError(
                "HUBFINDER_NOTIFY_…_TEMPLATE must be the ID of a template, as GOV.UK Notify shows"
            )
        if key and not _NOTIFY_KEY.fullmatch(key):
            raise ValueError("HUBFINDER_NOTIFY_API_KEY is not a key of GOV.UK Notify")
        if bool(key) != bool(given):
            raise ValueError("HUBFINDER_NOTIFY_API_KEY and a HUBFINDER_NOTIFY_…_TEMPLATE need each other")
        return self

    @model_validator(mode="after")
    def _thanks_for_tiles(self) -> "Settings":
        if self.tile_url and not self.tile_attribution.strip():
            raise ValueError("HUBFINDER_TILE_URL needs HUBFINDER_TILE_ATTRIBUTION: whose map it is")
        return self

    @model_validator(mode="after")
    def _can_search(self) -> "Settings":
        if self.search_engine is SearchEngine.POSTGRESQL and not self.is_on_postgresql:
            raise ValueError(
                "HUBFINDER_SEARCH_ENGINE=postgresql needs a PostgreSQL database in HUBFINDER_DATABASE_URL; "
                "on SQLite leave it out, and Whoosh searches"
            )
        return self

    @model_validator(mode="after")
    def _complete_for_production(self) -> "Settings":
        if self.environment is not Environment.PRODUCTION:
            return self
        missing = missing_from(self)
        if missing:
            raise ValueError("production cannot start without " + ", ".join(missing))
        unknown = unknown_among(os.environ, type(self).model_fields)
        if unknown:
            raise ValueError("these are no settings of hubfinder: " + ", ".join(unknown))
        return self

    @property
    def is_demonstration(self) -> bool:
        return self.environment is Environment.DEMONSTRATION

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the directory database: SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'directory.sqlite3'}"

    @property
    def vault_database(self) -> str:
        """The SQLAlchemy address of the vault, where requests for help are kept.

        A file of its own in the data folder, or a schema of its own where the directory is on PostgreSQL.
        """
        if self.vault_database_url:
            return self.vault_database_url
        return self.database if self.is_on_postgresql else f"sqlite:///{self.data_dir / 'requests.sqlite3'}"

    @property
    def vault_keys(self) -> Path:
        """The file of master keys; a demonstration has it in a folder beside its data."""
        return self.vault_key_file or self.data_dir / "keys" / "vault.json"

    @property
    def is_on_postgresql(self) -> bool:
        return self.database.startswith("postgresql")

    @property
    def engine(self) -> SearchEngine:
        """What finds words: Whoosh or PostgreSQL."""
        if self.search_engine is SearchEngine.AUTO:
            return SearchEngine.POSTGRESQL if self.is_on_postgresql else SearchEngine.WHOOSH
        return self.search_engine

    @property
    def site_address(self) -> str:
        """How addresses on paper begin, ``https://help.example.org``: never what a visitor's request says.

        Without a setting the first trusted host; a demonstration on its own machine has neither.
        """
        if self.public_address:
            return self.public_address
        return f"https://{self.own_name}" if self.trusted_hosts else "http://127.0.0.1:8000"

    @property
    def own_name(self) -> str:
        """A host name that it answers to: the first it trusts. ``.example.org`` trusts those below it too."""
        return self.trusted_hosts[0].removeprefix(".") if self.trusted_hosts else "localhost"

    @property
    def tile_host(self) -> str:
        """Scheme and host of the tiles, ``https://tiles.example.org``; empty without tiles."""
        return self.tile_url[: self.tile_url.find("/", len("https://"))] if self.tile_url else ""

    @property
    def seeds_dir(self) -> Path:
        """The reviewed data hubfinder ships."""
        return PROJECT / "seeds"

    @property
    def geodata_dir(self) -> Path:
        """The demonstration area's files."""
        return PROJECT / "geodata"

    @property
    def index_dir(self) -> Path:
        """Folder of the search index; its book stands beside it, so each engine has a place of its own.

        Whoosh unpickles its schema, so only hubfinder may write here.
        """
        if self.engine is SearchEngine.POSTGRESQL:
            return self.data_dir / "postgresql" / "index"
        return self.data_dir / "index"

    @property
    def sheets_dir(self) -> Path:
        """Folder of what sheets leave behind: files kept to be sent again, work on many, what was spent."""
        return self.data_dir / "sheets"

    @property
    def checks_links(self) -> bool:
        """Whether websites of listings are looked at: unless set, in production alone."""
        return not self.is_demonstration if self.link_checks is None else self.link_checks

    @property
    def post_dir(self) -> Path:
        """Where email goes, as files, while no mail server is set."""
        return self.data_dir / "post"

    @property
    def places_dir(self) -> Path:
        """Folder of the book of places."""
        return self.data_dir / "places"

    @cached_property
    def session_key(self) -> str:
        """The key Flask signs with. A demonstration without one keeps its own in the data folder."""
        return self.secret_key.get_secret_value() or _kept_key(self.data_dir / "secret_key")

    def as_environment(self) -> dict[str, str]:
        """The settings that were given, as a command of ours reads them in a process of its own."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {
            f"HUBFINDER_{name.upper()}": _text(value) for name, value in given.items() if value is not None
        }


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _kept_key(file: Path) -> str:
    """The key in a file; made on the first start, so that all workers sign with the same one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    if not file.exists():
        descriptor, new = tempfile.mkstemp(dir=file.parent)  # readable by us alone
        with os.fdopen(descriptor, "w", encoding="ascii") as whole:
            whole.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another worker was first
            os.link(new, file)
        Path(new).unlink()
    return file.read_text("ascii")
