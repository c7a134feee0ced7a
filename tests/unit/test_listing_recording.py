"""Imported services have listings and versions; what staff decided about a listing outlives an import."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.cli.catching_up import make_missing_listings
from hubfinder.database import begin_writing
from hubfinder.directory.actions import (
    remove_organization,
    remove_services,
    save_location,
    save_organization,
    save_service,
)
from hubfinder.directory.models import Service
from hubfinder.directory.values import LocationDetails, OrganizationDetails, ServiceDetails
from hubfinder.extensions import db
from hubfinder.listings import actions
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.recording import record_services
from hubfinder.people.models import AuditEntry
from hubfinder.staff_vocab import ListingState, Origin, Risk
from hubfinder.vocab import Delivery, ServiceStatus
from tests.support import factories
from tests.support.life import administrator
from tests.support.people import HARBOURMOUTH, council

PLAY = ServiceDetails(
    "play", "Play", "helpers", summary="Play.", delivery=frozenset({Delivery.IN_PERSON}), needs=("money",)
)


@pytest.fixture
def helped(session: Session) -> Session:
    """A session with an organization, a hub and a need."""
    begin_writing(session)
    council(session)
    factories.need(session, "money")
    save_organization(session, OrganizationDetails("helpers", "Helpers"))
    save_location(session, LocationDetails("hub", "Hub", lat=54.75, lon=2.1, is_family_hub=True))
    return session


def load(session: Session, details: ServiceDetails, note: str = "services.csv") -> Listing:
    """Import a service, as importers do."""
    touched = save_service(session, details)
    record_services(session, touched.services, Origin.IMPORT, "a command", note)
    return session.scalars(select(Listing).where(Listing.key == details.key)).one()


def numbers(session: Session, listing: Listing) -> list[int]:
    chosen = select(ListingVersion.number).where(ListingVersion.listing_id == listing.id)
    return list(session.scalars(chosen.order_by(ListingVersion.number)))


def test_a_new_service_has_a_listing(helped: Session) -> None:
    listing = load(helped, dataclasses.replace(PLAY, locations=("hub",)))

    assert (listing.state, listing.version, listing.council_code) == (
        ListingState.PUBLISHED,
        1,
        HARBOURMOUTH,
    )
    assert (listing.hub_key, listing.topic, listing.risk) == ("hub", "money", Risk.OTHER)
    [entry] = helped.scalars(select(AuditEntry))
    assert (entry.verb, entry.facts) == ("listings.recorded", {"new": 1, "changed": 0, "retired": 0})


def test_the_same_again_is_no_version(helped: Session) -> None:
    load(helped, PLAY)
    listing = load(helped, PLAY)
    assert numbers(helped, listing) == [1]
    assert helped.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_another_text_is_a_version_and_the_day_of_a_check_is_none(helped: Session) -> None:
    load(helped, PLAY)
    listing = load(helped, dataclasses.replace(PLAY, summary="Play and talk."))
    assert numbers(helped, listing) == [1, 2]
    checked = load(
        helped, dataclasses.replace(PLAY, summary="Play and talk.", assured_date=date(2026, 11, 1))
    )
    assert numbers(helped, checked) == [1, 2]
    assert checked.assured_date == date(2026, 11, 1)
    assert checked.due_on is not None


def test_what_a_file_pauses_a_file_resumes(helped: Session) -> None:
    load(helped, PLAY)
    listing = load(helped, dataclasses.replace(PLAY, status=ServiceStatus.INACTIVE))
    assert (listing.state, listing.due_on) == (ListingState.PAUSED, None)
    assert load(helped, PLAY).state == "published"


def test_what_staff_paused_stays_paused_whatever_a_file_says(helped: Session) -> None:
    listing = load(helped, PLAY)
    actions.pause(helped, administrator(helped), listing, "Builders")

    load(helped, PLAY)
    changed = load(helped, dataclasses.replace(PLAY, summary="Other."))

    assert changed.state is ListingState.PAUSED
    assert numbers(helped, changed) == [1, 2]
    status = helped.scalar(select(Service.status).where(Service.key == "play"))
    assert status is ServiceStatus.INACTIVE


def test_a_service_that_is_taken_away_leaves_its_versions(helped: Session) -> None:
    listing = load(helped, PLAY)
    remove_services(helped, ["play"])
    record_services(helped, [], Origin.IMPORT, "a command")
    assert (listing.state, listing.service_id) == (ListingState.RETIRED, None)
    assert numbers(helped, listing) == [1]

    back = load(helped, PLAY)
    assert (back.id, back.state, numbers(helped, back)) == (listing.id, ListingState.PUBLISHED, [1])


def test_staff_bring_back_what_a_file_took_away(helped: Session) -> None:
    listing = load(helped, PLAY)
    remove_services(helped, ["play"])
    record_services(helped, [], Origin.IMPORT, "a command")

    actions.bring_back(helped, administrator(helped), listing)

    assert listing.state is ListingState.PUBLISHED
    assert helped.scalar(select(Service.summary).where(Service.key == "play")) == "Play."


def test_what_names_something_that_is_gone_cannot_come_back_as_it_is(helped: Session) -> None:
    listing = load(helped, PLAY)
    boss = administrator(helped)
    actions.pause(helped, boss, listing, "Away")
    remove_organization(helped, "helpers")
    record_services(helped, [], Origin.IMPORT, "a command")

    with pytest.raises(actions.PublishRefused):
        actions.bring_back(helped, boss, listing)


def test_national_help_is_nobodys_listing(helped: Session) -> None:
    touched = save_service(helped, dataclasses.replace(PLAY, is_national=True))
    assert not record_services(helped, touched.services, Origin.IMPORT, "a command")
    assert helped.scalar(select(func.count()).select_from(Listing)) == 0


def test_services_of_before_get_listings_once(helped: Session) -> None:
    save_service(helped, PLAY)
    helped.commit()

    assert make_missing_listings(helped) == 1
    assert make_missing_listings(helped) == 0
    assert helped.scalars(select(Listing)).one().state is ListingState.PUBLISHED


def test_an_import_keeps_versions_with_the_name_of_the_file(
    helped: Session, app: Flask, tmp_path: Path
) -> None:
    helped.commit()
    file = tmp_path / "offer.csv"
    head = "key,organization,name,summary,access,delivery\n"
    for summary in ("Sing.", "Sing loudly."):
        file.write_text(f"{head}sing,helpers,Sing,{summary},universal,in_person\n")
        done = app.test_cli_runner().invoke(args=["import", "services", str(file)])
        assert done.exit_code == 0, done.output
    db.session.rollback()
    listing = db.session.scalars(select(Listing).where(Listing.key == "sing")).one()
    versions = db.session.scalars(select(ListingVersion).where(ListingVersion.listing_id == listing.id)).all()
    assert [(one.number, one.note, one.origin) for one in versions] == [
        (1, "offer.csv", Origin.IMPORT),
        (2, "offer.csv", Origin.IMPORT),
    ]
