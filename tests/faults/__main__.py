"""``make faults``: a thousand kills and a hundred power cuts, and a table of what came of them.

How far it has come is in the file that FAULTS_STATE names (.faults.json): stopped with Ctrl-C, it goes on
there. ``python -m tests.faults anew`` begins anew.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.settings import PROJECT, Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.vault.tables import upgrade_vault
from tests.faults.kills import killed_senders
from tests.faults.power import build_library
from tests.faults.power_cuts import power_cuts
from tests.faults.server import Server, environment_of
from tests.faults.tally import Found, Log, look, read_log, vault_at, wait_for
from tests.faults.visitors import Visitors
from tests.faults.weaker import FULL, NORMAL

STATE = Path(os.environ.get("FAULTS_STATE", str(PROJECT / ".faults.json")))
SERVER_KILLS, SENDER_KILLS, CUTS, PROOFS = 1_000, 500, 100, 20
"""Kills of workers and masters over HTTP, and of processes that write to the vault; power cuts; and cuts with
less synchronising, which must lose something."""
AT_ONCE = {"server": 50, "senders": 100, FULL: 10, NORMAL: 10}
"""In one part, after which is written down how far it has come."""
OF_ALL = 10
"""Each tenth kill is of master and workers together."""


@dataclass
class Row:
    """One line of the table."""

    name: str
    wanted: int
    done: int = 0
    found: Found = field(default_factory=Found)


def main(*, anew: bool) -> int:
    """Do what is left to do; 0 if all is as it must be."""
    rows = _read() if not anew else _rows()
    steps: dict[str, Callable[[Path, int, int], Found]] = {
        "server": _kill_servers,
        "senders": _kill_senders,
        FULL: lambda folder, times, seed: _cut(folder, FULL, times, seed),
        NORMAL: lambda folder, times, seed: _cut(folder, NORMAL, times, seed),
    }
    for key, row in rows.items():
        while row.done < row.wanted:
            times = min(AT_ONCE[key], row.wanted - row.done)
            begun = time.monotonic()
            with TemporaryDirectory() as folder:
                row.found.add(steps[key](Path(folder), times, row.done))
            row.done += times
            _write(rows)
            took = time.monotonic() - begun
            _say(f"{row.name}: {row.done} of {row.wanted} ({took:.0f} s), {_in_short(row.found)}")
    return _tell(rows)


def _rows() -> dict[str, Row]:
    return {
        "server": Row("kills of workers and masters, over HTTP", SERVER_KILLS),
        "senders": Row("kills of processes that write to the vault", SENDER_KILLS),
        FULL: Row("power cuts", CUTS),
        NORMAL: Row("power cuts with synchronous=NORMAL, the proof", PROOFS),
    }


def _kill_servers(folder: Path, times: int, seed: int) -> Found:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    with _instance(folder) as settings, Server(environment_of(settings)) as server:
        ring, engine = read_keys(settings.vault_keys), vault_at(settings.vault_database)
        log = folder / "log"
        visitors = Visitors(engine, ring, server.port, Log(log))
        visitors.start(3)
        for turn in range(times):
            wait_for(log, chance.randint(1, 6))
            time.sleep(chance.uniform(0, 0.1))
            if turn % OF_ALL == OF_ALL - 1:
                server.kill_all()
                server.start()
            else:
                server.kill_one(chance)
        visitors.stop()
        found = look(settings.vault_database, ring, read_log(log))
        found.wrong.extend(f"{story} was given up" for story in visitors.gave_up)
        found.wrong.extend(f"somebody was told {status}" for status in visitors.refused)
        engine.dispose()
    return found


@contextmanager
def _instance(folder: Path) -> Iterator[Settings]:
    settings = Settings(data_dir=folder / "data")
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        db.engine.dispose()
        db.get_engine(VAULT).dispose()
    read_keys(settings.vault_keys, is_own_folder=True)
    yield settings


def _kill_senders(folder: Path, times: int, seed: int) -> Found:
    with _instance(folder) as settings:
        return killed_senders(folder, settings.vault_database, times, seed)


def _cut(folder: Path, how: str, times: int, seed: int) -> Found:
    found = Found()
    for one in power_cuts(folder, build_library(folder), how, times, seed):
        found.add(one)
    return found


def _read() -> dict[str, Row]:
    if not STATE.exists():
        return _rows()
    said = json.loads(STATE.read_text())
    return {
        key: Row(row.name, row.wanted, said[key]["done"], Found(**said[key]["found"])) if key in said else row
        for key, row in _rows().items()
    }


def _write(rows: dict[str, Row]) -> None:
    new = STATE.with_suffix(".new")
    new.write_text(json.dumps({key: asdict(row) for key, row in rows.items()}))
    new.replace(STATE)


def _tell(rows: dict[str, Row]) -> int:
    """The table, and whether all is well: what must lose has lost, and nothing else has."""
    _say("\n| fault | times | requests acknowledged | steps saved | lost | doubled | otherwise wrong |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows.values():
        found = row.found
        numbers = (row.done, found.acknowledged, found.saved, len(found.lost), len(found.doubled))
        _say(f"| {row.name} | {' | '.join(f'{one:,}' for one in numbers)} | {len(found.wrong)} |")
    proof = rows[NORMAL].found
    is_well = all(row.found.is_well for key, row in rows.items() if key != NORMAL)
    is_proved = bool(proof.lost) and not proof.doubled and not proof.wrong
    for row in rows.values():
        for what in (*row.found.doubled, *row.found.wrong)[:10]:
            _say(f"{row.name}: {what}")
    _say("" if is_well else "Something was lost, doubled or wrong.")
    _say("" if is_proved else "With synchronous=NORMAL nothing was lost: these trials prove nothing.")
    return 0 if is_well and is_proved else 1


def _in_short(found: Found) -> str:
    return (
        f"{found.acknowledged:,} requests acknowledged, {len(found.lost)} lost, "
        f"{len(found.doubled)} doubled, {len(found.wrong)} otherwise wrong"
    )


def _say(text: str) -> None:
    if text:
        print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        sys.exit(main(anew="anew" in sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. `make faults` goes on from here.")
