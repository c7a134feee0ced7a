"""A listing as JSON: there and back without a loss, and nothing that is wrong gets in."""

from datetime import date, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.actions import save_service
from hubfinder.directory.models import Service
from hubfinder.directory.values import Cost, OtherDays, ServiceDetails, TextNumber, WeeklySession
from hubfinder.listings.content import (
    FIELDS,
    SUGGESTED,
    ContentRefused,
    digest_of,
    empty_content,
    from_content,
    to_content,
)
from hubfinder.listings.reading import contents_of
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Audience,
    Circumstance,
    Delivery,
    FootprintKind,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)
from tests.unit.test_directory_actions import play

E = TypeVar("E", bound=StrEnum)
WORDS = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N"), include_characters="'-.!?"), min_size=1),
    max_size=6,
).map(" ".join)
LINE = WORDS.map(lambda words: words[:200].strip())
KEYS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)
SET_OF_KEYS = st.sets(KEYS, max_size=4).map(lambda keys: tuple(sorted(keys)))
TIMES = st.tuples(
    st.times(max_value=time(22, 59)).map(lambda at: at.replace(second=0, microsecond=0)), st.just(time(23, 0))
)
PAST = st.dates(date(2000, 1, 1), today())


def some(enum: type[E]) -> st.SearchStrategy[tuple[E, ...]]:
    return st.lists(st.sampled_from(list(enum)), max_size=3, unique=True).map(tuple)


@st.composite
def sessions(draw: st.DrawFn, sites: tuple[str, ...]) -> WeeklySession:
    opens, closes = draw(TIMES)
    return WeeklySession(
        draw(st.sampled_from(list(Weekday))), opens, closes, draw(st.sampled_from(list(Season))), draw(LINE),
        draw(st.sampled_from(("", *sites))),
    )  # fmt: skip


@st.composite
def other_days(draw: st.DrawFn) -> tuple[OtherDays, ...]:
    first = draw(st.dates(date(2026, 1, 1), date(2027, 1, 1)))
    opens, closes = draw(st.one_of(TIMES, st.just((None, None))))
    one = OtherDays(first, first + timedelta(days=draw(st.integers(0, 30))), opens, closes, draw(LINE))
    return draw(st.sampled_from([(), (one,)]))


COSTS = st.builds(
    Cost, st.integers(0, 99_999).map(lambda pence: pence / 100), description=LINE, condition=LINE
)


@st.composite
def services(draw: st.DrawFn) -> ServiceDetails:
    """Any service that could be published."""
    places = draw(SET_OF_KEYS)
    youngest = draw(st.none() | st.integers(-9, 100))
    return ServiceDetails(
        key="any",
        name=draw(LINE.filter(bool)),
        organization=draw(KEYS),
        summary=draw(LINE.filter(bool)),
        description="\n\n".join(draw(st.lists(LINE.filter(bool), max_size=3))),
        status=draw(st.sampled_from(list(ServiceStatus))),
        access=draw(st.sampled_from(list(Access))),
        delivery=frozenset(draw(some(Delivery).filter(bool))),
        minimum_age=youngest,
        maximum_age=draw(st.none() | st.integers((-9 if youngest is None else youngest) + 1, 1_200)),
        eligibility=draw(LINE),
        circumstances=frozenset(draw(some(Circumstance))),
        needs=draw(SET_OF_KEYS),
        catalogue=draw(SET_OF_KEYS),
        locations=places,
        areas=tuple((kind, f"Z{number}") for number, kind in enumerate(draw(some(FootprintKind)))),
        schedule=tuple(draw(st.lists(sessions(places), max_size=3, unique=True))),
        exceptions=draw(other_days()),
        costs=tuple(draw(st.lists(COSTS, max_size=3, unique=True))),
        languages=draw(st.sampled_from([(), ("pl", "ur"), ("en",)])),
        accessibility=draw(some(AccessibilityFeature)),
        telephone=draw(st.sampled_from(["", "01632 960001"])),
        text=draw(st.none() | st.builds(TextNumber, st.just("85258"), LINE)),
        website=draw(st.sampled_from(["", "https://help.example.org/a?b=c"])),
        audience=draw(st.sampled_from(list(Audience))),
        is_crisis=draw(st.booleans()),
        assured_date=draw(st.none() | PAST),
        assured_by=draw(LINE),
        vacancies=draw(st.none() | st.sampled_from(list(Vacancies))),
        vacancies_note=draw(LINE),
        attributes=tuple(draw(st.lists(st.tuples(LINE, LINE), max_size=2, unique=True))),
    )


