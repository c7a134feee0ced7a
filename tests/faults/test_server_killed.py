"""Worker or master killed again and again while families send: nothing acknowledged is lost or doubled."""

import random
import time
from pathlib import Path

from tests.faults.conftest import House

KILLS = 8
"""On each database; a thousand over HTTP on SQLite in `make faults`."""


def test_worker_or_master_killed_again_and_again_under_load(house: House, tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311 - not for secrets
    with house.server(said=tmp_path / "said") as server:
        visitors = house.visitors(server)
        visitors.start(3)
        for turn in range(KILLS):
            house.wait_for(chance.randint(1, 6))
            time.sleep(chance.uniform(0, 0.1))
            if turn == KILLS // 2:
                server.kill_all()
                server.start()
            else:
                server.kill_one(chance)
        visitors.stop()
    found = house.found()
    assert not visitors.gave_up
    assert not visitors.refused, (tmp_path / "said").read_text()
    assert found.acknowledged >= KILLS
    assert found.is_well, found
