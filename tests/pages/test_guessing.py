"""Whoever guesses at codes is stopped however many workers answer: the count stands in the vault."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from flask import Flask

from hubfinder.referrals.lookups import OF_A_REFERENCE
from hubfinder.settings import PROJECT, Settings
from tests.support.following import Follower

WORKERS, EACH = 3, 20


def test_of_sixty_wrong_codes_at_three_workers_ten_are_looked_at(app: Flask) -> None:
    family, other = Follower(app), Follower(app)
    settings: Settings = app.extensions["settings"]
    worker = Path(__file__).with_name("guessing_worker.py")
    environment = {**os.environ, **settings.as_environment(), "PYTHONPATH": str(PROJECT)}
    running = [
        subprocess.Popen(
            [sys.executable, str(worker), family.reference, str(EACH)],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    answered = Counter(line for one in running for line in one.communicate(timeout=300)[0].split())
    assert [one.returncode for one in running] == [0] * WORKERS
    most = OF_A_REFERENCE[0]
    assert answered == {"404": most, "429": WORKERS * EACH - most}
    assert family.enter().status_code == 429, "nor is the right one, for a while"
    assert other.enter().status_code == 303, "and nobody else is kept out"
