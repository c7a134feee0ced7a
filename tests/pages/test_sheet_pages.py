"""Offer sheets on the screen: finding for whom, choosing what stands on it, taking it away in any form."""

import io
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pypdfium2  # type: ignore[import-untyped]  # it says nothing of its types
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hubfinder.display.language import KNOWN
from hubfinder.extensions import db
from hubfinder.places.models import School
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.orders import SheetOrder, read_scope
from hubfinder.sheets.titles import file_name
from hubfinder.sheets.values import Sheet
from hubfinder.vocab import Access
from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Page, Reader

ORDER = SheetOrder(read_scope("school:990001"))
SCHOOL = "/sheet?for=school:990001"
LIST = "/sheet?for=list&item=service:sleep-clinic&item=hub:quayside-family-hub"
FORMS = ("/sheet.pdf", "/sheet/page/1.svg", "/sheet/print", "/sheet.txt", "/sheet.docx", "/sheet.ics")


def of(form: str, query: str = "for=school:990001") -> str:
    return f"{form}?{query}"


def names(page: Page, heading: str) -> str:
    """What is offered under a heading."""
    return page.section(heading)


@pytest.fixture
def english(client: FlaskClient) -> Reader:
    """Pages on SQLite only, for what has nothing to do with the database."""
    return Reader(client)


# For whom


def test_without_anything_typed_the_family_hubs_are_offered(read: Reader) -> None:
    page = read("/sheet")
    assert page.status == 200
    assert page.headings[0] == "Make an offer sheet"
    assert page.links["Quayside Family Hub ZA1 2AB"] == "/sheet?for=hub:quayside-family-hub"


def test_a_postcode_offers_the_schools_surgeries_hubs_and_areas_around_it(read: Reader) -> None:
    page = read("/sheet?place=ZA1+4QT")
    assert "Near ZA1 4QT" in page.text
    links = {words.split(" 0.")[0]: href for words, href in page.links.items() if "/sheet?for" in href}
    assert links == {
        "St Anne's Primary School": "/sheet?for=school:990001",
        "Quayside Surgery": "/sheet?for=surgery:Z81001",
        "Quayside Family Hub": "/sheet?for=hub:quayside-family-hub",
        "Harbour Ward": "/sheet?for=footprint:ward:Z05000001",
        "Quayside Primary care network": "/sheet?for=footprint:primary_care_network:ZPCN01",
        "Wendbridge Primary care network": "/sheet?for=footprint:primary_care_network:ZPCN02",
        "Harbourmouth Council area": "/sheet?for=footprint:local_authority:Z06000001",
    }


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("st annes", "school:990001"),
        ("school:990001", "school:990001"),
        ("quayside surgery", "surgery:Z81001"),
    ],
)
def test_a_name_that_can_only_mean_one_leads_straight_there(app: Flask, typed: str, scope: str) -> None:
    response = app.test_client().get("/sheet", query_string={"place": typed})
    assert (response.status_code, response.headers["Location"]) == (302, f"/sheet?for={scope}")


def test_a_name_of_several_things_offers_each(read: Reader) -> None:
    page = read("/sheet?place=quayside")
    assert "/sheet?for=hub:quayside-family-hub" in page.links.values()
    assert "/sheet?for=surgery:Z81001" in page.links.values()
    towns = read("/sheet?place=Eelby").links
    assert {"/sheet?place=town:eelby-village", "/sheet?place=town:eelby-hamlet"} <= {
        href.replace("%3A", ":") for href in towns.values()
    }


def test_an_area_stands_first_and_what_is_near_below(read: Reader) -> None:
    page = read("/sheet?place=ward:Z05000001")
    assert page.links["Harbour Ward"] == "/sheet?for=footprint:ward:Z05000001"
    assert page.headings.index("Just this") < page.headings.index("Schools")


