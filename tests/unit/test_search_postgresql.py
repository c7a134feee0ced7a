"""The engine over PostgreSQL's full text: what only it could get wrong."""

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from hubfinder.search import documents, engines, indexing, postgres_engine, postgres_index
from hubfinder.search.book_engine import BookEngine, BookView
from hubfinder.search.cards import Document, empty_terms
from hubfinder.search.engine import Hits, View, Where
from hubfinder.search.finder import Finder
from hubfinder.search.models import SearchDocument
from hubfinder.search.postgres_engine import PostgresEngine
from hubfinder.search.postgres_models import SearchText
from hubfinder.search.postgres_text import LAST_PLACE, MOST_PLACES, lexeme, vector_of, write_texts
from hubfinder.search.query import Query, Unit
from hubfinder.search.text import analyse
from hubfinder.search.values import Group, Results, Wanted
from hubfinder.settings import SearchEngine, Settings
from hubfinder.vocab import Delivery
from tests.support import factories as made
from tests.unit.test_search_contract import words

pytestmark = pytest.mark.postgresql_only  # SQLite has no such engine
EVIL = (
    "'",
    "''",
    "\\",
    "\\'",
    "a'b",
    "a\\",
    ":",
    "a:b",
    ":*",
    "a:A",
    "&",
    "|",
    "!",
    "<->",
    "a & b",
    "(",
    "('",
    "",
    " ",
    "\0",
    "a\0b",
    "\n",
    "\ud800",
    "%",
    "%s",
    "%(reach)s",
    "{",
    "{}",
    ",",
    '"',
    "NULL",
    "null",
    "'; DROP TABLE search_text; --",
    "$1",
    "😀",
    "é" * 3000,
    "x" * 5000,
    "\\x27",
    "e'\\047'",
)


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    return Finder(PostgresEngine(tmp_path / "index"), 8000, 182, words)


def indexed(session: Session, finder: Finder) -> BookView:
    documents.rebuild_documents(session)
    session.commit()
    shutil.rmtree(finder.engine.folder, ignore_errors=True)
    postgres_index.catch_up(session, finder.engine.index_dir)
    return finder.engine.view(session)


def hits(session: Session, finder: Finder, query: Query, where: Where | None = None) -> tuple[Hits, ...]:
    return finder.engine.hits(session, finder.engine.view(session), query, where)


def names(results: Results) -> dict[Group, list[str]]:
    return {group: [one.card["name"] for one in found] for group, found in results.groups.items()}


def put(
    session: Session, key: str, texts: Sequence[str] = (), marks: Sequence[str] = (), **more: object
) -> int:
    """A document of its own with these texts and marks; its id."""
    terms = {**empty_terms(), "texts": [(1.0, one) for one in texts], "marks": [(1.0, one) for one in marks]}
    document = Document(key, {}, {**terms, **more})  # type: ignore[typeddict-item]
    revision = documents.latest_revision(session) + 1
    row = SearchDocument(kind="service", key=key, revision=revision, card={}, terms=dict(document.terms))
    session.add(row)
    session.flush()
    write_texts(session, "service", [document])
    return row.id


def holding(session: Session, finder: Finder, term: str, where: Where | None = None) -> list[int]:
    """Ids of the documents that hold a term, by the first segment of the view."""
    view = finder.engine.view(session)
    [(rows, scores)] = hits(session, finder, Query(units=(Unit({term: 1.0}, ()),)), where)[0].units
    assert (np.asarray(scores) > 0).all()
    return [int(id_) for id_ in view.segments[0].ids[rows]]


