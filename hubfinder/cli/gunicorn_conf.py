"""What Gunicorn reads as it starts. It is read by the master, which must not import hubfinder: a reload would
go on with the old code.
"""

from typing import Any


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 - Gunicorn has no types
    """A worker is about to take connections, and hubfinder is there."""
    from hubfinder.cli.gathering import take_over  # noqa: PLC0415 - see above

    settings = worker.wsgi.extensions.get("settings")  # the bare application of a benchmark has none
    take_over(worker, settings.front_door_telephone if settings else "")
