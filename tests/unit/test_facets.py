"""The count beside a filter is what the page shows when it is chosen: asked and compared, for every value."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, today
from hubfinder.directory.models import Accessibility, CostOption, Language, Schedule
from hubfinder.search import documents, engines
from hubfinder.search.engines import engine_of
from hubfinder.search.facets import WITHOUT
from hubfinder.search.finder import Finder
from hubfinder.search.understanding import Understanding
from hubfinder.search.values import Group, Results, Wanted
from hubfinder.settings import Settings
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Cost,
    Delivery,
    FootprintKind,
    Season,
    Weekday,
    When,
)
from tests.support import factories as made

WEDNESDAY = datetime(2026, 11, 25, 10, 30, tzinfo=LONDON)
NEEDS = ("money", "parenting", "health")
WORDS = ("sleep clinic", "toy library", "sleep story", "music")
Choose = Callable[[Wanted, str], Wanted]


def chosen(part: str, convert: Callable[[str], Any] = str) -> Choose:
    """Makes a question in which a filter holds this one value."""

    def choose(wanted: Wanted, value: str) -> Wanted:
        values: dict[str, Any] = {part: (convert(value),)}
        return replace(wanted, **values)

    return choose


def of_age(wanted: Wanted, value: str) -> Wanted:
    first = -9 if value == "pregnant" else int(value) * 12
    return replace(wanted, age=first, age_to=0 if first < 0 else first + 12)


CHOOSE: dict[str, Choose] = {
    "need": chosen("needs"),
    "domain": chosen("domains"),
    "department": chosen("departments"),
    "language": chosen("languages"),
    "delivery": chosen("delivery", Delivery),
    "accessibility": chosen("accessibility", AccessibilityFeature),
    "cost": chosen("costs", Cost),
    "access": chosen("access", Access),
    "for": chosen("made_for", Circumstance),
    "when": chosen("whens", When),
    "day": chosen("days", Weekday),
    "season": chosen("seasons", Season),
    "footprint": chosen("footprints", lambda value: tuple(value.split(":"))),
    "age": of_age,
    "open": lambda wanted, _value: replace(wanted, open_now=True),
    "within": lambda wanted, value: replace(wanted, within=int(value)),
}
DROP: dict[str, dict[str, Any]] = {
    "need": {"needs": ()},
    "cost": {"costs": ()},
    "access": {"access": ()},
    "age": {"age": None, "age_to": None},
    "when": {"whens": ()},
    "day": {"days": ()},
    "season": {"seasons": ()},
    "within": {"within": None},
    "footprint": {"footprints": ()},
    "delivery": {"delivery": ()},
    "open": {"open_now": False},
}


class World:
    """A hundred listings of all kinds, and how many of them a question finds."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self.chance = random.Random(11)  # noqa: S311 - not for secrets
        around = f"SRID=4326;{made.around(made.HERE, 3000)}"
        self.ward = made.footprint(session, "Harbour", geom=around)
        self.network = made.footprint(session, "Quayside", FootprintKind.PRIMARY_CARE_NETWORK)
        self.elsewhere = made.footprint(session, "Northsands")
        self.place = made.place(footprints=(self.ward, self.network))
        made.location(session, is_family_hub=True, name="Sleep Hub")
        made.location(session, made.north_of(made.HERE, 9000), is_family_hub=True, name="Sleep Hub North")
        made.entry(session, "Sleep money", needs=[made.need(session, "money")], minimum_age=0, maximum_age=60)
        toys = made.entry(session, "Toy money", department="DWP", access=Access.TARGETED)
        for number in range(100):
            self._service(number, [toys] if number % 9 == 0 else [])
        documents.rebuild_documents(session)
        session.commit()
        engines.catch_up(session, settings)
        self.finder = Finder(
            engine_of(settings),
            settings.near_metres,
            settings.stale_after_days,
            Understanding.of(settings.seeds_dir),
        )
        self.finder.clock = lambda: WEDNESDAY

    def _service(self, number: int, entries: list[Any]) -> None:
        chance = self.chance
        metres = chance.choice((200, 1500, 2500, 7000, 12_000, 20_000, 35_000))
        at = (made.location(self.session, made.north_of(made.HERE, metres)),) if chance.random() < 0.8 else ()
        areas = (chance.choice((self.ward, self.network, self.elsewhere)),) if chance.random() < 0.5 else ()
        first = chance.choice((None, -9, 0, 24, 60, 132))
        made.service(
            self.session,
            f"{chance.choice(WORDS)} {number}",
            at=at,
            areas=areas,
            needs=tuple(chance.sample(NEEDS, chance.randint(0, 2))),
            access=chance.choice(tuple(Access)),
            delivery=frozenset(chance.sample(tuple(Delivery), chance.randint(1, 2))),
            minimum_age=first,
            maximum_age=None if first is None else first + chance.choice((12, 60, 120)),
            circumstances=frozenset(chance.sample(tuple(Circumstance), chance.randint(0, 2))),
            is_national=number % 10 == 0,
            assured_date=today() - timedelta(days=chance.choice((5, 300))),
            schedules=[self._session() for _ in range(chance.randint(0, 3))],
            cost_options=chance.choice(([], [CostOption(amount=0)], [CostOption(amount=2)])),
            languages=[
                Language(code=code) for code in chance.sample(("pl", "ur", "ro"), chance.randint(0, 2))
            ],
            accessibility=[Accessibility(feature=chance.choice(tuple(AccessibilityFeature)))],
        ).entries = entries

    def _session(self) -> Schedule:
        chance = self.chance
        opens = chance.choice((9, 10, 13, 16, 18))
        return Schedule(
            weekday=chance.choice(tuple(Weekday)),
            opens_at=time(opens),
            closes_at=time(opens + chance.choice((1, 2, 4))),
            season=chance.choice(tuple(Season)),
        )

    def find(self, wanted: Wanted) -> Results:
        return self.finder.find(self.session, wanted)

    def total(self, wanted: Wanted) -> int:
        return sum(total for group, total in self.find(wanted).totals.items() if group is not Group.HUB)


