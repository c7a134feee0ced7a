"""A queued message put into words, with where it goes: read when it is its turn, never before.

A notice holds no address. The request is opened, and whoever can read on is asked for: its family by a way
that is safe still, or whoever asked for it in their work. Staff and services get theirs by what they do.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hubfinder.post.models import BouncedAddress
from hubfinder.post.rounds import Refused, Withheld
from hubfinder.post.values import is_address
from hubfinder.referrals.answers import Told
from hubfinder.referrals.front_doors import addresses_of, details_of
from hubfinder.referrals.holding import Holder, holder_of
from hubfinder.referrals.models import Referral
from hubfinder.referrals.notice_words import Sayable, Words, words_for
from hubfinder.referrals.notices import SENDER
from hubfinder.referrals.reading import opened
from hubfinder.referrals.safe_contact import UnsafeChannel, address_of, may_say_who
from hubfinder.referrals.staff_notice_words import ForStaff, words_for_staff
from hubfinder.referrals.vocab import Channel
from hubfinder.settings import Settings
from hubfinder.vault.keys import Keyring, NotOpened


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where what a message needs is read: each session is in no transaction, here and afterwards."""

    vault: Session
    directory: Session
    ring: Keyring
    settings: Settings


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this worker, and no other, is sending now."""

    id: int
    tries: int
    held_until: datetime
    made_at: datetime
    referral_id: str | None
    council: str
    to: str
    channel: Channel
    wording: str
    language: str
    reference: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice in words, and where it goes."""

    addresses: tuple[str, ...]
    words: Words
    is_nameless: bool = False
    """Nothing may say who we are."""


def ready_for(rooms: Rooms, one: Claimed) -> Ready:
    """The message, and to whom it goes now.

    Raises:
        Withheld: it must not be sent any more.
        Refused: it cannot be sent at the moment.
    """
    if not one.to:
        return _for_family(rooms, one)
    return _for_sender(rooms, one) if one.to == SENDER else _for_staff(rooms, one)


def _for_family(rooms: Rooms, one: Claimed) -> Ready:
    """In their language, to where they said it is safe: asked now, not when it was queued."""
    told, holder = _opened(rooms, one)
    if holder is not Holder.FAMILY:
        raise Withheld("the family has no code with which it could read on")
    try:
        address = address_of(told, one.channel)
    except UnsafeChannel:
        raise Withheld("nobody says any more that this way is safe") from None
    says_who = may_say_who(told, one.channel)
    words = words_for(one.wording, _sayable(rooms, one, says_who=says_who))
    return Ready((address,), words, is_nameless=not says_who)


def _for_sender(rooms: Rooms, one: Claimed) -> Ready:
    """The same to whoever asked for the family in their work, who knows who we are."""
    told, holder = _opened(rooms, one)
    if holder is not Holder.PROFESSIONAL:
        raise Withheld("whoever sent it has no code any more with which they could read on")
    if not told.professional.email:
        raise Withheld("whoever sent it has given no email address")
    return Ready((told.professional.email,), words_for(one.wording, _sayable(rooms, one, says_who=True)))


def _opened(rooms: Rooms, one: Claimed) -> tuple[Told, Holder]:
    """What was told, and who can read on.

    Raises:
        Withheld: the request is gone.
        Refused: it does not open at the moment.
    """
    try:
        row = rooms.vault.get(Referral, one.referral_id) if one.referral_id else None
        if row is None:
            raise Withheld("the request is gone")
        told = opened(rooms.ring, row).told
        return told, holder_of(rooms.vault, row.id, told)
    except NotOpened as error:
        raise Refused("the request cannot be opened", for_good=False) from error
    finally:
        rooms.vault.rollback()


def _sayable(rooms: Rooms, one: Claimed, *, says_who: bool) -> Sayable:
    """What stands beside the sentence. The number of the front door, its page and the name of the council all
    say who we are: whoever rings the number hears it.
    """
    if not says_who:
        return Sayable(one.reference, one.language)
    try:
        door = details_of(rooms.directory, one.council, rooms.settings)
    finally:
        rooms.directory.rollback()
    return Sayable(one.reference, one.language, door.telephone, rooms.settings.site_address, door.council)


def _for_staff(rooms: Rooms, one: Claimed) -> Ready:
    """Word for a team, a service or somebody, as many addresses as they have today.

    Raises:
        Refused: none of them can be reached by email at the moment.
    """
    try:
        found = [address for address in addresses_of(rooms.directory, one.to) if is_address(address)]
        good = [way for way in found if rooms.directory.get(BouncedAddress, way.lower()) is None]
    finally:
        rooms.directory.rollback()
    if not good:
        why = "email to them comes back" if found else "nobody of them has an address for email"
        raise Refused(why, for_good=False)
    is_service = one.to.startswith("service:")
    said = ForStaff(rooms.settings.site_address, "" if is_service else one.reference, is_service)
    return Ready(tuple(good), words_for_staff(one.wording, said))
