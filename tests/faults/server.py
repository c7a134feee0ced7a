"""hubfinder as it is served, in processes of its own: a Gunicorn that is killed, reloaded and begun again."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hubfinder.cli.serve import THREADS, gunicorn_arguments
from hubfinder.settings import PROJECT, Settings
from tests.support.mail_server import free_port

QUICK = Path(__file__).with_name("quick.py")
WORKERS = 2
PATIENCE = 90.0
"""Seconds that a server may take to begin, on a machine that has much to do."""


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process has to be told to work with the same data."""
    return {
        "HUBFINDER_DATA_DIR": str(settings.data_dir),
        "HUBFINDER_DATABASE_URL": settings.database_url,
        "HUBFINDER_VAULT_DATABASE_URL": settings.vault_database_url,
    }


@dataclass
class Server:
    """One Gunicorn, over and over at the same address. ``with`` it to have it ended."""

    environment: Mapping[str, str]
    is_quick: bool = True
    """Workers are copies of one that is ready, so that the next is there at once; hubfinder's own are not."""
    said: Path = Path(os.devnull)
    """Where its errors are written."""
    port: int = field(default_factory=free_port)
    running: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def start(self) -> None:
        """Begin, and wait until it listens."""
        arguments = gunicorn_arguments(f"127.0.0.1:{self.port}", WORKERS, THREADS)
        if self.is_quick:
            arguments += ["--config", str(QUICK)]
        with self.said.open("ab") as said:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *arguments],
                cwd=PROJECT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                stderr=said,
            )
        end = time.monotonic() + PATIENCE
        while not (listens(self.port) and self.workers()):
            if self.running.poll() is not None or time.monotonic() > end:
                raise TimeoutError("the server has not begun")
            time.sleep(0.02)

    def workers(self) -> list[int]:
        """Their numbers, at this moment."""
        assert self.running is not None
        try:
            said = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(number) for number in said.split()]

    def kill_one(self, chance: random.Random) -> None:
        """One worker, if there is one at this moment."""
        workers = self.workers()
        with suppress(ProcessLookupError):
            if workers:
                os.kill(chance.choice(workers), signal.SIGKILL)

    def kill_all(self) -> None:
        """The master and every worker, as when the machine's memory runs out or somebody pulls the plug."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def reload(self) -> None:
        """New workers for the old ones, as after an update."""
        assert self.running is not None
        self.running.send_signal(signal.SIGHUP)

    def end(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.kill_all()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
