"""Senders that are killed again and again, each replaced at once, while the others go on.

``python -m tests.faults.kills FOLDER URL TIMES SEED`` prints what was found, as a line of JSON.
"""

import json
import os
import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from subprocess import PIPE, run

from hubfinder.vault.keys import new_keyring
from tests.faults import senders
from tests.faults.tally import Found, Log, look, read_log, wait_for

SENDERS = 3
LARGEST, LONGEST = 4, 0.03
"""Steps and requests that are acknowledged between two kills, at most, and seconds after that."""


def killed_senders(folder: Path, url: str, times: int, seed: int) -> Found:
    """Kill so many over an upgraded vault, in a process of its own, and tell what was found."""
    command = [sys.executable, "-m", "tests.faults.kills", str(folder), url, str(times), str(seed)]
    done = run(command, stdout=PIPE, text=True, check=True)
    return Found(**json.loads(done.stdout))


def main(folder: Path, url: str, times: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    ring, log = new_keyring(), Log(folder / "log")
    running = [senders.start(url, ring, log, f"first-{number}") for number in range(SENDERS)]
    for turn in range(times):
        wait_for(folder / "log", chance.randint(0, LARGEST))
        time.sleep(chance.uniform(0, LONGEST))
        senders.kill(running.pop(chance.randrange(SENDERS)))
        running.append(senders.start(url, ring, log, str(turn)))
    senders.kill(*running)
    os.close(log.handle)
    print(json.dumps(asdict(look(url, ring, read_log(folder / "log")))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
