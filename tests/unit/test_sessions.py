"""Sessions and wrong answers as they are kept: what is written down, and what ends when."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people import attempts, sessions
from hubfinder.people.attempts import Limit, TooManyTries
from hubfinder.people.models import SignInAttempt, StaffSession
from hubfinder.people.sessions import Limits, Said
from tests.support.people import person

LIMITS = Limits(timedelta(minutes=15), timedelta(hours=8))
A_MINUTE = timedelta(minutes=1)


def test_the_table_never_holds_what_the_cookie_says(session: Session) -> None:
    token = sessions.start(session, Said(b"{}"), LIMITS)
    [row] = session.scalars(select(StaffSession)).all()
    assert token not in row.digest
    assert sessions.found(session, token, LIMITS) is not None
    assert sessions.found(session, row.digest, LIMITS) is None


def test_until_somebody_has_signed_in_it_lasts_half_an_hour(session: Session) -> None:
    who = person(session)
    half = sessions.found(session, sessions.start(session, Said(b"{}"), LIMITS), LIMITS)
    whole = sessions.found(session, sessions.start(session, Said(b"{}", who.id), LIMITS), LIMITS)
    assert half is not None
    assert whole is not None
    assert timedelta(minutes=29) < half.ends_at - utc_now() < timedelta(minutes=31)
    assert timedelta(hours=7) < whole.ends_at - utc_now() < timedelta(hours=9)


def test_going_on_under_another_number_ends_the_first_and_keeps_its_end(session: Session) -> None:
    who = person(session)
    first = sessions.start(session, Said(b"{}", who.id), LIMITS)
    session.execute(update(StaffSession).values(ends_at=utc_now() + A_MINUTE))
    kept = sessions.found(session, first, LIMITS)
    second = sessions.start(session, Said(b"{}", who.id, kept), LIMITS)
    assert sessions.found(session, first, LIMITS) is None
    on = sessions.found(session, second, LIMITS)
    assert on is not None
    assert on.ends_at <= utc_now() + A_MINUTE


def test_what_was_ended_meanwhile_does_not_go_on(session: Session) -> None:
    who = person(session)
    kept = sessions.found(session, sessions.start(session, Said(b"{}", who.id), LIMITS), LIMITS)
    assert kept is not None
    assert sessions.end_all(session, who.id) == 1
    assert sessions.start(session, Said(b"{}", who.id, kept), LIMITS) == ""
    assert not sessions.change(session, kept.digest, b"more")
    assert session.scalars(select(StaffSession)).all() == []


def test_nobody_ends_the_session_of_somebody_else(session: Session) -> None:
    one, other = person(session), person(session)
    token = sessions.start(session, Said(b"{}", one.id), LIMITS)
    digest = sessions.digest_of(token)
    assert not sessions.end(session, digest, other.id)
    assert sessions.end(session, digest, one.id)
    assert not sessions.end(session, digest)


def test_all_that_somebody_has_open_the_last_seen_first(session: Session) -> None:
    who = person(session)
    tokens = [sessions.start(session, Said(b"{}", who.id), LIMITS) for _ in range(3)]
    for token, minutes in zip(tokens, (3, 1, 20), strict=True):
        session.execute(
            update(StaffSession)
            .where(StaffSession.digest == sessions.digest_of(token))
            .values(seen_at=utc_now() - timedelta(minutes=minutes))
        )
    there = [one.digest for one in sessions.sessions_of(session, who.id, LIMITS)]
    assert there == [sessions.digest_of(tokens[1]), sessions.digest_of(tokens[0])]
    assert sessions.end_all(session, who.id, but=there[0]) == 2


def test_wrong_answers_are_counted_for_a_while(session: Session) -> None:
    limit = Limit(attempts.keyed("key", "one"), 3, timedelta(minutes=15))
    for _ in range(3):
        attempts.count(session, [limit])
    with pytest.raises(TooManyTries) as refused:
        attempts.count(session, [limit])
    assert 14 * 60 < refused.value.seconds <= 15 * 60
    session.execute(update(SignInAttempt).values(at=utc_now() - timedelta(minutes=16)))
    attempts.check(session, [limit])


def test_the_longest_wait_of_several_counts(session: Session) -> None:
    short = Limit(attempts.keyed("key", "short"), 1, timedelta(minutes=1))
    long = Limit(attempts.keyed("key", "long"), 1, timedelta(minutes=10))
    attempts.count(session, [short, long])
    with pytest.raises(TooManyTries) as refused:
        attempts.check(session, [short, long])
    assert refused.value.seconds > 9 * 60


def test_a_right_answer_never_counted(session: Session) -> None:
    limit = Limit(attempts.keyed("key", "one"), 1, timedelta(minutes=15))
    attempts.forgive(session, attempts.count(session, [limit]))
    assert attempts.count(session, [limit])


def test_counts_are_forgotten_after_a_day(session: Session) -> None:
    limit = Limit(attempts.keyed("key", "one"), 9, timedelta(minutes=15))
    attempts.count(session, [limit])
    session.execute(update(SignInAttempt).values(at=utc_now() - timedelta(days=2)))
    attempts.count(session, [limit])
    assert len(session.scalars(select(SignInAttempt)).all()) == 1


def test_hashes_are_keyed_and_their_parts_do_not_run_together() -> None:
    assert attempts.keyed("one", "a", "b") != attempts.keyed("two", "a", "b")
    assert attempts.keyed("one", "ab", "c") != attempts.keyed("one", "a", "bc")
