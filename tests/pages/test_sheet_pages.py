"""The page of a sheet: what it says, what can be chosen, and the way to it from other pages."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from hubfinder.display.language import KNOWN
from tests.pages.reading import Reader
from tests.pages.sheet_addresses import LIST, SCHOOL, of


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
def test_a_choice_is_remembered_in_the_address_and_shown_in_the_form(read_once: Reader, name: str) -> None:
    query = "&".join(f"{name}={value}" for value in CHOICES[name])
    page = read_once(f"{SCHOOL}&{query}")
    assert page.status == 200
    assert chosen(page.html)[name] == CHOICES[name]
    for words in ("Print (PDF)", "Plain text", "Page to read or print"):
        assert parse_qs(urlsplit(page.links[words]).query)[name] == CHOICES[name]


def test_all_choices_together_come_back_as_they_were(read_once: Reader) -> None:
    query = "&".join(f"{name}={value}" for name, values in CHOICES.items() for value in values)
    page = read_once(f"{SCHOOL}&{query}")
    assert chosen(page.html) == {"for": ["school:990001"], **CHOICES}
    assert parse_qs(urlsplit(page.links["Print (PDF)"]).query) == {"for": ["school:990001"], **CHOICES}


def test_the_form_as_it_stands_asks_for_the_same_sheet(read_once: Reader) -> None:
    first = read_once(SCHOOL)
    query = "&".join(f"{name}={value}" for name, values in chosen(first.html).items() for value in values)
    again = read_once(f"/sheet?{query}")
    assert again.links["Print (PDF)"] == first.links["Print (PDF)"]


@pytest.mark.parametrize(
    "nonsense", ["age=99", "pages=7", "paper=papyrus", "in=xx", "readers=cats", "topic=%00"]
)
def test_choices_that_are_none_are_passed_over(read_once: Reader, nonsense: str) -> None:
    page = read_once(f"{SCHOOL}&{nonsense}")
    assert page.status == 200
    assert page.links["Print (PDF)"] == "/sheet.pdf?for=school:990001&in=en"


def test_every_language_can_be_chosen_by_its_own_name(read_once: Reader) -> None:
    page = read_once(SCHOOL)
    for language in KNOWN.values():
        assert re.search(rf'<option value="{language.code}"[^>]*>{language.name}', page.html)
    assert "No native speaker has checked the languages besides English" in page.text


def test_a_sheet_is_in_the_language_of_the_page_unless_another_is_chosen(read_once: Reader) -> None:
    assert read_once(f"/pl{SCHOOL}").html.count("in=pl") > 3
    polish_page = read_once(f"/pl{SCHOOL}&in=ur").html
    assert "/sheet.pdf?for=school:990001&amp;in=ur" in polish_page
    assert '<html lang="pl"' in polish_page


def test_folded_choices_are_open_where_something_is_chosen(read_once: Reader) -> None:
    def folded(address: str) -> list[bool]:
        found = re.findall(r'<details class="govuk-details"( open)?>', read_once(address).html)
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
