"""A thousand requests for help at once, for tests of the queue: each sealed with a key of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.codes import new_id, new_reference
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import KIND, box_of
from hubfinder.referrals.vocab import Urgency
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring
from hubfinder.vault.sealing import Owner, new_box

BODY = 4_000
"""Bytes of a long story, which a queue must not read."""


def many_requests(session: Session, ring: Keyring, reference: str, number: int) -> None:
    """As many requests that look as one does that is there."""
    session.rollback()
    begin_writing(session)
    like = session.scalars(select(Referral).where(Referral.reference == reference)).one()
    facts = {column.key: getattr(like, column.key) for column in Referral.__table__.columns}
    head = box_of(ring, like).open("head", like.version, like.head)
    for at in range(number):
        id_, urgency = new_id(), list(Urgency)[at % len(Urgency)]
        box, wrapped = new_box(ring, Owner(KIND, id_, like.council_code))
        own = {
            "id": id_,
            "reference": new_reference(),
            "submission": id_,
            "urgency": urgency,
            "urgency_rank": urgency.rank,
            "head": box.seal("head", like.version, head),
            "body": bytes(BODY),
        }
        row = Referral(**{**facts, **own})
        row.wrapped = wrapped
        session.add(row)
    session.commit()


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements that both databases are asked meanwhile."""
    said: list[str] = []

    def note(*about: object) -> None:
        said.append(str(about[2]))

    with app.app_context():
        engines = (db.engine, db.get_engine(VAULT))
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
