"""Processes that make sheets side by side, each with its own application; losing one costs one sheet."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
D = TypeVar("D")
Make = Callable[[T], tuple[D, int]]
"""Does one task: what came of it, and the megabytes of memory that the process has taken by then."""
Start = Callable[[], AbstractContextManager[Make[T, D]]]
"""Makes a process ready; it goes there by its name, so it must stand at the top of a module."""
MOST_MEGABYTES = 700
"""A process that has taken more is ended after its task, and a new one goes on."""
PATIENCE = 5.0
"""Seconds for a process to end by itself."""
_READY = "ready"


class CannotStart(RuntimeError):
    """A process ended before it was ready; what it said of that is on standard error."""


@dataclass
class _Worker(Generic[T]):
    process: SpawnProcess
    connection: Connection
    task: T
    is_ready: bool = False


class Workers(Generic[T, D]):
    """So many processes, started when the first task comes and ended with the block."""

    def __init__(self, count: int, start: Start[T, D]) -> None:
        self._count, self._start = count, start
        self._workers: list[_Worker[T]] = []
        self._gone: list[_Worker[T]] = []
        self.megabytes = 0
        """The most memory that one of them has had so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in list(self._workers):
            if kind is not None:
                worker.process.terminate()
            self._let_go(worker)
        for worker in self._gone:
            _end(worker)

    def results(self, tasks: Iterable[T]) -> Iterator[tuple[T, D | None]]:
        """Every task with what came of it, in the order in which they are done; none: its process was lost.

        Raises:
            CannotStart: a process could not be made ready.
        """
        coming = iter(tasks)
        while True:
            while len(self._workers) < self._count and (task := next(coming, None)) is not None:
                self._workers.append(self._new(task))
            if not self._workers:
                return
            heard = wait([worker.connection for worker in self._workers])
            for worker in [one for one in self._workers if one.connection in heard]:
                yield from self._hear(worker, coming)

    def _new(self, task: T) -> _Worker[T]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._start), daemon=True)
        process.start()
        theirs.close()  # the end of the process is then the end of what can be heard
        return _Worker(process, ours, task)

    def _hear(self, worker: _Worker[T], coming: Iterator[T]) -> Iterator[tuple[T, D | None]]:
        """What a process says: that it is ready, then what came of each task. Then it gets the next."""
        try:
            said = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            self._let_go(worker)
            if not worker.is_ready:
                raise CannotStart("The processes that make sheets could not start.") from None
            yield worker.task, None
            return
        if said == _READY:
            worker.is_ready = True
            _tell(worker)
            return
        done, megabytes = said
        self.megabytes = max(self.megabytes, megabytes)
        yield worker.task, done
        task = next(coming, None) if megabytes <= MOST_MEGABYTES else None
        if task is None:
            self._let_go(worker)
        else:
            worker.task = task
            _tell(worker)

    def _let_go(self, worker: _Worker[T]) -> None:
        """Of a process that is lost, has taken too much memory, or has nothing left to do."""
        self._workers.remove(worker)
        self._gone.append(worker)
        worker.connection.close()


def _tell(worker: _Worker[T]) -> None:
    with suppress(BrokenPipeError):  # it was lost just now, which is heard next
        worker.connection.send(worker.task)


def _end(worker: _Worker[T]) -> None:
    worker.process.join(PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _work(connection: Connection, start: Start[T, D]) -> None:
    """The life of a process. It ends when whoever started it closes the connection, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too: whoever started it decides
    with start() as make:
        connection.send(_READY)
        while True:
            try:
                task = connection.recv()
                connection.send(make(task))
            except (EOFError, BrokenPipeError):
                return
