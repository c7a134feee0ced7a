"""What stands on a sheet: never what nobody should rely upon, and the fairest choice of the rest."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.directory.models import Language
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.finder import Finder
from hubfinder.settings import Settings
from hubfinder.sheets.choosing import choose, choose_among
from hubfinder.sheets.orders import Length, Readers
from hubfinder.sheets.queries import Area
from hubfinder.sheets.scopes import AGES, Scope
from hubfinder.sheets.suitable import Suitable
from hubfinder.vocab import (
    Access,
    Audience,
    Basis,
    CatalogueStatus,
    Circumstance,
    Confidence,
    Delivery,
    FootprintKind,
    ServiceStatus,
)
from tests.support import factories as made
from tests.support.choosing import (
    DAY,
    LATELY,
    LONG_AGO,
    ORDER,
    SCHOOL,
    SECRET,
    STALE_AFTER_DAYS,
    Choosing,
    around,
    help_for,
    names,
    square,
)

COUNCIL = FootprintKind.LOCAL_AUTHORITY


@pytest.fixture
def ask(app: Flask, session: Session, settings: Settings) -> Choosing:
    return Choosing(app, session, settings)


def test_nothing_that_nobody_should_rely_upon_is_on_a_sheet(session: Session, ask: Choosing) -> None:
    """Every mixture of what forbids it: only those without any are there, for each kind of reader."""
    refuge = made.location(session, name=SECRET, is_confidential=True)
    hall, other = made.location(session), made.footprint(session, "Northsands")
    marks = ("stale", "never", "unsure", "stopped", "refuge", "elsewhere", "professionals")
    for mixture in product((False, True), repeat=len(marks)):
        said = dict(zip(marks, mixture, strict=True))
        help_for(
            session,
            " ".join(mark for mark, is_so in said.items() if is_so) or "good",
            at=(refuge,) if said["refuge"] else (hall,),
            areas=(other,) if said["elsewhere"] else (),
            assured_date=None if said["never"] else LONG_AGO if said["stale"] else LATELY,
            confidence=Confidence.UNSURE if said["unsure"] else Confidence.CHECKED,
            status=ServiceStatus.INACTIVE if said["stopped"] else ServiceStatus.ACTIVE,
            audience=Audience.PROFESSIONALS if said["professionals"] else Audience.EVERYONE,
        )
    order = replace(ORDER, length=Length.BOOKLET)
    assert names(ask(order).local) == ["good"]
    assert ask(order).total == 1
    for_staff = ask(replace(order, readers=Readers.STAFF))
    assert sorted(names(for_staff.local)) == ["good", "professionals"]
    assert SECRET not in repr(for_staff)


def test_of_the_catalogue_nothing_closed_old_or_unsure(session: Session, ask: Choosing) -> None:
    for name, facts in (
        ("Good", {}),
        ("Closed", {"status": CatalogueStatus.CLOSED}),
        ("Unsure", {"confidence": Confidence.UNSURE}),
        ("Old", {"last_checked": LONG_AGO}),
        ("Never checked", {"last_checked": None}),
    ):
        made.entry(session, name, **{"last_checked": LATELY, **facts})
    choice = ask()
    assert (names(choice.national), choice.total) == (["Good"], 1)


def test_a_service_with_a_refuge_and_an_office_shows_the_office(session: Session, ask: Choosing) -> None:
    refuge = made.location(session, name=SECRET, is_confidential=True)
    office = made.location(session, name="Fish Row Office")
    help_for(session, "Safe Harbour", at=(refuge, office))
    choice = ask()
    assert names(choice.local) == ["Safe Harbour"]
    assert SECRET not in repr(choice)


def test_it_is_the_day_of_the_sheet_that_makes_things_old(session: Session, ask: Choosing) -> None:
    help_for(session, "Just", assured_date=DAY - timedelta(days=182))
    help_for(session, "Too old", assured_date=DAY - timedelta(days=183))
    assert names(ask().local) == ["Just"]


def test_sure_before_doubtful_then_near_before_far_then_fresh_before_old(
    session: Session, ask: Choosing
) -> None:
    harbour, wend, mostly = (made.footprint(session, name) for name in ("Harbour", "Wend", "Mostly"))
    help_for(session, "For some near", access=Access.TARGETED, eligibility="On a low income.")
    help_for(session, "For few", areas=(wend,))
    help_for(session, "For most", areas=(mostly,))
    help_for(session, "Far", metres=5_000)
    help_for(session, "Near, old", metres=400, assured_date=DAY - timedelta(days=92))
    help_for(session, "Near, fresh", metres=400)
    help_for(session, "By telephone", at=(), delivery=frozenset({Delivery.TELEPHONE}), areas=(harbour,))
    scope = around((harbour, wend, mostly), 1.0, 0.2, 0.62)
    assert names(ask(scope=scope).local) == [
        "Near, fresh",
        "Near, old",
        "By telephone",
        "Far",
        "For most",
        "For some near",
        "For few",
    ]


def test_a_check_a_few_days_ago_changes_no_sheet(session: Session, ask: Choosing) -> None:
    """Services in one building are equally far, and one of them is always checked last."""
    for key, days in (("a", 80), ("b", 2), ("c", 40)):
        help_for(session, key.upper(), key=key, assured_date=DAY - timedelta(days=days))
    assert names(ask().local) == ["A", "B", "C"]


def test_a_desk_for_everything_comes_after_what_was_made_for_it(session: Session, ask: Choosing) -> None:
    help_for(session, "Welcome desk", "money", "food", "send", "housing")
    help_for(session, "Debt advice", "money", metres=3_000)
    order = replace(ORDER, topics=("money",))
    assert names(ask(order).local) == ["Debt advice", "Welcome desk"]


def test_what_is_for_the_ages_of_the_school_comes_first(session: Session, ask: Choosing) -> None:
    help_for(session, "Teenagers", "money", minimum_age=144, maximum_age=240)
    help_for(session, "Babies", "money", minimum_age=-9, maximum_age=24, metres=500)
    help_for(session, "Everybody", "money", metres=900)
    made.entry(session, "For students", last_checked=LATELY, minimum_age=192)
    made.entry(session, "For babies", last_checked=LATELY, maximum_age=24)
    primary = replace(around(), ages=AGES["primary"])
    assert names(ask(scope=primary).local) == ["Babies", "Everybody", "Teenagers"]
    assert names(ask(scope=primary).national) == ["For babies", "For students"]
    secondary = replace(around(), ages=AGES["secondary"])
    assert names(ask(scope=secondary).local) == ["Teenagers", "Everybody", "Babies"]
    assert names(ask(replace(ORDER, age="0"), primary).local) == ["Babies", "Everybody"]


def test_each_topic_that_was_asked_for_is_there(session: Session, ask: Choosing) -> None:
    for number in range(40):
        help_for(session, f"Debt advice {number}", "money", metres=number)
    help_for(session, "Short breaks", "send", metres=7_000, access=Access.TARGETED)
    help_for(session, "Football", "activities", metres=10)
    choice = ask(replace(ORDER, topics=("money", "send")))
    assert [one.topic for one in choice.local][:3] == ["money", "send", "money"]
    assert len(choice.local) < choice.total == 41


def test_with_no_topic_all_are_there_and_what_has_none_too(session: Session, ask: Choosing) -> None:
    for name, needs in (("Debt", ("money",)), ("Pantry", ("food",)), ("Something", ())):
        help_for(session, name, *needs)
    assert [(one.topic, one.found.card["name"]) for one in ask().local] == [
        ("food", "Pantry"),
        ("money", "Debt"),
        ("", "Something"),
    ]


def test_a_topic_that_does_not_exist_was_not_asked_for(session: Session, ask: Choosing) -> None:
    help_for(session, "Debt", "money")
    assert names(ask(replace(ORDER, topics=("unicorns",))).local) == ["Debt"]


def test_no_organization_takes_the_room_of_others(session: Session, ask: Choosing) -> None:
    council = made.organization(session, "Council")
    for number in range(6):
        help_for(session, f"Council {number}", "money", metres=number, organization_id=council.id)
    for number in range(2):
        help_for(session, f"Charity {number}", "money", metres=3_000 + 200 * number)
    chosen = names(ask(replace(ORDER, topics=("money",))).local)
    assert [name.split()[0] for name in chosen] == ["Council"] * 2 + ["Charity"] * 2 + ["Council"] * 4


def test_only_for_the_age_and_the_families_that_were_chosen(session: Session, ask: Choosing) -> None:
    help_for(session, "Babies", minimum_age=0, maximum_age=24)
    help_for(session, "Twos", minimum_age=24, maximum_age=36)
    help_for(session, "Twos of some", minimum_age=24, maximum_age=36, access=Access.TARGETED)
    assert names(ask(replace(ORDER, age="2")).local) == ["Twos", "Twos of some"]
    assert names(ask(replace(ORDER, age="2", access=Access.TARGETED)).local) == ["Twos of some"]
    assert names(ask(replace(ORDER, age="1")).local) == ["Babies"]


def test_what_is_made_for_a_pregnancy_is_sure_on_a_sheet_about_it(session: Session, ask: Choosing) -> None:
    for name, circumstances in (("Some", ()), ("Pregnant", (Circumstance.PREGNANT,))):
        help_for(
            session,
            name,
            minimum_age=-9,
            maximum_age=0,
            access=Access.TARGETED,
            circumstances=frozenset(circumstances),
        )
    assert names(ask(replace(ORDER, age="pregnant")).local) == ["Pregnant", "Some"]


def test_local_help_in_a_language_and_national_help_in_whatever_it_is(
    session: Session, ask: Choosing
) -> None:
    polish = help_for(session, "Po polsku")
    polish.languages = [Language(code="pl")]
    help_for(session, "In English")
    made.entry(session, "Child Benefit", last_checked=LATELY)
    choice = ask(replace(ORDER, spoken=("pl",)))
    assert (names(choice.local), names(choice.national), choice.total) == (
        ["Po polsku"],
        ["Child Benefit"],
        2,
    )
    assert len(ask(replace(ORDER, spoken=("pl", "en"))).local) == 2


def test_national_help_has_a_quarter_of_the_room(session: Session, ask: Choosing) -> None:
    for number in range(7):
        help_for(session, f"Local {number}", metres=200 * number)
        made.entry(session, f"National {number}", last_checked=LATELY)
    choice = ask()
    kinds = [kind for kind, _ in choice.keep_order]
    assert kinds[:8] == ["service"] * 3 + ["catalogue"] + ["service"] * 3 + ["catalogue"]
    assert len(set(choice.keep_order)) == len(kinds) == 14


def test_of_national_help_what_is_for_everyone_and_for_one_need_comes_first(
    session: Session, ask: Choosing
) -> None:
    for key in ("money", "food"):
        made.need(session, key)
    for name, needs, access in (
        ("Some", ("money",), Access.TARGETED),
        ("Two needs", ("money", "food"), Access.UNIVERSAL),
        ("One need", ("money",), Access.UNIVERSAL),
    ):
        entry = made.entry(session, name, last_checked=LATELY, access=access)
        entry.needs = [made.need(session, need) for need in needs]
    assert names(ask(replace(ORDER, topics=("money",))).national) == ["One need", "Two needs", "Some"]


def test_what_happens_in_a_wide_area_is_local_there(session: Session, ask: Choosing) -> None:
    county = made.footprint(session, "County", COUNCIL, geom=square(50_000, 0))
    help_for(session, "Within", metres=40_000)
    help_for(session, "Beyond", metres=60_000)
    help_for(session, "Here")
    scope = around((county,))
    area = Area(county.id, COUNCIL, county.code, "County", Basis.OFFICIAL, county.layer_id, "", "", True)
    assert names(ask(scope=scope).local) == ["Here"]
    wide = replace(scope, footprint=area, reach_m=50_000)
    assert names(ask(scope=wide).local) == ["Here", "Within"]


def test_of_everywhere_there_is_all_help(session: Session, ask: Choosing) -> None:
    help_for(session, "Somewhere", metres=200_000)
    made.entry(session, "Child Benefit", last_checked=LATELY)
    choice = ask(scope=Scope(SCHOOL, "England"))
    assert (names(choice.local), names(choice.national), choice.hub) == (
        ["Somewhere"],
        ["Child Benefit"],
        None,
    )


def test_whether_some_are_still_for_an_order_can_be_asked(session: Session, ask: Choosing) -> None:
    for number in range(60):
        help_for(session, f"Near {number}", "money", metres=number)
    help_for(session, "Far", "money", metres=7_000, key="far")
    help_for(session, "Old", "money", key="old", assured_date=LONG_AGO)
    found = ask.finder()
    suitable = Suitable(ORDER, DAY, STALE_AFTER_DAYS)
    some = choose_among(session, found, around(), suitable, [("service", "far"), ("service", "old")])
    assert names(some.local) == ["Far"]
    assert "Far" not in names(choose(session, found, around(), ORDER, DAY, STALE_AFTER_DAYS).local)


def test_without_an_index_the_database_chooses_the_same(
    session: Session, ask: Choosing, tmp_path: Path
) -> None:
    for number in range(5):
        help_for(session, f"Local {number}", "money", metres=300 * number)
    help_for(session, "Old", "money", assured_date=LONG_AGO)
    known = ask.finder()
    bare = Finder(BookEngine(tmp_path / "none"), known.near_metres, known.stale_after_days, known.understand)
    with_index, without = (
        choose(session, one, around(), ORDER, DAY, STALE_AFTER_DAYS) for one in (known, bare)
    )
    assert without.keep_order == with_index.keep_order
    assert without.total == with_index.total == 5


def test_the_same_order_gives_the_same_choice(session: Session, ask: Choosing) -> None:
    for number in range(30):
        help_for(session, f"Same {number}", "money", "food", metres=500)
    assert ask().keep_order == ask().keep_order
