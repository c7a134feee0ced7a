"""The trail is one unbroken chain, whoever writes, and shows whatever is changed in it afterwards."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.audit import FIRST, Subject, record
from hubfinder.people.models import AuditEntry, AuditHead
from hubfinder.people.trail import Asked, all_entries, entries, is_still, look, verify
from hubfinder.people.values import A_COMMAND, Actor
from tests.support.application import empty_tables

OURS, THEIRS = "Z06000001", "Z06000002"
KIM = Actor("Kim Lee", 7)
COLUMNS: dict[str, Any] = {
    "at": sa.func.now(),
    "council_code": "Z9",
    "person_id": 99,
    "by": "Somebody else",
    "verb": "listing.seen",
    "subject_kind": "service",
    "subject_key": "another",
    "reason": "Another reason",
    "facts": {"fields": ["nothing"]},
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
}


def write(session: Session, number: int = 5) -> None:
    session.rollback()
    begin_writing(session)
    for one in range(number):
        subject = Subject("listing", f"listing-{one}", (OURS, THEIRS)[one % 2])
        record(session, KIM if one % 3 else A_COMMAND, "listing.published", subject, "Żółć — ок", {"n": one})
    session.commit()


def change(session: Session, statement: sa.Executable) -> None:
    """As somebody does who gets at the database itself."""
    session.rollback()
    begin_writing(session)
    session.execute(statement)
    session.commit()


def test_an_empty_trail_is_whole(session: Session) -> None:
    found = look(session)
    assert (found.checked, found.broken, found.number, found.hash) == (0, None, 0, FIRST)


def test_the_chain_is_whole_and_read_as_it_was_written(session: Session) -> None:
    write(session)
    found = look(session)
    assert (found.checked, found.broken, found.number) == (5, None, 5)
    assert is_still(session, 5, found.hash)
    assert not is_still(session, 4, found.hash)
    assert not is_still(session, 6, found.hash)
    assert look(session, newest=2).checked == 2
    assert look(session, newest=99).checked == 5


def test_facts_are_hashed_as_they_are_read_again(session: Session) -> None:
    begin_writing(session)
    facts: dict[Any, Any] = {10: "a", 2: ("b", 1.5, None), "ż": {"deep": [True]}}
    record(session, KIM, "x.y", Subject("a", "b"), "a reason\x00with\nsigns\t", facts)
    session.commit()
    session.expunge_all()
    [entry] = session.scalars(select(AuditEntry))
    assert entry.facts == {"10": "a", "2": ["b", 1.5, None], "ż": {"deep": [True]}}
    assert entry.reason == "a reason with signs "
    assert verify(session) is None


@pytest.fixture
def chain(app: Flask) -> Iterator[Session]:
    assert app.testing
    yield db.session
    db.session.rollback()
    empty_tables(db.session)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(number=st.integers(1, 6), column=st.sampled_from(sorted(COLUMNS)))
def test_a_changed_field_is_found(chain: Session, number: int, column: str) -> None:
    chain.rollback()
    empty_tables(chain)
    write(chain, 6)
    change(chain, sa.update(AuditEntry).where(AuditEntry.number == number).values({column: COLUMNS[column]}))
    assert verify(chain) == number


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gone=st.sets(st.integers(1, 6), min_size=1))
def test_entries_that_are_gone_are_found_the_tail_too(chain: Session, gone: set[int]) -> None:
    chain.rollback()
    empty_tables(chain)
    write(chain, 6)
    change(chain, sa.delete(AuditEntry).where(AuditEntry.number.in_(gone)))
    assert verify(chain) == min(gone)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pair=st.lists(st.integers(1, 6), min_size=2, max_size=2, unique=True))
def test_entries_that_changed_places_are_found(chain: Session, pair: list[int]) -> None:
    chain.rollback()
    empty_tables(chain)
    write(chain, 6)
    one, other = pair
    for number, new in ((one, 100), (other, one), (100, other)):
        change(chain, sa.update(AuditEntry).where(AuditEntry.number == number).values(number=new))
    assert verify(chain) == min(pair)


@pytest.mark.parametrize("number", [-3, 0, 6, 40])
def test_an_entry_that_was_put_in_is_found(session: Session, number: int) -> None:
    write(session)
    session.expunge_all()
    copied = {column.name: column for column in AuditEntry.__table__.columns if column.name != "number"}
    row = session.execute(select(*copied.values()).where(AuditEntry.number == 5)).mappings().one()
    session.rollback()
    change(session, sa.insert(AuditEntry).values(**{**row, "number": number, "hash": "a" * 64}))
    assert verify(session) == min(number, 6)


@pytest.mark.parametrize(
    ("facts", "broken"), [({"number": 3}, 3), ({"number": 9}, 6), ({"hash": "a" * 64}, 5)]
)
def test_another_end_of_the_chain_is_found(session: Session, facts: dict[str, Any], broken: int) -> None:
    write(session)
    change(session, sa.update(AuditHead).values(**facts))
    assert verify(session) == broken


def test_a_lost_end_of_the_chain_is_found(session: Session) -> None:
    write(session)
    change(session, sa.delete(AuditHead))
    assert verify(session) == 1


def test_what_is_broken_before_the_newest_is_left_to_the_whole_look(session: Session) -> None:
    write(session)
    change(session, sa.update(AuditEntry).where(AuditEntry.number == 1).values(reason="x"))
    assert look(session, newest=2).broken is None
    assert look(session).broken == 1
    change(session, sa.delete(AuditEntry).where(AuditEntry.number == 3))
    assert look(session, newest=2).broken is not None


def test_what_is_rolled_back_leaves_no_gap(session: Session) -> None:
    write(session, 2)
    begin_writing(session)
    record(session, KIM, "listing.published", Subject("listing", "never"))
    session.rollback()
    write(session, 2)
    assert (look(session).number, verify(session)) == (4, None)


@pytest.mark.parametrize("begun", [0, 3])
def test_many_writers_at_once_give_one_unbroken_chain(app: Flask, session: Session, begun: int) -> None:
    """The very first entries too: nobody has made the end of the chain before."""
    write(session, begun)
    session.close()
    start, failed = threading.Barrier(6), []

    def writer(name: str) -> None:
        with app.app_context(), Session(db.engine) as own:
            start.wait()
            try:
                for one in range(8):
                    begin_writing(own)
                    record(own, Actor(name), "x.y", Subject("a", f"{name}-{one}"))
                    own.commit()
            except sa.exc.SQLAlchemyError as error:
                failed.append(error)

    threads = [threading.Thread(target=writer, args=(f"writer {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = look(session)
    assert (found.broken, found.number) == (None, begun + 48)
    for number in range(6):
        own = [
            entry.subject_key for entry in all_entries(session, Asked(), 99) if entry.by.endswith(str(number))
        ]
        assert own == [f"writer {number}-{one}" for one in range(8)]


def test_only_what_was_asked_for_is_shown_newest_first(session: Session) -> None:
    write(session)

    def numbers(**asked: Any) -> list[int]:
        return [entry.number for entry in entries(session, Asked(**asked), 10)]

    assert numbers() == [5, 4, 3, 2, 1]
    assert numbers(councils=(OURS,)) == [5, 3, 1]
    assert numbers(councils=()) == []
    assert numbers(person=7, councils=(OURS,)) == [5, 3]
    assert numbers(verb="listing.") == numbers(verb="listing.published") == [5, 4, 3, 2, 1]
    assert numbers(verb="listing") == numbers(verb="%.") == []
    assert numbers(kind="listing", key="listing-2") == [3]
    assert numbers(since=today(), until=today()) == [5, 4, 3, 2, 1]
    assert numbers(until=today().replace(year=2020)) == []
    assert [entry.number for entry in entries(session, Asked(), 2, before=4)] == [3, 2]
    assert [entry.number for entry in all_entries(session, Asked(councils=(THEIRS,)), 3)] == [2]
