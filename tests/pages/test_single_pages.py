"""Pages of one thing: a service, a hub, a footprint, an entry; and the lists of them."""

import pytest

from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader


def test_a_service_says_everything_that_is_known(read: Reader) -> None:
    page = read("/service/perinatal-support")
    for words in (
        "For some families",
        "Not checked for 7 months: ring before you go",
        "01632 960202",
        "perinatal@example.org",
        "Your GP, midwife or health visitor asks for you.",
        "Ages: pregnancy to 2 years",
        "Mondays 9am to 5pm in term time",
        "ring first",
        "1 Fishergate Clinic Street, ZA1 4QT",
        "£2.50 per session",
        "Hearing loop",
    ):
        assert words in page.text, words
    assert 'class="ages"' in page.html


def test_a_service_leads_to_its_hub_area_and_entries(read: Reader) -> None:
    links = read("/service/sleep-clinic").links
    assert links["Quayside Family Hub"] == "/hub/quayside-family-hub"
    assert links["Harbour"] == "/footprint/ward/Z05000001"
    assert links["Health visiting"] == "/catalogue/health-visiting"


def test_a_cost_nobody_told_is_not_made_up(read: Reader) -> None:
    page = read("/service/debt-advice")
    assert "Nobody has told us. Ask before you go." in page.text
    assert "Nobody has checked this yet. Ring before you go." in page.text


def test_a_refuge_has_a_service_but_no_place(read: Reader) -> None:
    page = read("/service/safe-home")
    assert page.status == 200
    assert "01632 960203" in page.text
    assert REFUGE_STREET not in page.html
    assert "The Haven" not in page.html
    assert "<figure" not in page.html
    assert read("/hub/refuge").status == 404


def test_a_hub_shows_its_week_first(read: Reader) -> None:
    page = read("/hub/quayside-family-hub")
    headings = page.headings
    assert headings.index("What is on this week") < headings.index("About this hub")
    week = page.section("What is on this week")
    assert "Wednesday" in week
    assert "10am to noon" in week
    assert "Sleep clinic for babies and toddlers" in week
    assert "Wend and Coast NHS" in week
    assert "Story time 1" in page.section("Also here: ring to ask when")
    assert "Step-free" in page.section("About this hub")
    assert "Monday to Friday 9am to 5pm" in page.text


def test_a_footprint_says_where_it_comes_from_and_what_is_in_it(read: Reader) -> None:
    page = read("/footprint/ward/Z05000001")
    assert "Sleep clinic" in page.section("Help for people here")
    assert "Quayside Family Hub" in page.section("Family hubs here")
    assert "St Anne's Primary School" in page.section("Schools here")
    assert "Quayside Surgery" in page.section("Surgeries here")
    source = page.section("Where this area comes from")
    for words in (
        "official boundary",
        "Made up for tests",
        "1 May 2026",
        "Open Government Licence v3.0",
        "Contains made-up data",
        "Z05000001",
    ):
        assert words in source, words
    assert '<path class="area"' in page.html
    assert "The Haven" not in page.html


def test_a_network_and_a_catchment_say_who_decides(read: Reader) -> None:
    network = read("/footprint/primary_care_network/ZPCN01")
    assert "Your surgery decides whether you can join." in network.text
    assert "It says nothing about you." in network.text
    catchment = read("/footprint/school_catchment_primary/990001")
    assert "The school and the council decide who gets a place." in catchment.text


def test_a_footprint_without_a_shape_has_a_page(read: Reader) -> None:
    page = read("/footprint/nation/E92000001")
    assert page.status == 200
    assert "<figure" not in page.html


@pytest.mark.parametrize(
    "address",
    [
        "/service/nothing",
        "/hub/clinic",
        "/footprint/ward/Z1",
        "/footprint/planet/1",
        "/catalogue/nothing",
    ],
)
def test_what_is_not_there_is_a_404_with_a_way_on(read: Reader, address: str) -> None:
    page = read(address)
    assert page.status == 404
    assert page.headings[0] == "We cannot find that page"
    assert page.links["Find help near you"] == "/"
    assert page.links["01632 960999"] == "tel:01632960999"


def test_the_catalogue_is_listed_by_domain_with_what_has_ended(read: Reader) -> None:
    page = read("/catalogue")
    money = page.section("Financial support for families with children")
    assert "Child Tax Credit" in money
    assert "Ended Replaced by: Universal Credit" in money
    assert "Changed since 2022" in page.section("Health")
    assert "3 kinds of help" in page.text


@pytest.mark.parametrize(
    ("chosen", "entries"),
    [
        ("access=universal", {"Health visiting"}),
        ("department=HMRC", {"Child Tax Credit"}),
        ("domain=health", {"Health visiting"}),
        ("domain=health&department=HMRC", set()),
        ("access=nonsense", {"Health visiting", "Child Tax Credit", "Universal Credit"}),
    ],
)
def test_the_catalogue_is_filtered_in_the_address(read: Reader, chosen: str, entries: set[str]) -> None:
    page = read(f"/catalogue?{chosen}")
    assert entries <= set(page.headings)
    assert page.html.count("<h3>") == len(entries)
    if not entries:
        assert "Nothing in the list fits all of these." in page.text


def test_an_open_entry_says_how_to_get_it(read: Reader) -> None:
    page = read("/catalogue/universal-credit")
    for words in ("Claim online.", "0800 328 5644", "Checked on 1 November 2026.", "Debt advice"):
        assert words in page.text, words
    assert "“" not in page.text.partition("As printed in 2022")[2][:5]
    assert "Universal Credit (DWP)" in page.section("What has changed since December 2022")
    assert "Department for Work and Pensions" in page.section("What has changed since December 2022")


def test_an_ended_entry_says_so_and_tells_nobody_to_apply(read: Reader) -> None:
    page = read("/catalogue/child-tax-credit")
    assert "Ended You cannot ask for this any more." in page.text
    assert page.links["Universal Credit"] == "/catalogue/universal-credit"
    assert "Do not apply." not in page.text
    assert "It ended in April 2025." in page.text
    assert "April 2025" in page.text
    assert "Who it is for" not in page.text


def test_an_unsure_entry_shows_no_number_and_says_whom_to_ask(read: Reader) -> None:
    page = read("/catalogue/health-visiting")
    assert "Not sure: please check before you rely on it." in page.text
    assert "Before you rely on it, check with: The council" in page.text
    assert "big-number" not in page.html


def test_the_bodies_of_table_two_are_shown_in_their_order(read: Reader) -> None:
    page = read("/arrangements")
    assert page.headings[1:7] == [
        "Which of them plan for your address?",
        "Groups that the law asks for",
        "Health board",
        "Other groups",
        "Local partnership",
        "Police panel",
    ]
    assert "Department of Health and Social Care" in page.text
    assert "“Health board: To plan.”" in page.text or "Health board: To plan." in page.text
