"""What stands around every answer: headers, no cookies, assets that are kept, a host that is ours."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hubfinder import create_app
from hubfinder.settings import Settings
from hubfinder.web.shared import assets
from tests.pages.addresses import PAGES, SPECIAL, WITH_A_COOKIE


@pytest.mark.parametrize("address", [*PAGES.values(), *SPECIAL.values(), "/healthz", "/exit"])
def test_every_answer_is_protected_and_sets_no_cookie(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] in {"no-store", "private, no-cache"}
    assert ("Set-Cookie" in headers) is (address in WITH_A_COOKIE)


@pytest.mark.parametrize("address", [*PAGES.values(), *SPECIAL.values()])
def test_no_page_has_style_or_script_of_its_own(client: FlaskClient, address: str) -> None:
    page = client.get(address).get_data(as_text=True)
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/app-')
    assert "javascript:" not in page


def test_the_browser_is_told_to_stay_with_https_only_over_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/about").headers
    secure = client.get("/about", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pages_are_compressed(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"<main" in gzip.decompress(response.data)


def test_assets_are_kept_for_ever_and_come_compressed(client: FlaskClient) -> None:
    with client.get(assets.address("app.css"), headers={"Accept-Encoding": "gzip"}) as response:
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers


def test_without_a_build_a_page_says_what_to_do(
    plain_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assets.address.cache_clear()
    with plain_app.app_context(), pytest.raises(assets.AssetsMissing, match="make assets"):
        assets.address("app.css")
    assets.address.cache_clear()


def test_only_our_own_hosts_are_answered(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, trusted_hosts=("help.example.org",)))
    client = app.test_client()
    assert client.get("/about", base_url="http://help.example.org").status_code == 200
    assert client.get("/about", base_url="http://evil.example.com").status_code == 400


def test_only_as_many_proxies_are_believed_as_there_are(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example.com"}
    behind = create_app(Settings(data_dir=tmp_path, proxy_hops=1)).test_client()
    response = behind.get("/about", headers=forwarded)
    assert "Strict-Transport-Security" in response.headers
    assert "evil.example.com" not in response.get_data(as_text=True)
    alone = create_app(Settings(data_dir=tmp_path)).test_client()
    assert "Strict-Transport-Security" not in alone.get("/about", headers=forwarded).headers
