"""Forms of editing: out of a listing and back the same; what people type; what nobody should send."""

from datetime import date, time
from enum import StrEnum

import pytest
from hypothesis import given, settings, strategies as st

from hubfinder.listings.concerns import BY_SLUG, CHECK, CONCERNS, back_of, next_of
from hubfinder.listings.content import Content, empty_content, read_content, to_content
from hubfinder.listings.typed_values import Unclear, read_age, read_day, read_pounds, read_time
from hubfinder.listings.written import Around, rows
from hubfinder.vocab import AccessibilityFeature, Circumstance, Delivery, Season, Vacancies, Weekday

HERE = Around()


def one_of(enum: type[StrEnum]) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in enum])


WORDS = st.text("abcdefgh ijk-äöü", max_size=30).map(lambda text: " ".join(text.split()))
HALF_HOURS = st.integers(0, 46)


@st.composite
def sessions(draw: st.DrawFn) -> dict[str, str]:
    begins = draw(HALF_HOURS)
    ends = draw(st.integers(begins + 1, 47))
    return {
        "weekday": draw(one_of(Weekday)),
        "opens_at": f"{begins // 2:02}:{begins % 2 * 30:02}",
        "closes_at": f"{ends // 2:02}:{ends % 2 * 30:02}",
        "season": draw(one_of(Season)),
        "note": draw(WORDS),
        "site": draw(st.sampled_from(["", "hall", "refuge"])),
    }


