"""Power cuts while requests are being sent: run with the library that forgets already loaded.

``python -m tests.faults.power_cuts FOLDER HOW TIMES SEED`` prints a line of JSON for each cut.
"""

import json
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

from hubfinder.vault.keys import Keyring, new_keyring
from hubfinder.vault.tables import upgrade_vault
from tests.faults import senders, weaker
from tests.faults.power import Disk
from tests.faults.tally import Found, Log, address_of, look, read_log, vault_at, wait_for

SENDERS = 3
LEAST, LONGEST = 8, 0.4
"""Steps and requests that are acknowledged until the power goes, and seconds after that."""
IN_A_ROW = 10
"""Cuts on the same disk, each going on with what the last one left."""
VAULT = "requests.sqlite3"


def power_cuts(folder: Path, library: Path, how: str, times: int, seed: int) -> Iterator[Found]:
    """Cut the power so many times, in a process of its own, and tell what was found after each."""
    command = [sys.executable, "-m", "tests.faults.power_cuts", str(folder), how, str(times), str(seed)]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    with Popen(command, stdout=PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        for line in running.stdout:
            yield Found(**json.loads(line))
    if running.returncode:
        raise RuntimeError(f"the trials ended with {running.returncode}")


def main(folder: Path, how: str, times: int, seed: int) -> None:
    weaker.synchronise(how)
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    ring = new_keyring()
    before, log = folder / "before", folder / "log"
    begins_anew, before_this = True, Found()
    for turn in range(times):
        if begins_anew or turn % IN_A_ROW == 0:
            _begin(before, log)
            before_this = Found()
        with TemporaryDirectory(dir=folder) as place:
            after = _cut(Path(place), before, log, ring, chance)
            shutil.rmtree(before)
            shutil.copytree(
                after, before
            )  # before anybody opens it: the next cut finds the log of SQLite there
            found = look(address_of(after / VAULT), ring, read_log(log))
        begins_anew = not found.is_well
        print(json.dumps(asdict(found.since(before_this))), flush=True)  # noqa: T201
        before_this = found


def _begin(before: Path, log: Path) -> None:
    shutil.rmtree(before, ignore_errors=True)
    before.mkdir()
    log.unlink(missing_ok=True)
    _new_vault(before / VAULT)


def _new_vault(file: Path) -> None:
    engine = vault_at(address_of(file))
    upgrade_vault(engine)
    engine.dispose()


def _cut(place: Path, before: Path, log: Path, ring: Keyring, chance: random.Random) -> Path:
    """What is left of ``before``, where it was gone on with and the power was cut.

    Every other time the disk has got round to some of the blocks that nobody asked it to keep.
    """
    disk = Disk.under(place)
    shutil.copytree(before, disk.live, dirs_exist_ok=True)
    disk.settle(Path(os.environ["LD_PRELOAD"]))
    os.environ.update(disk.environment)
    written = Log(log)
    url = address_of(disk.live / VAULT)
    name = place.name
    running = [senders.start(url, ring, written, f"{name}-{number}") for number in range(SENDERS)]
    wait_for(log, LEAST)
    time.sleep(chance.uniform(0, LONGEST))
    senders.freeze(*running)
    disk.cut(place / "after", chance if chance.random() < 0.5 else None)
    senders.kill(*running)
    os.close(written.handle)
    return place / "after"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
