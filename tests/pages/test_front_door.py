"""The form at the front door: step by step, without scripts, sent once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.referrals.models import Draft, Referral
from hubfinder.referrals.reading import opened
from hubfinder.referrals.vocab import ReferralState, Urgency
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.vault import keys
from tests.pages.reading import Page
from tests.support.asking import STORY, Asker


@pytest.fixture
def asker(app: Flask) -> Asker:
    return Asker(app.test_client())


def requests(app: Flask) -> list[Referral]:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return list(session.scalars(select(Referral).order_by(Referral.received_at)))


def test_a_family_asks_for_help_and_is_told_what_happens_next(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    page = asker.get("check").get_data(as_text=True)
    assert STORY in page
    response = asker.send()
    assert response.headers["Location"].endswith("/ask/sent")
    told = Page(200, asker.get("sent").get_data(as_text=True))
    assert "Your request is with us" in told.headings
    [row] = requests(app)
    assert row.reference in told.text.replace("-", "")
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        found = opened(keys(), session.get_one(Referral, row.id))
        assert found.told.story == STORY


def test_from_the_confirmation_one_press_leads_to_what_happens_with_it(app: Flask, asker: Asker) -> None:
    asker.answer_all().send()
    hidden = asker.hidden("sent")
    response = asker.client.post("/follow/sent", data=hidden, follow_redirects=True)
    assert response.status_code == 200
    assert requests(app)[-1].reference in response.request.path
