"""Sending the messages about requests that are queued: to families, whoever asks for them, teams, services.

A notice holds no address. When it is its turn, the request is opened, whether that way is safe is asked once
more, and only then is it put into words and handed over: by the mail server, or by GOV.UK Notify where the
council has templates there for that way. Each of the two has rounds of its own, so that one that is down
does not keep the other waiting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr

from sqlalchemy import ColumnElement, and_, not_, update

from hubfinder.clock import as_utc, now
from hubfinder.database import begin_writing
from hubfinder.post.letters import Letter
from hubfinder.post.outlets import DEMONSTRATION_SENDER, Folder, MailServer, Outlet
from hubfinder.post.rounds import (
    USUAL,
    Bounds,
    Desk,
    Refused,
    Round,
    States,
    send_round,
)
from hubfinder.referrals.models import Notice
from hubfinder.referrals.notice_ready import Claimed, Rooms, ready_for
from hubfinder.referrals.notices import SENDER
from hubfinder.referrals.notify import Message, Notify, templates_of
from hubfinder.referrals.notify_pause import pause, paused
from hubfinder.referrals.notify_receipts import look_at_receipts
from hubfinder.referrals.vocab import Channel, NoticeState
from hubfinder.settings import Settings

__all__ = ["STATES", "Claimed", "Rooms", "send_notices"]
STATES = States(
    Notice.state, NoticeState.QUEUED, NoticeState.SENT, NoticeState.DEAD, withheld=NoticeState.UNSAFE
)
IN_FILES = "notice-"
"""How the names of the files begin in which a demonstration keeps what it would send."""


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
        moment = clock().astimezone(UTC)
        why = paused(rooms.vault, rooms.settings, moment)
        if why or by_notify is None:
            return Round(trouble=why)
        with Notify(rooms.settings) as client:
            desk = _desk(_ByNotify(rooms, client).send, by_notify)
            done = send_round(rooms.vault, desk, bounds, clock)
            if done.stopped_by is not None and done.stopped_by.wait:
                pause(rooms.vault, rooms.settings, done.stopped_by, moment, by_notify)
            elif not done.trouble:
                done.dead += look_at_receipts(rooms.vault, client, moment)
        return done

    yield mail
    if by_notify is not None:
        yield notify


def _desk(hand_over: Callable[[Claimed], None], which: ColumnElement[bool] | None) -> Desk[Notice, Claimed]:
    if which is None:
        return Desk(Notice, STATES, _taken, hand_over, not_before=Notice.not_before)
    return Desk(Notice, STATES, _taken, hand_over, also=which, not_before=Notice.not_before)


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
        ready = ready_for(self.rooms, one)
        first, *also = ready.addresses
        if in_files and (is_for_family or one.to == SENDER):
            # a file is there for anybody to look at: where they can be reached is not in it
            whom = f"The family by {one.channel.value}" if is_for_family else "Whoever sent it by email"
            first, also = f"{whom}:;", []
        self.outlet.send(
            Letter(
                one.id,
                first,
                ready.words.subject,
                ready.words.text,
                one.message_id,
                one.made_at,
                one.tries,
                one.held_until,
                tuple(also),
                self._sender() if ready.is_nameless else "",
            )
        )

    def _sender(self) -> str:
        """Whom email is from that must not say who we are: a domain says it too.

        Raises:
            Refused: there is no such address.
        """
        neutral = self.rooms.settings.smtp_neutral_from
        if neutral:
            return neutral
        if isinstance(self.outlet, Folder):
            return parseaddr(DEMONSTRATION_SENDER)[1]
        raise Refused("no sender is set that names nobody (HUBFINDER_SMTP_NEUTRAL_FROM)", for_good=True)


@dataclass(frozen=True, slots=True)
class _ByNotify:
    """To families, by the ways that the council has templates for."""

    rooms: Rooms
    client: Notify

    def send(self, one: Claimed) -> None:
        ready = ready_for(self.rooms, one)
        [address] = ready.addresses
        message = Message(one.message_id, one.channel, address, ready.words, was_tried=one.tries > 1)
        notify_id = self.client.send(message)
        begin_writing(self.rooms.vault)
        values = {Notice.notify_id: notify_id[:40], Notice.receipt: ""}
        self.rooms.vault.execute(update(Notice).where(Notice.id == one.id).values(values))
        self.rooms.vault.commit()