def test_a_closed_school_is_not_offered(app: Flask, read: Reader) -> None:
    with app.app_context():
        school = School(
            urn="990900",
            name="Old Net Loft School",
            phase="Primary",
            status="Closed",
            postcode="ZA1 2AB",
            lat=54.75,
            lon=2.1,
        )
        db.session.add(school)
        db.session.commit()
    try:
        assert "Old Net Loft" not in read("/sheet?place=ZA1+4QT").text
    finally:
        with app.app_context():
            db.session.delete(db.session.get_one(School, "990900"))
            db.session.commit()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/sheet?place=", 400, "Type the name of your school, surgery, family hub or area"),
        ("/sheet?place=xyzzyx", 404, "We do not know a place called xyzzyx"),
        ("/sheet?place=ZA1+4Q", 400, "Check your postcode"),
        ("/sheet?for=nonsense", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=school:", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=planet:1", 400, "We could not read for whom this sheet is"),
        ("/sheet?for=school:1", 404, "We do not know a school with the number 1"),
        ("/sheet?for=surgery:X1", 404, "We do not know a surgery with the code X1"),
        ("/sheet?for=hub:the-moon", 404, "We do not know a family hub called the moon"),
        ("/sheet?for=hub:refuge", 404, "We do not know a family hub called refuge"),
        ("/sheet?for=footprint:ward:Z0", 404, "We do not know an area with the code Z0"),
    ],
)
def test_what_cannot_be_found_is_no_dead_end(read: Reader, address: str, status: int, words: str) -> None:
    page = read(address)
    assert page.status == status
    assert words in page.text
    assert 'name="place"' in page.html
    assert page.links["01632 960999"] == "tel:01632960999"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_sheet_that_cannot_be_made_says_so_too(english: Reader, form: str) -> None:
    unknown, unread = english(of(form, "for=school:1")), english(of(form, ""))
    assert (unknown.status, unread.status) == (404, 400)
    assert "We do not know a school with the number 1" in unknown.text
    assert "We could not read for whom this sheet is" in unread.text


# The sheet


def test_the_page_of_a_sheet_says_what_it_is_and_leads_to_every_form(read: Reader) -> None:
    page = read(SCHOOL)
    assert page.headings[0] == "St Anne's Primary School"
    assert page.links["Print (PDF)"] == "/sheet.pdf?for=school:990001&in=en"
    assert {urlsplit(href).path for href in page.links.values()} >= {
        "/sheet/print",
        "/sheet.docx",
        "/sheet.txt",
        "/sheet.ics",
    }
    assert re.search(r"\d+ listings are on this sheet", page.text)
    assert re.search(r"Version [0-9A-Z]{4}-[0-9A-Z]{4}, correct on", page.text)


def test_the_picture_is_the_same_document(read: Reader) -> None:
    page = read(f"{SCHOOL}&pages=2&in=pl")
    pictures = re.findall(r'<img[^>]* src="([^"]*)" alt="([^"]*)"', page.html)
    assert [src.replace("&amp;", "&") for src, _ in pictures] == [
        f"/sheet/page/{number}.svg?for=school:990001&pages=2&in=pl" for number in range(1, len(pictures) + 1)
    ]
    assert all("Everything on it stands as text" in alt for _, alt in pictures)


CHOICES = {
    "topic": ["money", "send"],
    "age": ["2"],
    "access": ["targeted"],
    "spoken": ["pl", "ur"],
    "pages": ["2"],
    "large": ["yes"],
    "easy": ["yes"],
    "paper": ["a5"],
    "readers": ["staff"],
    "in": ["ur"],
}


