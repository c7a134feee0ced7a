"""Which listings are whose: what somebody of the staff may see, change and approve."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, object_session

from hubfinder.directory.models import Location, ServiceArea, ServiceAtLocation
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.people.models import Council, RoleGrant
from hubfinder.people.values import Actor, Grant
from hubfinder.places.models import Footprint, FootprintSetMember, Postcode
from hubfinder.staff_vocab import Role

EDITORS = frozenset({Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR})
APPROVERS = frozenset({Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR})
WHOLE_COUNCIL = frozenset({Role.COUNCIL_ADMINISTRATOR, Role.FRONT_DOOR})
"""Roles that see every listing of their council; an auditor reads the trail, and no listing."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Over ``Listing``: those that somebody may see."""
    return _of_grants(actor.grants)


def editable_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Listing``: those that somebody may propose changes of, pause and retire."""
    return _of_grants(grant for grant in actor.grants if grant.role in EDITORS)


def approvable_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Listing``: those of which somebody may approve what another person wrote."""
    return _of_grants(grant for grant in actor.grants if grant.role in APPROVERS)


def foreign_organizations(session: Session, actor: Actor) -> frozenset[str]:
    """Keys of organizations that have listings, of which somebody may change none."""
    ours = select(Listing.organization_key).where(editable_by(actor))
    theirs = select(Listing.organization_key).where(Listing.organization_key.not_in(ours)).distinct()
    return frozenset(session.scalars(theirs))


def may_edit(actor: Actor, listing: Listing) -> bool:
    """Whether somebody may propose changes of a listing, pause or retire it."""
    session = object_session(listing)
    if session is None:
        return False
    return any(_covers(session, grant, listing) for grant in actor.grants if grant.role in EDITORS)


def may_approve(session: Session, actor: Actor, listing: Listing, update: ListingUpdate) -> bool:
    """Whether somebody may decide about a change: their own only where their council lets their role."""
    mine = update.author_id is not None and update.author_id == actor.id
    roles = _own_approval(session, listing.council_code) if mine else APPROVERS
    return any(_covers(session, grant, listing) for grant in actor.grants if grant.role in roles)


def may_publish(session: Session, actor: Actor, listing: Listing) -> bool:
    """Whether somebody may put a listing before families again without a change."""
    return any(_covers(session, grant, listing) for grant in actor.grants if grant.role in APPROVERS)


def _own_approval(session: Session, council: str) -> frozenset[Role]:
    row = session.get(Council, council)
    return (row.may_approve_own & EDITORS) if row else frozenset()


def _covers(session: Session, grant: Grant, listing: Listing) -> bool:
    """Whether a listing is among those that a grant is for; only areas have to be asked of the database."""
    if grant.council != listing.council_code:
        return False
    if grant.role is Role.PROVIDER:
        return bool(grant.organization) and grant.organization == listing.organization_key
    if grant.role is Role.HUB_STAFF and (grant.hub or grant.area):
        chosen = select(Listing.id).where(Listing.id == listing.id, _of_grant(grant))
        return bool(grant.hub and grant.hub == listing.hub_key) or session.scalar(chosen) is not None
    return grant.role in WHOLE_COUNCIL or grant.role is Role.HUB_STAFF


def _of_grants(grants: Iterator[Grant] | tuple[Grant, ...]) -> ColumnElement[bool]:
    return or_(false(), *(_of_grant(grant) for grant in grants))


def _of_grant(grant: Grant) -> ColumnElement[bool]:
    council = Listing.council_code == grant.council
    if grant.role in WHOLE_COUNCIL:
        return council
    if grant.role is Role.PROVIDER and grant.organization:
        return and_(council, Listing.organization_key == grant.organization)
    if grant.role is Role.HUB_STAFF:
        return and_(council, or_(*_of_hub_staff(grant))) if grant.hub or grant.area else council
    return false()


def _of_hub_staff(grant: Grant) -> Iterator[ColumnElement[bool]]:
    """At their hub, first there or not; for the people of their area, or at a place in it; begun by them."""
    yield _begun_for(grant)
    if grant.hub:
        yield Listing.hub_key == grant.hub
        yield Listing.service_id.in_(_at(select(Location.id).where(Location.key == grant.hub)))
    if grant.area:
        area = _footprint(grant.area)
        yield Listing.service_id.in_(select(ServiceArea.service_id).where(ServiceArea.footprint_id.in_(area)))
        yield Listing.service_id.in_(_at(_places_in(area)))


def _begun_for(grant: Grant) -> ColumnElement[bool]:
    """Never published, and begun by somebody of that hub or area: what is nowhere yet is in no area."""
    colleagues = select(RoleGrant.person_id).where(
        RoleGrant.role == grant.role,
        RoleGrant.council_code == grant.council,
        RoleGrant.hub_key == grant.hub,
        RoleGrant.area == grant.area,
    )
    begun = select(ListingUpdate.listing_id).where(ListingUpdate.author_id.in_(colleagues))
    return and_(Listing.version == 0, Listing.id.in_(begun))


def locations_in(area: str) -> Select[tuple[int]]:
    """Ids of places in an area, ``kind:code``."""
    return _places_in(_footprint(area))


def _footprint(area: str) -> Select[tuple[int]]:
    kind, _, code = area.partition(":")
    return select(Footprint.id).where(Footprint.kind == kind, Footprint.code == code)


def _at(locations: Select[tuple[int]]) -> Select[tuple[int]]:
    return select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id.in_(locations))


def _places_in(area: Select[tuple[int]]) -> Select[tuple[int]]:
    """Locations whose postcode is mostly in an area."""
    sets = select(FootprintSetMember.set_id).where(
        FootprintSetMember.footprint_id.in_(area), FootprintSetMember.share >= 0.5
    )
    codes = select(Postcode.code).where(Postcode.set_id.in_(sets))
    return select(Location.id).where(func.replace(Location.postcode, " ", "").in_(codes))