@pytest.mark.parametrize("at_once", [0, 30_000])
def test_a_sign_is_only_a_sign_in_listings_and_in_questions(
    session: Session, finder: Finder, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(
        postgres_engine, "WHOLE_AT_ONCE", at_once
    )  # 0: everything is asked for near the place
    documents.rebuild_documents(session)
    expected: dict[str, set[int]] = {}
    for number, evil in enumerate(EVIL):
        expected.setdefault(lexeme(evil), set()).add(put(session, f"evil-{number}", marks=[evil, "mark:all"]))
    session.commit()
    postgres_index.catch_up(session, finder.engine.index_dir)
    everywhere = Where(54.75, 2.1, 8000, frozenset({1}))
    for evil in EVIL:
        found = set(holding(session, finder, evil, everywhere))
        assert found == (expected[lexeme(evil)] if lexeme(evil) else set()), repr(evil)
        [phrase] = hits(session, finder, Query(phrases=((evil, "no such word"), (evil,))), everywhere)
        assert phrase.phrases is not None
        assert not phrase.phrases.size
    assert len(holding(session, finder, "mark:all")) == len(EVIL)
    assert hits(session, finder, Query(units=(Unit({}, ()),)))[0].units[0][0].size == 0, (
        "a unit without terms"
    )


def test_a_listing_longer_than_postgresql_takes_is_still_written(session: Session, finder: Finder) -> None:
    documents.rebuild_documents(session)
    long = " ".join(f"word{number}x" for number in range(30_000))
    first = put(session, "long", texts=[long, "last words"], marks=["about:topic:sleep"])
    second = put(session, "again", texts=["sleep " * 1000, "y" * 3000])
    huge = put(session, "huge", texts=[" ".join(f"{number:x}{'z' * 240}" for number in range(6_000))])
    session.commit()
    postgres_index.catch_up(session, finder.engine.index_dir)
    assert holding(session, finder, "word29999x") == [first]
    assert holding(session, finder, "last") == [first]
    assert holding(session, finder, "about:topic:sleep") == [first]
    assert holding(session, finder, "sleep") == [second]
    assert holding(session, finder, "y" * 3000) == [second]
    assert holding(session, finder, f"{1:x}{'z' * 240}") == [huge]
    [near] = hits(session, finder, Query(phrases=(("word100x", "word101x"),)))
    [far] = hits(session, finder, Query(phrases=(("word101x", "word100x"),)))
    assert (near.phrases is not None and near.phrases.size, far.phrases is not None and far.phrases.size) == (
        1,
        0,
    )


def test_weights_are_those_of_the_listing() -> None:
    vector, length = vector_of([(3.0, "baby sleep"), (1.0, "sleep " * 300)], [(2.31, "about:topic:x")])
    places = dict(one.rsplit(":", 1) for one in vector.split(" "))
    assert length == 303
    assert places["'babi'"] == "1A"
    assert len(places["'sleep'"].split(",")) == MOST_PLACES
    assert places["'about:topic:x'"] == "1B,2B,3B,4D", "3 x 0.75 + 0.05, the nearest to 2.31"
    far, _ = vector_of([(1.0, " ".join(f"w{number}" for number in range(20_000)))], [])
    assert far.split(" ")[-1] == f"'w19999':{LAST_PLACE}D"


def test_scores_are_those_of_whoosh(session: Session, settings: Settings, finder: Finder) -> None:
    said = ("baby sleep clinic", "sleep sleep play", "debt advice for parents", "play group baby baby", "toy")
    for number in range(40):
        made.service(
            session,
            f"{said[number % 5]} {number}",
            summary=said[number % 3],
            description=" ".join(said[: number % 5]) * (number % 3),
            needs=("money",) if number % 4 else (),
        )
    indexed(session, finder)
    shutil.rmtree(settings.data_dir / "w", ignore_errors=True)
    indexing.catch_up(session, settings.data_dir / "w" / "index")
    whoosh = BookEngine(settings.data_dir / "w" / "index")
    asked = Query(
        units=tuple(Unit({term: 1.0}, ()) for term in (*analyse("baby sleep toy debt clinic"), "need:money")),
        phrases=(("babi", "sleep"),),
    )
    [ours], [theirs] = hits(session, finder, asked), whoosh.hits(session, whoosh.view(session), asked, None)
    for (rows, scores), (expected_rows, expected) in zip(ours.units, theirs.units, strict=True):
        assert rows.tolist() == expected_rows.tolist()
        assert rows.size
        assert scores == pytest.approx(expected, rel=0.08), "Whoosh keeps the length of a text in one byte"
    assert ours.phrases is not None
    assert theirs.phrases is not None
    assert ours.phrases.tolist() == theirs.phrases.tolist() != []


class Unlimited(PostgresEngine):
    """Looks for every listing, wherever somebody is."""

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        del where
        return super().hits(session, view, query, None)


def test_what_is_left_out_for_a_place_is_on_no_page_for_it(
    session: Session, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(4)  # noqa: S311 - a world, not a secret
    wards = [made.footprint(session, f"Ward {number}") for number in range(4)]
    ways = (Delivery.IN_PERSON, Delivery.ONLINE, Delivery.TELEPHONE, Delivery.HOME_VISIT)
    for number in range(120):
        metres = chance.choice((0, 3000, 9000, 23_000, 39_000, 41_000, 90_000, 400_000))
        at = (made.location(session, made.north_of(made.HERE, metres)),) if chance.random() < 0.7 else ()
        made.service(
            session,
            f"Play {number}",
            at=at,
            areas=tuple(chance.sample(wards, chance.choice((0, 0, 1, 2)))),
            delivery=frozenset(chance.sample(ways, chance.choice((1, 1, 2)))),
            is_national=chance.random() < 0.1,
        )
    made.entry(session, "Play for all")
    made.location(session, made.north_of(made.HERE, 20_000), name="Play hub", is_family_hub=True)
    indexed(session, finder)
    whole = Finder(Unlimited(finder.engine.index_dir), 8000, 182, words)
    monkeypatch.setattr(postgres_engine, "WHOLE_AT_ONCE", 0)
    left_out = 0
    for place in (made.place(footprints=tuple(some)) for some in ((), wards[:1], wards[1:3])):
        for within in (None, 1, 10, 25):
            for text in ("play", '"play"', ""):
                wanted = Wanted(text=text, place=place, within=within, limit=500, facets=True)
                near, all_ = finder.find(session, wanted), whole.find(session, wanted)
                assert names(near) == names(all_)
                assert near.totals == all_.totals
                assert near.facets == all_.facets
        left_out += 121 - len(holding(session, finder, "plai", Where(54.75, 2.1, 40_234, frozenset())))
    assert left_out > 50, "else this test says nothing"


def test_nothing_is_found_before_it_is_committed(session: Session, finder: Finder) -> None:
    made.service(session, "Toy library")
    indexed(session, finder)
    new = made.service(session, "Puppet theatre")
    documents.refresh_documents(session, services=[new.id])
    with Session(session.get_bind()) as other:
        assert not finder.find(other, Wanted(text="puppet")).everything
        session.commit()
        other.rollback()
        assert [one.card["name"] for one in finder.find(other, Wanted(text="puppet")).everything] == [
            "Puppet theatre"
        ]


def test_what_is_kept_in_memory_says_nothing_of_what_changed(session: Session, finder: Finder) -> None:
    toys = [made.service(session, f"Toy library {number}") for number in range(5)]
    indexed(session, finder)
    assert len(finder.find(session, Wanted(text="toy")).everything) == 5
    gone = session.merge(toys[2])
    gone.name = "Bike library"
    documents.refresh_documents(session, services=[gone.id])
    session.commit()
    for text, expected in (
        ("toy", 4),
        ("bike", 1),
        ("library", 5),
        ('"toy library"', 4),
        ('"bike library"', 1),
    ):
        found = finder.find(session, Wanted(text=text))
        assert (found.engine, len(found.everything)) == ("postgresql", expected), text


def test_words_that_are_missing_are_written_again(session: Session, finder: Finder) -> None:
    made.service(session, "Toy library")
    indexed(session, finder)
    session.execute(sa.delete(SearchText))
    session.commit()
    state = postgres_index.status(session, finder.engine.index_dir)
    assert (state.documents, state.indexed, state.in_step) == (1, 0, False)
    assert postgres_index.catch_up(session, finder.engine.index_dir) == 1
    assert postgres_index.status(session, finder.engine.index_dir).in_step
    assert postgres_index.catch_up(session, finder.engine.index_dir) == 0


@pytest.mark.parametrize("damage", ["columns.npz", "postings", "words", "state.json", ""])
def test_without_its_book_the_database_answers_until_it_is_healed(
    session: Session, finder: Finder, damage: str
) -> None:
    made.service(session, "Toy library")
    indexed(session, finder)
    for file in finder.engine.folder.rglob(damage or "*"):
        if file.is_file():
            file.write_bytes(b"nothing of use") if damage else file.unlink()
    fresh, calls = Finder(PostgresEngine(finder.engine.index_dir), 8000, 182, words), list[int]()
    fresh.engine.unwell = lambda: calls.append(1)
    found = fresh.find(session, Wanted(text="toy"))
    assert [one.card["name"] for one in found.everything] == ["Toy library"]
    assert found.engine == "database"
    assert calls
    assert not postgres_index.status(session, finder.engine.index_dir).in_step
    assert postgres_index.heal(session, finder.engine.index_dir) == 1
    assert fresh.find(session, Wanted(text="toy")).engine == "postgresql"


def test_the_setting_chooses(settings: Settings, tmp_path: Path) -> None:
    assert settings.engine is SearchEngine.POSTGRESQL
    assert isinstance(engines.engine_of(settings), PostgresEngine)
    whoosh = Settings(
        data_dir=tmp_path, database_url=settings.database_url, search_engine=SearchEngine.WHOOSH
    )
    assert type(engines.engine_of(whoosh)) is BookEngine
    assert whoosh.index_dir != Settings(data_dir=tmp_path, database_url=settings.database_url).index_dir
    assert engines.engine_of(Settings(data_dir=tmp_path)).name == "whoosh"
    with pytest.raises(
        ValidationError, match="HUBFINDER_SEARCH_ENGINE=postgresql needs a PostgreSQL database"
    ):
        Settings(data_dir=tmp_path, search_engine=SearchEngine.POSTGRESQL)
