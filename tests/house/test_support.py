"""The databases, the browser and the served application that other tests stand on."""

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Error, Page

from tests.support.browser import Axe, NewContext, served

POLICY = "default-src 'none'; style-src 'self'"


def _app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def start() -> tuple[str, dict[str, str]]:
        return (
            "<!doctype html><html lang=en><title>Start</title><main><h1>Start</h1></main></html>",
            {"Content-Security-Policy": POLICY},
        )

    @app.get("/faulty")
    def faulty() -> str:
        return "<!doctype html><html><title>Faulty</title><main><h1>Faulty</h1><img src=x></main></html>"

    @app.get("/nosy")
    def nosy() -> str:
        return (
            "<!doctype html><html lang=en><title>Nosy</title><script src=https://example.org/x.js></script>"
        )

    return app


def test_each_module_has_an_empty_database_on_both_kinds(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    assert set(sa.inspect(engine).get_table_names()) <= {"spatial_ref_sys"}
    engine.dispose()


@pytest.mark.postgresql_only
def test_postgis_is_there(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT ST_AsText(ST_Point(1, 2))")) == "POINT(1 2)"
    engine.dispose()


def test_axe_passes_a_good_page_whatever_its_security_policy(page: Page, axe: Axe) -> None:
    with served(_app()) as address:
        page.goto(address)
        assert page.title() == "Start"
        assert axe(page) == []


def test_axe_names_the_faults_of_a_bad_page(page: Page, axe: Axe) -> None:
    with served(_app()) as address:
        page.goto(f"{address}/faulty")
        assert {fault["id"] for fault in axe(page)} >= {"html-has-lang", "image-alt"}


def test_a_page_cannot_reach_another_machine(page: Page, outside_requests: list[str]) -> None:
    with served(_app()) as address:
        page.goto(f"{address}/nosy")
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("https://example.org/")
    assert outside_requests == ["https://example.org/x.js", "https://example.org/"]
    outside_requests.clear()


def test_windows_can_be_without_scripts(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    with served(_app()) as address:
        page.goto(address)
        assert page.get_by_role("heading", level=1).inner_text() == "Start"
