"""The first hour of an installation: its tables and its keys are there, or not at all."""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hubfinder.cli.serve import refuse_to_start
from hubfinder.settings import Environment, Settings
from hubfinder.vault.engine import prepare_vault
from hubfinder.vault.keys import KeysRefused, read_keys
from hubfinder.vault.tables import downgrade_vault, require_vault, upgrade_vault
from tests.faults.power import Disk
from tests.faults.tally import address_of, vault_at

TIMES = 4
LONGEST = 0.25
"""Seconds that the tables take to be made, at least: killed before that."""
KEYS = """
import sys
from pathlib import Path
from hubfinder.vault.keys import read_keys
read_keys(Path(sys.argv[1]), is_own_folder=True)
"""


def killed_while_it_upgrades(file: Path, after: float, *, down: bool) -> None:
    child = os.fork()
    if child == 0:
        try:
            engine = sa.create_engine(address_of(file), poolclass=sa.NullPool)
            prepare_vault(engine)
            (downgrade_vault if down else upgrade_vault)(engine)
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, 9)
    os.waitpid(child, 0)


def test_a_migration_killed_midway_leaves_old_or_new_never_half(tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311 - not for secrets
    file = tmp_path / "requests.sqlite3"
    engine = vault_at(address_of(file))
    whole: set[str] = set()
    for turn in range(TIMES):
        is_down = turn % 2 == 1
        killed_while_it_upgrades(file, chance.uniform(0, LONGEST), down=is_down)
        tables = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
        upgrade_vault(engine)
        require_vault(engine)
        whole = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
        assert tables in (set(), whole), "old or new"
        with engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert "referral" in whole
    engine.dispose()


def test_the_power_goes_after_the_keys_were_made_and_they_are_there(forgetful: Path, tmp_path: Path) -> None:
    """Else what was sealed with them in the first minute would open never again."""
    disk = Disk.under(tmp_path)
    (disk.live / "keys").mkdir()
    disk.settle(forgetful)
    file = disk.live / "keys" / "vault.json"
    environment = {**os.environ, **disk.environment, "LD_PRELOAD": str(forgetful)}
    subprocess.run([sys.executable, "-c", KEYS, str(file)], env=environment, check=True)
    disk.cut(tmp_path / "after")
    assert read_keys(tmp_path / "after" / "keys" / "vault.json") == read_keys(file)


@pytest.mark.sqlite_only  # about a file
def test_nothing_is_served_with_weak_keys_or_without(app: Flask, settings: Settings) -> None:
    assert app.testing
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    settings.vault_keys.unlink(missing_ok=True)
    with pytest.raises(KeysRefused):
        refuse_to_start(production)
    assert not settings.vault_keys.exists(), "in production nobody makes them by the way"
    refuse_to_start(settings)
    good = settings.vault_keys.read_bytes()
    for weak in (b"", b"{}", re.sub(rb'"k1": "[^"]+"', b'"k1": "' + b"A" * 43 + b'="', good)):
        settings.vault_keys.write_bytes(weak)
        for each in (settings, production):
            with pytest.raises(KeysRefused):
                refuse_to_start(each)
    settings.vault_keys.write_bytes(good)
    refuse_to_start(production)
