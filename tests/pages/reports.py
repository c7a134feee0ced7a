"""Reports of the public, for tests: what was told, and the buttons that staff press."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization, Service
from hubfinder.extensions import db
from hubfinder.listings.models import Listing, ListingUpdate, PublicBucket, Report
from hubfinder.listings.recording import record_services
from hubfinder.people.models import AuditEntry
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import Origin
from tests.pages.reading import Page

QUEUE, SERVICE = "/staff/reports", "/service/story-time-1"


def record_all(app: Flask) -> None:
    """Make listings of the services of the small world."""
    with app.app_context():
        begin_writing(db.session)
        ids = db.session.scalars(select(Service.id)).all()
        record_services(db.session, ids, Origin.IMPORT, "a test")
        db.session.commit()


def forget_all(app: Flask) -> None:
    """Nobody has told us anything."""
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(ListingUpdate))
        for table in (Report, PublicBucket, OutgoingEmail):
            db.session.execute(delete(table))
        db.session.execute(update(Listing).values(is_telephone_doubted=False, open_reports=0))
        db.session.commit()


def only_report(app: Flask) -> Report:
    with app.app_context():
        return db.session.scalars(select(Report)).one()


def listing(app: Flask, key: str = "story-time-1") -> Listing:
    with app.app_context():
        return db.session.scalars(select(Listing).where(Listing.key == key)).one()


def organization_of(app: Flask, key: str = "story-time-1") -> str:
    with app.app_context():
        return db.session.scalars(select(Organization.key).join(Service).where(Service.key == key)).one()


def press(client: FlaskClient, number: int, what: str = "decide", **fields: str) -> Page:
    """Open the page of a report and press a button of it."""
    page = client.get(f"{QUEUE}/{number}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    fields |= {"csrf_token": token[1]} if token else {}
    answer = client.post(f"{QUEUE}/{number}/{what}", data=fields, follow_redirects=what == "answer")
    return Page(answer.status_code, answer.get_data(as_text=True) + str(answer.headers.get("Location", "")))


def verbs(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number.desc()).limit(5)))
