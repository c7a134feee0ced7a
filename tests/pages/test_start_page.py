"""The start page: one question, and a way on for people without words for it."""

from tests.pages.reading import Reader


def test_it_asks_one_question(read: Reader) -> None:
    page = read("/")
    assert page.html.count("<form") == 1
    assert 'action="/results" method="get"' in page.html
    assert page.headings[0] == "Help for your family, near you"


def test_danger_and_somebody_to_talk_to_come_before_the_needs(read: Reader) -> None:
    headings = read("/").headings
    assert headings.index("Is someone in danger now?") < headings.index("Or choose what is going on")
    assert headings.index("Want to talk to someone?") < headings.index("Or choose what is going on")


def test_each_need_is_a_button_of_the_same_form(read: Reader) -> None:
    """So that a postcode typed first is not lost, scripts or not."""
    page = read("/")
    assert '<button class="tile" form="ask" name="need" value="money">Money and benefits' in page.html
    assert page.html.count('class="tile"') == 15


def test_nothing_asked_brings_it_back_with_an_error(read: Reader) -> None:
    page = read("/results?place=&q=+")
    assert page.status == 400
    assert page.headings[0] == "There is a problem"
    assert page.links["Type your postcode, or the name of your town or village"] == "#place"
    assert 'aria-describedby="place-error"' in page.html


def test_the_number_for_nights_and_999_are_at_the_end_of_it(read: Reader) -> None:
    page = read("/")
    assert page.links["01632 960999"] == "tel:01632960999"
    assert page.links["999"] == "tel:999"
    assert "This is a demonstration." in page.text
