"""Available to you: sure, maybe or no, always with a reason, and never two answers for one question."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from flask import Flask
from hypothesis import given, settings as hypothesis_settings, strategies as st
from sqlalchemy.orm import Session

from hubfinder.directory.availability import (
    OUTSIDE,
    Answer,
    Area,
    AreaReason,
    Asker,
    Code,
    Offer,
    Reason,
    availability,
)
from hubfinder.directory.offers import offer_of_entry, offer_of_hub, offer_of_service
from hubfinder.directory.reason_codes import as_object, codes
from hubfinder.display.availability import brief, headline, lines
from hubfinder.display.language import KNOWN, Language, speak
from hubfinder.places.values import Membership, Place, Point, Postcode
from hubfinder.search import cards
from hubfinder.search.columns import Row, make_columns
from hubfinder.search.engine import Hits, View
from hubfinder.search.offers import offer_of_card
from hubfinder.search.query import Query
from hubfinder.search.ranking import Question, rank
from hubfinder.search.values import Wanted
from hubfinder.settings import PROJECT
from hubfinder.vocab import (
    Access,
    Audience,
    Basis,
    CatalogueStatus,
    Circumstance,
    Delivery,
    FootprintKind,
    ServiceStatus,
)
from tests.support import factories as made

WARD, COUNCIL = FootprintKind.WARD, FootprintKind.LOCAL_AUTHORITY
NETWORK, CATCHMENT = FootprintKind.PRIMARY_CARE_NETWORK, FootprintKind.SCHOOL_CATCHMENT_PRIMARY
HARBOUR, FISHERGATE = Area(WARD, "W1", "Harbour"), Area(WARD, "W2", "Fishergate")
HARBOURMOUTH, NORTHSANDS = Area(COUNCIL, "L1", "Harbourmouth"), Area(COUNCIL, "L2", "Northsands")
QUAYSIDE, COAST = Area(NETWORK, "N1", "Quayside"), Area(NETWORK, "N2", "Coast and Villages")
ST_ANNES, SANDMERE = Area(CATCHMENT, "990001", "St Anne's"), Area(CATCHMENT, "990012", "Sandmere")
ENGLAND = Area(FootprintKind.NATION, "E92000001", "England")
WALES = Area(FootprintKind.NATION, "W92000004", "Wales")
AREAS = (HARBOUR, FISHERGATE, HARBOURMOUTH, NORTHSANDS, QUAYSIDE, COAST, ST_ANNES, SANDMERE, ENGLAND, WALES)
SEND, LOW_INCOME, PREGNANT = Circumstance.SEND, Circumstance.LOW_INCOME, Circumstance.PREGNANT
FOR_SEND = Offer(access=Access.TARGETED, circumstances=frozenset({SEND}))


def member(area: Area, share: float = 1.0, basis: Basis = Basis.OFFICIAL) -> Membership:
    return Membership(AREAS.index(area) + 1, area.kind, area.code, area.name, basis, share)


HOME = Place(
    "ZA1 4QT",
    Point(54.75, 2.1),
    (
        member(ST_ANNES, basis=Basis.TRACED),
        member(HARBOUR),
        member(QUAYSIDE, 0.62),
        member(HARBOURMOUTH),
        member(ENGLAND),
    ),
    Postcode("ZA1", "4QT"),
)
TOWN = replace(HOME, label="Harbourmouth", postcode=None)


def answer(offer: Offer, place: Place | None = HOME, **asked: object) -> tuple[Answer, Reason]:
    found = availability(offer, replace(Asker(place), **asked))  # type: ignore[arg-type]
    return found.answer, found.deciding


@pytest.mark.parametrize(
    ("offer", "place", "code"),
    [
        (Offer(areas=(HARBOUR,)), HOME, Code.SERVES),
        (Offer(areas=(FISHERGATE, HARBOURMOUTH)), HOME, Code.SERVES),
        (Offer(areas=(FISHERGATE,)), HOME, Code.ELSEWHERE),
        (Offer(areas=(NORTHSANDS,)), HOME, Code.ELSEWHERE),
        (Offer(areas=(QUAYSIDE,)), HOME, Code.LIKELY),
        (Offer(areas=(COAST,)), HOME, Code.SURGERY_ELSEWHERE),
        (Offer(areas=(ST_ANNES,)), HOME, Code.EDGE),
        (Offer(areas=(SANDMERE,)), HOME, Code.EDGE_OUTSIDE),
        (Offer(areas=(HARBOUR,)), TOWN, Code.MIDDLE),
        (Offer(areas=(FISHERGATE,)), TOWN, Code.MIDDLE_OUTSIDE),
        (Offer(areas=(HARBOUR,)), replace(TOWN, what="ward"), Code.SERVES),
        (Offer(areas=(HARBOUR,)), replace(TOWN, what="here"), Code.SERVES),
        (Offer(areas=(FISHERGATE,)), replace(TOWN, what="here"), Code.ELSEWHERE),
        (Offer(areas=(HARBOUR,)), replace(TOWN, what="school"), Code.MIDDLE),
        (Offer(areas=(HARBOURMOUTH,)), TOWN, Code.SERVES),
        (Offer(areas=(NORTHSANDS,)), TOWN, Code.ELSEWHERE),
        (Offer(areas=(HARBOUR,)), None, Code.PLACE_NOT_SAID),
        (Offer(areas=(ENGLAND,)), None, Code.NATIONAL),
        (Offer(areas=(WALES,)), HOME, Code.ELSEWHERE),
        (Offer(national=True), None, Code.NATIONAL),
        (Offer(), HOME, Code.OPEN),
        (Offer(council=NORTHSANDS), HOME, Code.ACROSS_BORDER),
        (Offer(council=NORTHSANDS), None, Code.OPEN),
        (Offer(council=HARBOURMOUTH), HOME, Code.OPEN),
        (Offer(is_hub=True), HOME, Code.HUB),
        (Offer(delivery=frozenset({Delivery.HOME_VISIT})), HOME, Code.HOME_VISIT),
        (Offer(delivery=frozenset({Delivery.HOME_VISIT, Delivery.TELEPHONE})), HOME, Code.OPEN),
    ],
)
def test_the_place_decides(offer: Offer, place: Place | None, code: Code) -> None:
    assert code in {reason.code for reason in availability(offer, Asker(place)).reasons}
    assert answer(offer, place)[0] is code.answer


def test_both_areas_are_named() -> None:
    reasons = availability(Offer(areas=(FISHERGATE,)), Asker(HOME)).reasons
    assert [reason for reason in reasons if reason.code in OUTSIDE] == [
        AreaReason(Code.ELSEWHERE, FISHERGATE, HARBOUR)
    ]


@pytest.mark.parametrize(
    ("limits", "asked", "code"),
    [
        ((0, 60), {"age": 84}, Code.AGE_OUTSIDE),
        ((0, 60), {"age": 60}, Code.AGE_OUTSIDE),
        ((0, 60), {"age": 59}, Code.AGE_FITS),
        ((0, 60), {}, Code.AGE_NOT_SAID),
        ((4, 12), {"age": 0, "age_to": 12}, Code.AGE_PARTLY),
        ((24, 36), {"age": 24, "age_to": 36}, Code.AGE_FITS),
        ((-9, 0), {"age": -9, "age_to": 0}, Code.AGE_FITS),
        ((-9, 0), {"age": 84}, Code.AGE_OUTSIDE),
        ((-9, 0), {"age": 84, "circumstances": frozenset({PREGNANT})}, Code.AGE_PARTLY),
        ((-9, 24), {"circumstances": frozenset({PREGNANT})}, Code.AGE_FITS),
        ((0, 24), {"circumstances": frozenset({PREGNANT})}, Code.AGE_NOT_SAID),
        ((0, None), {"age": -9, "age_to": 0}, Code.AGE_OUTSIDE),
        ((192, None), {"age": 300}, Code.AGE_FITS),
        ((None, None), {"age": 300}, Code.ANY_AGE),
        ((-9, None), {}, Code.ANY_AGE),
    ],
)
def test_the_age_decides(limits: tuple[int | None, int | None], asked: dict[str, object], code: Code) -> None:
    offer = Offer(*limits)
    found = availability(offer, replace(Asker(), **asked))  # type: ignore[arg-type]
    assert code in {reason.code for reason in found.reasons}
    assert found.answer is code.answer


@pytest.mark.parametrize(
    ("offer", "said", "code"),
    [
        (Offer(), (), Code.EVERYONE),
        (Offer(audience=Audience.PARENTS), (), Code.AUDIENCE),
        (Offer(audience=Audience.PROFESSIONALS), (), Code.PROFESSIONALS),
        (Offer(access=Access.TARGETED), (SEND,), Code.SOME_FAMILIES),
        (Offer(access=Access.TARGETED, eligibility="Ask."), (SEND,), Code.ELIGIBILITY),
        (FOR_SEND, (SEND, LOW_INCOME), Code.CIRCUMSTANCE),
        (FOR_SEND, (LOW_INCOME,), Code.CIRCUMSTANCE_DIFFERS),
        (FOR_SEND, (), Code.CIRCUMSTANCE_NOT_SAID),
        (Offer(circumstances=frozenset({SEND})), (), Code.EVERYONE),
        (Offer(closed=True), (), Code.CLOSED),
        (Offer(running=False), (), Code.NOT_RUNNING),
    ],
)  # fmt: skip
def test_the_family_decides(offer: Offer, said: tuple[Circumstance, ...], code: Code) -> None:
    found = availability(offer, Asker(circumstances=frozenset(said)))
    assert (found.answer, found.deciding.code) == (code.answer, code)


def test_who_asks_about_an_unborn_child_is_pregnant() -> None:
    offer = Offer(access=Access.TARGETED, circumstances=frozenset({PREGNANT}))
    assert availability(offer, Asker(age=-5)).answer is Answer.SURE


def test_the_weakest_part_decides_and_all_are_told() -> None:
    offer = Offer(0, 60, (HARBOUR,), Access.TARGETED, eligibility="Your school asks.")
    found = availability(offer, Asker(HOME, 84))
    assert [reason.code for reason in found.reasons] == [Code.AGE_OUTSIDE, Code.ELIGIBILITY, Code.SERVES]
    assert found.answer is Answer.NO
    assert codes(found) == ("serves:Harbour", "age_outside:0 to 60", "eligibility")


def test_an_unknown_age_never_hides_a_graver_maybe() -> None:
    offer = Offer(0, 60, (QUAYSIDE,))
    assert answer(offer)[1].code is Code.LIKELY
    assert answer(Offer(0, 60, access=Access.TARGETED))[1].code is Code.SOME_FAMILIES


months = st.one_of(st.none(), st.integers(-9, 312))
families = st.frozensets(st.sampled_from(Circumstance), max_size=3)
members = st.builds(
    member, st.sampled_from(AREAS[:8]), st.sampled_from((0.2, 0.62, 1.0)), st.sampled_from(Basis)
)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    low, high = draw(months), draw(months)
    if low is not None and high is not None and high <= low:
        high = low + 1
    return Offer(
        minimum=low,
        maximum=high,
        areas=tuple(draw(st.lists(st.sampled_from(AREAS), max_size=3, unique=True))),
        access=draw(st.sampled_from(Access)),
        circumstances=draw(families),
        eligibility=draw(st.sampled_from(("", "Ask your school."))),
        audience=draw(st.sampled_from(Audience)),
        delivery=draw(st.frozensets(st.sampled_from(Delivery))),
        national=draw(st.booleans()),
        is_hub=draw(st.booleans()),
        running=draw(st.booleans()),
        closed=draw(st.booleans()),
        council=draw(st.sampled_from((None, HARBOURMOUTH, NORTHSANDS))),
    )


@st.composite
def places(draw: st.DrawFn) -> Place:
    found = {(one.kind, one.code): one for one in draw(st.lists(members, max_size=5))}
    return Place(
        "ZA1", Point(54.75, 2.1), tuple(found.values()), draw(st.sampled_from((None, Postcode("ZA1", "4QT"))))
    )


@st.composite
def askers(draw: st.DrawFn) -> Asker:
    age = draw(months)
    until = None if age is None else age + draw(st.sampled_from((1, 12)))
    return Asker(draw(st.one_of(st.none(), places())), age, draw(families), until)


def knowing_less(asker: Asker) -> Iterator[Asker]:
    """The same family before it said one thing more."""
    yield replace(asker, place=None)
    yield replace(asker, age=None, age_to=None)
    yield replace(asker, circumstances=frozenset())
    for one in asker.circumstances:
        yield replace(asker, circumstances=asker.circumstances - {one})


@given(offers(), askers())
def test_more_knowledge_never_turns_a_no_into_a_sure_nor_a_sure_into_a_no(offer: Offer, asker: Asker) -> None:
    now = availability(offer, asker).answer
    for less in knowing_less(asker):
        assert {availability(offer, less).answer, now} != {Answer.SURE, Answer.NO}


@given(offers(), askers())
def test_where_and_how_old_only_settle_a_maybe(offer: Offer, asker: Asker) -> None:
    """Once sure or no by place and age, always so; being pregnant besides having a child is the exception."""
    asker = replace(asker, circumstances=asker.circumstances - {PREGNANT})
    now = availability(offer, asker).answer
    for less in (replace(asker, place=None), replace(asker, age=None, age_to=None)):
        before = availability(offer, less).answer
        assert before in (Answer.MAYBE, now)


@given(offers(), askers())
def test_the_answer_is_the_weakest_of_its_parts(offer: Offer, asker: Asker) -> None:
    found = availability(offer, asker)
    answers = {reason.code.answer for reason in found.reasons}
    weakest = next(one for one in (Answer.NO, Answer.MAYBE, Answer.SURE) if one in answers)
    assert found.answer is weakest is found.deciding.code.answer
    assert len(found.reasons) >= 3
    assert json.loads(json.dumps(as_object(found)))["answer"] == found.answer


@pytest.mark.parametrize("language", KNOWN.values(), ids=lambda one: one.code)
def test_every_combination_has_words_in_every_language(app: Flask, language: Language) -> None:
    @given(offers(), askers())
    @hypothesis_settings(max_examples=60)
    def check(offer: Offer, asker: Asker) -> None:
        found = availability(offer, asker)
        told = [brief(found), *lines(found)]
        assert len(told) >= 2
        assert all(one.words or one.listing for one in told)
        assert not any("%(" in one.words for one in told)
        assert headline(found)

    with app.test_request_context("/"):
        speak(language)
        check()


def test_the_decision_lists_every_code_with_its_answer() -> None:
    paper = (PROJECT / "docs" / "decisions" / "0009-available-to-you.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (sure|maybe|no) \|", paper, re.MULTILINE))
    assert rows == {code.value: code.answer.value for code in Code}


def test_a_row_and_its_card_make_the_same_offer(session: Session) -> None:
    harbour = made.footprint(session, "Harbour")
    service = made.service(
        session,
        areas=(harbour,),
        access=Access.TARGETED,
        circumstances=frozenset({SEND, LOW_INCOME}),
        eligibility="Ask.",
        audience=Audience.PARENTS,
        minimum_age=0,
        maximum_age=60,
    )
    session.refresh(service)
    assert offer_of_card(cards.service_document(service).card) == offer_of_service(service)
    entry = made.entry(session, "Old Credit", status=CatalogueStatus.CLOSED, who_for="Nobody now.")
    assert offer_of_card(cards.entry_document(entry).card) == offer_of_entry(entry)
    hub = made.location(session, is_family_hub=True)
    assert offer_of_card(cards.hub_document(hub).card) == offer_of_hub()
    service.status = ServiceStatus.INACTIVE
    assert availability(offer_of_service(service), Asker()).deciding.code is Code.NOT_RUNNING


@hypothesis_settings(max_examples=50)
@given(st.lists(offers().filter(lambda offer: WALES not in offer.areas), min_size=1, max_size=8), places())
def test_what_search_puts_last_is_what_the_function_calls_elsewhere(some: list[Offer], place: Place) -> None:
    """The mask of the ranking and the area part of the answer agree on every row."""
    place = replace(place, memberships=(*place.memberships, member(ENGLAND)))
    rows = [
        Row(number, "service", str(number), {**cards.empty_terms(), **_terms(offer)})
        for number, offer in enumerate(some)
    ]
    view = View((make_columns(rows),), "none", 0)
    wanted = Wanted(place=place)
    footprints = frozenset(one.footprint_id for one in place.memberships)
    question = Question(wanted, Query(), stale_before=0, footprints=footprints)
    ranking = rank(view, question, [np.ones(len(rows), dtype=bool)], [Hits(())])
    told = [availability(offer, wanted.asker).is_elsewhere for offer in some]
    assert ranking.elsewhere.tolist() == told


def _terms(offer: Offer) -> dict[str, object]:
    return {"areas": [AREAS.index(area) + 1 for area in offer.areas], "national": offer.national}
