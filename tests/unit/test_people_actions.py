"""Who may give what to whom, and what ends when somebody leaves; each is one entry of the trail."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.people import actions
from hubfinder.people.actions import CouncilSettings
from hubfinder.people.invitations import accept, find_invitation, invite, withdraw
from hubfinder.people.models import AuditEntry, Council, Invitation, Passkey, Person, RoleGrant, StaffSession
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.values import A_COMMAND, Actor, Grant
from hubfinder.staff_vocab import Risk, Role
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person

ADMINISTRATOR, AUDITOR = Role.COUNCIL_ADMINISTRATOR, Role.AUDITOR
HASH = "$argon2id$made-up"


def as_actor(somebody: Person) -> Actor:
    return Actor(
        somebody.name,
        somebody.id,
        tuple(
            Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area)
            for row in somebody.roles
        ),
    )


@pytest.fixture
def administrator(session: Session) -> Person:
    begin_writing(session)
    return person(session)


@pytest.fixture
def admin(administrator: Person) -> Actor:
    return as_actor(administrator)


def grant(role: Role = AUDITOR, of: str = HARBOURMOUTH, **scope: str) -> Grant:
    return Grant(role, of, **scope)


def verbs(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def factors(somebody: Person) -> list[object]:
    """Whether they may sign in, and what they could do it with."""
    return [
        somebody.active,
        somebody.tf_totp_secret,
        somebody.mf_recovery_codes or [],
        somebody.used_codes,
    ]


def test_somebody_is_invited_and_joins_once(session: Session, admin: Actor) -> None:
    sent = invite(session, admin, " Kim@Example.org ", "Kim  Lee", [grant()])
    assert sent.token not in str(sent.invitation.__dict__)
    kim = accept(session, sent.token, "Kim Lee", HASH)
    assert (kim.email, kim.name, kim.password, kim.active) == ("kim@example.org", "Kim Lee", HASH, True)
    assert [(row.role, row.council_code, row.given_by) for row in kim.roles] == [
        (AUDITOR, HARBOURMOUTH, admin.name)
    ]
    assert verbs(session) == ["person.invited", "invitation.accepted"]
    with pytest.raises(PeopleRefused) as again:
        accept(session, sent.token, "Kim Lee", HASH)
    assert again.value.why is Refusal.GONE


def test_the_trail_has_no_email_address_of_whom_was_invited(session: Session, admin: Actor) -> None:
    invite(session, admin, "kim@example.org", "Kim Lee", [grant()])
    [entry] = session.scalars(select(AuditEntry))
    assert "kim" not in f"{entry.facts}{entry.reason}{entry.subject_key}{entry.by}".lower()
    assert entry.facts == {"roles": ["auditor"]}


def test_an_invitation_ends_by_itself_by_a_newer_one_and_by_hand(session: Session, admin: Actor) -> None:
    first = invite(session, admin, "kim@example.org", "Kim", [grant()])
    second = invite(session, admin, "kim@example.org", "Kim", [grant()])
    assert find_invitation(session, first.token) is None
    assert find_invitation(session, second.token) is second.invitation
    withdraw(session, admin, second.invitation)
    withdraw(session, admin, second.invitation)
    assert find_invitation(session, second.token) is None
    third = invite(session, admin, "kim@example.org", "Kim", [grant()])
    third.invitation.ends_at = utc_now() - timedelta(minutes=1)
    session.flush()
    for sent in (first, second, third):
        with pytest.raises(PeopleRefused, match="gone"):
            accept(session, sent.token, "Kim", HASH)
    assert verbs(session).count("invitation.withdrawn") == 1


@pytest.mark.parametrize("email", ["", "kim", "kim@", "kim@example", "kim@example.org\nBcc: x@example.org"])
def test_an_address_that_is_none_is_refused(session: Session, admin: Actor, email: str) -> None:
    with pytest.raises(PeopleRefused, match="email"):
        invite(session, admin, email, "Kim", [grant()])
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_who_has_an_account_is_not_invited_again(
    session: Session, admin: Actor, administrator: Person
) -> None:
    with pytest.raises(PeopleRefused, match="has_account"):
        invite(session, admin, administrator.email.upper(), "Kim", [grant()])


def test_without_a_name_nobody_joins_and_the_link_still_holds(session: Session, admin: Actor) -> None:
    sent = invite(session, admin, "kim@example.org", "Kim", [grant()])
    session.commit()
    begin_writing(session)
    with pytest.raises(PeopleRefused, match="name"):
        accept(session, sent.token, " \n ", HASH)
    session.rollback()
    assert find_invitation(session, sent.token) is not None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (grant(Role.PROVIDER), Refusal.NEEDS_ORGANIZATION),
        (grant(Role.PROVIDER, organization="helpers", hub="quay"), Refusal.SCOPE),
        (grant(Role.HUB_STAFF), Refusal.NEEDS_HUB),
        (grant(Role.HUB_STAFF, hub="quay", organization="helpers"), Refusal.SCOPE),
        (grant(Role.FRONT_DOOR, hub="quay"), Refusal.SCOPE),
        (grant(ADMINISTRATOR, area="ward:Z05000001"), Refusal.SCOPE),
        (grant(AUDITOR, organization="helpers"), Refusal.SCOPE),
        (grant(of=NORTHSANDS), Refusal.NOT_YOURS),
        (grant(of="Z06000099"), Refusal.NOT_YOURS),
        (grant(of=""), Refusal.NOT_YOURS),
    ],
)
def test_only_roles_as_they_are_meant_within_the_own_council_are_given(
    session: Session, admin: Actor, given: Grant, why: Refusal
) -> None:
    council(session, NORTHSANDS)
    other = person(session, AUDITOR)
    for attempt in (
        lambda: invite(session, admin, "kim@example.org", "Kim", [given]),
        lambda: actions.give(session, admin, other, given, "New task"),
    ):
        with pytest.raises(PeopleRefused) as caught:
            attempt()
        assert caught.value.why is why
    assert verbs(session) == []


def test_an_invitation_is_for_one_council(session: Session) -> None:
    begin_writing(session)
    both = person(session)
    council(session, NORTHSANDS)
    both.roles.append(RoleGrant(role=ADMINISTRATOR, council_code=NORTHSANDS, given_at=utc_now()))
    session.flush()
    with pytest.raises(PeopleRefused, match="not_yours"):
        invite(session, as_actor(both), "kim@example.org", "Kim", [grant(), grant(of=NORTHSANDS)])
    with pytest.raises(PeopleRefused, match="no_role"):
        invite(session, as_actor(both), "kim@example.org", "Kim", [])


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.HUB_STAFF, Role.FRONT_DOOR, AUDITOR])
def test_who_is_no_administrator_decides_nothing(session: Session, administrator: Person, role: Role) -> None:
    somebody = as_actor(person(session, role))
    other = person(session, AUDITOR)
    row = other.roles[0]
    sent = invite(session, A_COMMAND, "kim@example.org", "Kim", [grant()])
    for attempt in (
        lambda: invite(session, somebody, "lee@example.org", "Lee", [grant()]),
        lambda: withdraw(session, somebody, sent.invitation),
        lambda: actions.give(session, somebody, other, grant(Role.FRONT_DOOR), "Because"),
        lambda: actions.take(session, somebody, other, row, "Because"),
        lambda: actions.disable(session, somebody, administrator, "Because"),
        lambda: actions.enable(session, somebody, other, "Because"),
        lambda: actions.reset_factor(session, somebody, other, "Because"),
        lambda: actions.change_council(
            session, somebody, council(session), CouncilSettings("Mine", "", "", (), {})
        ),
    ):
        with pytest.raises(PeopleRefused, match="not_yours"):
            attempt()
    assert verbs(session) == ["person.invited"]


def test_nobody_changes_what_they_may_do_themselves(
    session: Session, admin: Actor, administrator: Person
) -> None:
    for attempt in (
        lambda: actions.give(session, admin, administrator, grant(), "I want to"),
        lambda: actions.take(session, admin, administrator, administrator.roles[0], "I want to"),
        lambda: actions.disable(session, admin, administrator, "I want to"),
        lambda: actions.reset_factor(session, admin, administrator, "I want to"),
    ):
        with pytest.raises(PeopleRefused, match="yourself"):
            attempt()


def test_a_role_is_given_and_taken_with_a_reason(session: Session, admin: Actor) -> None:
    other = person(session, Role.FRONT_DOOR)
    with pytest.raises(PeopleRefused, match="reason"):
        actions.give(session, admin, other, grant(), "  ")
    row = actions.give(session, admin, other, grant(), "Looks after the trail now")
    with pytest.raises(PeopleRefused, match="has_role"):
        actions.give(session, admin, other, grant(), "Again")
    actions.take(session, admin, other, row, "Task is done")
    with pytest.raises(PeopleRefused, match="only_role"):
        actions.take(session, admin, other, other.roles[0], "Task is done")
    assert [row.role for row in other.roles] == [Role.FRONT_DOOR]
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(one.verb, one.reason, one.facts["role"]) for one in entries] == [
        ("role.given", "Looks after the trail now", "auditor"),
        ("role.taken", "Task is done", "auditor"),
    ]


def test_a_leaver_is_out_at_once(session: Session, admin: Actor) -> None:
    leaver = person(session, ADMINISTRATOR)
    before = leaver.fs_uniquifier
    leaver.tf_primary_method, leaver.tf_totp_secret, leaver.mf_recovery_codes = "authenticator", "x", ["y"]
    moment = utc_now()
    session.add(
        StaffSession(
            digest="d", person_id=leaver.id, made_at=moment, seen_at=moment, ends_at=moment, content=b""
        )
    )
    leaver.webauthn.append(
        Passkey(
            credential_id=b"c", public_key=b"k", backup_state=False, device_type="x", usage="first",
            lastuse_datetime=moment.replace(tzinfo=None), name="key", sign_count=0,
        )
    )  # fmt: skip
    session.flush()
    sent = invite(session, as_actor(leaver), "back-door@example.org", "Kim", [grant(ADMINISTRATOR)])
    actions.disable(session, admin, leaver, "Left on Friday")
    actions.disable(session, admin, leaver, "Left on Friday")
    session.commit()
    assert factors(leaver) == [False, None, [], []]
    assert leaver.fs_uniquifier != before
    assert leaver.disabled_at is not None
    for table in (StaffSession, Passkey):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert find_invitation(session, sent.token) is None
    assert verbs(session) == ["person.invited", "person.disabled"]
    facts = session.scalar(select(AuditEntry.facts).where(AuditEntry.verb == "person.disabled"))
    assert facts == {"sessions": 1, "passkeys": 1, "invitations": 1}


def test_who_was_disabled_can_come_back(session: Session, admin: Actor) -> None:
    back = person(session, AUDITOR)
    actions.disable(session, admin, back, "Long leave")
    with pytest.raises(PeopleRefused, match="is_disabled"):
        actions.give(session, admin, back, grant(Role.FRONT_DOOR), "New task")
    actions.enable(session, admin, back, "Is back")
    actions.enable(session, admin, back, "Is back")
    assert back.active
    assert back.disabled_at is None
    assert verbs(session) == ["person.disabled", "person.enabled"]


def test_the_last_administrator_stays_except_by_command(session: Session, admin: Actor) -> None:
    council(session, NORTHSANDS)
    other = person(session, ADMINISTRATOR, NORTHSANDS)
    two_councils = Actor("Both", None, (grant(ADMINISTRATOR), grant(ADMINISTRATOR, NORTHSANDS)))
    other.roles.append(RoleGrant(role=AUDITOR, council_code=NORTHSANDS, given_at=utc_now()))
    session.flush()
    with pytest.raises(PeopleRefused, match="last_administrator"):
        actions.disable(session, two_councils, other, "Left")
    with pytest.raises(PeopleRefused, match="last_administrator"):
        actions.take(session, two_councils, other, other.roles[0], "Left")
    with pytest.raises(PeopleRefused, match="not_yours"):
        actions.disable(session, admin, other, "Left")
    person(session, ADMINISTRATOR, NORTHSANDS).active = False
    session.flush()
    with pytest.raises(PeopleRefused, match="last_administrator"):
        actions.disable(session, two_councils, other, "Left")
    actions.disable(session, A_COMMAND, other, "Left")
    assert not other.active


def test_who_works_for_two_councils_is_disabled_by_neither_alone(session: Session, admin: Actor) -> None:
    council(session, NORTHSANDS)
    shared = person(session, AUDITOR)
    shared.roles.append(RoleGrant(role=AUDITOR, council_code=NORTHSANDS, given_at=utc_now()))
    session.flush()
    for action in (actions.disable, actions.reset_factor, actions.enable):
        with pytest.raises(PeopleRefused, match="works_elsewhere"):
            action(session, admin, shared, "Left")
    actions.disable(session, A_COMMAND, shared, "Left both")
    councils = session.scalars(select(AuditEntry.council_code).order_by(AuditEntry.number)).all()
    assert councils == [HARBOURMOUTH, NORTHSANDS]


def test_a_role_that_ends_ends_what_was_asked_for_with_it(session: Session, admin: Actor) -> None:
    other = person(session, ADMINISTRATOR)
    other.roles.append(RoleGrant(role=AUDITOR, council_code=HARBOURMOUTH, given_at=utc_now()))
    session.flush()
    sent = invite(session, as_actor(other), "kim@example.org", "Kim", [grant()])
    actions.take(session, admin, other, other.roles[0], "Other work")
    assert find_invitation(session, sent.token) is None


def test_a_second_factor_is_forgotten_with_all_sessions(session: Session, admin: Actor) -> None:
    other = person(session, AUDITOR)
    other.tf_primary_method, other.tf_totp_secret, other.used_codes = "authenticator", "secret", [1]
    actions.reset_factor(session, admin, other, "Lost the telephone")
    assert factors(other) == [True, None, [], []]
    assert verbs(session) == ["person.factor_reset"]


def test_a_council_is_changed_in_one_entry_that_names_the_fields(session: Session, admin: Actor) -> None:
    ours: Council = council(session)
    wanted = CouncilSettings(
        " Harbour  Council", "Team@Example.org", "01632  960200", {Role.HUB_STAFF}, {Risk.VACANCIES: 7}
    )
    changed = actions.change_council(session, admin, ours, wanted)
    assert set(changed) == {"name", "email", "telephone", "may_approve_own", "cadence"}
    session.commit()
    begin_writing(session)
    assert (ours.name, ours.email, ours.cadence) == ("Harbour Council", "team@example.org", {"vacancies": 7})
    assert ours.telephone == "01632 960200"
    assert ours.may_approve_own == {Role.HUB_STAFF}
    assert actions.change_council(session, admin, ours, wanted) == ()
    assert verbs(session) == ["council.changed"]
    for wrong, why in (
        (CouncilSettings("", "", "", (), {}), "name"),
        (CouncilSettings("X", "no", "", (), {}), "email"),
        (CouncilSettings("X", "", "ring us", (), {}), "telephone"),
    ):
        with pytest.raises(PeopleRefused, match=why):
            actions.change_council(session, admin, ours, wrong)
