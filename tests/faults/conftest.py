"""What the tests of faults stand on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hubfinder.settings import Settings
from hubfinder.vault.keys import Keyring, read_keys
from tests.faults.power import NoCompiler, build_library
from tests.faults.server import Server, environment_of
from tests.faults.tally import Found, Log, look, read_log, vault_at, wait_for
from tests.faults.visitors import Form, Visitors, a_form


@pytest.fixture(scope="session")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with which a disk forgets what was not synchronised, is full, or the clock jumps."""
    try:
        return build_library(tmp_path_factory.mktemp("forgetful"))
    except NoCompiler as error:
        pytest.fail(str(error), pytrace=False)


@dataclass
class House:
    """An instance whose server is another process, and its vault, seen from here."""

    settings: Settings
    vault: Engine
    ring: Keyring
    log: Log
    log_file: Path

    def server(self, **more: object) -> Server:
        return Server(environment_of(self.settings), **more)  # type: ignore[arg-type]  # fields of Server

    def form(self, server: Server, story: str) -> Form:
        return a_form(self.vault, self.ring, server.port, story)

    def visitors(self, server: Server) -> Visitors:
        return Visitors(self.vault, self.ring, server.port, self.log)

    def wait_for(self, more: int) -> None:
        """Until so many more steps and requests were acknowledged."""
        wait_for(self.log_file, more)

    def found(self) -> Found:
        """What those who sent were told, against what is there."""
        return look(self.settings.vault_database, self.ring, read_log(self.log_file))


@pytest.fixture
def house(app: Flask, vault_session: Session, settings: Settings, tmp_path: Path) -> Iterator[House]:
    assert app.testing
    assert vault_session.is_active
    engine = vault_at(settings.vault_database)
    ring = read_keys(settings.vault_keys, is_own_folder=True)
    file = tmp_path / "log"
    yield House(settings, engine, ring, Log(file), file)
    engine.dispose()


@pytest.fixture(scope="module")
def disk_is_full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While there is this file, the disk is full for the server."""
    return tmp_path_factory.mktemp("full") / "full"


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seconds by which the server's clock is wrong."""
    return tmp_path_factory.mktemp("clock") / "shift"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server writes its errors."""
    return tmp_path_factory.mktemp("said") / "said"


@pytest.fixture(scope="module")
def server(
    app: Flask, settings: Settings, forgetful: Path, disk_is_full: Path, clock: Path, said: Path
) -> Iterator[Server]:
    """A server that the module's tests share, whose disk can be full and its clock wrong."""
    assert app.testing
    failing = {
        "LD_PRELOAD": str(forgetful),
        "POWER_LIVE": str(settings.data_dir.resolve()),
        "DISK_FULL": str(disk_is_full),
        "CLOCK_SHIFT": str(clock),
    }
    with Server({**environment_of(settings), **failing}, said=said) as running:
        yield running
