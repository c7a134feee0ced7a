"""What stands beside the lines of a sheet: the family hub, the helplines; and the sheet of a list."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location, Phone
from hubfinder.settings import Settings
from hubfinder.sheets.orders import Readers, ScopeKind, ScopeName, SheetOrder, read_scope
from hubfinder.sheets.scopes import Scope
from hubfinder.vocab import Audience, Confidence, Delivery, FootprintKind
from tests.support import factories as made
from tests.support.choosing import (
    LATELY,
    LONG_AGO,
    ORDER,
    SECRET,
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


def hub(session: Session, name: str, metres: float, **facts: object) -> Location:
    return made.location(
        session, made.north_of(made.HERE, metres), key=name.lower(), name=name, is_family_hub=True, **facts
    )


def test_the_nearest_hub_stands_first(session: Session, ask: Choosing) -> None:
    hub(session, "Far", 3_000)
    hub(session, "Near", 800)
    hub(session, "Secret", 10, is_confidential=True)
    found = ask().hub
    assert found is not None
    assert found.card["name"] == "Near"
    assert found.distance_m == pytest.approx(800, rel=0.01)


def test_the_hub_of_the_own_council_comes_before_a_nearer_one_across_the_border(
    session: Session, ask: Choosing
) -> None:
    own = made.footprint(session, "Harbourmouth", COUNCIL, geom=square(5_000, -5_000))
    made.footprint(session, "Northsands", COUNCIL, geom=square(2_000, 7_000))
    hub(session, "Theirs", 6_000, postcode="")
    hub(session, "Ours", -7_000, postcode="")
    found = ask(footprints=(own,)).hub
    assert found is not None
    assert (found.card["name"], found.border) == ("Ours", None)


def test_a_hub_across_the_border_is_better_than_none(session: Session, ask: Choosing) -> None:
    own = made.footprint(session, "Harbourmouth", COUNCIL, geom=square(5_000, -5_000))
    made.footprint(session, "Northsands", COUNCIL, geom=square(2_000, 7_000))
    hub(session, "Theirs", 6_000, postcode="")
    found = ask(footprints=(own,)).hub
    assert found is not None
    assert found.border is not None
    assert (found.card["name"], found.border.name) == ("Theirs", "Northsands")


def test_the_sheet_of_a_hub_is_of_that_hub(session: Session, ask: Choosing) -> None:
    hub(session, "Near", 100)
    hub(session, "Ours", 900)
    scope = replace(around(), name=read_scope("hub:ours"))
    found = ask(replace(ORDER, scope=scope.name), scope).hub
    assert found is not None
    assert found.card["name"] == "Ours"


def crisis(session: Session, key: str, *needs: str, **facts: object) -> None:
    line = made.service(
        session,
        key.capitalize(),
        needs=needs,
        **{  # type: ignore[arg-type]  # facts of a service
            "key": key,
            "is_national": True,
            "is_crisis": True,
            "assured_date": LATELY,
            "delivery": frozenset({Delivery.TELEPHONE}),
            **facts,
        },
    )
    line.phones = [Phone(number="01632 960000")]


def test_helplines_are_few_sure_and_the_best_known_first(session: Session, ask: Choosing) -> None:
    for key in ("nhs-111", "emergency-999", "a", "b", "shout", "c", "d", "childline", "samaritans"):
        crisis(session, key)
    crisis(session, "national-domestic-abuse", confidence=Confidence.UNSURE)
    crisis(session, "e", "safety")
    crisis(session, "for-staff", "safety", audience=Audience.PROFESSIONALS)
    assert [line.key for line in ask().helplines] == ["samaritans", "childline", "shout", "a", "b"]
    made.need(session, "food")
    about = ask(replace(ORDER, topics=("safety",))).helplines
    assert [line.key for line in about] == ["samaritans", "childline", "shout", "e", "a"]
    assert [phone.number for phone in about[0].phones] == ["01632 960000"]


def test_one_more_helpline_is_about_what_was_asked_for(session: Session, ask: Choosing) -> None:
    for key in ("samaritans", "childline", "national-domestic-abuse", "nspcc-helpline", "shout", "other"):
        crisis(session, key)
    crisis(session, "mens-advice-line", "safety")
    about = ask(replace(ORDER, topics=("safety",))).helplines
    assert [line.key for line in about[5:]] == ["mens-advice-line"]
    assert len(ask().helplines) == 5


def test_an_old_number_for_a_crisis_is_better_than_none(session: Session, ask: Choosing) -> None:
    crisis(session, "samaritans", assured_date=LONG_AGO)
    choice = ask()
    assert [line.key for line in choice.helplines] == ["samaritans"]
    assert (choice.national, choice.total) == ((), 0)


def of_list(*items: tuple[str, str]) -> tuple[SheetOrder, Scope]:
    name = ScopeName(ScopeKind.LIST, items=items)
    return SheetOrder(name), Scope(name, "")


def test_a_list_keeps_its_order_and_leaves_out_what_no_sheet_may_hold(
    session: Session, ask: Choosing
) -> None:
    refuge = made.location(session, name=SECRET, is_confidential=True)
    hub(session, "One", 0)
    hub(session, "Two", 0)
    help_for(session, "B", "money", key="b")
    help_for(session, "A", "food", key="a")
    help_for(session, "Old", key="old", assured_date=LONG_AGO)
    help_for(session, "Unsure", key="unsure", confidence=Confidence.UNSURE)
    help_for(session, "Secret", key="secret", at=(refuge,))
    help_for(session, "For staff", key="for-staff", audience=Audience.PROFESSIONALS)
    made.entry(session, "Benefit", last_checked=LATELY)
    services = [("service", key) for key in ("b", "old", "unsure", "secret", "for-staff", "a", "gone")]
    order, scope = of_list(("hub", "one"), *services, ("catalogue", "benefit"), ("hub", "two"))
    choice = ask(order, scope)
    assert choice.hub is not None
    assert choice.hub.card["name"] == "One"
    assert [(one.topic, one.found.card["name"]) for one in choice.local] == [
        ("money", "B"),
        ("food", "A"),
        ("", "Two"),
    ]
    assert (names(choice.national), choice.total) == (["Benefit"], 4)
    assert choice.local[0].found.site is not None
    assert SECRET not in repr(choice)
    assert "For staff" in names(ask(replace(order, readers=Readers.STAFF), scope).local)


def test_an_empty_list_has_helplines_all_the_same(session: Session, ask: Choosing) -> None:
    crisis(session, "samaritans")
    choice = ask(*of_list())
    assert (choice.local, choice.national, choice.hub, choice.total) == ((), (), None, 0)
    assert len(choice.helplines) == 1
