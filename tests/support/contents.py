"""Listings of every kind as contents, for tests that say "whatever a listing says"."""

from datetime import date, time

from hypothesis import strategies as st

from hubfinder.directory.values import Cost, OtherDays, ServiceDetails, TextNumber, WeeklySession
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Delivery,
    FootprintKind,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)

LETTERS = "aZ é漢🎈 =+-@'\"<>&;:,()[]._#*`|\t\n0189€ـש"
"""Everything that a cell, a file or a page could take for something else."""
TEXTS = st.text(LETTERS, max_size=40).map(str.strip)
LINES = TEXTS.map(lambda text: " ".join(text.split()))
WORDS = LINES.filter(bool)
KEYS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
HOURS = st.builds(time, st.integers(0, 11), st.integers(0, 59))
LATER = st.builds(time, st.integers(12, 23), st.integers(0, 59))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def some(*members: object, most: int = 4) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(members), unique=True, max_size=most)


def details(sites: st.SearchStrategy[str] = KEYS) -> st.SearchStrategy[ServiceDetails]:
    """Any listing; ``sites`` are the keys of the places it may name."""
    return st.builds(
        ServiceDetails,
        key=KEYS,
        name=WORDS,
        organization=KEYS,
        summary=WORDS,
        description=TEXTS,
        status=st.sampled_from(ServiceStatus),
        access=st.sampled_from(Access),
        delivery=st.frozensets(st.sampled_from(Delivery), min_size=1),
        minimum_age=st.none() | st.integers(-9, 200),
        maximum_age=st.none() | st.integers(201, 400),
        eligibility=TEXTS,
        circumstances=st.frozensets(st.sampled_from(Circumstance)),
        how_to_apply=TEXTS,
        needs=st.lists(KEYS, unique=True, max_size=3).map(tuple),
        catalogue=st.lists(KEYS, unique=True, max_size=3).map(tuple),
        locations=st.lists(sites, unique=True, max_size=3).map(tuple),
        areas=st.lists(st.tuples(st.sampled_from(FootprintKind), KEYS), unique=True, max_size=2).map(tuple),
        schedule=st.lists(
            st.builds(
                WeeklySession, st.sampled_from(Weekday), HOURS, LATER, st.sampled_from(Season), LINES, sites
            ),
            max_size=3,
        ).map(tuple),
        exceptions=st.lists(st.builds(OtherDays, DAYS, DAYS, note=LINES), max_size=2).map(tuple),
        hours=TEXTS,
        costs=st.lists(
            st.builds(Cost, st.none() | st.integers(0, 9_999).map(lambda pence: pence / 100), LINES, LINES),
            max_size=3,
        ).map(tuple),
        languages=some("pl", "ur", "en", "fa").map(tuple),
        interpretation=TEXTS,
        accessibility=some(*AccessibilityFeature).map(tuple),
        deaf_access=TEXTS,
        telephone=st.sampled_from(("", "01632 960123", "01632960123", "+44 1632 960123", "111")),
        text=st.none() | st.builds(TextNumber, st.just("85258"), LINES),
        email=st.sampled_from(("", "help@example.org", "+team@example.org")),
        website=st.sampled_from(("", "https://help.example.org/a?b=c&d=e")),
        vacancies=st.none() | st.sampled_from(Vacancies),
        vacancies_note=LINES,
        attributes=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    )  # fmt: skip
