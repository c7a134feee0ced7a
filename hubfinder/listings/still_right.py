"""Links in email by which whoever keeps a listing says that it is still right, without signing in.

A link is good for one listing, one address and one purpose, and for a time. Only a form that is sent
confirms: mail scanners and browsers follow links by themselves, and that changes nothing.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.listings.assuring import How, assure
from hubfinder.listings.contacts import contact_of, is_of_a_leaver
from hubfinder.listings.models import Listing
from hubfinder.people.values import A_LINK
from hubfinder.post.models import BouncedAddress
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState

PURPOSE = "hubfinder.still-right.1"
"""What else hubfinder signs has another one, so that no other link is ever taken for one of these."""
LONGEST = 600
"""Characters of a link's token; what is longer is not even looked at."""


class Standing(Enum):
    """What a link is good for at the moment."""

    GOOD = auto()
    DONE = auto()
    """Just now."""
    ALREADY = auto()
    """It was checked since the link was made."""
    EXPIRED = auto()
    CHANGED = auto()
    """The listing says something else than when the link was made."""
    NOT_THEIRS = auto()
    """The address it went to is not that of the listing any more, or email does not arrive there."""
    HIDDEN = auto()
    """The listing is not shown to families."""
    UNKNOWN = auto()
    """Forged, cut off, or for something else."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token carries. Nobody can read the address in it."""

    key: str
    version: int
    address: str
    """Keyed digest."""
    made: date


@dataclass(frozen=True, slots=True)
class Followed:
    """A link, followed."""

    standing: Standing
    listing: Listing | None = None

    @property
    def may_ask_anew(self) -> bool:
        """Whether a new link can be sent to the address of the listing."""
        return self.standing in (Standing.EXPIRED, Standing.CHANGED, Standing.NOT_THEIRS)


def address_for(listing: Listing, address: str, settings: Settings) -> str:
    """The whole web address that goes into an email to ``address``."""
    content = [listing.key, listing.version, _digest(address, settings), today().isoformat()]
    token = _serializer(settings).dumps(content)
    return f"{settings.site_address}/still-right/{token}"


def follow(session: Session, token: str, settings: Settings) -> Followed:
    """What this link is good for now. Changes nothing."""
    link = _read(token, settings)
    if link is None:
        return Followed(Standing.UNKNOWN)
    listing = session.scalar(select(Listing).where(Listing.key == link.key))
    if listing is None:
        return Followed(Standing.UNKNOWN)
    return Followed(_standing(session, link, listing, settings), listing)


def confirm(session: Session, token: str, settings: Settings) -> Followed:
    """Say by a link that its listing is still right today, if the link is good for that.

    In the caller's transaction, begun with ``begin_writing``; the caller commits.
    """
    found = follow(session, token, settings)
    if found.standing is not Standing.GOOD or found.listing is None:
        return found
    done = assure(session, A_LINK, [found.listing.id], today(), How.LINK, settings)
    return Followed(Standing.DONE if done.done else Standing.ALREADY, found.listing)


def _standing(session: Session, link: Link, listing: Listing, settings: Settings) -> Standing:
    if listing.state is not ListingState.PUBLISHED:
        return Standing.HIDDEN
    if not _is_theirs(session, link, listing, settings):
        return Standing.NOT_THEIRS
    if listing.assured_date is not None and listing.assured_date >= link.made:
        return Standing.ALREADY
    if today() > link.made + timedelta(days=settings.still_right_days):
        return Standing.EXPIRED
    return Standing.GOOD if listing.version == link.version else Standing.CHANGED


def _is_theirs(session: Session, link: Link, listing: Listing, settings: Settings) -> bool:
    address = contact_of(session, listing)
    if not address or not hmac.compare_digest(link.address, _digest(address, settings)):
        return False
    if session.get(BouncedAddress, address) is not None:
        return False
    return not is_of_a_leaver(session, address)


def _read(token: str, settings: Settings) -> Link | None:
    if len(token) > LONGEST:
        return None
    try:
        key, version, address, made = _serializer(settings).loads(token)
        return Link(str(key), int(version), str(address), date.fromisoformat(made))
    except (BadData, ValueError, TypeError):
        return None


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(
        settings.session_key,
        salt=PURPOSE,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _digest(address: str, settings: Settings) -> str:
    text = f"{PURPOSE}\n{address.strip().lower()}".encode()
    return hmac.new(settings.session_key.encode(), text, hashlib.sha256).hexdigest()[:32]
