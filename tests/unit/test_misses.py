"""Searches that found nothing: what is kept of them, what never is, and that counting never breaks a page."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.search.misses import Miss, Vocabulary, count, often_missed
from hubfinder.search.models import SearchMiss
from hubfinder.settings import PROJECT

NAMES = PROJECT / "seeds" / "names.csv"
LISTED = frozenset({"kornblume", "housing", "speech"})
NOVEMBER = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("trampolining club", "trampolining club"),
        ("Trampolining Club", "trampolining club"),
        ("TRAMPOLINING CLUB", "trampolining club"),
        ("housing for Sarah Brown", "housing"),
        ("housing for sarah brown", "housing"),
        ("swimming with Bellweather in the sea", ""),
        ("speech therapy 01632 960123", "speech therapy"),
        ("speech ZA1 4QT", "speech"),
        ("speech sam.lee@example.org", "speech"),
        ("speech my number 943 476 5919", "speech my number"),
        ("speech xqzt", "speech"),
        ("Jakub Kowalski", ""),
        ("<b>speech</b>", ""),
        ("", ""),
        ("kornblume", "kornblume"),
    ],
)
def test_only_known_words_are_kept_and_no_names(typed: str, kept: str) -> None:
    assert Vocabulary(NAMES, LISTED).kept(typed) == kept


def test_a_long_search_is_cut_between_words() -> None:
    kept = Vocabulary(NAMES, LISTED).kept("housing " * 60)
    assert len(kept) <= 200
    assert set(kept.split()) == {"housing"}


def rows(session: Session) -> set[tuple[str, str, str, int]]:
    session.rollback()
    return {(one.month, one.words, one.area, one.times) for one in session.scalars(select(SearchMiss))}


def test_the_same_search_is_counted_together_by_month_and_area(session: Session) -> None:
    for area, day in (("Z1", NOVEMBER), ("Z1", date(2026, 11, 1)), ("", NOVEMBER), ("Z1", date(2026, 12, 1))):
        assert count(db.engine, Miss("zumba", area, day), 13)
    assert rows(session) == {
        ("2026-11", "zumba", "Z1", 2),
        ("2026-11", "zumba", "", 1),
        ("2026-12", "zumba", "Z1", 1),
    }


def test_after_thirteen_months_a_count_is_forgotten(session: Session) -> None:
    for day in (date(2025, 10, 31), date(2025, 11, 1)):
        count(db.engine, Miss("zumba", "", day), 13)
    count(db.engine, Miss("toddler yoga", "", NOVEMBER), 13)
    assert {month for month, *_ in rows(session)} == {"2025-11", "2026-11"}


def test_a_locked_database_loses_the_count_and_nothing_else(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        begin_writing(session)
    else:
        session.connection().exec_driver_sql("LOCK TABLE search_miss IN ACCESS EXCLUSIVE MODE")
    assert count(db.engine, Miss("zumba", "", NOVEMBER), 13) is False
    session.rollback()
    assert count(db.engine, Miss("zumba", "", NOVEMBER), 13) is True
    assert rows(session) == {("2026-11", "zumba", "", 1)}


def test_whoever_comes_next_waits_for_the_lock_as_ever(session: Session) -> None:
    count(db.engine, Miss("zumba", "", NOVEMBER), 13)
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000
    else:
        assert session.connection().exec_driver_sql("SHOW lock_timeout").scalar() == "0"


def test_without_its_table_nothing_is_counted_and_nothing_breaks(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert count(engine, Miss("zumba", "", NOVEMBER), 13) is False
    engine.dispose()


def test_what_was_looked_for_rarely_is_not_said(session: Session) -> None:
    for area, words, times in (("Z1", "zumba", 3), ("Z2", "zumba", 2), ("", "yoga", 2), ("", "judo", 4)):
        for _ in range(times):
            count(db.engine, Miss(words, area, NOVEMBER), 13)
    found = often_missed(session, 3)
    assert [(one.words, one.times, one.areas) for one in found] == [("zumba", 5, {"Z1": 3}), ("judo", 4, {})]
    assert often_missed(session, 3, "2026-10") == []


@pytest.mark.usefixtures("session")
def test_the_command_lists_them(app: Flask) -> None:
    for _ in range(3):
        count(db.engine, Miss("zumba", "Z1", NOVEMBER), 13)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["search-misses"]).output == "     3  zumba  (Z1: 3)\n"
    told = json.loads(runner.invoke(args=["search-misses", "--json", "--month", "2026-11"]).output)
    assert told == [{"words": "zumba", "times": 3, "areas": {"Z1": 3}}]
    assert "not found" in runner.invoke(args=["search-misses", "--month", "2026-10"]).output
    assert runner.invoke(args=["search-misses", "--month", "November"]).exit_code == 2