def chosen(html: str) -> dict[str, list[str]]:
    """What a form would send as it stands: ticked boxes and buttons, selected options, hidden fields."""
    form = html[html.index('class="sheet-form"') :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        if 'type="hidden"' in tag or " checked" in tag:
            name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
            assert name
            assert value
            found.setdefault(name[1], []).append(value[1])
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', options)
    return found


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_remembered_in_the_address_and_shown_in_the_form(english: Reader, name: str) -> None:
    query = "&".join(f"{name}={value}" for value in CHOICES[name])
    page = english(f"{SCHOOL}&{query}")
    assert page.status == 200
    assert chosen(page.html)[name] == CHOICES[name]
    for words in ("Print (PDF)", "Plain text", "Page to read or print"):
        assert parse_qs(urlsplit(page.links[words]).query)[name] == CHOICES[name]


def test_all_choices_together_come_back_as_they_were(english: Reader) -> None:
    query = "&".join(f"{name}={value}" for name, values in CHOICES.items() for value in values)
    page = english(f"{SCHOOL}&{query}")
    assert chosen(page.html) == {"for": ["school:990001"], **CHOICES}
    assert parse_qs(urlsplit(page.links["Print (PDF)"]).query) == {"for": ["school:990001"], **CHOICES}


def test_the_form_as_it_stands_asks_for_the_same_sheet(english: Reader) -> None:
    first = english(SCHOOL)
    query = "&".join(f"{name}={value}" for name, values in chosen(first.html).items() for value in values)
    again = english(f"/sheet?{query}")
    assert again.links["Print (PDF)"] == first.links["Print (PDF)"]


@pytest.mark.parametrize(
    "nonsense", ["age=99", "pages=7", "paper=papyrus", "in=xx", "readers=cats", "topic=%00"]
)
def test_choices_that_are_none_are_passed_over(english: Reader, nonsense: str) -> None:
    page = english(f"{SCHOOL}&{nonsense}")
    assert page.status == 200
    assert page.links["Print (PDF)"] == "/sheet.pdf?for=school:990001&in=en"


def test_every_language_can_be_chosen_by_its_own_name(english: Reader) -> None:
    page = english(SCHOOL)
    for language in KNOWN.values():
        assert re.search(rf'<option value="{language.code}"[^>]*>{language.name}', page.html)
    assert "No native speaker has checked the languages besides English" in page.text


def test_a_sheet_is_in_the_language_of_the_page_unless_another_is_chosen(english: Reader) -> None:
    assert english(f"/pl{SCHOOL}").html.count("in=pl") > 3
    polish_page = english(f"/pl{SCHOOL}&in=ur").html
    assert "/sheet.pdf?for=school:990001&amp;in=ur" in polish_page
    assert '<html lang="pl"' in polish_page


def test_folded_choices_are_open_where_something_is_chosen(english: Reader) -> None:
    def folded(address: str) -> list[bool]:
        found = re.findall(r'<details class="govuk-details"( open)?>', english(address).html)
        return [not one for one in found]

    assert folded(SCHOOL) == [True, True]
    assert folded(f"{SCHOOL}&age=2") == [False, True]
    assert folded(f"{SCHOOL}&paper=a3") == [True, False]


def test_what_did_not_fit_is_said(read: Reader) -> None:
    page = read(f"{SCHOOL}&large=yes")
    assert re.search(r"\d+ more did not fit. The sheet says so", page.text)


def test_a_sheet_with_nothing_on_offer_is_a_sheet_all_the_same(read: Reader) -> None:
    query = "for=school:990001&topic=housing&age=24&spoken=so"
    page = read(f"/sheet?{query}")
    assert page.status == 200
    paper = read(of("/sheet/print", query))
    for words in ("999", "Quayside Family Hub", "01632 960100"):
        assert words in paper.text


# A saved list


def test_the_saved_list_leads_to_its_sheet(read: Reader) -> None:
    saved = read("/saved?item=service:sleep-clinic&item=hub:quayside-family-hub&item=service:gone")
    assert saved.links["Offer sheet to print"] == LIST
    page = read(LIST)
    assert page.headings[0] == "Your saved list"
    assert "Topics" not in page.text
    assert "Sleep clinic" in read(of("/sheet/print", urlsplit(LIST).query)).text


def test_the_sheet_of_a_list_says_if_it_is_still_the_same(read: Reader) -> None:
    first = read(LIST)
    assert "still right" not in first.text
    code = re.search(r"Version ([0-9A-Z]{4}-[0-9A-Z]{4})", first.text)
    assert code
    assert "The sheet you have is still right." in read(f"{LIST}&was={code[1]}").text
    assert "This is the new one." in read(f"{LIST}&was=00000000").text


# Files


@pytest.fixture
def ask(client: FlaskClient) -> FlaskClient:
    return client


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
    ask: FlaskClient, form: str, kind: str, begins: bytes, name: str
) -> None:
    response = ask.get(of(form))
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
def test_a_file_the_browser_has_is_not_made_again(ask: FlaskClient, form: str) -> None:
    first = ask.get(of(form))
    again = ask.get(of(form), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = ask.get(of(form, "for=school:990001&in=pl"), headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_drawing_may_do_nothing_but_look(ask: FlaskClient) -> None:
    policy = ask.get(of("/sheet/page/1.svg")).headers["Content-Security-Policy"]
    assert {"default-src 'none'", "sandbox"} <= {part.strip() for part in policy.split(";")}
    assert "script-src" not in policy


@pytest.mark.parametrize("number", [0, 2, 99])
def test_a_page_that_a_sheet_does_not_have_is_a_404(ask: FlaskClient, number: int) -> None:
    assert ask.get(of(f"/sheet/page/{number}.svg")).status_code == 404


def test_the_short_text_is_shorter(ask: FlaskClient) -> None:
    whole, short = ask.get(of("/sheet.txt")), ask.get(of("/sheet.txt", "for=school:990001&short=yes"))
    assert 0 < len(short.data) < len(whole.data) / 2
    assert b"999" in short.data


def test_without_fonts_somebody_to_ring_is_named(
    ask: FlaskClient, plain_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise FontsMissing

    monkeypatch.setattr(plain_app.extensions["sheets"], "sheet", missing)
    for address in (SCHOOL, of("/sheet.pdf"), of("/sheet/print")):
        response = ask.get(address)
        assert response.status_code == 503
        assert "01632 960999" in response.get_data(as_text=True)


# The plain page


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("pl", "ltr"), ("ar", "rtl"), ("bn", "ltr")]
)
def test_the_plain_page_is_in_the_language_of_the_sheet(
    english: Reader, language: str, direction: str
) -> None:
    page = english(of("/sheet/print", f"for=school:990001&in={language}"))
    assert page.status == 200
    assert f'<html lang="{language}" dir="{direction}">' in page.html
    back = page.links["Wróć do arkusza" if language == "pl" and "Wróć" in page.text else "Back to the sheet"]
    assert back.endswith(f"for=school:990001&in={language}")


def test_what_is_english_on_the_plain_page_of_another_language_is_marked(english: Reader) -> None:
    page = english(of("/sheet/print", "for=school:990001&in=pl"))
    assert '<span lang="en" dir="ltr">' in page.html
    assert '<span lang="en"' not in english(of("/sheet/print")).html


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


# Codes and asking for help


@pytest.mark.parametrize(
    ("short", "page"),
    [
        ("/S/SLEEP-CLINIC", "/service/sleep-clinic"),
        ("/s/sleep-clinic", "/service/sleep-clinic"),
        ("/H/QUAYSIDE-FAMILY-HUB", "/hub/quayside-family-hub"),
        ("/h/quayside-family-hub", "/hub/quayside-family-hub"),
        ("/C/CHILD-TAX-CREDIT", "/catalogue/child-tax-credit"),
        ("/c/child-tax-credit", "/catalogue/child-tax-credit"),
        ("/ASK", "/ask"),
    ],
)
def test_a_code_leads_to_its_page_in_the_language_of_whoever_scans_it(
    client: FlaskClient, short: str, page: str
) -> None:
    for languages, address in (("", page), ("pl-PL,pl;q=0.9,en;q=0.5", f"/pl{page}"), ("fr", page)):
        response = client.get(short, headers={"Accept-Language": languages})
        assert (response.status_code, response.headers["Location"]) == (302, address)
        assert response.headers["Vary"].startswith("Accept-Language")
        assert response.headers["Cache-Control"] == "no-store"
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("short", ["/S/NO-SUCH-THING", "/h/refuge", "/c/no-such-thing"])
def test_a_code_of_nothing_leads_to_the_page_that_says_so(client: FlaskClient, short: str) -> None:
    response = client.get(short, follow_redirects=True)
    assert response.status_code == 404
    assert "01632 960999" in response.get_data(as_text=True)


def test_whoever_asks_for_help_is_told_whom_to_ring(read: Reader) -> None:
    page = read("/ask")
    assert page.links["01632 960100"] == "tel:01632960100"
    assert page.text.index("01632 960100") < page.text.index("Or go to your family hub")
    assert page.links["Answer a few plain questions"] == "/guide"
    near = read("/ask?place=ZA1+4QT")
    assert near.links["Quayside Family Hub"] == "/hub/quayside-family-hub"
    assert near.links["See what help there is near you"] == "/results?place=ZA1+4QT"


@pytest.mark.parametrize(("typed", "status"), [("ZA1+4Q", 400), ("", 400), ("xyzzyx", 404), ("Eelby", 200)])
def test_a_place_that_cannot_be_used_leaves_the_number(read: Reader, typed: str, status: int) -> None:
    page = read(f"/ask?place={typed}")
    assert page.status == status
    assert page.links["01632 960100"] == "tel:01632960100"


# Links from other pages


@pytest.mark.parametrize(
    ("address", "words", "href"),
    [
        ("/", "Offer sheets to print", "/sheet"),
        ("/hub/quayside-family-hub", "Offer sheet to print", "/sheet?for=hub:quayside-family-hub"),
        ("/footprint/ward/Z05000001", "Offer sheet to print", "/sheet?for=footprint:ward:Z05000001"),
        (
            "/footprint/ward/Z05000001",
            "Offer sheet St Anne's Primary School",
            "/sheet?for=school:990001",
        ),
        ("/footprint/ward/Z05000001", "Offer sheet Quayside Surgery", "/sheet?for=surgery:Z81001"),
        (
            "/area?place=ZA1+4QT",
            "Print an offer sheet for a school, surgery or area here",
            "/sheet?place=ZA1+4QT",
        ),
    ],
)
def test_other_pages_lead_to_sheets(read: Reader, address: str, words: str, href: str) -> None:
    assert read(address).links[words] == href
