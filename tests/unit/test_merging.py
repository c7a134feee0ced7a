"""Two requests that become one: what was said of safety holds for both, and nobody loses theirs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.referrals import triage
from hubfinder.referrals.answers import told
from hubfinder.referrals.family import WrongState, add, correct
from hubfinder.referrals.family_view import FamilyView, view_of
from hubfinder.referrals.merging import merge
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.moving import accept
from hubfinder.referrals.narrowing import narrowed
from hubfinder.referrals.parts import whole_of
from hubfinder.referrals.reading import events_of, opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.triage import Refused, Why
from hubfinder.referrals.vocab import (
    Channel,
    EventKind,
    Flag,
    Outcome,
    PassState,
    ReferralState,
    Urgency,
)
from tests.support.family import Family
from tests.support.merging import RING, held, merged
from tests.support.passing import OPENING, passed, writing
from tests.support.people import HARBOURMOUTH
from tests.support.requests import SAID, a_request

OWN_NUMBER: dict[str, Any] = {
    "telephone": "01632 960777",
    "telephone_text": "yes",
    "telephone_say_who": "yes",
}


def two(session: Session, first: dict[str, Any], **second: Any) -> tuple[Referral, Referral]:
    """The first request is part of the second."""
    row, into = a_request(session, RING, **first), a_request(session, RING, **second)
    merged(session, row, into)
    return row, into


@pytest.fixture
def part(vault_session: Session) -> Family:
    """Whoever sent a request that staff have made a part of another one, of somebody else."""
    family = Family(vault_session, RING)
    other = a_request(vault_session, RING, story="What somebody else wrote.", due_at=in_days(9))
    merged(vault_session, family.row, other)
    return family


def in_days(number: int) -> Any:  # noqa: ANN401 - a time
    return utc_now() + timedelta(days=number)


def whole(family: Family) -> Referral:
    found = whole_of(family.session, family.row)
    assert found is not None
    return found


def page(family: Family, directory: Session) -> FamilyView:
    return view_of(family.session, directory, opened(RING, family.row))


@pytest.mark.parametrize(
    ("first", "safe"),
    [
        ({"telephone_text": "no"}, {Channel.EMAIL}),
        ({"telephone_text": ""}, {Channel.EMAIL}),
        ({"telephone": "+44 (0)1632 960123", "telephone_text": "no"}, {Channel.EMAIL}),
        ({"email": "Robin@Example.org", "email_write": "no"}, {Channel.TEXT}),
        ({"contact_ok": "no"}, set()),
        ({"telephone": "01632 960777", "telephone_text": "no"}, {Channel.EMAIL, Channel.TEXT}),
        ({"telephone": "", "email": ""}, {Channel.EMAIL, Channel.TEXT}),
        ({}, {Channel.EMAIL, Channel.TEXT}),
    ],
)
def test_of_one_number_or_address_only_what_both_call_safe_is_safe(
    vault_session: Session, first: dict[str, Any], safe: set[Channel]
) -> None:
    _, into = two(vault_session, first)
    assert safe_channels(opened(RING, into).told) == safe


def test_a_letter_goes_only_where_both_said_that_it_may() -> None:
    ours = {
        "contact_ok": "yes",
        "letter_address": "Robin Example\n1 Quay Road",
        "letter_write": "yes",
        "letter_say_who": "yes",
    }
    theirs = {**ours, "letter_address": "robin example, 1 quay road", "letter_write": "no"}
    found = told(narrowed(ours, theirs))
    assert (found.letters.write, found.letters.say_who) == (False, True)
    assert narrowed(ours, {**theirs, "letter_address": "2 Quay Road"}) == ours


@pytest.mark.parametrize(
    ("ours", "theirs", "when", "is_safe"),
    [
        (["morning", "evening"], ["evening"], ("evening",), True),
        ([], ["evening"], (), False),
        ([], ["morning", "evening"], ("morning",), True),
        (["morning"], [], ("morning",), True),
        (["school"], [], ("school",), True),
        ([], [], (), True),
        (["any"], ["evening"], ("evening",), True),
        (["evening"], ["any"], ("evening",), True),
        (["any"], [], ("morning", "afternoon", "school"), True),
        ([], ["any"], (), True),
        (["evening"], [], ("evening",), False),
        (["morning"], ["evening"], ("morning",), False),
    ],
)
def test_a_number_is_safe_only_at_times_that_both_said(
    ours: list[str], theirs: list[str], when: tuple[str, ...], is_safe: bool
) -> None:
    said = {**SAID, "telephone_call": "yes"}
    found = told(narrowed({**said, "telephone_when": ours}, {**said, "telephone_when": theirs}))
    assert found.telephone.when == when
    assert (Channel.CALL in safe_channels(found), Channel.TEXT in safe_channels(found)) == (is_safe, is_safe)


def test_who_we_are_is_said_only_where_both_said_that_it_may(vault_session: Session) -> None:
    _, into = two(vault_session, {"telephone_say_who": "no"}, telephone_say_who="yes")
    assert opened(RING, into).told.telephone.say_who is False


def test_what_is_not_safe_any_more_stands_in_what_happened(vault_session: Session) -> None:
    _, into = two(vault_session, {"telephone_text": "no"})
    event = events_of(vault_session, into)[-1]
    assert (event.kind, event.facts["narrowed"]) == (EventKind.MERGED, ["telephone_text"])
    last = vault_session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.verb, last.facts["narrowed"]) == ("request.merged", ["telephone_text"])


def test_what_was_merged_before_holds_too(vault_session: Session) -> None:
    first, second = two(vault_session, {"telephone_text": "no"}, telephone="01632 960777")
    third = a_request(vault_session, RING)
    merged(vault_session, second, third)
    assert Channel.TEXT not in safe_channels(opened(RING, third).told)
    assert (first.merged_into, second.merged_into) == (third.id, third.id)


def test_what_has_to_be_known_of_the_first_is_known_of_the_second(vault_session: Session) -> None:
    asked = {
        "who": "professional",
        "family_knows": "no",
        "danger": "unsure",
        "interpreter": "yes",
        "telephone": "",
        "email": "",
        "contact_ok": "no",
        "share_with": [],
        "no_consent_why": "A baby may not be safe.",
    }
    _, into = two(vault_session, asked)
    known = {Flag.SAFEGUARDING, Flag.FAMILY_NOT_TOLD, Flag.INTERPRETER, Flag.PROFESSIONAL}
    assert known <= opened(RING, into).head.flags
    assert not {Flag.NO_CONSENT, Flag.NO_SAFE_CONTACT, Flag.OUTSIDE} & opened(RING, into).head.flags
    assert into.urgency is Urgency.URGENT


def test_a_correction_does_not_forget_what_was_merged(part: Family) -> None:
    """What a part says of safety stays, whatever is put right in the request it is part of."""
    session = part.session
    frightened = a_request(session, RING, danger="yes", **OWN_NUMBER)
    other = Family(session, RING)
    merged(session, frightened, other.row)
    hand = other.hand()
    correct(hand, lambda there: {**there, "languages": ["pl"]}, other.row.version)
    hand.session.commit()
    assert Flag.DANGER in opened(RING, other.row).head.flags


def test_what_a_service_has_for_somebodys_safety_is_not_ended_by_merging(vault_session: Session) -> None:
    row, into = a_request(vault_session, RING), a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    writing(vault_session)
    passing.without_consent = ["contact"]
    vault_session.commit()
    with pytest.raises(Refused) as refused:
        merge(held(vault_session, row), opened(RING, into), RING)
    vault_session.rollback()
    assert (refused.value.why, passing.state) == (Why.WITH_SERVICES, PassState.WAITING)


def test_whoever_holds_the_code_of_a_part_reads_neutral_words_and_nothing_of_the_other(
    part: Family, session: Session
) -> None:
    view = page(part, session)
    assert str(view.stand.now) == "We have your request."
    assert view.due_at == as_utc(whole(part).due_at or utc_now())
    assert (view.can_write, view.can_correct, view.can_withdraw) == (True, True, True)
    writing(part.session)
    for state, words in {
        ReferralState.ASKED: "Somebody is looking at your request.",
        ReferralState.HANDED_OVER: "Somebody is looking at your request.",
        ReferralState.FINISHED: "Your request is finished.",
    }.items():
        whole(part).state = state
        part.session.flush()
        assert str(page(part, session).stand.now) == words
    assert not page(part, session).can_write
    part.session.rollback()


def test_the_hub_of_the_other_is_named_only_to_whoever_agreed_to_hubs(
    vault_session: Session, session: Session
) -> None:
    alone = Family(vault_session, RING, share_with=[])
    other = a_request(vault_session, RING)
    merged(vault_session, alone.row, other)
    for _given_and_taken_on in range(2):
        accept(held(vault_session, other), "mill-lane")
        vault_session.commit()
    view = page(alone, session)
    assert (str(view.stand.now), view.hub, view.services) == ("A family hub has your request.", "", ())


def test_what_is_added_to_a_part_is_heard_where_it_went_and_read_where_it_was_written(
    part: Family, session: Session
) -> None:
    for once in "12":
        hand = part.hand()
        add(hand, "He is out on Mondays.", once)
        hand.session.commit()
    other = whole(part)
    heard = events_of(part.session, other)[-1]
    assert (heard.kind, heard.text, heard.is_for_family) == (EventKind.ADDED, None, False)
    assert heard.facts == {"from": part.receipt.reference}
    assert other.due_at is not None
    assert as_utc(other.due_at) <= OPENING.due(utc_now())
    assert [letter.text for letter in page(part, session).letters] == ["He is out on Mondays."] * 2
    told_of = part.session.scalars(select(Notice).where(Notice.wording == "team_added")).all()
    assert [one.referral_id for one in told_of] == [other.id]
    assert part.trail()[-1] == "request.added_to"


def test_where_a_hub_has_the_other_the_front_door_hears_of_the_part_too(vault_session: Session) -> None:
    """The hub may not be one that she lets read what she writes."""
    hers = Family(vault_session, RING, share_with=[])
    his = a_request(vault_session, RING, route=Route(HARBOURMOUTH, "mill-lane"))
    merged(vault_session, hers.row, his)
    hand = hers.hand()
    add(hand, "He works at the hub.", "1")
    hand.session.commit()
    told_of = vault_session.scalars(select(Notice).where(Notice.wording == "team_added")).all()
    assert {(one.to, one.referral_id) for one in told_of} == {
        (f"team:{HARBOURMOUTH}:mill-lane", his.id),
        (f"team:{HARBOURMOUTH}:", hers.row.id),
    }
    assert b"works" not in b"".join(event.text or b"" for event in events_of(vault_session, his))


def test_danger_in_a_part_makes_the_request_it_is_part_of_the_first(part: Family) -> None:
    hand = part.hand()
    add(hand, "", "1", in_danger=True)
    hand.session.commit()
    other = whole(part)
    assert other.urgency is Urgency.DANGER
    assert part.session.scalars(select(Notice.referral_id).where(Notice.wording == "team_danger")).all() == [
        other.id
    ]


def test_what_a_part_calls_unsafe_later_is_not_used_any_more(part: Family) -> None:
    hand = part.hand()
    correct(hand, lambda there: {**there, "telephone_text": "no"}, part.row.version)
    hand.session.commit()
    assert Channel.TEXT not in safe_channels(opened(RING, whole(part)).told)
    heard = events_of(part.session, whole(part))[-1]
    assert (heard.facts["fields"], heard.facts["narrowed"]) == (["telephone_text"], ["telephone_text"])


def test_a_part_is_taken_back_by_itself(part: Family, session: Session) -> None:
    other = whole(part)
    hand = part.hand()
    withdraw(hand)
    hand.session.commit()
    assert (part.row.state, part.row.outcome) == (ReferralState.WITHDRAWN, Outcome.WITHDRAWN)
    part.session.refresh(other)
    assert other.state is ReferralState.RECEIVED
    heard = events_of(part.session, other)[-1]
    assert (heard.kind, heard.is_for_family) == (EventKind.WITHDRAWN, False)
    assert str(page(part, session).stand.now) == "You took your request back."


def test_what_others_asked_for_too_does_not_end_when_one_takes_it_back(
    vault_session: Session, session: Session
) -> None:
    """A mother's request is part of one that he sent: he takes his back, and hers is still looked at."""
    hers, his = Family(vault_session, RING), Family(vault_session, RING)
    merged(vault_session, hers.row, his.row)
    hand = his.hand()
    withdraw(hand)
    hand.session.commit()
    assert his.row.state is ReferralState.RECEIVED
    assert str(page(his, session).stand.now) == "You took your request back."
    assert str(page(hers, session).stand.now) == "Somebody is looking at your request."


def test_what_is_part_of_an_ended_request_is_not_changed_and_can_be_opened_again(part: Family) -> None:
    other = whole(part)
    triage.finish(held(part.session, other), Outcome.HELPED)
    part.session.commit()
    with pytest.raises(WrongState):
        add(part.hand(), "One more thing", "1")
    part.session.rollback()
    triage.reopen(held(part.session, part.row), "They are of two families.")
    part.session.commit()
    assert (part.row.state, part.row.merged_into) == (ReferralState.LOOKED_AT, None)
    assert part.row.due_at is not None
