"""Nothing found is never the end, what was understood is said, and searches without an answer are counted."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from hubfinder.extensions import db
from hubfinder.search.models import SearchMiss
from tests.pages.reading import Reader

HOME = "/results?place=ZA1+4QT"


@pytest.fixture(autouse=True)
def nothing_counted(app: Flask) -> None:
    with app.app_context():
        db.session.execute(delete(SearchMiss))
        db.session.commit()


def counted(app: Flask, address: str) -> list[tuple[str, str, int]]:
    """What an answer left behind, once it has been sent."""
    client = app.test_client()
    client.get(address).close()
    with app.app_context():
        found = db.session.scalars(select(SearchMiss)).all()
        return [(one.words, one.area, one.times) for one in found]


def test_the_filter_that_stands_in_the_way_is_named_with_what_it_would_give(read: Reader) -> None:
    page = read(f"{HOME}&q=sleep+clinic&language=pl&age=17")
    section = page.section("We found nothing that fits")
    assert "Take away “Age 17”" in section
    href = page.links["Take away “Age 17”"]
    assert href == f"{HOME}&q=sleep+clinic&language=pl"
    assert read(href).card("Sleep clinic")
    assert "1 result" in section


def test_where_no_single_filter_helps_all_can_go(read: Reader) -> None:
    page = read(f"{HOME}&q=sleep+clinic&age=17&accessibility=easy_read&cost=paid&day=Sun")
    assert "Take all filters away" in page.section("We found nothing that fits")
    assert page.links["Take all filters away"] == f"{HOME}&q=sleep+clinic"


def test_further_away_is_offered_where_it_gives_more(read: Reader) -> None:
    page = read(f"{HOME}&need=food&within=1")
    assert page.links["Up to 25 miles away"].endswith("&need=food&within=25")


def test_nothing_found_still_shows_the_hub_and_whom_to_ring(read: Reader) -> None:
    page = read(f"{HOME}&q=xyzzyx")
    assert "Quayside Family Hub" in page.section("We found nothing that fits")
    assert page.card("Quayside Family Hub"), "below it, as ever"
    assert page.html.index("We found nothing that fits") < page.html.index("<article")
    assert "Not what you need?" not in page.text


def test_a_slip_is_put_right_and_can_be_left_alone(read: Reader) -> None:
    page = read(f"{HOME}&q=sleep+clinnic")
    assert "Showing results for sleep clinic ." in page.text
    assert page.links["sleep clinnic"] == f"{HOME}&q=sleep+clinnic&as=typed"
    typed = read(page.links["sleep clinnic"])
    assert "Showing results for" not in typed.text
    assert '<input type="hidden" name="as" value="typed">' in typed.html


def test_what_another_language_means_is_said(read: Reader) -> None:
    page = read(f"{HOME}&q=darmowe+posi%C5%82ki+w+szkole")
    assert "We looked for: Free school meals" in page.text
    assert page.links["Free school meals"] == "/catalogue/free-school-meals"
    assert "We looked for:" not in read(f"{HOME}&q=baby").text


def test_where_nothing_is_surely_meant_the_page_says_so(read: Reader) -> None:
    page = read(f"{HOME}&q=baby+knitting")
    section = page.section("We are not sure this is what you meant")
    assert "Answer a few plain questions" in section
    assert page.card("Sleep clinic"), "shown all the same"
    assert "We are not sure" not in read(f"{HOME}&q=sleep+clinic").text


def test_a_search_that_found_nothing_is_counted_for_its_council(app: Flask) -> None:
    assert counted(app, f"{HOME}&q=knitting+circle") == [("knitting circle", "Z06000001", 1)]
    assert counted(app, f"{HOME}&q=Knitting+Circle") == [("knitting circle", "Z06000001", 2)]


@pytest.mark.parametrize(
    "address",
    [
        f"{HOME}&q=baby",
        HOME,
        f"{HOME}&q=sleep+clinic&age=17",
        f"{HOME}&q=Kowalski",
        "/results?place=ZA1+1ZZ&q=knitting+circle",
        "/results?place=EH1+1AA&q=knitting+circle",
        f"{HOME}&q=he+rapes+me+knitting",
        f"{HOME}&q=my+uncle+knitting+is+always+watching+me",
        f"{HOME}&q=somebody+does+knitting+to+her",
    ],
)
def test_what_finds_something_or_may_not_be_kept_is_not_counted(app: Flask, address: str) -> None:
    assert counted(app, address) == []


def test_a_database_that_is_busy_does_not_break_the_page(app: Flask) -> None:
    with app.app_context():
        table = "ALTER TABLE search_miss RENAME TO search_miss_away"
        with db.engine.begin() as connection:
            connection.exec_driver_sql(table)
        try:
            response = app.test_client().get(f"{HOME}&q=knitting+circle")
            assert response.status_code == 200
            response.close()
        finally:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE search_miss_away RENAME TO search_miss")
