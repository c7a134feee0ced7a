"""Under another name nothing is answered; nobody gets more tries, or spends others', by saying who they are.

Limits go by the address that asks. Behind a proxy that is its visitor's, as the proxy says it; what a visitor
says themselves counts for nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from hubfinder.referrals import lookups
from hubfinder.settings import DEMONSTRATION_OUT_OF_HOURS
from tests.pages.addresses import FOLLOWED, FORM, PAGES, STAFF
from tests.support.asking import Asker
from tests.support.pages import application

MOST = 3
PROXY, VISITOR, OTHER = "10.0.0.1", "203.0.113.7", "203.0.113.8"
NAME, NOT_OURS = "http://help.example.org", "http://evil.example.com"


@contextmanager
def behind(folder: Path, hops: int) -> Iterator[Flask]:
    with application(folder, proxy_hops=hops) as app:
        yield app


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """What is asked comes from its visitor."""
    with behind(tmp_path_factory.mktemp("alone"), 0) as app:
        yield app


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """What is asked comes from one proxy, which adds who asked it."""
    with behind(tmp_path_factory.mktemp("proxied"), 1) as app:
        yield app


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "OF_A_NETWORK", (MOST, timedelta(minutes=15)))


def wrong_codes(app: Flask, times: int, address: str, forwarded: str = "") -> list[int]:
    """The answers to so many wrong codes from an address, which says that it asks for another."""
    asker, answers = Asker(app.test_client()), []
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    for _ in range(times):
        answer = asker.client.post(
            "/ask/continue",
            data={**asker.hidden("continue"), "code": "K7QX 2M9P 4TRD"},
            headers=headers,
            environ_base={"REMOTE_ADDR": address},
        )
        answers.append(answer.status_code)
    return answers


def test_without_a_proxy_nobody_gets_more_tries_by_saying_that_they_are_one(alone: Flask) -> None:
    said = [wrong_codes(alone, 1, "203.0.113.1", f"198.51.100.{number}")[0] for number in range(MOST + 2)]
    assert said == [404] * MOST + [429] * 2
    assert wrong_codes(alone, 1, "203.0.113.2", "203.0.113.1") == [404], "nor spends those of another"


def test_behind_a_proxy_each_visitor_has_their_own_tries(proxied: Flask) -> None:
    """Else everybody would share one limit: that of the proxy."""
    assert wrong_codes(proxied, MOST + 1, PROXY, VISITOR) == [404] * MOST + [429]
    assert wrong_codes(proxied, 1, PROXY, OTHER) == [404]


def test_behind_a_proxy_what_a_visitor_says_before_it_counts_for_nothing(proxied: Flask) -> None:
    mine = "203.0.113.9"
    said = [wrong_codes(proxied, 1, PROXY, f"198.51.100.{number}, {mine}")[0] for number in range(MOST + 1)]
    assert said == [404] * MOST + [429]


def test_who_sits_in_one_house_with_a_guesser_still_asks_for_help(alone: Flask) -> None:
    assert wrong_codes(alone, MOST + 1, "203.0.113.3")[-1] == 429
    asker = Asker(alone.test_client())
    asker.client.environ_base["REMOTE_ADDR"] = "203.0.113.3"
    assert asker.answer_all().send().headers["Location"] == "/ask/sent"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("named"), trusted_hosts=("help.example.org",)) as app:
        yield app


def test_under_another_name_no_page_is_answered_and_everybody_is_told_whom_to_ring(named: Flask) -> None:
    client = named.test_client()
    addresses = [*PAGES.values(), *FORM.values(), *FOLLOWED.values(), *STAFF.values(), "/exit", "/nowhere"]
    addresses += ["/account/login", "/.well-known/security.txt", "/api/v1/places/ZA14QT"]
    assert client.get("/", base_url=NAME).status_code == 200
    for address in addresses:
        answer = client.get(address, base_url=NOT_OURS)
        assert answer.status_code == 400, address
        assert "Set-Cookie" not in answer.headers, address
        said = answer.get_data(as_text=True)
        assert "evil" not in said, address
        assert "999" in said.replace(DEMONSTRATION_OUT_OF_HOURS, ""), address
        assert DEMONSTRATION_OUT_OF_HOURS in said, address


def test_no_page_says_another_name_that_a_visitor_or_a_proxy_said(proxied: Flask) -> None:
    said = {"X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": VISITOR}
    client = proxied.test_client()
    for address in (*PAGES.values(), "/account/login", "/staff", "/.well-known/security.txt"):
        answer = client.get(address, headers=said)
        assert "evil" not in answer.get_data(as_text=True), address
        assert "evil" not in answer.headers.get("Location", ""), address
