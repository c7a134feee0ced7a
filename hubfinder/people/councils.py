"""The councils that have staff here."""

from sqlalchemy.orm import Session

from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Council
from hubfinder.people.values import A_COMMAND


def ensure_council(session: Session, code: str, name: str, email: str = "", telephone: str = "") -> Council:
    """The council with this code; made if it was not there, else left as it is. Never commits.

    The caller's transaction must have begun with ``begin_writing``.
    """
    there = session.get(Council, code)
    if there is not None:
        return there
    made = Council(
        code=code, name=name, email=email, telephone=telephone, may_approve_own=frozenset(), cadence={}
    )
    session.add(made)
    session.flush()
    record(session, A_COMMAND, "council.added", Subject("council", code, code))
    return made
