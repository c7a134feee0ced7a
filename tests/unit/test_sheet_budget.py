"""What sheets may cost: no school is cut off, nobody typesets without end, no fault is a family's."""

import multiprocessing
import os
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from hubfinder.sheets import budget as budgets
from hubfinder.sheets.budget import (
    A_CLIENT_AT_ONCE,
    FILE,
    MACHINE,
    SHEET,
    Bucket,
    Budget,
    TooMuch,
    may_go_without,
    network_of,
    pay,
    spending,
)
from hubfinder.slots import Busy, Slots

SCHOOL, OTHER = "192.0.2.1", "192.0.2.2"
DAY = date(2026, 11, 22)


class Clock:
    """Time that only passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0
        self.day = DAY

    def now(self) -> float:
        return self.seconds

    def today(self) -> date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(tmp_path: Path, clock: Clock) -> Budget:
    return Budget(
        tmp_path, "a key", machine=Bucket(10 * A_CLIENT_AT_ONCE, 1000), now=clock.now, today=clock.today
    )


AT_ONCE = A_CLIENT_AT_ONCE // SHEET


def spend_all(budget: Budget, address: str, at_most: int = 1000) -> int:
    """How many sheets an address gets before it is refused."""
    for number in range(at_most):
        try:
            budget.admit(address)
        except TooMuch:
            return number
    return at_most


def rows_of(folder: Path) -> dict[str, float]:
    with closing(sqlite3.connect(folder / FILE)) as file:
        return dict(file.execute("SELECT client, level FROM bucket"))


def test_a_staff_room_prints_all_it_needs(budget: Budget, clock: Clock) -> None:
    for _ in range(30):  # colleagues, each with five sheets within a few minutes
        for _ in range(5):
            budget.admit(SCHOOL)
            budget.settle(SCHOOL, 120 - SHEET)
        clock.seconds += 4
    own, _ = budget.left(SCHOOL)
    assert own > A_CLIENT_AT_ONCE / 2


def test_sixty_sheets_at_once_and_sixty_a_minute(budget: Budget, clock: Clock) -> None:
    assert spend_all(budget, SCHOOL) == AT_ONCE
    with pytest.raises(TooMuch) as refused:
        budget.admit(SCHOOL)
    clock.seconds += refused.value.seconds
    budget.admit(SCHOOL)
    clock.seconds += 60
    assert spend_all(budget, SCHOOL) in (AT_ONCE, AT_ONCE - 1)


def test_one_address_does_not_use_up_what_another_may(budget: Budget) -> None:
    spend_all(budget, SCHOOL)
    assert spend_all(budget, OTHER) == AT_ONCE


def test_what_it_really_cost_is_what_counts(budget: Budget) -> None:
    full, _ = budget.left(SCHOOL)
    budget.admit(SCHOOL)
    budget.settle(SCHOOL, 40 - SHEET)
    assert budget.left(SCHOOL)[0] == full - 40
    budget.settle(SCHOOL, 1000)
    assert budget.left(SCHOOL)[0] == full - 1040


def test_when_it_is_scarce_the_heaviest_users_wait_first(tmp_path: Path, clock: Clock) -> None:
    budget = Budget(tmp_path, "k", machine=Bucket(75 * SHEET, 100), now=clock.now, today=clock.today)
    heavy = spend_all(budget, SCHOOL)
    assert 40 < heavy < AT_ONCE
    used = spend_all(budget, OTHER)
    assert used < 30  # the machine's bucket is nearly empty, and this one has used much of it too
    with pytest.raises(TooMuch) as refused:
        budget.admit(SCHOOL)
    assert 1 <= refused.value.seconds <= 120
    for number in range(20):
        budget.admit(f"198.51.100.{number}")  # who has hardly used anything is let in


def test_many_modest_clients_together_do_not_take_the_machine(tmp_path: Path, clock: Clock) -> None:
    budget = Budget(tmp_path, "k", machine=Bucket(50 * SHEET, 100), now=clock.now, today=clock.today)
    served = 0
    for number in range(250):
        with suppress(TooMuch):
            budget.admit(f"198.51.100.{number}")
            served += 1
    assert served == 60  # what the bucket holds, and a little on credit
    with pytest.raises(TooMuch) as refused:
        budget.admit(SCHOOL)
    clock.seconds += refused.value.seconds
    budget.admit(SCHOOL)


def test_the_machine_recovers(tmp_path: Path, clock: Clock) -> None:
    budget = Budget(tmp_path, "k", machine=Bucket(100 * SHEET, 1000), now=clock.now, today=clock.today)
    spend_all(budget, SCHOOL)
    clock.seconds += 200
    assert budget.left(OTHER) == (A_CLIENT_AT_ONCE, 100 * SHEET)


def test_nothing_tells_who_it_was(budget: Budget, tmp_path: Path, clock: Clock) -> None:
    budget.admit(SCHOOL)
    today = set(rows_of(tmp_path)) - {MACHINE}
    assert len(today) == 1
    for file in tmp_path.iterdir():
        assert SCHOOL.encode() not in file.read_bytes()
    clock.day += timedelta(days=1)
    budget.admit(SCHOOL)
    tomorrow = set(rows_of(tmp_path)) - {MACHINE}
    assert len(tomorrow) == 1
    assert today != tomorrow
    with closing(sqlite3.connect(tmp_path / FILE)) as kept:
        assert [day for (day,) in kept.execute("SELECT day FROM salt")] == ["2026-11-23"]


def test_behind_a_proxy_that_nobody_told_of_only_the_machine_has_a_limit(
    budget: Budget, tmp_path: Path
) -> None:
    assert spend_all(budget, "127.0.0.1", at_most=400) == 400
    assert set(rows_of(tmp_path)) == {MACHINE}
    assert spend_all(budget, "127.0.0.1", at_most=3000) == 200
    with pytest.raises(TooMuch) as refused:
        budget.admit("127.0.0.1")
    assert refused.value.seconds == 1


def test_full_buckets_are_forgotten(budget: Budget, tmp_path: Path, clock: Clock) -> None:
    for number in range(20):
        budget.admit(f"198.51.100.{number}")
    assert len(rows_of(tmp_path)) == 21
    clock.seconds += 60
    budget.admit(SCHOOL)
    assert len(rows_of(tmp_path)) == 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("127.0.0.1", "::1", True),
        ("", "127.0.0.1", True),
        ("unix:", "192.0.2.1", False),
    ],
)
def test_whom_an_address_belongs_to(one: str, other: str, *, is_same: bool) -> None:
    assert (network_of(one) == network_of(other)) is is_same


@pytest.mark.parametrize("jump", [-3600.0, 40 * 24 * 3600.0])
def test_a_clock_that_jumps_cuts_nobody_off(budget: Budget, clock: Clock, jump: float) -> None:
    budget.admit(SCHOOL)
    clock.seconds += jump
    for _ in range(50):
        budget.admit(SCHOOL)
    clock.seconds += 3600
    assert budget.left(SCHOOL)[0] == A_CLIENT_AT_ONCE


def test_a_broken_file_is_begun_anew(budget: Budget, tmp_path: Path) -> None:
    budget.admit(SCHOOL)
    (tmp_path / FILE).write_bytes(b"this is no database" * 400)
    for name in (f"{FILE}-wal", f"{FILE}-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    budget.admit(SCHOOL)
    assert spend_all(budget, SCHOOL) == AT_ONCE


def test_a_file_that_is_locked_refuses_nobody(
    budget: Budget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "LOCKED_FOR", 0.01)
    spend_all(budget, SCHOOL)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        budget.admit(SCHOOL)
        budget.settle(SCHOOL, 10)
    finally:
        other.close()
    with pytest.raises(TooMuch):
        budget.admit(SCHOOL)


def test_without_a_folder_to_write_in_nobody_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    budget = Budget(tmp_path / "taken", "key")
    budget.admit(SCHOOL)
    with Slots(tmp_path / "taken", 1).place():
        pass


def work_for(folder: Path, sheets: int, results: "multiprocessing.Queue[int]") -> None:
    """What a worker does: ask for so many sheets, and tell how many it got."""
    budget = Budget(folder, "key", client=Bucket(100 * SHEET, 0.001), machine=Bucket(1000 * SHEET, 0.001))
    got = 0
    for _ in range(sheets):
        try:
            with spending(budget, SCHOOL):
                pay()
                end = time.thread_time() + SHEET / 1000 / 100
                while time.thread_time() < end:
                    pass
                got += 1
        except TooMuch:
            pass
    results.put(got)


def test_many_processes_have_one_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they reckoned is given back as they spend less: in the end each sheet has cost what it took."""
    monkeypatch.setattr(budgets, "LOCKED_FOR", 20.0)  # nothing may be lost here, however slow the machine is
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=work_for, args=(tmp_path, 50, results)) for _ in range(4)]
    for worker in workers:
        worker.start()
    got = sum(results.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    budget = Budget(tmp_path, "key", client=Bucket(100 * SHEET, 0.001), machine=Bucket(1000 * SHEET, 0.001))
    spent = 100 * SHEET - budget.left(SCHOOL)[0]
    assert got == 200  # they take a hundredth of what was reckoned
    assert 200 * SHEET / 100 <= spent + 1 < 200 * SHEET / 4
    assert spend_all(budget, SCHOOL) < 100


def test_a_process_that_is_killed_has_paid_what_was_reckoned(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "key", client=Bucket(10 * SHEET, 0.001))
    child = os.fork()
    if not child:
        budget.admit(SCHOOL)
        os._exit(1)
    os.waitpid(child, 0)
    assert budget.left(SCHOOL)[0] < 9.01 * SHEET


def hold(folder: Path, ready: threading.Event, done: threading.Event) -> None:
    with Slots(folder, 1).place():
        ready.set()
        done.wait(20)


def test_only_so_many_typeset_at_once_in_all_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(tmp_path, ready, done))
    holder.start()
    assert ready.wait(20)
    with pytest.raises(Busy), Slots(tmp_path, 1, patience=0.05).place():
        pass
    with Slots(tmp_path, 2, patience=0.05).place():
        pass
    done.set()
    with Slots(tmp_path, 1, patience=10).place():
        pass
    holder.join()


