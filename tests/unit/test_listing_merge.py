"""Two people's changes of one listing: both hold, or both are shown. Nothing is lost without a word."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.content import NAMES, UNVERSIONED
from hubfinder.listings.differences import changed_fields, differences, merge
from hubfinder.listings.models import Content, Listing, ListingUpdate
from hubfinder.listings.reading import current_content
from hubfinder.people.values import Actor
from tests.support.life import administrator, content, provider, published

FIELDS = [name for name in NAMES if name not in UNVERSIONED]
VALUES = st.sampled_from([None, "", "a", "b", [], ["x"], ["x", "y"], 7])
CONTENTS = st.dictionaries(st.sampled_from(FIELDS[:8]), VALUES, max_size=8)


def nothing(value: object) -> bool:
    return value in (None, "", [])


def same(one: object, other: object) -> bool:
    return one == other or (nothing(one) and nothing(other))


@given(CONTENTS, CONTENTS, CONTENTS)
def test_no_change_is_lost_without_a_word(base: Content, ours: Content, theirs: Content) -> None:
    merged = merge(base, ours, theirs)
    told = {one.field for one in merged.conflicts}
    for name in FIELDS[:8]:
        was, our, their, now = (one.get(name) for one in (base, ours, theirs, merged.content))
        if not same(our, was):
            assert same(now, our)
        if not same(their, was):
            assert same(now, their) or name in told
        if same(our, was) and same(their, was):
            assert same(now, was)
    for one in merged.conflicts:
        assert not same(one.ours, one.theirs)
        assert (one.ours, one.theirs) == (ours.get(one.field), theirs.get(one.field))


@given(CONTENTS, CONTENTS)
def test_whoever_is_alone_changes_what_they_like(base: Content, ours: Content) -> None:
    merged = merge(base, ours, base)
    assert not merged.conflicts
    assert changed_fields(merged.content, ours) == ()


@given(CONTENTS, CONTENTS, CONTENTS)
def test_whose_turn_it_is_decides_only_between_conflicts(
    base: Content, ours: Content, theirs: Content
) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    fields = {conflict.field for conflict in one.conflicts}
    assert fields == {conflict.field for conflict in other.conflicts}
    assert set(changed_fields(one.content, other.content)) <= fields


def test_the_same_change_by_both_is_no_conflict() -> None:
    assert not merge({"name": "a"}, {"name": "b"}, {"name": "b"}).conflicts


def test_the_later_check_stays() -> None:
    merged = merge({}, {"assured_date": "2026-01-01"}, {"assured_date": "2026-11-01"})
    assert merged.content["assured_date"] == "2026-11-01"


def test_differences_are_in_words() -> None:
    before = content(minimum_age=0, costs=[{"amount": 2.5, "description": "", "condition": ""}])
    after = content(
        minimum_age=18,
        schedule=[
            {
                "weekday": "Mon",
                "opens_at": "09:30",
                "closes_at": "12:00",
                "season": "term",
                "note": "crafts",
                "site": "hall",
            }
        ],
        exceptions=[
            {"first_day": "2026-12-21", "last_day": "2027-01-01", "opens_at": None, "closes_at": None}
        ],
        costs=[{"amount": 0, "description": "", "condition": "families on benefits"}],
        delivery=["in_person", "online"],
    )
    said = {one.field: one.after for one in differences(before, after)}
    assert said == {
        "minimum_age": "18 months",
        "schedule": "Monday 9.30am to noon in term time, at hall (crafts)",
        "exceptions": "21 December 2026 to 1 January 2027: not on",
        "costs": "Free (families on benefits)",
        "delivery": "In person\nOnline",
    }


def test_changes_of_different_fields_both_hold(session: Session) -> None:
    listing = published(session)
    writer, other, boss = provider(session), provider(session), administrator(session)
    first, second = (actions.begin_update(session, who, listing) for who in (writer, other))
    actions.save_update(session, writer, first, {"summary": "New summary."}, 0)
    actions.save_update(session, other, second, {"telephone": "01632 960001"}, 0)
    for update in (first, second):
        actions.submit(session, boss, update)
        actions.approve(session, boss, update)

    now = current_content(session, listing)

    assert (now["summary"], now["telephone"]) == ("New summary.", "01632 960001")


def test_changes_of_the_same_field_are_never_overwritten_silently(session: Session) -> None:
    listing = published(session)
    writer, other, boss = provider(session), provider(session), administrator(session)
    first, second = (actions.begin_update(session, who, listing) for who in (writer, other))
    for who, update in ((writer, first), (other, second)):
        actions.save_update(session, who, update, {"summary": f"By {who.name}."}, 0)
        actions.submit(session, who, update)
    actions.approve(session, boss, first)

    with pytest.raises(actions.Conflicting) as refused:
        actions.approve(session, boss, second)
    [conflict] = refused.value.merged.conflicts
    assert (conflict.ours, conflict.theirs) == (f"By {other.name}.", f"By {writer.name}.")
    assert current_content(session, listing)["summary"] == f"By {writer.name}."
    with pytest.raises(actions.Conflicting):
        actions.settle(session, boss, second, {"summary": "both"}, second.revision)
    actions.settle(session, boss, second, {"summary": "theirs"}, second.revision)
    assert not actions.approve(session, boss, second).is_changed


def test_a_change_saved_from_an_old_page_is_told(session: Session) -> None:
    listing = published(session)
    writer, helper = provider(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, helper, update, {"summary": "Theirs."}, 0)

    with pytest.raises(actions.ChangedMeanwhile) as refused:
        actions.save_update(session, writer, update, {"summary": "Ours."}, 0)

    assert refused.value.ours == {"summary": "Ours."}
    assert refused.value.theirs == {"summary": "Theirs."}
    assert refused.value.revision == 1
    actions.save_update(session, writer, update, {"summary": "Theirs."}, 0)  # says nothing new


Step = Callable[[Session, ListingUpdate, Actor], object]


def both_at_once(session: Session, update_id: int, who: tuple[Actor, Actor], step: Step) -> list[object]:
    """Two transactions that begin at the same moment; what each came to: a value, or why it was refused."""
    app_engine, ready = session.get_bind(), Barrier(2)
    came: list[object] = []

    def act(actor: Actor) -> None:
        with Session(app_engine) as own:
            ready.wait()
            begin_writing(own)
            try:
                done = step(own, own.get_one(ListingUpdate, update_id), actor)
                own.commit()
                came.append(done)
            except actions.Refused as refused:
                own.rollback()
                came.append(type(refused))

    threads = [Thread(target=act, args=(actor,)) for actor in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_two_who_approve_at_once_publish_once(session: Session) -> None:
    listing = published(session)
    writer, one, other = provider(session), administrator(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, writer, update, {"summary": "New."}, 0)
    actions.submit(session, writer, update)
    number, id_ = update.id, listing.id
    session.commit()

    came = both_at_once(
        session, number, (one, other), lambda own, update, actor: actions.approve(own, actor, update)
    )

    assert sorted(isinstance(done, actions.Published) for done in came) == [False, True]
    assert actions.WrongState in came
    db.session.expire_all()
    assert session.get_one(Listing, id_).version == 2


def test_two_who_save_at_once_are_told_of_each_other(session: Session) -> None:
    listing = published(session)
    one, other = provider(session), administrator(session)
    update = actions.begin_update(session, one, listing)
    number = update.id
    session.commit()

    came = both_at_once(
        session,
        number,
        (one, other),
        lambda own, update, actor: actions.save_update(
            own, actor, update, {"summary": f"By {actor.name}."}, 0
        ),
    )

    assert came.count(actions.ChangedMeanwhile) == 1
    session.expire_all()
    assert session.get_one(ListingUpdate, number).revision == 1


def test_one_approves_while_the_other_sends_back(session: Session) -> None:
    listing = published(session)
    writer, one, other = provider(session), administrator(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.submit(session, writer, update)
    number = update.id
    session.commit()

    def decide(own: Session, update: ListingUpdate, actor: Actor) -> object:
        if actor is one:
            return actions.approve(own, actor, update)
        return actions.send_back(own, actor, update, "Which room?").state

    assert actions.WrongState in both_at_once(session, number, (one, other), decide)
