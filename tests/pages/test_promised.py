"""The confirmation promises to get in touch only where this installation can, in a way that is safe."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask

from hubfinder.referrals.answers import told
from hubfinder.referrals.usable import usable_channels
from hubfinder.referrals.vocab import Channel
from hubfinder.settings import Settings
from tests.support.asking import Asker, page_of
from tests.support.pages import application
from tests.support.requests import SAID

PROMISED = "We get in touch in the ways you said are safe, and in no other."
NOT_PROMISED = "Look here for our answer, with your reference and code."
SMTP = {"smtp_host": "mail.example.org", "smtp_from": "help@example.org"}
ID = "0d6f3e52-6a3c-4f0e-9a53-1d0d3c7c2f11"
NOTIFY = {**SMTP, "notify_api_key": f"key-{ID}-{ID}", "notify_text_template": ID}


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """With a mail server, without an address that names nobody, and without Notify."""
    with application(tmp_path_factory.mktemp("instance"), database_url, **SMTP) as app:
        yield app


@pytest.mark.parametrize(
    ("email", "text"),
    [
        ({"email": "robin@example.org", "email_write": "yes"}, NOT_PROMISED),
        ({"email": "robin@example.org", "email_write": "yes", "email_say_who": "yes"}, PROMISED),
    ],
)
def test_the_confirmation_says_whether_anything_can_come(
    app: Flask, email: Mapping[str, str], text: str
) -> None:
    asker = Asker(app.test_client())
    asker.answer_all(email=email).send()
    said = page_of(asker, "sent").text
    assert text in said
    assert ({PROMISED, NOT_PROMISED} - {text}).pop() not in said


@pytest.mark.parametrize(
    ("settings", "answers", "usable"),
    [
        ({}, {}, {Channel.TEXT, Channel.EMAIL}),
        (SMTP, {}, set()),
        (SMTP, {"telephone_call": "yes", "telephone_voicemail": "yes"}, {Channel.CALL, Channel.VOICEMAIL}),
        (SMTP, {"email_say_who": "yes"}, {Channel.EMAIL}),
        ({**SMTP, "smtp_neutral_from": "post@example.com"}, {}, {Channel.EMAIL}),
        ({**SMTP, "smtp_neutral_from": "post@example.com"}, {"email_write": "no"}, set()),
        (NOTIFY, {}, {Channel.TEXT}),
        (NOTIFY, {"contact_ok": "no"}, set()),
    ],
)
def test_a_way_counts_where_it_is_safe_and_leads_anywhere(
    settings: dict[str, Any], answers: dict[str, str], usable: set[Channel]
) -> None:
    assert usable_channels(told({**SAID, **answers}), Settings(**settings)) == usable
