"""New master keys for all requests, by a process that is killed while it is at it: the next goes on."""

import os
import signal
import subprocess
import sys
import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals import rotation
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import opened
from hubfinder.vault.keys import Keyring
from tests.faults.conftest import House
from tests.faults.server import environment_of
from tests.support.requests import SAID, a_request

REQUESTS = 12
PATIENCE = 90.0
"""Seconds that a process may take to begin, on a machine that has much to do."""
SLOWLY = """
import time
from hubfinder.cli import main
from hubfinder.referrals import rotation
rotation.AT_ONCE = 1
right = rotation.begin_writing
def slow(session):
    time.sleep(0.1)
    right(session)
rotation.begin_writing = slow
main(["vault", "rotate"])
"""
"""The command itself, a row at a time, so that there is a middle to be killed in."""


def test_a_rotation_that_is_killed_goes_on_and_every_request_opens(house: House) -> None:
    with Session(house.vault) as session:
        for _ in range(REQUESTS):
            a_request(session, house.ring)
        session.rollback()
        begin_writing(session)
        ring = rotation.add_key(session, A_COMMAND, house.settings.vault_keys)
        session.commit()
        rows = rotation.status(session, ring).left
    left = killed_midway(house, ring, rows)
    assert 0 < left < rows, "in the middle"
    with Session(house.vault) as session:
        assert stories(session, ring) == [SAID["story"]] * REQUESTS
        session.rollback()
        assert rotation.status(session, ring).work is not None
        session.rollback()
        done = rotation.rotate(session, ring, A_COMMAND)
        assert (done.done, done.refused) == (rows, 0), "with those that were done before"
        assert rotation.status(session, ring).rows == {ring.current: rows}
        assert stories(session, ring) == [SAID["story"]] * REQUESTS


def killed_midway(house: House, ring: Keyring, rows: int) -> int:
    """Begin it in a process of its own and kill that; how many rows are left."""
    environment = {**os.environ, **environment_of(house.settings)}
    with subprocess.Popen([sys.executable, "-c", SLOWLY], env=environment) as process:
        end = time.monotonic() + PATIENCE
        while left_of(house, ring) > rows - 3:
            assert process.poll() is None, "it has ended by itself"
            assert time.monotonic() < end, "it has not begun"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return left_of(house, ring)


def left_of(house: House, ring: Keyring) -> int:
    with Session(house.vault) as session:
        return rotation.status(session, ring).left


def stories(session: Session, ring: Keyring) -> list[str]:
    session.expire_all()
    return [opened(ring, row).told.story for row in session.scalars(sa.select(Referral))]
