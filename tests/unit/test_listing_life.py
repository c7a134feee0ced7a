"""The life of a listing: who may do what to it, in which order, and what comes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Service
from hubfinder.listings import actions
from hubfinder.listings.content import ContentRefused
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.reading import contents_of, current_content
from hubfinder.people.models import AuditEntry
from hubfinder.search.models import SearchDocument
from hubfinder.staff_vocab import ListingState, Origin, Role, UpdateState
from hubfinder.vocab import ServiceStatus
from tests.support import factories
from tests.support.life import administrator, content, hub_staff, provider, published
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council


def verbs(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def service(session: Session, listing: Listing) -> Service:
    return session.get_one(Service, listing.service_id, populate_existing=True)


def versions(session: Session, listing: Listing) -> list[ListingVersion]:
    chosen = select(ListingVersion).where(ListingVersion.listing_id == listing.id)
    return list(session.scalars(chosen.order_by(ListingVersion.number)))


def test_a_provider_changes_a_listing_and_staff_approve_it(session: Session) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)

    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, writer, update, {"summary": "Play, sing and talk."}, 0)
    actions.save_update(session, writer, update, {"telephone": "01632 960001"}, 1)
    actions.submit(session, writer, update, "New telephone")
    assert service(session, listing).summary == "Play with your baby."
    done = actions.approve(session, boss, update)

    assert (done.version, done.before) == (2, 1)
    assert service(session, listing).summary == "Play, sing and talk."
    first, second = versions(session, listing)
    assert (second.made_by, second.approved_by, second.origin) == (writer.name, boss.name, Origin.EDIT)
    assert first.content["summary"] == "Play with your baby."
    assert update.state is UpdateState.APPROVED
    assert verbs(session) == [
        "listing.published", "update.begun", "update.saved", "update.saved", "update.submitted",
        "listing.published",
    ]  # fmt: skip
    document = session.scalars(select(SearchDocument).where(SearchDocument.key == listing.key)).one()
    assert document.card["summary"] == "Play, sing and talk."


def test_the_trail_names_fields_and_never_what_they_say(session: Session) -> None:
    listing = published(session)
    writer = provider(session)
    update = actions.begin_update(session, writer, listing)

    actions.save_update(session, writer, update, {"summary": "Marked words."}, 0)

    told = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert told is not None
    assert told.facts == {"update": update.id, "fields": ["summary"]}


def test_nobody_approves_their_own_unless_the_council_lets_their_role(session: Session) -> None:
    listing = published(session)
    boss = administrator(session)
    update = actions.begin_update(session, boss, listing)
    actions.save_update(session, boss, update, {"summary": "Better."}, 0)
    actions.submit(session, boss, update)

    with pytest.raises(actions.NotAllowed):
        actions.approve(session, boss, update)
    council(session).may_approve_own = frozenset({Role.COUNCIL_ADMINISTRATOR})
    session.flush()

    assert actions.approve(session, boss, update).version == 2


def test_a_provider_approves_nothing_of_others(session: Session) -> None:
    listing = published(session)
    writer, colleague = provider(session), provider(session)
    update = actions.begin_update(session, writer, listing)
    actions.submit(session, writer, update)

    with pytest.raises(actions.NotAllowed):
        actions.approve(session, colleague, update)


def test_another_organization_or_council_touches_nothing(session: Session) -> None:
    listing = published(session)
    for stranger in (
        provider(session, "others"),
        administrator(session, in_council=NORTHSANDS),
        provider(session, in_council=NORTHSANDS),
    ):
        for verb in (
            lambda who: actions.begin_update(session, who, listing),
            lambda who: actions.pause(session, who, listing, "Away"),
            lambda who: actions.retire(session, who, listing, "Over"),
            lambda who: actions.restore(session, who, listing, 1),
        ):
            with pytest.raises(actions.NotAllowed):
                verb(stranger)


def test_what_hub_staff_begin_is_at_their_hub(session: Session) -> None:
    published(session)
    factories.location(session, key="quayside", name="Quayside Family Hub", is_family_hub=True)
    rose, boss = hub_staff(session, "quayside"), administrator(session)
    start = {"name": "Zebra club", "organization": "harbour-helpers"}
    update = actions.begin_listing(session, rose, HARBOURMOUTH, start)
    listing = session.get_one(Listing, update.listing_id)
    assert (listing.hub_key, update.content["locations"]) == ("quayside", ["quayside"])
    changes = {"summary": "Calm.", "delivery": ["in_person"], "locations": []}
    actions.save_update(session, rose, update, changes, 0)
    actions.submit(session, rose, update)
    assert actions.approve(session, boss, update).is_new
    for stranger in (hub_staff(session, "nowhere"), hub_staff(session, "quayside", in_council=NORTHSANDS)):
        with pytest.raises(actions.NotAllowed):
            actions.begin_listing(session, stranger, HARBOURMOUTH, {"name": "Not theirs"})


def test_a_new_listing_is_nowhere_until_it_is_approved(session: Session) -> None:
    published(session)
    writer, boss = provider(session), administrator(session)
    start = {"name": "Baby massage", "organization": "harbour-helpers"}

    update = actions.begin_listing(session, writer, HARBOURMOUTH, start)
    listing = session.get_one(Listing, update.listing_id)
    assert (listing.key, listing.state, listing.version) == ("baby-massage", "draft", 0)
    with pytest.raises(ContentRefused) as refused:
        actions.submit(session, writer, update)
    assert [field for field, _ in refused.value.problems] == ["summary", "delivery"]
    actions.save_update(session, writer, update, {"summary": "Calm.", "delivery": ["in_person"]}, 0)
    actions.submit(session, writer, update)
    assert listing.state == "submitted"
    assert session.scalar(select(func.count()).where(Service.key == listing.key)) == 0
    assert session.scalar(select(func.count()).where(SearchDocument.key == listing.key)) == 0

    done = actions.approve(session, boss, update)

    assert done.is_new
    assert listing.state is ListingState.PUBLISHED
    assert service(session, listing).status is ServiceStatus.ACTIVE
    assert versions(session, listing)[0].content["summary"] == "Calm."


def test_two_new_listings_of_one_name_have_different_keys(session: Session) -> None:
    published(session, "baby-massage")
    boss = administrator(session)

    update = actions.begin_listing(session, boss, HARBOURMOUTH, {"name": "Baby massage"})

    assert session.get_one(Listing, update.listing_id).key == "baby-massage-2"


def test_what_is_sent_back_says_why_and_can_be_sent_again(session: Session) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.submit(session, writer, update)

    with pytest.raises(actions.WordsNeeded):
        actions.send_back(session, boss, update, "  ")
    actions.send_back(session, boss, update, "Which room?")
    assert (update.state, update.decision_note) == (UpdateState.RETURNED, "Which room?")

    actions.save_update(session, writer, update, {"description": "In the blue room."}, 0)
    actions.submit(session, writer, update)
    assert actions.approve(session, boss, update).version == 2


def test_a_paused_listing_is_hidden_and_comes_back_by_itself(session: Session) -> None:
    listing = published(session)
    writer = provider(session)

    with pytest.raises(actions.DayPast):
        actions.pause(session, writer, listing, "Builders are here.", today())
    actions.pause(session, writer, listing, "Builders are here.", today() + timedelta(days=7))

    assert service(session, listing).status is ServiceStatus.INACTIVE
    assert session.scalar(select(func.count()).where(SearchDocument.key == listing.key)) == 0
    assert listing.due_on is None
    assert actions.resume_due(session, today()) == ([], [])
    assert actions.resume_due(session, today() + timedelta(days=7)) == ([listing.key], [])
    assert listing.state is ListingState.PUBLISHED
    assert service(session, listing).status is ServiceStatus.ACTIVE
    assert len(versions(session, listing)) == 1
    assert session.scalar(select(func.count()).where(SearchDocument.key == listing.key)) == 1


def test_neither_a_reason_nor_a_change_tells_of_a_confidential_place(session: Session) -> None:
    listing = published(session)
    writer = provider(session)
    factories.location(session, name="Rowan Refuge", address="7 Larch Mews", is_confidential=True)

    with pytest.raises(actions.TellsOfPlace):
        actions.pause(session, writer, listing, "We have moved to 7 Larch Mews.")
    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, writer, update, {"description": "Come to 7 Larch Mews."}, 0)
    with pytest.raises(ContentRefused) as refused:
        actions.submit(session, writer, update)

    assert [field for field, _ in refused.value.problems] == ["description"]
    assert listing.state is ListingState.PUBLISHED


def test_a_change_of_a_paused_listing_leaves_it_paused(session: Session) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)
    actions.pause(session, writer, listing, "Away")
    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, writer, update, {"summary": "Back soon."}, 0)
    actions.submit(session, writer, update)

    actions.approve(session, boss, update)

    assert listing.state is ListingState.PAUSED
    assert service(session, listing).status is ServiceStatus.INACTIVE
    actions.resume(session, writer, listing)
    assert service(session, listing).summary == "Back soon."
    assert current_content(session, listing)["status"] == "active"


def test_a_retired_listing_keeps_its_versions_and_can_be_brought_back(session: Session) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)
    update = actions.begin_update(session, writer, listing)

    actions.retire(session, writer, listing, "It has ended.")
    assert update.state is UpdateState.WITHDRAWN
    with pytest.raises(actions.NotAllowed):
        actions.bring_back(session, writer, listing)
    with pytest.raises(actions.WrongState):
        actions.begin_update(session, writer, listing)
    actions.bring_back(session, boss, listing)

    assert listing.state is ListingState.PUBLISHED
    assert len(versions(session, listing)) == 1


def test_an_earlier_version_is_restored_by_a_change_like_any_other(session: Session) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.save_update(session, writer, update, {"summary": "Worse."}, 0)
    actions.submit(session, writer, update)
    actions.approve(session, boss, update)

    again = actions.restore(session, writer, listing, 1)
    actions.submit(session, writer, again)
    actions.approve(session, boss, again)

    assert service(session, listing).summary == "Play with your baby."
    assert versions(session, listing)[2].origin is Origin.RESTORED
    with pytest.raises(actions.WrongState):
        actions.restore(session, writer, listing, 99)


@pytest.mark.parametrize("verb", ["submit", "reopen", "approve", "withdraw"])
def test_what_was_decided_stays_decided(session: Session, verb: str) -> None:
    listing = published(session)
    writer, boss = provider(session), administrator(session)
    update = actions.begin_update(session, writer, listing)
    actions.withdraw(session, writer, update)

    with pytest.raises(actions.WrongState):
        getattr(actions, verb)(session, boss, update)
    with pytest.raises(actions.WrongState):
        actions.save_update(session, writer, update, {"summary": "Late."}, 0)


def test_a_provider_suggests_categories_and_staff_confirm_them(session: Session) -> None:
    listing = published(session)
    writer = provider(session)
    update = actions.begin_update(session, writer, listing)

    with pytest.raises(actions.NotAllowed):
        actions.save_update(session, writer, update, {"needs": ["money"]}, 0)
    actions.save_update(session, writer, update, {"suggested_needs": ["money"]}, 0)

    assert update.content["suggested_needs"] == ["money"]


def test_saying_the_same_again_makes_no_version(session: Session) -> None:
    listing = published(session)
    boss = administrator(session)

    [done] = actions.publish(
        session, boss, [actions.Proposed(listing.key, content(), 1)], actions.How(Origin.SPREADSHEET)
    )

    assert not done.is_changed
    assert verbs(session) == ["listing.published"]


def test_work_on_many_is_one_entry_of_the_trail_and_all_or_nothing(session: Session) -> None:
    published(session)
    boss = administrator(session)
    how = actions.How(Origin.SPREADSHEET, batch_id=7)
    good = [actions.Proposed(f"new-{number}", content(), council=HARBOURMOUTH) for number in range(3)]

    with pytest.raises(actions.PublishRefused) as refused:
        actions.publish(session, boss, [*good, actions.Proposed("bad", content(name=""))], how)
    assert list(refused.value.problems) == ["bad"]
    done = actions.publish(session, boss, good, how)

    assert all(one.is_new for one in done)
    assert verbs(session)[-1] == "listings.published"
    with pytest.raises(actions.MovedOn):
        actions.publish(session, boss, [actions.Proposed("new-1", content(name="Other"), 0)], how)


def test_what_is_published_is_what_the_tables_say(session: Session) -> None:
    listing = published(session)
    assert listing.service_id is not None
    said = contents_of(session, [listing.service_id])[listing.service_id]
    assert said == current_content(session, listing) == content()
