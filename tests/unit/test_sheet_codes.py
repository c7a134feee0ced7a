"""Codes of sheets: the same for the same content, forgiving to type, and nothing to read in what is kept."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given, strategies as st

from hubfinder.display.language import KNOWN
from hubfinder.sheets.fingerprints import content_of, digest_of, parts_of
from hubfinder.sheets.orders import (
    Length,
    Paper,
    Readers,
    ScopeKind,
    ScopeName,
    SheetOrder,
    read_order,
)
from hubfinder.sheets.values import Sheet, Text
from hubfinder.sheets.versions import ALPHABET, codes_of, read_code, spaced
from hubfinder.vocab import Access
from tests.support.sheets import ORDER, line, sheet

LIST = SheetOrder(ScopeName(ScopeKind.LIST, items=(("service", "made-up-1"),)))


def with_line(made: Sheet, **facts: object) -> Sheet:
    """The sheet with its first line changed."""
    first, *others = made.sections
    changed = replace(first.lines[0], **facts)  # type: ignore[arg-type]  # the test names fields of Line
    return replace(made, sections=(replace(first, lines=(changed, *first.lines[1:])), *others))


def test_a_code_is_eight_letters_and_figures_without_those_that_are_misread() -> None:
    codes = codes_of(digest_of(sheet()))
    assert len(codes) == 6
    assert len(set(codes)) == 6
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed", ["7KX01M9P", "7kx0-1m9p", " 7KXO IM9P ", "7kxo–lm9p", "7 k x o l m 9 p", "7KX0—LM9P."]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "7KX01M9P"


@pytest.mark.parametrize(
    "typed", ["", "7KX01M9", "7KX01M9PP", "7KX01M9U", "7KX01M9*", "https://x/v/1", "٧KX01M9P"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_what_is_printed_can_be_typed(code: str) -> None:
    assert read_code(spaced(code)) == read_code(spaced(code).lower()) == code


def test_the_same_content_has_the_same_code_on_another_day() -> None:
    made = sheet()
    later = with_line(
        replace(
            made,
            made_on=made.made_on + timedelta(days=9),
            correct_on="Correct on 1 December 2026",
            total=99,
            more=replace(made.more, count=79, words="and 79 more"),
            hub=replace(made.hub, week="Open this week, 30 November to 6 December") if made.hub else None,
        ),
        checked="Checked 18 days ago",
    )
    assert digest_of(later) == digest_of(made)


@pytest.mark.parametrize(
    "changed",
    [
        with_line(sheet(), when=Text("Thursdays")),
        with_line(sheet(), telephone="01632 960555"),
        with_line(sheet(), point=(54.0, 2.0)),
        replace(sheet(), title=Text("Another")),
        replace(sheet(), danger="Ring 999"),
        replace(sheet(), hub=None),
        replace(sheet(), helplines=()),
        replace(sheet(), national=None),
        replace(sheet(), order=replace(ORDER, large=True)),
        sheet(language="pl"),
        sheet(19),
    ],
)
def test_another_content_has_another_code(changed: Sheet) -> None:
    assert digest_of(changed) != digest_of(sheet())


ORDERS = st.builds(
    SheetOrder,
    scope=st.sampled_from(
        [
            ScopeName(ScopeKind.SCHOOL, "990001"),
            ScopeName(ScopeKind.SURGERY, "Z81001"),
            ScopeName(ScopeKind.HUB, "quayside-family-hub"),
            ScopeName(ScopeKind.FOOTPRINT, "ward:Z05000001"),
            LIST.scope,
        ]
    ),
    topics=st.lists(st.sampled_from(["money", "send", "pregnancy-and-babies"]), unique=True).map(tuple),
    age=st.sampled_from(["", "0", "2", "25", "pregnant"]),
    access=st.none() | st.sampled_from(list(Access)),
    spoken=st.lists(st.sampled_from(["pl", "ur"]), unique=True).map(tuple),
    length=st.sampled_from(list(Length)),
    large=st.booleans(),
    easy=st.booleans(),
    paper=st.sampled_from(list(Paper)),
    readers=st.sampled_from(list(Readers)),
    language=st.sampled_from(sorted(KNOWN)),
)


@given(ORDERS)
def test_an_order_comes_back_from_what_is_kept_of_it(order: SheetOrder) -> None:
    assert read_order(parse_qs(order.query())) == order


def test_nothing_can_be_read_in_what_is_kept_but_kinds_and_keys() -> None:
    made = sheet(5)
    text = json.dumps(content_of(made), ensure_ascii=False)
    words = {str(part) for one in made.lines for part in parts_of(one).values()}
    words |= {made.danger, str(made.hub.name) if made.hub else "", "12 Fish Row", "ZA1", "01632", "quayside"}
    assert [word for word in words if word in text] == []
    assert [one.key for one in made.lines if one.key not in text] == []
    assert len(text) < 6_000


def test_what_is_kept_of_a_line_is_as_long_whatever_it_says() -> None:
    short, long = (
        content_of(replace(sheet(0), sections=(replace(sheet(5).sections[0], lines=(one,)),)))
        for one in (line(1, where=Text("A")), line(1, where=Text("A refuge at 1 Secret Street, ZA1 1AA")))
    )
    assert len(json.dumps(short)) == len(json.dumps(long))
