"""What every engine must do: find what was committed, at once and everywhere, and nothing that is gone."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Location, Service
from hubfinder.search import documents, indexing, postgres_index
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.finder import Finder
from hubfinder.search.postgres_engine import PostgresEngine
from hubfinder.search.query import Query, Unit, UnitKind, Word
from hubfinder.search.ranking import total
from hubfinder.search.text import analyse
from hubfinder.search.values import Found, Results, Wanted
from hubfinder.settings import PROJECT, Settings
from hubfinder.vocab import Access, CatalogueStatus, ServiceStatus
from tests.support import factories as made

ENGINES = ("whoosh", "database")
"""test_search_contract_postgresql holds the third to the same."""
SOON = 5.0
"""Seconds another process has in a test, on a busy machine; bench/search.py measures."""


def words(text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
    """A query without thesaurus and spelling: a unit for each word, and what stands in quotation marks."""
    del listed, as_typed
    plain, *quoted = text.split('"')
    terms = analyse(" ".join((plain, *quoted)))
    return Query(
        text,
        tuple(Word(term, term, 1.0) for term in terms),
        tuple(Unit({term: 1.0}, (at,), label=term) for at, term in enumerate(terms)),
        tuple(tuple(analyse(phrase)) for phrase in quoted[::2]),
    )


class Fixed:
    """Understands everything as one and the same query."""

    def __init__(self, query: Query) -> None:
        self.query = query

    def __call__(self, text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
        del text, listed, as_typed
        return self.query


@pytest.fixture(params=ENGINES)
def finder(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Finder:
    """A finder whose questions one engine answers."""
    folder = settings.index_dir if request.param == "whoosh" else tmp_path / "none" / "index"
    return Finder(BookEngine(folder), 8000, 182, words)


def commit(session: Session, *, services: Sequence[Service] = (), places: Sequence[Location] = ()) -> None:
    """Write the documents of what changed, as whoever changes it does."""
    session.flush()
    ids = [one.id for one in services]
    documents.refresh_documents(session, services=ids, locations=[one.id for one in places])
    session.commit()


def indexed(session: Session, settings: Settings, finder: Finder) -> None:
    """Bring everything up to date, as a command does; and let the worker open it."""
    documents.rebuild_documents(session)
    session.commit()
    if isinstance(finder.engine, PostgresEngine):
        postgres_index.catch_up(session, finder.engine.index_dir)
    else:
        indexing.catch_up(session, settings.index_dir)
    finder.find(session, Wanted())


def ask(finder: Finder, session: Session, text: str) -> list[str]:
    """Names, in the order of their groups; by the engine that is meant to answer."""
    return names(finder.find(session, Wanted(text=text)))


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def names(results: Results) -> list[str]:
    return [found.card["name"] for found in results.everything]


def test_an_engine_says_who_it_is(finder: Finder, session: Session, settings: Settings) -> None:
    made.service(session, "Toy library")
    indexed(session, settings, finder)
    answered = finder.find(session, Wanted(text="toy"))
    assert answered.engine == (finder.engine.name if finder.engine.folder.exists() else "database")
    assert names(answered) == ["Toy library"]


def test_a_change_is_found_at_the_next_question(finder: Finder, session: Session, settings: Settings) -> None:
    toy = made.service(session, "Toy library")
    indexed(session, settings, finder)
    toy = session.merge(toy)
    new = made.service(session, "Puppet theatre")
    toy.name = "Bike library"
    commit(session, services=[toy, new])
    assert ask(finder, session, "puppet") == ["Puppet theatre"]
    assert ask(finder, session, "bike") == ["Bike library"]
    assert ask(finder, session, "toy") == []
    toy = session.merge(toy)
    toy.name = "Toy library"
    commit(session, services=[toy])
    assert (ask(finder, session, "toy"), ask(finder, session, "bike")) == (["Toy library"], [])


def test_what_is_gone_is_gone_at_once(finder: Finder, session: Session, settings: Settings) -> None:
    toy, bike, _ = (made.service(session, f"{name} library") for name in ("Toy", "Bike", "Doll"))
    indexed(session, settings, finder)
    toy, bike = session.merge(toy), session.merge(bike)
    toy.status = ServiceStatus.INACTIVE
    commit(session, services=[toy])
    assert sorted(ask(finder, session, "library")) == ["Bike library", "Doll library"]
    commit(session, services=[new := made.service(session, "Puppet library")])
    session.delete(session.merge(new))
    session.delete(bike)
    session.flush()
    commit(session)
    assert ask(finder, session, "library") == ["Doll library"], "of the book, and of what came since"


def test_a_place_that_becomes_confidential_is_nowhere_at_once(
    finder: Finder, session: Session, settings: Settings
) -> None:
    cottage = made.location(session, name="Willow Cottage", address="7 Hidden Lane", is_family_hub=True)
    made.service(session, "Safe place to stay", at=(cottage,))
    indexed(session, settings, finder)
    assert "Willow Cottage" in repr(finder.find(session, Wanted(text="willow cottage")))
    cottage = session.merge(cottage)
    cottage.is_confidential = True
    commit(session, places=[cottage])
    for text in ("willow", "cottage", "hidden lane", "safe place", ""):
        found = finder.find(session, Wanted(text=text, place=made.place()))
        shown = repr(replace(found, query=Query(), wanted=Wanted()))
        assert "Willow" not in shown
        assert "Hidden" not in shown
        assert {one.distance_m for one in found.everything} <= {None}
    assert ask(finder, session, "willow cottage") == []
    assert ask(finder, session, "safe") == ["Safe place to stay"]


def test_another_process_finds_it_too(session: Session, settings: Settings, finder: Finder) -> None:
    toy = made.service(session, "Toy library")
    indexed(session, settings, finder)
    toy = session.merge(toy)
    with another_worker(settings, finder) as other:
        assert other.ask("library") == ["Toy library"]
        bike = made.service(session, "Bike library")
        toy.status = ServiceStatus.INACTIVE
        commit(session, services=[toy, bike])
        started = monotonic()
        assert other.ask("library") == ["Bike library"]
        assert monotonic() - started < SOON


class Worker:
    """A process of its own that answers line by line."""

    def __init__(self, settings: Settings, engine: BookEngine) -> None:
        environment = {
            **os.environ,
            "HUBFINDER_DATA_DIR": str(settings.data_dir),
            "HUBFINDER_DATABASE_URL": settings.database,
        }
        command = [sys.executable, "-m", "tests.unit.another_worker", engine.name, str(engine.index_dir)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=PROJECT, text=True
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def ask(self, text: str) -> list[str]:
        """The names it finds now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found


