"""The list of one's own: together, in groups, in its address."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask

from hubfinder.extensions import db
from hubfinder.search.models import SearchDocument
from tests.pages.reading import Page, Reader

LIST = "/saved?item=service:sleep-clinic&item=hub:quayside-family-hub&item=catalogue:universal-credit"


def items(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("item", [])


def keep_link(page: Page, name: str) -> tuple[str, str]:
    """Where the link that keeps a thing, or lets go of it, leads; and its words."""
    links = {
        words: href for words, href in page.links.items() if words.endswith(f" {name}") and "/saved" in href
    }
    ((words, href),) = links.items()
    return href, words.removesuffix(name).strip()


def test_things_stand_in_the_groups_of_a_results_page(read: Reader) -> None:
    page = read(LIST + "&item=service:story-time-2&item=service:story-time-1")
    assert page.status == 200
    assert [heading for heading in page.headings if not heading.startswith(("Is someone", "Want to"))] == [
        "Your saved list",
        "Family hubs",
        "Quayside Family Hub",
        "In the area",
        "Sleep clinic for babies and toddlers",
        "Story time 1",
        "Story time 2",
        "Money and help from the government",
        "Universal Credit",
        "Look for more help",
        "Who can see your list",
    ]


def test_a_thing_is_said_with_when_where_telephone_and_how_fresh(read: Reader) -> None:
    card = read(LIST).card("Sleep clinic")
    for words in ("Wednesdays 10am to noon", "Quayside Family Hub", "01632 960201", "Checked 9 days ago"):
        assert words in card
    hub = read(LIST).card("Quayside Family Hub")
    assert "nearest" not in hub  # nobody said where the family lives
    assert "Open now" not in hub
    assert "Closed now" not in hub


def test_what_has_gone_since_is_said_and_can_be_taken_off(app: Flask, read: Reader) -> None:
    page = read(LIST + "&item=service:no-longer-there")
    assert "1 thing on your list is no longer there." in page.text
    assert items(page.links["Take it off the list"]) == items(LIST)
    page = read(LIST + "&item=service:no-longer-there&item=hub:nor-this")
    assert "2 things on your list are no longer there." in page.text
    with app.app_context():
        db.session.query(SearchDocument).filter_by(key="story-time-9").delete()
        db.session.commit()
    page = read(LIST + "&item=service:story-time-9")
    assert "1 thing on your list is no longer there." in page.text
    assert "Story time 9" not in page.text


def test_a_list_grows_and_shrinks_by_its_links_alone(read: Reader) -> None:
    name = "Perinatal mental health support for baby sleep and low mood"
    href, words = keep_link(read("/service/perinatal-support"), name)
    assert (href, words) == ("/saved?item=service:perinatal-support", "Save")
    page = read(href)
    hidden = re.findall(r'<input type="hidden" name="item" value="([^"]+)">', page.html)
    assert hidden == ["service:perinatal-support"]
    results = read(f"/results?place=ZA1+4QT&q=story&item={hidden[0]}")
    assert f'name="item" value="{hidden[0]}"' in results.html
    href, _ = keep_link(results, "Story time 0")
    assert items(href) == ["service:perinatal-support", "service:story-time-0"]
    single = results.links["Story time 0"]
    assert items(single) == ["service:perinatal-support"]
    assert items(keep_link(read(single), "Story time 0")[0]) == items(href)
    href, words = keep_link(read(href), "Story time 0")
    assert (items(href), words) == (["service:perinatal-support"], "Take off the list")


def test_the_list_is_counted_beside_the_name_of_the_site(read: Reader) -> None:
    page = read(LIST)
    assert items(page.links["Saved list 3"]) == items(LIST)
    assert re.search(r'class="count" hidden>0<', read("/").html)
    assert "Saved list" in read("/nowhere").text


def test_it_can_be_sent_and_emptied(read: Reader) -> None:
    page = read(LIST)
    assert page.links["Empty this list"] == "/saved"
    letter = page.links["Send it by email"]
    assert letter.startswith("mailto:?subject=A%20list%20for%20you&body=http%3A%2F%2Flocalhost%2Fsaved%3F")
    address = unquote(letter.partition("&body=")[2])
    assert items(address) == items(LIST)
    assert f'value="{address}"'.replace("&", "&amp;") in page.html


def test_nothing_is_on_a_new_list(read: Reader) -> None:
    page = read("/saved")
    assert "There is nothing on your list yet." in page.text
    assert "Empty this list" not in page.links


@pytest.mark.parametrize(
    "item",
    ["nonsense", "service:", "place:x", "service:UPPER", "service:a b", "hub:<script>", f"hub:{'a' * 500}"],
)
def test_what_is_no_thing_is_passed_over(read: Reader, item: str) -> None:
    page = read(f"/saved?item={item}")
    assert page.status == 200
    assert "There is nothing on your list yet." in page.text
    assert "no longer there" not in page.text


def test_a_list_holds_forty_things_each_once(read: Reader) -> None:
    address = "/saved?" + "&".join(f"item=service:story-time-{number % 60}" for number in range(120))
    page = read(address)
    (there,) = re.findall(r'data-saved="([^"]*)"', page.html)
    assert len(there.split()) == 40
    assert "things on your list are no longer there." in page.text
    assert "Your list is full." in page.text


def test_who_can_see_it_is_said_on_the_page(read: Reader) -> None:
    said = read(LIST).section("Who can see your list")
    assert "Anyone who uses this browser can open it." in said
    assert "“Exit this page” empties the list." in said


def test_what_is_about_violence_is_not_kept_without_a_word(read: Reader) -> None:
    page = read("/service/safe-home")
    assert page.status == 200
    assert re.search(r'data-keep="service:safe-home" data-keep-ask', page.html)
    assert not re.search(r'data-keep="[^"]*" data-keep-ask', read("/service/sleep-clinic").html)


def test_a_list_has_the_language_of_its_address(read: Reader) -> None:
    page = read("/pl" + LIST)
    assert 'href="/pl/saved?item=service:sleep-clinic' in page.html
    assert 'href="/ur/saved?item=service:sleep-clinic' in page.html


def test_search_engines_are_asked_to_leave_it_alone(read: Reader) -> None:
    assert '<meta name="robots" content="noindex">' in read(LIST).html
