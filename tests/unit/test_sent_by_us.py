"""What an organization reads of the requests it sent: theirs alone, neutral, and without opening any."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import THE_PUBLIC, Actor, Grant
from hubfinder.referrals import sent_by_us
from hubfinder.referrals.models import Referral
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sending import Sender
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import new_keyring
from tests.support.passing import passed
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import a_request

RING = new_keyring()
TRUST = "wend-nhs"
FROM_TRUST = Sender(HARBOURMOUTH, TRUST)


def of(organization: str, council: str = HARBOURMOUTH, role: Role = Role.PROVIDER) -> Actor:
    return Actor("Kim Example", 5, (Grant(role, council, organization),))


def sends(session: Session, sender: Sender = FROM_TRUST, council: str = HARBOURMOUTH) -> Referral:
    """A request that an organization sends."""
    return a_request(session, RING, route=Route(council), sender=sender)


def references(session: Session, actor: Actor) -> list[str]:
    return [line.reference for line in sent_by_us.lines(session, actor, 1)]


def test_each_organization_sees_its_own_in_the_council_that_lets_it(vault_session: Session) -> None:
    row = sends(vault_session)
    sends(vault_session, Sender())
    assert references(vault_session, of(TRUST)) == [row.reference]
    assert sent_by_us.count(vault_session, of(TRUST)) == 1
    others = (of("another"), of(TRUST, NORTHSANDS), of(TRUST, role=Role.HUB_STAFF), of(""), Actor("Nobody"))
    assert [references(vault_session, other) for other in others] == [[]] * len(others)


def test_one_for_a_family_of_another_council_is_still_theirs(vault_session: Session) -> None:
    row = sends(vault_session, council=NORTHSANDS)
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert (line.reference, line.council) == (row.reference, NORTHSANDS)
    assert references(vault_session, of(TRUST, NORTHSANDS)) == []


def test_nothing_but_the_organization_is_noted_of_who_sent_it(vault_session: Session) -> None:
    sends(vault_session)
    [entry] = vault_session.scalars(select(AuditEntry).where(AuditEntry.verb == "request.received"))
    assert (entry.person_id, entry.by, entry.facts) == (None, THE_PUBLIC.name, {})


def test_one_that_is_part_of_another_stands_where_that_one_does(vault_session: Session) -> None:
    """And nothing says that there is another."""
    row, other = sends(vault_session), sends(vault_session, Sender())
    row.state, row.merged_into, row.due_at = ReferralState.MERGED, other.id, None
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand is sent_by_us.TOLD[ReferralState.RECEIVED]
    assert other.due_at is not None
    assert line.due_at == as_utc(other.due_at)
    other.state = ReferralState.FINISHED
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand is sent_by_us.TOLD[ReferralState.FINISHED]


def test_what_others_do_with_the_one_it_is_part_of_is_not_said(vault_session: Session) -> None:
    """A question to somebody else, and that they took theirs back; but its own end is."""
    row, other = sends(vault_session), sends(vault_session, Sender())
    row.state, row.merged_into, row.due_at = ReferralState.MERGED, other.id, None
    for state in (ReferralState.ASKED, ReferralState.WITHDRAWN):
        other.state = state
        [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
        assert line.stand is sent_by_us.TOLD[ReferralState.LOOKED_AT]
    row.state, row.withdrawn_at = ReferralState.WITHDRAWN, utc_now()
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand is sent_by_us.TOLD[ReferralState.WITHDRAWN]


def test_of_services_and_hubs_it_reads_only_where_the_family_agreed(vault_session: Session) -> None:
    row = sends(vault_session)
    passed(vault_session, RING, row)
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand is sent_by_us.TOLD[ReferralState.PASSED_ON]
    other = sends(vault_session)
    other.state, other.is_hub_for_safety = ReferralState.ACCEPTED, True
    [line] = [
        one for one in sent_by_us.lines(vault_session, of(TRUST), 1) if one.reference == other.reference
    ]
    assert line.stand is sent_by_us.TOLD[ReferralState.LOOKED_AT]


def test_what_statutory_services_have_reads_as_the_familys_own_page_does(vault_session: Session) -> None:
    row = sends(vault_session)
    row.state = ReferralState.HANDED_OVER
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand == sent_by_us.TOLD[ReferralState.LOOKED_AT]
    row.withdrawn_at = utc_now()
    vault_session.flush()
    [line] = sent_by_us.lines(vault_session, of(TRUST), 1)
    assert line.stand is sent_by_us.TOLD[ReferralState.WITHDRAWN]


def test_the_newest_come_first_page_by_page(vault_session: Session) -> None:
    for number in range(sent_by_us.PAGE + 2):
        row = sends(vault_session)
        row.received_at = utc_now() - timedelta(days=number + 1)
        vault_session.commit()
    first, second = (sent_by_us.lines(vault_session, of(TRUST), page) for page in (1, 2))
    moments = [line.received_at for line in [*first, *second]]
    assert (len(first), moments) == (sent_by_us.PAGE, sorted(moments, reverse=True))


def test_every_state_has_its_words() -> None:
    assert set(sent_by_us.TOLD) == set(ReferralState)