def test_the_place_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(tmp_path, ready, done))
    holder.start()
    assert ready.wait(20)
    holder.kill()
    with Slots(tmp_path, 1, patience=10).place():
        pass
    holder.join()


def test_threads_of_one_process_wait_for_each_other_and_hold_one_place_at_most(tmp_path: Path) -> None:
    with Slots(tmp_path, 1).place(), pytest.raises(Busy), Slots(tmp_path, 1, patience=0.05).place():
        pass
    ours = Slots(tmp_path, 2, patience=0.05)
    with ours.place():
        with pytest.raises(Busy), ours.place():
            pass
        with Slots(tmp_path, 2, patience=0.05).place():  # another process
            pass
    with ours.place():
        pass


def test_what_is_ready_costs_nothing_even_for_who_has_nothing_left(budget: Budget) -> None:
    spend_all(budget, SCHOOL)
    left = budget.left(SCHOOL)
    with spending(budget, SCHOOL):
        pass  # nothing had to be made
    assert budget.left(SCHOOL) == left


def test_nobody_pays_twice_for_one_page(budget: Budget) -> None:
    with spending(budget, SCHOOL):
        assert pay()
        assert pay()
        assert budget.left(SCHOOL)[0] == A_CLIENT_AT_ONCE - SHEET
    assert budget.left(SCHOOL)[0] > A_CLIENT_AT_ONCE - SHEET


def test_outside_of_pages_nobody_pays() -> None:
    assert pay()
    assert not may_go_without()


def test_plain_pages_are_made_on_credit_without_typesetting(budget: Budget) -> None:
    spend_all(budget, SCHOOL)
    with spending(budget, SCHOOL, may_refuse=False):
        assert may_go_without()
        assert not pay()
        assert not pay()
    with pytest.raises(TooMuch), spending(budget, SCHOOL):
        pay()


def test_credit_has_an_end(tmp_path: Path, clock: Clock) -> None:
    budget = Budget(tmp_path, "k", now=clock.now, today=clock.today)
    budget = replace(budget, client=Bucket(3 * SHEET, 1), machine=Bucket(1000 * SHEET, 1))
    for _ in range(6):
        budget.admit(SCHOOL, on_credit=True)
    with pytest.raises(TooMuch):
        budget.admit(SCHOOL, on_credit=True)
