"""The trail of what staff looked at, written by pages that show something of people."""

from flask import request
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.web.shared.access import actor

_NOTED = "hubfinder.seen"


def seen(verb: str, subject: Subject, of: Session | None = None) -> None:
    """Write down that whoever is signed in looked at this (``report.seen``): exactly once for each view.

    ``of`` is a session on the database in whose trail it stands, else it is that of the directory. In a short
    transaction of its own, so that a page that only reads goes on reading. Call it before the page shows
    anything: what cannot be written down is not shown (the page answers 503).
    """
    noted: set[tuple[str, Subject]] = request.environ.setdefault(_NOTED, set())
    if (verb, subject) in noted:
        return
    who = actor()
    with Session(db.engine if of is None else of.get_bind()) as own:
        begin_writing(own)
        record(own, who, verb, subject)
        own.commit()
    noted.add((verb, subject))
