"""Processes side by side: the loss of one costs one task, and one that takes too much memory is replaced."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hubfinder.sheets.workers import MOST_MEGABYTES, CannotStart, Make, Workers

DEADLY, HUNGRY = 3, 5


def _die() -> None:
    """As if the machine had no memory left."""
    os._exit(9)


@contextmanager
def doubling() -> Iterator[Make[int, tuple[int, int]]]:
    """Doubles numbers, with the number of its process; dies of one, and grows fat on another."""

    def make(number: int) -> tuple[tuple[int, int], int]:
        if number == DEADLY:
            _die()
        return (2 * number, os.getpid()), MOST_MEGABYTES + 1 if number == HUNGRY else 50

    yield make


@contextmanager
def failing() -> Iterator[Make[int, int]]:
    """Cannot be made ready."""
    _die()
    yield lambda number: (number, 0)


def test_every_task_is_answered_though_a_process_is_lost() -> None:
    with Workers(1, doubling) as workers:
        results = dict(workers.results(range(8)))
        assert workers.megabytes == MOST_MEGABYTES + 1
    assert results.pop(DEADLY) is None
    assert {number: done[0] for number, done in results.items() if done} == {
        number: 2 * number for number in range(8) if number != DEADLY
    }
    process = {number: done[1] for number, done in results.items() if done}
    assert process[0] == process[2]
    assert process[4] != process[2], "a new one has taken the place of the one that was lost"
    assert process[5] == process[4]
    assert process[6] != process[5], "a new one has taken the place of the one that grew"


def test_nothing_to_do_starts_nothing() -> None:
    with Workers(2, doubling) as workers:
        assert not list(workers.results([]))


def test_where_no_process_can_start_it_is_said_at_once() -> None:
    with pytest.raises(CannotStart), Workers(1, failing) as workers:
        list(workers.results([1, 2]))
