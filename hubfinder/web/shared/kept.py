"""Answers that hardly ever change, kept for a minute by each application."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import TypeVar, cast

from flask import Flask, current_app

SECONDS = 60
MOST = 2_000
"""Answers; when there are more, all are forgotten."""

Answer = TypeVar("Answer")


def init_app(app: Flask) -> None:
    """Give the application its own store: two applications may have two databases."""
    app.extensions["kept"] = {}


def kept_each(
    name: str, keys: Collection[str], ask: Callable[[Collection[str]], Mapping[str, Answer]]
) -> dict[str, Answer]:
    """An answer for each key, asking once for all that have none from the last minute.

    A key without an answer is remembered too, and left out.
    """
    store: dict[Hashable, tuple[float, object]] = current_app.extensions["kept"]
    now = time.monotonic()
    known = {key: store.get((name, key), (0.0, None)) for key in keys}
    found = {key: answer for key, (until, answer) in known.items() if until > now}
    missing = [key for key in keys if key not in found]
    if missing:
        answers = ask(missing)
        found.update({key: answers.get(key) for key in missing})
        if len(store) >= MOST:
            store.clear()
        store.update({(name, key): (now + SECONDS, found[key]) for key in missing})
    return {key: cast("Answer", answer) for key, answer in found.items() if answer is not None}


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