def another_worker(settings: Settings, finder: Finder) -> Worker:
    return Worker(settings, finder.engine)


def test_a_phrase_is_words_side_by_side(finder: Finder, session: Session, settings: Settings) -> None:
    made.service(session, "Help with baby sleep", summary="For tired parents")
    made.service(session, "Sleep, baby, sleep", summary="baby clinic and sleepy walks, sleep")
    made.service(session, "About a baby", summary="Sleep well")
    indexed(session, settings, finder)
    new = made.service(session, "Baby sleep talk")
    commit(session, services=[new, made.service(session, "Sleep of a baby")])
    asked = {found.card["name"] for found in finder.find(session, Wanted(text='"baby sleep"')).everything}
    assert asked == {"Help with baby sleep", "Sleep, baby, sleep", "Baby sleep talk"}
    assert len(ask(finder, session, "baby sleep")) == 5
    assert ask(finder, session, 'walk "tired parent"') == ["Help with baby sleep"]


def test_a_unit_counts_by_its_best_term_and_a_mark_is_a_term(
    finder: Finder, session: Session, settings: Settings
) -> None:
    made.service(session, "Money talk", needs=("money",))
    made.service(session, "Cash cash cash")
    made.service(session, "Toys")
    indexed(session, settings, finder)
    unit = Unit({"need:money": 2.0, "cash": 1.0, "money": 0.1}, (0,), UnitKind.CONCEPT, "money")
    finder.understand = Fixed(Query("x", (Word("x", "x", 1.0),), (unit,)))
    found = finder.find(session, Wanted(text="x"), explain=True).everything
    assert {one.card["name"] for one in found} == {"Money talk", "Cash cash cash"}
    assert all([part.name for part in one.parts if not part.is_factor] == ["money"] for one in found)


def test_the_parts_of_a_score_make_exactly_the_score(
    finder: Finder, session: Session, settings: Settings
) -> None:
    made.service(
        session,
        "Baby sleep clinic",
        (made.location(session),),
        summary="Sleep for babies",
        access=Access.TARGETED,
    )
    made.service(session, "Sleep line", is_national=True, summary="Ring about a baby")
    harbour = made.footprint(session, "Harbour")
    made.service(session, "Baby group", at=(made.location(session),), areas=(harbour,))
    made.entry(session, "Baby sleep grant", status=CatalogueStatus.CLOSED)
    indexed(session, settings, finder)
    hall = made.location(session)
    commit(session, services=[made.service(session, "Baby walks", at=(hall,))])
    found = finder.find(session, Wanted(text="baby sleep", place=made.place()), explain=True).everything
    assert len(found) >= 3
    for one in found:
        assert total(one.parts) == one.score
        assert {part.name for part in one.parts if not part.is_factor} <= {"babi", "sleep"}
    assert {"stale", "targeted", "closed"} <= {part.name for one in found for part in one.parts}
    assert all(not one.parts for one in finder.find(session, Wanted(text="baby")).everything)


def test_what_holds_little_of_what_was_asked_is_not_sure(
    finder: Finder, session: Session, settings: Settings
) -> None:
    made.service(session, "Baby sleep clinic")
    made.service(session, "Baby group")
    indexed(session, settings, finder)

    def said(text: str) -> dict[str, Found]:
        return {one.card["name"]: one for one in finder.find(session, Wanted(text=text)).everything}

    sleepy = said("baby sleep")
    assert (sleepy["Baby sleep clinic"].coverage, sleepy["Baby sleep clinic"].confident) == (1.0, True)
    assert (sleepy["Baby group"].coverage, sleepy["Baby group"].confident) == (0.5, False)
    assert all(one.confident for one in said("").values())


def test_of_equals_the_checked_come_first_then_what_is_for_all_then_the_nearer(
    finder: Finder, session: Session, settings: Settings
) -> None:
    far, near = made.location(session, made.north_of(made.HERE, 900)), made.location(session)
    made.service(session, "Play", at=(near,), summary="stale", assured_date=days_ago(400))
    made.service(
        session, "Play", at=(near,), summary="some", access=Access.TARGETED, assured_date=days_ago(1)
    )
    made.service(session, "Play", at=(far,), summary="far", assured_date=days_ago(1))
    made.service(session, "Play", at=(near,), summary="near", assured_date=days_ago(1))
    indexed(session, settings, finder)
    found = finder.find(session, Wanted(text="play", place=made.place())).everything
    assert [one.card["summary"] for one in found] == ["near", "far", "some", "stale"]
