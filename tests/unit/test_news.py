"""What is new about a request while services have it: the front door sees to it, and they hear of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.referrals import news, receiving, triage
from hubfinder.referrals.destroying import ERASURE, Cause, OnHold, destroy
from hubfinder.referrals.events import words_of
from hubfinder.referrals.family import Hand, add, correct
from hubfinder.referrals.models import Notice, Passing, Referral, VaultWork
from hubfinder.referrals.reading import events_of, opened
from hubfinder.referrals.receiving import Answer, Seen, see, taken
from hubfinder.referrals.retention import confirm_clock, run
from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.sharing import Group
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.triage import LONGEST, Refused
from hubfinder.referrals.visits import Visit
from hubfinder.referrals.vocab import DeclineReason, EventKind, Point, ReferralState, Urgency
from hubfinder.settings import Settings
from hubfinder.vault.keys import new_keyring
from tests.support.passing import CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing
from tests.support.people import HARBOURMOUTH
from tests.support.requests import a_request

RING = new_keyring()
AFTER_SIX = "Please do not ring after six, he is home then."


def two(session: Session) -> tuple[Referral, Passing, Passing]:
    """A request that two services have, the clinic and play."""
    row = a_request(session, RING)
    clinic, play = passed(session, RING, row, handing(CLINIC, PLAY))
    return row, clinic, play


def answer(session: Session, passing: Passing, verb: str = "decline") -> None:
    organization, revision = passing.organization_key, passing.revision
    writing(session)
    one = taken(session, RING, passing, revision)
    who = provider(organization)
    if verb == "accept":
        receiving.accept(session, who, one, passing, OPENING)
    else:
        receiving.decline(session, who, one, passing, Answer(DeclineReason.FULL), OPENING)
    session.commit()


def visit(row: Referral) -> Visit:
    """As if somebody had shown its code a moment ago."""
    now = utc_now()
    return Visit(digest="0" * 64, referral_id=row.id, reference=row.reference, seen_at=now, ends_at=now)


def written(session: Session, row: Referral, words: str = AFTER_SIX, *, in_danger: bool = False) -> None:
    writing(session)
    hand = Hand(session, RING, visit(row), OPENING)
    add(hand, words, f"once-{words[:20]}", in_danger=in_danger)
    session.commit()


def put_right(session: Session, row: Referral, **answers: object) -> None:
    version = row.version
    writing(session)
    hand = Hand(session, RING, visit(row), OPENING)
    correct(hand, lambda said: {**said, **answers}, version)
    session.commit()


def do(session: Session, row: Referral, to: str = "", words: str = "Ring before six.") -> None:
    """Write to the services."""
    revision = row.revision
    writing(session)
    try:
        news.tell(triage.take(session, RING, TEAM, row, revision, OPENING), to, words)
    except (Refused, WrongState):
        session.rollback()
        raise
    session.commit()


def seen(session: Session, passing: Passing) -> Seen:
    who = provider(passing.organization_key)
    writing(session)
    found = see(session, RING, who, passing)
    session.commit()
    return found


def is_idle(row: Referral) -> bool:
    """Nothing has to be done by the team."""
    return not row.points and row.due_at is None


def wordings(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.wording).order_by(Notice.id)))


def test_one_of_two_that_says_no_is_told_to_the_team_and_has_a_clock(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    answer(vault_session, clinic, "accept")
    answer(vault_session, play)
    assert row.state is ReferralState.PASSED_ON, "the clinic goes on"
    assert row.points == [Point.DECLINED]
    assert row.due_at is not None
    assert as_utc(row.due_at) > utc_now()
    assert "team_one_declined" in wordings(vault_session)
    assert "team_returned" not in wordings(vault_session)
    assert "family_looking" in wordings(vault_session), "nobody is lost without a word"


def test_the_last_that_says_no_brings_it_back(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    answer(vault_session, clinic)
    answer(vault_session, play)
    assert (row.state, row.points) == (ReferralState.LOOKED_AT, [Point.DECLINED])
    assert [one for one in wordings(vault_session) if one.startswith("team_")][-2:] == [
        "team_one_declined",
        "team_returned",
    ]


def test_what_went_for_safety_is_declined_without_a_word_to_the_family(vault_session: Session) -> None:
    row = a_request(vault_session, RING, share_with=[], share_what=[])
    given = replace(handing(CLINIC, PLAY, groups=frozenset({Group.STORY})), safety="A baby is not safe.")
    clinic, _ = passed(vault_session, RING, row, given)
    answer(vault_session, clinic)
    assert row.points == [Point.DECLINED]
    assert not [one for one in wordings(vault_session) if one.startswith("family_")]


def test_other_help_or_a_word_of_what_was_done_ends_it(vault_session: Session) -> None:
    row, clinic, _ = two(vault_session)
    answer(vault_session, clinic)
    passed(vault_session, RING, row, handing(CLINIC))
    assert is_idle(row)
    answer(vault_session, vault_session.scalars(select(Passing).where(Passing.state == "waiting")).all()[-1])
    revision = row.revision
    writing(vault_session)
    triage.seen_to(triage.take(vault_session, RING, TEAM, row, revision, OPENING), "The school does it.")
    vault_session.commit()
    assert is_idle(row)


def test_what_the_family_adds_starts_a_clock_and_reaches_the_service_by_the_front_door(
    vault_session: Session,
) -> None:
    row, clinic, play = two(vault_session)
    answer(vault_session, clinic, "accept")
    written(vault_session, row)
    assert row.points == [Point.ADDED]
    assert row.due_at is not None
    assert AFTER_SIX not in str(seen(vault_session, clinic)), "what it wrote is not shared by itself"
    do(vault_session, row, clinic.id)
    assert is_idle(row)
    assert (clinic.has_news, play.has_news) == (True, False)
    told = vault_session.scalars(select(Notice).where(Notice.wording == "service_changed")).one()
    assert (told.to, told.facts["reference"]) == (f"service:{row.council_code}:{CLINIC.organization}", "")
    first = seen(vault_session, clinic)
    assert ([note.text for note in first.notes], first.has_news) == (["Ring before six."], True)
    assert not seen(vault_session, clinic).has_news, "it has looked"
    assert seen(vault_session, play).notes == ()
    entry = vault_session.scalars(select(AuditEntry).where(AuditEntry.verb == "request.services_told")).one()
    assert entry.facts == {"services": [CLINIC.service]}
    assert "six" not in f"{entry.facts}{entry.reason}"
    event = next(one for one in events_of(vault_session, row) if one.kind is EventKind.PASS_TOLD)
    assert words_of(opened(RING, row).box, event) == "Ring before six."
    assert not event.is_for_family


def test_all_services_are_written_to_and_told_once_until_they_look(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    do(vault_session, row, words="First.")
    do(vault_session, row, words="Second.")
    assert wordings(vault_session).count("service_changed") == 2, "one email to each"
    assert [note.text for note in seen(vault_session, play).notes] == ["Second.", "First."]
    do(vault_session, row, words="Third.")
    assert wordings(vault_session).count("service_changed") == 3, "play looked, the clinic did not"
    assert clinic.has_news


def test_whoever_looked_before_is_told_that_something_is_new(vault_session: Session) -> None:
    row, clinic, _ = two(vault_session)
    looked_at = clinic.revision
    do(vault_session, row)
    assert clinic.revision > looked_at


def test_a_note_does_not_end_what_a_service_left_undone_nor_a_danger(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    answer(vault_session, clinic)
    written(vault_session, row)
    assert row.points == [Point.DECLINED, Point.ADDED]
    do(vault_session, row)
    assert row.points == [Point.DECLINED]
    assert row.due_at is not None
    written(vault_session, row, "He is here.", in_danger=True)
    assert row.urgency is Urgency.DANGER
    assert play.has_news, "that there is danger goes with everything"
    passed(vault_session, RING, row, handing(CLINIC))
    do(vault_session, row)
    assert row.points == []
    assert row.due_at is not None, "a person says what was done"


@pytest.mark.parametrize("words", ["", "  \n", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(vault_session: Session, words: str) -> None:
    row, clinic, _ = two(vault_session)
    with pytest.raises(Refused):
        do(vault_session, row, words=words)
    assert not clinic.has_news


def test_nobody_else_is_written_to(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    with pytest.raises(Refused):
        do(vault_session, row, "f" * 32)
    answer(vault_session, clinic)
    with pytest.raises(Refused):
        do(vault_session, row, clinic.id)
    answer(vault_session, play)
    with pytest.raises(WrongState):
        do(vault_session, row)


def test_a_note_is_not_shown_once_they_take_it_back(vault_session: Session) -> None:
    row, clinic, _ = two(vault_session)
    do(vault_session, row)
    put_right(vault_session, row, share_with=["services"], share_what=[], contact_ok="no")
    row.state = ReferralState.WITHDRAWN
    vault_session.commit()
    assert seen(vault_session, clinic).notes == ()


def test_a_service_hears_of_what_was_put_right_if_it_is_shown_it(vault_session: Session) -> None:
    row, clinic, play = two(vault_session)
    put_right(vault_session, row, child_words="I like the red lamp.")
    assert not clinic.has_news, "that is not shared with it"
    put_right(vault_session, row, telephone_when=["morning"])
    assert (clinic.has_news, play.has_news) == (True, True)
    assert wordings(vault_session).count("service_changed") == 2
    assert is_idle(row), "the services see it by themselves"


def test_whoever_has_what_is_destroyed_is_told_and_their_inbox_says_so_for_a_while(
    vault_session: Session,
) -> None:
    row, clinic, play = two(vault_session)
    answer(vault_session, play)
    who, id_, reference = provider(clinic.organization_key), clinic.id, row.reference
    assert destroy(vault_session, RING, TEAM, row.id, Cause(ERASURE, "they asked"))
    (left,) = receiving.gone_of(vault_session, who)
    assert (left.id, left.service_key) == (id_, CLINIC.service)
    assert receiving.gone_of(vault_session, provider(PLAY.organization)) == [], "it had said no"
    (word,) = vault_session.scalars(select(Notice)).all()
    assert (word.wording, word.referral_id, word.council_code) == ("service_recalled", None, HARBOURMOUTH)
    assert reference not in str(word.facts)
    entry = vault_session.scalars(select(AuditEntry).where(AuditEntry.verb == "request.destroyed")).one()
    assert entry.facts["services"] == 1
    for days, number in ((80, 1), (100, 0)):
        vault_session.rollback()
        confirm_clock(vault_session, TEAM, HARBOURMOUTH, "the clock is right")
        _at(vault_session, utc_now() + timedelta(days=days))
        run(vault_session, RING, Rules.of(Settings()), utc_now() + timedelta(days=days))
        assert len(receiving.gone_of(vault_session, who)) == number


def _at(session: Session, moment: datetime) -> None:
    """As if the last round of retention had been then."""
    writing(session)
    session.execute(update(VaultWork).values(ended_at=moment))
    session.commit()


def test_nobody_is_told_of_what_a_hold_keeps(vault_session: Session) -> None:
    row, clinic, _ = two(vault_session)
    row.is_held = True
    vault_session.commit()
    with pytest.raises(OnHold):
        destroy(vault_session, RING, TEAM, row.id, Cause(ERASURE, "they asked"))
    assert "service_recalled" not in wordings(vault_session)
    assert receiving.gone_of(vault_session, provider(clinic.organization_key)) == []
