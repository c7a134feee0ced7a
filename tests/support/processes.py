"""Servers for tests that run as processes of their own and are told how to behave by files."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.mail_server import free_port

PATIENCE = 60.0
"""Seconds: a busy machine takes long to start a process."""
BEHAVIOUR, TAKEN = "behaviour.json", "taken.jsonl"


class Served:
    """A server in a process of its own, seen from outside."""

    def __init__(self, module: str, folder: Path) -> None:
        self.module = module
        self.folder = folder
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.behave()

    def behave(self, **how: Any) -> None:
        """Say how it behaves from now on, instead of how it did."""
        new = self.folder / "behaviour.new"
        new.write_text(json.dumps(how), "utf-8")
        new.replace(self.folder / BEHAVIOUR)

    @property
    def taken(self) -> list[dict[str, Any]]:
        """What it took, in order."""
        file = self.folder / TAKEN
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Within this somebody answers at the port."""
        command = [sys.executable, "-m", self.module, str(self.port), str(self.folder)]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
        try:
            self._wait(process)
            yield
        finally:
            process.kill()
            process.wait()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert process.poll() is None, "the server did not start"
            with socket.socket() as probe:
                probe.settimeout(1.0)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("nobody answers at the port")


def behaviour(folder: Path) -> dict[str, Any]:
    """How a server is to behave now."""
    found: dict[str, Any] = json.loads((folder / BEHAVIOUR).read_text("utf-8"))
    return found


def keep(folder: Path, what: dict[str, Any]) -> None:
    """Write down what a server took, before it says that it did."""
    with (folder / TAKEN).open("a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")
