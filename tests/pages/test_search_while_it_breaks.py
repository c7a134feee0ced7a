"""A real server goes on answering while its index is destroyed under it, and heals it by itself."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from flask import Flask

from hubfinder.search import book, indexing
from hubfinder.settings import PROJECT, Settings
from tests.support.pages import application

PATIENCE = 300.0
"""Seconds in which it must be well again on a machine that is busy with other tests: healing stands back."""


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """``hubfinder serve`` with two workers over an instance; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "HUBFINDER_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(PROJECT)}
    program = "from hubfinder.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", f"--bind=127.0.0.1:{port}"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as running:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until(lambda: _is_there(address))
            yield address
        finally:
            os.killpg(running.pid, signal.SIGTERM)


def _is_there(address: str) -> bool:
    try:
        return bool(_asked(address))
    except OSError:
        return False


def _asked(address: str) -> str:
    """The results page for words that listings of the small world hold; raises unless it is good."""
    with urllib.request.urlopen(f"{address}/results?q=play", timeout=20) as answer:  # noqa: S310 - our own
        page: str = answer.read().decode()
    return page


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_pages_answer_while_the_index_is_destroyed_and_it_heals(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        settings: Settings = _settings(app)
    folders = (settings.index_dir, book.book_dir(settings.index_dir))
    with served(settings) as address:
        whole = _asked(address)
        assert _found(whole) > 1
        for damage in (_delete, _garble, _cut):
            before = book.read_state(folders[1])
            for folder in folders:
                damage(folder)
            for _ in range(20):
                assert _found(_asked(address)) == _found(whole)
            _wait_until(partial(_again, address, settings, before))
            assert _found(_asked(address)) == _found(whole)


def _again(address: str, settings: Settings, before: book.State | None) -> bool:
    """Whether there is a new and sound book, asking on."""
    _asked(address)
    state = book.read_state(book.book_dir(settings.index_dir))
    return state is not None and state != before and indexing.is_sound(settings.index_dir)


def _found(page: str) -> int:
    return page.count("/service/")


def _settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def _delete(folder: Path) -> None:
    shutil.rmtree(folder)


def _garble(folder: Path) -> None:
    for file in _files(folder):
        with suppress(FileNotFoundError):  # another worker may be healing already
            file.write_bytes(random.Random(1).randbytes(file.stat().st_size))  # noqa: S311 - not for secrets


def _cut(folder: Path) -> None:
    for file in _files(folder):
        with suppress(FileNotFoundError):
            os.truncate(file, file.stat().st_size // 3)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
