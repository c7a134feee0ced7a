"""Forms that carry a file: how large it may be, said for each of them. Every other form stays small."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
AROUND = 64 * 1024
"""Bytes of the form around the file."""
_LARGEST: dict[Callable[..., object], int] = {}


def takes_file(largest: int) -> Callable[[View], View]:
    """Let a view take a form with a file of so many bytes; put it under ``staff_page``."""

    def taking(view: View) -> View:
        _LARGEST[view] = largest + AROUND
        return view

    return taking


def init_app(app: Flask) -> None:
    """Must stand after the guard, so that nobody else sends anything large, and before the form is read."""
    app.before_request(_allow)


def _allow() -> None:
    largest = _LARGEST.get(current_app.view_functions.get(request.endpoint or "", _allow))
    if largest:
        request.max_content_length = largest
