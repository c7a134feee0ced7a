"""Under which address a demonstration is served stands on what it prints."""

import os
from typing import Any

import pytest

from hubfinder.cli.starting import name_demonstration
from hubfinder.settings import Settings
from tests.support.production import COMPLETE


@pytest.mark.parametrize(
    ("given", "bind", "address"),
    [
        ({}, "127.0.0.1:8123", "http://127.0.0.1:8123"),
        ({}, "localhost:8123", "http://localhost:8123"),
        ({}, "0.0.0.0:8123", "http://127.0.0.1:8000"),
        ({}, "unix:/run/hubfinder.sock", "http://127.0.0.1:8000"),
        ({"public_address": "https://demo.example.org"}, "127.0.0.1:8123", "https://demo.example.org"),
        ({"trusted_hosts": "demo.example.org"}, "127.0.0.1:8123", "https://demo.example.org"),
        (COMPLETE, "127.0.0.1:8123", "https://help.example.org"),
    ],
)
def test_a_demonstration_prints_the_address_under_which_it_is_served(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], bind: str, address: str
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    name_demonstration(Settings(**given), bind)
    said = os.environ.get("HUBFINDER_PUBLIC_ADDRESS", "")
    assert Settings(**{**given, **({"public_address": said} if said else {})}).site_address == address
