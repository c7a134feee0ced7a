"""Which engine answers, and how what it reads is kept: by the settings and the database."""

from pathlib import Path
from typing import Protocol, cast

from sqlalchemy.orm import Session

from hubfinder.search import indexing, postgres_index
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.documents import Progress
from hubfinder.search.indexing import Status
from hubfinder.search.postgres_engine import PostgresEngine
from hubfinder.settings import SearchEngine, Settings


class Keeper(Protocol):
    """Keeps what an engine reads in step with the search documents; ``folder`` is ``Settings.index_dir``."""

    def rebuild(self, session: Session, folder: Path, progress: Progress = ...) -> int:
        """Write it all again; how many documents there are."""
        ...

    def catch_up(
        self,
        session: Session,
        folder: Path,
        *,
        check: bool = False,
        with_book: bool = True,
        patience: float = indexing.PATIENCE,
    ) -> int:
        """Bring it up to what is committed; how many documents were written."""
        ...

    def heal(self, session: Session, folder: Path) -> int:
        """Make again what is missing or damaged; how many documents were written."""
        ...

    def status(self, session: Session, folder: Path) -> Status:
        """Compare it with the database."""
        ...


_ENGINES = {SearchEngine.WHOOSH: BookEngine, SearchEngine.POSTGRESQL: PostgresEngine}
_KEEPERS = {SearchEngine.WHOOSH: indexing, SearchEngine.POSTGRESQL: postgres_index}


def engine_of(settings: Settings) -> BookEngine:
    """A new engine of the kind that these settings ask for."""
    return _ENGINES[settings.engine](settings.index_dir)


def keeper_of(settings: Settings) -> Keeper:
    """What keeps that engine's index."""
    return cast(Keeper, _KEEPERS[settings.engine])


def catch_up(
    session: Session, settings: Settings, *, check: bool = False, with_book: bool = True, **more: float
) -> int:
    """Bring what the engine reads up to what is committed; how many documents were written.

    Call it after the commit of a change. ``check`` looks for damage first; without ``with_book`` only what is
    quick is done. ``patience`` in seconds.

    Raises:
        files.Busy: somebody else has been writing for longer than that.
    """
    return keeper_of(settings).catch_up(session, settings.index_dir, check=check, with_book=with_book, **more)
