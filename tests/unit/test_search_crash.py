"""Nothing that happens to the files of the index stops the pages, and everything heals."""

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.search import documents, indexing
from hubfinder.search.book import book_dir
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.files import Busy, alone
from hubfinder.search.finder import Finder
from hubfinder.search.values import Wanted
from hubfinder.settings import Settings
from tests.support import factories as made
from tests.unit.test_search_contract import names, words

TOUCHING = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})
"""What a process does to files, as Python's audit tells it."""
MOST_POINTS = 400


def listed(session: Session, settings: Settings) -> Service:
    toy = made.service(session, "Toy library", summary="Dolls and puppets")
    made.service(session, "Bike library")
    documents.rebuild_documents(session)
    session.commit()
    indexing.catch_up(session, settings.index_dir)
    return toy


def renamed(session: Session, toy: Service, name: str) -> Service:
    toy = session.merge(toy)
    toy.name = name
    documents.refresh_documents(session, services=[toy.id])
    session.commit()
    return toy


def asked(session: Session, settings: Settings, text: str) -> tuple[str, list[str]]:
    """The engine that answered a worker that has just started, and the names."""
    found = Finder(BookEngine(settings.index_dir), 8000, 182, words).find(session, Wanted(text=text))
    return found.engine, names(found)


def killed_at(point: int, settings: Settings, work: Callable[[Session, Path], object]) -> bool:
    """Do some work in a process that is killed when it touches a file for so manyeth time; whether it was."""
    child = os.fork()
    if child == 0:
        left = point

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in TOUCHING and str(settings.index_dir.parent) in str(arguments[0]):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            engine = sa.create_engine(settings.database, poolclass=sa.NullPool)
            with Session(engine) as session:
                session.scalar(sa.text("SELECT 1"))  # opens the database before we look
                sys.addaudithook(watch)
                work(session, settings.index_dir)
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def change(session: Session, folder: Path) -> None:
    indexing.catch_up(session, folder)


def build(session: Session, folder: Path) -> None:
    indexing.rebuild(session, folder)


@pytest.mark.parametrize(("work", "stride"), [(change, 1), (build, 4)])
def test_killed_anywhere_the_pages_answer_and_the_index_heals(
    session: Session, settings: Settings, work: Callable[[Session, Path], object], stride: int
) -> None:
    toy = listed(session, settings)
    kills = 0
    for point in range(1, MOST_POINTS, stride):
        name = f"Toy library {point}"
        toy = renamed(session, toy, name)
        if not killed_at(point, settings, work):
            break
        kills += 1
        assert asked(session, settings, "dolls")[1] == [name], "whatever is left"
        indexing.heal(session, settings.index_dir)
        assert indexing.status(session, settings.index_dir).in_step
        assert asked(session, settings, "dolls") == ("whoosh", [name])
    assert kills >= 10


@pytest.mark.sqlite_only  # nothing here is about the database
def test_killed_at_any_time_the_index_heals(session: Session, settings: Settings) -> None:
    toy = listed(session, settings)
    chance = random.Random(8)  # noqa: S311 - not for secrets
    for turn in range(12):
        name = f"Toy library {turn}"
        toy = renamed(session, toy, name)
        child = os.fork()
        if child == 0:
            try:
                with Session(sa.create_engine(settings.database, poolclass=sa.NullPool)) as own:
                    while True:
                        indexing.rebuild(own, settings.index_dir)
            finally:
                os._exit(1)
        sleep(chance.random() * 0.3)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert asked(session, settings, "dolls")[1] == [name]
        indexing.heal(session, settings.index_dir)
        assert asked(session, settings, "dolls") == ("whoosh", [name])


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def empty(folder: Path) -> None:
    for file in _files(folder):
        os.truncate(file, 0)


def cut(folder: Path) -> None:
    for file in _files(folder):
        os.truncate(file, file.stat().st_size // 2)


def garble(folder: Path) -> None:
    for file in _files(folder):
        file.write_bytes(bytes(random.Random(1).randbytes(file.stat().st_size)))  # noqa: S311 - not for secrets


def lose_files(folder: Path) -> None:
    for file in _files(folder)[1:]:
        file.unlink()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


DAMAGES = (delete, empty, cut, garble, lose_files)


@contextmanager
def worker(session: Session, settings: Settings) -> Iterator[tuple[Finder, list[int]]]:
    """A finder that has answered before, and how often it has called for help since."""
    calls: list[int] = []
    finder = Finder(BookEngine(settings.index_dir), 8000, 182, words)
    finder.engine.unwell = lambda: calls.append(1)
    assert finder.find(session, Wanted(text="dolls")).engine == "whoosh"
    calls.clear()
    yield finder, calls


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Whoosh leaves files half open
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", ["index", "book", "both"])
def test_whatever_is_done_to_the_files_pages_answer_and_it_heals(
    session: Session, settings: Settings, damage: Callable[[Path], None], which: str
) -> None:
    toy = listed(session, settings)
    with worker(session, settings) as (finder, calls):
        for folder in (settings.index_dir, book_dir(settings.index_dir)):
            if which in (folder.name, "both"):
                damage(folder)
        for _ in range(3):
            finder.engine.look()
            assert names(finder.find(session, Wanted(text="dolls puppets"))) == ["Toy library"]
        assert asked(session, settings, "dolls")[1] == ["Toy library"], "a worker that starts now"
        assert calls, "it calls for help"
        toy = renamed(session, toy, "Doll library")
        assert names(finder.find(session, Wanted(text="dolls puppets"))) == ["Doll library"]
        indexing.heal(session, settings.index_dir)
        assert indexing.status(session, settings.index_dir).in_step
        found = finder.find(session, Wanted(text="dolls puppets"))
        assert (found.engine, names(found)) == ("whoosh", ["Doll library"])
        calls.clear()
        for _ in range(3):
            finder.engine.look()
        assert not calls, "all is well"


def test_only_one_heals_at_a_time(session: Session, settings: Settings) -> None:
    listed(session, settings)
    with (
        alone(settings.index_dir.with_name("healing"), 0),
        pytest.raises(Busy),
    ):
        indexing.heal(session, settings.index_dir)


def test_an_index_of_a_later_state_than_the_database_is_not_believed(
    session: Session, settings: Settings
) -> None:
    toy = listed(session, settings)
    renamed(session, toy, "Doll library")
    delete(book_dir(settings.index_dir))
    indexing.heal(session, settings.index_dir)
    session.execute(sa.text("UPDATE search_document SET revision = 1"))  # as if a copy had been brought back
    session.execute(sa.text("DELETE FROM search_removal"))
    session.commit()
    state = indexing.read_state(settings.index_dir)
    assert state is not None
    assert state.revision > 1
    assert asked(session, settings, "dolls") == ("database", ["Doll library"])
    indexing.catch_up(session, settings.index_dir)
    assert asked(session, settings, "dolls") == ("whoosh", ["Doll library"])
