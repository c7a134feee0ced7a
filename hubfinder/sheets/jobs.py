"""Work on many sheets that goes on in a process of its own, while whoever asked for it does something else.

A job is a folder: what was asked for stands in ``state.json``, the sheets in ``sheets``. The process is the
command ``hubfinder sheets``; all that is known of it is what it leaves in the folder, so it does not matter
which worker of the pages is asked, or whether they were started anew meanwhile.
"""

import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from hubfinder import state_file
from hubfinder.clock import LONDON, now
from hubfinder.settings import Settings
from hubfinder.sheets.folders import LIST, Progress, holder, put, read_list, read_progress

FORMAT = 1
FOLDER, STATE, SHEETS, SAID = "jobs", "state.json", "sheets", "said.txt"
ZIP = "all-sheets.zip"
KEPT_DAYS = 30
STARTING = 60
"""Seconds that a process may take until it holds its folder."""
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_COMMAND = (sys.executable, "-c", "from hubfinder.cli import main; main()", "sheets")
_running: list[subprocess.Popen[bytes]] = []
"""Those that this process started: asked now and then, so that none is left behind when it ends."""


class Condition(StrEnum):
    """How a job stands."""

    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"
    """By somebody."""
    BROKEN = "broken"
    """By something else: the machine was switched off, or the process failed."""


class AnotherWorks(Exception):
    """One job at a time: this one is not done yet."""

    def __init__(self, job: "Job") -> None:
        super().__init__(job.id)
        self.job = job


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a job from the start."""

    format: int
    arguments: list[str]
    """Of ``hubfinder sheets``, without the folder."""
    asked: dict[str, Any]
    """What was chosen on the page, to be said there again."""
    started: str
    """ISO time of the last start."""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Some work on many sheets."""

    id: str
    folder: Path
    state: State
    progress: Progress | None
    condition: Condition

    @property
    def sheets(self) -> Path:
        """The folder of its sheets."""
        return self.folder / SHEETS

    @property
    def started(self) -> datetime:
        return datetime.fromisoformat(self.state.started)


def jobs(settings: Settings) -> list[Job]:
    """All there are, the newest first."""
    folders = sorted((settings.sheets_dir / FOLDER).glob("*-*-*"), reverse=True)
    return [job for folder in folders if (job := find_job(settings, folder.name))]


def find_job(settings: Settings, name: str) -> Job | None:
    """A job by its name; none for anything that is not the name of one."""
    if not _ID.fullmatch(name):
        return None
    folder = settings.sheets_dir / FOLDER / name
    state = state_file.read(folder / STATE, State, FORMAT)
    if state is None:
        return None
    progress = read_progress(folder / SHEETS)
    return Job(name, folder, state, progress, _condition(folder / SHEETS, state, progress))


def start_job(settings: Settings, arguments: Sequence[str], asked: dict[str, Any]) -> Job:
    """Begin new work, and clear away what is old.

    Raises:
        AnotherWorks: one job is under way.
    """
    with _one_at_a_time(settings):
        _tidy(settings)
        name = f"{now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        folder = settings.sheets_dir / FOLDER / name
        folder.mkdir(parents=True, mode=0o750)
        _run(settings, folder, State(FORMAT, list(arguments), asked, ""))
    return _there(settings, name)


def go_on(settings: Settings, job: Job, *, changed_only: bool = False) -> Job:
    """Take up work that was broken off; or make again what has changed since it was done.

    Raises:
        AnotherWorks: one job is under way.
    """
    with _one_at_a_time(settings):
        _run(settings, job.folder, job.state, ("--changed",) if changed_only else ())
    return _there(settings, job.id)


def stop_job(job: Job) -> None:
    """Stop the work; what is made stays, and it can go on later."""
    state_file.write(job.folder / STATE, replace(job.state, stopped=True))
    process = holder(job.sheets)
    if process is not None:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)


def zipped(job: Job) -> Path:
    """All its sheets and their list in one file, made when it is first asked for."""
    path = job.folder / ZIP
    if path.exists() and path.stat().st_mtime_ns >= (job.sheets / LIST).stat().st_mtime_ns:
        return path
    new = path.with_name(f".{secrets.token_hex(4)}.new")
    with zipfile.ZipFile(new, "w", zipfile.ZIP_STORED) as whole:
        for name in [LIST, *(row.file for row in read_list(job.sheets) if row.file)]:
            whole.write(job.sheets / name, name)
    new.replace(path)
    return path


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Nobody else starts a job meanwhile.

    Raises:
        AnotherWorks: one is under way.
    """
    folder = settings.sheets_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for job in jobs(settings):
            if job.condition is Condition.WORKING:
                raise AnotherWorks(job)
        yield


def _run(settings: Settings, folder: Path, state: State, more: Sequence[str] = ()) -> None:
    _running[:] = [process for process in _running if process.poll() is None]
    begun = replace(state, started=now().isoformat(), stopped=False)
    state_file.write(folder / STATE, begun)
    (folder / SHEETS).mkdir(exist_ok=True, mode=0o750)
    with (folder / SAID).open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - arguments out of lists that we made
            (*_COMMAND, *state.arguments, *more, "--out", str(folder / SHEETS)),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **settings.as_environment()},
            start_new_session=True,
        )
    _running.append(process)
    put(folder / "process", str(process.pid).encode())


def _condition(sheets: Path, state: State, progress: Progress | None) -> Condition:
    started = datetime.fromisoformat(state.started)
    if holder(sheets) is not None:
        return Condition.WORKING
    if progress and progress.state == "done" and datetime.fromisoformat(progress.at) >= started:
        return Condition.DONE
    if state.stopped:
        return Condition.STOPPED
    return Condition.WORKING if _is_starting(sheets.parent, started) else Condition.BROKEN


def _is_starting(folder: Path, started: datetime) -> bool:
    """Whether the process is there that was started just now, though it holds nothing yet."""
    if now() - started > timedelta(seconds=STARTING):
        return False
    for process in _running:
        process.poll()  # of those that have ended nothing is left then
    with suppress(OSError, ValueError):
        os.kill(int((folder / "process").read_text("ascii")), 0)
        return True
    return False


def _tidy(settings: Settings) -> None:
    """Delete jobs that were last started long ago."""
    for job in jobs(settings):
        old = datetime.now(LONDON) - job.started > timedelta(days=KEPT_DAYS)
        if old and job.condition is not Condition.WORKING:
            shutil.rmtree(job.folder)


def _there(settings: Settings, name: str) -> Job:
    job = find_job(settings, name)
    if job is None:
        raise FileNotFoundError(name)
    return job
