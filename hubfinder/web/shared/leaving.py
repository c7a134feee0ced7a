"""What is forgotten when somebody leaves in a hurry: each face says so, as the way out belongs to one."""

from collections.abc import Callable

from flask import Response

Forget = Callable[[Response], None]
_FORGETTING: list[Forget] = []
STORED_THERE = '"cache", "storage"'
"""What browsers throw away at once, over HTTPS."""


def when_leaving(forget: Forget) -> Forget:
    """Let this be done with the answer by which somebody leaves."""
    _FORGETTING.append(forget)
    return forget


def forget_everything(response: Response) -> None:
    """Forget what this browser could show of what was written here, on the server and in the browser."""
    for forget in _FORGETTING:
        forget(response)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Clear-Site-Data"] = STORED_THERE
