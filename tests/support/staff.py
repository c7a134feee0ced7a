"""The small world as staff have it: two councils, somebody for each role in both, and one thing of each kind.

Whoever adds a page about a thing puts the thing here, as Harbourmouth's, and its address into
``tests/pages/addresses.py``.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization, Service
from hubfinder.exchange.models import Batch, BatchRow, Merge, Register
from hubfinder.exchange.registers import CHILDCARE
from hubfinder.listings.models import Listing, ListingUpdate, ListingVersion, Report
from hubfinder.listings.recording import record_services
from hubfinder.people.models import Invitation, Person, RoleGrant
from hubfinder.referrals.passing import Receiver
from hubfinder.referrals.sending import Sender
from hubfinder.referrals.threshold_models import JointThreshold, JointThresholdService
from hubfinder.referrals.vocab import Opens
from hubfinder.staff_vocab import BatchState, Origin, ReportKind, Role, RowOutcome, UpdateState
from hubfinder.web.shared.vault import keys, vault
from tests.support.passing import handing, passed
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person
from tests.support.requests import a_request

NUMBER = 9001
"""Of everything that has a number in its address."""
KEY = "sleep-clinic"
"""Of the listing that the addresses of pages about a listing name."""
REQUEST, OTHER_REQUEST = "HE1P00000000001", "HE1P00000000002"
"""References of requests for help."""
PASSED_ON, PASSING = "HE1P00000000003", "a" * 32
"""One that was passed on to the organization of the listing: its reference, and its number in the inbox."""
Staff = dict[tuple[str, Role], int]
"""Ids of people by council and role."""


def furnish(session: Session) -> Staff:
    """Fill the small world for staff, and commit."""
    begin_writing(session)
    council(session, HARBOURMOUTH, name="Harbourmouth Council")
    council(session, NORTHSANDS, name="Northsands Council")
    record_services(session, session.scalars(select(Service.id)).all(), Origin.IMPORT, "the tests")
    organization = session.scalars(select(Service).where(Service.key == KEY)).one().organization
    staff = {
        (code, role): _somebody(session, code, role, organization)
        for code in (HARBOURMOUTH, NORTHSANDS)
        for role in Role
    }
    _colleague(session)
    _invitation(session)
    _waiting(session)
    _files(session)
    _merged(session)
    _threshold(session)
    session.commit()
    _requests()
    _passed(organization.key)
    return {who: one.id for who, one in staff.items()}


def _requests() -> None:
    """Two requests for help of one family, still at Harbourmouth's front door."""
    for reference in (REQUEST, OTHER_REQUEST):
        row = a_request(vault(), keys())
        vault().rollback()
        begin_writing(vault())
        row.reference = reference
        vault().commit()


def _passed(organization: str) -> None:
    """A request that an organization has sent, and that now waits in its own inbox."""
    sender = Sender(HARBOURMOUTH, organization)
    row = a_request(vault(), keys(), sender=sender, story="It is hard at night.")
    (made,) = passed(vault(), keys(), row, handing(Receiver(KEY, organization)))
    vault().rollback()
    begin_writing(vault())
    row.reference, made.id = PASSED_ON, PASSING
    vault().commit()


def _threshold(session: Session) -> None:
    threshold = JointThreshold(
        id=NUMBER,
        council_code=HARBOURMOUTH,
        agency="Children’s social care",
        decision="A child is on a plan",
        changed_at=utc_now(),
    )
    threshold.services = [JointThresholdService(kind=Opens.SERVICE, key=KEY, for_whom="The mother")]
    session.add(threshold)


def _somebody(session: Session, code: str, role: Role, organization: Organization) -> Person:
    scope = {"organization_key": organization.key} if role is Role.PROVIDER else {}
    return person(session, role, code, **scope)


def _colleague(session: Session) -> None:
    """Two roles, so that one can be taken away."""
    colleague = Person(
        id=NUMBER,
        email="colleague@example.org",
        name="Robin Colleague",
        fs_uniquifier="colleague",
        active=True,
        made_at=utc_now(),
    )
    colleague.roles = [
        RoleGrant(id=NUMBER + step, role=role, council_code=HARBOURMOUTH, given_at=utc_now())
        for step, role in enumerate((Role.AUDITOR, Role.FRONT_DOOR))
    ]
    session.add(colleague)
    session.flush()


def _invitation(session: Session) -> None:
    session.add(
        Invitation(
            id=NUMBER,
            email="asked@example.org",
            name="Sam Asked",
            token_digest="0" * 64,
            grants=[{"role": "auditor", "council": HARBOURMOUTH, "organization": "", "hub": "", "area": ""}],
            council_code=HARBOURMOUTH,
            made_at=utc_now(),
            made_by="the tests",
            ends_at=utc_now() + timedelta(days=3),
        )
    )


def _files(session: Session) -> None:
    """A spreadsheet, and a state of an outside list, both read and not decided about."""
    session.add(
        Register(
            key="childcare", council_code=HARBOURMOUTH, name="Childcare register", columns=dict(CHILDCARE)
        )
    )
    for step, register in enumerate(("", "childcare")):
        number = NUMBER + step
        session.add(
            Batch(
                id=number,
                council_code=HARBOURMOUTH,
                register_key=register,
                made_by="the tests",
                made_at=utc_now(),
                file_name="listings.csv",
                digest="0" * 64,
                state=BatchState.PREVIEW,
                counts={"refused": 1, "new": 1},
                notes=[],
            )
        )
        session.flush()
        for row, outcome in enumerate((RowOutcome.REFUSED, RowOutcome.NEW), 2):
            session.add(
                BatchRow(
                    batch_id=number,
                    number=row,
                    key=f"row-{row}",
                    outside_id=f"A{row}",
                    name=f"Row {row}",
                    outcome=outcome,
                    why=[["telephone", "is not a telephone number"]],
                    content={},
                )
            )


def _waiting(session: Session) -> None:
    """A change that waits for approval, and what the public told us: that something is wrong, how it was."""
    listing = session.scalars(select(Listing).where(Listing.key == KEY)).one()
    version = session.scalars(select(ListingVersion).where(ListingVersion.listing_id == listing.id)).one()
    facts = {"id": NUMBER, "listing_id": listing.id, "council_code": HARBOURMOUTH, "made_at": utc_now()}
    session.add(
        ListingUpdate(
            **facts,
            base_version=version.number,
            content={**version.content, "summary": "A health visitor helps you plan calmer nights."},
            state=UpdateState.SUBMITTED,
            author="Somebody of the clinic",
            saved_at=utc_now(),
            submitted_at=utc_now(),
        )
    )
    told = {**facts, "subject": f"service:{KEY}", "name": listing.name}
    wrong = {"reference": "R9001", "kind": ReportKind.WRONG, "about": "times", "text": "It begins later now."}
    said = {"id": NUMBER + 1, "reference": "R9002", "kind": ReportKind.FEEDBACK, "text": "It was kind."}
    session.add_all([Report(**told, **wrong), Report(**{**told, **said}, is_public=True)])


def _merged(session: Session) -> None:
    """Two listings that were made one: of what went nothing is left to make two of again."""
    session.add(
        Merge(
            id=NUMBER,
            council_code=HARBOURMOUTH,
            kept_key=KEY,
            gone_key="story-time-1",
            version_before=1,
            version_after=2,
            made_at=utc_now(),
        )
    )