@given(services())
def test_there_and_back_without_a_loss(details: ServiceDetails) -> None:
    content = to_content(details)
    assert from_content("any", content) == details
    assert to_content(from_content("any", content)) == content


@given(services(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_a_set_says_nothing(details: ServiceDetails, random: Random) -> None:
    content = to_content(details)
    for name in ("needs", "catalogue", "delivery", "circumstances"):
        random.shuffle(content[name])
    assert digest_of(to_content(from_content("any", content))) == digest_of(to_content(details))


def test_every_field_has_a_label_and_a_page() -> None:
    assert {field.name for field in FIELDS} - set(SUGGESTED) == set(empty_content())
    assert all(str(field.label) for field in FIELDS)


def test_when_it_was_checked_and_what_somebody_suggests_make_no_version() -> None:
    content = empty_content()
    assert digest_of({**content, "assured_date": "2026-11-01", "suggested_needs": ["food"]}) == digest_of(
        content
    )
    assert digest_of({**content, "summary": "Other"}) != digest_of(content)


def complete(**facts: Any) -> dict[str, Any]:
    needed = {"name": "Play", "organization": "helpers", "summary": "Play.", "delivery": ["online"]}
    return {**empty_content(), **needed, **facts}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 256),
        ("name", 7),
        ("name", "Turned \u202e round"),
        ("summary", "<p> </p>"),
        ("summary", "Bell \x07"),
        ("description", "<" * 30 + "b>" * 30 + "<<b>i>" * 3 + "\x00"),
        ("organization", "Not a key"),
        ("delivery", []),
        ("delivery", ["by owl"]),
        ("delivery", "online"),
        ("access", "nobody"),
        ("minimum_age", 3.5),
        ("minimum_age", True),
        ("maximum_age", 100_000),
        ("needs", [{"a": 1}]),
        ("locations", ["x"] * 300),
        ("areas", ["ward"]),
        ("areas", ["kingdom:1"]),
        ("schedule", ["Mon 10:00"]),
        ("schedule", [{"weekday": "Mon", "opens_at": "12:00", "closes_at": "11:00"}]),
        ("schedule", [{"weekday": "Mon", "opens_at": "9:00", "closes_at": "11:00"}]),
        ("schedule", [{"weekday": "Mon", "opens_at": "09:00", "closes_at": "11:00", "site": "nowhere"}]),
        ("exceptions", [{"first_day": "2026-12-24", "last_day": "2026-12-01"}]),
        ("exceptions", [{"first_day": "soon", "last_day": "2026-12-01"}]),
        ("exceptions", [{"first_day": "2026-12-01", "last_day": "2026-12-01", "opens_at": "10:00"}]),
        ("costs", [{"amount": -1}]),
        ("costs", [{"amount": float("nan")}]),
        ("costs", [{"amount": None, "description": ""}]),
        ("telephone", "ring me"),
        ("email", "a@b@c"),
        ("website", "javascript:alert(1)"),
        ("website", "https://user@example.org"),
        ("languages", ["klingon"]),
        ("assured_date", "2999-01-01"),
        ("text", ["85258"]),
        ("is_crisis", "yes"),
        ("colour", "blue"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(ContentRefused) as refused:
        from_content("any", complete(**{field: value}))
    assert field in [name for name, _ in refused.value.problems]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ContentRefused) as refused:
        from_content("any", complete(name="", telephone="x", minimum_age=24, maximum_age=12))
    assert {name for name, _ in refused.value.problems} == {"name", "telephone", "maximum_age"}


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>Play", "<img src=x onerror=alert(1)>Play"])
def test_tags_become_plain_text(hostile: str) -> None:
    assert from_content("any", complete(summary=hostile)).summary == "Play"


def test_what_is_saved_is_read_back(session: Session) -> None:
    details = play(session)
    save_service(session, details)

    id_ = session.scalars(select(Service.id).where(Service.key == details.key)).one()

    assert contents_of(session, [id_])[id_] == to_content(details)
