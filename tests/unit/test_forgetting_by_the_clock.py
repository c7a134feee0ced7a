"""Reports of the public and old email are forgotten by themselves, but not while the clock may be wrong."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.cli import timed_work
from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.listings.models import Report
from hubfinder.referrals import retention
from hubfinder.referrals.models import VaultWork
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ReportKind
from tests.support.people import HARBOURMOUTH

ROBIN = "robin@example.org"


@pytest.fixture
def moment() -> datetime:
    return utc_now()


def looked(vault: Session, at: datetime) -> None:
    """The last round in which something could be destroyed was then."""
    vault.rollback()
    begin_writing(vault)
    vault.merge(VaultWork(name=retention.WORK, begun_at=at, ended_at=at, done=0, last_key="", said=""))
    vault.commit()


def forget(session: Session, settings: Settings) -> str:
    session.rollback()
    [work] = [one for one in timed_work.WORKS if one.name == "forgetting"]
    return work.do(timed_work.Job(session, settings))


@pytest.mark.parametrize("gone", [timedelta(days=40), timedelta(days=-2)])
def test_a_clock_that_jumped_forgets_nothing_until_somebody_has_looked(
    session: Session, vault_session: Session, settings: Settings, moment: datetime, gone: timedelta
) -> None:
    begin_writing(session)
    session.add(
        Report(
            reference="0" * 15,
            kind=ReportKind.WRONG,
            council_code=HARBOURMOUTH,
            text="It has moved.",
            email=ROBIN,
            made_at=moment - timedelta(days=91),
        )
    )
    session.commit()
    looked(vault_session, moment - gone)
    assert "the clock may be wrong" in forget(session, settings)
    assert session.scalar(select(Report.email)) == ROBIN
    looked(vault_session, moment)
    assert "1 addresses" in forget(session, settings)
    assert session.scalar(select(Report.email)) == ""
