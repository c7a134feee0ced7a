"""An instance for real families, just begun: a command asks its first administrator, who asks the others."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import Result
from flask import Flask

from hubfinder.extensions import db
from hubfinder.people.queries import everybody
from tests.support.accounts import PASSWORD, Browser, emails_to
from tests.support.production import HOST, production

KIM, LEE = "kim@somewhere.example.org", "lee@somewhere.example.org"
ADD = ("people", "add", "--role", "council_administrator", "--email")


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with production(tmp_path_factory.mktemp("instance"), database_url) as app:
        yield app


def run(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


def link_in(result: Result) -> str:
    """The address that a command printed."""
    assert result.exit_code == 0, result.output
    [link] = re.findall(r"https?://\S+", result.output)
    return str(link)


def joined(app: Flask, link: str) -> Browser:
    """Whoever opens the link, chooses a password and sets up an authenticator app."""
    base, path = link[: link.index("/account")], link[link.index("/account") :]
    browser = Browser(app, base=base)
    assert browser.post(path, name="Kim Lee", password=PASSWORD, again=PASSWORD).status_code == 303
    [secret] = re.findall(r"data-secret>([^<]+)<", browser.get("/account/set-up").text)
    code = pyotp.TOTP(secret.replace(" ", "")).now()
    assert browser.post("/account/set-up/app", page="/account/set-up", code=code).status_code == 200
    return browser


def test_the_first_administrator_joins_and_asks_the_next(app: Flask) -> None:
    link = link_in(run(app, *ADD, KIM))
    assert link.startswith(f"https://{HOST}/account/invitation/")
    kim = joined(app, link)
    assert kim.get("/staff").status_code == 200
    ended = run(app, *ADD, LEE)
    assert "on its way by email" in ended.output, ended.output
    [letter] = emails_to(app, LEE)
    assert f"https://{HOST}/account/invitation/" in letter


@pytest.mark.sqlite_only  # what is asked is how an address is made
@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({"trusted_hosts": "families.example.org, help.example.org"}, "https://families.example.org/"),
        ({"trusted_hosts": ".example.org"}, "https://example.org/"),
        ({"public_address": "https://help.example.org:8443"}, "https://help.example.org:8443/"),
        (
            {"trusted_hosts": "inside.example.org", "public_address": "https://out.example.org"},
            "https://out.",
        ),
        ({"smtp_host": "localhost", "languages": "en"}, f"https://{HOST}/"),
    ],
)
def test_the_link_is_made_whatever_the_instance_is_called(
    database_url: str, tmp_path: Path, given: dict[str, Any], begins: str
) -> None:
    assert database_url
    with production(tmp_path, **given) as app:
        assert link_in(run(app, *ADD, KIM)).startswith(begins)
        with app.app_context():
            assert not everybody(db.session), "nobody has an account before they accept"
