"""Who is asked whether a listing is still right, and whether email reaches them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.listings.models import Listing
from hubfinder.people.models import Person
from hubfinder.post.models import BouncedAddress
from hubfinder.staff_vocab import ListingState

LOOKED_AFTER = (ListingState.PUBLISHED, ListingState.PAUSED)


def contact_column() -> ColumnElement[str]:
    """Over ``Listing`` and its ``Service``: the address that is asked, in small letters; empty for none."""
    own = func.nullif(Listing.contact_email, "")
    return func.lower(func.trim(func.coalesce(own, Service.email, "")))


def contact_of(session: Session, listing: Listing) -> str:
    """The address that is asked about one listing; empty for none."""
    if listing.contact_email:
        return listing.contact_email.strip().lower()
    shown = session.scalar(select(Service.email).where(Service.id == listing.service_id))
    return (shown or "").strip().lower()


def is_of_a_leaver(session: Session, address: str) -> bool:
    """Whether the address is that of somebody who may no longer sign in."""
    active = session.scalar(select(Person.active).where(Person.email == address.lower()))
    return active is False


def note_dead_emails(session: Session) -> Sequence[int]:
    """Bring ``is_email_dead`` in step with what came back, in the caller's transaction.

    A listing that has another address now, or whose address was put right, is no longer marked.
    Returns the ids of listings that were marked just now.
    """
    bounced = select(BouncedAddress.address)
    rows = session.execute(
        select(Listing.id, Listing.is_email_dead, contact_column().in_(bounced))
        .join(Service, Service.id == Listing.service_id)
        .where(Listing.is_email_dead != contact_column().in_(bounced), Listing.state.in_(LOOKED_AFTER))
        .order_by(Listing.id)
    ).all()
    for value in (True, False):
        ids = [id_ for id_, _, is_dead in rows if bool(is_dead) is value]
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            session.execute(update(Listing).where(Listing.id.in_(some)).values(is_email_dead=value))
    return [id_ for id_, was, is_dead in rows if is_dead and not was]
