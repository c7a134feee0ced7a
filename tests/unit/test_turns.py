"""One page at a time, who asks for help first, and nobody waits for somebody who takes long."""

import threading
import time
from collections.abc import Callable

from hubfinder.web.shared.turns import Turn, Turns


def taken(turns: Turns, patience: float = 0.0, *, goes_first: bool = False) -> Turn:
    turn = turns.take(patience, goes_first=goes_first)
    assert turn is not None
    return turn


def waiting(turns: Turns, order: list[str], name: str, *, goes_first: bool = False) -> threading.Thread:
    def wait() -> None:
        turn = taken(turns, 10.0, goes_first=goes_first)
        order.append(name)
        turns.give_back(turn)

    before = rows(turns)
    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: rows(turns) > before)
    return thread


def rows(turns: Turns) -> int:
    return len(turns._first) + len(turns._others)


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_one_at_a_time_and_then_the_next() -> None:
    turns = Turns(lasts=60)
    mine = taken(turns)
    assert turns.take(0.0) is None
    assert turns.take(0.01, goes_first=True) is None
    turns.give_back(mine)
    turns.give_back(taken(turns))
    assert rows(turns) == 0


def test_those_who_need_help_go_first_and_all_others_in_the_order_they_came() -> None:
    turns, order = Turns(lasts=60), list[str]()
    mine = taken(turns)
    threads = [waiting(turns, order, name) for name in ("one", "two", "three")]
    threads += [waiting(turns, order, name, goes_first=True) for name in ("help", "more help")]
    turns.give_back(mine)
    for thread in threads:
        thread.join(10)
    assert order == ["help", "more help", "one", "two", "three"]


def test_nobody_waits_long_for_one_who_waits_for_something_else() -> None:
    turns = Turns(lasts=0.05)
    slow = taken(turns)
    next_one = taken(turns, 10.0)
    turns.give_back(slow)
    assert turns.take(0.0) is None, "the turn is the next one's, whoever gives theirs back"
    turns.give_back(next_one)
    turns.give_back(taken(turns))


def test_whoever_gives_up_keeps_nobody_else_waiting() -> None:
    turns, order = Turns(lasts=60), list[str]()
    mine = taken(turns)
    impatient = threading.Thread(target=lambda: order.append(str(turns.take(0.1))))
    impatient.start()
    until(lambda: rows(turns) == 1)
    patient = waiting(turns, order, "patient")
    impatient.join(10)
    assert order == ["None"]
    turns.give_back(mine)
    patient.join(10)
    assert order == ["None", "patient"]


def test_many_at_once_each_get_theirs() -> None:
    turns, order = Turns(), list[str]()

    def work(number: int) -> None:
        for turn in range(50):
            mine = taken(turns, 30.0, goes_first=number % 4 == 0)
            order.append(f"{number}-{turn}")
            turns.give_back(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(order)) == 600
    assert rows(turns) == 0
