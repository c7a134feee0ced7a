"""The forms of a sheet: files with their headers, the plain page, and nothing confidential in any of them."""

import io
from collections.abc import Iterator
from dataclasses import asdict, replace
from html import unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubfinder.extensions import db
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.orders import SheetOrder, read_scope
from hubfinder.sheets.titles import file_name
from hubfinder.sheets.values import Sheet
from hubfinder.vocab import Access
from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader
from tests.pages.sheet_addresses import FORMS, LIST, ORDER, SCHOOL, of


@pytest.mark.parametrize(
    ("form", "kind", "begins", "name"),
    [
        ("/sheet.pdf", "application/pdf", b"%PDF-", 'inline; filename="{}.pdf"'),
        ("/sheet/page/1.svg", "image/svg+xml", b"<svg", 'inline; filename="{}.svg"'),
        ("/sheet.txt", "text/plain", b"Is someone in danger", 'inline; filename="{}.txt"'),
        (
            "/sheet.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK",
            'attachment; filename="{}.docx"',
        ),
        ("/sheet.ics", "text/calendar", b"BEGIN:VCALENDAR", 'attachment; filename="{}.ics"'),
    ],
)
def test_a_file_says_what_it_is_and_what_to_call_it(
    client: FlaskClient, form: str, kind: str, begins: bytes, name: str
) -> None:
    response = client.get(of(form))
    assert (response.status_code, response.mimetype) == (200, kind)
    assert response.data.startswith(begins)
    expected = name.format("offer-sheet-st-annes-primary-school-en")
    assert response.headers["Content-Disposition"] == expected
    assert response.headers["Content-Language"] == "en"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


def test_a_file_name_says_what_is_special() -> None:
    order = SheetOrder(
        read_scope("school:990001"), access=Access.UNIVERSAL, large=True, easy=True, language="pl"
    )
    assert file_name("St. Anne’s / Primary", order) == "offer-sheet-st-annes-primary-pl-large-print-easy-read"
    assert file_name("", SheetOrder(read_scope("list"))) == "offer-sheet-list-en"
    assert file_name("ਸਕੂਲ", SheetOrder(read_scope("school:1"))) == "offer-sheet-school-en"


@pytest.mark.parametrize("form", [form for form in FORMS if form != "/sheet/print"])
def test_a_file_the_browser_has_is_not_made_again(client: FlaskClient, form: str) -> None:
    first = client.get(of(form))
    again = client.get(of(form), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(of(form, "for=school:990001&in=pl"), headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_drawing_may_do_nothing_but_look(client: FlaskClient) -> None:
    policy = client.get(of("/sheet/page/1.svg")).headers["Content-Security-Policy"]
    assert {"default-src 'none'", "sandbox"} <= {part.strip() for part in policy.split(";")}
    assert "script-src" not in policy


@pytest.mark.parametrize("query", ["for=school:990001&age=2&in=ur", urlsplit(LIST).query])
def test_a_drawing_is_whole_also_with_long_addresses_in_it(client: FlaskClient, query: str) -> None:
    answer = client.get(of("/sheet/page/1.svg", query)).data
    drawn = ET.fromstring(answer)  # noqa: S314 - our own
    assert drawn.tag.endswith("svg")


@pytest.mark.parametrize("number", [0, 2, 99])
def test_a_page_that_a_sheet_does_not_have_is_a_404(client: FlaskClient, number: int) -> None:
    assert client.get(of(f"/sheet/page/{number}.svg")).status_code == 404


def test_the_short_text_is_shorter(client: FlaskClient) -> None:
    whole, short = client.get(of("/sheet.txt")), client.get(of("/sheet.txt", "for=school:990001&short=yes"))
    assert 0 < len(short.data) < len(whole.data) / 2
    assert b"999" in short.data


def test_without_fonts_somebody_to_ring_is_named(
    client: FlaskClient, plain_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise FontsMissing

    monkeypatch.setattr(plain_app.extensions["sheets"], "sheet", missing)
    for address in (SCHOOL, of("/sheet.pdf"), of("/sheet/print")):
        response = client.get(address)
        assert response.status_code == 503
        assert "01632 960999" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("pl", "ltr"), ("ar", "rtl"), ("bn", "ltr")]
)
def test_the_plain_page_is_in_the_language_of_the_sheet(
    read_once: Reader, language: str, direction: str
) -> None:
    page = read_once(of("/sheet/print", f"for=school:990001&in={language}"))
    assert page.status == 200
    assert f'<html lang="{language}" dir="{direction}">' in page.html
    back = f"/sheet?for=school:990001&in={language}"
    assert {back, f"/{language}{back}"} & set(page.links.values())


def test_what_is_english_on_the_plain_page_of_another_language_is_marked(read_once: Reader) -> None:
    page = read_once(of("/sheet/print", "for=school:990001&in=pl"))
    assert '<span lang="en" dir="ltr">' in page.html
    assert '<span lang="en"' not in read_once(of("/sheet/print")).html


def said_on(sheet: Sheet) -> Iterator[str]:
    """Every word that stands on a sheet."""
    parts = asdict(replace(sheet, labels={}, map=None, choosing_order=(), order=ORDER))
    waiting: list[object] = [value for key, value in parts.items() if key not in ("order", "language")]
    silent = {"href", "qr", "key", "kind", "sessions", "topics", "language", "code"}
    while waiting:
        match waiting.pop():
            case dict() as part:
                waiting += [value for key, value in part.items() if key not in silent]
            case list() | tuple() as part:
                waiting += part
            case str(words) if words:
                yield " ".join(words.replace("\xa0", " ").split())


def test_everything_on_the_sheet_stands_on_the_plain_page(app: Flask, read: Reader) -> None:
    with app.test_request_context():
        sheet = app.extensions["sheets"].sheet(db.session, ORDER)
    page = read(of("/sheet/print", ORDER.query()))
    silent = {sheet.publisher, sheet.council}
    missing = {words for words in said_on(sheet) if words not in page.text} - silent
    assert missing == set()
    assert sheet.map.alt in unescape(page.html)


@pytest.fixture(
    params=["for=school:990001", "for=hub:quayside-family-hub", urlsplit(LIST).query + "&item=service:refuge"]
)
def asked(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("form", [*FORMS, "/sheet"])
def test_a_refuges_address_is_in_no_form(app: Flask, form: str, asked: str) -> None:
    response = app.test_client().get(of(form, f"{asked}&pages=booklet"))
    assert response.status_code == 200
    said = "".join(_texts(response))
    for secret in (REFUGE_STREET, "The Haven", "54.76,"):
        assert secret not in said


def _texts(response: TestResponse) -> Iterator[str]:
    """What a form says, unpacked as far as it is packed."""
    if response.data.startswith(b"PK"):
        with ZipFile(io.BytesIO(response.data)) as files:
            yield from (files.read(name).decode("utf-8", "replace") for name in files.namelist())
    elif response.data.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(response.data)
        yield from (page.get_textpage().get_text_range() for page in document)
        document.close()
    else:
        yield response.get_data(as_text=True)
