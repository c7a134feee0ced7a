"""Answers that hardly ever change, kept for a minute by each application."""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from flask import Flask, current_app

SECONDS = 60
MOST = 2_000
"""Answers; when there are more, all are forgotten."""

Answer = TypeVar("Answer")


def init_app(app: Flask) -> None:
    """Give the application its own store: two applications may have two databases."""
    app.extensions["kept"] = {}


def kept(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What ``ask`` answered within the last minute, or answers now. Empty answers are not kept.

    An empty answer is that of a database not filled yet.
    """
    store: dict[Hashable, tuple[float, object]] = current_app.extensions["kept"]
    until, answer = store.get(key, (0.0, None))
    if time.monotonic() < until:
        return cast("Answer", answer)
    answer = ask()
    if answer:
        if len(store) >= MOST:
            store.clear()
        store[key] = time.monotonic() + SECONDS, answer
    return answer