@st.composite
def costs(draw: st.DrawFn) -> dict[str, object]:
    amount = draw(st.none() | st.integers(0, 9_999).map(lambda pence: pence / 100))
    words = draw(WORDS)
    return {
        "amount": amount,
        "description": words or ("ask" if amount is None else ""),
        "condition": draw(WORDS),
    }


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Listings as pages of editing can make them."""
    youngest = draw(st.none() | st.just(-9) | st.integers(0, 300))
    oldest = draw(st.none() | st.integers(max(youngest or 0, 0) + 1, 400))
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=4, unique=True))
    wanted = {
        **empty_content(),
        **{name: draw(WORDS) for name in ("name", "summary", "description", "eligibility", "hours")},
        "minimum_age": youngest,
        "maximum_age": oldest,
        "circumstances": draw(st.lists(one_of(Circumstance), unique=True)),
        "delivery": draw(st.lists(one_of(Delivery), unique=True)),
        "accessibility": draw(st.lists(one_of(AccessibilityFeature), unique=True)),
        "vacancies": draw(st.none() | one_of(Vacancies)),
        "locations": ["hall", "refuge"],
        "schedule": draw(st.lists(sessions(), max_size=5)),
        "costs": draw(st.lists(costs(), max_size=3)),
        "exceptions": [
            {"first_day": day.isoformat(), "last_day": day.isoformat(), "opens_at": None, "closes_at": None,
             "note": draw(WORDS)}
            for day in days
        ],
        "languages": draw(st.lists(st.sampled_from(["pl", "ur", "so"]), unique=True)),
        "areas": draw(st.lists(st.sampled_from(["ward:Z1", "local_authority:Z2"]), unique=True)),
        "telephone": draw(st.sampled_from(["", "01632 960001"])),
        "text": draw(st.none() | st.just({"number": "60001", "description": "Text PLAY"})),
        "website": draw(st.sampled_from(["", "https://www.example.org"])),
    }  # fmt: skip
    return to_content(read_content("x", wanted)[0])


@settings(max_examples=100, deadline=None)
@given(contents())
def test_out_of_a_listing_and_back_says_the_same(content: Content) -> None:
    around = Around(hidden=("refuge",))
    for page in CONCERNS:
        form = page.show(content, around)
        assert "refuge" not in str(form)
        written = page.read(form, around)
        assert written.problems == {}, page.slug
        again = to_content(read_content("x", {**content, **_known(written.fields)})[0])
        assert again == content, page.slug


def _known(fields: Content) -> Content:
    return {name: value for name, value in fields.items() if not name.startswith("suggested")}


FORMS = st.dictionaries(
    st.sampled_from(
        "name access youngest youngest_in oldest unborn until_25 weekday from to season site note first last "
        "days_from days_to days_note cost amount price_for condition delivery locations areas languages "
        "telephone text_number text_words needs suggested_needs no_more".split()
    ),
    st.lists(
        st.text(max_size=40) | st.sampled_from(["Mon", "9:30", "noon", "22/12/2026", "hidden-1", "1"]),
        max_size=4,
    ),
)


@settings(max_examples=300, deadline=None)
@given(FORMS)
def test_no_form_breaks_the_reading(form: dict[str, list[str]]) -> None:
    for page in CONCERNS:
        written = page.read(form, HERE)
        for name, why in written.problems.items():
            assert name
            assert why


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:30", time(9, 30)), ("9.30am", time(9, 30)), ("2 pm", time(14)), ("14:00", time(14)),
        ("NOON", time(12)), ("12am", time(0)), ("12:15 p.m.", time(12, 15)), ("0:00", time(0)),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize(
    "text", ["", "9", "25:00", "9:60", "13pm", "half nine", "9:30:30", "-1:00", "٩:٣٠pm am"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Unclear):
        read_time(text)


@pytest.mark.parametrize(
    "text", ["22/12/2026", "22.12.26", "2026-12-22", "22 December 2026", "22nd Dec 2026"]
)
def test_days_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 12, 22)


@pytest.mark.parametrize(
    "text", ["", "31/02/2026", "12/22/2026", "22 Decembre", "tomorrow", "22/12", "0/0/0"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Unclear):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "unit", "months"),
    [("5", "years", 60), ("18", "months", 18), ("2.5", "years", 30), ("0", "years", 0)],
)
def test_ages_in_months(text: str, unit: str, months: int) -> None:
    assert read_age(text, unit) == months


@pytest.mark.parametrize("text", ["-1", "101", "five", "nan", "inf", "1.3", "1e400"])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(Unclear):
        read_age(text, "years")


@pytest.mark.parametrize(
    ("text", "pounds"), [("2.50", 2.5), ("£3", 3.0), ("50p", 0.5), ("free", 0.0), ("£ 1.5", 1.5)]
)
def test_prices_as_people_write_them(text: str, pounds: float) -> None:
    assert read_pounds(text) == pounds


@pytest.mark.parametrize("text", ["cheap", "-1", "1,50", "2.505", "1.50p", "££2", "nan"])
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(Unclear):
        read_pounds(text)


def test_until_25_says_until_which_age_for_everybody_else() -> None:
    form = {"access": ["targeted"], "youngest": ["11"], "youngest_in": ["years"], "oldest": ["19"],
            "oldest_in": ["years"], "until_25": ["yes"], "eligibility": ["Come as you are."]}  # fmt: skip
    fields = BY_SLUG["who-for"].read(form, HERE).fields
    assert (fields["minimum_age"], fields["maximum_age"]) == (132, 300)
    assert fields["eligibility"] == (
        "Come as you are.\nUntil 19 years old; until 25 with special educational needs or a disability."
    )
    assert fields["circumstances"] == ["send"]


def test_confidential_places_have_a_number_and_no_key() -> None:
    around = Around(hidden=("lantern-house",))
    content = {**empty_content(), "locations": ["hall", "lantern-house"]}
    form = BY_SLUG["where"].show(content, around)
    assert form["locations"] == ["hall", "hidden-1"]
    assert BY_SLUG["where"].read(form, around).fields["locations"] == ["hall", "lantern-house"]
    for other in ("hidden-2", "hidden-0", "hidden-99999", "hidden--1"):
        assert (
            "lantern-house" not in BY_SLUG["where"].read({"locations": [other]}, around).fields["locations"]
        )


def test_columns_of_unequal_length_are_filled_and_endless_ones_cut() -> None:
    assert rows({"a": ["1", "2"], "b": ["x"]}, "a", "b") == [("1", "x"), ("2", "")]
    assert len(rows({"a": ["1"] * 10_000}, "a")) == 100


def test_one_router_knows_what_comes_next() -> None:
    slugs = [*BY_SLUG, CHECK]
    assert [next_of(slug) for slug in slugs] == [*slugs[1:], CHECK]
    assert [back_of(slug) for slug in slugs] == ["", *slugs[:-1]]
