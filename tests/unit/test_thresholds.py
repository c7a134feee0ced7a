"""A decision of one agency opens services of others, as a council agreed it; whose it is stays sealed."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.listings.recording import record_services
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals.events import words_of
from hubfinder.referrals.reading import events_of, opened
from hubfinder.referrals.receivers import candidates, named_like, opened_by
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.referrals.thresholds import (
    MOST_SERVICES,
    Agreed,
    ThresholdChanged,
    ThresholdProblem,
    ThresholdRefused,
    Way,
    add,
    change,
    examples,
    names_of,
    note_decision,
    reached,
    remove,
    threshold_for,
    thresholds_of,
    undo_decision,
)
from hubfinder.referrals.vocab import EventKind, Opens
from hubfinder.settings import PROJECT
from hubfinder.staff_vocab import Origin, Role
from hubfinder.vault.keys import new_keyring
from tests.support import factories as made
from tests.support.passing import TEAM, writing
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person
from tests.support.requests import a_request

RING = new_keyring()
RUNS_IT = Actor("Sunita", 4, (Grant(Role.COUNCIL_ADMINISTRATOR, HARBOURMOUTH),))
ELSEWHERE = Actor("Bea", 5, (Grant(Role.COUNCIL_ADMINISTRATOR, NORTHSANDS),))
CARE, CHILD = "care-for-mothers", "child-team"
PLAN = Agreed("Children’s social care", "A plan because of the mother", (Way(Opens.SERVICE, CARE, "Mother"),))


@pytest.fixture
def here(session: Session) -> Session:
    """A council with two services, one of which somebody signs in for."""
    begin_writing(session)
    council(session)
    entry = made.entry(session, "Perinatal Mental Health Support")
    care = made.service(session, key=CARE, name="Care for mothers", needs=("money",))
    other = made.service(session, key=CHILD, name="Child team", needs=("food",))
    care.entries = [entry]
    person(session, Role.PROVIDER, organization_key=care.organization.key)
    session.flush()
    record_services(session, [care.id, other.id], Origin.IMPORT, "the tests")
    session.commit()
    begin_writing(session)
    return session


def test_what_is_agreed_is_kept_changed_and_removed(here: Session) -> None:
    row = add(here, RUNS_IT, HARBOURMOUTH, PLAN)
    assert [one.candidate.service for one in opened_by(here, [row])] == [CARE]
    change(here, RUNS_IT, row, Agreed("NHS", "Another", (Way(Opens.NEED, "food"),)), 1)
    assert [one.candidate.service for one in opened_by(here, thresholds_of(here, HARBOURMOUTH))] == [CHILD]
    with pytest.raises(ThresholdChanged):
        change(here, RUNS_IT, row, PLAN, 1)
    assert threshold_for(here, RUNS_IT, row.id) is row
    assert threshold_for(here, ELSEWHERE, row.id) is None
    assert thresholds_of(here, NORTHSANDS) == []
    remove(here, RUNS_IT, row)
    assert thresholds_of(here, HARBOURMOUTH) == []
    verbs = list(here.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))
    assert verbs[-3:] == ["threshold.added", "threshold.changed", "threshold.removed"]


def test_all_that_deliver_national_help_are_opened(here: Session) -> None:
    made.entry(here, "Other help")
    ways = (Way(Opens.ENTRY, "perinatal-mental-health-support"), Way(Opens.ENTRY, "other-help"))
    assert list(names_of(here, ways).values()) == ["Perinatal Mental Health Support", "Other help"]
    (only,) = opened_by(here, [add(here, RUNS_IT, HARBOURMOUTH, Agreed("NHS", "x", ways))])
    assert (only.candidate.name, only.candidate.can_receive) == ("Care for mothers", True)


@pytest.mark.parametrize(
    ("agreed", "why"),
    [
        (Agreed("", "x", PLAN.ways), ThresholdProblem.NO_AGENCY),
        (Agreed("x", "", PLAN.ways), ThresholdProblem.NO_DECISION),
        (Agreed("x", "y", ()), ThresholdProblem.OPENS_NOTHING),
        (Agreed("x", "y", (Way(Opens.SERVICE, "gone"),)), ThresholdProblem.UNKNOWN),
        (Agreed("x", "y", (Way(Opens.NEED, CARE),)), ThresholdProblem.UNKNOWN),
        (Agreed("x" * 121, "y", PLAN.ways), ThresholdProblem.TOO_LONG),
        (Agreed("x", "y", PLAN.ways, "z" * 2_001), ThresholdProblem.TOO_LONG),
        (Agreed("x", "y", (Way(Opens.SERVICE, CARE, "z" * 121),)), ThresholdProblem.TOO_LONG),
        (Agreed("x", "y", PLAN.ways * (MOST_SERVICES + 1)), ThresholdProblem.TOO_LONG),
    ],
)
def test_what_is_not_whole_is_refused(here: Session, agreed: Agreed, why: ThresholdProblem) -> None:
    with pytest.raises(ThresholdRefused) as refused:
        add(here, RUNS_IT, HARBOURMOUTH, agreed)
    assert refused.value.why is why
    here.rollback()
    assert here.scalars(select(JointThreshold)).all() == []


def test_a_decision_is_noted_once_sealed_and_can_be_undone(here: Session, vault_session: Session) -> None:
    threshold = add(here, RUNS_IT, HARBOURMOUTH, PLAN)
    other = add(here, RUNS_IT, HARBOURMOUTH, Agreed("NHS", "Another", PLAN.ways))
    here.commit()
    row = a_request(vault_session, RING)
    second = a_request(vault_session, RING)

    def noted() -> list[JointThreshold]:
        return reached(RING, row, events_of(vault_session, row), [threshold, other])

    for _ in range(2):
        writing(vault_session)
        note_decision(vault_session, RING, TEAM, opened(RING, row), threshold)
        vault_session.commit()
    assert noted() == [threshold]
    decisions = [one for one in events_of(vault_session, row) if one.kind is EventKind.DECISION]
    assert len(decisions) == 1
    assert words_of(opened(RING, row).box, decisions[0]).startswith("Children’s social care: A plan")
    assert "plan" not in f"{decisions[0].facts}{decisions[0].text!r}".lower()
    assert reached(RING, second, events_of(vault_session, row), [threshold]) == []
    writing(vault_session)
    undo_decision(vault_session, RING, TEAM, opened(RING, row), other)
    undo_decision(vault_session, RING, TEAM, opened(RING, row), threshold)
    vault_session.commit()
    assert noted() == []
    verbs = list(vault_session.scalars(select(AuditEntry.verb)))
    assert verbs.count("request.decision_noted") == verbs.count("request.decision_undone") == 1


def test_a_service_that_nobody_signs_in_for_cannot_receive(here: Session) -> None:
    found = candidates(here, HARBOURMOUTH, [CARE, CHILD, "gone"])
    assert {key: one.can_receive for key, one in found.items()} == {CARE: True, CHILD: False}
    assert candidates(here, NORTHSANDS, [CARE]) == {}
    assert candidates(here, HARBOURMOUTH, []) == {}


@pytest.mark.parametrize("words", ["", "MOTHERS care", "%", "care _", "'; drop table service"])
def test_services_are_found_by_the_words_of_their_name(here: Session, words: str) -> None:
    found = [one.service for one in named_like(here, HARBOURMOUTH, words)]
    assert found == {"": [CARE, CHILD], "MOTHERS care": [CARE]}.get(words, [])


def test_the_examples_that_come_with_hubfinder_can_be_used() -> None:
    found = examples(PROJECT / "seeds")
    assert found["mother-mental-health"].ways[0].for_whom == "The mother"
    catalogue = (Path(PROJECT) / "seeds" / "catalogue.csv").read_text(encoding="utf-8")
    needs = (Path(PROJECT) / "seeds" / "needs.csv").read_text(encoding="utf-8")
    for one in found.values():
        assert one.agency
        for way in one.ways:
            assert f"\n{way.key}," in (catalogue if way.kind is Opens.ENTRY else needs)