@pytest.fixture
def world(session: Session, settings: Settings) -> World:
    return World(session, settings)


def questions(world: World) -> dict[str, Wanted]:
    near = Wanted(place=world.place)
    ward = (world.ward.kind.value, world.ward.code)
    return {
        "anywhere": Wanted(),
        "here": near,
        "words": replace(near, text="sleep clinic"),
        "words anywhere": Wanted(text="toy"),
        "one filter": replace(near, costs=(Cost.FREE,)),
        "two filters": replace(near, text="sleep", needs=("money",), access=(Access.TARGETED,)),
        "two values": replace(
            near, needs=("money", "health"), delivery=(Delivery.ONLINE, Delivery.IN_PERSON)
        ),
        "times": replace(
            near, whens=(When.EVENING, When.WEEKEND), days=(Weekday.SAT,), seasons=(Season.TERM,)
        ),
        "near by": replace(near, within=2, age=24, age_to=36),
        "pregnant": replace(near, circumstances=frozenset({Circumstance.PREGNANT}), age=60, age_to=72),
        "one area": replace(near, footprints=(ward,), open_now=True),
        "no place": Wanted(needs=("money",), within=None, costs=(Cost.PAID, Cost.UNSAID)),
    }


def test_every_count_is_what_choosing_it_gives(world: World) -> None:
    compared = 0
    for name, wanted in questions(world).items():
        facets = world.find(replace(wanted, facets=True)).facets
        for facet, counts in facets.items():
            for value, count in counts.items():
                dropped = facet == WITHOUT
                asked = replace(wanted, **DROP[value]) if dropped else CHOOSE[facet](wanted, value)
                assert world.total(asked) == count, (name, facet, value)
                compared += bool(count)
    assert compared > 400, "most of them are of something"


def test_counting_changes_nothing_of_what_is_found(world: World) -> None:
    for wanted in questions(world).values():
        plain, counted = world.find(wanted), world.find(replace(wanted, facets=True))
        assert plain.totals == counted.totals
        assert [one.card["key"] for one in plain.everything] == [
            one.card["key"] for one in counted.everything
        ]
        assert [one.score for one in plain.everything] == [one.score for one in counted.everything]


def test_a_filter_only_ever_takes_away(world: World) -> None:
    """What stands on the page with a filter stood on it, or further down, without."""
    without = world.find(Wanted(text="sleep clinic", limit=200))
    with_it = world.find(Wanted(text="sleep clinic", limit=200, costs=(Cost.FREE,)))
    keys = {one.card["key"] for one in without.everything}
    assert {one.card["key"] for one in with_it.everything} <= keys
    assert 0 < len(with_it.everything) < len(without.everything)


def test_nothing_is_counted_unless_it_is_asked_for(world: World) -> None:
    assert world.find(Wanted()).facets == {}
