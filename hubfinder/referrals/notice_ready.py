"""A queued message put into words, with where it goes: read when it is its turn, never before.

A notice holds no address. The request is opened, and whoever can read on is asked for: its family by a way
that is safe still, or whoever asked for it in their work. Staff and services get theirs by what they do.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.post.models import BouncedAddress
from hubfinder.post.rounds import HELD, Later, Refused, Withheld
from hubfinder.post.values import is_address
from hubfinder.referrals.answers import Told
from hubfinder.referrals.front_doors import addresses_of, details_of
from hubfinder.referrals.holding import Holder, holder_of
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_words import Sayable, Words, words_for
from hubfinder.referrals.notices import SENDER
from hubfinder.referrals.reading import opened
from hubfinder.referrals.safe_contact import UnsafeChannel, address_of, may_say_who
from hubfinder.referrals.safe_times import next_safe
from hubfinder.referrals.staff_notice_words import ForStaff, words_for_staff
from hubfinder.referrals.vocab import Channel, NoticeState
from hubfinder.search.school_year import SchoolYears
from hubfinder.settings import Settings
from hubfinder.vault.keys import Keyring, NotOpened
from hubfinder.vocab import Season

MOST_RECEIVED = 3
"""So many times a day one number or address is told, by itself, that something was received. Nobody has shown
that it is theirs who typed it: more than that is somebody who sends messages by our hand.
"""
MOST_AT_WORK = 10
"""The same of whoever asks for families in their work."""
DAY = timedelta(days=1)
RECEIVED = "received"
TOO_MANY = "very many messages were to go there today: somebody may be misusing us"


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

    @property
    def claimed_at(self) -> datetime:
        """UTC."""
        return self.held_until - HELD


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
        Later: it is not safe at this time of the day.
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
    if one.channel is Channel.TEXT:
        _wait_until_it_is_safe(rooms, one, told)
    _note_where(rooms, one, address)
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
    _note_where(rooms, one, told.professional.email)
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


def _wait_until_it_is_safe(rooms: Rooms, one: Claimed, told: Told) -> None:
    """A telephone shows a message to whoever holds it: at the times that the family ticked, and no others.

    Raises:
        Later: not now.
        Withheld: at none that we know of.
    """
    years = SchoolYears(rooms.settings.seeds_dir)

    def is_school_day(day: date) -> bool:
        is_term = years.season(day, one.council) is Season.TERM
        return is_term and day.weekday() < 5 and not years.bank_holiday(day)

    at = next_safe(told.telephone.when, one.claimed_at, is_school_day)
    if at is None:
        raise Withheld("there is no time at which it is safe")
    if at > one.claimed_at:
        raise Later(at)


def _note_where(rooms: Rooms, one: Claimed, address: str) -> None:
    """Write down, as a keyed hash, where it goes; in a transaction of its own.

    Raises:
        Withheld: too many were sent there today.
    """
    mark = rooms.ring.mark("notice:where", _alike(address))
    others = select(func.count()).where(
        Notice.mark == mark,
        Notice.wording == RECEIVED,
        Notice.id != one.id,
        Notice.made_at > one.claimed_at - DAY,
        Notice.state.in_((NoticeState.QUEUED, NoticeState.SENT)),
    )
    begin_writing(rooms.vault)
    most = MOST_AT_WORK if one.to == SENDER else MOST_RECEIVED
    if one.wording == RECEIVED and (rooms.vault.scalar(others) or 0) >= most:
        rooms.vault.rollback()
        raise Withheld(TOO_MANY, NoticeState.TOO_MANY)
    rooms.vault.execute(update(Notice).where(Notice.id == one.id).values(mark=mark))
    rooms.vault.commit()


def _alike(address: str) -> str:
    """The same however it is typed: of a number its last ten digits, of an address its letters and digits."""
    if "@" in address:
        return address.casefold()
    digits = re.sub(r"\D", "", address)
    is_number = len(digits) >= 7 and not re.search(r"[^\W\d_]", address)
    return digits[-10:] if is_number else re.sub(r"\W", "", address.casefold())


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
