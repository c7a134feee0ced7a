"""The fast path gives Whoosh's own answer: scores, best of several terms, phrases; whatever was committed."""

import random
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session
from whoosh import index
from whoosh.query import Phrase, Query as WhooshQuery, Term
from whoosh.scoring import BM25F

from hubfinder.search import documents, indexing
from hubfinder.search.analysis import term_of, terms_of
from hubfinder.search.book import book_dir
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.book_writing import FIELD
from hubfinder.search.cards import empty_terms
from hubfinder.search.models import SearchDocument
from hubfinder.search.query import Query, Unit
from hubfinder.search.text import analyse
from hubfinder.settings import Settings

WORDS = (
    "baby sleep play debt advice group clinic parent carer school meals toy walk talk song story nap".split()
)


def texts(chance: random.Random) -> list[tuple[float, str]]:
    """A listing's texts: some words often, some rarely, some longer than others."""
    return [
        (weight, " ".join(chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=chance.randrange(most))))
        for weight, most in ((3.0, 5), (2.0, 12), (1.0, 60), (1.0, 3))
    ]


def put(session: Session, chance: random.Random, ids: range) -> None:
    """Write listings of these ids, new or again, and commit."""
    revision = documents.latest_revision(session) + 1
    for id_ in ids:
        known = session.get(SearchDocument, id_)
        terms = {**empty_terms(), "texts": texts(chance), "marks": [(1.0, f"need:{id_ % 3}")]}
        if known is None:
            values = {
                "id": id_,
                "kind": "service",
                "key": f"s-{id_}",
                "card": {"kind": "service", "name": "x"},
            }
            session.execute(insert(SearchDocument), [{**values, "terms": terms, "revision": revision}])
        else:
            known.terms, known.revision = dict(terms), revision
    session.commit()


def questions(chance: random.Random) -> Iterator[Query]:
    """Several units of several weighted terms, some of which nothing holds; every third with a phrase."""
    terms = [term_of(word) for word in WORDS] + ["nothing", "need:1"]
    for number in range(24):
        units = tuple(
            Unit(
                {
                    term: chance.choice((0.3, 1.0, 1.7))
                    for term in chance.sample(terms, chance.randrange(1, 5))
                },
                (),
            )
            for _ in range(chance.randrange(1, 4))
        )
        phrase = tuple(chance.choices(terms[:6], k=chance.randrange(2, 4)))
        yield Query(units=units, phrases=(phrase,) if number % 3 == 0 else ())


def whooshs_own(settings: Settings, query: Query) -> tuple[dict[int, float], set[int]]:
    """Scores by document, and the documents that hold the phrases, by Whoosh's own searcher."""

    def found(question: WhooshQuery) -> dict[int, float]:
        with index.open_dir(settings.index_dir).searcher(weighting=BM25F()) as searcher:
            return {int(hit["id"]): hit.score for hit in searcher.search(question, limit=None)}

    scores: dict[int, float] = {}
    for unit in query.units:  # Whoosh's own DisjunctionMax also counts terms of the listing that comes next
        best: dict[int, float] = {}
        for term, weight in unit.terms.items():
            for id_, score in found(Term(FIELD, term, boost=weight)).items():
                best[id_] = max(best.get(id_, 0.0), score)
        scores = {id_: scores.get(id_, 0.0) + best.get(id_, 0.0) for id_ in scores | best}
    phrases = [set(found(Phrase(FIELD, list(phrase)))) for phrase in query.phrases]
    return scores, set.intersection(*phrases) if phrases else set()


def ours(session: Session, engine: BookEngine, query: Query) -> tuple[dict[int, float], set[int]]:
    view = engine.view(session)
    scores: dict[int, float] = {}
    phrases: set[int] = set()
    for columns, hits in zip(view.segments, engine.hits(session, view, query, None), strict=True):
        alive = columns.everything()
        for rows, values in hits.units:
            for row, value in zip(rows.tolist(), values.tolist(), strict=True):
                if alive[row]:
                    id_ = int(columns.ids[row])
                    scores[id_] = scores.get(id_, 0.0) + value
        if hits.phrases is not None:
            phrases |= {int(columns.ids[row]) for row in hits.phrases if alive[row]}
    return scores, phrases


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_book_answers_as_whoosh_does(session: Session, settings: Settings, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    documents.refresh_documents(session)
    put(session, chance, range(1, 60))
    indexing.catch_up(session, settings.index_dir)
    for first in (40, 75, 20):  # new ones, changed ones, and in between some that are gone
        put(session, chance, range(first, first + 25))
        gone = session.get(SearchDocument, first + 3)
        assert gone is not None
        documents._remove(session, "service", [gone.key], documents.latest_revision(session) + 1)
        session.commit()
        indexing.catch_up(session, settings.index_dir)
    shutil.rmtree(book_dir(settings.index_dir))
    indexing.catch_up(session, settings.index_dir)
    engine = BookEngine(settings.index_dir)
    for query in questions(chance):
        expected, held = whooshs_own(settings, query)
        scores, phrases = ours(session, engine, query)
        assert scores == pytest.approx(expected, rel=1e-4)
        assert phrases == held


def test_a_change_beside_the_book_scores_as_in_it(session: Session, settings: Settings) -> None:
    chance = random.Random(4)  # noqa: S311 - not for secrets
    documents.refresh_documents(session)
    put(session, chance, range(1, 60))
    indexing.catch_up(session, settings.index_dir)
    in_book = BookEngine(settings.index_dir)
    asked = list(questions(chance))
    before = [ours(session, in_book, query) for query in asked]
    revision = documents.latest_revision(session) + 1
    for document in session.query(SearchDocument):
        document.revision = revision  # as if they had all been written again, with the same words
    session.commit()
    view = in_book.view(session)
    assert not view.segments[0].everything().any()
    for query, (scores, phrases) in zip(asked, before, strict=True):
        again, held = ours(session, in_book, query)
        assert again == pytest.approx(scores, rel=1e-6)
        assert held == phrases


@pytest.mark.parametrize(
    "text",
    [
        "Łódź don't can’t O'Brien's naïve café",
        "the THE This, that; parents' evening & under-5s 2½ £3.50",
        "کھانا حكومة দুপুরের খাবার ਮੁਫ਼ਤ",
        "running runs ran libraries library's \x1e9\x1fheavy\x1dmark",
    ],
)
def test_listings_are_analysed_as_questions_are(text: str) -> None:
    assert terms_of(text) == analyse(text)
