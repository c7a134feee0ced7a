"""Sending the messages about requests that are queued: to families, teams and services.

A notice holds no address. When it is its turn, the request is opened, whether that way is safe is asked once
more, and only then is it put into words and handed over: by the mail server, or by GOV.UK Notify where the
council has templates there for that way. Each of the two has rounds of its own, so that one that is down
does not keep the other waiting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, now
from hubfinder.post.letters import Letter
from hubfinder.post.models import BouncedAddress
from hubfinder.post.outlets import DEMONSTRATION_SENDER, Folder, MailServer, Outlet
from hubfinder.post.rounds import (
    USUAL,
    Bounds,
    Desk,
    Refused,
    Round,
    States,
    Withheld,
    send_round,
)
from hubfinder.post.values import is_address
from hubfinder.referrals.front_doors import addresses_of, details_of
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_words import Sayable, Words, words_for
from hubfinder.referrals.notify import Message, Notify, templates_of
from hubfinder.referrals.reading import opened
from hubfinder.referrals.safe_contact import UnsafeChannel, address_of, may_say_who
from hubfinder.referrals.staff_notice_words import ForStaff, words_for_staff
from hubfinder.referrals.vocab import Channel, NoticeState
from hubfinder.settings import Settings
from hubfinder.vault.keys import Keyring, NotOpened

STATES = States(
    Notice.state, NoticeState.QUEUED, NoticeState.SENT, NoticeState.DEAD, withheld=NoticeState.UNSAFE
)
IN_FILES = "notice-"
"""How the names of the files begin in which a demonstration keeps what it would send."""


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


def send_notices(rooms: Rooms, bounds: Bounds = USUAL, clock: Callable[[], datetime] = now) -> Round:
    """A round of everything that is due, in transactions of its own; what came of all of it."""
    by_notify = _by_notify(rooms.settings)
    ways = list(_ways(rooms, by_notify))
    share = replace(bounds, seconds=bounds.seconds / len(ways))
    done = Round()
    for way in ways:
        _add(done, way(share, clock))
    return done


_Way = Callable[[Bounds, Callable[[], datetime]], Round]


def _ways(rooms: Rooms, by_notify: ColumnElement[bool] | None) -> Iterator[_Way]:
    def mail(bounds: Bounds, clock: Callable[[], datetime]) -> Round:
        with _mail_of(rooms.settings) as outlet:
            which = not_(by_notify) if by_notify is not None else None
            return send_round(rooms.vault, _desk(_Mail(rooms, outlet).send, which), bounds, clock)

    def notify(bounds: Bounds, clock: Callable[[], datetime]) -> Round:
        with Notify(rooms.settings) as client:
            return send_round(rooms.vault, _desk(_ByNotify(rooms, client).send, by_notify), bounds, clock)

    yield mail
    if by_notify is not None:
        yield notify


def _desk(hand_over: Callable[[Claimed], None], which: ColumnElement[bool] | None) -> Desk[Notice, Claimed]:
    if which is None:
        return Desk(Notice, STATES, _taken, hand_over)
    return Desk(Notice, STATES, _taken, hand_over, also=which)


def _by_notify(settings: Settings) -> ColumnElement[bool] | None:
    """Over ``Notice``: what goes through Notify; none where nothing does. Staff get plain email."""
    templates = templates_of(settings)
    return and_(Notice.to == "", Notice.channel.in_(templates)) if templates else None


def _mail_of(settings: Settings) -> Outlet:
    if settings.smtp_host:
        return MailServer(settings)
    return Folder(settings.post_dir, settings.smtp_from or DEMONSTRATION_SENDER, IN_FILES)


def _add(done: Round, more: Round) -> None:
    done.sent += more.sent
    done.put_off += more.put_off
    done.dead += more.dead
    done.withheld += more.withheld
    done.trouble = "; ".join(why for why in (done.trouble, more.trouble) if why)


def _taken(row: Notice) -> Claimed:
    return Claimed(
        row.id,
        row.tries,
        row.next_try_at,
        as_utc(row.made_at),
        row.referral_id,
        row.council_code,
        row.to,
        row.channel,
        row.wording,
        row.language,
        row.facts.get("reference", ""),
        row.message_id,
    )


@dataclass(frozen=True, slots=True)
class _Mail:
    """By email: over the mail server, or into files where a demonstration has none."""

    rooms: Rooms
    outlet: Outlet

    def send(self, one: Claimed) -> None:
        is_for_family = not one.to
        in_files = isinstance(self.outlet, Folder)
        if is_for_family and one.channel is not Channel.EMAIL and not in_files:
            raise Refused(f"this installation has no way to send a {one.channel.value}", for_good=True)
        ready = _for_family(self.rooms, one) if is_for_family else _for_staff(self.rooms, one)
        first, *also = ready.addresses
        if is_for_family and in_files:
            # a file is there for anybody to look at: where the family can be reached is not in it
            first, also = f"The family by {one.channel.value}:;", []
        letter = Letter(
            one.id,
            first,
            ready.words.subject,
            ready.words.text,
            one.message_id,
            one.made_at,
            one.tries,
            one.held_until,
            tuple(also),
            ready.is_nameless,
        )
        self.outlet.send(letter)


@dataclass(frozen=True, slots=True)
class _ByNotify:
    """To families, by the ways that the council has templates for."""

    rooms: Rooms
    client: Notify

    def send(self, one: Claimed) -> None:
        ready = _for_family(self.rooms, one)
        [address] = ready.addresses
        self.client.send(Message(one.message_id, one.channel, address, ready.words, was_tried=one.tries > 1))


def _for_family(rooms: Rooms, one: Claimed) -> Ready:
    """The message in their language, to where they said it is safe: asked now, not when it was queued.

    Raises:
        Withheld: it is not safe, or the request is gone.
        Refused: the request does not open at the moment.
    """
    try:
        row = rooms.vault.get(Referral, one.referral_id) if one.referral_id else None
        if row is None:
            raise Withheld("the request is gone")
        told = opened(rooms.ring, row).told
    except NotOpened as error:
        raise Refused("the request cannot be opened", for_good=False) from error
    finally:
        rooms.vault.rollback()
    try:
        address = address_of(told, one.channel)
    except UnsafeChannel:
        raise Withheld("nobody says any more that this way is safe") from None
    says_who = may_say_who(told, one.channel)
    words = words_for(one.wording, _sayable(rooms, one, says_who=says_who))
    return Ready((address,), words, is_nameless=not says_who)


def _sayable(rooms: Rooms, one: Claimed, *, says_who: bool) -> Sayable:
    try:
        door = details_of(rooms.directory, one.council, rooms.settings)
    finally:
        rooms.directory.rollback()
    site = rooms.settings.site_address if says_who else ""
    return Sayable(one.reference, one.language, door.telephone, site, door.council if says_who else "")


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
