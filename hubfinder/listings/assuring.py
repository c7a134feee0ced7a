"""Saying of listings that they are still right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Organization, Service
from hubfinder.listings.freshness import Cadence, cadence_of, due_on
from hubfinder.listings.models import Listing
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Council
from hubfinder.people.values import A_LINK, Actor
from hubfinder.search.assured import restamp_documents
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, Role

BATCH = 500


class How(StrEnum):
    """Where somebody said so; stands in the trail."""

    LINK = "link"
    BOARD = "board"
    TABLE = "table"
    PAGE = "page"


class InTheFuture(ValueError):
    """Nobody has checked anything tomorrow."""


@dataclass(frozen=True, slots=True)
class Assured:
    """What came of it, by ids of listings."""

    done: tuple[int, ...]
    already: tuple[int, ...]
    """Checked on that day or later before: nothing was written of them."""
    refused: tuple[int, ...]
    """Not published, or not there."""


def assure(
    session: Session, actor: Actor, listing_ids: Sequence[int], on: date, how: How, settings: Settings
) -> Assured:
    """Note that these listings were still right on a day, in the caller's transaction.

    The caller has begun with ``begin_writing``, has asked whether the actor may (``scope.may_edit``), and
    commits. The date of the listing, the next one it is due on, what families see and the search documents
    change together, with one entry of the trail each; saying it twice changes nothing.

    Raises:
        InTheFuture: the day has not come yet.
    """
    if on > today():
        raise InTheFuture
    found = _published(session, listing_ids)
    fresh = {id_: pair for id_, pair in found.items() if _is_news(pair[1], on)}
    councils = _councils(session, fresh)
    names = _organizations(session, fresh)
    for listing, service in fresh.values():
        council = councils.get(listing.council_code)
        _stamp(listing, service, on, cadence_of(council, settings))
        service.assured_by = _said_by(actor, council, names.get(service.organization_id, ""))
        subject = Subject("listing", listing.key, listing.council_code)
        facts = {"on": on.isoformat(), "how": how.value, "version": listing.version}
        record(session, actor, "listing.assured", subject, facts=facts)
    if fresh:
        restamp_documents(session, [service.id for _, service in fresh.values()])
    return Assured(
        done=tuple(fresh),
        already=tuple(id_ for id_ in found if id_ not in fresh),
        refused=tuple(id_ for id_ in dict.fromkeys(listing_ids) if id_ not in found),
    )


def _published(session: Session, ids: Sequence[int]) -> dict[int, tuple[Listing, Service]]:
    found: dict[int, tuple[Listing, Service]] = {}
    for start in range(0, len(ids), BATCH):
        statement = (
            select(Listing, Service)
            .join(Service, Service.id == Listing.service_id)
            .where(Listing.id.in_(ids[start : start + BATCH]), Listing.state == ListingState.PUBLISHED)
            .order_by(Listing.id)
            .with_for_update()
        )
        found |= {listing.id: (listing, service) for listing, service in session.execute(statement).tuples()}
    return found


def _is_news(service: Service, on: date) -> bool:
    return service.assured_date is None or service.assured_date < on


def _stamp(listing: Listing, service: Service, on: date, cadence: Cadence) -> None:
    service.assured_date = listing.assured_date = on
    listing.due_on = due_on(on, listing.risk, cadence)


def _said_by(actor: Actor, council: Council | None, organization: str) -> str:
    """Who families are told has checked it: never the name of a person."""
    code = council.code if council is not None else ""
    if actor == A_LINK or (code and actor.has(Role.PROVIDER, council=code)):
        return organization
    return council.name if council is not None else ""


def _councils(session: Session, found: Mapping[int, tuple[Listing, Service]]) -> dict[str, Council]:
    codes = {listing.council_code for listing, _ in found.values()}
    return {row.code: row for row in session.scalars(select(Council).where(Council.code.in_(codes)))}


def _organizations(session: Session, found: Mapping[int, tuple[Listing, Service]]) -> dict[int, str]:
    ids = {service.organization_id for _, service in found.values()}
    names = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    return dict(session.execute(names).tuples().all())
