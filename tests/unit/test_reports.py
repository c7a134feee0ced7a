"""What is kept of what the public tells, for how long, and how much one connection may tell."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.listings.forgetting import purge
from hubfinder.listings.models import PublicBucket, Report
from hubfinder.listings.report_mail import PURPOSE
from hubfinder.listings.report_words import (
    ALPHABET,
    LENGTH,
    digest_of,
    new_reference,
    plain_words,
    read_reference,
    spaced,
)
from hubfinder.listings.throttle import HOUR, Bucket, Sender, Throttle, TooMuch
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import PostState, ReportKind, ReportState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOME = Bucket("some", 2, 60)


def test_a_reference_has_at_least_64_random_bits() -> None:
    assert LENGTH * 5 >= 64
    assert len({new_reference() for _ in range(500)}) == 500


@given(st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_a_reference_is_read_as_people_type_it(reference: str) -> None:
    typed = spaced(reference).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_reference(typed) == reference


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading_of_a_reference(text: str) -> None:
    read = read_reference(text)
    assert read == "" or (len(read) == LENGTH and set(read) <= set(ALPHABET))


@given(st.text(max_size=300))
def test_words_are_kept_as_they_can_be_seen(text: str) -> None:
    kept = plain_words(text)
    assert "\x00" not in kept
    assert "\u202e" not in kept
    assert plain_words(kept) == kept
    kept.encode()


def test_languages_that_need_signs_nobody_sees_keep_them() -> None:
    assert plain_words("می\u200cخواهم") == "می\u200cخواهم"


def test_the_same_words_however_they_are_spaced_are_the_same() -> None:
    one = digest_of("wrong", "price", "It costs £3.", {})
    assert one == digest_of("wrong", "price", "it  costs\n£3!", {})
    assert one != digest_of("wrong", "times", "It costs £3.", {})


def report(**facts: object) -> Report:
    return Report(
        **{
            "reference": new_reference(),
            "kind": ReportKind.WRONG,
            "text": "Words",
            "made_at": NOON,
            "email": "mother@example.org",
            "sender": "a number",
            **facts,
        }
    )


def test_what_was_kept_long_enough_is_forgotten(session: Session) -> None:
    begin_writing(session)
    old = {"state": ReportState.DECLINED, "decided_at": NOON}
    session.add_all(
        [
            report(text="open"),
            report(text="old", **old),
            report(text="public", **{**old, "state": ReportState.ACCEPTED}, is_public=True),
            PublicBucket(client="tell:somebody", level=1.0, at=NOON.timestamp()),
        ]
    )
    for state in (PostState.SENT, PostState.QUEUED):
        session.add(
            OutgoingEmail(
                purpose=PURPOSE,
                to="mother@example.org",
                subject="About your message",
                body="",
                state=state,
                made_at=NOON,
                next_try_at=NOON,
                message_id=state.value,
            )
        )
    session.flush()
    nothing = purge(session, NOON + timedelta(hours=1))
    assert (nothing.senders, nothing.emails, nothing.reports, nothing.addresses) == (0, 0, 0, 1)
    assert session.scalar(select(OutgoingEmail.to).where(OutgoingEmail.state == PostState.QUEUED))
    assert purge(session, NOON + timedelta(days=31)).senders == 3
    assert session.scalar(select(PublicBucket.client)) is None
    assert purge(session, NOON + timedelta(days=91)).emails == 3
    assert purge(session, NOON + timedelta(days=731)).reports == 1
    assert sorted(session.scalars(select(Report.text))) == ["open", "public"]
    assert session.scalars(select(Report.email)).all() == ["", ""]


def throttle(session: Session, at: list[float], network: str = "203.0.113.7", day: int = 1) -> Throttle:
    return Throttle(session, Sender(network, "a key"), lambda: at[0], lambda: date(2026, 11, day))


def test_a_bucket_empties_and_fills_again(session: Session) -> None:
    begin_writing(session)
    at = [1000.0]
    mine = throttle(session, at)
    mine.take((SOME, ""))
    mine.take((SOME, ""))
    with pytest.raises(TooMuch) as refused:
        mine.take((SOME, ""))
    assert refused.value.seconds == 60
    with pytest.raises(TooMuch):
        mine.check((SOME, ""))
    at[0] -= HOUR  # a clock that is set back only stops the filling
    with pytest.raises(TooMuch):
        mine.check((SOME, ""))
    at[0] += HOUR + 60
    mine.take((SOME, ""))
    throttle(session, at, "198.51.100.1").take((SOME, ""))
    throttle(session, at, day=2).check((SOME, ""))


def test_one_empty_bucket_takes_nothing_out_of_the_others(session: Session) -> None:
    begin_writing(session)
    mine, other = throttle(session, [1000.0]), Bucket("other", 1, 1)
    mine.take((other, "everybody"))
    with pytest.raises(TooMuch):
        mine.take((SOME, ""), (other, "everybody"))
    mine.take((SOME, ""))
    mine.take((SOME, ""))


def test_who_is_not_known_is_only_held_back_with_everybody(session: Session) -> None:
    begin_writing(session)
    nobody = throttle(session, [1000.0], network="")
    for _ in range(5):
        nobody.take((SOME, ""))
    assert session.scalar(select(PublicBucket.client)) is None


def test_no_address_stands_in_the_database(session: Session) -> None:
    begin_writing(session)
    throttle(session, [1000.0]).take((SOME, ""))
    client = session.scalars(select(PublicBucket.client)).one()
    assert "203" not in client.partition(":")[0]
    assert client != f"some:{Sender('203.0.113.7', 'another key').number('some', '2026-11-01')}"
