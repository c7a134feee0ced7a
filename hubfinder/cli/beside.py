"""A command that runs beside the server: begun again when it ends, and ended with the server."""

import os
import signal
import subprocess
import sys
import time

LOOK, PAUSE = 0.5, 10.0
"""Seconds between two looks, and before it is begun again."""
PATIENCE = 10.0
_PROGRAM = "from hubfinder.cli import main; main()"


def run_beside(*words: str) -> None:
    """Start a process that keeps ``hubfinder`` with these words running for as long as this one lives.

    This process may become another program meanwhile (``exec``): what counts is its number. Nothing of the
    database may be open.
    """
    parent = os.getpid()
    if os.fork() == 0:
        try:
            _keep(parent, words)
        finally:
            os._exit(0)  # never 3 or 4: Gunicorn takes these for a worker of its own that cannot start


def _keep(parent: int, words: tuple[str, ...]) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # from the keyboard it reaches everybody: we end with the server
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while os.getppid() == parent:
        child = subprocess.Popen([sys.executable, "-c", _PROGRAM, *words])  # noqa: S603 - our own words
        while child.poll() is None and os.getppid() == parent:
            time.sleep(LOOK)
        _end(child)
        _rest(parent)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _rest(parent: int) -> None:
    until = time.monotonic() + PAUSE
    while time.monotonic() < until and os.getppid() == parent:
        time.sleep(LOOK)
