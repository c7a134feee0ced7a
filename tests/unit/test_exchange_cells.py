"""Listings as cells: what goes out comes in unchanged, whatever a listing says; what is changed is read."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as how, strategies as st

from hubfinder.directory.values import Cost, ServiceDetails, WeeklySession
from hubfinder.exchange.cells import COLUMNS, Reading, read_cells, written
from hubfinder.exchange.files import read_table
from hubfinder.exchange.headings import find_columns
from hubfinder.exchange.safe_cells import guarded, unguarded
from hubfinder.exchange.sheets_out import WRITERS
from hubfinder.ingest.row import Row
from hubfinder.listings.content import to_content
from tests.support.contents import KEYS, LETTERS, details

SECRET = "quiet-house"
PLAIN = ServiceDetails(key="play", name="Play", organization="helpers", summary="Come and play.")


def out_and_in(contents: list[dict[str, Any]], path: Path, hidden: frozenset[str]) -> list[Reading]:
    rows = []
    for number, content in enumerate(contents):
        cells = written(content, hidden)
        rows.append((f"key-{number}", "1", *(cells[column.name] for column in COLUMNS), ""))
    WRITERS[path.suffix[1:]][0](rows, path)
    table = read_table(path)
    places = find_columns(table.heading)
    assert [row.problems for row in table.rows] == [[] for _ in rows]
    readings = []
    for content, row in zip(contents, table.rows, strict=True):
        whole = [*row.cells, *[""] * (len(table.heading) - len(row.cells))]
        readings.append(
            read_cells(Row(row.number, {n: whole[p] for n, p in places.items()}), content, hidden)
        )
    return readings


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(details(KEYS | st.just(SECRET)), min_size=1, max_size=3))
def test_what_goes_out_comes_in_unchanged(form: str, tmp_path: Path, found: list[ServiceDetails]) -> None:
    contents = [to_content(one) for one in found]
    for content, reading in zip(
        contents, out_and_in(contents, tmp_path / f"out.{form}", frozenset({SECRET})), strict=True
    ):
        assert reading.problems == []
        assert reading.changed == set()
        assert reading.content == content


@given(st.text(LETTERS + "\r＝＠'", max_size=12))
def test_no_cell_is_a_formula_and_each_comes_back(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"))
    assert unguarded(cell) == text


def changed(base: ServiceDetails, hidden: frozenset[str] = frozenset(), **cells: str) -> Reading:
    content = to_content(base)
    return read_cells(Row(2, {**written(content, hidden), **cells}), content, hidden)


def test_only_what_somebody_changed_is_read() -> None:
    base = ServiceDetails(**{**vars_of(PLAIN), "costs": (Cost(None, "ask; or call [x"),)})
    reading = changed(base, telephone="01632 960111", min_age_months="6", delivery="online; in_person")
    assert reading.problems == []
    assert reading.changed == {"telephone", "minimum_age", "delivery"}
    assert reading.content["costs"] == to_content(base)["costs"]
    assert reading.content["delivery"] == ["in_person", "online"]


def test_a_confidential_place_is_not_in_the_cells_and_stays_when_others_change() -> None:
    sessions = tuple(read_session(site) for site in (SECRET, "hall"))
    base = ServiceDetails(**{**vars_of(PLAIN), "locations": (SECRET, "hall"), "schedule": sessions})
    hidden = frozenset({SECRET})
    assert SECRET not in str(written(to_content(base), hidden))
    reading = changed(base, hidden, locations="hall; shed", schedule="Mon 10:00-12:00; Tue 09:00-10:00")
    assert reading.content["locations"] == ["hall", "shed", SECRET]
    assert [one["site"] for one in reading.content["schedule"]] == [SECRET, ""]


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("name", "<b></b>", "is empty"),
        ("access", "", "is empty"),
        ("access", "everyone", "is not known"),
        ("delivery", "pigeon", "is not known"),
        ("min_age_months", "ten", "is not a number"),
        ("max_age_months", "-9", "is not more than min_age_months"),
        ("telephone", "1.63E+09", "was shortened by a spreadsheet program"),
        ("telephone", "call us", "is not a telephone number"),
        ("email", "nobody", "is not an e-mail address"),
        ("website", "javascript:alert(1)", "is not a web address"),
        ("areas", "somewhere", "is not a footprint"),
        ("schedule", "sometimes", "is not a session"),
        ("exceptions", "at Christmas", "is not a stretch of other days"),
        ("cost", "2,50", "is not a cost"),
        ("languages", "polish", "is not the code of a language"),
        ("needs", "Sleep!", "is not a key"),
        ("further_facts", "no colon", "is not a fact"),
        ("summary", "a\u202eb", "control character"),
    ],
)
def test_a_cell_that_cannot_be_used_says_why(column: str, cell: str, why: str) -> None:
    base = ServiceDetails(**{**vars_of(PLAIN), "minimum_age": 0})
    [(where, said)] = changed(base, frozenset(), **{column: cell}).problems
    assert (where, why in said) == (column, True), said


def test_hostile_html_is_read_as_plain_text() -> None:
    reading = changed(
        PLAIN, description="<script>alert(1)</script>Play <b onclick=x>here</b> &lt;img src=x&gt;"
    )
    assert reading.content["description"] == "Play here"


def test_a_lost_first_zero_is_put_back_and_told() -> None:
    reading = changed(PLAIN, telephone="1632960111")
    assert reading.content["telephone"] == "01632960111"
    assert [column for column, _ in reading.notes] == ["telephone"]
    same = ServiceDetails(**{**vars_of(PLAIN), "telephone": "01632 960111"})
    assert changed(same, telephone="1632960111").changed == set()


def read_session(site: str) -> WeeklySession:
    from datetime import time

    from hubfinder.vocab import Weekday

    day = Weekday.MON if site == SECRET else Weekday.TUE
    return WeeklySession(day, time(10), time(12), site=site)


def vars_of(one: ServiceDetails) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
